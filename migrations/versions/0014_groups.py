"""groups: groups and channels as readers, their admins, and the votes of their members."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Ids of deleted rows are never given again.
ANEW = {"sqlite_autoincrement": True}


def upgrade() -> None:
    # The check comes with its column: added later it would rebuild, on SQLite, the table which
    # every reader's rows hang on.
    check = sa.CheckConstraint(
        "kind IN ('person', 'group', 'channel')", name=op.f("ck_readers_kind")
    )
    op.add_column(
        "readers",
        sa.Column(
            "kind", sa.String(8), check, server_default="person", nullable=False
        ),
    )
    op.add_column(
        "readers",
        sa.Column(
            "votes_count",
            sa.Boolean(),
            server_default=sa.true(),
            nullable=False,
        ),
    )
    op.add_column("readers", sa.Column("thread_id", sa.BigInteger()))
    op.add_column(
        "deliveries",
        sa.Column("approval", sa.String(8), server_default="", nullable=False),
    )
    _create_groups()
    _create_votes()


def _create_groups() -> None:
    op.create_table(
        "groups",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("asking", sa.String(12), nullable=False),
        sa.Column("approval", sa.Integer()),
        sa.Column("paused", sa.String(16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "asking IN ('admins', 'everybody')", name=op.f("ck_groups_asking")
        ),
        _of_group("groups"),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_groups")),
    )
    op.create_index("ix_groups_owner_id", "groups", ["owner_id"])
    op.create_table(
        "group_admins",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        _of_group("group_admins"),
        sa.PrimaryKeyConstraint(
            "group_id", "user_id", name=op.f("pk_group_admins")
        ),
    )
    op.create_index("ix_group_admins_user_id", "group_admins", ["user_id"])


def _create_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(128), nullable=False),
        sa.Column("group_id", sa.Integer()),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value IN (-1, 0, 1)", name=op.f("ck_votes_value")),
        _of_group("votes"),
        _of_paper("votes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votes")),
        sa.UniqueConstraint(
            "card", "user_id", name=op.f("uq_votes_card_user_id")
        ),
        **ANEW,
    )
    for column in ("group_id", "user_id", "paper_id"):
        op.create_index(f"ix_votes_{column}", "votes", [column])
    op.create_table(
        "inline_cards",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        _of_paper("inline_cards"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inline_cards")),
    )
    op.create_index("ix_inline_cards_paper_id", "inline_cards", ["paper_id"])


def _of_group(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["group_id"],
        ["readers.id"],
        ondelete="CASCADE",
        name=op.f(f"fk_{table}_group_id_readers"),
    )


def _of_paper(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["paper_id"],
        ["papers.id"],
        ondelete="CASCADE",
        name=op.f(f"fk_{table}_paper_id_papers"),
    )


def downgrade() -> None:
    for table in ("inline_cards", "votes", "group_admins", "groups"):
        op.drop_table(table)
    op.drop_column("deliveries", "approval")
    # The older version takes every reader for a person.
    op.execute(sa.text("DELETE FROM readers WHERE kind <> 'person'"))
    for column in ("thread_id", "votes_count", "kind"):
        op.drop_column("readers", column)
