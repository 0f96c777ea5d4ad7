"""systemd restarts a terminal that does not say READY=1 and WATCHDOG=1: the datagrams are checked on a real socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.watchdog import Watchdog


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address)
        listening.settimeout(2)
        yield address, listening


def test_the_manager_hears_ready_alive_and_stopping(manager: tuple[str, socket.socket]) -> None:
    address, listening = manager
    watchdog = Watchdog({"NOTIFY_SOCKET": address})
    watchdog.ready()
    watchdog.alive()
    watchdog.stopping()
    assert [listening.recv(64) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_an_abstract_socket_is_reached() -> None:
    name = f"service-hall-watchdog-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + name)
        listening.settimeout(2)
        Watchdog({"NOTIFY_SOCKET": "@" + name}).ready()
        assert listening.recv(64) == b"READY=1"


def test_the_interval_is_half_of_what_systemd_allows() -> None:
    assert Watchdog({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": str(os.getpid())}).interval_s == 10.0


@pytest.mark.parametrize(
    "environment", [{}, {"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": str(os.getpid() + 1)}]
)
def test_no_watchdog_is_asked_for(environment: dict[str, str]) -> None:
    assert Watchdog(environment).interval_s is None


def test_without_systemd_or_with_a_dead_manager_the_terminal_goes_on(tmp_path: Path) -> None:
    Watchdog({}).ready()
    Watchdog({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready()


def test_a_manager_that_does_not_read_delays_nobody(manager: tuple[str, socket.socket]) -> None:
    """Far more datagrams than the socket's queue holds: none of them may block."""
    watchdog = Watchdog({"NOTIFY_SOCKET": manager[0]})
    for _ in range(2000):
        watchdog.alive()
