"""search."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("like_id", sa.Integer(), nullable=True),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["like_id"],
            ["papers.id"],
            name=op.f("fk_searches_like_id_papers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"],
            ["readers.id"],
            name=op.f("fk_searches_reader_id_readers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_searches_like_id"), "searches", ["like_id"], unique=False
    )
    op.create_index(
        op.f("ix_searches_reader_id"), "searches", ["reader_id"], unique=False
    )
    # Words come folded, so `ascii` (which leaves other letters alone) parts them at the spaces.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE paper_words USING fts5(title, words, tokenize='ascii', detail='column')"
        )
    else:
        op.execute(
            "CREATE TABLE paper_words (rowid INTEGER PRIMARY KEY REFERENCES papers (id) ON DELETE CASCADE, title tsvector NOT NULL, words tsvector NOT NULL)"
        )
        op.execute(
            "CREATE INDEX ix_paper_words_title ON paper_words USING gin (title)"
        )
        op.execute(
            "CREATE INDEX ix_paper_words_words ON paper_words USING gin (words)"
        )


def downgrade() -> None:
    op.execute("DROP TABLE paper_words")
    op.drop_table("searches")
