"""The tables that processes share while they run; nothing in them outlives its minute."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base


class DeedRow(Base):
    """Something that a person did a moment ago, of which too much would be a flood."""

    __tablename__ = "deeds"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, index=True)
    name: Mapped[str] = mapped_column(String(200))
    value: Mapped[int] = mapped_column(BigInteger)
    done_at: Mapped[datetime]


class PlaceRow(Base):
    """When the next of the things may be done that all processes do at one pace."""

    __tablename__ = "places"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_at: Mapped[datetime]
