"""Testing one device, in the thread that owns it: what is asked of its driver, and what the answer means.

Each function blocks for as long as its test takes, on a thread that has nothing else to do, and returns a TrialResult;
what a device cannot do is a result too, by its code. Camera frames are handed on and kept nowhere.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, tzinfo
from typing import TypeVar

from drivers.base import Camera, DeviceError, Health, PageJob, Picture, PrintOutcome, PrintState, Relay
from drivers.printers.pages import trial_page
from kiosk.equipment import Equipment
from kiosk.events import TrialStepped
from kiosk.services.diagnosis import Severity
from kiosk.services.technical_slips import trial_slip
from kiosk.services.trials import TrialResult
from kiosk.services.voice import Voice

ANSWER_S = 80.0
CAMERA_S = 10.0
FRAME_S = 2.0
SLOW_FRAMES = 5.0
PULSE_MS = 500
SOUND_S = 10.0
JOB_PREFIX = "trial-"

Result = TypeVar("Result")
Tell = Callable[[object], None]


class DeviceTrials:
    """The tests of one terminal's devices. `voice_code` is what the voice last said of itself, "" when it was heard;
    `wall_ms` is the terminal's own time, which is printed on what comes out."""

    def __init__(
        self,
        equipment: Equipment,
        voice: Voice | None,
        voice_code: Callable[[], str],
        wall_ms: Callable[[], int],
        *,
        terminal_id: str,
        zone: tzinfo,
        locale: str,
    ) -> None:
        self._equipment = equipment
        self._voice = voice
        self._voice_code = voice_code
        self._wall_ms = wall_ms
        self._terminal_id = terminal_id
        self._zone = zone
        self._locale = locale

    def run(self, slot: str, tell: Tell, stopped: threading.Event) -> TrialResult:
        """Tests the device in `slot`, or the loudspeaker ("sound"). `tell` hears TrialStepped; `stopped` ends what
        would go on by itself."""
        trials: dict[str, Callable[[], TrialResult]] = {
            "receipt_printer": self._print_slip,
            "page_printer": self._print_page,
            "camera": lambda: self._watch(tell, stopped),
            "door": self._click,
            "sound": self._play,
        }
        try:
            return trials[slot]()
        except KeyError:
            return TrialResult(slot, Severity.UNKNOWN, code="device.untestable")
        except DeviceError as error:
            return TrialResult(slot, Severity.FAULT, code=error.reason)
        except TimeoutError:
            return TrialResult(slot, Severity.FAULT, code="device.timeout")

    def clear_printer(self) -> None:
        """An operator's DLE ENQ 2. Raises DeviceError, TimeoutError."""
        printer = self._equipment.printer
        if printer is not None:
            printer.ask(_clear_buffer).result(ANSWER_S)

    def print_slip(self, slip: object, job_id: str) -> PrintOutcome:
        """A slip that goes beside the queue of meals. Raises DeviceError, TimeoutError."""
        printer = self._equipment.printer
        if printer is None:
            raise DeviceError(code="printer.none")
        return printer.ask(lambda driver: driver.print(slip, job_id)).result(ANSWER_S)

    # --- each device --------------------------------------------------------------------------------------------

    def _print_slip(self) -> TrialResult:
        self._revive("receipt_printer")
        began = time.monotonic()
        slip = trial_slip(self._terminal_id, self._wall_ms(), self._zone, self._locale)
        outcome = self.print_slip(slip, _job_id())
        return _printed("receipt_printer", outcome, time.monotonic() - began)

    def _print_page(self) -> TrialResult:
        began = time.monotonic()
        moment = datetime.fromtimestamp(self._wall_ms() / 1000, self._zone).strftime("%Y-%m-%d %H:%M")
        page = trial_page(self._terminal_id, moment, self._equipment.sections["page_printer"].kind)
        job = PageJob(_job_id(), page)
        printer = self._equipment.device("page_printer")
        driver = None if printer is None else printer.driver
        limit_s = ANSWER_S if driver is None else driver.allowed_s(job)
        outcome = self._ask("page_printer", lambda printer: printer.print(job), limit_s)
        return _printed("page_printer", outcome, time.monotonic() - began)

    def _watch(self, tell: Tell, stopped: threading.Event) -> TrialResult:
        """Ten seconds of pictures. The rate is reckoned over the camera's own count, so that frames which the screen
        has no time for count as well."""
        first = self._newest(0)
        newest = first
        ends = time.monotonic() + CAMERA_S
        while time.monotonic() < ends and not stopped.is_set():
            newest = self._newest(newest.number)
            rate = _rate(first.number, first.stamp_ns, newest.number, newest.stamp_ns)
            tell(TrialStepped("camera", "frames", f"{rate:.0f}", newest.pixels))
        rate = _rate(first.number, first.stamp_ns, newest.number, newest.stamp_ns)
        if rate < SLOW_FRAMES:
            return TrialResult("camera", Severity.WARN, "frames", f"{rate:.0f}", "camera.slow")
        return TrialResult("camera", Severity.OK, "frames", f"{rate:.0f}")

    def _newest(self, after: int) -> Picture:
        def look(camera: Camera) -> Picture | None:
            return camera.newest(FRAME_S, after)

        picture = self._ask("camera", look)
        if picture is None:
            raise DeviceError(code="camera.frozen")
        return picture

    def _click(self) -> TrialResult:
        def pulse(relay: Relay) -> str:
            return relay.pulse(1, PULSE_MS).value

        self._ask("door", pulse)
        return TrialResult("door", Severity.OK)

    def _play(self) -> TrialResult:
        """Two rising notes. That the loudspeaker is on, only an ear can tell."""
        if self._voice is None:
            return TrialResult("sound", Severity.UNKNOWN, code="voice.disabled")
        self._voice.sound("served")
        if not self._voice.wait_until_quiet(SOUND_S):
            return TrialResult("sound", Severity.FAULT, code="voice.wedged")
        code = self._voice_code()
        return TrialResult(
            "sound", Severity.FAULT if code else Severity.OK, "" if code else "heard", code=code
        )

    # --- asking -------------------------------------------------------------------------------------------------

    def _ask(self, slot: str, work: Callable[..., Result], limit_s: float = ANSWER_S) -> Result:
        self._revive(slot)
        device = self._equipment.device(slot)
        if device is None:
            raise DeviceError(code="device.gone")
        answer: Future[Result] = device.ask(work, limit_s)
        return answer.result(limit_s + ANSWER_S)

    def _revive(self, slot: str) -> None:
        """A stuck device that was tried often enough waits for somebody to ask for it: now somebody does."""
        thread = self._equipment.threads.get(slot)
        if thread is not None and thread.status is not None and thread.status.health is Health.WEDGED:
            thread.restart()


def _clear_buffer(driver: object) -> None:
    clear = getattr(driver, "clear_buffer", None)
    if clear is None:
        raise DeviceError(code="printer.no_reset")
    clear()


def _printed(slot: str, outcome: PrintOutcome, seconds: float) -> TrialResult:
    if outcome.state in (PrintState.PRINTED, PrintState.PROBABLY):
        return TrialResult(slot, Severity.OK, "seconds", f"{seconds:.1f}")
    return TrialResult(slot, Severity.FAULT, code=outcome.code or "printer.stopped")


def _rate(first: int, first_ns: int, last: int, last_ns: int) -> float:
    """Frames a second between two frames; 0 for one frame."""
    return (last - first) * 1e9 / (last_ns - first_ns) if last_ns > first_ns else 0.0


def _job_id() -> str:
    return f"{JOB_PREFIX}{time.time_ns()}"
