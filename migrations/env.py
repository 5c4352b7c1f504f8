"""Runs migrations on the connection, or the address, that the caller hands over."""

from alembic import context
from sqlalchemy import (
    Connection,
    Constraint,
    MetaData,
    Table,
    create_engine,
    event,
)
from sqlalchemy.util import OrderedSet

from bot.storage import (
    delivery_tables,
    feature_tables,
    group_tables,
    process_tables,
    standing_tables,
    tables,
)
from bot.storage.base import Base, UtcDateTime
from bot.storage.database import driver_url

TABLES = (
    tables,
    delivery_tables,
    feature_tables,
    group_tables,
    process_tables,
    standing_tables,
)  # importing them is what makes the metadata whole


def written(kind: str, item: object, _context: object) -> str | bool:
    # A migration must still run when the code it was made from has moved on.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def ours(name: str | None, kind: str, _parents: object) -> bool:
    # The index of words is not a model's: FTS5 keeps it in tables of its own, PostgreSQL in one.
    return not (kind == "table" and (name or "").startswith("paper_words"))


@event.listens_for(Table, "after_parent_attach")
def in_order(table: Table, _metadata: MetaData) -> None:
    # A set has another order in every process, and so would a table that SQLite writes anew.
    table.constraints = OrderedSet(sorted(table.constraints, key=_age))


def _age(constraint: Constraint) -> int:
    return int(constraint._creation_order)  # noqa: SLF001 - SQLAlchemy tells it nowhere else


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_name=ours,
        render_item=written,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    migrate(handed_over)
else:  # `alembic check` and `alembic revision` at a developer's terminal
    url = context.get_x_argument(as_dictionary=True).get(
        "url", "sqlite:///:memory:"
    )
    with create_engine(driver_url(url)).connect() as own:
        migrate(own)
