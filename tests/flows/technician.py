"""What the technician's flow tests are written with: a canteen with a technician behind it, and a diagnosis to show."""

from __future__ import annotations

from dataclasses import replace

from kiosk import commands, events, views
from kiosk.roles.canteen import CanteenFlow
from kiosk.roles.with_diagnostics import WithDiagnostics
from kiosk.services.diagnosis import Item, Report, Severity, Unit
from kiosk.services.trials import TrialResult
from kiosk.views_diagnostics import CORNER, DeviceRow, DiagnosticsPage
from tests.flows.stage import GAO, MEAL_TIME, Stage, chrome

TECHNICIAN = views.StaffRecord("T-07", "高＊", ("technician",))
PIN = "204611"

ITEMS = (
    Item("device.card_reader", Severity.OK),
    Item("device.receipt_printer", Severity.OK),
    Item("network", Severity.OK, 38, Unit.MS),
    Item("hall", Severity.OK, 52, Unit.MS),
    Item("clock_offset", Severity.OK, 400, Unit.MS),
    Item("clock_trust", Severity.OK, "trusted"),
    Item("disk_space", Severity.WARN, 11, Unit.PERCENT, "disk.full"),
    Item("database", Severity.OK, "sound"),
    Item("chain", Severity.OK, 12212, Unit.ROWS),
    Item("outbox_depth", Severity.OK, 37, Unit.ROWS),
    Item("outbox_oldest", Severity.OK, 720, Unit.SECONDS),
    Item("deny_list_age", Severity.OK, 10_900, Unit.SECONDS),
    Item("software", Severity.OK, "2.4.1"),
    Item("certificate", Severity.OK, 61, Unit.DAYS),
    Item("enrolment", Severity.UNKNOWN),
)
REPORT = Report("CT-03", 1_795_158_012_000, ITEMS)  # 2026-11-20 07:00:12 UTC


def with_devices(*slots: str) -> Report:
    """REPORT with these devices in place of its own, all well."""
    devices = tuple(Item(f"device.{slot}", Severity.OK) for slot in slots)
    return replace(REPORT, items=(*devices, *ITEMS[2:]))


class TechnicianStage(Stage):
    """A Stage whose flow has a technician behind it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.flow = WithDiagnostics(CanteenFlow(self.asked.append), self.asked.append, "CT-03")  # type: ignore[assignment]
        self.view = self.flow.start()
        self.tell(events.Ticked(self.now_s), MEAL_TIME, events.ChromeChanged(chrome()))
        self.shown.clear()
        self.asked.clear()

    def enter(self, report: Report = REPORT, staff: views.StaffRecord = TECHNICIAN) -> DiagnosticsPage:
        """Card, PIN, and the first diagnosis."""
        self.tell(events.StaffTapped(staff))
        self.type(PIN)
        self.tell(events.PinChecked(True, staff, 5, 0), events.DiagnosisMade(report))
        return self.page()

    def page(self) -> DiagnosticsPage:
        assert isinstance(self.view, DiagnosticsPage), self.view
        return self.view

    def row(self, slot: str) -> DeviceRow:
        return next(row for row in self.page().rows if row.slot == slot)

    def hold_corner(self) -> views.View:
        return self.press(CORNER)

    def end(self, slot: str, severity: Severity = Severity.OK, **facts: str) -> views.View:
        return self.tell(events.TrialEnded(TrialResult(slot, severity, **facts)))

    def asked_of(self, kind: type[commands.Command]) -> list[commands.Command]:
        return [command for command in self.asked if isinstance(command, kind)]


__all__ = ["GAO", "ITEMS", "PIN", "REPORT", "TECHNICIAN", "TechnicianStage", "with_devices"]
