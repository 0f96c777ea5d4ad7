"""The shapes on the wire between a terminal and the hall: one definition, imported by both sides.

Money is integer fen, time is integer milliseconds since 1970 UTC, identifiers are UUIDv7 strings, text is UTF-8.
A log row travels exactly as it was stored; its `hash` covers every other column.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

import orjson
import rfc8785
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

GENESIS_HASH = "0" * 64
BATCH_ROWS = 100
_EXACT_INTEGER = 1 << 53
_PLAIN = frozenset((str, bool, type(None)))


class Shape(BaseModel):
    """Base of all shapes: frozen, and a field nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(StrEnum):
    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"


class RowKind(StrEnum):
    LOG_OPENED = "log_opened"
    MEAL = "meal"
    MEAL_VOIDED = "meal_voided"
    CARD_BLOCKED = "card_blocked"
    PERIOD_DECLARED = "period_declared"
    COUNT_REPORTED = "count_reported"
    SAMPLE_KEPT = "sample_kept"
    PERIOD_CLOSED = "period_closed"
    CLOCK_STEPPED = "clock_stepped"
    PIN_LOCKED = "pin_locked"
    NOTICE_READ = "notice_read"
    RECORD_QUERIED = "record_queried"
    DOCUMENT_ISSUED = "document_issued"
    DOCUMENT_PRINTED = "document_printed"
    DOCUMENT_BOUND = "document_bound"
    APPLICATION_SUBMITTED = "application_submitted"
    NORM_STEP_RECORDED = "norm_step_recorded"
    RATING_GIVEN = "rating_given"
    CARD_FORGOTTEN = "card_forgotten"
    CONSENT_GIVEN = "consent_given"
    CONSENT_REFUSED = "consent_refused"
    CONSENTS_WITHDRAWN = "consents_withdrawn"
    TEMPLATE_DELETED = "template_deleted"
    VISIT_NOTED = "visit_noted"
    VISIT_ANSWERED = "visit_answered"
    CARD_VIEWED = "card_viewed"
    TICKET_ISSUED = "ticket_issued"
    TICKET_CALLED = "ticket_called"
    ALARM_RAISED = "alarm_raised"
    ALARM_STEPPED = "alarm_stepped"
    CARE_DONE = "care_done"
    STAFF_SIGNED = "staff_signed"


class LogRow(Shape):
    """One transaction of a terminal's log (design section 5)."""

    txn_id: str
    terminal_id: str
    log_id: str
    seq: int = Field(ge=1)
    kind: RowKind
    occurred_at_ms: int
    monotonic_ms: int
    boot_id: str
    clock_trusted: bool
    body: dict[str, Any]
    prev_hash: str = Field(pattern="^[0-9a-f]{64}$")
    hash: str = Field(pattern="^[0-9a-f]{64}$")


def canonical(value: Any) -> bytes:
    """The RFC 8785 form of `value`. Raises ValueError for what has none."""
    try:
        # For integers, texts and ASCII keys in order the serializer writes the same bytes, five times as fast.
        return to_json(_in_order(value))
    except _NotPlain:
        return rfc8785.dumps(value)


_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical_body(body: BaseModel | Mapping[str, Any]) -> bytes:
    """`canonical`, ten times as fast for a shape: it has texts, truths and small integers under ASCII names, and those
    the quick serializer writes in the same way. Raises ValueError for what has no RFC 8785 form."""
    if not isinstance(body, Shape):
        return canonical(dict(body))
    try:
        return orjson.dumps(body.__dict__, _fields_of, _CANONICAL)
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from error


def _fields_of(inner: Any) -> dict[str, Any]:
    assert isinstance(inner, Shape)
    return inner.__dict__


class _NotPlain(Exception):
    """Numbers that are not small integers, or keys whose order is not that of their bytes."""


def _in_order(value: Any) -> Any:
    """`value` with the keys of its dicts sorted. Raises _NotPlain."""
    kind = type(value)
    if kind in _PLAIN or (kind is int and -_EXACT_INTEGER < value < _EXACT_INTEGER):
        return value
    if kind is list:
        return [_in_order(part) for part in value]
    if kind is dict and all(type(key) is str and key.isascii() for key in value):
        return {key: _in_order(value[key]) for key in sorted(value)}
    raise _NotPlain


def canonical_row(columns: Mapping[str, Any], body: bytes) -> bytes:
    """The RFC 8785 form that is hashed, of a row of this program's own making: `columns` are all but body and hash,
    `body` is in its canonical form."""
    return orjson.dumps({**columns, "body": orjson.Fragment(body)}, None, _CANONICAL)


def chain_hash(row: dict[str, Any]) -> str:
    """SHA-256 over the RFC 8785 form of every column but `hash`, as lower-case hex."""
    return hashlib.sha256(canonical({key: value for key, value in row.items() if key != "hash"})).hexdigest()


