"""What a record of any source may hold: the limits of its fields, and when it is refused."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from bot.sources import fields
from recommender.papers import Paper

EARLIEST = date(1900, 1, 1)
# Characters. The longest titles of real lists have 220, the longest abstracts 2,400.
TITLE = 1_000
ABSTRACT = 20_000
NAME = 128
ADDRESS = 2_000
ID = 32
# Entries of one list; a few collaborations have five thousand authors.
AUTHORS = 5_000
WORDS = 100
LISTS = ("authors", "categories", "keywords")
MIDNIGHT = "T00:00:00+00:00"
# What a record with a lie in it makes of a parser that believes it.
ODD = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    OSError,
    RecursionError,
)

Entry = TypeVar("Entry")


class Sieve:
    """Lets the papers of one fetch through that can be true; `refused` counts the others.

    `today` is the real day: no list names a paper that is announced after tomorrow.
    """

    def __init__(self, today: date) -> None:
        self.latest = today + timedelta(days=1)
        self.refused = 0

    def papers(
        self, entries: Iterable[Entry], make: Callable[[Entry], Paper | None]
    ) -> list[Paper]:
        """Return what `make` makes of the entries; one that is wrong costs that entry alone."""
        papers = []
        for entry in entries:
            try:
                paper = make(entry)
                papers += [self.sound(paper)] if paper else []
            except ODD:
                self.refused += 1
        return papers

    def sound(self, paper: Paper) -> Paper:
        """Return a paper within all limits; raise ValueError where no true one is like it."""
        days = [
            paper.listed,
            *([paper.published.date()] if paper.published else []),
        ]
        if not all(EARLIEST <= day <= self.latest for day in days):
            raise ValueError("it has a date that can't be")
        if len(paper.title) > TITLE or len(paper.arxiv_id or "") > ID:
            raise ValueError("its title or id is too long")
        return replace(
            paper,
            abstract=paper.abstract[:ABSTRACT],
            authors=_short(paper.authors, AUTHORS),
            categories=_short(paper.categories, WORDS),
            keywords=_short(paper.keywords, WORDS),
            links={
                kind: a for kind, a in paper.links.items() if len(a) <= ADDRESS
            },
        )


def row(paper: Paper) -> dict[str, Any]:
    """Return a paper as JSON can tell it."""
    published = paper.published.isoformat() if paper.published else ""
    lists = {name: list(getattr(paper, name)) for name in LISTS}
    days = {
        "listed": paper.listed.isoformat(),
        "published": published.removesuffix(MIDNIGHT),
    }
    return asdict(paper) | lists | days


def paper_of(row: dict[str, Any]) -> Paper:
    """Return the paper of a row."""
    lists = {name: tuple(row[name]) for name in LISTS}
    listed, published = (
        date.fromisoformat(row["listed"]),
        fields.moment(row["published"]),
    )
    return Paper(**row | lists | {"listed": listed, "published": published})


def _short(texts: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Return the first texts of a list, without those that are too long to be what they should."""
    return tuple(text for text in texts[:most] if len(text) <= NAME)
