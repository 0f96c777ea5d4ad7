"""A terminal whose network is dead shows its report to a phone: it must fit a code, say the worst first, and be genuine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import qrcode  # type: ignore[import-untyped]

from kiosk.services.diagnosis import Item, Report, Severity, Unit
from kiosk.services.signed_report import (
    MOST_BYTES,
    ReportForged,
    mark_of,
    sign,
    verify_document,
    verify_text,
)
from kiosk.services.trials import TrialResult
from offline_cache.identity import TerminalKey

REPORT = Report(
    "QP-01",
    1_795_360_000_000,
    (
        Item("device.card_reader", Severity.OK),
        Item("device.receipt_printer", Severity.FAULT, code="printer.paper_out"),
        Item("outbox_depth", Severity.OK, 37, Unit.ROWS),
        Item("disk_space", Severity.WARN, 11, Unit.PERCENT, "disk.full"),
        Item("clock_offset", Severity.UNKNOWN, code="network.unreachable"),
    ),
)
TRIALS = (TrialResult("card_reader", Severity.OK, "reads", "10/10"),)


@pytest.fixture
def key(tmp_path: Path) -> TerminalKey:
    return TerminalKey.load_or_make(tmp_path)


def test_the_worst_comes_first_and_anybody_can_read_it(key: TerminalKey) -> None:
    signed = sign(REPORT, key, staff_id="T-07", trials=TRIALS)
    body = verify_text(signed.text, key.public_text())
    assert body.splitlines() == [
        "SHDR1 QP-01 2026-11-22T15:06:40Z T-07",
        "Xreceipt_printer printer.paper_out",
        "!disk_space 11% disk.full",
        "?clock_offset network.unreachable",
        "+card_reader",
        "+outbox_depth 37rows",
        "+test card_reader 10/10 reads",
    ]
    assert signed.mark == mark_of(signed.text)
    assert len(signed.mark.replace(" ", "")) == 8


def test_the_whole_report_is_signed_as_well(key: TerminalKey) -> None:
    signed = sign(REPORT, key, staff_id="T-07", trials=TRIALS)
    report = verify_document(json.loads(signed.document), key.public_text())
    assert report["staff_id"] == "T-07"
    assert report["trials"] == [TRIALS[0].as_json()]
    assert [item["name"] for item in report["items"]] == [item.name for item in REPORT]


@pytest.mark.parametrize("position", [0, 7, 60, -1, -40])
def test_one_changed_character_is_found(key: TerminalKey, position: int) -> None:
    text = sign(REPORT, key).text
    there = text[position]
    changed = "B" if there == "A" else "A"
    forged = text[:position] + changed + (text[position:][1:] if position != -1 else "")
    assert forged != text
    if position == -1:
        # The last of 86 base64 digits carries two spare bits: change one that counts.
        forged = text[:-2] + ("B" if text[-2] == "A" else "A") + text[-1]
    with pytest.raises(ReportForged):
        verify_text(forged, key.public_text())


def test_another_terminal_did_not_sign_it(key: TerminalKey, tmp_path: Path) -> None:
    other = TerminalKey.load_or_make(tmp_path / "other").public_text()
    signed = sign(REPORT, key)
    with pytest.raises(ReportForged):
        verify_text(signed.text, other)
    document = json.loads(signed.document)
    with pytest.raises(ReportForged):
        verify_document(document, other)
    document["report"]["items"][1]["severity"] = "ok"
    with pytest.raises(ReportForged):
        verify_document(document, key.public_text())


@pytest.mark.parametrize(
    "text", ["", "SHDR1", "SHDR1 CT-03\nsig ", "SHDR1 CT-03\nsig !!!", "hello\nsig QUJD"]
)
def test_what_is_no_report_is_refused(key: TerminalKey, text: str) -> None:
    with pytest.raises(ReportForged):
        verify_text(text, key.public_text())


def test_a_terminal_where_everything_is_wrong_still_fits(key: TerminalKey) -> None:
    items = [Item(f"device.slot_{n}", Severity.FAULT, code="device.protocol") for n in range(40)]
    well = [Item(f"thing_{n}", Severity.OK, 10**9, Unit.MS) for n in range(40)]
    signed = sign(Report("CT-03", 0, tuple(well + items)), key, staff_id="T-07")
    assert len(signed.text.encode()) <= MOST_BYTES
    body = verify_text(signed.text, key.public_text())
    assert body.count("Xslot_") >= 10
    assert "more)" in body.splitlines()[-1]
    assert "+thing" not in body
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L)
    code.add_data(signed.text)
    code.make(fit=True)
    assert code.version <= 17, "a code that a phone reads from a slip"
