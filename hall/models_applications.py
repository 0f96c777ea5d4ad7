"""The tables of applications and what belongs to them: papers, certificates, runs of norms, ratings, the register of
objects, and every version of the catalogue that was ever published. Conventions as in `hall.models`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hall.models import Base, JsonText

# --- the catalogue ----------------------------------------------------------------------------------------------


class CatalogueVersion(Base):
    """A version of an item, norm or notice as it was published: an application made offline is held to its own."""

    __tablename__ = "catalogue_versions"

    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[dict[str, Any]]
    published_at_ms: Mapped[int]


# --- applications -----------------------------------------------------------------------------------------------


class ApplicationClaim(Base):
    """A row that claims an application's number. `digest` is SHA-256 hex over its body's canonical form."""

    __tablename__ = "application_claims"

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    log_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(index=True)
    digest: Mapped[str]
    occurred_at_ms: Mapped[int]


class Application(Base):
    """What a person applied for. The first block is the row's that holds the number, the second the hall's.

    `digest` names the claim that won; `owner_*` who took it in and stays responsible (首问负责); `community` is the
    area code it was routed to; `flags` are what an officer should look at; `due` an ISO date."""

    __tablename__ = "applications"
    __table_args__ = (Index("ix_applications_state", "state", "number"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    txn_id: Mapped[str]
    digest: Mapped[str]
    terminal_id: Mapped[str]
    item: Mapped[str]
    item_version: Mapped[int]
    person_id: Mapped[str] = mapped_column(index=True)
    agent: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    form: Mapped[dict[str, Any]]
    signature: Mapped[str]
    accept_site: Mapped[str]
    home: Mapped[list[Any]]
    submitted_at_ms: Mapped[int]

    owner_terminal: Mapped[str]
    owner_site: Mapped[str]
    community: Mapped[str]
    due: Mapped[str]
    state: Mapped[str]
    papers_at_window: Mapped[bool] = mapped_column(default=False)
    flags: Mapped[list[Any]]
    updated_at_ms: Mapped[int]


class ApplicationStep(Base):
    """One line of an application's history. `sort` is state, transfer, certificate or paper_read; `value` the new state,
    the new community, or what was issued or read; `made_by` an officer's name, or "" for the hall itself."""

    __tablename__ = "application_steps"

    number: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sort: Mapped[str]
    value: Mapped[str]
    made_by: Mapped[str]
    note: Mapped[str]
    at_ms: Mapped[int]


class AgentAuthorisation(Base):
    """Somebody was authorised to act for another: one row a use. `until` is an inclusive ISO date."""

    __tablename__ = "agent_authorisations"

    authorisation_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    agent_id: Mapped[str]
    relation: Mapped[str]
    proof: Mapped[str]
    until: Mapped[str]


class ApplicationPaper(Base):
    """A paper that an application names, or, with `sha256` "", one that its item requires and that was not photographed:
    it comes to the window."""

    __tablename__ = "application_papers"
    __table_args__ = (Index("ix_application_papers_blob", "terminal_id", "sha256"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    paper: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    terminal_id: Mapped[str]
    size: Mapped[int]


class PaperBlob(Base):
    """What has arrived of a paper, from its first byte on. Kept a terminal: none can spoil another's."""

    __tablename__ = "paper_blobs"

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    received: Mapped[int]
    complete: Mapped[bool]
    updated_at_ms: Mapped[int]


class Certificate(Base):
    """A certificate that an officer issued on an application, to be printed at any terminal. Texts are lines."""

    __tablename__ = "certificates"

    number: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    item: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    text_zh: Mapped[list[Any]]
    text_en: Mapped[list[Any]]
    valid_until: Mapped[str]
    issued_by: Mapped[str]
    issued_at_ms: Mapped[int]


# --- norms, ratings, forgotten cards ----------------------------------------------------------------------------


class NormRun(Base):
    """One run of a norm, open until its evaluation is there."""

    __tablename__ = "norm_runs"

    number: Mapped[str] = mapped_column(primary_key=True)
    norm: Mapped[str] = mapped_column(primary_key=True)
    norm_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    terminal_id: Mapped[str]
    site_id: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    began_at_ms: Mapped[int]
    updated_at_ms: Mapped[int]


class NormStepRecord(Base):
    """What was recorded in one step of a run. `place` is the step's in the norm, the evaluation's is after all."""

    __tablename__ = "norm_steps"

    number: Mapped[str] = mapped_column(primary_key=True)
    norm: Mapped[str] = mapped_column(primary_key=True)
    norm_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    person_id: Mapped[str | None]
    staff_id: Mapped[str | None]
    record: Mapped[dict[str, Any]]
    flags: Mapped[list[Any]]
    terminal_id: Mapped[str]
    txn_id: Mapped[str]
    recorded_at_ms: Mapped[int]


class Rating(Base):
    """A score from 1 to 5 that names nobody; the row in the log is what makes it one."""

    __tablename__ = "ratings"
    __table_args__ = (Index("ix_ratings_subject", "subject", "given_at_ms"),)

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    log_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    site_id: Mapped[str]
    subject: Mapped[str]
    score: Mapped[int]
    given_at_ms: Mapped[int]


class ForgottenCard(Base):
    """A card that lay on a reader after its session; `seconds` is the step of the alarm."""

    __tablename__ = "forgotten_cards"

    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    log_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    site_id: Mapped[str]
    card_ref: Mapped[str]
    seconds: Mapped[int]
    occurred_at_ms: Mapped[int] = mapped_column(index=True)


# --- the register of objects ------------------------------------------------------------------------------------


class RegisteredObject(Base):
    """One version of an object of the six kinds (人、地、物、情、事、组织); the highest is the one in force."""

    __tablename__ = "objects"

    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[dict[str, Any]]
    recorded_by: Mapped[str]
    recorded_at_ms: Mapped[int]
