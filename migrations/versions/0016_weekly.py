"""weekly: one message a week, on a day of the reader's choice, and when a pick was opened."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The check comes with its column: added later it would rebuild, on SQLite, the table which
    # every reader's rows hang on.
    check = sa.CheckConstraint(
        "weekly_day BETWEEN 0 AND 6", name=op.f("ck_readers_weekly_day")
    )
    op.add_column(
        "readers",
        sa.Column(
            "weekly", sa.Boolean(), server_default=sa.true(), nullable=False
        ),
    )
    op.add_column("readers", sa.Column("weekly_day", sa.Integer(), check))
    op.add_column(
        "readers", sa.Column("weekly_due_at", sa.DateTime(timezone=True))
    )
    op.create_index("ix_readers_weekly_due_at", "readers", ["weekly_due_at"])
    op.add_column(
        "recommendations",
        sa.Column("opened_at", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    # The older version sends a digest for every delivery.
    op.execute(sa.text("DELETE FROM deliveries WHERE kind = 'weekly'"))
    op.drop_column("recommendations", "opened_at")
    op.drop_index("ix_readers_weekly_due_at", "readers")
    for column in ("weekly_due_at", "weekly_day", "weekly"):
        op.drop_column("readers", column)
