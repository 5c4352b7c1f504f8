"""quality bar."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The check comes with its column: added later it would rebuild, on SQLite, the table which
    # every reader's rows hang on.
    check = sa.CheckConstraint(
        "bar IN ('strict', 'normal', 'off')", name=op.f("ck_readers_bar")
    )
    op.add_column(
        "readers",
        sa.Column(
            "bar", sa.String(8), check, server_default="normal", nullable=False
        ),
    )


def downgrade() -> None:
    op.drop_column("readers", "bar")
