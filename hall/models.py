"""The hall's tables. Money is integer fen, time integer milliseconds UTC, dates are ISO text as on the wire."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Dialect,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class JsonText(TypeDecorator[Any]):
    """JSON kept as ASCII text: the same bytes in both databases, and no character that PostgreSQL would refuse."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        int: BigInteger,
        dict[str, Any]: JsonText,
        list[Any]: JsonText,
        str: String,
    }


# --- who may talk to the hall -----------------------------------------------------------------------------------


class Identity(Base):
    """One row: this hall's name, the key it signs tokens with (PEM) and the key that makes card references (hex)."""

    __tablename__ = "identity"

    hall_id: Mapped[str] = mapped_column(primary_key=True)
    signing_key: Mapped[str] = mapped_column(Text)
    card_key: Mapped[str]


class Terminal(Base):
    """`public_key` is URL-safe base64 without padding, as enrolled; None until then. `enrolment_expires_at_ms` None:
    never."""

    __tablename__ = "terminals"

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str]
    role: Mapped[str]
    public_key: Mapped[str | None]
    software: Mapped[str] = mapped_column(default="")
    enrolled_at_ms: Mapped[int | None]
    enrolment_expires_at_ms: Mapped[int | None]
    revoked_at_ms: Mapped[int | None]
    last_seen_ms: Mapped[int | None]


class EnrolmentCode(Base):
    """One-time code, kept only as SHA-256 hex."""

    __tablename__ = "enrolment_codes"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    terminal_id: Mapped[str]
    expires_at_ms: Mapped[int]
    used_at_ms: Mapped[int | None]


class UsedAssertion(Base):
    """An assertion's `jti`, kept until it could no longer be replayed."""

    __tablename__ = "used_assertions"

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at_ms: Mapped[int] = mapped_column(index=True)


class Operator(Base):
    """Who calls the hall with a bearer token, which is kept only as SHA-256 hex. `kind`: officer, a person of the hall's staff;
    platform, a program that reports alarms and can do nothing else."""

    __tablename__ = "operators"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at_ms: Mapped[int]
    kind: Mapped[str] = mapped_column(default="officer", server_default="officer")


# --- what terminals did -----------------------------------------------------------------------------------------


class Log(Base):
    """One log of one terminal. `last_*` is its head; `expected_seq` the first seq that is missing."""

    __tablename__ = "logs"

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    log_id: Mapped[str] = mapped_column(primary_key=True)
    last_seq: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str]
    expected_seq: Mapped[int] = mapped_column(default=1)
    mark: Mapped[str] = mapped_column(default="")


class Row(Base):
    """A log row as it arrived, and what became of it. `estimated_at_ms` is the hall's guess for an untrusted stamp."""

    __tablename__ = "rows"
    __table_args__ = (
        ForeignKeyConstraint(["terminal_id", "log_id"], ["logs.terminal_id", "logs.log_id"]),
        # Every pull asks for these few: without it, it would read each row that the terminal ever sent.
        Index(
            "ix_rows_refused",
            "terminal_id",
            "log_id",
            "seq",
            sqlite_where=text("state = 'refused'"),
            postgresql_where=text("state = 'refused'"),
        ),
    )

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    log_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    txn_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    occurred_at_ms: Mapped[int]
    monotonic_ms: Mapped[int]
    boot_id: Mapped[str]
    clock_trusted: Mapped[bool]
    body: Mapped[dict[str, Any]]
    prev_hash: Mapped[str]
    hash: Mapped[str]
    received_at_ms: Mapped[int]
    estimated_at_ms: Mapped[int | None]
    state: Mapped[str]
    code: Mapped[str]


class ForkedRow(Base):
    """A row that another row of the same place contradicts: evidence, never applied."""

    __tablename__ = "forked_rows"

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    log_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)
    row: Mapped[dict[str, Any]]
    received_at_ms: Mapped[int]


class Alarm(Base):
    __tablename__ = "alarms"

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    log_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    detail: Mapped[str]
    raised_at_ms: Mapped[int]


class HelpCall(Base):
    """Somebody pressed 人工帮助; open until the terminal or an officer ends it."""

    __tablename__ = "help_calls"

    help_call_id: Mapped[str] = mapped_column(primary_key=True)
    terminal_id: Mapped[str] = mapped_column(index=True)
    site_id: Mapped[str]
    called_at_ms: Mapped[int]
    ended_at_ms: Mapped[int | None]


class DeviceReport(Base):
    """A terminal's signed report of its devices, as it was sent. One a terminal and instant; the newest are kept."""

    __tablename__ = "device_reports"

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    made_at_ms: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]]
    faults: Mapped[int]
    received_at_ms: Mapped[int]


# --- what it means ----------------------------------------------------------------------------------------------


