"""What was typed: only pressing counts, only machines type fast, and a line with a hole in it is no line."""

from __future__ import annotations

import pytest

from drivers.emulators.keyboard import stroke
from drivers.keyboard.input_events import (
    EV_KEY,
    EV_SYN,
    EVENT,
    PRESSED,
    RELEASED,
    REPEATED,
    SYN_DROPPED,
    SYN_REPORT,
    EventParser,
    InputEvent,
    NotInputEvents,
    event,
)
from drivers.keyboard.typed import KEYS, PLAIN, SHIFTED, Torn, TypedLine, Typist

MS = 1_000_000
ENTER, KEYPAD_ENTER, LEFT_SHIFT, RIGHT_SHIFT = 28, 96, 42, 54


def typed(*pieces: bytes) -> list[str]:
    """The lines of these events, "torn" for a piece of one."""
    events, typist = EventParser(), Typist()
    found = [item for piece in pieces for item in typist.feed(events.feed(piece))]
    return [item.octets.decode() if isinstance(item, TypedLine) else "torn" for item in found]


def keys(text: str, at_ns: int = 0, gap_ns: int = 2 * MS) -> bytes:
    return b"".join(stroke(KEYS[char][0], at_ns + place * gap_ns) for place, char in enumerate(text))


@pytest.mark.parametrize("enter", [ENTER, KEYPAD_ENTER])
def test_a_line_ends_with_enter(enter: int) -> None:
    assert typed(keys("0001217496") + stroke(enter, 20 * MS)) == ["0001217496"]


def test_events_cut_anywhere_are_the_same_line() -> None:
    wire = keys("12") + stroke(ENTER, 4 * MS)
    for cut in range(len(wire)):
        assert typed(wire[:cut], wire[cut:]) == ["12"]


@pytest.mark.parametrize("shift", [LEFT_SHIFT, RIGHT_SHIFT])
def test_shift_is_held_from_press_to_release(shift: int) -> None:
    down, up = (event(0, EV_KEY, shift, value) for value in (PRESSED, RELEASED))
    assert typed(keys("a") + down + keys("a1") + up + keys("a1") + stroke(ENTER, 5 * MS)) == ["aA!a1"]


def test_a_key_that_is_held_or_let_go_types_nothing() -> None:
    held = b"".join(
        event(0, EV_KEY, KEYS["7"][0], value) for value in (PRESSED, REPEATED, REPEATED, RELEASED)
    )
    assert typed(held + stroke(ENTER, 1 * MS)) == ["7"]


def test_the_keypad_types_digits() -> None:
    pad = {char: code for code, char in PLAIN.items() if 71 <= code <= 83}
    line = b"".join(stroke(pad[char], 0) for char in "0123456789")
    assert typed(line + stroke(ENTER, 0)) == ["0123456789"]


def test_a_slow_key_begins_anew() -> None:
    beginning = keys("123")
    assert typed(beginning + keys("45", 153 * MS) + stroke(ENTER, 160 * MS)) == ["12345"]
    assert typed(beginning + keys("45", 154 * MS) + stroke(ENTER, 160 * MS)) == ["torn", "45"]
    assert typed(beginning + stroke(ENTER, 300 * MS)) == ["torn"]


def test_enter_alone_is_no_line() -> None:
    assert typed(stroke(ENTER, 0) + stroke(ENTER, 1)) == []


def test_a_line_whose_events_the_kernel_dropped_is_torn() -> None:
    dropped, report = event(0, EV_SYN, SYN_DROPPED, 0), event(0, EV_SYN, SYN_REPORT, 0)
    half_a_report = event(0, EV_KEY, KEYS["9"][0], PRESSED)
    wire = keys("12") + dropped + half_a_report + report + keys("34", 10 * MS) + stroke(ENTER, 12 * MS)
    assert typed(wire) == ["torn", "34"]


def test_every_character_of_ascii_has_its_key() -> None:
    for char in map(chr, range(0x20, 0x7F)):
        code, shifted = KEYS[char]
        assert (SHIFTED if shifted else PLAIN)[code] == char


def test_the_key_numbers_are_the_kernels() -> None:
    ecodes = pytest.importorskip("evdev.ecodes")
    for char in "0123456789abcdefghijklmnopqrstuvwxyz":
        assert ecodes.KEY[KEYS[char][0]] == f"KEY_{char.upper()}"
    assert (ecodes.KEY_ENTER, ecodes.KEY_KPENTER) == (ENTER, KEYPAD_ENTER)
    assert (ecodes.KEY_LEFTSHIFT, ecodes.KEY_RIGHTSHIFT) == (LEFT_SHIFT, RIGHT_SHIFT)
    for char, name in {"/": "SLASH", ":": "SEMICOLON", "_": "MINUS", "?": "SLASH", "=": "EQUAL"}.items():
        assert ecodes.KEY[KEYS[char][0]] == f"KEY_{name}"


@pytest.mark.parametrize(
    "wire",
    [
        b"\xff" * EVENT.size,
        EVENT.pack(0, 2_000_000, 1, 2, 1),
        EVENT.pack(-1, 0, 1, 2, 1),
        EVENT.pack(0, 0, 99, 0, 0),
    ],
)
def test_what_no_kernel_gives_is_no_event(wire: bytes) -> None:
    parser = EventParser()
    with pytest.raises(NotInputEvents):
        list(parser.feed(wire))
    assert list(parser.feed(event(5_000, EV_KEY, 2, PRESSED))) == [InputEvent(5_000, EV_KEY, 2, PRESSED)]


def test_keys_print_masked() -> None:
    assert "30" not in repr(InputEvent(0, EV_KEY, 30, PRESSED))
    assert "SECRET" not in repr(TypedLine(b"SECRET", 0))
    assert repr(Torn())


def test_the_size_is_that_of_this_machines_kernel() -> None:
    evdev = pytest.importorskip("evdev")
    assert evdev.device is not None
    assert EVENT.size in (16, 24)
