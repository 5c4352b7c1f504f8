"""A database with rows in every table, also in those that are yet to come."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Column, Table, func, insert, select
from sqlalchemy.orm import Session

from bot.picks import fitting
from bot.storage import papers, schema
from bot.storage.base import Base, UtcDateTime
from bot.storage.database import Database
from tests.corpus import library
from tests.storage.factories import NOW, settle

# A value of each type for a column that nobody fills otherwise.
VALUES: dict[type, Any] = {
    int: 1,
    float: 0.1,
    bool: True,
    str: "x",
    bytes: b"\x00\xff",
    datetime: datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC),
    date: date(2026, 3, 2),
    time: time(7, 5),
    dict: {"key": [1, None, "é"]},
    list: [],
}


def fill(database: Database) -> None:
    """Fill a database as its use does: Ada used everything, and the rest has a row each."""
    papers.store(database, library(NOW.date()))
    fitting.fit(database, NOW)
    settle(database, "Ada")
    schema.claim(database, 42, "paper_bot", NOW, adopt=False)

    with database.write() as session:
        for table in Base.metadata.sorted_tables:
            if not count(session, table):
                session.execute(insert(table).values(_row(session, table)))


def count(session: Session, table: Table) -> int:
    """Return the number of rows in a table."""
    return session.scalar(select(func.count()).select_from(table)) or 0


def _row(session: Session, table: Table) -> dict[str, Any]:
    """Return a row with a value in each column that needs one."""
    needed = [
        column
        for column in table.columns
        if not column.nullable
        and column.default is None
        and column.server_default is None
        and (column is not table.autoincrement_column or column.foreign_keys)
    ]
    return {column.name: _value(session, column) for column in needed}


def _value(session: Session, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        return session.scalar(select(func.min(key.column)))

    if isinstance(column.type, UtcDateTime):
        return VALUES[datetime]
    return VALUES[column.type.python_type]
