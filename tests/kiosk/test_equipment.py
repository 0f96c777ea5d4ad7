"""Every plug of a terminal is pulled at once and put back: each device is seen gone and comes back without a restart."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from drivers.base import PulseOutcome
from drivers.emulators.people import invented_card
from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.radio import EmulatedRadio
from drivers.emulators.reader import EmulatedReader
from drivers.emulators.relays import EmulatedModbusRelay
from drivers.emulators.sam import EmulatedSam
from drivers.emulators.scanner import EmulatedSsiScanner
from kiosk import events
from kiosk.config import Settings
from kiosk.equipment import Equipment
from kiosk.services.supervision import DeviceHealthChanged

GONE_S = 2.0
BACK_S = 3.0
SLACK_S = 1.5  # two cores that others use as well
CONFIGURATION = """\
[terminal]
id = "CT-03"
role = "canteen"
environment = "demo"
data_dir = "{directory}/data"
hall_url = "http://127.0.0.1:9"
"""
DEVICES = {
    "card_reader": ("em4100_serial", EmulatedReader, ""),
    "id_card_reader": ("sam_serial", EmulatedSam, ""),
    "code_scanner": ("ssi_serial", EmulatedSsiScanner, ""),
    "receipt_printer": ("escpos_serial", EmulatedPrinter, ""),
    "door": ("relay_modbus_serial", EmulatedModbusRelay, ""),
    "call_buttons": ("rf_generic_serial", EmulatedRadio, 'buttons = ["D0035:8"]\n'),
}
UID = "01001293D8"


class NothingToPrint:
    """The printer's queue of a terminal that has served nobody."""

    def next_print(self) -> None:
        return None

    def needy(self) -> list[Any]:
        return []

    def interrupted(self) -> list[Any]:
        return []


def at_once(work: Callable[[], Any]) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(work())
    return future


class Hall:
    """The emulated devices and the equipment on them, with what was published."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self.devices: dict[str, Any] = {}
        self.heard: list[object] = []
        self._changed = threading.Condition()
        text = CONFIGURATION.format(directory=directory)
        for slot, (kind, emulator, more) in DEVICES.items():
            (directory / slot).mkdir()
            self.devices[slot] = emulator(directory / slot)
            stack.callback(self.devices[slot].close)
            text += f'[devices.{slot}]\nkind = "{kind}"\nport = "{self.devices[slot].path}"\n{more}'
        path = directory / "terminal.toml"
        path.write_text(text, encoding="utf-8")
        self.equipment = Equipment(
            Settings.load(path),
            lambda card: f"{card.family}:{card.reveal().hex()}",
            lambda card: True,
            NothingToPrint,  # type: ignore[arg-type]
            at_once,
            self.publish,
        )
        stack.callback(self.equipment.stop)
        self.equipment.start()

    def publish(self, event: object) -> None:
        with self._changed:
            self.heard.append(event)
            self._changed.notify_all()

    def health(self) -> dict[str, str]:
        latest = {
            event.slot: event.status.health.value
            for event in list(self.heard)
            if isinstance(event, DeviceHealthChanged)
        }
        return {slot: latest.get(slot, "") for slot in DEVICES}

    def wait(self, done: Callable[[], object], limit_s: float) -> float:
        """How long it took; fails after `limit_s`."""
        began = time.monotonic()
        with self._changed:
            assert self._changed.wait_for(done, limit_s), self.health()
        return time.monotonic() - began

    def all_are(self, health: str) -> Callable[[], bool]:
        return lambda: set(self.health().values()) == {health}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with ExitStack() as stack:
        hall = Hall(tmp_path_factory.mktemp("hall"), stack)
        hall.wait(hall.all_are("ok"), 10)
        yield hall


def test_all_plugs_pulled_at_once_and_put_back(hall: Hall) -> None:
    for device in hall.devices.values():
        device.unplug()
    assert hall.wait(hall.all_are("down"), GONE_S + SLACK_S) < GONE_S + SLACK_S
    for device in hall.devices.values():
        device.plug()
    assert hall.wait(hall.all_are("ok"), BACK_S + SLACK_S) < BACK_S + SLACK_S


def test_cards_of_both_readers_are_taps_and_nobodys_name_is_kept(hall: Hall) -> None:
    hall.heard.append("cards")
    hall.devices["card_reader"].tap(UID)
    hall.devices["id_card_reader"].rest(invented_card(31))

    def taps() -> list[events.CardTapped]:
        since = hall.heard[hall.heard.index("cards") :]
        return [event for event in since if isinstance(event, events.CardTapped)]

    hall.wait(lambda: len(taps()) == 2, 8)
    assert {tap.card_ref.partition(":")[0] for tap in taps()} == {"em4100", "id_number"}
    assert invented_card(31).number not in repr(hall.heard)
    hall.devices["id_card_reader"].lift()


def test_a_code_and_a_button_are_events(hall: Hall) -> None:
    hall.devices["code_scanner"].scan("SHQR1:TEST")
    hall.devices["call_buttons"].press(bytes.fromhex("D00358"))
    wanted = (events.CodeScanned, events.ButtonCalled)
    hall.wait(lambda: {type(event) for event in hall.heard} >= set(wanted), 8)
    scanned = next(event for event in hall.heard if isinstance(event, events.CodeScanned))
    assert scanned.content.reveal() == "SHQR1:TEST"
    called = next(event for event in hall.heard if isinstance(event, events.ButtonCalled))
    assert (called.address, called.key) == ("D0035", 8)


def test_a_door_is_opened_by_asking_its_thread(hall: Hall) -> None:
    door = hall.equipment.device("door")
    assert door is not None
    assert door.ask(lambda relay: relay.pulse(1, 200)).result(8) is PulseOutcome.CONFIRMED
    assert hall.equipment.device("receipt_printer") is None
    assert hall.equipment.device("camera") is None


def test_what_is_known_of_each_names_no_card(hall: Hall) -> None:
    facts = hall.equipment.facts()
    assert set(facts) == set(DEVICES)
    assert facts["card_reader"]["kind"] == "em4100_serial"
    assert UID not in repr(facts)
    assert invented_card(31).number not in repr(facts)
    for slot in DEVICES:
        case = hall.equipment.case({"ask": "case", "slot": slot})
        assert '"slot": "' + slot in case["text"]
        assert invented_card(31).number not in case["text"]
    assert hall.equipment.case({})["code"] == "case.no_slot"
