"""What every driver promises, and the one family of device errors.

A driver is blocking and owned by one thread. Its constructor does no I/O; `open` may be called again after an
error; `close` never raises and leaves the device usable by the next opener. Every call takes or has a deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    import numpy

    from drivers.documents import Document, PrivateText


class CardId:
    """A card's number: compares and hashes by its bytes, prints masked.

    `family` names the numbering ("em4100"), `uid` is canonical big-endian bytes. `reveal()` is the only way to the
    digits, so that a search for it finds every place that handles them in the clear.
    """

    __slots__ = ("_uid", "family")

    def __init__(self, family: str, uid: bytes) -> None:
        self.family = family
        self._uid = bytes(uid)

    def reveal(self) -> bytes:
        """The canonical bytes. For digests and drivers, never for a log or a screen."""
        return self._uid

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CardId) and (self.family, self._uid) == (other.family, other._uid)

    def __hash__(self) -> int:
        return hash((self.family, self._uid))

    def __repr__(self) -> str:
        return f"CardId({self.family} ****)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)


class Health(StrEnum):
    """How a device is, in one word."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"
    WEDGED = "wedged"


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """A device's health, with the stable code that people's sentences are looked up by."""

    health: Health
    code: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


class DeviceError(Exception):
    """Something is wrong with a device. `code` is stable; the words for it are in the catalogue."""

    code: ClassVar[str] = "device.fault"

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message or code or type(self).code)
        self.reason = code or type(self).code


class DeviceGone(DeviceError):
    """Unplugged, or never there."""

    code = "device.gone"


class DeviceTimeout(DeviceError):
    """It did not answer in its time."""

    code = "device.timeout"


class DeviceBusy(DeviceError):
    """Another program holds it."""

    code = "device.busy"


class DeviceDenied(DeviceError):
    """It is there, but this user may not open it: a missing udev rule or group."""

    code = "device.denied"


class ProtocolError(DeviceError):
    """It answered, but not in its own protocol."""

    code = "device.protocol"


@dataclass(frozen=True, slots=True)
class CardSeen:
    """A whole, believed card. `stamp_ns` is time.monotonic_ns() after its last byte was read.

    `document` is what the card says of its holder, where it says it; who receives it wipes it. `chip` tells this chip
    from another while both are about ("" where the reader cannot): it compares an interrupted card with the next.
    `balance` is what a transport card holds, in fen, None where it says nothing: shown, never charged.
    """

    card: CardId
    stamp_ns: int
    document: Document | None = None
    chip: str = field(default="", repr=False)
    balance: int | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CardLifted:
    """The card that was last seen has left the reader."""

    card: CardId


@dataclass(frozen=True, slots=True)
class CardUnreadable:
    """Something was held to the reader that is no card to us. Said at most once a second. `code`:

    card.noise, card.checksum, card.torn (bytes that are no card), card.damaged (it answers, but what it says of its
    holder cannot be right), card.unsupported (a card of a kind that is not read here), card.bank (a bank card: its
    number is not read), card.needs_psam (a protected social security card), card.denied (the card's key is not ours).
    """

    code: str


@dataclass(frozen=True, slots=True)
class CardIncomplete:
    """The card left within a read of several steps. Nothing that was read of it may be used. `chip` as in CardSeen."""

    chip: str = field(default="", repr=False)


CardReading = CardSeen | CardLifted | CardUnreadable | CardIncomplete


class Driver(Protocol):
    """What every driver can do beside its own verb."""

    kind: str

    def open(self) -> None: ...

    def close(self) -> None: ...

    def probe(self) -> DeviceStatus: ...

    def diagnostics(self) -> Mapping[str, str]: ...


class CardReader(Driver, Protocol):
    """A reader of cards."""

    @property
    def tracks_presence(self) -> bool | None:
        """Whether it says when a card is lifted; None while that is not known yet."""
        ...

    def read(self, timeout_s: float) -> CardReading | None:
        """The next reading, or None when `timeout_s` has passed. Raises DeviceError."""
        ...


class PrintState(StrEnum):
    """What is known of a print job (design section 5)."""

    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    PROBABLY = "probably"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """How a job ended. `lines` is how many lines are known to be on paper, None where nobody can know."""

    state: PrintState
    code: str = ""
    lines: int | None = None


