"""How the last fetch from each source went."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.tables import SourceRow


@dataclass(frozen=True, slots=True)
class Fetched:
    """The state of one source; `note` says what went wrong last, empty when nothing did."""

    name: str
    tried_at: datetime
    succeeded_at: datetime | None
    not_before: datetime | None
    papers: int
    note: str


def note(
    database: Database,
    name: str,
    now: datetime,
    *,
    papers: int,
    failure: str = "",
    not_before: datetime | None = None,
) -> None:
    """Remember a fetch: how many papers it brought, or why it failed and when to come back."""
    values = {
        "tried_at": now,
        "papers": papers,
        "note": failure,
        "not_before": not_before,
    }
    if not failure:
        values["succeeded_at"] = now
    with database.write() as session:
        insert = database.insert(SourceRow).values(name=name, **values)
        session.execute(
            insert.on_conflict_do_update(index_elements=["name"], set_=values)
        )


def states(database: Database) -> dict[str, Fetched]:
    """Return the state of every source that was ever fetched, by its name."""
    with database.read() as session:
        return {
            row.name: Fetched(
                row.name,
                row.tried_at,
                row.succeeded_at,
                row.not_before,
                row.papers,
                row.note,
            )
            for row in session.scalars(
                select(SourceRow).order_by(SourceRow.name)
            )
        }
