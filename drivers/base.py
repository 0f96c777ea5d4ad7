"""What every driver promises, and the one family of device errors.

A driver is blocking and owned by one thread. Its constructor does no I/O; `open` may be called again after an
error; `close` never raises and leaves the device usable by the next opener. Every call takes or has a deadline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol


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
    """A whole, believed card. `stamp_ns` is time.monotonic_ns() after its last byte was read."""

    card: CardId
    stamp_ns: int


@dataclass(frozen=True, slots=True)
class CardLifted:
    """The card that was last seen has left the reader."""

    card: CardId


@dataclass(frozen=True, slots=True)
class CardUnreadable:
    """Bytes came that are no card: `code` is card.noise, card.checksum or card.torn. Said at most once a second."""

    code: str


CardReading = CardSeen | CardLifted | CardUnreadable


class Driver(Protocol):
    """What every driver can do beside its own verb."""

    kind: str

    def open(self) -> None: ...

    def close(self) -> None: ...

    def probe(self) -> DeviceStatus: ...

    def diagnostics(self) -> Mapping[str, str]: ...


class CardReader(Driver, Protocol):
    """A reader of cards."""

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


class SlipPrinter(Driver, Protocol):
    """A printer of slips. `job` is composed by drivers.printers.slip.Slip."""

    def print(self, slip: object, job_id: str) -> PrintOutcome:
        """Prints one slip and says what is known of it. Returns an outcome; raises DeviceError only before a byte
        of the job was sent."""
        ...
