"""What went wrong: one exception that says whether trying again helps, and a count."""

import logging
from datetime import UTC, datetime


class Failure(Exception):  # noqa: N818 - it is not always an error of ours
    """Something outside did not work; `passing` tells whether the same call may succeed later.

    The message is one line a person can act on; it holds no secrets.
    """

    def __init__(self, message: str, *, passing: bool = True) -> None:
        super().__init__(message)
        self.passing = passing


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
