"""Driver for ESC/POS receipt printers of 58 and 80 mm over any transport: serial, TCP 9100, USB (/dev/usb/lp*).

Supported: units that answer DLE EOT (nearly all), better those that answer GS r (fences), best those that answer
GS ( H (physical confirmation: documented by Epson, found in Gprinter GP-L80250, SPRT POS88V, some Xprinters; each unit
is asked once and what it can is remembered while it stays connected). Not supported: Star's own language, printers
without a Chinese font. Source: Epson's ESC/POS command reference; differences of models are in `profiles`.

A slip is asked about before (DLE EOT 1 to 4), during (automatic status, a fence after each chunk) and after. What is
known then is the outcome:

    printed    the unit confirmed it physically
    probably   every byte was processed, or the unit is well after the last byte, and nothing says otherwise
    failed     it stopped: paper, cover, knife; `lines` were processed before
    unknown    it went away, fell silent or stalled; `lines` were processed for certain

A unit may lie. One that always says it is well, and neither answers fences nor confirms, gets `probably` for a slip that
hangs in its buffer: nobody can know better. One that stops taking or answering is `unknown` whatever it says of itself,
and `printed` is said of nothing but a confirmation.

Nothing is ever printed again by itself. The driver sends DLE ENQ 2 (throw away) only when it is told to `clear_buffer`: by
staff, or because a resident whose slip stopped has gone (decision 0054); DLE ENQ 1 (resume) it never sends. What a
stopped unit still holds comes out when its paper is back; the next slip, and the first of each process, therefore
begins with a cut.
"""

from __future__ import annotations

import itertools
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from drivers.base import DeviceError, DeviceStatus, DeviceTimeout, Health, PrintOutcome, PrintState, uncounted
from drivers.printers import redaction
from drivers.printers.encoding import INITIALISE, encode
from drivers.printers.layout import layout, missing
from drivers.printers.lines import PAPERS
from drivers.printers.link import (
    AUTO_STATUS_ON,
    Link,
    PrinterGone,
    PrinterSilent,
    PrinterStopped,
    echo_request,
)
from drivers.printers.profiles import Confirm, Profile, profile_named
from drivers.printers.slip import Slip, SlipDamaged
from drivers.printers.status import PrinterState
from drivers.transport import Transport

JOB_S = 60.0
PROBE_S = 1.0
ECHO_DIGITS = bytes(range(0x21, 0x7F))
STALLED = "printer.stalled"
GLYPH_MISSING = "printer.glyph_missing"
CLEAR_BUFFER = b"\x10\x05\x02"


