"""J14: a bracelet calls at 21:04, a call box calls while the hall is away, and nobody may be there to answer."""

from __future__ import annotations

from typing import Any

from drivers.emulators.radio import EmulatedRadio
from kiosk.views_front_desk import ACKNOWLEDGE
from tests.journeys.playing import check_chain, type_pin, zh
from tests.journeys.report import Journey
from tests.stage.hall import SeededTown
from tests.stage.people import StaffCard
from tests.stage.stage import Stage
from tests.stage.terminal import Page, TerminalProcess
from tests.stage.waiting import pause, wait_for

NAME, TITLE = "J14", "J14 · a bracelet and a call box call for help"
DESK, NEXT_DESK = "FD-01", "FD-02"
SITE = "H1"
SEEN_S = 10.0
ACKNOWLEDGE_S, ESCALATE_S = 30, 120
FAMILY_S = 30.0
LOOK_S = 0.3


def play(town: SeededTown, journey: Journey) -> None:
    directory = journey.directory / "stage"
    radio = EmulatedRadio(journey.directory / "radio")
    own: dict[str, dict[str, Any]] = {
        DESK: {
            "more_devices": {
                "call_buttons": {"kind": "rf_generic_serial", "port": radio.path, "buttons": ["C0FFE:1"]}
            },
            "sections": {"front_desk": {"escalate_to": NEXT_DESK, "faces": False}},
        },
        NEXT_DESK: {"sections": {"front_desk": {"faces": False, "ticket_letter": "B"}}},
    }
    try:
        with Stage(directory, town, terminals=(DESK, NEXT_DESK), faces=(DESK,), at="21:04", own=own) as stage:
            Call(stage, journey, radio, town).play()
    finally:
        radio.close()


