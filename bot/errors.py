"""What went wrong: the exception that says whether trying again helps, and a counter."""

import contextlib
import logging
import re
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# How often somebody is told of errors of the same kind.
REPORT_INTERVAL = timedelta(hours=1)

# Kinds of errors that are told apart, and what those beyond are called.
MOST_KINDS = 100
OTHER = ("Errors of many other kinds", "here and there")

# Where a message in the code has a value, such as `%s`.
PLACEHOLDER = re.compile(r"%(\(\w+\))?[-#0 +]*(\d+|\*)?(\.\d+)?[a-zA-Z]")

# How the names of our own modules begin.
OURS = ("bot.", "recommender.")

NEVER = datetime.min.replace(tzinfo=UTC)


class Failure(Exception):  # noqa: N818 - it is not always an error of ours
    """Something outside did not work; `passing` tells whether the same call may succeed later.

    The message is one line that a person can act on, without secrets.
    """

    def __init__(self, message: str, *, passing: bool = True) -> None:
        super().__init__(message)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """Errors of one kind: what they were, where, how many since when.

    All of it is in words of the code, never in those of a reader, and without secrets.
    """

    what: str
    where: str
    count: int
    since: datetime


@dataclass(slots=True)
class _ErrorKind:
    """The errors of one kind that nobody was told of yet, and when somebody was last."""

    count: int = 0
    since: datetime = NEVER
    reported_at: datetime = NEVER


class ErrorCount(logging.Handler):
    """Counts logged errors, by logger and by kind; the log alone says all of what they were.

    A kind is what the code says at one place, without the values in it, and the type of the
    exception where there is one.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0
        self.last: datetime | None = None
        self.by_logger: Counter[str] = Counter()
        self._kinds: dict[tuple[str, str], _ErrorKind] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Count a record."""
        moment = datetime.fromtimestamp(record.created, UTC)
        self.count += 1
        self.last = moment
        self.by_logger[record.name] += 1

        kind = self._kinds.setdefault(self._key(record), _ErrorKind())
        if not kind.count:
            kind.since = moment
        kind.count += 1

    def reports(self, now: datetime) -> list[ErrorReport]:
        """Return the kinds of errors that nobody was told of, and nobody within the last hour."""
        with self._locked():
            return [
                ErrorReport(*key, kind.count, kind.since)
                for key, kind in self._kinds.items()
                if kind.count and now - kind.reported_at >= REPORT_INTERVAL
            ]

    def settle(self, report: ErrorReport, now: datetime) -> None:
        """Note that somebody was told of errors; what came meanwhile is for the next report."""
        with self._locked():
            kind = self._kinds[report.what, report.where]
            kind.count -= report.count
            kind.since = now
            kind.reported_at = now

    def _key(self, record: logging.LogRecord) -> tuple[str, str]:
        """Return what happened and where; one name for all kinds beyond the most."""
        key = (_what(record), _where(record))
        is_new = key not in self._kinds
        return OTHER if is_new and len(self._kinds) >= MOST_KINDS else key

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other threads from counting within the block."""
        self.acquire()
        try:
            yield
        finally:
            self.release()


def _what(record: logging.LogRecord) -> str:
    """Return a record's message without the values in it, and the type of its exception."""
    # Only a text in the code is sure to hold nobody's words.
    text = PLACEHOLDER.sub("…", str(record.msg))
    error = record.exc_info[0] if record.exc_info else None
    return text if error is None else f"{text} ({error.__name__})"


def _where(record: logging.LogRecord) -> str:
    """Return where a record was logged, or the last line of ours that its exception met."""
    frames = traceback.walk_tb(record.exc_info[2] if record.exc_info else None)
    places = [
        f"{frame.f_globals.get('__name__')}, line {line}"
        for frame, line in frames
        if str(frame.f_globals.get("__name__")).startswith(OURS)
    ]
    return places[-1] if places else f"{record.name}, line {record.lineno}"
