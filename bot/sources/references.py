"""A reader's own bibliography, read in a process that is ended when it takes too long."""

import json
import re
import sys
from datetime import date
from typing import Any

from bot import concurrency
from bot.sources import bibtex, encodings, entries, records
from recommender.papers import Paper

LARGEST, MOST = 2_000_000, 5_000  # bytes, entries
PATIENCE = 20.0  # seconds; the largest file that is well-formed takes two
# What the papers of a file may come to, in characters: strings can be joined to no end.
MOST_TEXT = 8_000_000
# What the process that reads it may use; the largest file that is well-formed takes a third.
MEMORY = 600_000_000
COMPUTING = 15
ENTRY = re.compile(
    r"@\s*(?!comment\b|string\b|preamble\b)[a-z]+\s*[{(]", re.IGNORECASE
)


class Unreadable(Exception):  # noqa: N818 - what a reader is told, no fault of ours
    """A file can't be read; `why` is `kind`, `encoding`, `nothing`, `entries` or `time`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def read(content: bytes, today: date) -> tuple[list[Paper], list[str]]:
    """Return the papers of a BibTeX file, and one line for each entry that can't be used.

    Raises Unreadable for what is no BibTeX, holds too many entries, or takes too long.
    """
    said = await concurrency.answer(
        __name__, today.isoformat(), told=content, patience=PATIENCE
    )
    told: dict[str, Any] = json.loads(said) if said else {"why": "time"}
    if "why" in told:
        raise Unreadable(told["why"])
    return [records.paper_of(row) for row in told["papers"]], told["faults"]


def answer(content: bytes, today: date) -> dict[str, Any]:
    """Return what is in a file, as JSON can tell it: `papers` and `faults`, or `why` not."""
    text = encodings.decoded(content)
    if text is None and b"\0" not in content:
        known = entries.is_bibliography(content.decode("latin-1"))
        return {"why": "encoding" if known else "kind"}
    if text is None or "\0" in text or not entries.is_bibliography(text):
        return {"why": "kind"}
    if len(ENTRY.findall(text)) > MOST:
        return {"why": "entries"}
    papers, faults = bibtex.parse(text, today)
    if not papers and not faults:
        return {"why": "nothing"}
    if (
        sum(len(paper.text) + sum(map(len, paper.authors)) for paper in papers)
        > MOST_TEXT
    ):
        return {"why": "time"}
    return {
        "papers": [records.row(paper) for paper in papers],
        "faults": faults,
    }


if __name__ == "__main__":
    concurrency.end_with_parent()
    concurrency.bounded(MEMORY, COMPUTING)
    said = answer(sys.stdin.buffer.read(), date.fromisoformat(sys.argv[1]))
    json.dump(said, sys.stdout)
