"""Followed authors: those whose new papers a reader wants to see."""

from datetime import datetime

from sqlalchemy import delete, func, select

from bot.storage.database import Database
from bot.storage.tables import FollowRow
from recommender.papers import author_key

# The longest name that can be stored, in characters.
LONGEST = 128

# How many authors one reader can follow: each has a button in the list.
MOST = 90


def fits(name: str) -> bool:
    """Return whether a name is short enough to store.

    The "authors" that are not include the member list of a whole collaboration.
    """
    return len(name) <= LONGEST and 0 < len(author_key(name)) <= LONGEST


def follow(
    database: Database,
    reader_id: int,
    name: str,
    now: datetime,
    *,
    fitting: bool = False,
) -> bool:
    """Follow an author; return False if the reader follows too many others already.

    Other spellings of a name count as the same author. With `fitting` the reader wants
    only those papers that fit their taste too.
    """
    key = author_key(name)
    count_others = select(func.count(FollowRow.id)).where(
        FollowRow.reader_id == reader_id, FollowRow.key != key
    )
    insert = database.insert(FollowRow).values(
        reader_id=reader_id,
        author=name,
        key=key,
        created_at=now,
        fitting=fitting,
    )

    with database.write() as session:
        if session.scalars(count_others).one() >= MOST:
            return False

        session.execute(
            insert.on_conflict_do_update(
                index_elements=["reader_id", "key"],
                set_={"fitting": fitting},
            )
        )
        return True


def unfollow(database: Database, reader_id: int, name: str) -> None:
    """Stop following an author."""
    statement = delete(FollowRow).where(
        FollowRow.reader_id == reader_id, FollowRow.key == author_key(name)
    )

    with database.write() as session:
        session.execute(statement)


def of_reader(database: Database, reader_id: int) -> dict[str, bool]:
    """Return the authors that a reader follows, the first one followed first.

    The value says whether the reader wants only papers that fit their taste.
    """
    follows = (
        select(FollowRow.author, FollowRow.fitting)
        .where(FollowRow.reader_id == reader_id)
        .order_by(FollowRow.id)
    )

    with database.read() as session:
        rows = session.execute(follows)
        return {author: fitting for author, fitting in rows}  # noqa: C416 - a row is no pair to mypy
