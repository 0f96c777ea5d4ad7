"""Shapes of applications, norms, ratings and objects that only officers see."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from offline_cache.wire import Shape
from offline_cache.wire_residents import Agent

ObjectKind = Literal["resident", "place", "facility", "situation", "matter", "organisation"]


class StepView(Shape):
    """A line of the history. `made_by` "" is the hall itself; `sort` state, transfer, certificate or paper_read."""

    sort: str
    value: str
    made_by: str
    note: str
    at_ms: int


class PaperView(Shape):
    """`sha256` "": not photographed, it comes to the window."""

    paper: str
    sha256: str
    size: int
    there: bool


class ApplicationView(Shape):
    """`flags` say what to look at: "unknown:field", "malformed:field", "unknown_paper:name", unsigned, home_elsewhere,
    home_unknown, person_unknown, clock_not_trusted. `agent_expired`: the authorisation has run out meanwhile."""

    number: str
    item: str
    item_version: int
    title_zh: str
    title_en: str
    person_id: str
    agent: Agent | None
    agent_expired: bool
    form: dict[str, str] = Field(repr=False)
    papers: list[PaperView]
    papers_missing: list[str]
    signature: str
    accept_site: str
    owner_terminal: str
    owner_site: str
    community: str
    due: str
    state: str
    flags: list[str]
    submitted_at_ms: int
    updated_at_ms: int
    history: list[StepView]


class StateBody(Shape):
    """POST /v1/applications/{number}/state."""

    state: Literal["received", "assigned", "done", "refused", "fed_back"]
    note: str = Field(default="", max_length=500)


class TransferBody(Shape):
    """POST /v1/applications/{number}/transfer: to the community of this area code."""

    community: str = Field(min_length=1, max_length=64)
    note: str = Field(default="", max_length=500)


class CertificateBody(Shape):
    """POST /v1/applications/{number}/certificate. Texts are lines; `valid_until` is an ISO date, "" without an end."""

    title_zh: str = Field(min_length=1, max_length=60)
    title_en: str = Field(default="", max_length=120)
    text_zh: list[str] = Field(min_length=1, max_length=40, repr=False)
    text_en: list[str] = Field(default_factory=list, max_length=40, repr=False)
    valid_until: str = Field(default="", pattern=r"^(\d{4}-\d{2}-\d{2})?$")


class CertificateView(CertificateBody):
    number: str
    person_id: str
    item: str
    issued_by: str
    issued_at_ms: int


class NormStepView(Shape):
    step: str
    person_id: str | None
    staff_id: str | None
    record: dict[str, str] = Field(repr=False)
    flags: list[str]
    terminal_id: str
    recorded_at_ms: int


class NormRunView(Shape):
    """`steps` in the norm's order, the evaluation last; `missing` are steps that nobody has recorded."""

    number: str
    norm: str
    norm_version: int
    site_id: str
    state: Literal["open", "finished"]
    began_at_ms: int
    updated_at_ms: int
    steps: list[NormStepView]
    missing: list[str]


class RatingSummary(Shape):
    """`counts` by score; `sample_size` is their sum. `formula` is how the other two are reckoned."""

    subject: str
    counts: dict[str, int]
    sample_size: int
    satisfied_percent: float
    mean: float
    formula: str


class ForgottenCardView(Shape):
    """`seconds` is the step of the alarm."""

    terminal_id: str
    site_id: str
    card_ref: str
    seconds: int
    occurred_at_ms: int


class ObjectView(Shape):
    """One version of an object of the six kinds."""

    kind: ObjectKind
    id: str
    version: int
    data: dict[str, Any]
    recorded_by: str
    recorded_at_ms: int
