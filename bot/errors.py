"""What went wrong: the exception that says whether trying again helps, and a counter."""

import logging
from datetime import UTC, datetime


class Failure(Exception):  # noqa: N818 - it is not always an error of ours
    """Something outside did not work; `passing` tells whether the same call may succeed later.

    The message is one line that a person can act on, without secrets.
    """

    def __init__(self, message: str, *, passing: bool = True) -> None:
        super().__init__(message)
        self.passing = passing


class ErrorCount(logging.Handler):
    """Counts logged errors, and when the last one was; the log alone says what they were."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0
        self.last: datetime | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Count a record."""
        self.count += 1
        self.last = datetime.fromtimestamp(record.created, UTC)
