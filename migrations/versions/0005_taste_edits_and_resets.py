"""taste edits and resets."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_past("ratings")
    _add_past("taste_edits")
    with op.batch_alter_table(
        "taste_edits"
    ) as batch_op:  # nothing hangs on it, nobody filled it
        batch_op.drop_column("weight")
        batch_op.add_column(sa.Column("value", sa.Integer(), nullable=False))
        batch_op.create_check_constraint(
            op.f("ck_taste_edits_value"), "value IN (-1, 0, 1)"
        )


def downgrade() -> None:
    op.execute(
        "DELETE FROM taste_edits"
    )  # what a direction weighs was never stored
    with op.batch_alter_table("taste_edits") as batch_op:
        batch_op.drop_constraint(op.f("ck_taste_edits_value"), type_="check")
        batch_op.drop_column("value")
        batch_op.add_column(sa.Column("weight", sa.Float(), nullable=False))
    for table in ("taste_edits", "ratings"):
        for name in ("was_at", "was"):
            op.drop_column(table, name)


def _add_past(table: str) -> None:
    # Not in a batch: that would rebuild a table of many rows.
    op.add_column(table, sa.Column("was", sa.Integer()))
    op.add_column(table, sa.Column("was_at", sa.DateTime(timezone=True)))
