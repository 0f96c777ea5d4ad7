"""A real print service on the stage: CUPS, a driverless queue, and CUPS's own virtual IPP printer behind it.

Needs a world of one's own (`tests.stage.world`): D-Bus and Avahi, which the virtual printer insists on, have fixed
places there. The printer runs a command of ours for each job, which is its paper tray: it puts the page file that came
in onto `paper/`, or has the fault that `faults.json` names. Files lie below /run, where CUPS's own user may read them.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.stage import world
from tests.stage.processes import Child, free_port
from tests.stage.waiting import wait_for

QUEUE = "hall-a4"
A4 = "iso_a4_210x297mm"
READY_S = 15.0
LOCK_S = 240.0
LOCK = Path("/run/lock/service-hall-pages")
SYSTEM_BUS = Path("/run/dbus/system_bus_socket")
AVAHI_PID = Path("/run/avahi-daemon/pid")
TRAY = Path(__file__).with_name("page_tray.py")


def missing_programs() -> str:
    """What this machine lacks for a print service, in a sentence; "" where it has all."""
    if not world.is_inside():
        return "a print service needs a world of its own: run the tests as root"
    paths = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    needed = ("cupsd", "ippeveprinter", "lpadmin", "dbus-daemon", "avahi-daemon")
    lacking = [name for name in needed if shutil.which(name, path=paths) is None]
    return f"install deploy/apt-packages.txt: {', '.join(lacking)} missing" if lacking else ""


class PageService:
    """CUPS on a port and a socket, its queue, and the printer. Every wait has a deadline (tests.stage.waiting)."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.socket = str(directory / "cups.sock")
        self.paper = directory / "paper"
        self.spools = (directory / "cups", directory / "printer")
        self._printer_port = free_port()
        self._faults = directory / "faults.json"
        self._cups: Child | None = None
        self._printer: Child | None = None
        for path in (self.paper, *self.spools):
            path.mkdir()
        self.refill()

    # --- running ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Printer, CUPS and queue, ready."""
        self.plug()
        self._configure()
        self.start_cups()
        uri = f"ipp://localhost:{self._printer_port}/ipp/print"
        # As docs/printing-a4.md says.
        self.admin("lpadmin", "-p", QUEUE, "-E", "-v", uri, "-m", "everywhere", "-o", f"media={A4}")
        self.admin("lpadmin", "-p", QUEUE, "-o", "printer-error-policy=retry-current-job")

    def start_cups(self) -> None:
        """CUPS, as after a boot; its jobs and queues are what its files say."""
        files = self.spools[0] / "cups-files.conf"
        conf = self.spools[0] / "cupsd.conf"
        self._cups = Child(["cupsd", "-f", "-c", str(conf), "-s", str(files)], self.directory / "cupsd.txt")
        wait_for("CUPS answers", self._cups_answers, READY_S)

    def stop_cups(self) -> None:
        """SIGTERM, as `systemctl stop cups` does."""
        if self._cups is not None:
            self._cups.stop()

    def plug(self) -> None:
        """The printer on, with nothing in its memory."""
        spool = self.spools[1]
        arguments = ["-r", "off", "-p", str(self._printer_port), "-n", "localhost", "-d", str(spool)]
        formats = "application/pdf,image/pwg-raster,image/jpeg"
        command = self.directory / "tray"
        command.write_text(f'#!/bin/sh\nexec {sys.executable} {TRAY} {self.directory} "$@"\n')
        command.chmod(0o755)
        self._printer = Child(
            ["ippeveprinter", *arguments, "-f", formats, "-c", str(command), "Emulated A4"],
            self.directory / "printer.txt",
        )
        wait_for("the printer answers", lambda: _listens(self._printer_port), READY_S)

    def unplug(self) -> None:
        """The printer loses its power."""
        if self._printer is not None:
            self._printer.kill()

    def stop(self) -> None:
        """Ends both."""
        for child in (self._cups, self._printer):
            if child is not None:
                child.stop()

    def admin(self, *command: str) -> str:
        """A command of CUPS's own, as root over its socket."""
        done = subprocess.run(
            command,
            env={**os.environ, "CUPS_SERVER": self.socket},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=READY_S,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def _cups_answers(self) -> bool:
        assert self._cups is not None
        assert self._cups.running, self._cups.last_words()
        return _listens(self.port) and Path(self.socket).exists()

    def _configure(self) -> None:
        root = self.spools[0]
        for name in ("etc", "spool", "cache", "state", "tmp", "log"):
            (root / name).mkdir()
        places = {
            "ServerRoot": "etc",
            "RequestRoot": "spool",
            "CacheDir": "cache",
            "StateDir": "state",
            "TempDir": "tmp",
            "AccessLog": "log/access",
            "ErrorLog": "log/error",
            "PageLog": "log/page",
        }
        lines = [f"{name} {root / place}" for name, place in places.items()]
        (root / "cups-files.conf").write_text(
            "\n".join([*lines, "SystemGroup root", "Sandboxing relaxed", "SyncOnClose No", ""])
        )
        # Debian's own rules of who may do what, with what docs/printing-a4.md asks for.
        theirs = Path("/usr/share/cups/cupsd.conf.default").read_text().splitlines()
        kept = [
            line for line in theirs if not line.startswith(("Listen", "LogLevel", "Browsing", "IdleExit"))
        ]
        ours = [
            f"Listen 127.0.0.1:{self.port}",
            f"Listen {self.socket}",
            "Browsing No",
            "LogLevel info",
            "PreserveJobFiles No",
            "PreserveJobHistory Yes",
        ]
        (root / "cupsd.conf").write_text("\n".join([*ours, *kept, ""]))

    # --- faults -----------------------------------------------------------------------------------------------------

    def fault(self, name: str, **details: object) -> None:
        """What the tray does from now on: see `page_tray`."""
        part = self._faults.with_suffix(".part")
        part.write_text(json.dumps({"fault": name, **details}))
        part.rename(self._faults)

    def paper_out(self) -> None:
        """No paper until `refill`."""
        self.fault("paper_out")

    def jam(self) -> None:
        """A sheet sticks until `refill`."""
        self.fault("jam")

    def refill(self) -> None:
        """All is well."""
        self.fault("none")

    @property
    def sheets(self) -> list[Path]:
        """What lies in the output tray: one document a job, oldest first."""
        return sorted(self.paper.iterdir())

    def wait_until_idle(self) -> None:
        """Until the printer has done with what it took. To a busy one CUPS comes back ten seconds later."""

        def idle() -> bool:
            said = (self.directory / "printer.txt").read_text("utf-8", "replace")
            return said.count("Running command") == said.count("Processing time was")

        wait_for("the printer is idle", idle, READY_S)


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as connection:
        connection.settimeout(1.0)
        return connection.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _locked() -> Iterator[None]:
    """One print service at a time: D-Bus and Avahi have one place."""
    with LOCK.open("w") as lock:

        def taken() -> bool:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        wait_for("the other print service has ended", taken, LOCK_S, every_s=0.2)
        yield


def _bus(stack: ExitStack, directory: Path) -> None:
    """D-Bus and Avahi, which the virtual printer does not start without."""
    programs: tuple[tuple[list[str], Path, Callable[[], bool]], ...] = (
        (["dbus-daemon", "--system", "--nofork", "--nopidfile"], SYSTEM_BUS, lambda: SYSTEM_BUS.exists()),
        (
            ["avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits"],
            AVAHI_PID,
            lambda: AVAHI_PID.exists(),
        ),
    )
    for command, sign, ready in programs:
        sign.unlink(missing_ok=True)
        child = Child(command, directory / f"{command[0]}.txt")
        stack.callback(child.stop)
        wait_for(f"{command[0]} is ready", ready, READY_S)


@contextmanager
def page_service() -> Iterator[PageService]:
    """The whole service, ready; ended with the block. Raises Overdue or AssertionError."""
    with ExitStack() as stack:
        stack.enter_context(_locked())
        directory = Path(tempfile.mkdtemp(prefix="pages-", dir="/run"))
        directory.chmod(0o755)
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        _bus(stack, directory)
        service = PageService(directory)
        stack.callback(service.stop)
        service.start()
        yield service


def main() -> None:
    """By hand: `python -m tests.stage.page_service` starts one and says where, until Ctrl-C."""
    world.enter([sys.executable, "-m", "tests.stage.page_service"])
    started = time.monotonic()
    with page_service() as service:
        print(
            f"{service.socket} port {service.port}, ready in {time.monotonic() - started:.2f} s", flush=True
        )
        subprocess.run(["/bin/bash"], check=False, timeout=3600)


if __name__ == "__main__":
    main()
