"""Limits for the records of all sources, and a paper as a row of JSON."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from bot.sources import fields
from recommender.papers import Paper

EARLIEST = date(1900, 1, 1)

# The longest texts, in characters. The longest titles of real lists have 220, the
# longest abstracts 2,400.
TITLE = 1_000
ABSTRACT = 20_000
NAME = 128
ADDRESS = 2_000
ID = 32
DOI = 256
GIST = 500

# The longest lists. A few collaborations have five thousand authors.
AUTHORS = 5_000
WORDS = 100

LISTS = ("authors", "categories", "keywords")
MIDNIGHT = "T00:00:00+00:00"

# The errors that a parser raises when it believes a malformed record.
PARSE_ERRORS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    OSError,
    RecursionError,
)

Entry = TypeVar("Entry")


class RecordFilter:
    """Accepts the plausible records of one fetch, and counts the `refused` ones.

    `today` is the real date: no list has papers that are announced after tomorrow.
    """

    def __init__(self, today: date) -> None:
        self.latest = today + timedelta(days=1)
        self.refused = 0

    def accept(
        self, entries: Iterable[Entry], parse: Callable[[Entry], Paper | None]
    ) -> list[Paper]:
        """Return the papers that `parse` makes of entries, without the refused ones.

        An entry for which `parse` returns None is skipped, and does not count as refused.
        """
        papers = []
        for entry in entries:
            try:
                paper = parse(entry)
                if paper is not None:
                    papers.append(self.limit(paper))
            except PARSE_ERRORS:
                self.refused += 1

        return papers

    def limit(self, paper: Paper) -> Paper:
        """Return a paper cut to all limits; raise ValueError if it can't be a real one."""
        self._check_date(paper.listed)
        if paper.published is not None:
            self._check_date(paper.published.date())

        if len(paper.title) > TITLE or len(paper.arxiv_id or "") > ID:
            raise ValueError("its title or id is too long")
        if max(map(len, (paper.doi or "", paper.preprint_doi or ""))) > DOI:
            raise ValueError("its DOI is too long")

        return replace(
            paper,
            abstract=paper.abstract[:ABSTRACT],
            authors=_short_texts(paper.authors, AUTHORS),
            categories=_short_texts(paper.categories, WORDS),
            keywords=_short_texts(paper.keywords, WORDS),
            venue=paper.venue[:TITLE],
            links={
                kind: address
                for kind, address in paper.links.items()
                if len(address) <= ADDRESS
            },
            gist=paper.gist if len(paper.gist) <= GIST else "",
            organization=paper.organization[:NAME],
            thumbnail=paper.thumbnail
            if len(paper.thumbnail) <= ADDRESS
            else "",
        )

    def _check_date(self, day: date) -> None:
        if not EARLIEST <= day <= self.latest:
            raise ValueError("it has a date that can't be")


def row_of(paper: Paper) -> dict[str, Any]:
    """Return a paper as a row of JSON values."""
    published = paper.published.isoformat() if paper.published else ""

    row = asdict(paper)
    row |= {name: list(getattr(paper, name)) for name in LISTS}
    row["listed"] = paper.listed.isoformat()
    row["lists"] = _isoformat(paper.lists)
    row["published"] = published.removesuffix(MIDNIGHT)

    return row


def paper_of(row: dict[str, Any]) -> Paper:
    """Return the paper of a row that `row_of` made."""
    values = {
        **row,
        **{name: tuple(row[name]) for name in LISTS},
        "listed": date.fromisoformat(row["listed"]),
        "lists": _days(row.get("lists")),
        "published": fields.moment(row["published"]),
    }
    return Paper(**values)


def _isoformat(lists: Mapping[str, date] | None) -> dict[str, str] | None:
    if lists is None:
        return None

    return {key: day.isoformat() for key, day in lists.items()}


def _days(lists: Mapping[str, str] | None) -> dict[str, date] | None:
    if lists is None:
        return None

    return {key: date.fromisoformat(day) for key, day in lists.items()}


def _short_texts(texts: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Return the first `most` texts, without those too long for a name."""
    return tuple(text for text in texts[:most] if len(text) <= NAME)
