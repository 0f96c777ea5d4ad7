"""A sound that is a file for a player and nothing on any disk: a block of memory under a name of this process."""

from __future__ import annotations

import io
import os
import wave
from pathlib import Path
from types import TracebackType
from typing import Self

HEADER_BYTES = 44
"""Of a WAV file as espeak-ng writes it to a pipe; the length in it is made up, because it does not know it yet."""

RATE_HZ = 22_050


class SpokenFile:
    """A context manager around espeak-ng's output. `path` can be opened by every program of this user until its end."""

    def __init__(self, piped: bytes) -> None:
        self._file = os.memfd_create("spoken")
        self.path = Path(f"/proc/{os.getpid()}/fd/{self._file}")
        whole = io.BytesIO()
        with wave.open(whole, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE_HZ)
            sound.writeframes(piped[HEADER_BYTES:])
        with os.fdopen(os.dup(self._file), "wb") as file:
            file.write(whole.getvalue())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)
