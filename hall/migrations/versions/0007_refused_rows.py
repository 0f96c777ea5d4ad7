"""Every pull asks which rows were refused, and must not read all that there are."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    refused = sa.text("state = 'refused'")
    op.create_index(
        "ix_rows_refused",
        "rows",
        ["terminal_id", "log_id", "seq"],
        sqlite_where=refused,
        postgresql_where=refused,
    )


def downgrade() -> None:
    op.drop_index("ix_rows_refused", "rows")
