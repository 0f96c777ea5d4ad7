"""An enrolment has an end; one from before this has none until it is renewed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("terminals", sa.Column("enrolment_expires_at_ms", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("terminals", "enrolment_expires_at_ms")
