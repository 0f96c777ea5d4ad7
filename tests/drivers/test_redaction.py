"""A case file leaves the hall: whatever number went over a wire, in whatever form, none of it may be in there, and what is
left must still play as it did."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers import registry
from drivers.base import PrintState
from drivers.emulators.keyboard import EmulatedKeyboard
from drivers.emulators.m1_reader import EmulatedM1Reader
from drivers.emulators.people import invented_card
from drivers.emulators.pn532 import EmulatedPn532
from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.reader import EmulatedReader
from drivers.emulators.sam import EmulatedSam
from drivers.emulators.scanner import EmulatedLineScanner, EmulatedSsiScanner
from drivers.kinds import Surroundings
from drivers.printers.slip import Pair, Slip, Title
from drivers.replay import replay
from drivers.wire_log import WireLog, parse

RECORDINGS = Path(__file__).parent / "recordings"
DEADLINE_S = 8.0
EM4100 = "01001293D8"
NFC = "901F2AA4"
TYPED = "0001217496"
PERSON = invented_card(31)
ID_NUMBER = PERSON.number


def forms(number: str) -> dict[str, bytes]:
    """Every way in which a number may stand in bytes."""
    found = {
        "ascii": number.encode(),
        "lower case": number.lower().encode(),
        "utf-16 little": number.encode("utf-16-le"),
        "utf-16 big": number.encode("utf-16-be"),
        "birthday": number[6:14].encode() if len(number) == 18 else number.encode(),
    }
    digits = number if len(number) % 2 == 0 else "0" + number
    if set(digits) <= set("0123456789ABCDEF"):
        packed = bytes.fromhex(digits)
        found |= {"bcd or raw": packed, "backwards": packed[::-1]}
        found["swapped nibbles"] = bytes(byte >> 4 | (byte & 15) << 4 for byte in packed)
    if len(number) in (8, 10):
        found["decimal"] = f"{int(number, 16):010d}".encode()
    return found


Plant = Callable[[Path], Any]


@contextmanager
def planted(
    emulator: Any, place: str, use: Callable[[Any], object]
) -> Iterator[tuple[str, str, Callable[[], object]]]:
    try:
        yield place, str(emulator.path), lambda: use(emulator)
    finally:
        emulator.close()


PLANTS: dict[str, tuple[Plant, dict[str, object], tuple[str, ...]]] = {
    "em4100_serial": (
        lambda at: planted(EmulatedReader(at), "port", lambda e: e.rest(EM4100)),
        {},
        (EM4100,),
    ),
    "pn532_serial": (lambda at: planted(EmulatedPn532(at), "port", lambda e: e.rest(NFC)), {}, (NFC,)),
    "m1_aabb_serial": (lambda at: planted(EmulatedM1Reader(at), "port", lambda e: e.rest(NFC)), {}, (NFC,)),
    "sam_serial": (
        lambda at: planted(EmulatedSam(at), "port", lambda e: e.rest(PERSON)),
        {},
        (ID_NUMBER, PERSON.name),
    ),
    "ssi_serial": (
        lambda at: planted(EmulatedSsiScanner(at), "port", lambda e: e.scan(ID_NUMBER)),
        {},
        (ID_NUMBER,),
    ),
    "line_serial": (
        lambda at: planted(EmulatedLineScanner(at), "port", lambda e: e.scan(ID_NUMBER)),
        {},
        (ID_NUMBER,),
    ),
    "wedge": (
        lambda at: planted(EmulatedKeyboard(at), "path", lambda e: e.type_line(TYPED)),
        {"number_format": "10D", "first_byte": "01"},
        (TYPED,),
    ),
    "wedge_scanner": (
        lambda at: planted(EmulatedKeyboard(at), "path", lambda e: e.type_line(ID_NUMBER)),
        {},
        (ID_NUMBER,),
    ),
}


def through(kind: str, directory: Path) -> list[str]:
    """The case of a device of this kind that has just read what was planted."""
    plant, options, _ = PLANTS[kind]
    log = WireLog(200)
    with plant(directory) as (place, path, use):
        driver: Any = registry.make(kind, {place: path, **options}, Surroundings(wire_log=log))
        driver.open()
        use()
        ends = time.monotonic() + DEADLINE_S
        reading = None
        while reading is None and time.monotonic() < ends:
            reading = driver.read(0.2)
        driver.close()
        assert reading is not None, "nothing was read: nothing was planted"
    return log.export(driver.redact)


def octets(lines: list[str]) -> bytes:
    """All that went either way, each as one stream."""
    found = parse(lines)
    return b"".join(b"".join(line.data for line in found if line.direction == way) + b"\n" for way in "><")


@pytest.mark.parametrize("kind", PLANTS)
def test_no_number_is_in_the_case_of_a_reader(kind: str, tmp_path: Path) -> None:
    lines = through(kind, tmp_path)
    assert lines
    clear, text = octets(lines), "\n".join(lines)
    for number in PLANTS[kind][2]:
        for form, wanted in forms(number).items():
            assert wanted not in clear, f"{kind}: {form}"
            assert wanted.hex(" ").upper() not in text, f"{kind}: {form}"
        assert number not in text


def test_the_search_would_find_it() -> None:
    """Control: the same search, over a log that nobody redacted."""
    for number in (EM4100, NFC, ID_NUMBER):
        for wanted in forms(number).values():
            log = WireLog()
            log.note("<", b"\x02" + wanted[:3])
            log.note("<", wanted[3:] + b"\x03")
            assert wanted in octets(log.export(lambda direction, stream: stream))


def test_no_word_of_a_slip_is_in_the_case_of_a_printer(tmp_path: Path) -> None:
    log = WireLog(2000)
    slip = Slip(
        parts=(Title("和顺社区"), Pair("张＊", EM4100), Pair("No.", ID_NUMBER), Pair("𬭩", PERSON.name))
    )
    with ExitStack() as stack:
        printer = stack.enter_context(EmulatedPrinter(tmp_path))
        driver: Any = registry.make("escpos_serial", {"port": printer.path}, Surroundings(wire_log=log))
        driver.open()
        stack.callback(driver.close)
        outcome = driver.print(slip, "job-1")
        assert outcome.state in (PrintState.PRINTED, PrintState.PROBABLY)
    clear = octets(log.export(driver.redact))
    for number in (EM4100, ID_NUMBER):
        for form, wanted in forms(number).items():
            assert wanted not in clear, form
    for word in ("和顺社区", "张", PERSON.name):
        assert word.encode("gb18030") not in clear
    assert b"\x10\x04" in clear, "the questions stay"


# --- what is left plays as before -------------------------------------------------------------------------------------

PLAYED: dict[str, tuple[str, dict[str, object]]] = {
    "em4100_resting_card": ("em4100_serial", {"port": "x"}),
    "em4100_rough_line": ("em4100_serial", {"port": "x"}),
    "escpos_ready": ("escpos_serial", {"port": "x"}),
    "line_three_codes": ("line_serial", {"port": "x"}),
    "m1_aabb_uid": ("m1_aabb_serial", {"port": "x"}),
    "pcsc_bank": ("pcsc", {}),
    "pcsc_social_security": ("pcsc", {}),
    "pcsc_t_union": ("pcsc", {}),
    "pn532_uid": ("pn532_serial", {"port": "x"}),
    "relay_modbus_pulse": ("relay_modbus_serial", {"port": "x"}),
    "rf_bridge_press": ("rf_bridge_serial", {"port": "x", "buttons": ["D0035:8"]}),
    "rf_generic_presses": ("rf_generic_serial", {"port": "x", "buttons": ["A1B2C:4"]}),
    "sam_resting_card": ("sam_serial", {"port": "x"}),
    "sam_rough_line": ("sam_serial", {"port": "x"}),
    "ssi_rough_line": ("ssi_serial", {"port": "x"}),
    "ssi_two_codes": ("ssi_serial", {"port": "x"}),
    "wedge_scanner_code": ("wedge_scanner", {"path": "x"}),
    "wedge_two_cards": ("wedge", {"path": "x", "number_format": "10D", "first_byte": "01"}),
}


def redacted(name: str, kind: str, options: dict[str, object]) -> list[str]:
    """The recording, as it would leave a terminal."""
    now = [0]
    log = WireLog(100_000, lambda: now[0])
    log.opened()
    gone: list[str] = []
    for line in parse((RECORDINGS / f"{name}.txt").read_text(encoding="utf-8").splitlines()):
        now[0] = line.at_ns or now[0]
        if line.direction == "!":
            gone = [str(line)]
        else:
            log.note(line.direction, line.data)
    driver: Any = registry.make(kind, options)
    return log.export(driver.redact) + gone


def made_of(kind: str, options: dict[str, object], lines: list[str]) -> list[tuple[str, str]]:
    return [(each.what.partition("(")[0], each.code) for each in replay(kind, options, lines)]


@pytest.mark.parametrize("name", PLAYED)
def test_a_redacted_log_plays_as_it_did(name: str) -> None:
    kind, options = PLAYED[name]
    lines = (RECORDINGS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    before = made_of(kind, options, lines)
    assert before
    assert made_of(kind, options, redacted(name, kind, options)) == before
