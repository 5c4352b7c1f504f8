"""several processes: what people did a moment ago, and when the next message may go."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


PENDING = "state = 'pending'"


def upgrade() -> None:
    # Nothing in these tables is worth a write to the log of the server.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    prefixes = [] if is_sqlite else ["UNLOGGED"]
    op.create_table(
        "deeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deeds")),
        prefixes=prefixes,
    )
    op.create_index("ix_deeds_person_id", "deeds", ["person_id"])
    op.create_table(
        "places",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_places")),
        prefixes=prefixes,
    )
    # What is claimed next is read from here, however much was sent before.
    op.create_index(
        "ix_deliveries_pending",
        "deliveries",
        ["kind", "due_at", "id"],
        sqlite_where=sa.text(PENDING),
        postgresql_where=sa.text(PENDING),
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_pending", "deliveries")
    op.drop_table("places")
    op.drop_table("deeds")
