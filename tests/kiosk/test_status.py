"""A supervisor asks a running terminal how it is; the answer must come whole, to its owner only, and never wait."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from kiosk.services.status import StatusSocket, ask, short_name


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """A directory whose path alone is longer than a socket address may be."""
    path = tmp_path / ("d" * 90) / ("e" * 60)
    path.mkdir(parents=True)
    return path / "status.sock"


def test_one_line_a_question(deep: Path) -> None:
    numbers = iter(range(9))
    status = StatusSocket(deep, lambda: {"last_seq": next(numbers), "place": "和顺"})
    status.start()
    assert ask(deep) == {"last_seq": 0, "place": "和顺"}
    assert ask(deep) == {"last_seq": 1, "place": "和顺"}
    assert stat.S_IMODE(deep.stat().st_mode) == 0o600
    status.stop()
    assert not deep.exists()


def test_somebody_who_hangs_up_stops_nothing(deep: Path) -> None:
    status = StatusSocket(deep, lambda: {"long": "x" * 5_000_000})
    status.start()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as rude, short_name(deep) as name:
        rude.connect(name)
    assert len(ask(deep)["long"]) == 5_000_000
    status.stop()


def test_a_socket_left_by_a_killed_terminal_is_taken_over(deep: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead, short_name(deep) as name:
        dead.bind(name)
    status = StatusSocket(deep, lambda: {"ok": True})
    status.start()
    assert ask(deep) == {"ok": True}
    status.stop()
