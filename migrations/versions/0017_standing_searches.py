"""standing searches: what readers want to be told of, which papers matched, what was missed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


UNIQUE = "uq_recommendations_reader_id_paper_id"
FIRST_LOOK = "policy <> 'second-look'"

# Ids of deleted rows are never given again.
ANEW = {"sqlite_autoincrement": True}
LAST_ID = "SELECT seq FROM sqlite_sequence WHERE name = 'recommendations'"
SET_LAST_ID = (
    "UPDATE sqlite_sequence SET seq = :last_id WHERE name = 'recommendations'"
)


def upgrade() -> None:
    op.create_table(
        "standing_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matched_id", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True)),
        _reference("standing_searches", "reader_id", "readers", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_searches")),
        sa.UniqueConstraint(
            "reader_id", "key", name=op.f("uq_standing_searches_reader_id_key")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_standing_searches_reader_id", "standing_searches", ["reader_id"]
    )
    op.create_table(
        "standing_matches",
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer()),
        sa.Column("digest_id", sa.Integer()),
        _reference("standing_matches", "reader_id", "readers", "CASCADE"),
        _reference("standing_matches", "paper_id", "papers", "CASCADE"),
        _reference(
            "standing_matches", "search_id", "standing_searches", "SET NULL"
        ),
        _reference("standing_matches", "digest_id", "digests", "SET NULL"),
        sa.PrimaryKeyConstraint(
            "reader_id", "paper_id", name=op.f("pk_standing_matches")
        ),
    )
    for column in ("paper_id", "search_id", "digest_id"):
        op.create_index(
            f"ix_standing_matches_{column}", "standing_matches", [column]
        )
    for column in _digest_columns():
        op.add_column("digests", column)
    _allow_second_looks()
    op.add_column("readers", sa.Column("seen_at", sa.DateTime(timezone=True)))
    # Nobody knows who answered before; from now on everybody is counted alike.
    op.execute(sa.text("UPDATE readers SET seen_at = CURRENT_TIMESTAMP"))


def _allow_second_looks() -> None:
    """Let a paper come once more, by another policy."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    last_id = None
    if is_sqlite:
        # The table is built anew, and would give the ids of deleted rows again.
        last_id = op.get_bind().scalar(sa.text(LAST_ID))
    with op.batch_alter_table("recommendations", table_kwargs=ANEW) as table:
        table.drop_constraint(UNIQUE, type_="unique")
    if last_id is not None:
        op.execute(sa.text(SET_LAST_ID).bindparams(last_id=last_id))
    op.create_index(
        "ix_recommendations_first_look",
        "recommendations",
        ["reader_id", "paper_id"],
        unique=True,
        sqlite_where=sa.text(FIRST_LOOK),
        postgresql_where=sa.text(FIRST_LOOK),
    )


def _digest_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("matches", sa.Integer(), server_default="0", nullable=False),
        sa.Column("missed_since", sa.Date()),
        sa.Column(
            "missed_papers", sa.Integer(), server_default="0", nullable=False
        ),
        sa.Column(
            "missed_ids",
            sa.JSON(),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("offered_by", sa.Integer()),
    )


def _reference(
    table: str, column: str, other: str, ondelete: str
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{other}.id"],
        ondelete=ondelete,
        name=op.f(f"fk_{table}_{column}_{other}"),
    )


def downgrade() -> None:
    op.drop_index("ix_recommendations_first_look", "recommendations")
    op.execute(
        sa.text("DELETE FROM recommendations WHERE policy = 'second-look'")
    )
    with op.batch_alter_table("recommendations", table_kwargs=ANEW) as table:
        table.create_unique_constraint(UNIQUE, ["reader_id", "paper_id"])
    op.drop_column("readers", "seen_at")
    for column in _digest_columns():
        op.drop_column("digests", column.name)
    op.drop_table("standing_matches")
    op.drop_table("standing_searches")
