"""A technician gets in with a card or a hidden corner and a PIN, and nobody else does; while he is in, no card is a meal."""

from __future__ import annotations

import pytest

from kiosk import commands, events, views
from kiosk.events import CardHolder
from kiosk.roles.diagnostics import IDLE_S, PIN_IDLE_S
from kiosk.roles.diagnostics_trials import TRIAL_S
from kiosk.services.diagnosis import Item, Severity
from kiosk.services.trials import TrialResult
from kiosk.views_diagnostics import (
    LARGE,
    LEAVE,
    NO,
    PRINT_REPORT,
    RESET_PRINTER,
    RESTART,
    RUN,
    TEST,
    TEST_ALL,
    TOUCHED,
    UPLOAD,
    YES,
    DeviceTestPage,
    DiagnosticsPage,
    Saying,
    TouchGridPage,
)
from tests.flows.stage import GAO, IDLE, denied, served
from tests.flows.technician import PIN, REPORT, TECHNICIAN, TechnicianStage, with_devices


@pytest.fixture
def stage() -> TechnicianStage:
    return TechnicianStage()


# --- getting in -------------------------------------------------------------------------------------------------


def test_a_technician_s_card_asks_for_the_pin_and_then_shows_everything(stage: TechnicianStage) -> None:
    view = stage.tell(events.StaffTapped(TECHNICIAN))
    assert isinstance(view, views.StaffKeypad) and view.secret
    stage.type(PIN)
    assert stage.take_asked() == [commands.CheckPin("T-07", PIN)]
    view = stage.tell(events.PinChecked(True, TECHNICIAN, 5, 0))
    assert isinstance(view, DiagnosticsPage) and view.technician == "高＊"
    assert stage.take_asked() == [commands.MakeDiagnosis()]


def test_the_hidden_corner_asks_for_anybody_s_pin_and_takes_a_technician_s(stage: TechnicianStage) -> None:
    assert isinstance(stage.hold_corner(), views.StaffKeypad)
    stage.type(PIN)
    assert stage.take_asked() == [commands.CheckPin("", PIN)]
    assert isinstance(stage.tell(events.PinChecked(True, TECHNICIAN, 5, 0)), DiagnosticsPage)


@pytest.mark.parametrize("opened_by", [None, TECHNICIAN])
def test_staff_without_the_duty_do_not_get_in(
    stage: TechnicianStage, opened_by: views.StaffRecord | None
) -> None:
    if opened_by:
        stage.tell(events.StaffTapped(opened_by))
    else:
        stage.hold_corner()
    stage.type(PIN)
    view = stage.tell(events.PinChecked(True, GAO, 5, 0))
    assert isinstance(view, views.StaffKeypad) and view.error == "staff.not_allowed"
    assert view.entered == ""


def test_another_technician_s_pin_does_not_open_this_card(stage: TechnicianStage) -> None:
    stage.tell(events.StaffTapped(TECHNICIAN))
    stage.type(PIN)
    other = views.StaffRecord("T-08", "何＊", ("technician",))
    assert isinstance(stage.tell(events.PinChecked(True, other, 5, 0)), views.StaffKeypad)


def test_a_wrong_pin_is_asked_for_again_and_the_fifth_locks(stage: TechnicianStage) -> None:
    stage.tell(events.StaffTapped(TECHNICIAN))
    stage.type("111111")
    view = stage.tell(events.PinChecked(False, None, 4, 0))
    assert isinstance(view, views.StaffKeypad) and (view.error, view.entered) == ("staff.pin_wrong", "")
    stage.type("111111")
    view = stage.tell(events.PinChecked(False, None, 0, 300))
    assert isinstance(view, views.StaffKeypad) and (view.error, view.locked_s) == ("staff.pin_locked", 300)
    stage.take_asked()
    stage.type(PIN)
    assert stage.take_asked() == []


def test_an_answer_that_was_not_asked_for_opens_nothing(stage: TechnicianStage) -> None:
    stage.tell(events.StaffTapped(TECHNICIAN))
    assert isinstance(stage.tell(events.PinChecked(True, TECHNICIAN, 5, 0)), views.StaffKeypad)


def test_a_keypad_keeps_nobody_from_a_meal(stage: TechnicianStage) -> None:
    stage.hold_corner()
    stage.tap("card-sun")
    assert stage.take_asked() == [commands.AuthoriseMeal("card-sun", stamp_ns=5)]
    assert isinstance(stage.tell(served()), views.Served)


def test_a_keypad_that_nobody_touches_goes_away(stage: TechnicianStage) -> None:
    stage.hold_corner()
    assert stage.wait(PIN_IDLE_S + 1) == IDLE


