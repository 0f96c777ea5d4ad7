"""First schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_entries",
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("purse", sa.BigInteger(), nullable=False),
        sa.Column("welfare", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_account_entries"),
    )
    op.create_index("ix_account_entries_person_id", "account_entries", ["person_id"], unique=False)

    op.create_table(
        "accounts",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("purse_opened", sa.BigInteger(), nullable=False),
        sa.Column("welfare_opened", sa.BigInteger(), nullable=False),
        sa.Column("purse", sa.BigInteger(), nullable=False),
        sa.Column("welfare", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_accounts"),
    )
    op.create_table(
        "adjustments",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("service_date", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("after_version", sa.BigInteger(), nullable=False),
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("amounts", sa.Text(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_adjustments"),
    )
    op.create_index(
        "ix_adjustments_sheet",
        "adjustments",
        ["site_id", "service_date", "period", "operator_id"],
        unique=False,
    )

    op.create_table(
        "alarms",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("raised_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "log_id", "kind", "seq", name="pk_alarms"),
    )
    op.create_table(
        "claims",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("service_date", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "service_date", "period", name="pk_claims"),
    )
    op.create_index("ix_claims_txn_id", "claims", ["txn_id"], unique=False)

    op.create_table(
        "enrolment_codes",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name="pk_enrolment_codes"),
    )
    op.create_table(
        "forked_rows",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "log_id", "seq", "hash", name="pk_forked_rows"),
    )
    op.create_table(
        "fund_claims",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("service_date", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "service_date", "fund", name="pk_fund_claims"),
    )
    op.create_index("ix_fund_claims_txn_id", "fund_claims", ["txn_id"], unique=False)

    op.create_table(
        "help_calls",
        sa.Column("help_call_id", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("called_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("help_call_id", name="pk_help_calls"),
    )
    op.create_index("ix_help_calls_terminal_id", "help_calls", ["terminal_id"], unique=False)

    op.create_table(
        "identity",
        sa.Column("hall_id", sa.String(), nullable=False),
        sa.Column("signing_key", sa.Text(), nullable=False),
        sa.Column("card_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", name="pk_identity"),
    )
    op.create_table(
        "logs",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.String(), nullable=False),
        sa.Column("expected_seq", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "log_id", name="pk_logs"),
    )
    op.create_table(
        "meal_orders",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("service_date", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "service_date", "period", name="pk_meal_orders"),
    )
    op.create_index("ix_meal_orders_site", "meal_orders", ["service_date", "site_id", "period"], unique=False)

    op.create_table(
        "meals",
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("card_ref", sa.String(), nullable=True),
        sa.Column("service_date", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("list_price", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("own_part", sa.BigInteger(), nullable=False),
        sa.Column("purse_part", sa.BigInteger(), nullable=False),
        sa.Column("cash_part", sa.BigInteger(), nullable=False),
        sa.Column("owed_part", sa.BigInteger(), nullable=False),
        sa.Column("welfare_part", sa.BigInteger(), nullable=False),
        sa.Column("subsidised", sa.Boolean(), nullable=False),
        sa.Column("identified_by", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("day_funds", sa.Text(), nullable=False),
        sa.Column("occurred_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("clock_trusted", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("lost_funds", sa.Text(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("shortfall", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("txn_id", name="pk_meals"),
    )
    op.create_index("ix_meals_person", "meals", ["person_id", "service_date"], unique=False)
    op.create_index("ix_meals_site", "meals", ["site_id", "service_date", "period"], unique=False)
    op.create_index("ix_meals_terminal", "meals", ["terminal_id", "person_id"], unique=False)

    op.create_table(
        "operators",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_operators"),
    )
    op.create_table(
        "published",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("site_id", sa.String(), nullable=True),
        sa.Column("service_date", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_published"),
    )
    op.create_index("uq_published_record", "published", ["kind", "id"], unique=True)

    op.create_table(
        "reviews",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("other_txn_id", sa.String(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("amount_due", sa.BigInteger(), nullable=False),
        sa.Column("collected", sa.BigInteger(), nullable=False),
        sa.Column("after_closing", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("decided_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "txn_id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_state", "reviews", ["state"], unique=False)

    op.create_table(
        "settlements",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("service_date", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("closed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint(
            "site_id", "service_date", "period", "operator_id", "version", name="pk_settlements"
        ),
    )
    op.create_table(
        "terminal_counts",
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("service_date", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("txn_id", name="pk_terminal_counts"),
    )
    op.create_index(
        "ix_terminal_counts_site", "terminal_counts", ["site_id", "service_date", "period"], unique=False
    )

    op.create_table(
        "terminals",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=True),
        sa.Column("software", sa.String(), nullable=False),
        sa.Column("enrolled_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_seen_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("terminal_id", name="pk_terminals"),
    )
    op.create_table(
        "used_assertions",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "jti", name="pk_used_assertions"),
    )
    op.create_index("ix_used_assertions_expires_at_ms", "used_assertions", ["expires_at_ms"], unique=False)

    op.create_table(
        "voids",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("meal_txn_id", sa.String(), nullable=False),
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("occurred_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "meal_txn_id", name="pk_voids"),
    )
    op.create_table(
        "rows",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("occurred_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("monotonic_ms", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("clock_trusted", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("estimated_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["terminal_id", "log_id"], ["logs.terminal_id", "logs.log_id"], name="fk_rows_logs"
        ),
        sa.PrimaryKeyConstraint("terminal_id", "log_id", "seq", name="pk_rows"),
    )
    op.create_index("ix_rows_txn_id", "rows", ["txn_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_rows_txn_id", "rows")

    op.drop_table("rows")
    op.drop_table("voids")
    op.drop_index("ix_used_assertions_expires_at_ms", "used_assertions")

    op.drop_table("used_assertions")
    op.drop_table("terminals")
    op.drop_index("ix_terminal_counts_site", "terminal_counts")

    op.drop_table("terminal_counts")
    op.drop_table("settlements")
    op.drop_index("ix_reviews_state", "reviews")

    op.drop_table("reviews")
    op.drop_index("uq_published_record", "published")

    op.drop_table("published")
    op.drop_table("operators")
    op.drop_index("ix_meals_terminal", "meals")
    op.drop_index("ix_meals_site", "meals")
    op.drop_index("ix_meals_person", "meals")

    op.drop_table("meals")
    op.drop_index("ix_meal_orders_site", "meal_orders")

    op.drop_table("meal_orders")
    op.drop_table("logs")
    op.drop_table("identity")
    op.drop_index("ix_help_calls_terminal_id", "help_calls")

    op.drop_table("help_calls")
    op.drop_index("ix_fund_claims_txn_id", "fund_claims")

    op.drop_table("fund_claims")
    op.drop_table("forked_rows")
    op.drop_table("enrolment_codes")
    op.drop_index("ix_claims_txn_id", "claims")

    op.drop_table("claims")
    op.drop_table("alarms")
    op.drop_index("ix_adjustments_sheet", "adjustments")

    op.drop_table("adjustments")
    op.drop_table("accounts")
    op.drop_index("ix_account_entries_person_id", "account_entries")

    op.drop_table("account_entries")
