"""Residents' matters: who looked at what, one-time codes, hand-offs, documents on paper."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_access_log"),
    )
    op.create_index("ix_access_log_person", "access_log", ["person_id", "at_ms"])
    op.create_index("ix_access_log_at_ms", "access_log", ["at_ms"])
    op.create_table(
        "notices_read",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("read_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "version", name="pk_notices_read"),
    )
    op.create_table(
        "contacts",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_contacts"),
    )
    _create_what_phones_use()
    _create_documents()


def _create_what_phones_use() -> None:
    op.create_table(
        "phone_codes",
        sa.Column("code_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("used_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("code_id", name="pk_phone_codes"),
    )
    op.create_index("ix_phone_codes_expires_at_ms", "phone_codes", ["expires_at_ms"])
    op.create_table(
        "hand_offs",
        sa.Column("hand_off_id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("phone_hash", sa.String(), nullable=True),
        sa.Column("downloaded_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("hand_off_id", name="pk_hand_offs"),
        sa.UniqueConstraint("token_hash", name="uq_hand_offs_token_hash"),
    )
    op.create_index("ix_hand_offs_until_ms", "hand_offs", ["until_ms"])


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("medium", sa.String(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("copies", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("as_of_ms", sa.BigInteger(), nullable=False),
        sa.Column("issued_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=False),
        sa.Column("revoked_for", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_documents"),
    )
    op.create_table(
        "document_prints",
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("copy_number", sa.BigInteger(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("txn_id", name="pk_document_prints"),
    )
    op.create_index("ix_document_prints_number", "document_prints", ["number"])
    op.create_table(
        "documents_bound",
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("pick_up", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("bound_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("txn_id", name="pk_documents_bound"),
    )
    op.create_index("ix_documents_bound_number", "documents_bound", ["number"])
    op.create_index("ix_documents_bound_pick_up", "documents_bound", ["pick_up"])


def downgrade() -> None:
    for table in (
        "documents_bound", "document_prints", "documents", "hand_offs", "phone_codes", "contacts", "notices_read",
        "access_log",
    ):  # fmt: skip
        op.drop_table(table)
