"""Readers of 13.56 MHz cards that have to be asked: one poll after the other, one reading a card.

What is the same for every chip is here: how often it is asked, whether a card still lies there (`presence`), which number
of the card counts (`mifare`), and that a read of several steps is whole or no card at all. What differs (frames, commands,
status codes) is behind `Chip`.

A card that leaves within a read is `CardIncomplete`: the chip is asked once more, and only a chip that is still there is
tried again. A wrong key looks to a reader like a card that left while it was checked, so that too is asked again before
the card is refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from drivers.base import (
    CardId,
    CardIncomplete,
    CardReading,
    CardSeen,
    CardUnreadable,
    DeviceError,
    DeviceStatus,
    Health,
)
from drivers.cards.mifare import DataBlock, is_classic
from drivers.cards.numbers import ISO14443A
from drivers.cards.presence import Presence
from drivers.cards.redaction import RANDOM_UID

POLL_EVERY_NS = 30_000_000
READ_ATTEMPTS = 3
COMPLAINT_EVERY_NS = 1_000_000_000

TORN = "card.torn"
DENIED = "card.denied"
UNSUPPORTED = "card.unsupported"


@dataclass(frozen=True, slots=True)
class Target:
    """A card in the field. `uid` in the order in which the card sends it, `sak` None where the reader does not say,
    `family` as in `numbers`, `handle` what the reader calls it."""

    uid: bytes = field(repr=False)
    sak: int | None = None
    family: str = ISO14443A
    handle: int = 0

    @property
    def chip(self) -> str:
        """What tells this card from another."""
        return f"{self.family}:{self.uid.hex()}"

    @property
    def identifies(self) -> bool:
        """Whether the UID is always the same. One of four bytes that begins with 08 is drawn at each tap, as telephones
        do (ISO/IEC 14443-3, 6.5.4); the PUPI of an ID card is nothing but zeros."""
        return any(self.uid) and not (len(self.uid) == 4 and self.uid[0] == RANDOM_UID)


class BlockUnread(Exception):
    """A block did not come. `code` is card.denied for a key that was refused, else card.torn."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Chip(Protocol):
    """What a polled reader does. Everything but `close` raises DeviceError."""

    @property
    def heard_ns(self) -> int:
        """When its last byte was read, monotonic."""
        ...

    def open(self) -> None:
        """Takes the line and makes the reader ready."""
        ...

    def close(self) -> None:
        """Lets the line go. Never raises."""
        ...

    def find(self) -> Target | None:
        """A card in the field."""
        ...

    def block(self, target: Target, wanted: DataBlock) -> bytes:
        """16 bytes of the card found last. Raises BlockUnread."""
        ...

    def leave(self, target: Target, *, seen: bool) -> None:
        """Ends with a card until the next poll; `seen` when it was just read."""
        ...

    def idle(self, until_ns: int) -> None:
        """Waits; raises DeviceGone as soon as the reader is unplugged."""
        ...

    def ask_version(self) -> str:
        """What it says it is."""
        ...

    def diagnostics(self) -> Mapping[str, str]:
        """Its counters and where it is. No card number."""
        ...


class PolledReader:
    """The driver over any chip. `wanted` None: the UID counts."""

    def __init__(
        self,
        kind: str,
        chip: Chip,
        wanted: DataBlock | None,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.kind = kind
        self.tracks_presence = True
        self._chip = chip
        self._wanted = wanted
        self._monotonic_ns = monotonic_ns
        self._presence = Presence()
        self._found: Target | None = None
        self._just_seen = False
        self._next_poll_ns = 0
        self._complained_ns: int | None = None
        self._is_open = False

    def open(self) -> None:
        """Takes the port and wakes the reader. Raises DeviceError: device.timeout when it says nothing, device.protocol
        when something else answers. A card that rested when the cable was pulled is the same card if it still lies
        there: a loose plug must not charge anybody twice."""
        self.close()
        self._chip.open()
        self._presence.unheard()
        self._found = None
        self._is_open = True

    def close(self) -> None:
        """Lets the port go. Never raises."""
        self._is_open = False
        self._chip.close()

    def read(self, timeout_s: float) -> CardReading | None:
        """The next reading, or None after `timeout_s` and at most the time of one exchange. Raises DeviceError."""
        deadline_ns = self._monotonic_ns() + round(timeout_s * 1e9)
        self._leave()
        while True:
            due_ns = min(self._next_poll_ns, deadline_ns)
            if due_ns > self._monotonic_ns():
                self._chip.idle(due_ns)
            if self._monotonic_ns() >= self._next_poll_ns:
                reading = self._poll()
                self._next_poll_ns = self._monotonic_ns() + POLL_EVERY_NS
                if reading is not None:
                    return reading
                self._leave()
            if self._monotonic_ns() >= deadline_ns:
                return None

    def probe(self) -> DeviceStatus:
        """Whether it answers, and what it says it is. Bounded to a few seconds."""
        was_open = self._is_open
        try:
            if not was_open:
                self._chip.open()
            version = self._chip.ask_version()
        except DeviceError as error:
            return DeviceStatus(Health.DOWN, error.reason)
        finally:
            if not was_open:
                self._chip.close()
        return DeviceStatus(Health.OK, details={**self.diagnostics(), "version": version})

    def diagnostics(self) -> Mapping[str, str]:
        """Port, counters since the start. No card number and no key."""
        number = "uid" if self._wanted is None else f"block {self._wanted.block}"
        return {"kind": self.kind, "number": number, **self._chip.diagnostics()}

    def _poll(self) -> CardReading | None:
        self._found = self._chip.find()
        chip = None if self._found is None else self._found.chip
        lifted = self._presence.polled(chip, self._monotonic_ns())
        if lifted is not None:
            return lifted
        if self._found is None or not self._presence.free:
            return None
        return self._read_card(self._found)

    def _read_card(self, target: Target) -> CardReading | None:
        if self._wanted is None:
            return self._uid_of(target)
        if target.family != ISO14443A or (target.sak is not None and not is_classic(target.sak)):
            return self._refuse(target, UNSUPPORTED)
        chip, code = target.chip, TORN
        for _ in range(READ_ATTEMPTS):
            try:
                card = self._wanted.number_in(self._chip.block(target, self._wanted))
            except BlockUnread as error:
                code = error.code
            else:
                return self._refuse(target, UNSUPPORTED) if card is None else self._accept(target, card)
            self._found = self._chip.find()
            if self._found is None or self._found.chip != chip:
                return CardIncomplete(chip)
            target = self._found
        return self._refuse(target, code)

    def _uid_of(self, target: Target) -> CardReading | None:
        if not target.identifies:
            return self._refuse(target, UNSUPPORTED)
        return self._accept(target, CardId(target.family, target.uid))

    def _accept(self, target: Target, card: CardId) -> CardSeen:
        self._presence.rests(target.chip, card)
        self._just_seen = True
        return CardSeen(card, self._chip.heard_ns, chip=target.chip)

    def _refuse(self, target: Target, code: str) -> CardUnreadable | None:
        """Said once as long as the card lies there, and at most once a second."""
        self._presence.rests(target.chip, None)
        now_ns = self._monotonic_ns()
        if self._complained_ns is not None and now_ns - self._complained_ns < COMPLAINT_EVERY_NS:
            return None
        self._complained_ns = now_ns
        return CardUnreadable(code)

    def _leave(self) -> None:
        """Ends with the card of the last poll. Done after its reading was handed on, which must not wait for it."""
        if self._found is not None:
            found, seen = self._found, self._just_seen
            self._found, self._just_seen = None, False
            self._chip.leave(found, seen=seen)
