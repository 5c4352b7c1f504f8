"""Groups and channels: readers with members, set up and changed by their admins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.delivery_tables import RecommendationRow
from bot.storage.group_tables import GroupAdminRow, GroupRow
from bot.storage.readers import Reader, reader_of
from bot.storage.tables import ReaderRow

# How often the members of a group may ask for more picks.
ASKING_PERIOD = timedelta(hours=1)

# How long the data of a group are kept after the bot left it.
KEPT_AFTER_LEAVING = timedelta(days=30)

# The approval of a channel whose posts never go without their owner's word.
NEVER = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group or a channel: the reader that it is, and its own settings.

    `approval` are the minutes after which a post goes without its owner's word, `NEVER`, or None
    if the owner is not asked. `paused` says why nothing is posted; empty if nothing is wrong.
    """

    reader: Reader
    owner_id: int
    asking: str
    approval: int | None
    paused: str
    asked_at: datetime | None
    left_at: datetime | None

    @property
    def id(self) -> int:
        """The number of the group, which is that of its reader."""
        return self.reader.id

    @property
    def is_channel(self) -> bool:
        """Whether it is a channel, where only admins write."""
        return self.reader.kind == "channel"


def find(database: Database, chat_id: int) -> Group | None:
    """Return the group in a chat, or None if it was never set up."""
    return _first(database, _groups().where(ReaderRow.chat_id == chat_id))


def by_id(database: Database, group_id: int) -> Group | None:
    """Return a group, or None if it was deleted."""
    return _first(database, _groups().where(ReaderRow.id == group_id))


def of_admin(database: Database, user_id: int) -> list[Group]:
    """Return the groups whose admin somebody was when Telegram was last asked."""
    theirs = select(GroupAdminRow.group_id).where(
        GroupAdminRow.user_id == user_id
    )
    statement = (
        _groups()
        .where(ReaderRow.id.in_(theirs), GroupRow.left_at.is_(None))
        .order_by(ReaderRow.name, ReaderRow.id)
    )
    with database.read() as session:
        return [_group(*row) for row in session.execute(statement)]


def set_up(
    database: Database,
    chat_id: int,
    *,
    owner_id: int,
    name: str,
    approval: int | None,
    values: Mapping[str, Any],
) -> Group | None:
    """Create the group in a chat, or bring back the one that the bot had left.

    A group that comes back keeps its settings; its owner is whoever added the bot last. Return
    None if the bot is there already: the chat of a group that became a supergroup looks new.
    """
    with database.write() as session:
        insert = database.insert(ReaderRow).values(
            chat_id=chat_id, name=name, **values
        )
        session.execute(
            insert.on_conflict_do_nothing(index_elements=["chat_id"])
        )
        reader = session.scalars(
            select(ReaderRow)
            .where(ReaderRow.chat_id == chat_id)
            .with_for_update()
        ).one()
        group = session.get(GroupRow, reader.id)
        if group is not None and group.left_at is None:
            return None
        reader.active = True
        reader.name = name
        if group is None:
            group = GroupRow(
                group_id=reader.id, asking="admins", approval=approval
            )
            session.add(group)
        group.owner_id = owner_id
        group.paused = ""
        group.left_at = None
        session.flush()

        return _group(reader, group)


def change(database: Database, group_id: int, **values: object) -> None:
    """Set settings that only groups have."""
    with database.write() as session:
        session.execute(
            update(GroupRow)
            .where(GroupRow.group_id == group_id)
            .values(**values)
        )


def set_admins(
    database: Database, group_id: int, user_ids: Iterable[int]
) -> None:
    """Store who the admins of a group are, as Telegram says."""
    with database.write() as session:
        # Its row is the lock: two at once would both insert.
        group = session.get(GroupRow, group_id, with_for_update=True)
        if group is None:
            return
        session.execute(
            delete(GroupAdminRow).where(GroupAdminRow.group_id == group_id)
        )
        session.add_all(
            GroupAdminRow(group_id=group_id, user_id=user_id)
            for user_id in set(user_ids)
        )


def leave(database: Database, group_id: int, now: datetime) -> None:
    """Post nothing more to a group that sent the bot away; its data go later."""
    change(database, group_id, left_at=now)
    outbox.deactivate_reader(database, group_id)


def pause(database: Database, group_id: int, reason: str) -> bool:
    """Post nothing until an admin changes something; return whether the reason is new."""
    statement = (
        update(GroupRow)
        .where(GroupRow.group_id == group_id, GroupRow.paused != reason)
        .values(paused=reason)
        .returning(GroupRow.group_id)
    )
    with database.write() as session:
        is_new = session.scalar(statement) is not None

    outbox.deactivate_reader(database, group_id)
    return is_new


def resume(database: Database, group_id: int) -> None:
    """Post again."""
    with database.write() as session:
        group = session.get(GroupRow, group_id)
        if group is None or group.left_at is not None:
            return
        group.paused = ""
        session.get_one(ReaderRow, group_id).active = True


def migrate(database: Database, chat_id: int, new_chat_id: int) -> None:
    """Move a group to the chat that Telegram moved it to, if it is not there already.

    What was created in the new chat before the move was known gives way.
    """
    with database.write() as session:
        reader = session.scalar(
            select(ReaderRow)
            .where(ReaderRow.chat_id == chat_id)
            .with_for_update()
        )
        if reader is None:
            return
        session.execute(
            delete(ReaderRow).where(ReaderRow.chat_id == new_chat_id)
        )
        reader.chat_id = new_chat_id
        # Messages and topics keep their numbers in no other chat.
        reader.thread_id = None
        session.execute(
            update(RecommendationRow)
            .where(RecommendationRow.reader_id == reader.id)
            .values(chat_id=None, message_id=None)
        )


def take_request(database: Database, group_id: int, now: datetime) -> bool:
    """Count a request for more picks; return False within an hour of the last one."""
    is_over = or_(
        GroupRow.asked_at.is_(None),
        GroupRow.asked_at <= now - ASKING_PERIOD,
    )
    statement = (
        update(GroupRow)
        .where(GroupRow.group_id == group_id, is_over)
        .values(asked_at=now)
        .returning(GroupRow.group_id)
    )
    with database.write() as session:
        return session.scalar(statement) is not None


def minutes_to_wait(group: Group) -> int | None:
    """Return after how many minutes a post goes without its owner's word; None for never."""
    return None if group.approval == NEVER else group.approval


def ids_to_delete(session: Session, now: datetime) -> list[int]:
    """Return the groups that the bot left so long ago that their data go."""
    return list(
        session.scalars(
            select(GroupRow.group_id).where(
                GroupRow.left_at <= now - KEPT_AFTER_LEAVING
            )
        )
    )


def _groups() -> Select[ReaderRow, GroupRow]:
    return select(ReaderRow, GroupRow).join(
        GroupRow, GroupRow.group_id == ReaderRow.id
    )


def _first(
    database: Database, statement: Select[ReaderRow, GroupRow]
) -> Group | None:
    with database.read() as session:
        row = session.execute(statement).first()

        return _group(*row) if row else None


def _group(reader: ReaderRow, row: GroupRow) -> Group:
    return Group(
        reader=reader_of(reader),
        owner_id=row.owner_id,
        asking=row.asking,
        approval=row.approval,
        paused=row.paused,
        asked_at=row.asked_at,
        left_at=row.left_at,
    )
