"""Logging: on standard error, as text or JSON, without secrets and without floods."""

import json
import logging
import re
import sys
import time
from collections.abc import Callable
from types import TracebackType

from pythonjsonlogger.json import JsonFormatter

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

# This one warns of each round of a job that is left out because the last one still runs, which is
# what such a round is to do; what a job raises has a logger of its own.
SCHEDULER = "apscheduler.scheduler"

# The logger's name and the message of a record.
LogLine = tuple[str, str]


class Secrets:
    """Replaces secrets, and any token, by asterisks."""

    def __init__(self, *secrets: str) -> None:
        # In JSON a secret may be escaped.
        escaped = (json.dumps(secret)[1:-1] for secret in secrets)
        self._secrets = list(dict.fromkeys([*secrets, *escaped]))

    def mask(self, line: str) -> str:
        """Return a line without secrets."""
        for secret in self._secrets:
            line = line.replace(secret, "***")

        return TOKEN.sub("***", line)


class SecretFormatter(logging.Formatter):
    """Formats a record and its traceback without secrets."""

    def __init__(self, *secrets: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = Secrets(*secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, with its traceback if it has one."""
        return self._secrets.mask(super().format(record))


class SecretJsonFormatter(JsonFormatter):
    """Formats a record as one line of JSON, its traceback in a field, without secrets."""

    def __init__(self, *secrets: str) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={
                "levelname": "level",
                "name": "logger",
                "exc_info": "exception",
            },
            timestamp="time",
            json_ensure_ascii=False,
        )
        self._secrets = Secrets(*secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return self._secrets.mask(super().format(record))


# The formatter of each format that an operator may choose.
FORMATTERS: dict[str, Callable[..., logging.Formatter]] = {
    "text": SecretFormatter,
    "json": SecretJsonFormatter,
}


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


def set_up(level: str, *secrets: str, log_format: str = "text") -> None:
    """Log records of a level and above to standard error, with secrets as asterisks."""
    handler = logging.StreamHandler()
    handler.setFormatter(FORMATTERS[log_format](*secrets))
    handler.addFilter(RepeatFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    if log_format == "json":
        # Whoever reads the log as JSON reads the last line too.
        sys.excepthook = _log_last_words

    library_level = max(logging.WARNING, logging.getLogger().level)
    for name in CHATTY_LIBRARIES:
        logging.getLogger(name).setLevel(library_level)
    logging.getLogger(SCHEDULER).setLevel(max(logging.ERROR, library_level))


def _log_last_words(
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    """Log the exception that ends the process."""
    logging.getLogger("bot").critical(
        "The process ends", exc_info=(kind, error, trace)
    )
