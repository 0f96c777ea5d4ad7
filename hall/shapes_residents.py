"""Shapes of residents' matters that only officers see. What terminals see is in `offline_cache.wire_residents`."""

from __future__ import annotations

from pydantic import Field

from offline_cache.wire import Shape


class PhoneCodeAsked(Shape):
    """POST /v1/phone-codes: stands in for the resident's phone, which would ask for herself."""

    person_id: str = Field(max_length=64)


class PhoneCodeMade(Shape):
    """`code` is what the phone shows as a QR code; good once, until `expires_at_ms` by the hall's clock."""

    code: str = Field(repr=False)
    expires_at_ms: int


class AccessView(Shape):
    """One entry of the access log. `rows` is a count; nothing of what stood in them is kept. `staff_id` "": the person looked
    herself."""

    entry_id: str
    written_by: str
    terminal_id: str
    person_id: str
    kind: str
    purpose: str
    year: int | None
    rows: int
    result: str
    source: str
    at_ms: int
    staff_id: str = ""


class PrintView(Shape):
    copy_number: int
    terminal_id: str
    state: str
    code: str
    lines: int | None
    at_ms: int


class BoundView(Shape):
    """A print that waits for its person, whose card is asked for again."""

    pick_up: str
    terminal_id: str
    until_ms: int
    bound_at_ms: int


class DocumentView(Shape):
    """That there is such a document; never whose it is or what stands in it."""

    number: str
    terminal_id: str
    site_id: str
    kind: str
    title_zh: str
    title_en: str
    medium: str
    pages: int
    copies: int
    issued_at_ms: int
    revoked_at_ms: int | None
    revoked_for: str
    prints: list[PrintView]
    bound: list[BoundView]


class Revocation(Shape):
    reason: str = Field(min_length=1, max_length=200)
