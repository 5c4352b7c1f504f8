"""A reader's own bibliography, read in a process that is ended when it takes too long."""

import json
import re
import sys
from datetime import UTC, date, datetime
from typing import Any

from bot import children, orphans
from bot.sources import bibtex, encodings, entries
from recommender.papers import UNDATED, Paper

LARGEST, MOST = 2_000_000, 5_000  # bytes, entries
PATIENCE = 20.0  # seconds; the largest file that is well-formed takes two
LONGEST_TITLE, LONGEST_ABSTRACT, LONGEST_ID = 500, 10_000, 32
MOST_NAMES = 100
ENTRY = re.compile(r"@\s*(?!comment\b|string\b|preamble\b)[a-z]+\s*[{(]", re.IGNORECASE)


class Unreadable(Exception):  # noqa: N818 - what a reader is told, no fault of ours
    """A file can't be read; `why` is `kind`, `encoding`, `nothing`, `entries` or `time`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def read(content: bytes, today: date) -> tuple[list[Paper], list[str]]:
    """Return the papers of a BibTeX file, and one line for each entry that can't be used.

    Raises Unreadable for what is no BibTeX, holds too many entries, or takes too long.
    """
    said = await children.answer(__name__, today.isoformat(), told=content, patience=PATIENCE)
    if said is None:
        raise Unreadable("time")  # or it died of what it read
    told = json.loads(said)
    if "why" in told:
        raise Unreadable(told["why"])
    return [_paper(row) for row in told["papers"]], told["faults"]


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
    return {"papers": [_row(paper, today) for paper in papers], "faults": faults}


def _row(paper: Paper, today: date) -> dict[str, Any]:
    written = paper.published.date() if paper.published else UNDATED
    return {
        "title": paper.title[:LONGEST_TITLE],
        "abstract": paper.abstract[:LONGEST_ABSTRACT],
        "arxiv_id": paper.arxiv_id if len(paper.arxiv_id or "") <= LONGEST_ID else None,
        "authors": [name[:LONGEST_TITLE] for name in paper.authors[:MOST_NAMES]],
        "keywords": [word[:LONGEST_TITLE] for word in paper.keywords[:MOST_NAMES]],
        "published": min(written, today).isoformat() if paper.published else None,
        "listed": min(written, today).isoformat(),
    }


def _paper(row: dict[str, Any]) -> Paper:
    day = row["published"]
    return Paper(
        title=row["title"],
        abstract=row["abstract"],
        arxiv_id=row["arxiv_id"],
        authors=tuple(row["authors"]),
        keywords=tuple(row["keywords"]),
        published=datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None,
        listed=date.fromisoformat(row["listed"]),
        source=bibtex.SOURCE,
    )


if __name__ == "__main__":
    orphans.end_with_parent()
    said = answer(sys.stdin.buffer.read(), date.fromisoformat(sys.argv[1]))
    json.dump(said, sys.stdout)
