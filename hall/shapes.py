"""Shapes that only the hall's own staff and tools see. What terminals see is in `offline_cache.wire`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from offline_cache.wire import LogRow, Period, Shape


def _day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("not a date as YYYY-MM-DD")
    return text


# The pattern is for who reads the contract; it lets through the 30th of February, and digits of other scripts.
IsoDay = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_day)]


class HelpCallBody(Shape):
    """POST /v1/help-calls. `on` false ends the call. A terminal has at most one open call, so a repeat is harmless."""

    on: bool = True


class HelpCallView(Shape):
    help_call_id: str
    terminal_id: str
    site_id: str
    called_at_ms: int
    ended_at_ms: int | None


class DeviceReportView(Shape):
    """`document` is the signed report as the terminal sent it; `faults` counts what did not work."""

    terminal_id: str
    made_at_ms: int
    faults: int
    received_at_ms: int
    document: dict[str, Any]


class CloseBody(Shape):
    site_id: str
    operator_id: str
    service_date: IsoDay
    period: Period


class SettlementView(Shape):
    """`content` holds totals (counts and fen), ordered, reported, counted_by_terminals and chain."""

    site_id: str
    service_date: str
    period: Period
    operator_id: str
    version: int
    content: dict[str, Any]
    content_hash: str
    closed_at_ms: int
    closed_by: str


class AdjustmentView(Shape):
    """One late fact; `amounts` are changes against version `after_version`, by the names of `content.totals`."""

    number: int
    after_version: int
    txn_id: str
    reason: str
    amounts: dict[str, int]
    made_at_ms: int


class SheetView(Shape):
    """All versions of a period, oldest first, and its adjustment sheet."""

    versions: list[SettlementView]
    adjustments: list[AdjustmentView]


class KitchenCount(Shape):
    """Meals to cook for a site. `walk_in` is the allowance for who comes unordered."""

    site_id: str
    period: Period
    ordered: int
    by_band: dict[str, int]
    walk_in: int


class KitchenCounts(Shape):
    service_date: str
    counts: list[KitchenCount]
    ordered: int


class Decision(Shape):
    decision: Literal["waive", "collect", "block"]
    note: str = Field(default="", max_length=500)


class ReviewedMeal(Shape):
    """`occurred_at_ms` is the hall's estimate where the terminal's clock was not trusted."""

    txn_id: str
    site_id: str
    terminal_id: str
    staff_id: str | None
    service_date: str
    period: Period
    occurred_at_ms: int
    clock_trusted: bool
    list_price: int
    own_part: int
    outcome: str
    flags: list[str]


class ReviewView(Shape):
    """`other_meal` is the one that kept the subsidy. Distance in metres, times in minutes; None where unknown."""

    review_id: str
    kind: str
    state: str
    person_id: str | None
    amount_due: int
    collected: int
    after_closing: bool
    meal: ReviewedMeal
    other_meal: ReviewedMeal | None
    distance_m: int | None
    walking_min: int | None
    gap_min: int | None
    too_far_to_walk: bool | None
    opened_at_ms: int
    decided_by: str
    note: str


class LedgerRow(Shape):
    """A stored row and what became of it: applied, duplicate or refused (with its code)."""

    row: LogRow
    state: Literal["applied", "duplicate", "refused"]
    code: str
    voided: bool
    received_at_ms: int
    estimated_at_ms: int | None


class Ledger(Shape):
    """`forked` are rows that contradict a stored one: kept as evidence, never applied."""

    terminal_id: str
    rows: list[LedgerRow]
    forked: list[LogRow]


class LedgerSummary(Shape):
    """Counts of rows by kind and state, and sums in fen over meals that were not taken back."""

    rows: int
    by_kind: dict[str, int]
    by_state: dict[str, int]
    meals: int
    voided: int
    duplicates: int
    list_total: int
    own_total: int
    purse_total: int
    welfare_total: int
    due_total: int
    claims: int
    open_reviews: int
    forked: int


class AlarmView(Shape):
    log_id: str
    kind: str
    seq: int
    detail: str
    raised_at_ms: int


class LogView(Shape):
    log_id: str
    last_seq: int
    last_hash: str
    expected_seq: int
    mark: str


class TerminalView(Shape):
    terminal_id: str
    site_id: str
    role: str
    state: Literal["invited", "enrolled", "revoked"]
    software: str
    enrolment_expires_at_ms: int | None
    last_seen_ms: int | None
    logs: list[LogView]
    alarms: list[AlarmView]
