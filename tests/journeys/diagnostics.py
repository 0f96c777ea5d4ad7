"""J10: a technician at canteen 3 tests every device, pulls one, prints and uploads a report; and sees no resident."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from PIL import Image

from drivers.emulators.people import invented_card
from offline_cache.wire import canonical
from tests.journeys.playing import check_books, check_chain, serve, take_slips, type_pin, zh
from tests.journeys.report import Journey
from tests.stage.codes import decoded
from tests.stage.hall import SeededTown
from tests.stage.hall_devices import CAMERA_FPS, HallDevices
from tests.stage.people import LIST_PRICE, StaffCard
from tests.stage.stage import Stage
from tests.stage.terminal import Page, TerminalProcess
from tests.stage.waiting import pause, wait_for

NAME, TITLE = "J10", "J10 · a technician at canteen 3"
TERMINAL = "CT-03"
TECHNICIAN = "S-TECH"
DINERS = 3
HOLD_S = 3.4
WRONG_PIN = "000000"
TRIES = 5
ROWS_A_PAGE = 6
SLOTS = (
    "card_reader",
    "id_card_reader",
    "code_scanner",
    "receipt_printer",
    "page_printer",
    "camera",
    "door",
    "call_buttons",
    "screen",
    "sound",
    "network",
    "disk",
    "records",
)
READS = 10
BUTTON_SECTION, BUTTON_CODE = ["D0035:8"], bytes.fromhex("D00358")
SCANNED = "resident:planted-in-a-code:340826"
ID_CARDS = 10
TRIAL_S = 40.0
LET_GO_S = 2.0  # a button that is held is one press
LIFTED_S = 1.0  # a hand that takes one card away and lays the next one down
NOTICED_S = 2.0
BACK_S = 3.0
# The page between the bars of a 1366x768 panel, and how far the outer points lie from its edge.
GRID_LEFT, GRID_TOP, GRID_WIDTH, GRID_HEIGHT, GRID_EDGE = 0, 76, 1366, 580, 40


def play(town: SeededTown, journey: Journey) -> None:
    with HallDevices(journey.directory / "devices") as devices:
        sections = dict(devices.sections)
        sections["call_buttons"] = {**sections["call_buttons"], "buttons": BUTTON_SECTION}
        with Stage(
            journey.directory / "stage", town, faces=(TERMINAL,), at="11:21", more_devices=sections
        ) as stage:
            Visit(stage, devices, journey).play()


class Visit:
    """One visit of the technician, step by step."""

    def __init__(self, stage: Stage, devices: HallDevices, journey: Journey) -> None:
        self.stage = stage
        self.devices = devices
        self.journey = journey
        self.terminal: TerminalProcess = stage[TERMINAL]
        self.card: StaffCard = next(card for card in stage.town.staff if card.staff_id == TECHNICIAN)
        self.entered_at = 0
        self.read: list[str] = []  # everything that stood on the glass or on paper while he was there

    def play(self) -> None:
        diners = self.stage.town.plain_diners(self.stage.day, LIST_PRICE)
        for person in diners[:DINERS]:
            serve(self.stage, self.terminal, self.journey, person, "before the technician comes")
        self._wrong_pins()
        self._enter()
        self._readers([person.uid for person in diners[DINERS : DINERS + READS]])
        self._printers()
        self._printer_pulled()
        self._camera_door_and_buttons()
        self._touch_grid()
        self._looked_at()
        self._test_all()
        self._report()
        self._no_resident()
        self._leave(diners[DINERS + READS])

    # --- getting in -------------------------------------------------------------------------------------------------

    def _wrong_pins(self) -> None:
        """Five guesses at the hidden corner lock the keypad for five minutes, and the hall hears of it."""
        after = self.terminal.hold_corner(HOLD_S)
        self.terminal.wait_page("the corner's keypad", after, lambda page: page["view"] == "StaffKeypad")
        for tried in range(1, TRIES + 1):
            after = type_pin(self.terminal, WRONG_PIN)
            page = self.terminal.wait_page(
                "the verdict on a PIN", after, lambda page: bool(page.get("error")) and not page["entered"]
            )
            expected = "staff.pin_locked" if tried == TRIES else "staff.pin_wrong"
            self.journey.check(f"wrong PIN {tried}: what is said", expected, page["error"])
        self.journey.check_that(
            "the lock lasts about five minutes",
            295 <= page["locked_s"] <= 300,
            "295 to 300 s",
            page["locked_s"],
        )
        self.journey.show("Five wrong PINs at the hidden corner", self.terminal.picture())
        self.terminal.touch(zh("Back"))
        locks = wait_for("the hall hears of the lock", self._locks_at_hall, 30.0, 0.2)
        self.journey.check("rows of a locked keypad at the hall", 1, len(locks))

    def _locks_at_hall(self) -> list[dict[str, Any]]:
        return [row for row in self.stage.hall.rows(TERMINAL) if row["kind"] == "pin_locked"]

    def _enter(self) -> None:
        self.stage.go_to(self.stage.day, "11:27")
        after = self.terminal.tap(self.card.uid)
        self.terminal.wait_page("the card's keypad", after, lambda page: page["view"] == "StaffKeypad")
        self.entered_at = type_pin(self.terminal, self.card.pin)
        page = self._page("everything was looked at and signed", lambda page: bool(page["qr"]))
        rows = [row["slot"] for row in page["rows"]]
        self.journey.check("every device is listed", list(SLOTS), rows)
        faults = {row["slot"]: row["code"] for row in page["rows"] if row["severity"] == "fault"}
        self.journey.check("nothing is at fault", {}, faults)
        self._show("What the technician sees first")

    # --- devices ----------------------------------------------------------------------------------------------------

    def _readers(self, uids: list[str]) -> None:
        rows = self.stage.hall.row_count(TERMINAL)
        for slot in ("card_reader", "id_card_reader", "code_scanner"):
            self._open(slot)
            for number in range(READS):
                self._present(slot, number, uids)
                self._test_page(slot, f"read {number + 1}", lambda page, n=number: len(page["marks"]) > n)
            page = self._test_page(slot, "all reads", lambda page: page["state"] == "done")
            self.journey.check(f"{slot}: good reads", f"{READS}/{READS}", page["reading"]["value"])
            self._show(f"Ten reads: {slot}")
            self._close()
        status = self.terminal.wait_status("its log", lambda status: "last_seq" in status)
        self.journey.check(
            "no card of a test became a row", rows, max(rows, int(status["last_seq"]), self._rows_at_hall())
        )

    def _rows_at_hall(self) -> int:
        return self.stage.hall.row_count(TERMINAL)

    def _present(self, slot: str, number: int, uids: list[str]) -> None:
        if slot == "card_reader":
            self.terminal.tap(uids[number])
        elif slot == "code_scanner":
            self.devices.scanner.scan(f"{SCANNED}{number}")
        else:
            self.devices.id_reader.lift()
            pause(LIFTED_S)
            self.devices.id_reader.rest(invented_card(number))

    def _printers(self) -> None:
        self.devices.id_reader.lift()
        printer = self.terminal.devices.printer
        before = printer.page_count
        self._open("receipt_printer")
        self._test_page("receipt_printer", "the question", lambda page: page["state"] == "asked", TRIAL_S)
        slip = take_slips(self.terminal, before, 1)
        self._show("The test slip: is it as it should be?", slip)
        self._answer_yes("receipt_printer")
        self._close()
        sheets = self.devices.pages.page_count
        self._open("page_printer")
        self._test_page("page_printer", "the question", lambda page: page["state"] == "asked", TRIAL_S)
        self.journey.check("test pages", sheets + 1, self.devices.pages.page_count)
        self._show("The test page", self.devices.pages.pages[-1:])
        self._answer_yes("page_printer")
        self._close()

    def _printer_pulled(self) -> None:
        """A pulled printer is a fault within two seconds, and comes back by itself."""
        printer = self.terminal.devices.printer
        after, began_ns = self.terminal.seen_bytes(), time.monotonic_ns()
        printer.unplug()
        page = self.terminal.wait_page(
            "the printer is at fault", after, lambda page: _severity(page) == "fault"
        )
        noticed_s = (page["ns"] - began_ns) / 1e9
        self.journey.check_that(
            "a pulled printer is seen", noticed_s <= NOTICED_S, f"within {NOTICED_S:g} s", round(noticed_s, 2)
        )
        self._show("The printer is pulled")
        after, began_ns = self.terminal.seen_bytes(), time.monotonic_ns()
        printer.plug()
        page = self.terminal.wait_page("the printer is back", after, lambda page: _severity(page) == "ok")
        back_s = (page["ns"] - began_ns) / 1e9
        self.journey.check_that(
            "it comes back by itself", back_s <= BACK_S, f"within {BACK_S:g} s", round(back_s, 2)
        )

    def _camera_door_and_buttons(self) -> None:
        self._open("camera")
        self._test_page("camera", "a picture", lambda page: page["live"] and page["reading"]["value"] != "")
        self._show("The camera's picture, in memory only")
        page = self._test_page("camera", "its rate", lambda page: page["state"] == "done", TRIAL_S)
        rate = float(page["reading"]["value"])
        self.journey.check_that("frames a second", abs(rate - CAMERA_FPS) <= 2, f"about {CAMERA_FPS:g}", rate)
        self._close()
        self._open("door")
        self._test_page("door", "the question", lambda page: page["state"] == "asked", TRIAL_S)
        self.journey.check("the relay was on once", 1, len(self.devices.door.coils.openings_ms(1)))
        self._answer_yes("door")
        self._close()
        self._open("call_buttons")
        for number in range(3):
            self.devices.buttons.press(BUTTON_CODE)
            self._test_page("call_buttons", "a press", lambda page, n=number: len(page["marks"]) > n)
            pause(LET_GO_S)
        self._test_page("call_buttons", "three presses", lambda page: page["severity"] == "ok")
        self._close()

    def _touch_grid(self) -> None:
        assert self.terminal.display is not None
        after = self._open("screen", view="TouchGridPage")
        self.terminal.wait_page("the grid", after, lambda page: page["view"] == "TouchGridPage")
        self._show("Twenty-five points, touched in order")
        for number in range(25):
            row, column = divmod(number, 5)
            x = GRID_LEFT + GRID_EDGE + (GRID_WIDTH - 2 * GRID_EDGE) * column / 4
            y = GRID_TOP + GRID_EDGE + (GRID_HEIGHT - 2 * GRID_EDGE) * row / 4
            self.terminal.display.touch(round(x), round(y))
            self.terminal.wait_page(
                f"point {number + 1}",
                after,
                lambda page, n=number: page.get("done", 0) > n or page["view"] == "DeviceTestPage",
            )
        page = self._test_page("screen", "the verdict", lambda page: page["state"] == "done")
        self.journey.check("the screen", "ok", page["severity"])
        worst = float(page["reading"]["value"])
        self.journey.check_that("the worst touch", worst <= 3.0, "at most 3 mm off", worst)
        self._close()

    def _looked_at(self) -> None:
        """Where there is no sound card, and none is asked for, the terminal says so instead of pretending."""
        self._open("sound")
        page = self._test_page("sound", "an answer", lambda page: page["state"] == "done", TRIAL_S)
        self.journey.check("the voice is off by the settings", "voice.disabled", page["code"])
        self._close()
        for slot in ("network", "disk", "records"):
            self._open(slot)
            page = self._test_page(slot, "an answer", lambda page: page["state"] == "done", TRIAL_S)
            self.journey.check_that(f"{slot}: not at fault", page["severity"] != "fault", "ok", page)
            self._close()

    def _test_all(self) -> None:
        slips = self.terminal.devices.printer.page_count
        after = self.terminal.touch(zh("Test all"))
        self.terminal.wait_page("the tests run", after, lambda page: bool(page.get("busy")))
        self.terminal.wait_page(
            "all tests are done",
            after,
            lambda page: page["view"] == "DiagnosticsPage" and page["note"] == "All tests are done",
            120.0,
        )
        self.journey.check("one more test slip", slips + 1, self.terminal.devices.printer.page_count)
        self.journey.check("the door stayed shut", 1, len(self.devices.door.coils.openings_ms(1)))
        self._show("After all tests")

    # --- the report -------------------------------------------------------------------------------------------------

    def _report(self) -> None:
        before = self.terminal.devices.printer.page_count
        after = self.terminal.touch(zh("Print report"))
        (slip,) = take_slips(self.terminal, before, 1)
        self._page("it is said that the report is printed", _noted("The report is printed"), after)
        text = decoded(slip)
        self._show("The signed report", [slip], note=text)
        self.read += [text]
        public_key = self._public_key()
        self.journey.check_that(
            "the code on the slip is signed by this terminal",
            _verifies_text(text, public_key),
            "by the key the hall knows",
            text[:60],
        )
        forged = text.replace(" T", " U", 1) if " T" in text else f"x{text}"
        self.journey.check("a changed code is not", False, _verifies_text(forged, public_key))
        after = self.terminal.touch(zh("Upload"))
        self._page("it is said that the hall has it", _noted("The hall has the report"), after)
        uploaded = self.stage.hall.get("/v1/reports", terminal=TERMINAL)
        kept = json.loads(max((self.terminal.data_dir / "reports").glob("*.json")).read_text("utf-8"))
        self.journey.check("the hall has what the terminal kept", kept, uploaded[0]["document"])
        self.journey.check("it is signed", True, _verifies_document(kept, public_key))
        tested = {trial["slot"]: trial["severity"] for trial in kept["report"]["trials"]}
        self.journey.check("every test is in it", sorted(SLOTS), sorted(tested))
        self.journey.check("who tested", TECHNICIAN, kept["report"]["staff_id"])
        self.journey.check_that(
            "at most five reports are kept",
            len(list((self.terminal.data_dir / "reports").glob("*.json"))) <= 5,
            "5",
            len(list((self.terminal.data_dir / "reports").glob("*.json"))),
        )
        self.read.append(json.dumps(kept, ensure_ascii=False))

    def _public_key(self) -> str:
        """As the hall enrolled it, and not as the report says."""
        ((key,),) = self.stage.hall._query("SELECT public_key FROM terminals WHERE terminal_id = ?", TERMINAL)
        return str(key)

    def _no_resident(self) -> None:
        """Names, numbers and cards of everybody in town, searched in all that stood on the glass and on paper."""
        shown = self.terminal.pages(self.entered_at)
        pages = [json.dumps({**page, "ns": 0}, ensure_ascii=False) for page in shown]
        slips = [slip.text for slip in self.terminal.devices.printer.slips[DINERS:]]
        everything = "\n".join([*pages, *self.read, *slips])
        planted = {
            secret
            for person in self.stage.town.people
            for secret in (person.name, person.person_id, person.uid, person.short_number)
        } | {SCANNED}
        planted |= {invented_card(number).number for number in range(ID_CARDS)}
        self.journey.check("pages searched", True, len(pages) > 50)
        self.journey.check("residents found", [], sorted(filter(_standing_in(everything), planted)))

    def _leave(self, hungry: Any) -> None:
        after = self.terminal.touch(zh("Leave"))
        self.terminal.wait_page("the canteen's own page", after, lambda page: page["view"] == "Idle")
        serve(self.stage, self.terminal, self.journey, hungry, "after the technician has left")
        self.stage.wait_rows(self.terminal, DINERS + 2)
        check_books(self.stage, self.terminal, self.journey)
        check_chain(self.terminal, self.journey)

    # --- pages ------------------------------------------------------------------------------------------------------

    def _open(self, slot: str, view: str = "DeviceTestPage") -> int:
        """Touch the 测试 beside a device, turning the list to where it stands."""
        wanted, place = divmod(SLOTS.index(slot), ROWS_A_PAGE)
        parts = -(-len(SLOTS) // ROWS_A_PAGE)
        while (shown := self._part_shown(parts)) != wanted:
            self.terminal.touch(f"{shown + 1} / {parts}")
            wait_for("the list turns", lambda old=shown: self._part_shown(parts) != old, 10.0)
        tests = [button for button in self.terminal.buttons() if button["say"] == zh("Test")]
        x, y, width, height = tests[place]["at"]
        after = self.terminal.seen_bytes()
        assert self.terminal.display is not None
        self.terminal.display.touch(int(x + width / 2), int(y + height / 2))
        self.terminal.wait_page(f"the page of {slot}", after, lambda page: page["view"] == view)
        return after

    def _part_shown(self, parts: int) -> int:
        says = {"".join(button["say"].split()) for button in self.terminal.buttons()}
        return next(part for part in range(parts) if f"{part + 1}/{parts}" in says)

    def _test_page(self, slot: str, what: str, matches: Any, deadline_s: float = 15.0) -> Page:
        """The newest state of a device's page. It is looked for from the end: pages of an earlier test look alike."""

        def look() -> Page | None:
            page = self.terminal.pages(self.entered_at)[-1]
            right = page["view"] == "DeviceTestPage" and page["slot"] == slot
            return page if right and matches(page) else None

        return wait_for(f"{slot}: {what}", look, deadline_s, 0.05)

    def _page(self, what: str, matches: Any, after: int | None = None) -> Page:
        start = self.entered_at if after is None else after
        return self.terminal.wait_page(
            what, start, lambda page: page["view"] == "DiagnosticsPage" and matches(page), TRIAL_S
        )

    def _answer_yes(self, slot: str) -> None:
        self.terminal.touch(zh("Yes"))
        page = self._test_page(slot, "its verdict", lambda page: page["state"] == "done")
        self.journey.check(f"{slot}: the verdict", "ok", page["severity"])

    def _close(self) -> None:
        after = self.terminal.touch(zh("Back"))
        self.terminal.wait_page("the list again", after, lambda page: page["view"] == "DiagnosticsPage")

    def _show(self, caption: str, slips: list[Image.Image] | None = None, note: str = "") -> None:
        """Keep the moment, and what can be read in it."""
        self.read += self.terminal.texts()
        self.journey.show(caption, self.terminal.picture(), slips or [], note=note)


def _standing_in(text: str) -> Callable[[str], bool]:
    """Whether something stands in a text by itself: six digits within a signature are nobody's number."""
    return lambda secret: re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", text) is not None


def _severity(page: Page) -> str:
    rows = {row["slot"]: row["severity"] for row in page.get("rows", []) if isinstance(row, dict)}
    return str(rows.get("receipt_printer", ""))


def _noted(note: str) -> Any:
    return lambda page: page["note"] == note


def _verifies_text(text: str, public_key: str) -> bool:
    """Ed25519 over all lines but the last, which is the signature: reckoned here, by no function of the product."""
    body, _, signature = text.rpartition("\nsig ")
    return _verifies(public_key, signature, body.encode())


def _verifies_document(document: dict[str, Any], public_key: str) -> bool:
    return _verifies(public_key, document["signature"], canonical(document["report"]))


def _verifies(public_key: str, signature: str, signed: bytes) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(public_key + "=="))
        key.verify(base64.urlsafe_b64decode(signature + "=="), signed)
    except (InvalidSignature, ValueError):
        return False
    return True
