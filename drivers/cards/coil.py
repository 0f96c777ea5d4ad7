"""What lies on a reader's coil, judged from frames and time, pure: no I/O, and the time comes in as numbers.

* A card counts after two equal frames in a row, or one frame of a card that somebody vouches for: one damaged frame in
  256 passes an eight-bit checksum by luck, and a wrong card must not pay.
* A resting card is one `CardSeen`, then one `CardLifted` after 300 ms without its frame.
* Trouble is told only when nothing was read in spite of it, and at most once a second: a crackle before a good frame is
  nobody's business.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from drivers.base import CardId, CardLifted, CardReading, CardSeen, CardUnreadable
from drivers.cards.em4100_frames import TORN

LIFTED_AFTER_NS = 300_000_000
PATIENCE_NS = 150_000_000
COMPLAINT_EVERY_NS = 1_000_000_000


class Coil:
    """Turns frames, faults and the passing of time (monotonic ns) into readings."""

    def __init__(self, known: Callable[[CardId], bool]) -> None:
        self._known = known
        self._readings: deque[CardReading] = deque()
        self._resting: CardId | None = None
        self._resting_seen_ns = 0
        self._candidate: CardId | None = None
        self._candidate_seen_ns = 0
        self._complaint: tuple[str, int] | None = None
        self._complained_ns: int | None = None

    def next_reading(self) -> CardReading | None:
        """The oldest reading not yet taken."""
        return self._readings.popleft() if self._readings else None

    def frame(self, card: CardId, now_ns: int) -> None:
        """A whole frame of `card` was read."""
        if card == self._resting:
            self._resting_seen_ns = now_ns
            self._candidate = None
        elif card == self._candidate or self._known(card):
            self._put_down(card, now_ns)
        else:
            self._candidate, self._candidate_seen_ns = card, now_ns

    def fault(self, code: str, now_ns: int) -> None:
        """Bytes came that are no frame."""
        if self._resting is None and self._complaint is None:
            self._complaint = code, now_ns + PATIENCE_NS

    def passed(self, now_ns: int) -> None:
        """Says what follows from the silence until now."""
        if self._resting is not None and now_ns - self._resting_seen_ns >= LIFTED_AFTER_NS:
            self._lift()
        if self._candidate is not None and now_ns - self._candidate_seen_ns >= LIFTED_AFTER_NS:
            self._candidate = None
            self.fault(TORN, now_ns)  # held too briefly for the second frame: the person should try again
        # While a first frame waits for its second there is still hope.
        if self._candidate is None and self._complaint is not None and now_ns >= self._complaint[1]:
            self._complain(now_ns)

    def forgive(self, absent_ns: int) -> None:
        """Nobody listened for so long; it is not the card's silence."""
        self._resting_seen_ns += absent_ns
        self._candidate_seen_ns += absent_ns

    def due_ns(self) -> int | None:
        """When `passed` should be asked next, or None when time changes nothing."""
        dues = []
        if self._resting is not None:
            dues.append(self._resting_seen_ns + LIFTED_AFTER_NS)
        if self._candidate is not None:
            dues.append(self._candidate_seen_ns + LIFTED_AFTER_NS)
        elif self._complaint is not None:
            dues.append(self._complaint[1])
        return min(dues, default=None)

    def _put_down(self, card: CardId, now_ns: int) -> None:
        if self._resting is not None:
            self._lift()
        self._resting, self._resting_seen_ns = card, now_ns
        self._candidate = None
        self._complaint = None
        self._readings.append(CardSeen(card, now_ns))

    def _lift(self) -> None:
        if self._resting is not None:
            self._readings.append(CardLifted(self._resting))
            self._resting = None

    def _complain(self, now_ns: int) -> None:
        if self._complaint is None:
            return
        code, _ = self._complaint
        self._complaint = None
        if self._complained_ns is None or now_ns - self._complained_ns >= COMPLAINT_EVERY_NS:
            self._complained_ns = now_ns
            self._readings.append(CardUnreadable(code))
