"""Starting a program with a window on a virtual display, and knowing when its first frame is out."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.programs import end_with_parent

FIRST_FRAME_DEADLINE_S = 60.0
TOP = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Started:
    """A program whose first frame is out, `seconds` after it was started."""

    pid: int
    seconds: float


@contextlib.contextmanager
def started(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[Started]:
    """Start `command` and wait for its READY=1, the word that systemd would hear. Stops it at the end.

    Raises TimeoutError with the end of `log` when no frame comes within a minute.
    """
    socket_path = log.with_suffix(".notify")
    socket_path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening, log.open("wb") as sink:
        listening.bind(str(socket_path))
        listening.settimeout(FIRST_FRAME_DEADLINE_S)
        begun = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=TOP,
            env={**_as_installed(log.parent), **environment, "NOTIFY_SOCKET": str(socket_path)},
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        try:
            yield Started(process.pid, _wait_for_ready(listening, begun, log))
        finally:
            _stop(process)


def _as_installed(directory: Path) -> dict[str, str]:
    """This environment, with a place for bytecode: an installed terminal has all of it compiled (deploy/install.sh),
    and a checkout may be forbidden to keep any."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return environment | {"PYTHONPYCACHEPREFIX": str(directory / "bytecode")}


def _wait_for_ready(listening: socket.socket, begun: float, log: Path) -> float:
    while True:
        try:
            message = listening.recv(256)
        except TimeoutError as error:
            raise TimeoutError(f"no frame; the end of its log:\n{log.read_text('utf-8')[-2000:]}") from error
        if message == b"READY=1":
            return time.monotonic() - begun


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=15)


@contextlib.contextmanager
def display(width: int = 1366, height: int = 768) -> Iterator[str]:
    """A virtual display of the terminal's size; yields its name for $DISPLAY. Raises RuntimeError without Xvfb."""
    read, write = os.pipe()
    screen = f"{width}x{height}x24"
    try:
        server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write),
                "-screen",
                "0",
                screen,
                "-nolisten",
                "tcp",
                "+extension",
                "GLX",
            ],
            pass_fds=(write,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise RuntimeError("Xvfb is not installed: deploy/apt-packages.txt lists it") from error
    finally:
        os.close(write)
    try:
        with os.fdopen(read, "rb") as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield f":{number.decode()}"
    finally:
        _stop(server)


def resident_mib(pid: int) -> float:
    """Resident memory in MiB, as the kernel counts it (VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} has gone")


def processor_seconds(pid: int) -> float:
    """User and system seconds of all threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


BARE_WINDOW = [sys.executable, str(TOP / "benchmarks" / "peers" / "bare_window.py")]
