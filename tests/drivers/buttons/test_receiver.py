"""A press calls once: learned buttons only, two equal frames, and no second call while it is held."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import ButtonPressed, DeviceGone, Health
from drivers.buttons.codes import Button, ButtonListDamaged
from drivers.buttons.receiver import RadioReceiver
from drivers.buttons.rf_frames import Family, generic_frame
from drivers.emulators.radio import EmulatedRadio
from drivers.kinds import WrongOption
from drivers.registry import make
from drivers.wire_log import RecordedTransport

RECORDINGS = Path(__file__).parent.parent / "recordings"
LEARNED, CODE = Button("A1B2C", 4), bytes.fromhex("A1B2C4")
OTHER, OTHER_CODE = Button("D0035", 8), bytes.fromhex("D00358")


def line(at_s: float, code: bytes = CODE, width: int = 0x5F) -> str:
    return f"{at_s:.3f} < {generic_frame(code, width).hex()}"


def presses(transport: RecordedTransport, family: Family, *buttons: Button) -> list[tuple[str, int, int]]:
    """(address, key, ms) of each press."""
    driver = RadioReceiver(transport, family, buttons, monotonic_ns=transport.monotonic_ns)
    driver.open()
    found = []
    while not transport.finished:
        while (press := driver.read(1.0)) is not None:
            found.append((press.address, press.key, press.stamp_ns // 1_000_000))
    return found


def heard(*lines: str) -> list[int]:
    """The ms of the learned button's presses."""
    transport = RecordedTransport(["0.0 <", *lines])
    return [at_ms for _, _, at_ms in presses(transport, Family.GENERIC, LEARNED)]


def test_two_equal_frames_are_a_press() -> None:
    assert heard(line(1.0), line(1.2)) == [1200]
    assert heard(line(1.0, width=0x5E), line(1.045, width=0x61)) == [1045]


def test_one_frame_is_none() -> None:
    assert heard(line(1.0)) == []
    assert heard(line(1.0), line(1.201)) == []
    assert heard(line(1.0), line(1.1, OTHER_CODE)) == []


def test_a_button_that_is_held_is_one_press_until_it_was_silent() -> None:
    held = [line(1.0 + number * 0.1) for number in range(40)]
    assert heard(*held) == [1100]
    assert heard(*held, line(6.5), line(6.55)) == [1100, 6550]
    assert heard(line(1.0), line(1.05), line(2.0), line(2.04)) == [1050]


def test_a_button_that_was_not_learned_calls_nobody() -> None:
    transport = RecordedTransport(["0.0 <", *(line(1.0 + number * 0.05, OTHER_CODE) for number in range(9))])
    assert presses(transport, Family.GENERIC, LEARNED) == []


def test_two_buttons_at_once_are_two_presses() -> None:
    lines = [line(1.0), line(1.02, OTHER_CODE), line(1.05), line(1.07, OTHER_CODE)]
    transport = RecordedTransport(["0.0 <", *lines])
    assert presses(transport, Family.GENERIC, LEARNED, OTHER) == [("A1B2C", 4, 1050), ("D0035", 8, 1070)]


def test_a_layout_that_was_learned() -> None:
    frames = ["FD 11 A2 B3 55 04 66 DF", "FD 11 A2 B3 57 04 66 DF"]
    transport = RecordedTransport(["0.0 <", *(f"{1 + n / 10} < {each}" for n, each in enumerate(frames))])
    driver = RadioReceiver(
        transport,
        Family.GENERIC,
        [Button("11A2B3..0466", 0)],
        frame_bytes=8,
        monotonic_ns=transport.monotonic_ns,
    )
    driver.open()
    assert driver.read(3.0) == ButtonPressed("11A2B3..0466", 0, 1_100_000_000)


