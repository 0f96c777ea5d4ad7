"""Reports of terminals' devices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_reports",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("faults", sa.BigInteger(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "made_at_ms", name="pk_device_reports"),
    )


def downgrade() -> None:
    op.drop_table("device_reports")
