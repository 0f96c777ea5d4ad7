"""Child processes with a life line: each in a group of its own, its output in a log file, dead when its parent is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.programs import end_with_parent

PYTHON = sys.executable
TOP = Path(__file__).resolve().parents[2]


class Child:
    """One running program. `log` holds its standard output and error, appended over restarts."""

    def __init__(
        self,
        arguments: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.arguments = list(arguments)
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                self.arguments,
                cwd=TOP,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                pass_fds=tuple(pass_fds),
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self.pid = self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def kill(self) -> int:
        """SIGKILL to the whole group, as when the power goes. Answers the monotonic ns just after the signal."""
        self._signal(signal.SIGKILL)
        stamp = time.monotonic_ns()
        self._process.wait(timeout=10)
        return stamp

    def stop(self, deadline_s: float = 8.0) -> int:
        """SIGTERM, as systemd stops a service; killed when it does not hear. Answers the exit code."""
        self._signal(signal.SIGTERM)
        try:
            return self._process.wait(timeout=deadline_s)
        except subprocess.TimeoutExpired:
            self.kill()
            return -int(signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: it holds every socket, and does nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self._process.poll() is None:
            os.killpg(self.pid, number)

    def last_words(self, lines: int = 20) -> str:
        """The end of its log, for the message of a failure."""
        if not self.log.is_file():
            return ""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


def run(arguments: Sequence[str], log: Path, deadline_s: float = 60.0, **environment: str) -> str:
    """Run a command to its end and hand back its standard output. Raises CalledProcessError or TimeoutExpired."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        done = subprocess.run(
            list(arguments),
            cwd=TOP,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sink,
            timeout=deadline_s,
            check=True,
        )
        sink.write(done.stdout)
    return done.stdout.decode("utf-8")


def free_port() -> int:
    """A loopback port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
