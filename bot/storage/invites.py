"""Invitations: deep links that let one more person in each."""

from datetime import datetime

from sqlalchemy import select, update

from bot.storage.database import Database
from bot.storage.tables import InviteRow

# What an invitation is called in the deep link that uses it.
LINK_PREFIX = "inv_"


def create(database: Database, code: str, now: datetime) -> None:
    """Store a new invitation."""
    with database.write() as session:
        session.add(InviteRow(code=code, made_at=now))


def use(database: Database, code: str, chat_id: int, now: datetime) -> bool:
    """Use an invitation; return False if there is none, or another chat used it.

    A chat that used the invitation before may use it again.
    """
    # When a reader is deleted, `used_by` is cleared and `used_at` stays, so that nobody
    # else can use their invitation.
    take = (
        update(InviteRow)
        .where(InviteRow.code == code, InviteRow.used_at.is_(None))
        .values(used_by=chat_id, used_at=now)
        .returning(InviteRow.id)
    )
    used_before = select(InviteRow.id).where(
        InviteRow.code == code, InviteRow.used_by == chat_id
    )

    with database.write() as session:
        if session.scalar(take) is not None:
            return True

        return session.scalar(used_before) is not None
