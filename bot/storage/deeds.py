"""What people did a moment ago, counted by all processes together."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.process_tables import DeedRow


def admit(
    database: Database,
    person_id: int,
    name: str,
    *,
    most: int,
    period: timedelta,
    now: datetime,
    number: int = 0,
) -> bool:
    """Note a deed of a person; False, and no note, if there were `most` within the period.

    One with a number is noted once, however often and by whatever process it is tried. A person's
    updates are processed one at a time, so nobody counts beside this.
    """
    with database.write() as session:
        _delete_before(session, person_id, name, now - period)
        numbers = session.scalars(
            select(DeedRow.value).where(
                DeedRow.person_id == person_id, DeedRow.name == name
            )
        ).all()
        if number and number in numbers:
            return True
        if len(numbers) >= most:
            return False
        session.add(
            DeedRow(person_id=person_id, name=name, value=number, done_at=now)
        )
        return True


def repeat(
    database: Database,
    person_id: int,
    name: str,
    value: int,
    *,
    period: timedelta,
    now: datetime,
) -> bool:
    """Note a deed; tell whether a person's last one of this name, within a period, was the same."""
    is_theirs = (DeedRow.person_id == person_id, DeedRow.name == name)
    with database.write() as session:
        last = session.scalar(
            select(DeedRow.value)
            .where(*is_theirs, DeedRow.done_at > now - period)
            .order_by(DeedRow.done_at.desc())
            .limit(1)
        )
        session.execute(delete(DeedRow).where(*is_theirs))
        session.add(
            DeedRow(person_id=person_id, name=name, value=value, done_at=now)
        )
        return last == value


def delete_of_person(session: Session, person_id: int) -> None:
    """Delete every deed of a person."""
    session.execute(delete(DeedRow).where(DeedRow.person_id == person_id))


def _delete_before(
    session: Session, person_id: int, name: str, moment: datetime
) -> None:
    session.execute(
        delete(DeedRow).where(
            DeedRow.person_id == person_id,
            DeedRow.name == name,
            DeedRow.done_at <= moment,
        )
    )
