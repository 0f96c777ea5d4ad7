"""Playing a WAV file: by a program of the system, or not at all where there is no sound card."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path
from typing import Protocol

PROGRAMS = (("paplay",), ("aplay", "-q"))


class PlayFailed(Exception):
    """Nothing was heard. `code`: voice.silent (no sound card, no program) or voice.wedged (the player hung)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Player(Protocol):
    """Plays one file at a time."""

    def play(self, path: Path, deadline_s: float) -> None:
        """Returns when the file has been heard, or was cut short by `stop`. Raises PlayFailed."""
        ...

    def stop(self) -> None:
        """Cuts short what is playing; from any thread."""
        ...


class SilentPlayer:
    """Where no program can play: says so each time, so that the terminal's health shows it."""

    def play(self, path: Path, deadline_s: float) -> None:
        raise PlayFailed("voice.silent")

    def stop(self) -> None:
        return


class ProgramPlayer:
    """Plays by a command line that takes the file as its last argument and exits non-zero without a sound card."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def play(self, path: Path, deadline_s: float) -> None:
        with self._lock:
            self._stopped = False
            try:
                self._running = subprocess.Popen(
                    [*self._command, str(path)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except OSError as error:
                raise PlayFailed("voice.silent") from error
        try:
            status = self._running.wait(timeout=deadline_s)
        except subprocess.TimeoutExpired as error:
            self._running.kill()
            self._running.wait()
            raise PlayFailed("voice.wedged") from error
        if status != 0 and not self._stopped:
            raise PlayFailed("voice.silent")

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._running is not None and self._running.poll() is None:
                self._running.terminate()


def find_player() -> Player:
    """The first program of this machine that can play a WAV file."""
    for command in PROGRAMS:
        if shutil.which(command[0]):
            return ProgramPlayer(command)
    return SilentPlayer()
