"""What the tables are made of: moments that keep their zone, and constraints with names."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    LargeBinary,
    MetaData,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

# Old buttons name rows by number: SQLite must not give a deleted row's number to another.
NUMBERED = {"sqlite_autoincrement": True}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC: SQLite stores no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, _dialect: Dialect
    ) -> datetime | None:
        """Refuse a moment without a zone; store it in UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(
        self, value: datetime | None, _dialect: Dialect
    ) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return (
            value.replace(tzinfo=UTC)
            if value.tzinfo is None
            else value.astimezone(UTC)
        )


class Base(DeclarativeBase):
    """Every constraint has a name, so that every migration can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own protocol
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
        bytes: LargeBinary,
    }


def its_reader() -> Mapped[int]:
    """Return the column that says whose row it is; the row goes with its reader."""
    return mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), index=True
    )


def its_paper() -> Mapped[int]:
    """Return the column that says which paper a row is about; the row goes with the paper."""
    return mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"), index=True
    )
