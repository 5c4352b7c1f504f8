"""The base of all tables: times with a zone, named constraints, shared columns."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    LargeBinary,
    MetaData,
    inspect,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

# Buttons of old messages name rows by id, so SQLite must never give the id of a
# deleted row to a new one.
STABLE_IDS = {"sqlite_autoincrement": True}


Entity = TypeVar("Entity")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; SQLite keeps no zone, so reading adds it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, _dialect: Dialect
    ) -> datetime | None:
        """Convert a datetime to UTC; raise ValueError if it has no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")

        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, _dialect: Dialect
    ) -> datetime | None:
        """Return a stored datetime as an aware one in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)

        return value.astimezone(UTC)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None] | None:
        """Return what reads a column; a rating more is one moment more to read at each tap."""
        if dialect.name == "sqlite":
            return _read_utc
        return super().result_processor(dialect, coltype)


def _read_utc(text: str | None) -> datetime | None:
    """Return the moment that SQLite holds as a text without a zone."""
    return None if text is None else datetime.fromisoformat(f"{text}Z")


class Base(DeclarativeBase):
    """The base class of all tables; it names every constraint for the migrations."""

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


class Columns(Generic[Entity]):
    """The columns of an entity in a statement, and the entity of such a row.

    It is for what every tap reads: a plain object of which the session keeps no books takes half
    of the time.
    """

    def __init__(self, entity: type[Entity]) -> None:
        self._names = tuple(
            column.key for column in inspect(entity).column_attrs
        )
        self.attributes = [getattr(entity, name) for name in self._names]

    def __len__(self) -> int:
        return len(self._names)

    def entity(self, values: Iterable[Any]) -> Entity:
        """Return an object with the attributes of the entity, of values in their order."""
        attributes = dict(zip(self._names, values, strict=True))
        return cast("Entity", SimpleNamespace(**attributes))


def reader_reference() -> Mapped[int]:
    """Return a column for the reader who owns a row; deleting the reader deletes it."""
    return mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), index=True
    )


def paper_reference() -> Mapped[int]:
    """Return a column for the paper of a row; deleting the paper deletes the row."""
    return mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"), index=True
    )


def reader_key() -> Mapped[int]:
    """Return the first half of the primary key (reader, paper)."""
    return mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True
    )


def paper_key() -> Mapped[int]:
    """Return the second half of a primary key, with an index of its own."""
    return mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
