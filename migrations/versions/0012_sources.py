"""sources: lists that readers choose, and papers known by a DOI."""

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Rows that are read and written at once.
CHUNK = 1_000

ARXIV_CATEGORY = re.compile(r"[a-z-]+(\.[A-Za-z-]+)?")

COLUMNS = ("doi", "preprint_doi")


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column(
            "papers", sa.Column(column, sa.String(256), nullable=True)
        )
    op.add_column(
        "papers",
        sa.Column(
            "text_source", sa.String(32), server_default="", nullable=False
        ),
    )
    op.add_column(
        "papers",
        sa.Column("venue", sa.Text(), server_default="", nullable=False),
    )
    op.add_column(
        "papers",
        sa.Column(
            "lists", sa.JSON(), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    _index_dois()
    _fill_lists()
    _create_feeds()
    _create_subscriptions()


def downgrade() -> None:
    op.drop_table("feed_entries")
    op.drop_table("subscriptions")
    op.drop_table("feeds")
    for column in COLUMNS:
        op.drop_index(f"ix_papers_own_{column}", "papers")
        op.drop_index(f"ix_papers_public_{column}", "papers")
    for column in (*COLUMNS, "text_source", "venue", "lists"):
        op.drop_column("papers", column)


def _index_dois() -> None:
    public = sa.text("reader_id IS NULL")
    for column in COLUMNS:
        op.create_index(
            f"ix_papers_public_{column}",
            "papers",
            [column],
            unique=True,
            sqlite_where=public,
            postgresql_where=public,
        )
        op.create_index(
            f"ix_papers_own_{column}",
            "papers",
            [column, "reader_id"],
            unique=True,
        )


def _fill_lists() -> None:
    """Put the public papers into the lists that their source and categories name."""
    connection = op.get_bind()
    page = sa.text(
        "SELECT id, source, categories, listed FROM papers "
        "WHERE reader_id IS NULL AND id > :last ORDER BY id LIMIT :chunk"
    ).columns(categories=sa.JSON(), listed=sa.Date())
    change = sa.text("UPDATE papers SET lists = :lists WHERE id = :id")

    last = 0
    while rows := connection.execute(
        page, {"last": last, "chunk": CHUNK}
    ).all():
        last = rows[-1].id
        changes = [{"id": row.id, "lists": _lists(row)} for row in rows]
        connection.execute(change, changes)


def _lists(row: sa.Row[int, str, list[str], object]) -> str:
    keys = [
        f"arxiv:{category}"
        for category in row.categories
        if ARXIV_CATEGORY.fullmatch(category)
    ]
    if row.source != "arxiv":
        keys.append("huggingface" if row.source == "huggingface" else "file")

    return json.dumps(dict.fromkeys(keys, row.listed.isoformat()))


def _create_feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(2000), nullable=False),
        sa.Column("etag", sa.String(512), nullable=False),
        sa.Column("last_modified", sa.String(128), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("address", name=op.f("uq_feeds_address")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feeds_next_check_at"), "feeds", ["next_check_at"])
    op.create_table(
        "feed_entries",
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        *_references("feed_entries", "readers", "papers", "feeds"),
        sa.PrimaryKeyConstraint(
            "reader_id", "paper_id", name=op.f("pk_feed_entries")
        ),
    )
    for column in ("paper_id", "feed_id"):
        op.create_index(
            op.f(f"ix_feed_entries_{column}"), "feed_entries", [column]
        )


def _create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(96), nullable=False),
        sa.Column("name", sa.String(256), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        *_references("subscriptions", "readers", "feeds"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint(
            "reader_id", "key", name=op.f("uq_subscriptions_reader_id_key")
        ),
        sqlite_autoincrement=True,
    )
    for column in ("reader_id", "key", "feed_id"):
        op.create_index(
            op.f(f"ix_subscriptions_{column}"), "subscriptions", [column]
        )


def _references(table: str, *tables: str) -> list[sa.ForeignKeyConstraint]:
    """Return the foreign keys of a table; its rows go with what they belong to."""
    return [
        sa.ForeignKeyConstraint(
            [f"{target[:-1]}_id"],
            [f"{target}.id"],
            name=op.f(f"fk_{table}_{target[:-1]}_id_{target}"),
            ondelete="CASCADE",
        )
        for target in tables
    ]
