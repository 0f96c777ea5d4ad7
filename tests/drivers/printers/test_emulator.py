"""Scripts and the panel lean on the emulated printer's faults and records; each must do what it says."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from PIL import Image

from drivers.emulators.printer import EmulatedPrinter
from tests.drivers.printers.conftest import MakeEmulator

SLIP = b"\x1b@a\nb\n\x1dV\x42\x00"


@pytest.fixture
def host(emulator: EmulatedPrinter) -> socket.socket:
    return socket.create_connection(emulator.address, timeout=5)


def ask(host: socket.socket, query: int) -> int:
    host.sendall(bytes([0x10, 0x04, query]))
    return host.recv(1)[0]


def test_condition_is_told_in_real_time(emulator: EmulatedPrinter, host: socket.socket) -> None:
    with host:
        assert [ask(host, query) for query in (1, 2, 3, 4)] == [0x12] * 4
        emulator.paper_near_end()
        assert ask(host, 4) == 0x1E
        emulator.paper_out()
        assert [ask(host, query) for query in (1, 2, 4)] == [0x1A, 0x32, 0x7E]
        emulator.cover_open()
        assert ask(host, 2) == 0x36
        emulator.cover_close()
        emulator.refill()
        assert [ask(host, query) for query in (1, 2, 3, 4)] == [0x12] * 4


def test_query_torn_over_two_writes_is_answered(emulator: EmulatedPrinter, host: socket.socket) -> None:
    with host:
        host.sendall(b"\x10")
        host.sendall(b"\x04")
        host.sendall(b"\x01")
        assert host.recv(1) == b"\x12"


def test_automatic_status_comes_at_once_and_at_each_change(
    emulator: EmulatedPrinter, host: socket.socket
) -> None:
    with host:
        host.sendall(b"\x1da\x0f")
        assert host.recv(4) == bytes.fromhex("1400000F")
        emulator.cover_open()
        assert host.recv(4) == bytes.fromhex("3C00000F")


def test_cutter_jam_shows_after_the_cut_that_failed(emulator: EmulatedPrinter, host: socket.socket) -> None:
    with host:
        emulator.cutter_jam()
        host.sendall(SLIP)
        assert emulator.wait_for(lambda printer: printer.lines_since_cut == 2)
        assert [ask(host, query) for query in (1, 2, 3)] == [0x1A, 0x52, 0x1A]
        emulator.free_cutter()
        assert emulator.wait_for_pages(1)


def test_stops_at_the_line_and_goes_on_after_a_refill(emulator: EmulatedPrinter, host: socket.socket) -> None:
    with host:
        emulator.paper_out(at_line=1)
        host.sendall(SLIP)
        assert emulator.wait_for(lambda printer: printer.lines_since_cut == 1)
        assert ask(host, 2) == 0x32
        assert (emulator.lines_since_cut, emulator.page_count) == (1, 0)
        emulator.refill()
        assert emulator.wait_for_pages(1)


def test_slow_drain_takes_its_time_and_holds_the_sender_up(
    emulator: EmulatedPrinter, host: socket.socket
) -> None:
    with host:
        emulator.slow(2000)
        host.sendall(SLIP * 20)
        assert not emulator.wait_for_pages(20, timeout_s=0.02)
        assert emulator.wait_for_pages(20)


def test_mute_prints_and_does_not_answer(emulator: EmulatedPrinter, host: socket.socket) -> None:
    with host:
        emulator.mute()
        host.sendall(b"\x10\x04\x01" + SLIP)
        assert emulator.wait_for_pages(1)
        host.settimeout(0.05)
        with pytest.raises(TimeoutError):
            host.recv(1)


def test_connection_drops_after_its_bytes(emulator: EmulatedPrinter, host: socket.socket) -> None:
    with host:
        emulator.drop_connection(after_bytes=4)
        host.sendall(b"abcdefgh")
        with (
            pytest.raises((ConnectionResetError, BrokenPipeError)) if host.recv(1) else pytest.raises(OSError)
        ):
            host.sendall(b"x")
            host.shutdown(socket.SHUT_RDWR)
            host.sendall(b"x")
        assert emulator.received == b"abcd"


def test_unplugged_it_is_not_there_and_comes_back_at_the_same_place(emulator: EmulatedPrinter) -> None:
    address, path = emulator.address, emulator.path
    emulator.unplug()
    assert not Path(path).exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=1)
    emulator.plug()
    assert (emulator.address, emulator.path) == (address, path)
    assert Path(path).exists()
    with socket.create_connection(address, timeout=1) as host:
        host.sendall(SLIP)
        assert emulator.wait_for_pages(1)


def test_pages_are_saved_once_as_pictures_of_the_paper(make_emulator: MakeEmulator, tmp_path: Path) -> None:
    emulator = make_emulator(width_mm=58)
    with socket.create_connection(emulator.address, timeout=1) as host:
        host.sendall(SLIP)
        assert emulator.wait_for_pages(1)
        (path,) = emulator.save(tmp_path / "slips")
        with Image.open(path) as picture:
            assert (picture.mode, picture.width) == ("1", 464)
        assert emulator.save(tmp_path / "slips") == []
        host.sendall(SLIP)
        assert emulator.wait_for_pages(2)
    assert [saved.name for saved in emulator.save(tmp_path / "slips")] == ["slip-0002.png"]


def test_job_is_stamped_when_its_first_byte_comes(emulator: EmulatedPrinter, host: socket.socket) -> None:
    with host:
        host.sendall(b"\x10\x04\x01")
        host.recv(1)
        assert emulator.first_byte_ns == []
        host.sendall(SLIP)
        assert emulator.wait_for_pages(1)
    assert len(emulator.first_byte_ns) == 1


def test_second_host_is_served_when_the_first_has_gone(
    emulator: EmulatedPrinter, host: socket.socket
) -> None:
    second = socket.create_connection(emulator.address, timeout=5)
    with second:
        host.close()
        second.sendall(SLIP)
        assert emulator.wait_for_pages(1)
