"""Whether a card still lies on a reader that has to be asked, pure: no I/O, and the time comes in as numbers.

A reader that is polled says at each poll which chip it found, or that it found none. One miss means little: a card at the
edge of the field answers every second poll, and a chip that was just spoken to may not hear the next call. So a card has
left when no poll found it for LIFTED_AFTER_NS, and no poll of that time found it.

While one card rests, another one in the field does not count: of a purse with two cards in it, one pays. The second is
read when the first has left.
"""

from __future__ import annotations

from drivers.base import CardId, CardLifted

LIFTED_AFTER_NS = 250_000_000


class Presence:
    """Follows one reader's polls. `chip` is any text that tells one chip from another; times are monotonic ns."""

    def __init__(self) -> None:
        self._chip: str | None = None
        self._card: CardId | None = None
        self._missing_since_ns: int | None = None

    def polled(self, chip: str | None, now_ns: int) -> CardLifted | None:
        """A poll found `chip`, or nothing. Returns what that says of the card that rested, if anything."""
        if self._chip is None:
            return None
        if chip == self._chip:
            self._missing_since_ns = None
            return None
        if self._missing_since_ns is None:
            self._missing_since_ns = now_ns
        if now_ns - self._missing_since_ns < LIFTED_AFTER_NS:
            return None
        return self._lift()

    @property
    def free(self) -> bool:
        """Whether nothing rests, so that a chip which is found is a new one."""
        return self._chip is None

    def rests(self, chip: str, card: CardId | None) -> None:
        """`chip` was read and lies there; `card` is None when it is no card to us, whose leaving is no news."""
        self._chip, self._card = chip, card
        self._missing_since_ns = None

    def unheard(self) -> None:
        """The reader was away: what it did not find meanwhile was not missing."""
        self._missing_since_ns = None

    def _lift(self) -> CardLifted | None:
        card = self._card
        self._chip = self._card = self._missing_since_ns = None
        return None if card is None else CardLifted(card)