def test_other_staff_still_come_to_their_board(stage: TechnicianStage) -> None:
    assert isinstance(stage.tell(events.StaffTapped(GAO)), views.StaffBoard)


def test_a_terminal_out_of_service_still_knows_its_technician(stage: TechnicianStage) -> None:
    stage.tell(events.ServiceChanged("disk.read_only"))
    stage.tap("card-gao")
    assert stage.take_asked() == [commands.IdentifyStaff("card-gao")]
    assert isinstance(stage.tell(events.StaffTapped(TECHNICIAN)), views.StaffKeypad)


def test_out_of_service_is_no_place_for_other_staff(stage: TechnicianStage) -> None:
    stage.tell(events.ServiceChanged("disk.read_only"))
    stage.tell(events.StaffTapped(GAO))
    assert stage.tell(events.ServiceChanged("")) == IDLE


# --- while he is in ---------------------------------------------------------------------------------------------


def test_no_card_is_a_meal(stage: TechnicianStage) -> None:
    before = stage.enter()
    stage.take_asked()
    stage.tap("card-sun")
    stage.tap("card-sun")
    assert stage.take_asked() == []
    assert stage.view == before


def test_a_verdict_that_was_under_way_is_not_shown_to_the_technician(stage: TechnicianStage) -> None:
    stage.enter()
    assert isinstance(stage.tell(served(), denied("lapsed")), DiagnosticsPage)


def test_what_happened_meanwhile_is_known_when_he_leaves(stage: TechnicianStage) -> None:
    stage.enter()
    stage.tell(events.ServiceChanged("device.gone"))
    assert stage.press(LEAVE) == views.OutOfService("device.gone", "1 号窗口")


def test_the_page_leaves_by_itself(stage: TechnicianStage) -> None:
    stage.enter()
    assert isinstance(stage.wait(IDLE_S - 1), DiagnosticsPage)
    assert stage.wait(2) == IDLE


def test_help_lies_over_it_and_it_waits(stage: TechnicianStage) -> None:
    stage.enter()
    assert isinstance(stage.press(views.HELP), views.HelpComing)
    stage.wait(100)
    assert isinstance(stage.press(views.DONE), DiagnosticsPage)
    assert isinstance(stage.wait(IDLE_S - 10), DiagnosticsPage)


def test_rows_figures_and_facts_say_what_the_diagnosis_found(stage: TechnicianStage) -> None:
    page = stage.enter()
    assert [(row.slot, row.severity) for row in page.rows] == [
        ("card_reader", "ok"),
        ("receipt_printer", "ok"),
        ("screen", "unknown"),
        ("sound", "unknown"),
        ("network", "ok"),
        ("disk", "warn"),
        ("records", "ok"),
    ]
    assert (page.faults, page.warnings) == (0, 1)
    assert [(figure.value, figure.hint.value) for figure in page.figures] == [
        ("37", "12"),
        ("+0.4", "300"),
        ("61", "2027-01-20"),
    ]
    assert [fact.value.value for fact in page.facts] == ["2.4.1", "52", "3", ""]


def test_a_device_that_is_pulled_is_a_fault_at_once(stage: TechnicianStage) -> None:
    stage.enter()
    stage.tell(events.DeviceChanged(Item("device.receipt_printer", Severity.FAULT, code="printer.gone")))
    assert (stage.row("receipt_printer").severity, stage.row("receipt_printer").code) == (
        "fault",
        "printer.gone",
    )
    stage.tell(events.DeviceChanged(Item("device.receipt_printer", Severity.OK)))
    assert stage.row("receipt_printer").severity == "ok"


def test_it_looks_again_now_and_then(stage: TechnicianStage) -> None:
    stage.enter()
    stage.take_asked()
    stage.wait(31)
    assert stage.take_asked() == [commands.MakeDiagnosis()]


# --- tests of devices -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("torn", "severity", "code"),
    [(0, "ok", ""), (1, "warn", "card.weak_reads"), (3, "fault", "card.weak_reads")],
)
def test_a_reader_is_tested_by_ten_cards(stage: TechnicianStage, torn: int, severity: str, code: str) -> None:
    stage.enter()
    stage.press(TEST, "card_reader")
    for number in range(10):
        stage.tell(events.CardTorn("card.torn") if number < torn else events.CardTapped("card-sun", number))
    page = stage.view
    assert isinstance(page, DeviceTestPage)
    assert (page.state, page.severity, page.code) == ("done", severity, code)
    assert page.reading == Saying("{value} reads", f"{10 - torn}/10")
    assert "card-sun" not in repr(page)
    stage.press(views.BACK)
    assert stage.row("card_reader").reading.value == f"{10 - torn}/10"


