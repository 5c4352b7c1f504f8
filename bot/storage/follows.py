"""The authors whose papers a reader always wants to see."""

from datetime import datetime

from sqlalchemy import delete, func, select

from bot.storage.database import Database
from bot.storage.models import FollowRow
from recommender.papers import author_key

LONGEST = 128  # characters of a name that can be kept
MOST = 90  # authors of one reader: each has a button in the list


def fits(name: str) -> bool:
    """Tell whether a name can be kept: "authors" such as a whole collaboration's list can't."""
    return len(name) <= LONGEST and 0 < len(author_key(name)) <= LONGEST


def follow(database: Database, reader_id: int, name: str, now: datetime) -> bool:
    """Follow an author, also by another spelling; False where the reader follows too many."""
    values = {"author": name, "key": author_key(name), "created_at": now}
    others = FollowRow.reader_id == reader_id, FollowRow.key != values["key"]
    with database.write() as session:
        if (session.scalar(select(func.count(FollowRow.id)).where(*others)) or 0) >= MOST:
            return False
        new = database.insert(FollowRow).values(reader_id=reader_id, **values)
        session.execute(new.on_conflict_do_nothing(index_elements=["reader_id", "key"]))
        return True


def unfollow(database: Database, reader_id: int, name: str) -> None:
    """Follow an author no longer."""
    mine = FollowRow.reader_id == reader_id, FollowRow.key == author_key(name)
    with database.write() as session:
        session.execute(delete(FollowRow).where(*mine))


def of_reader(database: Database, reader_id: int) -> list[str]:
    """Return the names of those a reader follows, the first one first."""
    mine = select(FollowRow.author).where(FollowRow.reader_id == reader_id).order_by(FollowRow.id)
    with database.read() as session:
        return list(session.scalars(mine))
