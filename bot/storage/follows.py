"""The authors whose papers a reader always wants to see."""

from datetime import datetime

from sqlalchemy import delete, func, select

from bot.storage.database import Database
from bot.storage.tables import FollowRow
from recommender.papers import author_key

LONGEST = 128  # characters of a name that can be kept
MOST = 90  # authors of one reader: each has a button in the list


def fits(name: str) -> bool:
    """Tell whether a name can be kept: "authors" such as a whole collaboration's list can't."""
    return len(name) <= LONGEST and 0 < len(author_key(name)) <= LONGEST


def follow(
    database: Database,
    reader_id: int,
    name: str,
    now: datetime,
    *,
    fitting: bool = False,
) -> bool:
    """Follow an author, also by another spelling; False where the reader follows too many.

    With `fitting` only those of their papers that fit the reader's taste too.
    """
    values = {
        "author": name,
        "key": author_key(name),
        "created_at": now,
        "fitting": fitting,
    }
    others = FollowRow.reader_id == reader_id, FollowRow.key != values["key"]
    with database.write() as session:
        if (
            session.scalar(select(func.count(FollowRow.id)).where(*others)) or 0
        ) >= MOST:
            return False
        new = database.insert(FollowRow).values(reader_id=reader_id, **values)
        session.execute(
            new.on_conflict_do_update(
                index_elements=["reader_id", "key"], set_={"fitting": fitting}
            )
        )
        return True


def unfollow(database: Database, reader_id: int, name: str) -> None:
    """Follow an author no longer."""
    mine = FollowRow.reader_id == reader_id, FollowRow.key == author_key(name)
    with database.write() as session:
        session.execute(delete(FollowRow).where(*mine))


def of_reader(database: Database, reader_id: int) -> dict[str, bool]:
    """Return those a reader follows, the first one first: whether only what fits of them."""
    mine = select(FollowRow.author, FollowRow.fitting).where(
        FollowRow.reader_id == reader_id
    )
    with database.read() as session:
        rows = session.execute(mine.order_by(FollowRow.id))
        return {name: fitting for name, fitting in rows}  # noqa: C416 - a row is no pair to mypy