class Line(Shape):
    """One layer's part of a meal's price. `amount` is positive fen; the lines of a meal and its own part sum to
    the list price. `public` layers are drawn together as 政府补贴 on a screen and by `label` on the slip."""

    code: str
    fund: str
    amount: int = Field(ge=0)
    public: bool
    label_zh: str
    label_en: str


class MealBody(Shape):
    """Body of a `meal` row. own_part = purse_part + cash_part + owed_part; welfare_part is one of the lines."""

    site_id: str
    operator_id: str
    person_id: str | None
    card_ref: str | None
    service_date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    period: Period
    period_declared: bool
    tariff_id: str
    tariff_version: int
    band: str
    list_price: int = Field(ge=0)
    lines: list[Line]
    own_part: int = Field(ge=0)
    purse_part: int = Field(ge=0)
    cash_part: int = Field(ge=0)
    owed_part: int = Field(ge=0)
    welfare_part: int = Field(ge=0)
    subsidised: bool
    identified_by: Literal["card", "short_number", "name_and_birthday", "guest"]
    staff_id: str | None
    online: bool
    flags: list[str]


class MealVoidedBody(Shape):
    """Body of a `meal_voided` row: takes back one meal of the same terminal, before 日结."""

    meal_txn_id: str
    staff_id: str
    reason: str


class CardBlockedBody(Shape):
    card_ref: str
    person_id: str | None
    staff_id: str


class PeriodDeclaredBody(Shape):
    """Staff said which meal is served, because the clock is not trusted (J7)."""

    service_date: str
    period: Period
    staff_id: str


class CountReportedBody(Shape):
    site_id: str
    service_date: str
    period: Period
    served: int
    leftover: int
    staff_id: str


class SampleKeptBody(Shape):
    """留样: a sample of each dish was put aside."""

    site_id: str
    service_date: str
    period: Period
    dishes: list[str]
    grams: int
    staff_id: str


class PeriodClosedBody(Shape):
    """日结 as counted by this terminal; the hall closes the site's period and keeps its own count beside it."""

    site_id: str
    operator_id: str
    service_date: str
    period: Period
    served: int
    voided: int
    list_total: int
    own_total: int
    staff_id: str


class ClockSteppedBody(Shape):
    """The hall's time and this terminal's differed by more than five minutes. Added to the stamps of `boot_id` up to
    `monotonic_ms`, `offset_ms` (hall minus terminal) gives the hall's time; the stamps themselves stay as they are."""

    boot_id: str
    monotonic_ms: int
    stamped_ms: int
    hall_time_ms: int
    offset_ms: int


class PinLockedBody(Shape):
    """Five wrong PINs in a row: no PIN is taken for five minutes. `staff_id` is whose was meant, None for anybody's."""

    site_id: str
    staff_id: str | None


class LogOpenedBody(Shape):
    """First row of a log that follows another: names it and its last readable row."""

    previous_log_id: str | None
    previous_seq: int
    previous_hash: str
    reason: Literal["first", "quarantine", "fork"]


# --- push -------------------------------------------------------------------------------------------------------


class Push(Shape):
    """POST /v1/transactions. At most BATCH_ROWS rows, oldest first, of one log. The body may be gzip."""

    log_id: str
    rows: list[LogRow] = Field(max_length=BATCH_ROWS)


class RowResult(Shape):
    seq: int
    result: Literal["new", "seen", "refused", "conflict"]
    code: str = ""


class PushAnswer(Shape):
    """Always 200: one result a row. `expected_seq` is the next seq the hall wants of this log."""

    results: list[RowResult]
    expected_seq: int
    log_marked: Literal["", "fork", "gap", "rollback"] = ""
    hall_time_ms: int


# --- pull -------------------------------------------------------------------------------------------------------


class ReferenceKind(StrEnum):
    RESIDENT = "resident"
    CARD = "card"
    ACCOUNT = "account"
    ENTITLEMENT = "entitlement"
    TARIFF = "tariff"
    MENU = "menu"
    ORDER_COUNT = "order_count"
    STAFF = "staff"
    SITE = "site"
    NOTICE = "notice"
    DENY = "deny"
    CLAIM = "claim"
    CLOSING = "closing"
    RECORD_KIND = "record_kind"
    SERVICE_ITEM = "service_item"
    NORM = "norm"
    ROOT = "root"
    PLACE = "place"
    SLIDE = "slide"
    PRIVACY_NOTICE = "privacy_notice"
    APPLICATION = "application"
    CONSENT_TEXT = "consent_text"
    CONSENT = "consent"
    WITHDRAWAL = "withdrawal"
    DESK_PERSON = "desk_person"
    VISIT = "visit"
    TICKET = "ticket"
    DESK_WINDOW = "desk_window"
    ALARM_SENDER = "alarm_sender"
    ALARM = "alarm"
    CARE_CASE = "care_case"


class Change(Shape):
    """One change of reference data: the whole record, or a tombstone (`data` is None)."""

    kind: ReferenceKind
    id: str
    data: dict[str, Any] | None


