"""The papers on offer as they fit into memory: without abstracts, which are read on demand."""

from collections.abc import Hashable, Iterable
from datetime import date
from typing import TypeVar

from sqlalchemy import Row, select

from bot.storage.database import Database
from bot.storage.paper_rows import CHUNK
from bot.storage.papers import author_names
from bot.storage.source_limits import shared
from bot.storage.tables import PaperRow
from recommender.papers import StoredPaper

COLUMNS = (
    PaperRow.id,
    PaperRow.arxiv_id,
    PaperRow.title,
    PaperRow.authors,
    PaperRow.categories,
    PaperRow.keywords,
    PaperRow.listed,
    PaperRow.published,
    PaperRow.upvotes,
    PaperRow.source,
    PaperRow.lists,
)

Value = TypeVar("Value", bound=Hashable)


def newest(database: Database, most: int) -> list[StoredPaper]:
    """Return the `most` papers that `source_limits.shared` selects, the latest listed first.

    They have no abstracts, and what several have in common is one object: so thirty
    thousand of them take some thirty megabytes.
    """
    statement = (
        select(*COLUMNS)
        .where(PaperRow.id.in_(shared(most)))
        .order_by(PaperRow.listed.desc(), PaperRow.id.desc())
    )

    interning = _Interning()
    with database.read() as session:
        rows = session.execute(
            statement, execution_options={"yield_per": CHUNK}
        )
        return [interning.paper_of(row) for row in rows]


def abstracts(database: Database, ids: Iterable[int]) -> dict[int, str]:
    """Return the abstracts of papers by their ids."""
    wanted_ids = list(ids)
    texts: dict[int, str] = {}
    with database.read() as session:
        for start in range(0, len(wanted_ids), CHUNK):
            chunk = wanted_ids[start : start + CHUNK]
            rows = session.execute(
                select(PaperRow.id, PaperRow.abstract).where(
                    PaperRow.id.in_(chunk)
                )
            )
            texts.update((row.id, row.abstract) for row in rows)

    return texts


class _Interning:
    """Makes papers out of rows, with one object for each value that several have."""

    def __init__(self) -> None:
        self._values: dict[Hashable, Hashable] = {}
        self._lists: dict[Hashable, dict[str, date]] = {}

    def paper_of(self, row: Row[*tuple[object, ...]]) -> StoredPaper:
        """Return a row of `COLUMNS` as a paper."""
        return StoredPaper(
            id=row.id,
            arxiv_id=row.arxiv_id,
            title=row.title,
            authors=self._tuple(author_names(row.authors)),
            categories=self._tuple(row.categories),
            keywords=self._tuple(row.keywords),
            listed=self._one(row.listed),
            published=row.published,
            upvotes=row.upvotes,
            source=self._one(row.source),
            lists=self._days(row.lists),
        )

    def _one(self, value: Value) -> Value:
        return self._values.setdefault(value, value)  # type: ignore[return-value] # it is equal

    def _tuple(self, values: Iterable[str]) -> tuple[str, ...]:
        return self._one(tuple(map(self._one, values)))

    def _days(self, lists: dict[str, str]) -> dict[str, date]:
        key = tuple(lists.items())
        if key not in self._lists:
            self._lists[key] = {
                self._one(name): self._one(date.fromisoformat(day))
                for name, day in key
            }
        return self._lists[key]
