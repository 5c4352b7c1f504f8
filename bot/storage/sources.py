"""The outcome of the last fetch from each source."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from bot.storage.database import Database
from bot.storage.tables import SourceRow


@dataclass(frozen=True, slots=True)
class LastFetch:
    """The last fetch from a source; `note` tells its error, and is empty without one."""

    name: str
    tried_at: datetime
    succeeded_at: datetime | None
    not_before: datetime | None
    papers: int
    note: str


def record_fetch(
    database: Database,
    name: str,
    now: datetime,
    *,
    papers: int,
    failure: str = "",
    not_before: datetime | None = None,
) -> None:
    """Record a fetch: the number of papers, or the failure and when to ask again."""
    values = {
        "tried_at": now,
        "papers": papers,
        "note": failure,
        "not_before": not_before,
    }
    if not failure:
        values["succeeded_at"] = now

    insert = database.insert(SourceRow).values(name=name, **values)

    with database.write() as session:
        session.execute(
            insert.on_conflict_do_update(index_elements=["name"], set_=values)
        )


def record_answer(database: Database, name: str) -> None:
    """Record that a source which was down answers again.

    That says nothing of what a fetch would bring, nor of when the next one is due.
    """
    with database.write() as session:
        session.execute(
            update(SourceRow)
            .where(SourceRow.name == name, SourceRow.note != "")
            .values(note="", not_before=None)
        )


def states(database: Database) -> dict[str, LastFetch]:
    """Return the last fetch from each source, by its name."""
    rows = select(SourceRow).order_by(SourceRow.name)

    with database.read() as session:
        return {row.name: _last_fetch(row) for row in session.scalars(rows)}


def _last_fetch(row: SourceRow) -> LastFetch:
    return LastFetch(
        name=row.name,
        tried_at=row.tried_at,
        succeeded_at=row.succeeded_at,
        not_before=row.not_before,
        papers=row.papers,
        note=row.note,
    )
