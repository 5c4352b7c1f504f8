"""The errors of sources: down, without the paper, or a file that can't be read."""

from datetime import timedelta
from pathlib import Path

from bot.errors import Failure


class SourceDown(Failure):
    """A source can't be reached, refuses, or sends something that is not papers.

    `retry_after` is how long the source asked not to be called, or None if it did not.
    """

    def __init__(
        self,
        source: str,
        why: str,
        *,
        retry_after: timedelta | None = None,
        passing: bool = True,
    ) -> None:
        super().__init__(f"{source} {why}", passing=passing)
        self.source = source
        self.why = why
        self.retry_after = retry_after


class NotFound(SourceDown):
    """A source has nothing at an address (404)."""


class Rejected(SourceDown):
    """A source does not accept what it was asked (400)."""


class NoFeed(SourceDown):
    """A source sent something other than a feed."""


class BadFile(Failure):
    """A file can't be read as papers; the message names file, line and remedy."""

    def __init__(
        self, path: Path, problem: str, advice: str, *, line: int | None = None
    ) -> None:
        place = f"{path}, line {line}" if line else f"{path}"
        super().__init__(f"{place}: {problem}; {advice}", passing=False)
        self.path = path
        self.line = line
