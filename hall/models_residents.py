"""The hall's tables of residents' matters: who looked at what, one-time codes, hand-offs, documents on paper.

As in `hall.models`: time is integer milliseconds UTC. None of these tables holds a number or a name of a person, and none
holds what stood in a record.
"""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hall.models import Base


class AccessEntry(Base):
    """One look at a record: who, whose, which kind, what for, when, how many rows, what came of it. Append only.

    `written_by` "hall": the hall was asked; "terminal": a `record_queried` row, which also tells of looks into a terminal's
    own cache (`source`). `result`: ok, empty, away or refused. `staff_id` is who looked at a desk, "" where it was she
    herself."""

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_person", "person_id", "at_ms"),)

    entry_id: Mapped[str] = mapped_column(primary_key=True)
    written_by: Mapped[str]
    terminal_id: Mapped[str]
    person_id: Mapped[str]
    kind: Mapped[str]
    purpose: Mapped[str]
    year: Mapped[int | None]
    rows: Mapped[int]
    result: Mapped[str]
    source: Mapped[str]
    at_ms: Mapped[int] = mapped_column(index=True)
    staff_id: Mapped[str] = mapped_column(default="", server_default="")


class NoticeRead(Base):
    """Somebody has read a version of the privacy notice."""

    __tablename__ = "notices_read"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    terminal_id: Mapped[str]
    read_at_ms: Mapped[int]


class Contact(Base):
    """What a form may be filled in with, so that nobody is asked twice. Never part of the feed."""

    __tablename__ = "contacts"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    phone: Mapped[str]
    address: Mapped[str]


class PhoneCode(Base):
    """A one-time code that a phone shows. `code_id` is random, hex."""

    __tablename__ = "phone_codes"

    code_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str]
    expires_at_ms: Mapped[int] = mapped_column(index=True)
    used_at_ms: Mapped[int | None]
    used_by: Mapped[str | None]


class HandOff(Base):
    """A document on its way to a phone. `token_hash` and `phone_hash` are SHA-256 hex of what the address and the cookie
    hold; `sealed` is the PDF under a key that only the address gives, None once it is gone at `until_ms`."""

    __tablename__ = "hand_offs"

    hand_off_id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    terminal_id: Mapped[str]
    sort: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at_ms: Mapped[int]
    until_ms: Mapped[int] = mapped_column(index=True)
    opened_at_ms: Mapped[int | None]
    phone_hash: Mapped[str | None]
    downloaded_at_ms: Mapped[int | None]


class Document(Base):
    """An issue number and what it stands for, never what stood on the paper. `public_key` is the one that `signature`
    was checked with: papers stay good when their terminal gets another key."""

    __tablename__ = "documents"

    number: Mapped[str] = mapped_column(primary_key=True)
    terminal_id: Mapped[str]
    site_id: Mapped[str]
    person_id: Mapped[str | None]
    kind: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    medium: Mapped[str]
    rows: Mapped[int]
    pages: Mapped[int]
    copies: Mapped[int]
    digest: Mapped[str]
    signature: Mapped[str]
    public_key: Mapped[str]
    as_of_ms: Mapped[int]
    issued_at_ms: Mapped[int]
    revoked_at_ms: Mapped[int | None]
    revoked_by: Mapped[str] = mapped_column(default="")
    revoked_for: Mapped[str] = mapped_column(default="")


class DocumentPrint(Base):
    """What became of one print. May arrive before its document, when a log had to be salvaged."""

    __tablename__ = "document_prints"

    txn_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(index=True)
    copy_number: Mapped[int]
    terminal_id: Mapped[str]
    state: Mapped[str]
    code: Mapped[str]
    lines: Mapped[int | None]
    at_ms: Mapped[int]


class DocumentBound(Base):
    """A print that waits for its person until `until_ms`. `pick_up` finds it and opens nothing."""

    __tablename__ = "documents_bound"

    txn_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(index=True)
    pick_up: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[str | None]
    terminal_id: Mapped[str]
    until_ms: Mapped[int]
    bound_at_ms: Mapped[int]