@pytest.mark.parametrize(
    ("slot", "other"), [("card_reader", "id_card_reader"), ("id_card_reader", "card_reader")]
)
def test_of_two_readers_only_the_one_under_test_counts(stage: TechnicianStage, slot: str, other: str) -> None:
    stage.enter(with_devices("card_reader", "id_card_reader"))
    stage.press(TEST, slot)
    for reader in (other, slot):
        stage.tell(
            events.CardTapped("card-sun", 1, holder=CardHolder(slot=reader)),
            events.CardTorn("card.torn", slot=reader),
        )
    page = stage.view
    assert isinstance(page, DeviceTestPage)
    assert page.marks == (True, False)
    stage.tell(events.CardTorn("card.torn"))  # nobody said where
    page = stage.view
    assert isinstance(page, DeviceTestPage)
    assert page.marks == (True, False, False)


@pytest.mark.parametrize(("error", "severity"), [(30, "ok"), (31, "fault")])
def test_the_screen_is_tested_by_twenty_five_touches(
    stage: TechnicianStage, error: int, severity: str
) -> None:
    stage.enter()
    assert stage.press(TEST, "screen") == TouchGridPage(5, 5, 0)
    stage.press(TOUCHED, "3:0")  # not its turn
    for point in range(25):
        stage.press(TOUCHED, f"{point}:{error if point == 7 else 2}")
    page = stage.view
    assert isinstance(page, DeviceTestPage)
    assert (page.state, page.severity, page.reading.value) == ("done", severity, f"3.{error - 30}")


def test_a_printer_s_own_word_is_half_of_its_test(stage: TechnicianStage) -> None:
    stage.enter()
    stage.take_asked()
    stage.press(TEST, "receipt_printer")
    assert stage.take_asked() == [commands.StartTrial("receipt_printer")]
    page = stage.end("receipt_printer", measure="seconds", value="1.8")
    assert isinstance(page, DeviceTestPage) and (page.state, page.severity) == ("asked", "running")
    page = stage.press(YES)
    assert isinstance(page, DeviceTestPage) and (page.state, page.severity) == ("done", "ok")


def test_a_slip_that_nobody_can_read_is_a_fault(stage: TechnicianStage) -> None:
    stage.enter()
    stage.press(TEST, "receipt_printer")
    stage.end("receipt_printer")
    page = stage.press(NO)
    assert isinstance(page, DeviceTestPage) and (page.severity, page.code) == ("fault", "printer.print_bad")


def test_a_device_that_failed_is_not_asked_about(stage: TechnicianStage) -> None:
    stage.enter()
    stage.press(TEST, "sound")
    page = stage.end("sound", Severity.FAULT, code="voice.silent")
    assert isinstance(page, DeviceTestPage) and (page.state, page.code) == ("done", "voice.silent")


def test_what_is_looked_at_is_tested_by_looking_again(stage: TechnicianStage) -> None:
    stage.enter()
    stage.take_asked()
    stage.press(TEST, "network")
    assert stage.take_asked() == [commands.MakeDiagnosis()]
    page = stage.tell(events.DiagnosisMade(REPORT))
    assert isinstance(page, DeviceTestPage) and page.state == "done"
    assert [(fact.label, fact.value.value) for fact in page.findings] == [
        ("Connection", "38"),
        ("Hall", "52"),
    ]


def test_a_test_that_nobody_answers_ends(stage: TechnicianStage) -> None:
    stage.enter()
    stage.press(TEST, "sound")
    page = stage.wait(TRIAL_S + 1)
    assert isinstance(page, DeviceTestPage) and (page.state, page.code) == ("done", "device.timeout")


def test_leaving_a_test_ends_it(stage: TechnicianStage) -> None:
    stage.enter(with_devices("card_reader", "camera"))
    page = stage.press(TEST, "camera")
    assert isinstance(page, DeviceTestPage) and page.live
    stage.take_asked()
    stage.press(views.BACK)
    assert stage.take_asked() == [commands.StopTrial("camera")]
    assert isinstance(stage.end("camera"), DiagnosticsPage)
    assert stage.row("camera").reading.text == "Not tested"


def test_a_slot_without_a_device_cannot_be_tested(stage: TechnicianStage) -> None:
    stage.enter()
    stage.take_asked()
    assert isinstance(stage.press(TEST, "door"), DiagnosticsPage)
    assert stage.take_asked() == []