class Meal(Base):
    """A meal that was eaten, as its terminal recorded it, and the hall's verdict in the last block.

    `outcome` is accepted, duplicate or voided; `lost_funds` are the day funds that an earlier meal of the day holds;
    `due` is the subsidy to be reviewed; `shortfall` the part of purse and welfare that was not there."""

    __tablename__ = "meals"
    __table_args__ = (
        Index("ix_meals_person", "person_id", "service_date"),
        Index("ix_meals_site", "site_id", "service_date", "period"),
        Index("ix_meals_terminal", "terminal_id", "person_id"),
    )

    txn_id: Mapped[str] = mapped_column(primary_key=True)
    terminal_id: Mapped[str]
    log_id: Mapped[str]
    seq: Mapped[int]
    site_id: Mapped[str]
    operator_id: Mapped[str]
    person_id: Mapped[str | None]
    card_ref: Mapped[str | None]
    service_date: Mapped[str]
    period: Mapped[str]
    band: Mapped[str]
    list_price: Mapped[int]
    lines: Mapped[list[Any]]
    own_part: Mapped[int]
    purse_part: Mapped[int]
    cash_part: Mapped[int]
    owed_part: Mapped[int]
    welfare_part: Mapped[int]
    subsidised: Mapped[bool]
    identified_by: Mapped[str]
    staff_id: Mapped[str | None]
    online: Mapped[bool]
    flags: Mapped[list[Any]]
    day_funds: Mapped[list[Any]]
    occurred_at_ms: Mapped[int]
    clock_trusted: Mapped[bool]
    late: Mapped[bool] = mapped_column(default=False)

    outcome: Mapped[str] = mapped_column(default="accepted")
    lost_funds: Mapped[list[Any]] = mapped_column(default=list)
    due: Mapped[int] = mapped_column(default=0)
    shortfall: Mapped[int] = mapped_column(default=0)


class Void(Base):
    """Takes back a meal of the same terminal; may arrive before it when the meal's log had to be salvaged."""

    __tablename__ = "voids"

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    meal_txn_id: Mapped[str] = mapped_column(primary_key=True)
    txn_id: Mapped[str]
    staff_id: Mapped[str]
    reason: Mapped[str]
    occurred_at_ms: Mapped[int]


class Claim(Base):
    """One subsidised meal a person, date and period: the primary key is the rule."""

    __tablename__ = "claims"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    service_date: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    txn_id: Mapped[str] = mapped_column(index=True)


class FundClaim(Base):
    """One use of a day fund a person and date."""

    __tablename__ = "fund_claims"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    service_date: Mapped[str] = mapped_column(primary_key=True)
    fund: Mapped[str] = mapped_column(primary_key=True)
    txn_id: Mapped[str] = mapped_column(index=True)


class Account(Base):
    """The opening balances, and the balances now: opening, entries and meals together. Never below zero."""

    __tablename__ = "accounts"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    purse_opened: Mapped[int] = mapped_column(default=0)
    welfare_opened: Mapped[int] = mapped_column(default=0)
    purse: Mapped[int] = mapped_column(default=0)
    welfare: Mapped[int] = mapped_column(default=0)


class AccountEntry(Base):
    """Money that the hall itself moved: a top-up, or what an officer decided in a review. Append only."""

    __tablename__ = "account_entries"

    entry_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    purse: Mapped[int]
    welfare: Mapped[int]
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at_ms: Mapped[int]


class Review(Base):
    """Something a person has to decide. `kind`: duplicate, day_fund, owed, shortfall or over_limit; one a meal and kind.

    `state`: open, waived, collected, blocked; withdrawn when later facts took the reason away after a decision."""

    __tablename__ = "reviews"

    kind: Mapped[str] = mapped_column(primary_key=True)
    txn_id: Mapped[str] = mapped_column(primary_key=True)
    other_txn_id: Mapped[str | None]
    person_id: Mapped[str | None]
    amount_due: Mapped[int]
    collected: Mapped[int] = mapped_column(default=0)
    after_closing: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="open", index=True)
    opened_at_ms: Mapped[int]
    decided_at_ms: Mapped[int | None]
    decided_by: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


# --- settlement -------------------------------------------------------------------------------------------------


class Settlement(Base):
    """A closed period of a site and operator. Append only: a re-close writes the next version."""

    __tablename__ = "settlements"

    site_id: Mapped[str] = mapped_column(primary_key=True)
    service_date: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    operator_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    closed_at_ms: Mapped[int]
    closed_by: Mapped[str]


class Adjustment(Base):
    """A line of the adjustment sheet: what a late row changed after version `after_version`. Append only."""

    __tablename__ = "adjustments"
    __table_args__ = (Index("ix_adjustments_sheet", "site_id", "service_date", "period", "operator_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    site_id: Mapped[str]
    service_date: Mapped[str]
    period: Mapped[str]
    operator_id: Mapped[str]
    after_version: Mapped[int]
    txn_id: Mapped[str]
    reason: Mapped[str]
    amounts: Mapped[dict[str, Any]]
    made_at_ms: Mapped[int]


class TerminalCount(Base):
    """What a terminal itself counted at its 日结 (`closed`) or when asked for leftovers (`reported`)."""

    __tablename__ = "terminal_counts"
    __table_args__ = (Index("ix_terminal_counts_site", "site_id", "service_date", "period"),)

    txn_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    terminal_id: Mapped[str]
    site_id: Mapped[str]
    service_date: Mapped[str]
    period: Mapped[str]
    seq: Mapped[int]
    counted: Mapped[dict[str, Any]]


# --- reference --------------------------------------------------------------------------------------------------


class Published(Base):
    """The change feed: the newest record of each kind and id, or its tombstone, under an ever-growing number.

    It is also where the hall itself looks up residents, sites, staff and tariffs. `site_id` limits a record to the
    terminals of one site, or of several between spaces; `service_date` lets old days fall out of the feed."""

    __tablename__ = "published"
    __table_args__ = (Index("uq_published_record", "kind", "id", unique=True),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    id: Mapped[str]
    data: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    site_id: Mapped[str | None]
    service_date: Mapped[str | None]


class MealOrder(Base):
    """One ordered meal; the kitchen cooks their counts."""

    __tablename__ = "meal_orders"
    __table_args__ = (Index("ix_meal_orders_site", "service_date", "site_id", "period"),)

    person_id: Mapped[str] = mapped_column(primary_key=True)
    service_date: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str]
    band: Mapped[str]
