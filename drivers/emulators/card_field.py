"""What emulated 13.56 MHz readers have in common: a pty, one card at most in the field, and the faults of both.

What a reader answers to a command is its subclass's. Faults are told before they happen: the next answer is cut in half
or gets a wrong sum, the card leaves right before a named step, all answers dribble or do not come.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from drivers.emulators.classic_card import EmulatedCard
from drivers.emulators.pty_line import PtyLine

FIND, AUTHENTICATE, READ = "find", "authenticate", "read"
STEPS = (FIND, AUTHENTICATE, READ)

Damage = Callable[[bytes], bytes]


class FieldLine(Protocol):
    """What a reader is plugged in by; see `PtyLine`, which it is unless a subclass has another."""

    path: str

    @property
    def plugged(self) -> bool: ...

    def send(self, data: bytes) -> int: ...

    def plug(self) -> None: ...

    def unplug(self) -> None: ...

    def close(self) -> None: ...


class CardField:
    """One reader. `path` is its port, a link named `name` in `directory`. Every method may be called from any thread."""

    def __init__(self, directory: Path, name: str, *, baud: int | None = None) -> None:
        self._changed = threading.Condition()
        self._card: EmulatedCard | None = None
        self._lift_at: float | None = None
        self._named_ns = 0
        self._last_byte_ns = 0
        self._mute = False
        self._dribble_s = 0.0
        self._next_damage: Damage | None = None
        self._pull_before = ""
        self._closing = False
        self._name = name
        self._thread: threading.Thread | None = None  # only a card that is held for a while needs it
        self._line = self._make_line(directory / name, baud)

    @property
    def path(self) -> str:
        """The port to open."""
        return self._line.path

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._line.plugged

    @property
    def resting(self) -> str | None:
        """The UID of the card in the field, in hex."""
        card = self._card
        return None if card is None else card.uid.hex().upper()

    @property
    def last_byte_ns(self) -> int:
        """time.monotonic_ns() right after the last byte of the latest answer was written."""
        with self._changed:
            return self._last_byte_ns

    def rest(self, card: EmulatedCard | str) -> None:
        """Lays a card, or a plain one with this UID in hex, into the field until `lift`. Another one is taken away."""
        self._put_down(card, None)

    def tap(self, card: EmulatedCard | str, hold_s: float = 0.3) -> int:
        """Holds a card into the field for `hold_s`. Returns the monotonic ns after the last byte of the first answer that
        named it, while it is still held; 0 when none did in that time."""
        self._put_down(card, hold_s)
        with self._changed:
            self._changed.wait_for(lambda: self._named_ns > 0, hold_s)
            return self._named_ns

    def lift(self) -> None:
        """Takes the card away."""
        with self._changed:
            self._card = None
            self._changed.notify_all()

    def wait_lifted(self, timeout_s: float) -> bool:
        """Waits until the field is empty; False when it is not by then."""
        with self._changed:
            return self._changed.wait_for(lambda: self._card is None, timeout_s)

    def pull_before(self, step: str) -> None:
        """The card leaves right before its reader next takes this step (see STEPS). Raises ValueError for no step."""
        if step not in STEPS:
            raise ValueError(f"one of {', '.join(STEPS)}, not {step}")
        with self._changed:
            self._pull_before = step

    def half_frame(self) -> None:
        """Of the next answer only the first half comes."""
        self._damage_next(lambda data: data[: len(data) // 2])

    def bad_checksum(self) -> None:
        """The next answer comes with a bit turned in its sum."""
        self._damage_next(self._with_wrong_sum)

    def noise(self, data: bytes) -> None:
        """Any bytes on the line."""
        self._line.send(data)

    def mute(self, on: bool = True) -> None:
        """It hears and does not answer."""
        with self._changed:
            self._mute = on

    def dribble(self, byte_s: float) -> None:
        """From now on each byte of an answer comes `byte_s` after the one before; 0 ends it."""
        with self._changed:
            self._dribble_s = byte_s

    def unplug(self) -> None:
        """Pulls the cable: the port is gone, and what the reader was told is forgotten. The card stays."""
        self._line.unplug()
        with self._changed:
            self._power_down()

    def plug(self) -> None:
        """Plugs it in again, under the same name."""
        self._line.plug()

    def close(self) -> None:
        """Ends the emulator. Never raises; twice is harmless."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._line.close()

    def _make_line(self, path: Path, baud: int | None) -> FieldLine:
        """The line, made once."""
        return PtyLine(path, self._hear, baud=baud)

    def _hear(self, data: bytes) -> None:
        """What the host sends, any piece of it. Called on the line's thread."""
        raise NotImplementedError

    def _power_down(self) -> None:
        """Forgets what the host has set. Called under the lock."""

    def _laid_down(self) -> None:
        """A card has come into the field. Called under the lock."""

    @staticmethod
    def _with_wrong_sum(data: bytes) -> bytes:
        raise NotImplementedError

    def _at_step(self, step: str) -> EmulatedCard | None:
        """The card that is there for this step. Called under the lock."""
        if self._pull_before == step and self._card is not None:
            self._pull_before = ""
            self._card = None
            self._changed.notify_all()
        return self._card

    def _answer(self, data: bytes, *, names_card: bool = False, spared: bool = False) -> None:
        """Sends one answer, as damaged as it was wished unless it is `spared`. Called under the lock."""
        if self._mute:
            return
        if self._next_damage is not None and not spared:
            data, self._next_damage = self._next_damage(data), None
        if self._dribble_s:
            for byte in data:
                threading.Event().wait(self._dribble_s)
                self._last_byte_ns = self._line.send(bytes([byte]))
        else:
            self._last_byte_ns = self._line.send(data)
        if names_card and not self._named_ns:
            self._named_ns = self._last_byte_ns
            self._changed.notify_all()

    def _damage_next(self, damage: Damage) -> None:
        with self._changed:
            self._next_damage = damage

    def _put_down(self, card: EmulatedCard | str, hold_s: float | None) -> None:
        laid = EmulatedCard(bytes.fromhex(card)) if isinstance(card, str) else card
        laid.enter()
        with self._changed:
            self._card = laid
            self._named_ns = 0
            self._lift_at = None if hold_s is None else time.monotonic() + hold_s
            self._laid_down()
            if hold_s is not None and self._thread is None:
                self._thread = threading.Thread(
                    target=self._take_away, name=f"emulated-{self._name}-card", daemon=True
                )
                self._thread.start()
            self._changed.notify_all()

    def _take_away(self) -> None:
        """The thread: takes a card away when it was held long enough."""
        with self._changed:
            while not self._closing:
                left_s = None if self._lift_at is None else self._lift_at - time.monotonic()
                if left_s is not None and left_s <= 0:
                    self._card = self._lift_at = left_s = None
                    self._changed.notify_all()
                self._changed.wait(left_s)
