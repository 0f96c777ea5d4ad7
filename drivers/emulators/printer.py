"""An ESC/POS receipt printer on a TCP port and on a pty, which draws what it prints.

Both lines lead to one machine with one paper. It takes one TCP connection at a time, as many real ones do. What comes in
is executed command by command (`printer_interpreter`) as long as paper, cover and knife allow; the rest stays in its
buffer, and when that is full it takes no more. Queries of DLE EOT are answered at once, everything else in print order.

A line is a line of text or one strip of an image; `paper_out(at_line)` counts them from the last cut.
"""

from __future__ import annotations

import re
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from drivers.emulators.printer_interpreter import Answered, CutAsked, Initialised, Interpreter, LinePrinted
from drivers.emulators.printer_ports import PrinterPorts

BUFFER_BYTES = 4096
KEPT_BYTES = 1 << 20
SLOW_STEP_S = 0.02

_REAL_TIME = re.compile(rb"\x10([\x04\x05])([\x01-\x08])")
_TORN_REAL_TIME = re.compile(rb"\x10[\x04\x05]?\Z")


@dataclass(slots=True)
class _Condition:
    """What is wrong with the machine, or will be."""

    near_end: bool = False
    paper_out: bool = False
    out_at_line: int | None = None
    cover_open: bool = False
    jam_at_cut: bool = False
    jammed: bool = False
    mute: bool = False
    lies: bool = False
    bytes_per_s: int | None = None
    drop_after: int | None = None

    @property
    def stopped(self) -> bool:
        return self.paper_out or self.cover_open or self.jammed


