"""Applications with their papers and certificates, runs of norms, ratings, the register of objects."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent_authorisations",
        sa.Column("authorisation_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("authorisation_id", "number", name="pk_agent_authorisations"),
    )
    op.create_index("ix_agent_authorisations_person_id", "agent_authorisations", ["person_id"])
    op.create_table(
        "application_claims",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("occurred_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "log_id", "seq", name="pk_application_claims"),
    )
    op.create_index("ix_application_claims_number", "application_claims", ["number"])
    op.create_table(
        "application_papers",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", "paper", "sha256", name="pk_application_papers"),
    )
    op.create_index("ix_application_papers_blob", "application_papers", ["terminal_id", "sha256"])
    op.create_table(
        "application_steps",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", "place", name="pk_application_steps"),
    )
    op.create_table(
        "applications",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("item_version", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("accept_site", sa.String(), nullable=False),
        sa.Column("home", sa.Text(), nullable=False),
        sa.Column("submitted_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("owner_terminal", sa.String(), nullable=False),
        sa.Column("owner_site", sa.String(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("papers_at_window", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("updated_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_applications"),
    )
    op.create_index("ix_applications_person_id", "applications", ["person_id"])
    op.create_index("ix_applications_state", "applications", ["state", "number"])
    op.create_table(
        "catalogue_versions",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("published_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "version", name="pk_catalogue_versions"),
    )
    op.create_table(
        "certificates",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_certificates"),
    )
    op.create_index("ix_certificates_person_id", "certificates", ["person_id"])
    op.create_table(
        "forgotten_cards",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("card_ref", sa.String(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "log_id", "seq", name="pk_forgotten_cards"),
    )
    op.create_index("ix_forgotten_cards_occurred_at_ms", "forgotten_cards", ["occurred_at_ms"])
    op.create_table(
        "norm_runs",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("norm", sa.String(), nullable=False),
        sa.Column("norm_version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("began_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", "norm", "norm_version", name="pk_norm_runs"),
    )
    op.create_index("ix_norm_runs_state", "norm_runs", ["state"])
    op.create_table(
        "norm_steps",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("norm", sa.String(), nullable=False),
        sa.Column("norm_version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("recorded_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", "norm", "norm_version", "step", name="pk_norm_steps"),
    )
    op.create_table(
        "objects",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "version", name="pk_objects"),
    )
    op.create_table(
        "paper_blobs",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("updated_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "sha256", name="pk_paper_blobs"),
    )
    op.create_table(
        "ratings",
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("given_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "log_id", "seq", name="pk_ratings"),
    )
    op.create_index("ix_ratings_subject", "ratings", ["subject", "given_at_ms"])


def downgrade() -> None:
    op.drop_table("ratings")
    op.drop_table("paper_blobs")
    op.drop_table("objects")
    op.drop_table("norm_steps")
    op.drop_table("norm_runs")
    op.drop_table("forgotten_cards")
    op.drop_table("certificates")
    op.drop_table("catalogue_versions")
    op.drop_table("applications")
    op.drop_table("application_steps")
    op.drop_table("application_papers")
    op.drop_table("application_claims")
    op.drop_table("agent_authorisations")
