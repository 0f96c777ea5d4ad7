"""Frames of radio receivers, and which button they are from: one press of a stranger's remote must call nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.buttons.codes import (
    TEXT_PATTERN,
    Button,
    ButtonListDamaged,
    Lesson,
    add_to_list,
    button_of,
    button_of_all,
    parsed,
    read_list,
)
from drivers.buttons.kinds import BUTTON
from drivers.buttons.rf_frames import Family, FrameParser, bridge_frame, generic_frame

MS = 1_000_000
BRIDGE_WIRE = bytes.fromhex("AAA4 24E0 0140 0384 D00358 55")
GENERIC_WIRE = bytes.fromhex("FD03A1B2C45FDF")


def bodies(family: Family, *pieces: bytes, frame_bytes: int = 7) -> list[str]:
    parser = FrameParser(family, frame_bytes)
    return [frame.body.hex().upper() for piece in pieces for frame in parser.feed(piece)]


def test_the_vectors() -> None:
    assert bridge_frame(bytes.fromhex("D00358")) == BRIDGE_WIRE
    assert generic_frame(bytes.fromhex("A1B2C4")) == GENERIC_WIRE
    assert button_of(bytes.fromhex("D00358")) == Button("D0035", 8)
    assert button_of(bytes.fromhex("A1B2C4")) == Button("A1B2C", 4)


@pytest.mark.parametrize(
    ("family", "wire", "body"),
    [(Family.BRIDGE, BRIDGE_WIRE, "D00358"), (Family.GENERIC, GENERIC_WIRE, "A1B2C4")],
)
def test_a_frame_cut_anywhere_is_one_frame(family: Family, wire: bytes, body: str) -> None:
    for cut in range(len(wire)):
        assert bodies(family, wire[:cut], wire[cut:]) == [body]
    assert bodies(family, wire + b"\xaa\xfd\x00" + wire + wire) == [body] * 3


@pytest.mark.parametrize("code", ["FDFDDF", "DFFD03", "FD03DF", "AAA455"])
def test_a_code_may_hold_the_bytes_of_the_ends(code: str) -> None:
    octets = bytes.fromhex(code)
    assert bodies(Family.GENERIC, generic_frame(octets) * 3) == [code] * 3
    assert bodies(Family.BRIDGE, bridge_frame(octets) * 3) == [code] * 3


def test_another_length_gives_all_between_the_ends() -> None:
    wire = bytes.fromhex("FD 11 22 33 44 55 66 DF")
    assert bodies(Family.GENERIC, wire, frame_bytes=8) == ["112233445566"]


def test_noise_is_counted() -> None:
    parser = FrameParser(Family.GENERIC)
    list(parser.feed(b"\x01\x02" + GENERIC_WIRE + b"\xfd\x03"))
    parser.abandon()
    assert parser.noise_bytes == 4


def octets(*hexes: str) -> list[bytes]:
    return [bytes.fromhex(each) for each in hexes]


@pytest.mark.parametrize(
    ("said", "button"),
    [
        (octets("D00358", "D00358"), Button("D0035", 8)),
        (octets("D00358", "D00354"), None),
        (octets("11A2B35504", "11A2B35604", "11A2B35504"), Button("11A2B3..04", 0)),
        (octets("11A2B35504", "11A2B35605"), None),
        (octets("11A2B35504", "11A2B355"), None),
    ],
)
def test_a_buttons_code_is_what_does_not_change(said: list[bytes], button: Button | None) -> None:
    assert button_of_all(said) == button
    if button is not None:
        assert all(button.sent(body) for body in said)
        assert parsed(str(button)) == button


def test_a_button_hears_its_own_code_only() -> None:
    jittering = Button("11A2B3..04", 0)
    assert jittering.sent(bytes.fromhex("11A2B3FF04"))
    assert not jittering.sent(bytes.fromhex("11A2B3FF05"))
    assert not jittering.sent(bytes.fromhex("11A2B3FF0404"))
    assert not Button("D0035", 8).sent(bytes.fromhex("D00354"))


@pytest.mark.parametrize("text", ["D0035", "D0035:16", "d0035:8", "D003:8", "D0035:08", "..:0", ""])
def test_what_is_no_button_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="D0035:8"):
        parsed(text)


def test_a_configuration_takes_what_the_driver_takes() -> None:
    assert BUTTON == TEXT_PATTERN


def learned(presses: list[tuple[float, str]]) -> Button | None:
    lesson = Lesson()
    for at_s, body in presses:
        button = lesson.frame(bytes.fromhex(body), round(at_s * 1e9))
        if button is not None:
            return button
    return None


def pressed(at_s: float, body: str, frames: int = 3) -> list[tuple[float, str]]:
    return [(at_s + number * 0.045, body) for number in range(frames)]


def test_three_presses_teach_a_button() -> None:
    once = pressed(1, "D00358")
    assert learned(once * 1) is None
    assert learned(once + pressed(2, "D00358")) is None
    assert learned(once + pressed(2, "D00358") + pressed(3, "D00358")) == Button("D0035", 8)


def test_a_button_that_is_held_is_one_press() -> None:
    assert learned(pressed(1, "D00358", frames=100)) is None


def test_another_button_between_begins_anew() -> None:
    mixed = pressed(1, "D00358") + pressed(2, "77AC01") + pressed(3, "D00358") + pressed(4, "D00358")
    assert learned(mixed) is None
    assert learned(mixed + pressed(5, "D00358")) == Button("D0035", 8)


def test_single_frames_teach_nothing() -> None:
    assert learned([(at_s, "D00358") for at_s in range(10)]) is None


def test_the_list_of_learned_buttons(tmp_path: Path) -> None:
    path = tmp_path / "buttons.txt"
    assert read_list(path) == ()
    add_to_list(path, Button("D0035", 8), "room 3,\n by the window")
    add_to_list(path, Button("A1B2C", 4))
    add_to_list(path, Button("D0035", 8), "again")
    assert read_list(path) == (Button("D0035", 8), Button("A1B2C", 4))
    assert path.read_text() == "D0035:8  # room 3, by the window\nA1B2C:4\n"


def test_a_damaged_list_is_said_to_be_that(tmp_path: Path) -> None:
    path = tmp_path / "buttons.txt"
    path.write_text("D0035:8\nroom three\n")
    with pytest.raises(ButtonListDamaged, match="room three") as caught:
        read_list(path)
    assert caught.value.reason == "button.list"
    with pytest.raises(ButtonListDamaged):
        add_to_list(path, Button("A1B2C", 4))
    assert path.read_text() == "D0035:8\nroom three\n"
