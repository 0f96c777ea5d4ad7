"""A door opens when it was asked to, for as long as it was asked, or the caller is told: whatever the line loses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import DeviceError, DeviceGone, DeviceTimeout, Health, ProtocolError, PulseOutcome
from drivers.emulators.relays import EmulatedModbusRelay
from drivers.kinds import Surroundings, WrongOption
from drivers.registry import make
from drivers.relays import modbus_frames as frames
from drivers.relays.modbus import ModbusRelay
from drivers.transport import SerialTransport
from drivers.wire_log import RecordedTransport, WireLog

RECORDINGS = Path(__file__).parent.parent / "recordings"
PULSE_MS = 300
# The emulated board's timer is a thread of a busy machine; a pulse that is sent twice lasts 200 ms longer.
SLACK_MS = 150
DEADLINE_S = 5.0


@pytest.fixture
def board(tmp_path: Path) -> Iterator[EmulatedModbusRelay]:
    emulated = EmulatedModbusRelay(tmp_path / "device")
    yield emulated
    emulated.close()


@pytest.fixture
def relay(board: EmulatedModbusRelay) -> Iterator[ModbusRelay]:
    driver = ModbusRelay(SerialTransport(board.path))
    driver.open()
    yield driver
    driver.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For boards that never answer: nothing is gained by waiting long for them."""
    monkeypatch.setattr("drivers.relays.modbus.REPLY_S", 0.02)


def opened_once(board: EmulatedModbusRelay, asked_ms: int, channel: int = 1) -> bool:
    """Whether the door, once it is shut, was open one time and no longer than asked."""
    assert board.coils.wait(channel, False, DEADLINE_S)
    lengths = board.coils.openings_ms(channel)
    return len(lengths) == 1 and asked_ms <= lengths[0] < asked_ms + SLACK_MS


def test_a_pulse_is_confirmed_at_once_and_ends_by_itself(
    board: EmulatedModbusRelay, relay: ModbusRelay
) -> None:
    assert relay.pulse(3, 550) is PulseOutcome.CONFIRMED
    assert board.coils.on == {3}, "it was told before the pulse was over"
    assert opened_once(board, 600, channel=3)


def test_closing_the_driver_leaves_the_end_to_the_board(
    board: EmulatedModbusRelay, relay: ModbusRelay
) -> None:
    relay.pulse(1, PULSE_MS)
    relay.close()
    board.unplug()
    assert opened_once(board, PULSE_MS)


def test_a_lost_confirmation_opens_no_second_time(board: EmulatedModbusRelay, relay: ModbusRelay) -> None:
    relay.probe()
    board.lose_replies(1)
    assert relay.pulse(1, PULSE_MS) is PulseOutcome.CONFIRMED
    assert opened_once(board, PULSE_MS)
    assert relay.diagnostics()["asked_again"] == "1"


def test_a_pulse_that_may_be_over_is_not_sent_again(board: EmulatedModbusRelay, relay: ModbusRelay) -> None:
    """Two replies are lost; the board then says "off", and nobody knows whether it was on."""
    relay.probe()
    board.lose_replies(2)
    with pytest.raises(DeviceTimeout):
        relay.pulse(1, PULSE_MS)
    assert opened_once(board, PULSE_MS)


def test_a_lost_request_is_sent_again(board: EmulatedModbusRelay, relay: ModbusRelay) -> None:
    relay.probe()
    board.lose_requests(1)
    assert relay.pulse(1, PULSE_MS) is PulseOutcome.CONFIRMED
    assert opened_once(board, PULSE_MS)


def test_a_damaged_confirmation_is_asked_for(board: EmulatedModbusRelay, relay: ModbusRelay) -> None:
    relay.probe()
    board.damage_checks(1)
    assert relay.pulse(1, PULSE_MS) is PulseOutcome.CONFIRMED
    assert opened_once(board, PULSE_MS)


@pytest.mark.usefixtures("impatient")
def test_swapped_check_bytes_are_another_protocol(board: EmulatedModbusRelay, relay: ModbusRelay) -> None:
    relay.probe()
    board.swap_check_bytes(99)
    with pytest.raises(ProtocolError):
        relay.pulse(1, PULSE_MS)
    assert relay.probe().code == "device.protocol"
    assert board.coils.wait(1, False, DEADLINE_S)
    assert len(board.coils.openings_ms(1)) == 1


@pytest.mark.usefixtures("impatient")
def test_a_failed_pulse_ends_by_off_before_its_time(board: EmulatedModbusRelay, relay: ModbusRelay) -> None:
    relay.probe()
    board.swap_check_bytes(99)
    with pytest.raises(DeviceError):
        relay.pulse(1, 20_000)
    assert board.coils.wait(1, False, 1.0)
    assert len(board.coils.openings_ms(1)) == 1


@pytest.mark.usefixtures("impatient")
def test_a_silent_board_is_told_in_time(board: EmulatedModbusRelay, relay: ModbusRelay) -> None:
    board.mute()
    started = time.monotonic()
    with pytest.raises(DeviceTimeout):
        relay.pulse(1, PULSE_MS)
    assert time.monotonic() - started < 3.0
    assert relay.probe().code == "device.timeout"
    assert board.coils.changes == ()


@pytest.mark.parametrize(
    ("number", "code"), [(1, "relay.no_pulse"), (2, "relay.no_pulse"), (6, "relay.refused")]
)
def test_a_refusal_is_told(board: EmulatedModbusRelay, relay: ModbusRelay, number: int, code: str) -> None:
    relay.probe()
    board.refuse(number)
    with pytest.raises(DeviceError) as caught:
        relay.pulse(1, PULSE_MS)
    assert caught.value.reason == code
    assert board.coils.changes == ()
    assert relay.probe().code == "relay.refused"


