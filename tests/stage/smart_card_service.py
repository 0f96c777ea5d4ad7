"""A real pcscd with the virtual reader, in this test run's own world: started, stopped, killed and started again.

There is one such service a world (its socket has a fixed place), so a lock keeps two workers of pytest-xdist apart.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from drivers.emulators.smart_card import SLOT_PORTS
from tests.stage import world
from tests.stage.processes import Child
from tests.stage.waiting import Overdue, wait_for

PCSCD = "/usr/sbin/pcscd"
VIRTUAL_READER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
READER = "Virtual PCD 00 00"
OTHER_READER = "Virtual PCD 00 01"
READY_S = 10.0
LOCK = Path("/run/smart-card-service.lock")
LOCK_S = 120.0
_SOCKET = Path("/run/pcscd/pcscd.comm")

_CONFIGURATION = f"""\
FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:0x{SLOT_PORTS[0]:X}
LIBPATH      {VIRTUAL_READER}
CHANNELID    0x{SLOT_PORTS[0]:X}
"""


def why_not() -> str:
    """Why there can be no such service here, "" when there can."""
    if not world.is_inside():
        return "a real pcscd needs root: it is started in namespaces of its own"
    if shutil.which(PCSCD) is None or not VIRTUAL_READER.is_file():
        return "pcscd and vsmartcard-vpcd are not installed (deploy/apt-packages.txt)"
    return ""


def require() -> None:
    """Skips a test that needs it and cannot have it."""
    reason = why_not()
    if reason:
        pytest.skip(reason)


class SmartCardService:
    """pcscd with two virtual slots. `directory` holds its configuration and its log."""

    def __init__(self, directory: Path) -> None:
        self._log = directory / "pcscd.log"
        self._configuration = directory / "reader.conf.d"
        self._configuration.mkdir(parents=True, exist_ok=True)
        self._child: Child | None = None

    def start(self, *, with_reader: bool = True) -> None:
        """Starts it and waits until it names its readers. Without a reader: as when the cable is pulled."""
        self.stop()
        reader = self._configuration / "vpcd"
        reader.write_text(_CONFIGURATION if with_reader else "# none\n", encoding="ascii")
        self._child = Child(
            [PCSCD, "--foreground", "--error", "--config", str(self._configuration)], self._log
        )
        readers = {READER, OTHER_READER} if with_reader else set()
        try:
            wait_for("pcscd names its readers", lambda: self._names() == readers, READY_S)
        except Overdue as overdue:
            raise Overdue(f"{overdue}; it says:\n{self._child.last_words()}") from overdue

    def stop(self) -> None:
        """SIGTERM, and waits for its end."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def kill(self) -> None:
        """SIGKILL: its socket stays behind, and nobody answers there."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def freeze(self) -> None:
        """SIGSTOP: it holds its socket and answers nobody."""
        if self._child is not None:
            self._child.freeze()

    def thaw(self) -> None:
        """Lets it go on."""
        if self._child is not None:
            self._child.thaw()

    def _names(self) -> set[str] | None:
        """The readers it names; None while it does not answer."""
        from smartcard import scard

        if self._child is not None and not self._child.running:
            raise RuntimeError(f"pcscd ended with {self._child.exit_code}:\n{self._child.last_words()}")
        if not _SOCKET.exists():
            return None
        failure, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if failure:
            return None
        _, names = scard.SCardListReaders(context, [])
        scard.SCardReleaseContext(context)
        return set(names)


@contextmanager
def running(directory: Path) -> Iterator[SmartCardService]:
    """The service, started, and nobody else's as long as this lasts."""
    with alone():
        service = SmartCardService(directory)
        try:
            service.start()
            yield service
        finally:
            service.stop()


@contextmanager
def alone() -> Iterator[None]:
    """Waits until no other process of this world has the service."""
    with LOCK.open("a") as lock:
        wait_for("the smart card service is free", lambda: _locked(lock), LOCK_S, 0.05)
        yield


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