class Changes(Shape):
    """GET /v1/changes?cursor=N&limit=M. `applied` and `refused` are read in the same snapshot as the accounts:
    per log of this terminal, the seq up to which rows are counted in the accounts, and the refused seqs up to it."""

    cursor: int
    more: bool
    changes: list[Change]
    applied: dict[str, int]
    refused: dict[str, list[int]]
    hall_time_ms: int


class Resident(Shape):
    """`home` lists area codes from small to large: town, district, city."""

    person_id: str
    name: str = Field(repr=False)
    birth_date: str = Field(repr=False)
    short_number: str = Field(repr=False)
    home: list[str]
    card_tail: str = Field(default="", repr=False)


class Card(Shape):
    """`id` is card_ref. `state` lapsed means its entitlement ran out and nobody has renewed it."""

    card_ref: str
    person_id: str
    tail: str = Field(repr=False)
    holder: Literal["resident", "staff"] = "resident"
    state: Literal["active", "lost", "closed"]


class Account(Shape):
    """`id` is person_id. Balances in fen, as the hall has applied them."""

    person_id: str
    purse: int
    welfare: int


class Entitlement(Shape):
    """A status with its dates, both inclusive: dibao, tekun, wulei, sanwu, welfare_card, market, elder_card …"""

    entitlement_id: str
    person_id: str
    status: str
    valid_from: str
    valid_to: str


class Tariff(Shape):
    """`document` is a tariff as in kiosk/tariffs/*.toml, already parsed."""

    tariff_id: str
    version: int
    document: dict[str, Any]


class Menu(Shape):
    """`id` is site/date/period. `portions` None means not limited; `set_price` None means the tariff's list price."""

    site_id: str
    service_date: str
    period: Period
    dishes: list[str]
    list_price: int | None = None
    portions: int | None = None


class OrderCount(Shape):
    """`id` is site/date/period. Meals ordered, all and by band code."""

    site_id: str
    service_date: str
    period: Period
    ordered: int
    by_band: dict[str, int]


class Staff(Shape):
    """`pin_salt` and `pin_hash` are hex: scrypt(n=16384, r=8, p=1, 32 bytes) of the PIN's ASCII digits."""

    staff_id: str
    name: str = Field(repr=False)
    card_ref: str
    pin_salt: str = Field(repr=False)
    pin_hash: str = Field(repr=False)
    site_ids: list[str]
    duties: list[str]


class PeriodHours(Shape):
    """Local wall time "HH:MM", half-open [opens, closes); `grace_min` more minutes are still served."""

    period: Period
    opens: str
    closes: str
    grace_min: int = 15


class Site(Shape):
    site_id: str
    name_zh: str
    name_en: str
    operator_id: str
    tariff_id: str
    areas: list[str]
    periods: list[PeriodHours]
    phone: str
    latitude: float | None = None
    longitude: float | None = None


class Notice(Shape):
    notice_id: str
    title: str
    text: str


class Deny(Shape):
    """`id` is card_ref."""

    card_ref: str
    reason: Literal["lost", "stolen", "closed"]


class Claim(Shape):
    """A subsidised meal somewhere: `id` is person/date/period. Voided ones arrive as tombstones."""

    person_id: str
    service_date: str
    period: Period
    site_id: str
    terminal_id: str
    txn_id: str
    occurred_at_ms: int
    funds: list[str]


class Closing(Shape):
    """A period that is settled: `id` is site/date/period."""

    site_id: str
    service_date: str
    period: Period
    version: int


# --- identity and time ------------------------------------------------------------------------------------------


class Enrol(Shape):
    """POST /v1/enrolments with a one-time code. `public_key` is the raw Ed25519 key, URL-safe base64, no padding."""

    code: str = Field(repr=False)
    public_key: str
    software: str


class Enrolled(Shape):
    """`card_key` (hex, 32 bytes) makes card_ref = hex(HMAC-SHA256(card_key, family + ":" + uid hex)). From `expires_at_ms`
    on the hall gives no token until it has renewed the enrolment; None: never. `public_url` is where phones find the hall:
    the beginning of the addresses in QR codes, without a slash at its end; "" when it is not known."""

    terminal_id: str
    name: str
    site_id: str
    role: str
    hall_id: str
    card_key: str = Field(repr=False)
    expires_at_ms: int | None = None
    public_url: str = ""


class Token(Shape):
    """POST /v1/token: form fields of RFC 7523 section 2.2 with grant_type=client_credentials; `aud` is hall_id.
    `enrolment_expires_at_ms` and `public_url` are the newest of what Enrolled said."""

    access_token: str = Field(repr=False)
    token_type: Literal["Bearer"]
    expires_in: int
    enrolment_expires_at_ms: int | None = None
    public_url: str = ""


class HallTime(Shape):
    hall_time_ms: int


class Problem(Shape):
    """Every error answer of the hall: a stable code and a sentence."""

    code: str
    message: str
