"""bring and ask: what readers brought together, and digests that ask."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bundles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "origin IN ('link', 'file')", name=op.f("ck_bundles_origin")
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"],
            ["readers.id"],
            name=op.f("fk_bundles_reader_id_readers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundles")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_bundles_reader_id"), "bundles", ["reader_id"])
    op.create_table(
        "brought",
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("bundle_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["bundle_id"],
            ["bundles.id"],
            name=op.f("fk_brought_bundle_id_bundles"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["papers.id"],
            name=op.f("fk_brought_paper_id_papers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"],
            ["readers.id"],
            name=op.f("fk_brought_reader_id_readers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "reader_id", "paper_id", name=op.f("pk_brought")
        ),
    )
    op.create_index(op.f("ix_brought_bundle_id"), "brought", ["bundle_id"])
    op.create_index(op.f("ix_brought_paper_id"), "brought", ["paper_id"])
    _kinds("'daily', 'now', 'ask'")


def downgrade() -> None:
    op.execute("DELETE FROM digests WHERE kind = 'ask'")
    _kinds("'daily', 'now'")
    op.drop_table("brought")
    op.drop_table("bundles")


def _kinds(kinds: str) -> None:
    """Say which kinds of digest there are; SQLite has to write the table anew for that."""
    anew = {"sqlite_autoincrement": True}
    with op.batch_alter_table("digests", table_kwargs=anew) as batch:
        batch.drop_constraint(op.f("ck_digests_kind"), type_="check")
        batch.create_check_constraint(
            op.f("ck_digests_kind"), f"kind IN ({kinds})"
        )