@pytest.mark.parametrize(
    ("name", "family", "button", "expected"),
    [
        ("rf_generic_presses", Family.GENERIC, LEARNED, [("A1B2C", 4, 3045), ("A1B2C", 4, 6445)]),
        ("rf_bridge_press", Family.BRIDGE, OTHER, [("D0035", 8, 2120)]),
    ],
)
def test_recordings_mean_the_same_for_ever(
    name: str, family: Family, button: Button, expected: list[tuple[str, int, int]]
) -> None:
    transport = RecordedTransport.from_file(RECORDINGS / f"{name}.txt")
    assert presses(transport, family, button) == expected


@pytest.fixture(params=list(Family))
def radio(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmulatedRadio]:
    emulated = EmulatedRadio(tmp_path, request.param)
    yield emulated
    emulated.close()


@pytest.fixture
def driver(radio: EmulatedRadio, tmp_path: Path) -> Iterator[RadioReceiver]:
    kind = f"rf_{radio.family.value}_serial"
    options = {"port": radio.path, "buttons": [str(LEARNED)], "buttons_file": str(tmp_path / "buttons.txt")}
    made = make(kind, options)
    assert isinstance(made, RadioReceiver)
    made.open()
    yield made
    made.close()


def test_a_press_on_the_wire_is_heard_once(radio: EmulatedRadio, driver: RadioReceiver) -> None:
    radio.noise(b"\x00\xaa\xa4\xfd")
    radio.half_frame(CODE)
    radio.press(CODE)
    press = driver.read(2)
    assert press is not None
    assert (press.address, press.key) == ("A1B2C", 4)
    assert driver.read(0.1) is None
    if radio.family is Family.BRIDGE:
        assert radio.wait_acknowledged(4)


def test_a_button_is_learned_by_three_presses(radio: EmulatedRadio, driver: RadioReceiver) -> None:
    assert driver.learn(0.01) is None
    between = threading.Event()

    def press_thrice() -> None:
        for _ in range(3):
            radio.press(OTHER_CODE)
            between.wait(0.25)  # a person lets go between two presses

    pressing = threading.Thread(target=press_thrice)
    pressing.start()
    learned = driver.learn(5)
    pressing.join()
    assert learned is not None
    assert (learned.address, learned.key) == ("D0035", 8)


def test_diagnostics_say_when_each_was_heard_last(radio: EmulatedRadio, driver: RadioReceiver) -> None:
    assert driver.diagnostics()["heard_ms_ago"] == "never"
    assert driver.diagnostics()["heard_ms_ago A1B2C:4"] == "never"
    radio.press(OTHER_CODE)
    radio.press(CODE)
    assert driver.read(2) is not None
    told = driver.diagnostics()
    assert told["last_stranger"] == "D0035:8"
    assert int(told["heard_ms_ago A1B2C:4"]) < 5_000
    assert int(told["heard_ms_ago"]) < 5_000


def test_what_is_added_to_the_file_is_learned_at_the_next_open(
    radio: EmulatedRadio, driver: RadioReceiver, tmp_path: Path
) -> None:
    (tmp_path / "buttons.txt").write_text("D0035:8  # room 3\n")
    driver.open()
    radio.press(OTHER_CODE)
    press = driver.read(2)
    assert press is not None
    assert press.address == "D0035"
    (tmp_path / "buttons.txt").write_text("room 3\n")
    with pytest.raises(ButtonListDamaged):
        driver.open()


def test_half_a_frame_is_forgotten_when_the_plug_is_pulled(
    radio: EmulatedRadio, driver: RadioReceiver
) -> None:
    radio.half_frame(CODE)
    radio.unplug()
    with pytest.raises(DeviceGone):
        driver.read(2)
    assert driver.probe().health is Health.DOWN
    radio.plug()
    driver.open()
    radio.press(CODE)
    assert driver.read(2) is not None


def test_a_configuration_lists_buttons() -> None:
    for buttons in (["D0035"], ["D0035:8", "door"], "D0035:8", [8]):
        with pytest.raises(WrongOption):
            make("rf_generic_serial", {"port": "/dev/null", "buttons": buttons})
