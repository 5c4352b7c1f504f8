"""Log lines: one format, on standard error, and never a secret."""

import logging
import re
import time
from collections.abc import Callable

# Any token, also one of another bot.
TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")
# Seconds in which the same complaint is made once.
MINUTE = 60.0
# Complaints.
REMEMBERED = 1000
# They log every request and step.
CHATTY = (
    "httpx",
    "httpcore",
    "apscheduler",
    "alembic",
    "uvicorn",
)


class Discreet(logging.Formatter):
    """Formats a line, its traceback too, without the secrets or any token that may stand in it."""

    def __init__(self, *secrets: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Format a record; secrets become asterisks."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return TOKEN.sub("***", line)


class OnceAMinute(logging.Filter):
    """Lets the same warning pass once a minute, with how often it was held back meanwhile."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._held: dict[tuple[str, str], int] = {}
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether to write a record; what informs is never held back."""
        if record.levelno < logging.WARNING:
            return True
        line, now = (record.name, record.getMessage()), self._clock()
        if now - self._said.get(line, -MINUTE) < MINUTE:
            self._held[line] = self._held.get(line, 0) + 1
            return False
        if len(self._said) >= REMEMBERED:
            self._said.clear()
            self._held.clear()
        self._said[line] = now
        held = self._held.pop(line, 0)
        if held:
            record.msg, record.args = f"{line[1]} (and {held} times since)", ()
        return True


def set_up(level: str, *secrets: str) -> None:
    """Send log lines of this level and above to standard error, without these secrets."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet(*secrets))
    handler.addFilter(OnceAMinute())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(
            max(logging.WARNING, logging.getLogger().level)
        )
