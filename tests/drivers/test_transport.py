"""Bytes must not be lost in silence: each way a line can fail has its own error, within its deadline."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from drivers.base import DeviceBusy, DeviceDenied, DeviceGone, DeviceTimeout
from drivers.transport import FileTransport, SerialTransport, TcpTransport, Transport
from tests.drivers.conftest import RawPty

AWKWARD = bytes([0x00, 0x03, 0x0A, 0x0D, 0x11, 0x13, 0x1A, 0xFF])


@pytest.fixture(params=[SerialTransport, FileTransport])
def on_pty(request: pytest.FixtureRequest, raw_pty: RawPty) -> Transport:
    transport: Transport = request.param(raw_pty.path)
    request.addfinalizer(transport.close)
    return transport


def test_every_byte_passes_both_ways_unchanged(on_pty: Transport, raw_pty: RawPty) -> None:
    on_pty.open()
    os.write(raw_pty.master, AWKWARD)
    assert on_pty.read(64, 1.0) == AWKWARD
    on_pty.write(AWKWARD, 1.0)
    assert os.read(raw_pty.master, 64) == AWKWARD
    assert (on_pty.bytes_read, on_pty.bytes_written) == (8, 8)


def test_reads_at_most_what_is_asked_for(on_pty: Transport, raw_pty: RawPty) -> None:
    on_pty.open()
    os.write(raw_pty.master, b"abcdef")
    assert on_pty.read(4, 1.0) + on_pty.read(4, 1.0) == b"abcdef"


def test_silence_is_no_error_and_ends_in_time(on_pty: Transport) -> None:
    on_pty.open()
    before = time.monotonic()
    assert on_pty.read(1, 0.05) == b""
    assert 0.05 <= time.monotonic() - before < 1.0


def test_a_read_wakes_when_bytes_come(on_pty: Transport, raw_pty: RawPty) -> None:
    on_pty.open()
    threading.Timer(0.02, os.write, (raw_pty.master, b"!")).start()
    assert on_pty.read(1, 5.0) == b"!"


def test_a_hang_up_is_gone_for_reads_and_writes(on_pty: Transport, raw_pty: RawPty) -> None:
    on_pty.open()
    raw_pty.hang_up()
    with pytest.raises(DeviceGone):
        on_pty.write(b"x", 1.0)
    with pytest.raises(DeviceGone):
        for _ in range(2):  # usblp may say "nothing" once before it says "gone"
            on_pty.read(1, 1.0)


def test_a_device_that_stops_taking_bytes_times_out_and_says_how_many(
    on_pty: Transport, raw_pty: RawPty
) -> None:
    on_pty.open()
    before = time.monotonic()
    with pytest.raises(DeviceTimeout):
        on_pty.write(bytes(1_000_000), 0.1)
    assert time.monotonic() - before < 1.0
    taken = 0
    while select.select([raw_pty.master], [], [], 0.1)[0]:
        taken += len(os.read(raw_pty.master, 65_536))
    assert taken == on_pty.bytes_written > 0


def test_a_partial_write_is_resumed(on_pty: Transport, raw_pty: RawPty) -> None:
    on_pty.open()
    data = bytes(range(256)) * 400
    received = bytearray()

    def drain() -> None:
        while len(received) < len(data):
            received.extend(os.read(raw_pty.master, 1000))

    draining = threading.Thread(target=drain)
    draining.start()
    on_pty.write(data, 5.0)
    draining.join(5)
    assert bytes(received) == data


def test_a_second_opener_is_told_that_it_is_busy(on_pty: Transport, raw_pty: RawPty) -> None:
    on_pty.open()
    second = type(on_pty)(raw_pty.path)  # type: ignore[call-arg]
    with pytest.raises(DeviceBusy):
        second.open()
    on_pty.close()
    second.open()
    second.close()


def test_a_port_without_rights_is_denied(
    on_pty: Transport, raw_pty: RawPty, without_rights: Callable[[Path], AbstractContextManager[None]]
) -> None:
    with without_rights(Path(raw_pty.path)), pytest.raises(DeviceDenied):
        on_pty.open()
    on_pty.open()


@pytest.mark.parametrize("kind", [SerialTransport, FileTransport])
def test_a_port_that_is_not_there_is_gone(
    kind: type[SerialTransport] | type[FileTransport], tmp_path: Path
) -> None:
    with pytest.raises(DeviceGone):
        kind(str(tmp_path / "no-such-port")).open()


def test_nothing_works_before_open_and_after_close(on_pty: Transport) -> None:
    for _ in range(2):
        with pytest.raises(DeviceGone):
            on_pty.read(1, 0.0)
        with pytest.raises(DeviceGone):
            on_pty.write(b"x", 0.1)
        on_pty.open()
        on_pty.close()
        on_pty.close()


def test_a_serial_line_drops_what_came_before_it_was_opened(raw_pty: RawPty) -> None:
    os.write(raw_pty.master, b"stale")
    transport = SerialTransport(raw_pty.path)
    transport.open()
    assert transport.read(16, 0.02) == b""
    transport.close()


def test_open_finds_the_device_again_under_its_name(raw_pty: RawPty, tmp_path: Path) -> None:
    name = tmp_path / "reader"
    name.symlink_to(raw_pty.path)
    transport = SerialTransport(str(name))
    transport.open()
    raw_pty.hang_up()
    with pytest.raises(DeviceGone):
        transport.read(1, 1.0)
    master, slave = os.openpty()
    name.unlink()
    name.symlink_to(os.ttyname(slave))
    transport.open()
    os.write(master, b"back\n")
    assert transport.read(16, 1.0) == b"back\n"
    transport.close()
    os.close(master)
    os.close(slave)


def test_tcp_both_ways(listener: socket.socket) -> None:
    transport = TcpTransport(*listener.getsockname())
    transport.open()
    device, _ = listener.accept()
    with device:
        device.settimeout(5)
        device.sendall(b"\x12")
        assert transport.read(16, 1.0) == b"\x12"
        transport.write(b"\x10\x04\x01", 1.0)
        assert device.recv(16) == b"\x10\x04\x01"
        device.sendall(b"unread status")
        transport.write(b"the last of the slip", 1.0)
        transport.close()
        received = b""
        while data := device.recv(64):
            received += data
        assert received == b"the last of the slip"


def test_tcp_slow_drain_times_out(listener: socket.socket) -> None:
    transport = TcpTransport(*listener.getsockname())
    transport.open()
    device, _ = listener.accept()
    with device, pytest.raises(DeviceTimeout):
        transport.write(bytes(20_000_000), 0.2)
    assert 0 < transport.bytes_written < 20_000_000
    transport.close()


def test_tcp_dropped_connection_is_gone(listener: socket.socket) -> None:
    transport = TcpTransport(*listener.getsockname())
    transport.open()
    listener.accept()[0].close()
    with pytest.raises(DeviceGone):
        transport.read(1, 1.0)
    transport.close()


def test_tcp_nobody_there_is_gone(listener: socket.socket) -> None:
    address = listener.getsockname()
    listener.close()
    with pytest.raises(DeviceGone):
        TcpTransport(*address).open()


def test_tcp_no_answer_to_connect_is_a_timeout(listener: socket.socket) -> None:
    listener.listen(0)
    waiting = []
    try:
        with pytest.raises(DeviceTimeout):  # the queue of unaccepted connections holds one or two
            for _ in range(4):
                transport = TcpTransport(*listener.getsockname(), connect_timeout_s=0.1)
                waiting.append(transport)
                transport.open()
    finally:
        for transport in waiting:
            transport.close()


def test_a_device_that_says_xoff_is_sent_nothing_until_xon(raw_pty: RawPty) -> None:
    line = SerialTransport(raw_pty.path, flow="xonxoff")
    line.open()
    os.write(raw_pty.master, b"\x13")
    with pytest.raises(DeviceTimeout):
        for _ in range(100):  # the kernel heeds it a moment later
            line.write(b"x", 0.1)
    taken = line.bytes_written
    assert taken < 100
    os.write(raw_pty.master, b"\x11")
    line.write(b"slip", 2.0)
    line.close()
    assert os.read(raw_pty.master, 1000) == b"x" * taken + b"slip"


def test_without_flow_control_the_same_bytes_are_data(raw_pty: RawPty) -> None:
    line = SerialTransport(raw_pty.path)
    line.open()
    os.write(raw_pty.master, b"\x13")
    line.write(b"slip", 1.0)
    assert os.read(raw_pty.master, 16) == b"slip"
    assert line.read(1, 1.0) == b"\x13"
    line.close()


class ClosedMeanwhile:
    """A connection whose transport is closed by another thread while its owner closes it."""

    def __init__(self, transport: TcpTransport, connection: socket.socket) -> None:
        self._transport = transport
        self._connection = connection
        self.closed = 0

    def recv(self, size: int) -> bytes:
        self._transport.close()
        return b""

    def close(self) -> None:
        self.closed += 1
        self._connection.close()


def test_a_line_that_two_close_at_once_is_closed_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        transport = TcpTransport(*listener.getsockname())
        transport.open()
        connection = transport._socket
        assert connection is not None
        meanwhile = ClosedMeanwhile(transport, connection)
        transport._socket = meanwhile  # type: ignore[assignment]
        transport.close()
        assert meanwhile.closed == 1
