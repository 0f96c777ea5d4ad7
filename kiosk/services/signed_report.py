"""A diagnosis that can be shown to somebody who was not there: signed with the terminal's own key.

There are two forms. The whole report is canonical JSON (RFC 8785) with its Ed25519 signature (RFC 8032) beside it, for
the hall and for files. The short one is a few lines of plain text for a QR code, which any phone shows without a network;
its last line is the signature over all bytes before it. Both name the terminal, no person and no card.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.services.diagnosis import Item, Report, Severity
from kiosk.services.trials import TrialResult
from offline_cache.identity import TerminalKey
from offline_cache.wire import canonical

SHORT_FORM = "SHDR1"
MOST_BYTES = 640  # a code of 85 modules, which fits a slip of 576 dots at six dots each
MARK_DIGITS = 8
_SIGNATURE = "sig "
_SIGNS = {Severity.OK: "+", Severity.WARN: "!", Severity.FAULT: "X", Severity.UNKNOWN: "?"}
_WORST_FIRST = (Severity.FAULT, Severity.WARN, Severity.UNKNOWN, Severity.OK)


class ReportForged(Exception):
    """The signature is not that of this terminal over these bytes, or it is no report at all."""


@dataclass(frozen=True, slots=True)
class SignedReport:
    """`text` is the short form, at most MOST_BYTES of UTF-8. `document` is the whole report with its signature, JSON.
    `mark` is what people compare: the first digits of the short form's digest."""

    text: str
    document: bytes
    mark: str


def sign(
    report: Report, key: TerminalKey, *, staff_id: str = "", trials: Sequence[TrialResult] = ()
) -> SignedReport:
    """Signs both forms. `staff_id` is who asked for it, `trials` what the tests of devices found."""
    whole: dict[str, Any] = report.as_json() | {
        "staff_id": staff_id,
        "trials": [trial.as_json() for trial in trials],
    }
    signature = key.private.sign(canonical(whole))
    document = canonical({"report": whole, "public_key": key.public_text(), "signature": _encoded(signature)})
    text = _short(report, staff_id, trials, key)
    return SignedReport(text, document, mark_of(text))


def mark_of(text: str) -> str:
    """Eight hexadecimal digits in two groups, as on the slip."""
    digits = hashlib.sha256(text.encode()).hexdigest()[:MARK_DIGITS]
    return f"{digits[:4]} {digits[4:]}"


def verify_text(text: str, public_key: str) -> str:
    """The short form without its signature. `public_key` is the terminal's, as the hall knows it (raw, URL-safe base64).
    Raises ReportForged."""
    body, found, signature = text.rpartition(f"\n{_SIGNATURE}")
    if not found or not body.startswith(f"{SHORT_FORM} "):
        raise ReportForged("not a signed report")
    _verify(public_key, signature.strip(), body.encode())
    return body


def verify_document(document: dict[str, Any], public_key: str) -> dict[str, Any]:
    """The report inside the whole form. Raises ReportForged."""
    try:
        report: dict[str, Any] = document["report"]
        signed = canonical(report)
        signature = document["signature"]
    except (KeyError, TypeError, ValueError) as error:
        raise ReportForged("not a signed report") from error
    _verify(public_key, str(signature), signed)
    return report


def _verify(public_key: str, signature: str, signed: bytes) -> None:
    try:
        key = Ed25519PublicKey.from_public_bytes(_decoded(public_key))
        key.verify(_decoded(signature), signed)
    except (InvalidSignature, ValueError) as error:
        raise ReportForged("the signature does not fit") from error


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# --- the short form ---------------------------------------------------------------------------------------------------


def _short(report: Report, staff_id: str, trials: Sequence[TrialResult], key: TerminalKey) -> str:
    """What is worst comes first, so that what does not fit is what is well."""
    made = datetime.fromtimestamp(report.made_ms / 1000, UTC)
    head = f"{SHORT_FORM} {report.terminal_id} {made:%Y-%m-%dT%H:%M:%SZ} {staff_id}".rstrip()
    said = [(item.severity, _item_line(item)) for item in report]
    said += [(trial.severity, _trial_line(trial)) for trial in trials]
    lines = [line for severity in _WORST_FIRST for found, line in said if found is severity]
    room = MOST_BYTES - len(f"\n{_SIGNATURE}") - len(_encoded(bytes(64)))
    body = _fitting(head, lines, room)
    return f"{body}\n{_SIGNATURE}{_encoded(key.private.sign(body.encode()))}"


def _fitting(head: str, lines: list[str], room: int) -> str:
    for kept in range(len(lines), -1, -1):
        left_out = [] if kept == len(lines) else [f"({len(lines) - kept} more)"]
        body = "\n".join([head, *lines[:kept], *left_out])
        if len(body.encode()) <= room:
            return body
    return head[:room]


def _item_line(item: Item) -> str:
    name = item.slot or item.name
    value = "" if item.value == "" else f"{item.value}{item.unit.value}"
    return " ".join(filter(None, (_SIGNS[item.severity] + name, value, item.code)))


def _trial_line(trial: TrialResult) -> str:
    measured = f"{trial.value} {trial.measure}".strip()
    return " ".join(filter(None, (f"{_SIGNS[trial.severity]}test {trial.slot}", measured, trial.code)))