def uncounted(lines: int, of_lines: int) -> None:
    """For whoever does not want to hear how far a slip has come."""


class SlipPrinter(Driver, Protocol):
    """A printer of slips. `job` is composed by drivers.printers.slip.Slip."""

    def print(
        self, slip: object, job_id: str, on_lines: Callable[[int, int], None] = uncounted
    ) -> PrintOutcome:
        """Prints one slip and says what is known of it; `on_lines` hears how many lines of how many the printer has
        said it is done with, never where it says nothing. Returns an outcome; raises DeviceError only before a byte
        of the job was sent."""
        ...

    def clear_buffer(self) -> None:
        """Throws away what a stopped printer still holds: because a person asked, or because who it was for has gone.
        Raises DeviceError."""
        ...


@dataclass(frozen=True, slots=True)
class CodeScanned:
    """A QR or bar code was read. What it holds may be somebody's: wipe it after use. `stamp_ns` as in CardSeen."""

    content: PrivateText
    stamp_ns: int


class CodeScanner(Driver, Protocol):
    """A reader of QR and bar codes."""

    def read(self, timeout_s: float) -> CodeScanned | None:
        """The next code, or None when `timeout_s` has passed. Raises DeviceError."""
        ...


@dataclass(frozen=True, slots=True)
class PageJob:
    """What to put on A4. `document` is a PDF; `job_id` names it in the queue and says nothing of a person."""

    job_id: str
    document: bytes = field(repr=False)
    pages: int = 1
    copies: int = 1


def unheard(status: DeviceStatus) -> None:
    """For whoever does not want to hear how the printer is while it prints."""


class PagePrinter(Driver, Protocol):
    """A printer of A4 pages."""

    def print(self, job: PageJob, on_status: Callable[[DeviceStatus], None] = unheard) -> PrintOutcome:
        """Prints, and says what is known of it once that is known or the job's time is over; `on_status` hears how the
        printer is meanwhile, so that a person can give it paper. Raises DeviceError only before the printer has
        anything of the job."""
        ...

    def allowed_s(self, job: PageJob) -> float:
        """The longest that `print` may take for this job."""
        ...

    def cancel(self) -> None:
        """From any thread: the job under way is ended and deleted as soon as can be; `print` then returns."""
        ...

    def purge(self) -> None:
        """Ends and deletes this terminal's jobs, with their files in the spool. Raises DeviceError."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame. `pixels` is height x width x 3, BGR, uint8; `number` counts frames since `open`; `stamp_ns` is
    time.monotonic_ns() when it came."""

    pixels: numpy.ndarray = field(repr=False)
    number: int
    stamp_ns: int


class Camera(Driver, Protocol):
    """A camera. It keeps its newest frame only."""

    def newest(self, timeout_s: float, after_number: int = 0) -> Picture | None:
        """The newest frame with a number above `after_number`, or None when none came in `timeout_s`. Raises
        DeviceError with camera.frozen, camera.black or device.gone."""
        ...


class PulseOutcome(StrEnum):
    """What is known of a pulse."""

    CONFIRMED = "confirmed"  # the board answered
    SENT = "sent"  # the board cannot answer


class Relay(Driver, Protocol):
    """Switches that open doors."""

    def pulse(self, channel: int, duration_ms: int) -> PulseOutcome:
        """Switches a channel (from 1) on for `duration_ms` and off again; returns when it is off or the board has
        promised it. Raises DeviceError; the channel is then off, or off is being sent."""
        ...


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A call button was pressed. `address` and `key` are its fixed code: it calls a person and proves nothing."""

    address: str
    key: int
    stamp_ns: int


class ButtonReceiver(Driver, Protocol):
    """A receiver of radio call buttons."""

    def read(self, timeout_s: float) -> ButtonPressed | None:
        """The next press of a learned button, or None when `timeout_s` has passed. Raises DeviceError."""
        ...

    def learn(self, timeout_s: float) -> ButtonPressed | None:
        """Waits for three equal presses of one button, learned or not; None when they did not come. Raises
        DeviceError."""
        ...
