"""One device, the thread that owns it, and what happens when a call into its driver does not come back.

A driver blocks, and a vendor's library may block for ever; Python cannot end a thread. So the thread that is stuck is
given up: whatever it still says is not heard, its driver is closed from outside in case that wakes it, and a fresh
driver on a fresh thread takes its place. By `RetryPolicy` that happens three times an hour at most, since each try may
leave a stuck thread behind; then the device stays wedged until staff ask for it again.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from drivers.base import DeviceError, DeviceStatus, Driver, Health

log = logging.getLogger(__name__)

REOPEN_S = 1.0  # seen again within 3 s of re-plug, with room for a slow open
CLOSE_S = 5.0
HISTORY = 50
WEDGED = "device.wedged"

AnyDriver = TypeVar("AnyDriver", bound=Driver)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class DeviceHealthChanged:
    """A device's health as its own thread, or the watch over it, sees it."""

    slot: str
    status: DeviceStatus


@dataclass(frozen=True, slots=True)
class HealthRecord:
    """One change of a device's health. `at_ms` is this machine's UTC."""

    at_ms: int
    health: Health
    code: str


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When a wedged device gets a fresh thread: `after_s`, and no more than `at_most` times in `within_s`."""

    after_s: float = 10.0
    at_most: int = 3
    within_s: float = 3600.0


class Duty(Generic[AnyDriver]):
    """What a device's thread has while it is on duty: its driver, and a voice that falls silent when it is given up.

    `given_up` means that another thread has the device now: what this one comes back with is nobody's business.
    """

    def __init__(
        self,
        driver: AnyDriver,
        tell: Callable[[Duty[AnyDriver], object], bool],
        clock: Callable[[], float],
    ) -> None:
        self.driver = driver
        self.wedged_at: float | None = None
        self._tell = tell
        self._clock = clock
        self.given_up = False
        self._over = threading.Event()
        self._awake = threading.Event()
        self._due: float | None = None

    @property
    def over(self) -> bool:
        """Whether the thread should end: it was told to stop, or was given up."""
        return self._over.is_set()

    def call(self, work: Callable[[], Result], limit_s: float) -> Result:
        """Runs `work`; when it takes longer than `limit_s`, the watch says that the device is wedged."""
        self._due = self._clock() + limit_s
        try:
            return work()
        finally:
            self._due = None
            self.wedged_at = None

    def overdue(self) -> bool:
        """Whether a call is under way that should be back."""
        due = self._due
        return due is not None and self._clock() > due

    def publish(self, event: object) -> bool:
        """Tells everybody; False when this duty is given up, and nobody is told."""
        return self._tell(self, event)

    def say(self, status: DeviceStatus) -> None:
        """How the device is. Only a change is news."""
        self._tell(self, status)

    def pause(self, timeout_s: float) -> None:
        """Waits, until somebody wakes it or the duty is over."""
        self._awake.wait(timeout_s)
        self._awake.clear()

    def wake(self) -> None:
        """Ends a pause; from any thread."""
        self._awake.set()

    def end(self) -> None:
        """From any thread: the thread is to end when it can."""
        self._over.set()
        self._awake.set()


class Supervision(Generic[AnyDriver]):
    """Keeps one device served. `make` gives a fresh driver and does no I/O; `serve` runs on the device's thread: it
    opens the driver, works until `duty.over`, and may raise DeviceError, after which it is called again in a second.

    `publish` hears DeviceHealthChanged and whatever `serve` publishes. `watch` must be called each second.
    """

    def __init__(
        self,
        slot: str,
        make: Callable[[], AnyDriver],
        serve: Callable[[Duty[AnyDriver]], None],
        publish: Callable[[object], None],
        *,
        retry: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.slot = slot
        self.status: DeviceStatus | None = None
        self._make = make
        self._serve = serve
        self._publish = publish
        self._retry = retry or RetryPolicy()
        self._clock = clock
        self._lock = threading.RLock()
        self._history: deque[HealthRecord] = deque(maxlen=HISTORY)
        self._tries: deque[float] = deque()
        self._given_up = False
        self._stopped = False
        self._duty: Duty[AnyDriver] | None = None
        self._thread: threading.Thread | None = None

    # --- from any thread ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Opens the device on a thread of its own. Returns at once."""
        with self._lock:
            if self._duty is None and not self._stopped:
                self._go_on_duty()

    def end(self) -> None:
        """Tells the thread to close its device and end. Returns at once."""
        with self._lock:
            self._stopped = True
            if self._duty is not None:
                self._duty.end()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Closes the device and ends its thread, within `timeout_s`; a stuck one is left to itself."""
        self.end()
        duty, thread = self._duty, self._thread
        if duty is None or thread is None:
            return
        thread.join(timeout_s)
        if thread.is_alive():
            self._close_from_outside(duty)

    def watch(self) -> None:
        """Called each second from another thread: says what is wedged, and tries it anew by policy."""
        with self._lock:
            duty = self._duty
            if duty is None or self._stopped or not duty.overdue():
                return
            if duty.wedged_at is None:
                duty.wedged_at = self._clock()
                self._note(DeviceStatus(Health.WEDGED, WEDGED))
                self._close_from_outside(duty)
            elif self._clock() - duty.wedged_at >= self._retry.after_s and self._may_try():
                self._tries.append(self._clock())
                self._relieve()

    def restart(self) -> None:
        """Staff ask for it: a fresh driver and thread at once, and the policy starts from nothing."""
        with self._lock:
            if self._stopped:
                return
            self._tries.clear()
            self._given_up = False
            if self._duty is not None:
                self._close_from_outside(self._duty)
            self._relieve()

    def wake(self) -> None:
        """Ends a pause of the thread."""
        duty = self._duty
        if duty is not None:
            duty.wake()

    @property
    def driver(self) -> AnyDriver | None:
        """The driver on duty. It belongs to its thread: from another one only what needs no device may be asked."""
        duty = self._duty
        return None if duty is None else duty.driver

    @property
    def history(self) -> tuple[HealthRecord, ...]:
        """The last changes of health, oldest first."""
        with self._lock:
            return tuple(self._history)

    def relieved(self) -> None:
        """Hook: the thread was given up, and another one begins."""

    # --- under the lock -----------------------------------------------------------------------------------------------

    def _may_try(self) -> bool:
        """Whether the policy has a try left. Once it has none it stays so until staff restart the device."""
        while self._tries and self._clock() - self._tries[0] > self._retry.within_s:
            self._tries.popleft()
        self._given_up = self._given_up or len(self._tries) >= self._retry.at_most
        return not self._given_up

    def _relieve(self) -> None:
        if self._duty is not None:
            self._duty.given_up = True
            self._duty.end()
        self.relieved()
        self._go_on_duty()

    def _go_on_duty(self) -> None:
        self._duty = Duty(self._make(), self._hear, self._clock)
        self._thread = threading.Thread(
            target=self._run, args=(self._duty,), name=f"device:{self.slot}", daemon=True
        )
        self._thread.start()

    def _hear(self, duty: Duty[AnyDriver], event: object) -> bool:
        with self._lock:
            if duty is not self._duty:
                return False
            if isinstance(event, DeviceStatus):
                self._note(event)
            else:
                self._publish(event)
            return True

    def _note(self, status: DeviceStatus) -> None:
        known, self.status = self.status, status
        if known is None or (known.health, known.code) != (status.health, status.code):
            self._history.append(HealthRecord(time.time_ns() // 1_000_000, status.health, status.code))
            log.info("%s: %s %s", self.slot, status.health.value, status.code)
            self._publish(DeviceHealthChanged(self.slot, status))

    def _close_from_outside(self, duty: Duty[AnyDriver]) -> None:
        """On a thread of its own, which may get stuck as well."""
        threading.Thread(target=duty.driver.close, name=f"close:{self.slot}", daemon=True).start()

    # --- the device's thread ------------------------------------------------------------------------------------------

    def _run(self, duty: Duty[AnyDriver]) -> None:
        while not duty.over:
            try:
                self._serve(duty)
            except DeviceError as error:
                # A driver that bounds its calls by itself says that one is stuck.
                health = Health.WEDGED if error.reason == WEDGED else Health.DOWN
                duty.say(DeviceStatus(health, error.reason))
            except Exception as error:  # noqa: BLE001 - a mistake in one driver must not end its device for the day
                # Without its message, which might quote what was read.
                where = "".join(traceback.format_tb(error.__traceback__))
                log.error("%s: %s\n%s", self.slot, type(error).__name__, where)
                duty.say(DeviceStatus(Health.DOWN, DeviceError.code))
            finally:
                duty.call(duty.driver.close, CLOSE_S)
            if not duty.over:
                duty.pause(REOPEN_S)
