"""gist: a sentence, the organization, stars and a picture of papers, and what readers see of it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("papers", _text("gist", sa.Text()))
    op.add_column("papers", _text("gist_source", sa.String(32)))
    op.add_column("papers", _text("organization", sa.String(128)))
    op.add_column("papers", sa.Column("stars", sa.Integer()))
    op.add_column("papers", _text("thumbnail", sa.Text()))

    # The check comes with its column: added later it would rebuild, on SQLite, the table which
    # every reader's rows hang on.
    check = sa.CheckConstraint(
        "text IN ('gist', 'both', 'abstract')", name=op.f("ck_readers_text")
    )
    op.add_column(
        "readers",
        sa.Column(
            "text", sa.String(8), check, server_default="gist", nullable=False
        ),
    )
    op.add_column(
        "readers",
        sa.Column(
            "previews", sa.Boolean(), server_default=sa.true(), nullable=False
        ),
    )


def _text(name: str, kind: sa.types.TypeEngine[str]) -> sa.Column[str]:
    return sa.Column(name, kind, server_default="", nullable=False)


def downgrade() -> None:
    for column in ("previews", "text"):
        op.drop_column("readers", column)
    for column in ("thumbnail", "stars", "organization", "gist_source", "gist"):
        op.drop_column("papers", column)
