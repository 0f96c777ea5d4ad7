"""The technician's pages for the gallery: all well, faults of every kind, each test at each of its moments."""

from __future__ import annotations

from dataclasses import replace

import numpy

from kiosk.roles import diagnostics_pages as pages
from kiosk.roles.diagnostics_trials import ReadTrial, ServiceTrial, TouchTrial, with_findings
from kiosk.roles.diagnostics_words import NOTES
from kiosk.services.diagnosis import Item, Report, Severity, Unit
from kiosk.services.trials import TrialResult
from kiosk.views import Chrome, Shown, StaffKeypad, View
from kiosk.views_diagnostics import DeviceTestPage, DiagnosticsPage, Saying

WELL = Report(
    "CT-03",
    1_795_158_012_000,  # 2026-11-20 15:00:12 in Shanghai
    (
        Item("device.card_reader", Severity.OK),
        Item("device.receipt_printer", Severity.OK),
        Item("network", Severity.OK, 38, Unit.MS),
        Item("hall", Severity.OK, 52, Unit.MS),
        Item("clock_offset", Severity.OK, 400, Unit.MS),
        Item("clock_trust", Severity.OK, "trusted"),
        Item("disk_space", Severity.OK, 71, Unit.PERCENT),
        Item("database", Severity.OK, "sound"),
        Item("chain", Severity.OK, 12212, Unit.ROWS),
        Item("outbox_depth", Severity.OK, 0, Unit.ROWS),
        Item("deny_list_age", Severity.OK, 40, Unit.SECONDS),
        Item("software", Severity.OK, "service-hall-terminal 2.4.1"),
        Item("certificate", Severity.OK, 61, Unit.DAYS),
        Item("enrolment", Severity.OK, 402, Unit.DAYS),
    ),
)
FAULTY = Report(
    "QP-01",
    WELL.made_ms,
    (
        Item("device.card_reader", Severity.OK),
        Item("device.id_card_reader", Severity.FAULT, code="device.wedged"),
        Item("device.code_scanner", Severity.FAULT, code="device.gone"),
        Item("device.receipt_printer", Severity.FAULT, code="printer.paper_out"),
        Item("device.page_printer", Severity.OK),
        Item("device.camera", Severity.OK),
        Item("device.door", Severity.OK),
        Item("device.call_buttons", Severity.OK),
        Item("network", Severity.FAULT, code="hall.unreachable"),
        Item("hall", Severity.FAULT, code="hall.unreachable"),
        Item("clock_offset", Severity.UNKNOWN),
        Item("clock_trust", Severity.WARN, "untrusted", code="clock.untrusted"),
        Item("disk_space", Severity.WARN, 4, Unit.PERCENT, "disk.full"),
        Item("database", Severity.OK, "sound"),
        Item("chain", Severity.OK, 12212, Unit.ROWS),
        Item("outbox_depth", Severity.WARN, 1237, Unit.ROWS),
        Item("outbox_oldest", Severity.WARN, 266_400, Unit.SECONDS),
        Item("deny_list_age", Severity.WARN, 266_400, Unit.SECONDS),
        Item("software", Severity.OK, "2.4.1"),
        Item("certificate", Severity.UNKNOWN),
        Item("enrolment", Severity.WARN, 9, Unit.DAYS),
    ),
)
RESULTS = {
    result.slot: result
    for result in (
        TrialResult("card_reader", Severity.OK, "reads", "10/10"),
        TrialResult("receipt_printer", Severity.OK, "seconds", "1.8"),
        TrialResult("camera", Severity.OK, "frames", "25"),
        TrialResult("screen", Severity.OK, "millimetres", "1.2"),
        TrialResult("sound", Severity.OK, "heard"),
    )
}
QR = "\n".join(
    (
        "CT-03 2026-11-20T15:00:12+08:00 T-07",
        "receipt_printer fault printer.paper_out",
        "disk_space warn 11%",
        "hash " + "a" * 43,
        "sig " + "Q2F0YWxvZ3VlIHNhbXBsZSBvbmx5LCBub3QgYSBzaWduYXR1cmU" + "A" * 35,
    )
)


def technical_pages(chrome: Chrome) -> dict[str, View | Shown]:
    """Every page of the role `diagnostics` by a short name."""
    well, faulty = list_page(WELL, RESULTS), list_page(FAULTY, RESULTS)
    return {
        "diagnostics": well,
        "diagnostics_large": replace(well, large=True),
        "diagnostics_busy": replace(list_page(WELL, {}, "receipt_printer"), busy=True, qr=""),
        "diagnostics_faults": replace(faulty, note=NOTES["not_uploaded"], trouble="hall.unreachable"),
        "diagnostics_faults_more": replace(faulty, page=1, note=NOTES["report_printed"]),
        "diagnostics_pin": StaffKeypad("Technician", "Enter your PIN", "•••", 6, True),
        "device_test_reads": ReadTrial("card_reader", (True, True, False, True)).view(None),
        "device_test_reads_done": _reads_done(),
        "device_test_running": ServiceTrial("receipt_printer", 0.0).view(None),
        "device_test_asked": ServiceTrial("receipt_printer", 0.0)
        .ended(RESULTS["receipt_printer"])
        .view(None),
        "device_test_fault": _paper_out(),
        "device_test_camera": Shown(_camera(), chrome, _test_picture()),
        "device_test_network": _network(),
        "device_test_screen": TouchTrial((3, 8, 12, 5, 9, 4, 11)).view(None),
    }


def list_page(report: Report, results: pages.Results, running: str = "") -> DiagnosticsPage:
    """Page 32 as the flow makes it."""
    rows, figures = pages.rows_of(report, results, running), pages.figures_of(report)
    faults, warnings = pages.counted(rows, figures)
    facts = pages.facts_of(report)
    return DiagnosticsPage("高＊", "T-07", report.terminal_id, rows, 0, faults, warnings, figures, facts, QR)


def _reads_done() -> View:
    trial = ReadTrial("id_card_reader", (True,) * 7 + (False,) * 3)
    return trial.view(trial.result)


def _paper_out() -> View:
    bad = TrialResult("receipt_printer", Severity.FAULT, code="printer.paper_out")
    trial = ServiceTrial("receipt_printer", 0.0).ended(bad)
    return trial.view(trial.result)


def _camera() -> DeviceTestPage:
    trial = ServiceTrial("camera", 0.0, step=Saying("{value}\u00a0frames/s", "25"), live=True)
    return trial.view(None)


def _test_picture() -> numpy.ndarray:
    """Bars of colour, as a camera without a lens would not give them."""
    bars = numpy.array([[40, 40, 200], [40, 180, 60], [190, 90, 30], [230, 230, 230]], numpy.uint8)
    return numpy.ascontiguousarray(numpy.broadcast_to(numpy.repeat(bars, 160, axis=0), (480, 640, 3)))


def _network() -> View:
    result = TrialResult("network", Severity.OK, "milliseconds", "38")
    trial = ServiceTrial("network", 0.0).ended(result)
    return with_findings(trial.view(result), pages.findings_of("network", WELL))
