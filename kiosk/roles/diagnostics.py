"""The role `diagnostics`: a technician at any terminal, whatever it does otherwise.

Pure like every flow. A session begins with a PIN, asked for by a technician's card or by the hidden corner, and goes on
only for staff who have the duty. From then on cards are tests and no meals. It ends when the technician leaves, when
nobody has touched it for IDLE_S, and after a restart was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk import commands, events, views
from kiosk import views_diagnostics as technical
from kiosk.roles import diagnostics_pages as pages
from kiosk.roles import diagnostics_words as words
from kiosk.roles.canteen_steps import PIN_LOCKED, Keypad
from kiosk.roles.diagnostics_trials import (
    TRIAL_S,
    ReadTrial,
    ServiceTrial,
    TouchTrial,
    Trial,
    with_findings,
)
from kiosk.services.diagnosis import Report, Severity
from kiosk.services.trials import TrialResult
from kiosk.views_diagnostics import DeviceTestPage, DiagnosticsPage, Saying

TECHNICIAN = "technician"
IDLE_S = 180.0
PIN_IDLE_S = 30.0
LOOK_AGAIN_S = 30.0
PIN_DIGITS = (4, 6)

Ask = Callable[[commands.Command], None]


class DiagnosticsSession:
    """One technician at the screen. `staff` is whose card was tapped, None for the hidden corner."""

    def __init__(self, ask: Ask, now_s: float, machine: str, staff: views.StaffRecord | None) -> None:
        self._ask = ask
        self._now_s = self._touched_s = self._looked_s = now_s
        self._machine = machine
        self._expected = staff
        self._staff: views.StaffRecord | None = None
        self._keypad = Keypad(words.TITLE_PIN, words.PROMPT_PIN, PIN_DIGITS, self._check_pin, secret=True)
        self._checking = self._restarting = self._left = False
        self._report: Report | None = None
        self._results: dict[str, TrialResult] = {}
        self._trial: Trial | None = None
        self._waiting: tuple[str, ...] = ()
        self._background: ServiceTrial | None = None
        self._page = 0
        self._large = False
        self._qr = ""
        self._note = self._trouble = ""

    @property
    def is_over(self) -> bool:
        return self._left

    @property
    def is_unlocked(self) -> bool:
        """Whether the technician's PIN was right."""
        return self._staff is not None

    # --- events -------------------------------------------------------------------------------------------------

    def on(self, event: events.Event) -> None:
        """What concerns the technician; everything else passes by."""
        match event:
            case events.Ticked(now_s):
                self._tick(now_s)
            case events.Pressed(action, value):
                self._touched_s = self._now_s
                self._press(action, value)
            case events.PinChecked() if self._checking:
                self._pin_checked(event)
            case _ if self._staff is not None:
                self._told(event)
            case _:
                pass

    def _told(self, event: events.Event) -> None:
        match event:
            case events.CardTapped():
                self._card(good=True, slots=_readers(event.holder.slot))
            case events.CardTorn():
                self._card(good=False, slots=_readers(event.slot))
            case events.CodeScanned():
                self._card(good=True, slots=("code_scanner",))
            case events.ButtonCalled():
                self._card(good=True, slots=("call_buttons",))
            case events.DiagnosisMade(report):
                self._diagnosed(report)
            case events.DeviceChanged(item) if self._report is not None:
                self._report = pages.with_item(self._report, item)
            case events.TrialStepped():
                self._stepped(event)
            case events.TrialEnded(result):
                self._ended(result)
            case events.ReportSigned(text):
                self._qr = text
            case events.ReportPrinted(code):
                self._answered("not_printed" if code else "report_printed", code)
            case events.ReportUploaded(code):
                self._answered("not_uploaded" if code else "report_uploaded", code)
            case _:
                pass

    def _tick(self, now_s: float) -> None:
        self._now_s = now_s
        for trial in (self._trial, self._background):
            if isinstance(trial, ServiceTrial) and trial.is_overdue(now_s):
                self._ended(TrialResult(trial.slot, Severity.FAULT, code="device.timeout"))
        idle_s = IDLE_S if self._staff else PIN_IDLE_S
        if self._background is not None:
            self._touched_s = max(self._touched_s, now_s - idle_s / 2)  # tests that run are not nobody
        if now_s - self._touched_s >= idle_s:
            self._leave()
        elif self._staff and now_s - self._looked_s >= LOOK_AGAIN_S:
            self._look()

    def wait_longer(self, seconds: float) -> None:
        """A person was called meanwhile: that time does not count as idle."""
        self._touched_s += seconds

    # --- the PIN ------------------------------------------------------------------------------------------------

    def _check_pin(self, pin: str) -> None:
        self._checking = True
        self._ask(commands.CheckPin(self._expected.staff_id if self._expected else "", pin))

    def _pin_checked(self, event: events.PinChecked) -> None:
        self._checking = False
        staff = event.staff
        if event.accepted and staff is not None:
            expected = self._expected is None or staff.staff_id == self._expected.staff_id
            if expected and TECHNICIAN in staff.duties:
                self._open(staff)
            else:
                self._keypad = replace(self._keypad, entered="", error="staff.not_allowed")
            return
        error = PIN_LOCKED if event.locked_s else "staff.pin_wrong"
        until_s = self._now_s + event.locked_s if event.locked_s else 0.0
        self._keypad = replace(self._keypad, entered="", error=error, locked_until_s=until_s)

    def _open(self, staff: views.StaffRecord) -> None:
        self._staff = staff
        self._note = words.NOTES["looking"]
        self._look()

    def _press_keypad(self, action: str, value: str) -> None:
        keypad = self._keypad
        if action == views.BACK:
            self._leave()
        elif self._now_s < keypad.locked_until_s or self._checking:
            return
        elif action == views.DIGIT and value.isascii() and value.isdigit():
            entered = (keypad.entered + value)[: keypad.digits[1]]
            self._keypad = replace(keypad, entered=entered, error="")
        elif action == views.ERASE:
            self._keypad = replace(keypad, entered=keypad.entered[:-1], error="")
        elif action == views.NEXT and len(keypad.entered) >= keypad.digits[0]:
            keypad.submit(keypad.entered)

    # --- buttons ------------------------------------------------------------------------------------------------

    def _press(self, action: str, value: str) -> None:
        if self._staff is None:
            self._press_keypad(action, value)
        elif self._restarting:
            self._press_restart(self._staff, action)
        elif self._trial is not None:
            self._press_trial(self._trial, action, value)
        else:
            self._press_page(action, value)

    def _press_page(self, action: str, value: str) -> None:
        acts: dict[str, Callable[[], None]] = {
            technical.LEAVE: self._leave,
            technical.LARGE: self._toggle_large,
            technical.RESTART: self._ask_restart,
            technical.PRINT_REPORT: self._print_report,
            technical.UPLOAD: self._upload_report,
            technical.TEST_ALL: self._test_all,
            views.NEXT: self._turn_page,
            technical.TEST: lambda: self._test(value),
        }
        if action in acts:
            acts[action]()

    def _press_trial(self, trial: Trial, action: str, value: str) -> None:
        if action == views.BACK:
            self._close_trial(trial)
        elif action == technical.RUN:
            self._test(trial.slot)
        elif action == technical.TOUCHED and isinstance(trial, TouchTrial):
            self._progress(trial.touched(value))
        elif action in (technical.YES, technical.NO) and isinstance(trial, ServiceTrial):
            self._progress(trial.answered(action == technical.YES))
        elif action == technical.RESET_PRINTER and trial.slot == "receipt_printer":
            self._ask(commands.ResetPrinter(trial.slot))
            self._close_trial(trial)

    def _press_restart(self, staff: views.StaffRecord, action: str) -> None:
        self._restarting = False
        if action == "confirm":
            self._ask(commands.RestartTerminal(staff.staff_id))
            self._leave()

    def _leave(self) -> None:
        if self._trial is not None:
            self._close_trial(self._trial)
        if self._background is not None:
            self._ask(commands.StopTrial(self._background.slot))
        self._left = True

    def _toggle_large(self) -> None:
        self._large = not self._large
        self._page = 0

    def _turn_page(self) -> None:
        self._page += 1

    def _ask_restart(self) -> None:
        self._restarting = True

    def _print_report(self) -> None:
        self._note, self._trouble = words.NOTES["printing"], ""
        self._ask(commands.PrintReport())

    def _upload_report(self) -> None:
        self._note, self._trouble = words.NOTES["uploading"], ""
        self._ask(commands.UploadReport())

    def _answered(self, note: str, code: str) -> None:
        self._note, self._trouble = words.NOTES[note], code

    # --- looking ------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        self._looked_s = self._now_s
        self._ask(commands.MakeDiagnosis())

    def _diagnosed(self, report: Report) -> None:
        first = self._report is None
        self._report = report
        if first:
            self._note = ""
        for trial in (self._trial, self._background):
            if isinstance(trial, ServiceTrial) and trial.slot in words.LOOKED_AT and not trial.result:
                self._ended(pages.result_of(trial.slot, report))
        if first:
            self._sign()

    def _sign(self) -> None:
        if self._staff is not None and self._report is not None:
            self._ask(commands.SignReport(self._staff.staff_id, self._results_in_order()))

    def _results_in_order(self) -> tuple[TrialResult, ...]:
        return tuple(self._results[slot] for slot in words.SUBJECTS if slot in self._results)

    # --- testing ------------------------------------------------------------------------------------------------

    def _test(self, slot: str) -> None:
        """Open a device's page and begin; a test in the background is that of another device, and goes on."""
        if slot not in pages.slots_of(self._report) or self._is_busy(slot):
            return
        self._note = self._trouble = ""
        if slot in words.READS:
            self._trial = ReadTrial(slot)
        elif slot == "screen":
            self._trial = TouchTrial()
        else:
            self._trial = self._start(slot)

    def _is_busy(self, slot: str) -> bool:
        return self._background is not None and self._background.slot == slot

    def _start(self, slot: str) -> ServiceTrial:
        self._ask(commands.MakeDiagnosis() if slot in words.LOOKED_AT else commands.StartTrial(slot))
        return ServiceTrial(slot, self._now_s + TRIAL_S, live=slot == "camera")

    def _test_all(self) -> None:
        """One after the other, without a question; what needs a hand stays for the technician's."""
        if self._background is None:
            slots = pages.slots_of(self._report)
            self._waiting = tuple(slot for slot in slots if not words.SUBJECTS[slot].by_hand)
            self._next_in_background()

    def _next_in_background(self) -> None:
        if self._waiting:
            slot, *rest = self._waiting
            self._waiting = tuple(rest)
            self._background = self._start(slot)
        else:
            self._background = None
            self._note = words.NOTES["tested"]

    def _card(self, good: bool, slots: tuple[str, ...]) -> None:
        self._touched_s = self._now_s
        if isinstance(self._trial, ReadTrial) and self._trial.slot in slots:
            self._progress(self._trial.read(good))

    def _stepped(self, event: events.TrialStepped) -> None:
        trial = self._trial
        if isinstance(trial, ServiceTrial) and trial.slot == event.slot:
            step = Saying(words.MEASURES.get(event.measure, ""), event.value)
            self._trial = replace(trial, step=step)

    def _ended(self, result: TrialResult) -> None:
        if self._background is not None and self._background.slot == result.slot:
            self._keep(result)
            self._next_in_background()
        elif isinstance(self._trial, ServiceTrial) and self._trial.slot == result.slot:
            self._progress(self._trial.ended(result))

    def _progress(self, trial: Trial) -> None:
        self._trial = trial
        if trial.result is not None and self._results.get(trial.slot) is not trial.result:
            self._keep(trial.result)

    def _keep(self, result: TrialResult) -> None:
        self._results[result.slot] = result
        self._sign()

    def _close_trial(self, trial: Trial) -> None:
        if isinstance(trial, ServiceTrial) and trial.slot not in words.LOOKED_AT and trial.result is None:
            self._ask(commands.StopTrial(trial.slot))
        self._trial = None

    # --- what is shown ------------------------------------------------------------------------------------------

    def view(self) -> views.View:
        if self._staff is None:
            return self._keypad.view(self._now_s)
        if self._restarting:
            confirm = views.Choice("confirm", "Restart", icon="power-bold")
            return views.StaffConfirm(words.TITLE_RESTART, words.RESTART_LINES, confirm)
        if self._trial is not None:
            return self._trial_view(self._trial)
        return self._list(self._staff)

    def _trial_view(self, trial: Trial) -> views.View:
        page = trial.view(self._results.get(trial.slot))
        if isinstance(page, DeviceTestPage):
            return with_findings(page, pages.findings_of(trial.slot, self._report))
        return page

    def _list(self, staff: views.StaffRecord) -> DiagnosticsPage:
        running = self._background.slot if self._background else ""
        rows = pages.rows_of(self._report, self._results, running)
        figures = pages.figures_of(self._report)
        faults, warnings = pages.counted(rows, figures)
        return DiagnosticsPage(
            technician=staff.masked_name,
            number=staff.staff_id,
            machine=self._report.terminal_id if self._report else self._machine,
            rows=rows,
            page=self._page,
            faults=faults,
            warnings=warnings,
            figures=figures,
            facts=pages.facts_of(self._report),
            qr=self._qr,
            note=self._note,
            trouble=self._trouble,
            large=self._large,
            busy=self._background is not None,
        )


def _readers(slot: str) -> tuple[str, ...]:
    """Which readers a card counts for: where nobody said which one read it, any."""
    return (slot,) if slot else ("card_reader", "id_card_reader")


def is_technician(staff: views.StaffRecord) -> bool:
    return TECHNICIAN in staff.duties
