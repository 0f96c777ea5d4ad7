"""The conversation with one ESC/POS unit: queries and their answers over a transport.

One query is under way at a time, because an answer to DLE EOT does not say which query it answers. Fences (GS r 1) are
answered in print order, so many may be under way and their number tells how far the unit has come.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from drivers.base import DeviceError, DeviceGone, DeviceTimeout, ProtocolError
from drivers.printers.profiles import Profile
from drivers.printers.status import (
    Answer,
    AutoStatus,
    Echo,
    Fence,
    Info,
    Noise,
    PrinterState,
    Query,
    RealTime,
    StatusStream,
)
from drivers.transport import Transport

AUTO_STATUS_ON = b"\x1da\x0e"
"""GS a: online, error and paper, without the drawer's noise."""
FENCE = b"\x1dr\x01"
_READ_BYTES = 256
FOREIGN_BYTES = 6
"""A crackle on the line, and answers that come late, are forgiven while the unit is asked; so many bytes that no query
asked for are another device."""
_HIGHEST_FENCE = 0x0F


class PrinterGone(DeviceGone):
    """Unplugged, switched off or unreachable."""

    code = "printer.gone"


class PrinterSilent(DeviceTimeout):
    """It is connected and answers no query: hung, mute, or of a profile that is `one_way`."""

    code = "printer.silent"


class PrinterStopped(DeviceError):
    """It answers, and says that it cannot print. `reason` is printer.paper_out, printer.cover_open, printer.cutter,
    printer.fault or printer.offline."""

    code = "printer.stopped"


def echo_request(identity: bytes) -> bytes:
    """GS ( H fn 48: answer with these four characters once all before it is physically printed."""
    return b"\x1d(H\x06\x0000" + identity


class Link:
    """One open or closed line to a unit. `state` is what it last said of itself."""

    def __init__(
        self, transport: Transport, profile: Profile, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._transport = transport
        self.now_ns = monotonic_ns
        self._profile = profile
        self.is_open = False
        self.state = PrinterState()
        self.fences_owed = 0
        self.last_echo = b""
        self.info = ""
        self.noise_bytes = 0
        self._unasked_bytes = 0
        self._asking = False
        self._real_time: int | None = None
        self._on_fence: Callable[[], None] = lambda: None
        self._stream = StatusStream()

    @property
    def name(self) -> str:
        return self._transport.name

    def open(self) -> None:
        """Opens the line anew. Raises PrinterGone, DeviceBusy, DeviceDenied."""
        try:
            self._transport.open()
        except (DeviceGone, DeviceTimeout) as error:
            raise PrinterGone(str(error)) from error
        self._stream = StatusStream()
        self.state = PrinterState()
        self.fences_owed = 0
        self.last_echo = b""
        self.is_open = True

    def close(self) -> None:
        """Closes the line. Never raises."""
        self.is_open = False
        self._transport.close()

    def write(self, data: bytes, timeout_s: float) -> None:
        """Sends all of `data`. Raises PrinterGone, DeviceTimeout when the unit does not take it in time."""
        try:
            self._transport.write(data, timeout_s)
        except DeviceGone as error:
            self.close()
            raise PrinterGone(str(error)) from error

    def listen(self, timeout_s: float) -> bool:
        """Takes in what has arrived, waiting at most `timeout_s` for the first byte; False when nothing came.
        Raises PrinterGone."""
        try:
            data = self._transport.read(_READ_BYTES, timeout_s)
        except DeviceGone as error:
            self.close()
            raise PrinterGone(str(error)) from error
        for answer in self._stream.feed(data):
            self._take(answer)
        return bool(data)

    def wait_for(self, done: Callable[[], bool], timeout_s: float) -> bool:
        """Listens until `done()`; False when `timeout_s` has passed without it. Raises PrinterGone."""
        deadline_ns = self.now_ns() + round(timeout_s * 1e9)
        while not done():
            left_ns = deadline_ns - self.now_ns()
            if left_ns <= 0:
                return False
            self.listen(left_ns / 1e9)
        return True

    def ask(self, query: Query) -> int | None:
        """The answer byte to DLE EOT `query`, None when none came in time. Raises PrinterGone, DeviceTimeout."""
        self._real_time = None
        self._asking = True
        try:
            self.write(b"\x10\x04" + bytes([query]), self._profile.answer_s)
            self.wait_for(lambda: self._real_time is not None, self._profile.answer_s)
        finally:
            self._asking = False
        return self._real_time

    def poll(self) -> PrinterState:
        """All four real-time answers. Raises PrinterGone, PrinterSilent when the first of them does not come, and
        ProtocolError when what comes is not what a printer answers: another device, or another speed."""
        self._unasked_bytes = 0
        state = PrinterState()
        for query in Query:
            try:
                value = self.ask(query)
            except PrinterGone:
                raise
            except DeviceTimeout:
                value = None
            if value is not None:
                state = state.after(query, value, self._profile.near_end)
            elif query is Query.PRINTER:
                raise self._unanswered()
        if self._unasked_bytes >= FOREIGN_BYTES:
            raise self._foreign()
        self.state = state
        return state

    def _unanswered(self) -> DeviceError:
        return self._foreign() if self._unasked_bytes else PrinterSilent(f"{self.name}: no answer to DLE EOT")

    def _foreign(self) -> ProtocolError:
        return ProtocolError(f"{self.name}: {self._unasked_bytes} bytes came that no printer answers with")

    def fence(self, timeout_s: float) -> None:
        """Asks to be told when everything sent so far has been processed."""
        self.fences_owed += 1
        self.write(FENCE, timeout_s)

    def on_fence(self, hear: Callable[[], None]) -> None:
        """Calls `hear` at each answered fence, in place of whoever heard before."""
        self._on_fence = hear

    def _take(self, answer: Answer) -> None:
        match answer:
            case RealTime(value):
                self._unasked_bytes += not self._asking or self._real_time is not None
                self._real_time = value
            case AutoStatus():
                self.state = self.state.after_auto(answer, self._profile.near_end)
            case Fence(value):
                self._unasked_bytes += value > _HIGHEST_FENCE
                self.state = self.state.after_fence(answer, self._profile.near_end)
                self.fences_owed = max(0, self.fences_owed - 1)
                self._on_fence()
            case Echo(job):
                self.last_echo = job
            case Info(text):
                self.info = text
            case Noise(data):
                self.noise_bytes += len(data)
                self._unasked_bytes += len(data)
