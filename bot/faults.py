"""Counts the errors that were logged, for whoever asks how this process is."""

import logging
from datetime import UTC, datetime


class Faults(logging.Handler):
    """How many errors since the start, and when the last was; what they say stays in the log."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0
        self.last: datetime | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Count a record."""
        self.count += 1
        self.last = datetime.fromtimestamp(record.created, UTC)
