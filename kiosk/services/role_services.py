"""What a role's services are to the books, and what they are given to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from kiosk import commands
from kiosk.config import Settings
from offline_cache.clock import TrustedClock
from offline_cache.disk import DiskThread
from offline_cache.hall_client import HallClient
from offline_cache.identity import Identity
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference

if TYPE_CHECKING:
    from kiosk.services.devices import DeviceThread
    from kiosk.services.printing import PrinterThread


class Speaker(Protocol):
    """What a role's services may let people hear; both return at once. kiosk.services.voice.Voice is one."""

    def sound(self, name: str) -> None: ...

    def call_ticket(self, number: str, window: str, locale: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Doors:
    """What services reach beyond the disk: the bus, the hall's answer, the devices' threads. `on_disk` runs something on
    the disk thread and waits for it, `later` does not wait. `printer` is the slip printer's thread, None without one;
    `device` gives the thread that can be asked things of a slot; `speaker` None: nothing can be heard."""

    publish: Callable[[object], None]
    online: Callable[[], bool]
    on_disk: Callable[[Callable[[], Any]], Any]
    later: Callable[[Callable[[], Any]], Any]
    slip_queued: Callable[[str], None] | None
    printer: PrinterThread | None
    device: Callable[[str], DeviceThread[Any] | None]
    speaker: Speaker | None = None


@dataclass(frozen=True, slots=True)
class Papers:
    """What a role's services work with: the terminal's settings and identity, its open files, its clock and its doors."""

    settings: Settings
    identity: Identity
    key: bytes
    clock: TrustedClock
    outbox: Outbox
    reference: Reference
    doors: Doors


class Line(Protocol):
    """A thread of a role's own that talks with the hall."""

    def stop(self) -> None:
        """Takes no more wishes and ends within about a second, or with the call under way."""
        ...


class RoleServices(Protocol):
    """The services behind a role's commands. All on the disk thread, but for `check_pin` and `open_lines`; whatever
    writes raises the StorageError family, and then nothing was done."""

    def begin(self) -> None:
        """Once, when the disk is ready: what an earlier run left, and what a flow has to know first."""
        ...

    def refresh(self) -> None:
        """About once a second: publishes what has changed with the time of day or a pull."""
        ...

    def perform(self, command: commands.Command) -> bool:
        """Does it, and publishes the answer; False for a command that is none of this role's."""
        ...

    @property
    def hears(self) -> tuple[type, ...]:
        """The events that `hear` is to be told of."""
        ...

    def hear(self, event: object) -> None:
        """Something that no flow has asked for: the hall has answered to rows, a print has ended."""
        ...

    def close(self) -> None:
        """The last thing: what belongs to a person is wiped, what is open is closed."""
        ...

    def check_pin(self, command: commands.CheckPin) -> None:
        """Slow on purpose: for a thread of its own."""
        ...

    def open_lines(self, client: HallClient, disk: DiskThread) -> tuple[Line, ...]:
        """The role's own threads to the hall, started, each with a twin of `client`. On the main thread, once."""
        ...
