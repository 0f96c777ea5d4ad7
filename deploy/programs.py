"""Programs that run beside this one: started with a log, waited for by the JSON line they say when ready, stopped."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[1]
READY_DEADLINE_S = 60.0
STOP_DEADLINE_S = 15.0
LOOK_AGAIN_S = 0.05


_PR_SET_PDEATHSIG = 1  # prctl(2)
_LIBC = ctypes.CDLL(None, use_errno=True)


def end_with_parent() -> None:
    """For `preexec_fn`: whoever is killed leaves nothing running behind it, holding ports that are given out anew.

    The kernel means the parent's thread, so programs are started from the main thread only.
    """
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class ProgramFailed(Exception):
    """A program ended, or did not become ready; the text holds the end of its log."""


class Program:
    """`python -m <arguments>`, its output in `<directory>/<name>.log`. In a session of its own, so that Ctrl-C in the
    terminal reaches only the program that stops the others in their order."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        directory: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.log = directory / f"{name}.log"
        with self.log.open("wb") as sink:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=TOP,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self.pid = self._process.pid

    def wait_until_ready(self, deadline_s: float = READY_DEADLINE_S) -> dict[str, Any]:
        """The JSON object that the program prints when it is ready. Raises ProgramFailed."""
        end = time.monotonic() + deadline_s
        looking = threading.Event()  # never set: a file tells nobody that it has grown
        while time.monotonic() < end:
            for line in self.log.read_text("utf-8", "replace").splitlines(keepends=True):
                if line.startswith("{") and line.endswith("\n"):
                    said: dict[str, Any] = json.loads(line)
                    return said
            if self._process.poll() is not None:
                raise ProgramFailed(
                    f"{self.name} ended with {self._process.returncode}:\n{self.last_words()}"
                )
            looking.wait(LOOK_AGAIN_S)
        raise ProgramFailed(f"{self.name} was not ready within {deadline_s:g} s:\n{self.last_words()}")

    def wait(self) -> int:
        """Until it ends by itself; its exit code."""
        return self._process.wait()

    def stop(self) -> None:
        """SIGTERM, so that it closes its devices; killed when it does not end."""
        if self._process.poll() is None:
            os.killpg(self.pid, signal.SIGTERM)
        try:
            self._process.wait(timeout=STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait(timeout=STOP_DEADLINE_S)

    def last_words(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-15:])


def run(arguments: Sequence[str], deadline_s: float = 180.0, typed: str = "") -> str:
    """`python -m <arguments>` to its end, with `typed` as its standard input; its output. Raises ProgramFailed."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=TOP,
            input=typed,
            capture_output=True,
            text=True,
            timeout=deadline_s,
        )
    except subprocess.TimeoutExpired as error:
        raise ProgramFailed(f"{arguments[0]} did not end within {deadline_s:g} s") from error
    if done.returncode != 0:
        raise ProgramFailed(
            f"{' '.join(arguments[:2])} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout.strip()
