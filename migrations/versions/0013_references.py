"""references: links of every kind, not only those to arXiv."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Ids of deleted rows are never given again.
ANEW = {"sqlite_autoincrement": True}


def upgrade() -> None:
    with op.batch_alter_table("lookups", table_kwargs=ANEW) as table:
        table.alter_column(
            "arxiv_id",
            new_column_name="reference",
            existing_type=sa.String(32),
            type_=sa.String(300),
            existing_nullable=False,
        )


def downgrade() -> None:
    # The older version knows links to arXiv alone, whose ids have no colon.
    op.execute(sa.text("DELETE FROM lookups WHERE reference LIKE '%:%'"))
    with op.batch_alter_table("lookups", table_kwargs=ANEW) as table:
        table.alter_column(
            "reference",
            new_column_name="arxiv_id",
            existing_type=sa.String(300),
            type_=sa.String(32),
            existing_nullable=False,
        )
