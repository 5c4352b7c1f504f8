"""Logging: one format, on standard error, without secrets and without floods."""

import logging
import re
import time
from collections.abc import Callable

# Any token of the Bot API, also of another bot.
TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")

# Seconds in which the same warning is logged once.
REPEAT_INTERVAL = 60.0

# Different warnings that are remembered, to recognise a repetition.
MAX_REMEMBERED = 1000

# Libraries that log every request or step at the level INFO.
CHATTY_LIBRARIES = (
    "httpx",
    "httpcore",
    "apscheduler",
    "alembic",
    "uvicorn",
)

# The logger's name and the message of a record.
LogLine = tuple[str, str]


class SecretFormatter(logging.Formatter):
    """Formats a record and its traceback with asterisks for secrets and for any token."""

    def __init__(self, *secrets: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, with its traceback if it has one."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")

        return TOKEN.sub("***", line)


class RepeatFilter(logging.Filter):
    """Drops repetitions of a warning within a minute, and then says how many there were."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._logged_at: dict[LogLine, float] = {}
        self._repetitions: dict[LogLine, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log a record; those below WARNING always are."""
        if record.levelno < logging.WARNING:
            return True

        line = (record.name, record.getMessage())
        now = self._clock()
        logged_at = self._logged_at.get(line, -REPEAT_INTERVAL)
        if now - logged_at < REPEAT_INTERVAL:
            self._repetitions[line] = self._repetitions.get(line, 0) + 1
            return False

        if len(self._logged_at) >= MAX_REMEMBERED:
            self._logged_at.clear()
            self._repetitions.clear()
        self._logged_at[line] = now

        repetitions = self._repetitions.pop(line, 0)
        if repetitions:
            record.msg = f"{line[1]} (and {repetitions} times since)"
            record.args = ()
        return True


def set_up(level: str, *secrets: str) -> None:
    """Log records of a level and above to standard error, with secrets as asterisks."""
    handler = logging.StreamHandler()
    handler.setFormatter(SecretFormatter(*secrets))
    handler.addFilter(RepeatFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)

    library_level = max(logging.WARNING, logging.getLogger().level)
    for name in CHATTY_LIBRARIES:
        logging.getLogger(name).setLevel(library_level)
