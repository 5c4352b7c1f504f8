"""Log lines: one format, on standard error, and never a secret."""

import logging
import re

TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")  # any token, also one of another bot
CHATTY = (
    "httpx",
    "httpcore",
    "apscheduler",
    "alembic",
    "uvicorn",
)  # they log every request and step


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


def set_up(level: str, *secrets: str) -> None:
    """Send log lines of this level and above to standard error, without these secrets."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet(*secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
