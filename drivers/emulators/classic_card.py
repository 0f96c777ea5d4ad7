"""A 13.56 MHz card as the reader's field sees it: what it answers depends on what it was told before.

States and transitions are those of ISO/IEC 14443-3, 6.2, with MIFARE Classic on top: a card that was selected answers no
second call but goes back to the start, one that was halted answers only the call that wakes all, and a wrong key or a
read of a closed sector throws it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

TRANSPORT_KEY = b"\xff" * 6
BLOCK_BYTES = 16
SMALL_SECTORS = 32
SHORT_ATQA = bytes.fromhex("0004")
DOUBLE_ATQA = bytes.fromhex("0044")
CLASSIC_1K = 0x08
KEY_A, KEY_B = 0x60, 0x61


class State(Enum):
    """Where a card is in its conversation."""

    IDLE = "idle"
    READY = "ready"
    ACTIVE = "active"
    HALTED = "halted"


class EmulatedCard:
    """One card. `uid` of 4 or 7 bytes; `blocks` by their number on the card, others are zeros; `keys` by (sector, "A" or
    "B"), others are the transport key."""

    def __init__(
        self,
        uid: bytes,
        blocks: Mapping[int, bytes] | None = None,
        keys: Mapping[tuple[int, str], bytes] | None = None,
        *,
        sak: int = CLASSIC_1K,
    ) -> None:
        self.uid = uid
        self.sak = sak
        self.atqa = SHORT_ATQA if len(uid) == 4 else DOUBLE_ATQA
        self._blocks = dict(blocks or {})
        self._keys = dict(keys or {})
        self._state = State.IDLE
        self._open_sector: int | None = None

    def enter(self) -> None:
        """It comes into the field."""
        self._go(State.IDLE)

    def call(self, *, also_halted: bool) -> bool:
        """REQA, or WUPA with `also_halted`: whether it answers."""
        answers = self._state is State.IDLE or (also_halted and self._state is State.HALTED)
        self._go(State.READY if answers else State.IDLE if self._state is not State.HALTED else State.HALTED)
        return answers

    def select(self) -> bool:
        """Anticollision and SELECT, all cascade levels: whether it was ready for it."""
        if self._state is not State.READY:
            self._go(State.IDLE)
            return False
        self._go(State.ACTIVE)
        return True

    def halt(self) -> None:
        """HLTA."""
        if self._state is State.ACTIVE:
            self._go(State.HALTED)

    def authenticate(self, key_type: int, block: int, key: bytes) -> bool:
        """Opens the block's sector. A wrong key throws the card out."""
        sector = sector_of(block)
        right = self._keys.get((sector, "A" if key_type == KEY_A else "B"), TRANSPORT_KEY)
        if self._state is not State.ACTIVE or key != right:
            self._go(State.IDLE)
            return False
        self._open_sector = sector
        return True

    def read(self, block: int) -> bytes | None:
        """16 bytes of an open sector; None, and out, for another."""
        if self._state is not State.ACTIVE or self._open_sector != sector_of(block):
            self._go(State.IDLE)
            return None
        return self._blocks.get(block, bytes(BLOCK_BYTES))

    def _go(self, state: State) -> None:
        self._state = state
        self._open_sector = None


def sector_of(block: int) -> int:
    """The sector of a block: of four blocks up to the 32nd, then of sixteen."""
    small = SMALL_SECTORS * 4
    return block // 4 if block < small else SMALL_SECTORS + (block - small) // 16
