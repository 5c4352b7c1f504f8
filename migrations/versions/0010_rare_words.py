"""rare words."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Vectors of the former kind can't be read as the new one; the next tick fits anew.
    op.execute("DELETE FROM paper_vectors")
    op.execute("DELETE FROM feature_versions")
    with op.batch_alter_table("feature_versions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("components", sa.Integer(), nullable=False)
        )


def downgrade() -> None:
    op.execute("DELETE FROM paper_vectors")
    op.execute("DELETE FROM feature_versions")
    with op.batch_alter_table("feature_versions", schema=None) as batch_op:
        batch_op.drop_column("components")
