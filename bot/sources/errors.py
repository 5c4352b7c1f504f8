"""What a source says when it has no papers to give."""

from datetime import timedelta
from pathlib import Path

from bot.errors import Failure


class SourceDown(Failure):
    """A source can't be reached, refuses, or sends something that is not papers.

    `retry_after` is how long the source itself asked to be left alone, None when it named no time.
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


class NotThere(SourceDown):
    """The source answered that it has nothing at this address (404)."""


class BadFile(Failure):
    """A file that can't be read as papers; the message names the file, the line and a way out."""

    def __init__(
        self, path: Path, problem: str, advice: str, *, line: int | None = None
    ) -> None:
        place = f"{path}, line {line}" if line else f"{path}"
        super().__init__(f"{place}: {problem}; {advice}", passing=False)
        self.path = path
        self.line = line