class Call:
    """What the desk, the next desk, the hall and a family see of it."""

    def __init__(self, stage: Stage, journey: Journey, radio: EmulatedRadio, town: SeededTown) -> None:
        self.stage = stage
        self.journey = journey
        self.radio = radio
        self.town = town
        self.desk: TerminalProcess = stage[DESK]
        self.next_desk: TerminalProcess = stage[NEXT_DESK]
        self.staff: StaffCard = stage.town.staff_of(SITE)
        senders = stage.hall.records("alarm_sender")
        self.bracelets = [each["sender"] for each in senders if each["sort"] == "bracelet"]
        self.call_box = next(each for each in senders if each["sort"] == "call_box")

    def play(self) -> None:
        self._answered()
        self._nobody_answers()
        self._hall_is_away()
        check_chain(self.desk, self.journey)

    # --- answered in time ---------------------------------------------------------------------------------------------

    def _answered(self) -> None:
        after = self.desk.seen_bytes()
        alarm_id = self._bracelet_calls(self.bracelets[0], "press-1")
        self.journey.check(
            "the same press reported again is the same alarm",
            alarm_id,
            self._bracelet_calls(self.bracelets[0], "press-1"),
        )
        alarm = self._alarm_page(self.desk, after, "raised")["around"]["alarm"]
        self.journey.check("who is to answer sees the alarm of the hall", alarm_id, alarm["alarm_id"])
        self.journey.check_that(
            "within 30 s it has to be answered",
            0 < alarm["left_s"] <= ACKNOWLEDGE_S,
            "1 to 30",
            alarm["left_s"],
        )
        covered = self.desk.pages()[-1]
        self.journey.check("nobody is signed in, and the alarm stays", True, covered["covered"])
        self.journey.check("no place is told to a covered screen", "", alarm["place_zh"])
        self.journey.show("The red bar, over a screen without names", self.desk.picture())
        self._family(after)
        after = self._touch("Answer")
        self._alarm_page(self.desk, after, "acknowledged")
        self._hall_says(alarm_id, "acknowledged")
        self._sign_in()
        after = self._touch("Call")
        shown = self._page("the number to ring", after, lambda page: bool(page["around"]["alarm"]["phone"]))
        self.journey.check_that(
            "the number to ring is shown", bool(shown["around"]["alarm"]["phone"]), "a number", "none"
        )
        self.journey.show("Whom to ring", self.desk.picture())
        self._touch("Outcome")
        self._drawn("OutcomePage")
        self.journey.show("What came of it", self.desk.picture())
        after = self._touch("Somebody went there")
        self._page("no alarm any more", after, lambda page: page["around"]["alarm"] is None)
        closed = self._hall_says(alarm_id, "closed")
        self.journey.check("what came of it is recorded", "on_site", closed["outcome"])
        self.journey.check("by whom", self.staff.staff_id, closed["steps"][-1]["staff_id"])
        looked = [row["body"]["what"] for row in self.stage.hall.rows(DESK) if row["kind"] == "card_viewed"]
        self.journey.check("who looked at a number is kept", ["phone"], looked)

    def _family(self, after: int) -> None:
        """家属短信已发 stands there only after the carrier's answer, which is the sandbox's here."""
        told = self._page("the family is told", after, lambda page: self._is_told(page), FAMILY_S)
        self.journey.check("the words come after the answer", "sent", told["around"]["alarm"]["family"])
        self.journey.show("The family's message is answered for", self.desk.picture())

    @staticmethod
    def _is_told(page: Page) -> bool:
        alarm = page.get("around", {}).get("alarm")
        return alarm is not None and alarm["family"] == "sent"

    # --- not answered -------------------------------------------------------------------------------------------------

    def _nobody_answers(self) -> None:
        after = self.desk.seen_bytes()
        alarm_id = self._bracelet_calls(self.bracelets[1], "press-2")
        self._alarm_page(self.desk, after, "raised")
        before = self.next_desk.seen_bytes()
        self.stage.let_pass(ESCALATE_S + 1)
        alarm = self._alarm_page(self.next_desk, before, "")["around"]["alarm"]
        self.journey.check("after two minutes the next desk has it", alarm_id, alarm["alarm_id"])
        self.journey.check(
            "the hall says whose turn it is", NEXT_DESK, self._hall_says(alarm_id, "escalated")["turn"]
        )
        before = self.next_desk.press(ACKNOWLEDGE, alarm_id)
        self._alarm_page(self.next_desk, before, "acknowledged")
        taken = self._hall_says(alarm_id, "acknowledged")
        self.journey.check("who took it on", NEXT_DESK, taken["steps"][-1]["at"])
        after = self.desk.seen_bytes()
        self._page("the first desk is quiet", 0 if after == 0 else max(0, after - 1), self._quiet)

    @staticmethod
    def _quiet(page: Page) -> bool:
        alarm = page.get("around", {}).get("alarm")
        return alarm is None or alarm["state"] == "acknowledged"

    # --- the hall is away -----------------------------------------------------------------------------------------------

    def _hall_is_away(self) -> None:
        """A call box needs no network: its receiver hangs at the desk, and so do the timers."""
        rows = self.stage.hall.row_count(DESK)
        self.desk.devices.network.cut()
        after = self.desk.seen_bytes()
        address, _, key = self.call_box["sender"].partition("/")
        self.radio.press(bytes.fromhex(f"{address}{int(key):X}"))
        alarm = self._page("the call box rings", after, self._rings)["around"]["alarm"]
        self.journey.check(
            "it is told with the hall away", ("call_box", "raised"), (alarm["sort"], alarm["state"])
        )
        self.journey.show("A call box, and no network", self.desk.picture())
        after = self.desk.seen_bytes()
        self.stage.let_pass(ESCALATE_S + 1)
        passed = self._page("it is passed on by the desk's own clock", after, self._escalated)["around"][
            "alarm"
        ]
        self.journey.check("the same alarm", alarm["alarm_id"], passed["alarm_id"])
        after = self.desk.press(ACKNOWLEDGE, alarm["alarm_id"])
        self._page("it is taken", after, lambda page: self._state(page) == "acknowledged")
        self.desk.devices.network.restore()
        wait_for("its rows are at the hall", lambda: self.stage.hall.row_count(DESK) >= rows + 3, 60.0)
        self._hall_says(alarm["alarm_id"], "acknowledged")

    @staticmethod
    def _state(page: Page) -> str:
        alarm = page.get("around", {}).get("alarm")
        return "" if alarm is None else str(alarm["state"])

    def _rings(self, page: Page) -> bool:
        alarm = page.get("around", {}).get("alarm")
        return alarm is not None and alarm["sort"] == "call_box"

    def _escalated(self, page: Page) -> bool:
        return self._state(page) == "escalated" and self._rings(page)

    def _touch(self, says: str) -> int:
        """As somebody does who has read the page. Answers the place to look from."""
        pause(LOOK_S)
        return self.desk.touch(zh(says))

    def _drawn(self, view: str) -> None:
        """Until that page is on the glass: where its buttons are is known only then."""
        self.desk.wait_status(f"{view} is drawn", lambda status: status["drawn_view"] == view, SEEN_S)

    # --- parts ----------------------------------------------------------------------------------------------------------

    def _bracelet_calls(self, sender: str, event: str) -> str:
        body = {"event_id": event, "sender": sender, "pressed_ms": self.stage.wall_ms()}
        answer = self.stage.hall.report_alarm(self.town.platform, body)
        return str(answer["alarm_id"])

    def _hall_says(self, alarm_id: str, state: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found = [each for each in self.stage.hall.get("/v1/alarms") if each["alarm_id"] == alarm_id]
            return found[0] if found and found[0]["state"] == state else None

        said: dict[str, Any] = wait_for(f"the hall says that it is {state}", look, SEEN_S)
        self.journey.check(f"the hall says that it is {state}", state, said["state"])
        return said

    def _sign_in(self) -> None:
        after = self.desk.tap(self.staff.uid)
        self.desk.wait_page("the keypad", after, lambda page: page["view"] == "DeskKeypad")
        after = type_pin(self.desk, self.staff.pin)
        self._page(
            "she is signed in", after, lambda page: page["view"] == "DeskBoard" and not page["covered"]
        )

    def _alarm_page(self, terminal: TerminalProcess, after: int, state: str) -> Page:
        def matches(page: Page) -> bool:
            found = self._state(page)
            return bool(found) and state in ("", found)

        return terminal.wait_page(f"an alarm that is {state or 'there'}", after, matches, SEEN_S)

    def _page(self, what: str, after: int, matches: Any, deadline_s: float = SEEN_S) -> Page:
        return self.desk.wait_page(what, after, lambda page: "around" in page and matches(page), deadline_s)
