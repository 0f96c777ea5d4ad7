"""Characters for what is typed in pinyin: an engine in a process of its own, asked through a pipe, within a deadline.

The engine is GPL-3 and native code: it shares neither our address space nor our licence, and when it falls over the keyboard
is without candidates for a moment and nothing else happens. One that does not answer in time is killed, because its
answer would be taken for that of the next letters; one that has died is started once more for the letters that found it so.

Nothing that is typed is kept: not in a log, not by the engine (see pinyin_engine), whose own directory is thrown away.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from kiosk.commands_resident import Convert
from kiosk.events_resident import Converted
from kiosk.services import pinyin_engine

log = logging.getLogger(__name__)

ANSWER_S = 0.3
START_S = 3.0
MOST_LETTERS = 64
MISSING, SLOW, ENDED = "pinyin.missing", "pinyin.slow", "pinyin.ended"
ENGINE = (sys.executable, "-I", pinyin_engine.__file__)
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz'")
_LONGEST_ANSWER = 1 << 16

Candidates = tuple[tuple[str, int], ...]
Result = TypeVar("Result")


class EngineFailed(Exception):
    """`code`: pinyin.missing (not installed), pinyin.slow (no answer in time), pinyin.ended (it fell over)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class EngineProcess:
    """One running engine. `start` may be called again after it has failed; every call is of one thread."""

    def __init__(self, command: Sequence[str] = ENGINE) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._directory: tempfile.TemporaryDirectory[str] | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Raises EngineFailed."""
        self.stop()
        self._directory = tempfile.TemporaryDirectory(prefix="pinyin-", ignore_cleanup_errors=True)
        try:
            self._process = subprocess.Popen(
                [*self._command, self._directory.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        except OSError as error:
            self.stop()
            raise EngineFailed(MISSING) from error
        try:
            ready = self._line(START_S)
        except EngineFailed as error:
            ended_with = self._process.poll()
            self.stop()
            raise EngineFailed(MISSING if ended_with == pinyin_engine.MISSING else error.code) from None
        if ready.strip() != pinyin_engine.READY.encode():
            self.stop()
            raise EngineFailed(ENDED)

    def ask(self, letters: str) -> Candidates:
        """Raises EngineFailed; the engine is not running then."""
        process = self._process
        assert process is not None and process.stdin is not None
        try:
            process.stdin.write(letters.encode("ascii") + b"\n")
            answer = json.loads(self._line(ANSWER_S))
            return tuple((str(characters), int(used)) for characters, used in answer)
        except EngineFailed:
            self.stop()
            raise
        except (OSError, ValueError, TypeError) as error:
            self.stop()
            raise EngineFailed(ENDED) from error

    def stop(self) -> None:
        """Ends it, and with it its directory."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
        if self._directory is not None:
            self._directory.cleanup()
            self._directory = None

    def _line(self, timeout_s: float) -> bytes:
        """The next line of its output. Raises EngineFailed."""
        assert self._process is not None and self._process.stdout is not None
        output, line = self._process.stdout.fileno(), b""
        ends = time.monotonic() + timeout_s
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                left_s = ends - time.monotonic()
                if left_s <= 0 or not selector.select(left_s):
                    raise EngineFailed(SLOW)
                read = os.read(output, _LONGEST_ANSWER)
                if not read:
                    self._await_end()
                if not read or len(line) > _LONGEST_ANSWER:
                    raise EngineFailed(ENDED)
                line += read
        return line

    def _await_end(self) -> None:
        """It has closed its output: how it ended is known a moment later."""
        assert self._process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(ANSWER_S)


class Pinyin:
    """Answers Convert by Converted, on a thread of its own; letters that were typed on meanwhile are answered alone.

    `publish` is called on that thread. No engine, or one that fails, gives no candidates and a code in the log.
    """

    def __init__(self, publish: Callable[[object], None], command: Sequence[str] = ENGINE) -> None:
        self._publish = publish
        self._engine = EngineProcess(command)
        self._turn = threading.Condition()
        self._wish: Convert | None = None
        self._stopping = False
        self._failed_with = ""
        self._thread = threading.Thread(target=self._run, name="pinyin", daemon=True)

    def start(self) -> None:
        """Begins with starting the engine, so that the first letter does not wait for it."""
        self._thread.start()

    def convert(self, wish: Convert) -> None:
        """From any thread; returns at once."""
        with self._turn:
            self._wish = wish
            self._turn.notify_all()

    def stop(self, timeout_s: float = 3.0) -> None:
        with self._turn:
            self._stopping = True
            self._turn.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            self._try(self._engine.start)
            while (wish := self._next()) is not None:
                candidates = self._candidates(wish.letters)
                self._publish(
                    Converted(
                        wish.ask_id,
                        wish.letters,
                        tuple(characters for characters, _ in candidates),
                        tuple(used for _, used in candidates),
                    )
                )
        finally:
            self._engine.stop()

    def _next(self) -> Convert | None:
        with self._turn:
            self._turn.wait_for(lambda: self._stopping or self._wish is not None)
            wish, self._wish = self._wish, None
            return None if self._stopping else wish

    def _candidates(self, letters: str) -> Candidates:
        if not letters or len(letters) > MOST_LETTERS or not _LETTERS.issuperset(letters):
            return ()
        if self._failed_with == MISSING:
            return ()
        if self._engine.is_running:
            found = self._try(lambda: self._engine.ask(letters))
            if found is not None or self._failed_with == SLOW:
                return found or ()  # letters that took too long once would take too long again
        self._try(self._engine.start)
        return (self._try(lambda: self._engine.ask(letters)) or ()) if self._engine.is_running else ()

    def _try(self, work: Callable[[], Result]) -> Result | None:
        try:
            return work()
        except EngineFailed as error:
            self._failed_with = error.code
            log.warning("%s", error.code)  # never with what was typed
            return None
