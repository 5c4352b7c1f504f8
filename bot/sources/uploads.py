"""Reads a reader's bibliography in a child process with limits of memory and time."""

import json
import sys
from datetime import date
from typing import Any

from bot import concurrency
from bot.sources import bibliographies, encodings, records
from recommender.papers import Paper

# The largest file, in bytes.
LARGEST = 2_000_000

# The most entries of a file.
MOST = 5_000

# Seconds to wait for the child process; the largest well-formed file takes two.
PATIENCE = 20.0

# The longest papers of a file in all, in characters: strings can be joined without end.
MOST_TEXT = 8_000_000

# The memory of the child process, in bytes, and its seconds of computing. The largest
# well-formed file takes a third of them.
MEMORY = 600_000_000
COMPUTING = 15


class Unreadable(Exception):  # noqa: N818 - what a reader is told, no fault of ours
    """A file can't be read.

    `why` is `kind` (no bibliography), `encoding`, `nothing` (no entries), `entries` (too many)
    or `time`.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def read(content: bytes, today: date) -> tuple[list[Paper], list[str]]:
    """Return the papers of a bibliography, and one line for each unusable entry.

    Raises Unreadable if the file is none, has too many entries, or takes too long.
    """
    output = await concurrency.answer(
        __name__, today.isoformat(), message=content, patience=PATIENCE
    )
    row: dict[str, Any] = json.loads(output) if output else {"why": "time"}
    if "why" in row:
        raise Unreadable(row["why"])

    return [records.paper_of(paper) for paper in row["papers"]], row["faults"]


def parse(content: bytes, today: date) -> dict[str, Any]:
    """Return the `papers` and `faults` of a file as JSON values, or `why` it has none."""
    text = encodings.decode(content)
    if text is None and b"\0" not in content:
        is_bibliography = bibliographies.is_bibliography(
            content.decode("latin-1")
        )
        return {"why": "encoding" if is_bibliography else "kind"}

    if text is None or "\0" in text or not bibliographies.is_bibliography(text):
        return {"why": "kind"}

    if bibliographies.count_entries(text) > MOST:
        return {"why": "entries"}

    papers, faults = bibliographies.parse(text, today)
    if not papers and not faults:
        return {"why": "nothing"}

    if sum(map(_length, papers)) > MOST_TEXT:
        return {"why": "time"}

    return {
        "papers": [records.row_of(paper) for paper in papers],
        "faults": faults,
    }


def _length(paper: Paper) -> int:
    return len(paper.text) + sum(map(len, paper.authors))


if __name__ == "__main__":
    concurrency.end_with_parent()
    concurrency.limit_process(MEMORY, COMPUTING)
    json.dump(
        parse(sys.stdin.buffer.read(), date.fromisoformat(sys.argv[1])),
        sys.stdout,
    )
