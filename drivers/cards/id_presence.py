"""Which identity card rests on the reader, judged from what the module answers to `find`, pure.

Some modules go on answering "found" while a card rests that was read; others answer "no card" from the read until the
card has left the field. Both must make one card at rest one reading. So a card stays *put down* until "no card" was
answered three times in a row over at least a second; until then, the same card is not seen again. "Found" after a single
"no card" may be another card, quickly changed: it is read again, and compared.
"""

from __future__ import annotations

from drivers.base import CardId

ABSENCES = 3
ABSENT_NS = 1_000_000_000


class Presence:
    """The card that was last read, until it is known or supposed to be gone. Times are monotonic ns."""

    def __init__(self) -> None:
        self.card: CardId | None = None
        self._confirmed = False
        self._doubted = False
        self._absences = 0
        self._absent_since_ns = 0

    @property
    def resting(self) -> bool:
        """Whether a card that is found now is, without doubt, the one that was read."""
        return self.card is not None and not self._doubted

    @property
    def confirmed(self) -> bool:
        """Whether the module is known not to hide this card, so that its "no card" means something."""
        return self._confirmed

    def put_down(self, card: CardId) -> None:
        """This card was read."""
        self.card = card
        self._confirmed = self._doubted = False
        self._absences = 0

    def found(self) -> None:
        """The module found the card that was read."""
        self._confirmed = True
        self._absences = 0

    def confirm(self) -> None:
        """The field was switched off and on since the read: a module hides no card after that."""
        self._confirmed = True

    def doubt(self) -> None:
        """Nobody was looking: what is found next may be another card."""
        self._doubted = True

    def absent(self, now_ns: int) -> bool:
        """The module found no card. Whether the card that was put down counts as gone by that."""
        self._doubted = True
        if not self._absences:
            self._absent_since_ns = now_ns
        self._absences += 1
        return (
            self.card is not None
            and self._absences >= ABSENCES
            and now_ns - self._absent_since_ns >= ABSENT_NS
        )

    def lift(self) -> CardId | None:
        """Forgets the card, and says which it was."""
        card, self.card = self.card, None
        return card
