"""Deep links that let one more person in."""

from datetime import datetime

from sqlalchemy import select, update

from bot.storage.database import Database
from bot.storage.tables import InviteRow


def make(database: Database, code: str, now: datetime) -> None:
    """Store a new invitation."""
    with database.write() as session:
        session.add(InviteRow(code=code, made_at=now))


def use(database: Database, code: str, chat_id: int, now: datetime) -> bool:
    """Use an invitation up; False where there is none, or somebody else had it."""
    with database.write() as session:
        # Of who was forgotten, only when they came is known: their link stays used.
        free = (InviteRow.code == code, InviteRow.used_at.is_(None))
        taken = (
            update(InviteRow).where(*free).values(used_by=chat_id, used_at=now)
        )
        if session.scalar(taken.returning(InviteRow.id)) is not None:
            return True
        mine = select(InviteRow.id).where(
            InviteRow.code == code, InviteRow.used_by == chat_id
        )
        return session.scalar(mine) is not None