class PaperUnknown(DeviceError):
    """The configuration names a width of paper that slips are not laid out for."""

    code = "printer.width"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What this unit has shown that it can do. None: not asked yet."""

    fences: bool | None = None
    confirms: bool | None = None


@dataclass(slots=True)
class _Job:
    """How far a slip has come. `under_way` holds (bytes, lines finished) of each fence that is not yet answered."""

    deadline_ns: int
    fenced: bool
    under_way: deque[tuple[int, int]] = field(default_factory=deque)
    lines: int = 0
    all_sent: bool = False
    on_lines: Callable[[int], None] = lambda done: None

    @property
    def bytes_under_way(self) -> int:
        return sum(size for size, _ in self.under_way)

    @property
    def processed(self) -> bool:
        return self.fenced and self.all_sent and not self.under_way

    def heard(self) -> None:
        if self.under_way:
            before = self.lines
            _, self.lines = self.under_way.popleft()
            if self.lines > before:
                self.on_lines(self.lines)


class EscPosPrinter:
    """One unit. `hold` keeps the line open between slips; on TCP leave it False, because many printers take one
    connection at a time and never notice that its other end has died."""

    kind = "escpos"

    def __init__(
        self,
        transport: Transport,
        width_mm: int = 80,
        profile: str | Profile = "generic",
        hold: bool = True,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        if width_mm not in PAPERS:
            raise PaperUnknown(f"no paper of {width_mm} mm; there is {' and '.join(map(str, PAPERS))}")
        self._profile = profile if isinstance(profile, Profile) else profile_named(profile)
        self._width_mm = width_mm
        self._link = Link(transport, self._profile, monotonic_ns)
        self._hold = hold
        self._abilities = Abilities()
        # Whoever printed before us may have been killed, or lost its power, in the middle of a slip.
        self._remainder = True
        self._glyphs_missing = 0
        self._echo_numbers = itertools.count(secrets.randbelow(len(ECHO_DIGITS) ** 4))

    # --- what every driver can do -----------------------------------------------------------------------------------

    def open(self) -> None:
        """Opens the line. Raises PrinterGone, DeviceBusy, DeviceDenied."""
        self._link.open()

    def close(self) -> None:
        """Closes the line. Never raises."""
        self._link.close()

    def probe(self) -> DeviceStatus:
        """How the unit is now, asked anew. Never raises DeviceError."""
        try:
            state = self._ask_state()
        except DeviceError as error:
            return DeviceStatus(Health.DOWN, error.reason, self.diagnostics())
        finally:
            self._let_go()
        return self._status(state)

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: see `drivers.printers.redaction`."""
        return redaction.redact(direction, stream)

    def diagnostics(self) -> Mapping[str, str]:
        """What a technician wants to know; nothing of what was printed."""
        return {
            "line": self._link.name,
            "profile": self._profile.name,
            "width_mm": str(self._width_mm),
            "fences": str(self._abilities.fences),
            "confirms": str(self._abilities.confirms),
            "noise_bytes": str(self._link.noise_bytes),
            "glyphs_missing": str(self._glyphs_missing),
        }

    def clear_buffer(self) -> None:
        """DLE ENQ 2: throws away what a stopped unit still holds. Never by the driver's own choice: it may lose paper
        that somebody waits for. Raises PrinterGone, DeviceBusy, DeviceDenied, DeviceTimeout."""
        if not self._link.is_open:
            self._link.open()
        try:
            self._link.write(CLEAR_BUFFER, self._profile.answer_s)
            # What was thrown away answers no more; an answer that was on its way must not count later.
            self._link.listen(self._profile.answer_s)
        finally:
            self._let_go()
        self._link.fences_owed = 0  # what is on paper already hangs there: the next slip begins with a cut

    # --- a slip -----------------------------------------------------------------------------------------------------

    def print(
        self, slip: object, job_id: str, on_lines: Callable[[int, int], None] = uncounted
    ) -> PrintOutcome:
        """Prints one slip and says what is known of it. `job_id` is for the caller; paper and wire do not carry it.
        `on_lines` hears how many lines of how many the unit's answers to fences have counted.

        Raises DeviceError only before a byte of the slip was sent: PrinterStopped, PrinterGone, PrinterSilent,
        ProtocolError, DeviceBusy, FontMissing, SlipDamaged. Returns within 60 s of the first byte.
        """
        if not isinstance(slip, Slip):
            raise SlipDamaged("this is no slip")
        lines = encode(layout(slip, self._width_mm, self._profile.drawn_headings), self._profile)
        try:
            self._make_ready()
            outcome = self._send_and_judge(lines, on_lines)
        finally:
            self._let_go()
        return self._with_missing_glyphs(slip, outcome)

    def _with_missing_glyphs(self, slip: Slip, outcome: PrintOutcome) -> PrintOutcome:
        count = missing(slip)
        self._glyphs_missing += count
        return replace(outcome, code=GLYPH_MISSING) if count and not outcome.code else outcome

    def _let_go(self) -> None:
        if not self._hold:
            self._link.close()

    def _status(self, state: PrinterState) -> DeviceStatus:
        if state.code:
            return DeviceStatus(Health.DOWN, state.code, self.diagnostics())
        health = Health.DEGRADED if state.warning else Health.OK
        return DeviceStatus(health, state.warning, self.diagnostics())

    def _ask_state(self) -> PrinterState:
        """The unit's state, over a line opened anew where the old one has died meanwhile: nothing was sent on it."""
        if self._link.is_open:
            try:
                return self._poll()
            except (PrinterGone, PrinterSilent):
                self._link.close()
        try:
            self._link.open()
            return self._poll()
        except PrinterGone:
            # The unit that comes back may be another one.
            self._abilities = Abilities()
            raise

    def _poll(self) -> PrinterState:
        if self._profile.one_way:
            return PrinterState()
        state = self._link.poll()
        # Its causes are asked one after the other: what was mended between two answers leaves it offline for no reason.
        return self._link.poll() if state.code == "printer.offline" else state

    def _make_ready(self) -> None:
        state = self._ask_state()
        if state.code:
            raise PrinterStopped(state.code, code=state.code)
        if self._profile.one_way:
            self._abilities = Abilities(fences=False, confirms=False)
            return
        if self._remainder:
            # An image that broke off would swallow the next commands as its dots; as text, NUL prints nothing.
            self._link.write(bytes(self._profile.chunk_bytes), self._profile.fence_s)
        self._hear_out()
        if self._abilities.fences is None:
            self._learn_abilities()

    def _hear_out(self) -> None:
        """Answers that an earlier slip still owes must not count for the next one."""
        if self._link.fences_owed and not self._link.wait_for(
            lambda: not self._link.fences_owed, self._profile.fence_s
        ):
            self._abilities = replace(self._abilities, fences=False)
            self._link.fences_owed = 0

    def _learn_abilities(self) -> None:
        self._link.fence(self._profile.answer_s)
        fences = self._link.wait_for(lambda: not self._link.fences_owed, PROBE_S)
        self._link.fences_owed = 0
        confirms = self._profile.confirm is Confirm.YES
        if self._profile.confirm is Confirm.PROBE:
            confirms = self._echoed(PROBE_S)
        self._abilities = Abilities(fences, confirms)

    def _echoed(self, timeout_s: float) -> bool:
        """Whether the unit confirms that all so far is on paper. An echo of an earlier request is not this one's."""
        identity = self._fresh_identity()
        self._link.write(echo_request(identity), timeout_s)
        return self._link.wait_for(
            lambda: self._link.last_echo == identity or self._stopped(), timeout_s
        ) and (self._link.last_echo == identity)

    def _fresh_identity(self) -> bytes:
        number = next(self._echo_numbers)
        digits = len(ECHO_DIGITS)
        return bytes(ECHO_DIGITS[number // digits**place % digits] for place in range(4))

    def _stopped(self) -> bool:
        return self._link.state.stopped

    # --- sending ----------------------------------------------------------------------------------------------------

    def _send_and_judge(self, lines: list[list[bytes]], on_lines: Callable[[int, int], None]) -> PrintOutcome:
        job = _Job(
            self._link.now_ns() + round(JOB_S * 1e9),
            fenced=bool(self._abilities.fences),
            on_lines=lambda done: on_lines(done, len(lines)),
        )
        self._link.on_fence(job.heard)
        torn, self._remainder = self._remainder, True
        try:
            self._send(job, lines, after_a_torn_slip=torn)
            confirmed = self._confirmed(job)
        except PrinterStopped as stop:
            return self._judged(job, stop.reason)
        except PrinterGone as gone:
            return self._judged(job, gone.reason)
        except DeviceTimeout:
            return self._judged(job, self._why_stalled())
        if confirmed:
            self._remainder = False
            return PrintOutcome(PrintState.PRINTED, lines=len(lines))
        return self._judged(job, self._state_after())

    def _send(self, job: _Job, lines: list[list[bytes]], after_a_torn_slip: bool) -> None:
        """Sends every chunk, never more of them under way than the unit's buffer holds. Raises PrinterStopped,
        PrinterGone, DeviceTimeout."""
        tear_off = self._profile.cut if after_a_torn_slip else b""
        self._send_chunk(job, INITIALISE + self._profile.select_gbk + tear_off + AUTO_STATUS_ON, 0)
        for number, chunks in enumerate(lines, start=1):
            for chunk in chunks[:-1]:
                self._send_chunk(job, chunk, number - 1)
            self._send_chunk(job, chunks[-1], number)
        self._send_chunk(job, self._profile.cut, len(lines))
        job.all_sent = True
        if job.fenced:
            self._wait(job, lambda: not job.under_way)

    def _send_chunk(self, job: _Job, chunk: bytes, lines_after: int) -> None:
        if job.fenced:
            self._wait(job, lambda: not job.under_way or self._fits(job, chunk))
        self._link.write(chunk, self._left(job))
        if job.fenced:
            job.under_way.append((len(chunk), lines_after))
            self._link.fence(self._left(job))

    def _fits(self, job: _Job, chunk: bytes) -> bool:
        return job.bytes_under_way + len(chunk) <= self._profile.chunk_bytes

    def _wait(self, job: _Job, done: Callable[[], bool]) -> None:
        """Until `done`, as long as fences go on being answered. Raises PrinterStopped, PrinterGone, DeviceTimeout."""
        while not done():
            waiting = len(job.under_way)
            progressed = self._link.wait_for(
                lambda waiting=waiting: len(job.under_way) < waiting or self._stopped(),  # type: ignore[misc]
                self._left(job),
            )
            if self._stopped():
                raise PrinterStopped(code=self._link.state.code)
            if not progressed:
                raise DeviceTimeout("no answer to a fence", code=STALLED)

    def _left(self, job: _Job) -> float:
        left = min(self._profile.fence_s, (job.deadline_ns - self._link.now_ns()) / 1e9)
        if left <= 0:
            raise DeviceTimeout("the slip took too long", code=STALLED)
        return left

    # --- judging ----------------------------------------------------------------------------------------------------

    def _confirmed(self, job: _Job) -> bool:
        return bool(self._abilities.confirms) and self._echoed(self._left(job))

    def _why_stalled(self) -> str:
        """What a unit that takes no more says of itself when it is asked."""
        try:
            return self._poll().code or STALLED
        except DeviceError as error:
            return error.reason

    def _state_after(self) -> str:
        """ "" where the unit is well after the last byte, else why not."""
        if self._profile.one_way:
            return PrinterSilent.code
        try:
            return self._link.poll().code
        except DeviceError as error:
            return error.reason

    def _judged(self, job: _Job, code: str) -> PrintOutcome:
        """The outcome without a physical confirmation. `code` is what is wrong, "" for nothing."""
        lines = job.lines if job.fenced else None
        stopped = code not in ("", STALLED, PrinterGone.code, PrinterSilent.code)
        sure = job.processed and not (stopped and self._abilities.confirms)
        if job.all_sent and (not code or sure):
            self._remainder = False
            return PrintOutcome(PrintState.PROBABLY, code, lines)
        return PrintOutcome(PrintState.FAILED if stopped else PrintState.UNKNOWN, code, lines)