def test_a_board_without_the_pulse_is_told(board: EmulatedModbusRelay, relay: ModbusRelay) -> None:
    board.has_flash_on = False
    with pytest.raises(DeviceError) as caught:
        relay.pulse(1, PULSE_MS)
    assert caught.value.reason == "relay.no_pulse"
    assert relay.probe().health is Health.OK


def test_an_echoing_adapter_confirms_nothing(
    board: EmulatedModbusRelay, relay: ModbusRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    board.echo = True
    assert relay.pulse(1, PULSE_MS) is PulseOutcome.CONFIRMED
    assert relay.diagnostics()["echoes"] == "true"
    assert opened_once(board, PULSE_MS)
    board.mute()
    monkeypatch.setattr("drivers.relays.modbus.REPLY_S", 0.02)
    with pytest.raises(DeviceTimeout):
        relay.pulse(1, PULSE_MS)


@pytest.mark.usefixtures("impatient")
def test_a_silent_board_behind_an_echo_never_opens_a_door(
    board: EmulatedModbusRelay, relay: ModbusRelay
) -> None:
    """Before the line is known: the question comes back, and no answer."""
    board.echo = True
    board.mute()
    with pytest.raises(DeviceTimeout):
        relay.pulse(1, PULSE_MS)
    assert relay.probe().code == "device.timeout"


def test_noise_before_the_first_answer_leaves_the_line_unknown(
    board: EmulatedModbusRelay, relay: ModbusRelay
) -> None:
    """A damaged echo must not be taken for none at all: the line is asked once more."""
    board.echo = True
    real_send = board._send
    said: list[bytes] = []

    def damage_first(data: bytes) -> None:
        said.append(data)
        real_send(data[:-1] + b"\xff" if len(said) == 1 else data)

    board._send = damage_first  # type: ignore[method-assign]
    assert relay.pulse(1, PULSE_MS) is PulseOutcome.CONFIRMED
    assert relay.diagnostics()["echoes"] == "true"


class Chattering:
    """A line on which another master never stops; its time is its own."""

    name = "chattering"
    bytes_written = 0
    bytes_read = 0

    def __init__(self) -> None:
        self.now_ns = 0

    def open(self) -> None:
        """Always there."""

    def close(self) -> None:
        """Always there."""

    def read(self, max_bytes: int, timeout_s: float) -> bytes:
        self.now_ns += 1_000_000
        return b"\x55"

    def write(self, data: bytes, timeout_s: float) -> None:
        raise AssertionError("nobody may speak into another's frame")


def test_a_line_that_is_never_silent_is_told() -> None:
    line = Chattering()
    relay = ModbusRelay(line, monotonic_ns=lambda: line.now_ns)
    assert relay.probe().code == "device.protocol"
    with pytest.raises(ProtocolError):
        relay.pulse(1, PULSE_MS)


@pytest.mark.parametrize(
    ("channel", "duration_ms", "code"),
    [
        (0, 500, "relay.channel"),
        (9, 500, "relay.channel"),
        (1, 0, "relay.duration"),
        (1, 30_001, "relay.duration"),
    ],
)
def test_what_no_door_should_be_asked(
    board: EmulatedModbusRelay, relay: ModbusRelay, channel: int, duration_ms: int, code: str
) -> None:
    with pytest.raises(DeviceError) as caught:
        relay.pulse(channel, duration_ms)
    assert caught.value.reason == code
    assert board.coils.changes == ()


def test_unplugged_within_a_pulse_and_back(board: EmulatedModbusRelay, relay: ModbusRelay) -> None:
    relay.probe()
    board.unplug()
    with pytest.raises(DeviceGone):
        relay.pulse(1, PULSE_MS)
    board.plug()
    relay.open()
    assert relay.pulse(1, PULSE_MS) is PulseOutcome.CONFIRMED


def test_the_states_are_told(board: EmulatedModbusRelay, relay: ModbusRelay) -> None:
    assert relay.probe().details["on"] == "none"
    board.coils.switch(2, True)
    board.coils.switch(5, True)
    assert relay.probe().details["on"] == "2 5"


def test_a_log_shows_every_frame(board: EmulatedModbusRelay) -> None:
    log = WireLog()
    driver = make("relay_modbus_serial", {"port": board.path}, Surroundings(wire_log=log))
    assert isinstance(driver, ModbusRelay)
    driver.open()
    driver.pulse(1, 700)
    driver.close()
    said = "\n".join(log.export(ModbusRelay.redact))
    assert "> 01 05 02 00 00 07 8D B0" in said


def test_an_address_out_of_range_is_refused() -> None:
    with pytest.raises(WrongOption):
        make("relay_modbus_serial", {"port": "/dev/null", "address": 256})


def test_the_recording() -> None:
    """The second confirmation is lost there, and the pulse is not sent again."""
    transport = RecordedTransport.from_file(RECORDINGS / "relay_modbus_pulse.txt")
    driver = ModbusRelay(transport, monotonic_ns=transport.monotonic_ns)
    driver.open()
    for _ in range(2):
        assert driver.pulse(1, 700) is PulseOutcome.CONFIRMED
    assert transport.finished
    assert driver.diagnostics()["asked_again"] == "1"


def test_the_emulated_board_takes_only_whole_requests(board: EmulatedModbusRelay) -> None:
    line = SerialTransport(board.path)
    line.open()
    request = frames.flash_on(1, 1, 2)
    line.write(request[:5] + bytes([request[5] ^ 1]) + request[6:], 1.0)
    line.write(frames.flash_on(7, 1, 2), 1.0)
    assert line.read(64, 0.2) == b""
    line.write(b"\x00" + request, 1.0)
    assert line.read(64, 1.0) == request
    line.close()
    assert opened_once(board, 200)
