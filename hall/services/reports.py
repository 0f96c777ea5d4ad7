"""Reports of terminals' devices: believed when signed by the terminal that sends them, kept, and shown to officers.

The shapes leave no room for a person: names of items and codes are words of a closed alphabet, and what was measured is
short.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hall.errors import HallProblem
from hall.models import DeviceReport, Terminal
from hall.shapes import DeviceReportView
from offline_cache.wire import Shape, canonical

LARGEST_REPORT = 64 * 1024
KEPT_A_TERMINAL = 20

Word = Annotated[str, Field(max_length=48, pattern=r"^[a-z0-9_.:-]*$")]
Key = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_ .:/-]*$")]
Short = Annotated[str, Field(max_length=200)]
Severity = Literal["ok", "warn", "fault", "unknown"]


class ReportItem(Shape):
    """One thing that was looked at: see kiosk's diagnosis for the names."""

    name: Word
    severity: Severity
    value: Annotated[int, Field(ge=-(2**53), le=2**53)] | Short
    unit: Annotated[str, Field(max_length=8)]
    code: Word
    details: Annotated[dict[Key, Short], Field(max_length=40)]


class ReportTrial(Shape):
    """What the test of one device found. `value` is digits."""

    slot: Word
    severity: Severity
    measure: Word
    value: Annotated[str, Field(max_length=16, pattern=r"^[0-9./-]*$")]
    code: Word


class ReportBody(Shape):
    terminal_id: Annotated[str, Field(max_length=64)]
    made_ms: Annotated[int, Field(ge=0, le=2**53)]
    staff_id: Annotated[str, Field(max_length=64)]
    items: Annotated[list[ReportItem], Field(max_length=64)]
    trials: Annotated[list[ReportTrial], Field(max_length=32)]


class SignedDocument(Shape):
    """POST /v1/reports. `signature` is Ed25519 over the RFC 8785 form of `report`, URL-safe base64 without padding."""

    report: ReportBody
    public_key: Annotated[str, Field(max_length=64)]
    signature: Annotated[str, Field(max_length=128)]


def take_in(session: Session, terminal_id: str, sent: Any, now_ms: int) -> DeviceReportView:
    """Keep a report; sending it again changes nothing. Raises HallProblem 422: report.malformed, report.forged."""
    try:
        document = SignedDocument.model_validate(sent)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise HallProblem(422, "report.malformed", f"This is no report: look at {where}.") from error
    _check(session.get_one(Terminal, terminal_id), document, sent["report"])
    key = (terminal_id, document.report.made_ms)
    kept = session.get(DeviceReport, key)
    if kept is None:
        kept = DeviceReport(terminal_id=terminal_id, made_at_ms=document.report.made_ms)
        session.add(kept)
    kept.document = sent
    found = [item.severity for item in document.report.items]
    found += [trial.severity for trial in document.report.trials]
    kept.faults = found.count("fault")
    kept.received_at_ms = now_ms
    session.flush()
    _forget_old(session, terminal_id)
    return _view(kept)


def newest(session: Session, terminal_id: str) -> list[DeviceReportView]:
    """The kept reports of a terminal, newest first."""
    query = select(DeviceReport).where(DeviceReport.terminal_id == terminal_id)
    return [_view(each) for each in session.scalars(query.order_by(DeviceReport.made_at_ms.desc()))]


def _check(terminal: Terminal, document: SignedDocument, report: Any) -> None:
    """By the key that the hall knows, not by the one that came along."""
    forged = HallProblem(422, "report.forged", "The signature is not this terminal's over this report.")
    if document.report.terminal_id != terminal.terminal_id or terminal.public_key is None:
        raise forged
    try:
        key = Ed25519PublicKey.from_public_bytes(_decoded(terminal.public_key))
        key.verify(_decoded(document.signature), canonical(report))
    except (InvalidSignature, ValueError, binascii.Error) as error:
        raise forged from error


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _forget_old(session: Session, terminal_id: str) -> None:
    mine = DeviceReport.terminal_id == terminal_id
    order = DeviceReport.made_at_ms.desc()
    oldest_kept = session.scalar(
        select(DeviceReport.made_at_ms).where(mine).order_by(order).offset(KEPT_A_TERMINAL - 1).limit(1)
    )
    if oldest_kept is not None:
        session.execute(delete(DeviceReport).where(mine, DeviceReport.made_at_ms < oldest_kept))


def _view(kept: DeviceReport) -> DeviceReportView:
    return DeviceReportView(
        terminal_id=kept.terminal_id,
        made_at_ms=kept.made_at_ms,
        faults=kept.faults,
        received_at_ms=kept.received_at_ms,
        document=kept.document,
    )