class EmulatedPrinter:
    """One printer. `directory` holds the link to its pty, `path`; `address` is (host, port). `confirms` False: it does
    not know GS ( H; `fences` False: nor GS r; `set_to_utf8`: somebody set it to UTF-8, which ESC @ goes back to. Every method may be called from any thread."""

    def __init__(
        self,
        directory: Path,
        *,
        width_mm: int = 80,
        port: int = 0,
        confirms: bool = True,
        fences: bool = True,
        set_to_utf8: bool = False,
    ) -> None:
        self.confirms = confirms
        self.fences = fences
        self.width_mm = width_mm
        self._changed = threading.Condition()
        self._machine = Interpreter(width_mm, set_to_utf8)
        self._condition = _Condition()
        self._incoming = bytearray()
        self._torn_real_time = b""
        self._received = bytearray()
        self._received_ns = 0
        self._first_byte_ns: list[int] = []
        self._pages: list[tuple[tuple[int, int], bytes]] = []
        self._saved = 0
        self._lines = 0
        self._lines_since_cut = 0
        self._cut_pending: CutAsked | None = None
        self._automatic = 0
        self._allowance_at = time.monotonic()
        self._closing = False
        self._ports = PrinterPorts(directory, port)
        self.path = self._ports.path
        self.plug()
        self._thread = threading.Thread(target=self._run, name="emulated-printer", daemon=True)
        self._thread.start()

    # --- what came of it --------------------------------------------------------------------------------------------

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, the same after unplugging and plugging in."""
        return ("127.0.0.1", self._ports.port)

    @property
    def pages(self) -> list[Image.Image]:
        """Each cut slip as a one-bit image of 203 dpi with the paper's own margins, oldest first."""
        with self._changed:
            stored = list(self._pages)
        return [Image.frombytes("1", size, zlib.decompress(data)) for size, data in stored]

    @property
    def page_count(self) -> int:
        """How many slips were cut."""
        return len(self._pages)

    @property
    def hanging(self) -> Image.Image:
        """What has been printed since the last cut."""
        with self._changed:
            return self._machine.peek()

    @property
    def lines(self) -> int:
        """Lines printed since the machine was made."""
        return self._lines

    @property
    def lines_since_cut(self) -> int:
        """Lines on the paper that hangs out."""
        return self._lines_since_cut

    @property
    def question_marks(self) -> int:
        """Bytes that were no character of its font and came out as `?`."""
        return self._machine.question_marks

    @property
    def received(self) -> bytes:
        """The latest bytes that came in, a megabyte at most."""
        with self._changed:
            return bytes(self._received)

    @property
    def first_byte_ns(self) -> list[int]:
        """time.monotonic_ns() at which the first byte of each job (its ESC @) had come in."""
        with self._changed:
            return list(self._first_byte_ns)

    def wait_for(self, done: Callable[[EmulatedPrinter], bool], timeout_s: float = 5.0) -> bool:
        """Waits until `done(self)`; False when it is not by then."""
        with self._changed:
            return self._changed.wait_for(lambda: done(self), timeout_s)

    def wait_for_pages(self, count: int, timeout_s: float = 5.0) -> bool:
        """Waits until that many slips are cut; False when they are not by then."""
        return self.wait_for(lambda printer: printer.page_count >= count, timeout_s)

    def save(self, directory: Path) -> list[Path]:
        """Writes the slips that were not saved yet as slip-0001.png and so on, and returns their paths."""
        directory.mkdir(parents=True, exist_ok=True)
        paths = []
        for number, page in enumerate(self.pages[self._saved :], start=self._saved + 1):
            paths.append(directory / f"slip-{number:04}.png")
            page.save(paths[-1], optimize=True)
        self._saved += len(paths)
        return paths

    # --- faults -----------------------------------------------------------------------------------------------------

    def paper_near_end(self) -> None:
        """The roll is thin: a warning, it goes on printing."""
        self._set(near_end=True)

    def paper_out(self, at_line: int = 0) -> None:
        """The paper ends when `at_line` lines are printed since the last cut; 0: at once."""
        if at_line <= self._lines_since_cut:
            self._set(paper_out=True, near_end=True)
        else:
            self._set(out_at_line=at_line)

    def refill(self) -> None:
        """A new roll. What the buffer holds comes out."""
        self._set(paper_out=False, near_end=False, out_at_line=None)

    def cover_open(self) -> None:
        """Somebody opens the cover."""
        self._set(cover_open=True)

    def cover_close(self) -> None:
        """And closes it."""
        self._set(cover_open=False)

    def cutter_jam(self) -> None:
        """The knife sticks at the next cut."""
        self._set(jam_at_cut=True)

    def free_cutter(self) -> None:
        """The knife is freed, and makes the cut that it owes."""
        self._set(jam_at_cut=False, jammed=False)

    def slow(self, bytes_per_s: int | None) -> None:
        """It takes no more than this from its buffer; None: as fast as it can."""
        self._allowance_at = time.monotonic()
        self._set(bytes_per_s=bytes_per_s)

    def mute(self, on: bool = True) -> None:
        """It prints and answers nothing."""
        self._set(mute=on)

    def lie(self, on: bool = True) -> None:
        """Whatever is wrong with it, it says that it is well."""
        self._set(lies=on)

    def drop_connection(self, after_bytes: int = 0) -> None:
        """The TCP connection breaks when so many more bytes have come in."""
        self._set(drop_after=after_bytes)

    def unplug(self) -> None:
        """No port, no pty. Its buffer is lost, as without power."""
        with self._changed:
            self._ports.unplug()
            self._incoming.clear()
            self._machine.buffer.clear()
            self._automatic = 0
            self._wake()

    def plug(self) -> None:
        """The same port and the same name of the pty again."""
        with self._changed:
            if not self._ports.plugged:
                self._ports.plug()
                self._wake()

    def close(self) -> None:
        """Ends the emulator. Never raises; twice is harmless."""
        with self._changed:
            if self._closing:
                return
            self._closing = True
            self._wake()
        self._thread.join(timeout=5)
        self._ports.close()

    def __enter__(self) -> EmulatedPrinter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _set(self, **changes: object) -> None:
        with self._changed:
            for name, value in changes.items():
                setattr(self._condition, name, value)
            self._say_status()
            self._wake()

    def _wake(self) -> None:
        self._changed.notify_all()
        self._ports.wake()

    # --- the thread -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing:
            sources = self._ports.wait(self._pause())
            with self._changed:
                for source in sources:
                    self._hear(source)
                self._work()
                self._changed.notify_all()

    def _pause(self) -> float | None:
        return SLOW_STEP_S if self._incoming and not self._condition.stopped else None

    def _hear(self, source: object) -> None:
        full = len(self._incoming) + len(self._machine.buffer) >= BUFFER_BYTES
        if self._ports.idle(source, full):
            # It stays ready; looking again at once would be a busy loop.
            self._changed.wait(SLOW_STEP_S)
            return
        data = self._ports.read(source, full)
        if data:
            self._receive(data)

    def _receive(self, data: bytes) -> None:
        self._received_ns = time.monotonic_ns()
        left = self._condition.drop_after
        if left is not None:
            data = data[:left]
            self._condition.drop_after = left - len(data)
        self._received += data
        del self._received[:-KEPT_BYTES]
        self._incoming += data
        self._obey_real_time(data)
        if self._condition.drop_after == 0:
            self._condition.drop_after = None
            self._ports.hang_up()

    def _work(self) -> None:
        """Executes what is in the buffer, as far as the machine can."""
        if self._cut_pending is not None and not self._condition.stopped:
            self._cut(self._cut_pending)
        self._let_in()
        while not self._condition.stopped:
            happening = self._machine.step()
            match happening:
                case None:
                    return
                case Initialised():
                    self._first_byte_ns.append(self._received_ns)
                case LinePrinted():
                    self._count_line()
                case CutAsked():
                    self._cut(happening)
                case Answered(kind, data):
                    self._answer_in_order(kind, data)

    def _let_in(self) -> None:
        rate = self._condition.bytes_per_s
        now = time.monotonic()
        count = len(self._incoming) if rate is None else int((now - self._allowance_at) * rate)
        if count:
            self._allowance_at = now
        self._machine.buffer += self._incoming[:count]
        del self._incoming[:count]

    def _count_line(self) -> None:
        self._lines += 1
        self._lines_since_cut += 1
        out_at = self._condition.out_at_line
        if out_at is not None and self._lines_since_cut >= out_at:
            self._condition.out_at_line = None
            self._condition.paper_out = self._condition.near_end = True
            self._say_status()

    def _cut(self, asked: CutAsked) -> None:
        if self._condition.jam_at_cut:
            self._condition.jam_at_cut, self._condition.jammed = False, True
            self._cut_pending = asked
            self._say_status()
            return
        self._cut_pending = None
        if not self._lines_since_cut:
            return
        page = self._machine.cut(asked.feed)
        self._pages.append((page.size, zlib.compress(page.tobytes(), 1)))
        self._lines_since_cut = 0

    # --- answers ----------------------------------------------------------------------------------------------------

    def _send(self, data: bytes) -> None:
        if not self._condition.mute:
            self._ports.answer(data)

    def _answer_in_order(self, kind: str, data: bytes) -> None:
        if kind == "auto":
            self._automatic = data[0]
            self._say_status()
        elif kind == "fence" and self.fences:
            self._send(bytes([0x03 if self._told.near_end else 0x00]))
        elif kind == "echo" and self.confirms:
            self._send(b'7"' + data + b"\0")
        elif kind == "info":
            self._send(b"_EMULATED\0")

    def _obey_real_time(self, data: bytes) -> None:
        held = self._torn_real_time + data
        end = 0
        for command in _REAL_TIME.finditer(held):
            end = command.end()
            if command[1] == b"\x04":
                self._send(bytes([self._real_time_status(command[2][0])]))
            else:
                self._recover(command[2][0])
        torn = _TORN_REAL_TIME.search(held[end:])
        self._torn_real_time = torn[0] if torn else b""

    def _recover(self, how: int) -> None:
        """DLE ENQ 1 goes on, DLE ENQ 2 throws away what is buffered; both forgive a knife that was freed by hand."""
        self._condition.jammed = False
        if how == 2:
            self._incoming.clear()
            self._machine.buffer.clear()
            self._cut_pending = None

    @property
    def _told(self) -> _Condition:
        """What it says of itself."""
        return _Condition() if self._condition.lies else self._condition

    def _real_time_status(self, query: int) -> int:
        now = self._told
        bits = {
            1: 0x08 * now.stopped,
            2: 0x04 * now.cover_open | 0x20 * now.paper_out | 0x40 * now.jammed,
            3: 0x08 * now.jammed,
            4: 0x0C * now.near_end | 0x60 * now.paper_out,
        }
        return 0x12 | bits.get(query, 0)

    def _say_status(self) -> None:
        """Automatic status: at once when it is switched on, and at every change."""
        now = self._told
        if self._automatic:
            first = 0x14 | 0x08 * now.stopped | 0x20 * now.cover_open
            self._send(bytes([first, 0x08 * now.jammed, 0x03 * now.near_end | 0x0C * now.paper_out, 0x0F]))