def test_all_are_tested_one_after_the_other_but_for_those_that_need_a_hand(stage: TechnicianStage) -> None:
    stage.enter(with_devices("card_reader", "receipt_printer", "camera", "door"))
    stage.take_asked()
    stage.press(TEST_ALL)
    order = []
    for slot in ("receipt_printer", "camera", "sound"):
        assert stage.row(slot).severity == "running"
        order += [each.slot for each in stage.take_asked() if isinstance(each, commands.StartTrial)]
        stage.end(slot)
    assert order == ["receipt_printer", "camera", "sound"]
    for _ in ("network", "disk", "records"):
        stage.tell(events.DiagnosisMade(with_devices("card_reader", "receipt_printer", "camera", "door")))
    page = stage.page()
    assert (page.busy, page.note) == (False, "All tests are done")
    assert stage.row("door").reading.text == "Not tested"


def test_run_again_begins_anew(stage: TechnicianStage) -> None:
    stage.enter()
    stage.press(TEST, "sound")
    stage.end("sound", Severity.FAULT, code="voice.silent")
    page = stage.press(RUN)
    assert isinstance(page, DeviceTestPage) and page.state == "running"


def test_the_printer_is_reset_only_by_his_hand(stage: TechnicianStage) -> None:
    stage.enter()
    stage.take_asked()
    stage.press(TEST, "receipt_printer")
    stage.end("receipt_printer", Severity.FAULT, code="printer.cutter")
    stage.press(RESET_PRINTER)
    assert commands.ResetPrinter("receipt_printer") in stage.take_asked()


# --- the report -------------------------------------------------------------------------------------------------


def test_the_report_is_signed_with_the_results_there_are(stage: TechnicianStage) -> None:
    stage.enter()
    assert commands.SignReport("T-07", ()) in stage.take_asked()
    stage.press(TEST, "sound")
    stage.end("sound")
    stage.press(YES)
    heard = TrialResult("sound", Severity.OK)
    assert commands.SignReport("T-07", (heard,)) in stage.take_asked()
    assert stage.tell(events.ReportSigned("CT-03 …", "9f2c 1b77")) == stage.view
    stage.press(views.BACK)
    assert stage.page().qr == "CT-03 …"


@pytest.mark.parametrize(
    ("action", "command", "answer", "note"),
    [
        (PRINT_REPORT, commands.PrintReport(), events.ReportPrinted, "The report is printed"),
        (UPLOAD, commands.UploadReport(), events.ReportUploaded, "The hall has the report"),
    ],
)
def test_the_report_is_printed_and_uploaded_and_says_so(
    stage: TechnicianStage,
    action: str,
    command: commands.Command,
    answer: type[events.ReportPrinted] | type[events.ReportUploaded],
    note: str,
) -> None:
    stage.enter()
    stage.take_asked()
    stage.press(action)
    assert stage.take_asked() == [command]
    stage.tell(answer(""))
    assert (stage.page().note, stage.page().trouble) == (note, "")
    stage.tell(answer("hall.unreachable"))
    assert stage.page().trouble == "hall.unreachable"


# --- the tools --------------------------------------------------------------------------------------------------


def test_a_restart_is_asked_about_once_more(stage: TechnicianStage) -> None:
    stage.enter()
    stage.take_asked()
    assert isinstance(stage.press(RESTART), views.StaffConfirm)
    assert isinstance(stage.press(views.BACK), DiagnosticsPage)
    stage.press(RESTART)
    assert stage.press("confirm") == IDLE
    assert stage.take_asked() == [commands.RestartTerminal("T-07")]


def test_letters_grow_and_the_list_turns(stage: TechnicianStage) -> None:
    stage.enter()
    stage.press(LARGE)
    assert stage.page().large
    stage.press(views.NEXT)
    assert stage.page().page == 1
    stage.press(LARGE)
    assert (stage.page().large, stage.page().page) == (False, 0)


def test_no_page_holds_anything_of_a_resident(stage: TechnicianStage) -> None:
    """Names and numbers go past the flow in every event there is; none may be in a page."""
    stage.enter()
    planted = ["欧阳＊＊", "card-secret", "320305", "person-secret"]
    stage.tell(
        served("txn-1", "card-secret", masked_name="欧阳＊＊"),
        denied("lapsed", masked_name="欧阳＊＊", card_ref="card-secret", person_id="person-secret"),
        events.MealsListed((views.MealSummary("t", 1, "11:20", "欧阳＊＊", "3203", "lunch", 450, "online"),)),
        events.PeopleFound((views.PersonFound("person-secret", "欧阳＊＊", "欧阳", "320305"),)),
    )
    for slot in ("card_reader", "screen", "sound", "network"):
        stage.press(TEST, slot)
        stage.tap("card-secret")
        stage.press(views.BACK)
    seen = repr([*stage.shown[stage.shown.index(stage.page()) :], stage.view])
    assert [secret for secret in planted if secret in seen] == []
