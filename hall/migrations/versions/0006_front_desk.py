"""The front desk: consents, visits, tickets, alarms, the care list; who looked at a card; a platform's own tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("access_log", sa.Column("staff_id", sa.String(), nullable=False, server_default=""))
    op.add_column("operators", sa.Column("kind", sa.String(), nullable=False, server_default="officer"))
    op.create_table(
        "alarm_steps",
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("alarm_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name="pk_alarm_steps"),
    )
    op.create_index("ix_alarm_steps_alarm_id", "alarm_steps", ["alarm_id"])
    op.create_table(
        "appointments",
        sa.Column("appointment_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("date", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("window", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("appointment_id", name="pk_appointments"),
    )
    op.create_index("ix_appointments_date", "appointments", ["date"])
    op.create_index("ix_appointments_person_id", "appointments", ["person_id"])
    op.create_table(
        "care_cases",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("opened", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("next", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_for", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_care_cases"),
    )
    op.create_index("ix_care_cases_person_id", "care_cases", ["person_id"])
    op.create_index("ix_care_cases_state", "care_cases", ["state"])
    op.create_table(
        "care_steps",
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name="pk_care_steps"),
    )
    op.create_index("ix_care_steps_case_id", "care_steps", ["case_id"])
    op.create_table(
        "consent_refusals",
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("text_version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "text_version", name="pk_consent_refusals"),
    )
    op.create_table(
        "consent_withdrawals",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clock_trusted", sa.Boolean(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("requested_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name="pk_consent_withdrawals"),
    )
    op.create_index("ix_consent_withdrawals_person_id", "consent_withdrawals", ["person_id"])
    op.create_table(
        "consents",
        sa.Column("consent_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("log_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clock_trusted", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.BigInteger(), nullable=False),
        sa.Column("given_ms", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("consent_id", name="pk_consents"),
    )
    op.create_index("ix_consents_active", "consents", ["purpose", "state", "person_id"])
    op.create_index("ix_consents_person_id", "consents", ["person_id"])
    op.create_table(
        "desk_alarms",
        sa.Column("alarm_id", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("first_turn", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("raised_ms", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("turn", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("alarm_id", name="pk_desk_alarms"),
    )
    op.create_index("ix_desk_alarms_day", "desk_alarms", ["day"])
    op.create_index("ix_desk_alarms_due", "desk_alarms", ["due_ms"])
    op.create_index("uq_desk_alarms_event", "desk_alarms", ["sender", "event_id"], unique=True)
    op.create_table(
        "desk_files",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("grid_worker", sa.String(), nullable=False),
        sa.Column("place_zh", sa.String(), nullable=False),
        sa.Column("place_en", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("last_visit_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_desk_files"),
    )
    op.create_table(
        "desk_matters",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("note_zh", sa.String(), nullable=False),
        sa.Column("note_en", sa.String(), nullable=False),
        sa.Column("icon", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("need", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_desk_matters"),
    )
    op.create_index("ix_desk_matters_person_id", "desk_matters", ["person_id"])
    op.create_table(
        "family_contacts",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_family_contacts"),
    )
    op.create_table(
        "family_messages",
        sa.Column("alarm_id", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("alarm_id", name="pk_family_messages"),
    )
    op.create_index("ix_family_messages_state", "family_messages", ["state"])
    op.create_table(
        "matter_workers",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("assigned_by", sa.String(), nullable=False),
        sa.Column("assigned_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_matter_workers"),
    )
    op.create_table(
        "sandbox_family_messages",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "attempt", name="pk_sandbox_family_messages"),
    )
    op.create_table(
        "staff_signed",
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("signed", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("txn_id", name="pk_staff_signed"),
    )
    op.create_index("ix_staff_signed_staff_id", "staff_signed", ["staff_id"])
    op.create_table(
        "template_deletions",
        sa.Column("consent_id", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("deleted_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consent_id", "terminal_id", name="pk_template_deletions"),
    )
    op.create_table(
        "tickets",
        sa.Column("date", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("issued_ms", sa.BigInteger(), nullable=False),
        sa.Column("window", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("date", "number", name="pk_tickets"),
    )
    op.create_table(
        "visit_answers",
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("window", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("txn_id", name="pk_visit_answers"),
    )
    op.create_index("ix_visit_answers_visit_id", "visit_answers", ["visit_id"])
    op.create_table(
        "visits",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("terminal_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("distance", sa.BigInteger(), nullable=False),
        sa.Column("one_of", sa.BigInteger(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_as", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name="pk_visits"),
    )
    op.create_index("ix_visits_day", "visits", ["day"])
    op.create_index("ix_visits_person_id", "visits", ["person_id"])


def downgrade() -> None:
    op.drop_table("visits")
    op.drop_table("visit_answers")
    op.drop_table("tickets")
    op.drop_table("template_deletions")
    op.drop_table("staff_signed")
    op.drop_table("sandbox_family_messages")
    op.drop_table("matter_workers")
    op.drop_table("family_messages")
    op.drop_table("family_contacts")
    op.drop_table("desk_matters")
    op.drop_table("desk_files")
    op.drop_table("desk_alarms")
    op.drop_table("consents")
    op.drop_table("consent_withdrawals")
    op.drop_table("consent_refusals")
    op.drop_table("care_steps")
    op.drop_table("care_cases")
    op.drop_table("appointments")
    op.drop_table("alarm_steps")
    op.drop_column("operators", "kind")
    op.drop_column("access_log", "staff_id")
