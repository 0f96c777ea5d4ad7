"""How a driver reaches a smart card: a reader in which cards come and go, whole commands and whole answers.

Not a stream of bytes, so `drivers.transport.Transport` does not fit; the wire log's lines do (`drivers.cards.apdu_log`).
"""

from __future__ import annotations

from typing import Protocol


class ApduTransport(Protocol):
    """A reader of smart cards. Owned by one thread; the constructor does no I/O; every call has a deadline."""

    @property
    def name(self) -> str:
        """The reader, for people."""
        ...

    def open(self) -> None:
        """Finds and takes the reader. Raises DeviceError."""
        ...

    def close(self) -> None:
        """Lets it go. Never raises."""
        ...

    def check(self) -> None:
        """Raises DeviceError when the reader is not there any more."""
        ...

    def wait_card(self, timeout_s: float) -> bytes | None:
        """The answer to reset of the card that lies there, None when there is none by `timeout_s`. Raises DeviceError."""
        ...

    def wait_lifted(self, timeout_s: float) -> bool:
        """Whether the card of the last `wait_card` has left by `timeout_s`, even if another lies there now. Raises
        DeviceError."""
        ...

    def connect(self) -> None:
        """Takes the card for commands. Raises CardGone, NotReadable, DeviceError."""
        ...

    def transmit(self, command: bytes, timeout_s: float) -> bytearray:
        """One command, and the whole answer with its status word. Raises CardGone when there is none, for whatever
        reason; DeviceError when `timeout_s` has passed without either."""
        ...

    def disconnect(self) -> None:
        """Leaves the card where it lies. Never raises."""
        ...
