"""A hall with three communities and a small catalogue of its own, and rows that are valid unless a test spoils them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from hall.services import catalogue, feed
from hall.services.catalogue import Contents
from hall.services.feed import Record
from offline_cache.wire import LogRow, ReferenceKind, Resident, RowKind, Site
from offline_cache.wire_residents import FormField, Lines, Norm, NormStep, PaperAsked, ServiceItem
from tests.contract.terminals import LUNCH_MS, LogWriter

# 2026-03-02 is a Monday.
PERSON = "P1"
HOMES = {"P1": "T-01", "P2": "T-02", "P3": "T-03"}
SITES = {"H1": "T-01", "H2": "T-02", "H3": "T-03"}
PHOTO = bytes(range(256)) * 3
SIGNATURE = b"a signature on the screen" * 20
NO_LINES = Lines(zh=[], en=[])


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def item(code: str, version: int = 1, **changes: Any) -> ServiceItem:
    facts = {
        "code": code,
        "version": version,
        "title_zh": f"事项{code}",
        "title_en": f"item {code}",
        "initials": "sx",
        "system": "government",
        "category": "insurance",
        "sample": False,
        "days": 5,
        **dict.fromkeys(("conditions", "materials", "fee", "time", "place"), NO_LINES),
    }
    return ServiceItem.model_validate({**facts, **changes})


def question(field: str, sort: str = "text", **changes: Any) -> FormField:
    return FormField.model_validate(
        {"field": field, "label_zh": "问", "label_en": "asked", "sort": sort, **changes}
    )


FORM = [question("why"), question("phone", "phone", required=False), question("day", "date", required=False)]
PLAIN = item("plain", form=FORM)
ANYWHERE = item("anywhere", form=FORM, everywhere=True)
WITH_PAPERS = item(
    "papers",
    form=FORM,
    signature=True,
    papers=[
        PaperAsked(paper="permit", label_zh="许可", label_en="Permit"),
        PaperAsked(paper="letter", label_zh="信", label_en="Letter", required=False),
    ],
)
PROOF = item("proof", form=FORM, certificate=True, agent_allowed=False, days=0)
NORM = Norm(
    code="no-1",
    version=1,
    group="basic",
    title_zh="规范",
    title_en="norm",
    initials="gf",
    sample=False,
    steps=[
        NormStep(step=step, title_zh=step, title_en=step, text_zh="", text_en="", record=[question("said")])
        for step in ("hear", "talk", "agree")
    ],
    standard=NO_LINES,
    evaluation=[question("good", "yes_no")],
)
CONTENTS = Contents(items=[PLAIN, ANYWHERE, WITH_PAPERS, PROOF, item("sample", sample=True)], norms=[NORM])


def publish(session: Session, contents: Contents = CONTENTS) -> None:
    """The sites, the people and the catalogue."""
    feed.publish(session, [Record(ReferenceKind.SITE, id, _site(id, area)) for id, area in SITES.items()])
    feed.publish(
        session, [Record(ReferenceKind.RESIDENT, id, _person(id, area)) for id, area in HOMES.items()]
    )
    catalogue.publish(session, contents, LUNCH_MS)


def _site(site_id: str, area: str) -> Site:
    return Site(
        site_id=site_id, name_zh=site_id, name_en=site_id, operator_id="OP-1", tariff_id="plain",
        areas=[area, "D-01", "X-01"], periods=[], phone="0000",
    )  # fmt: skip


def _person(person_id: str, area: str) -> Resident:
    return Resident(
        person_id=person_id, name="王五", birth_date="1950-01-01", short_number=person_id, home=[area, "D-01", "X-01"]
    )  # fmt: skip


def application(log: LogWriter, count: int = 1, at_ms: int = LUNCH_MS, **changes: Any) -> LogRow:
    """A row of the item "plain" at H1, from P1 for herself. `changes` are fields of its body."""
    trusted = changes.pop("trusted", True)
    person_id = changes.get("person_id", PERSON)
    body = {
        "number": f"{log.terminal_id.replace('-', '')}-20260302-{count:04d}",
        "item": "plain",
        "item_version": 1,
        "person_id": person_id,
        "agent": None,
        "form": {"why": "because"},
        "papers": [],
        "signature": "",
        "accept_site": "H1",
        "home": [HOMES.get(person_id, "T-01"), "D-01", "X-01"],
        **changes,
    }
    return log.add(RowKind.APPLICATION_SUBMITTED, body, at_ms, trusted)


def with_papers(log: LogWriter, count: int = 1, photos: Sequence[bytes] = (PHOTO,), **changes: Any) -> LogRow:
    """A row of the item "papers": its permit photographed, signed."""
    papers = [{"paper": "permit", "sha256": sha256(photo), "size": len(photo)} for photo in photos]
    papers.append({"paper": "signature", "sha256": sha256(SIGNATURE), "size": len(SIGNATURE)})
    facts: dict[str, Any] = {"item": "papers", "papers": papers, "signature": sha256(SIGNATURE)}
    return application(log, count, **{**facts, **changes})


def step(log: LogWriter, name: str, count: int = 1, at_ms: int = LUNCH_MS, **changes: Any) -> LogRow:
    """A step of the norm "no-1"."""
    body = {
        "number": f"{log.terminal_id.replace('-', '')}-20260302-{count:04d}",
        "norm": "no-1",
        "norm_version": 1,
        "step": name,
        "person_id": None,
        "staff_id": "S-1",
        "record": {"good": "yes"} if name == "evaluation" else {"said": f"said at {name}"},
        **changes,
    }
    return log.add(RowKind.NORM_STEP_RECORDED, body, at_ms)
