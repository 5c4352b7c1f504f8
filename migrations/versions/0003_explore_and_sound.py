"""explore and sound."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: that would rebuild the table which every reader's rows hang on.
    for name in ("explores", "sound"):
        op.add_column(
            "readers",
            sa.Column(
                name, sa.Boolean(), server_default=sa.true(), nullable=False
            ),
        )


def downgrade() -> None:
    for name in ("sound", "explores"):
        op.drop_column("readers", name)
