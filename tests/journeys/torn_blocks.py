"""Pulls within the reads of a MIFARE Classic block by the polled readers, PN532 and AA BB: before its sector is opened,
before its block is read, and within the block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from drivers.base import CardId, CardIncomplete, CardReading
from drivers.cards.aabb import AabbReader
from drivers.cards.mifare import BLOCK_BYTES, DataBlock
from drivers.cards.numbers import ISO14443A
from drivers.cards.pn532 import Pn532Reader
from drivers.cards.polled import PolledReader, Target
from tests.drivers.cards.field_in_time import BlockPull, M1ReaderInTime, Pn532InTime, TearingCard
from tests.journeys.torn_reads import Place, references_of

KEY = bytes.fromhex("A0B1C2D3AAF5")  # with an AA, which one family has to escape
BLOCK, SECTOR = 4, 1


@dataclass(frozen=True)
class Deck:
    """Two cards, and which bytes of their block are the number."""

    name: str
    uid: bytes
    content: bytes
    number_bytes: int

    def card(self, number: int) -> TearingCard:
        """One of the two cards."""
        content = self.content + bytes([ord("0") + number]) + bytes(BLOCK_BYTES)
        return TearingCard(self.uid + bytes([number]), {BLOCK: content[:BLOCK_BYTES]}, {(SECTOR, "A"): KEY})

    @property
    def wanted(self) -> DataBlock:
        """What the reader is set to."""
        return DataBlock(BLOCK, KEY, byte_count=self.number_bytes)


DECKS = (
    Deck("number in the whole block", bytes.fromhex("901F2A"), b"CANTEEN-0000000", BLOCK_BYTES),
    # A reader that hands over half a block has handed over the number: still it is no read.
    Deck("number in the first half", bytes.fromhex("04A1B2C3D4E5"), b"CANT000", BLOCK_BYTES // 2),
)


class _TakesTheChipInstead(PolledReader):
    """The control: takes what it has of a card, its UID, for the card."""

    def _read_card(self, target: Target) -> CardReading | None:
        reading = super()._read_card(target)
        if not isinstance(reading, CardIncomplete):
            return reading
        return self._accept(target, CardId(ISO14443A, target.uid))


class Pn532AcceptsPartialReads(_TakesTheChipInstead, Pn532Reader):
    """The control of the PN532 driver."""


class AabbAcceptsPartialReads(_TakesTheChipInstead, AabbReader):
    """The control of the AA BB driver."""


class Field:
    """The apparatus: one emulated reader, and the driver on its line."""

    def __init__(
        self,
        emulator: type[Pn532InTime | M1ReaderInTime],
        driver: type[Pn532Reader | AabbReader],
        deck: Deck,
        pull: BlockPull | None,
    ) -> None:
        self._deck = deck
        self._pull = pull
        self._next_pull: BlockPull | None = None
        self._field = emulator()
        line = self._field.line
        self.reader = driver(line, deck.wanted, monotonic_ns=line.monotonic_ns)

    def monotonic_ns(self) -> int:
        """See `Apparatus`."""
        return self._field.line.monotonic_ns()

    def lay(self, card: int) -> None:
        """See `Apparatus`."""
        laid = self._deck.card(card)
        laid.pull, self._next_pull = self._next_pull, None
        self._field.rest(laid)

    def lift(self) -> None:
        """See `Apparatus`."""
        self._field.lift()

    def tear_next(self) -> None:
        """See `Apparatus`."""
        self._next_pull = self._pull


def pn532_places() -> Iterator[Place]:
    """Every place of every deck on a PN532."""
    return _places("PN532", Pn532InTime, Pn532Reader, Pn532AcceptsPartialReads)


def aabb_places() -> Iterator[Place]:
    """Every place of every deck on an AA BB reader."""
    return _places("AA BB", M1ReaderInTime, AabbReader, AabbAcceptsPartialReads)


def _places(
    name: str,
    emulator: type[Pn532InTime | M1ReaderInTime],
    driver: type[Pn532Reader | AabbReader],
    wrong_driver: type[Pn532Reader | AabbReader],
) -> Iterator[Place]:
    for deck in DECKS:
        references = references_of(partial(Field, emulator, driver, deck, None))
        for pull in _pulls():
            yield Place(
                f"{name}, {deck.name}, {pull}",
                pull.after_bytes is None,
                True,  # the UID is what finds a card, before anything else is asked of it
                references,
                partial(Field, emulator, driver, deck, pull),
                partial(Field, emulator, wrong_driver, deck, pull),
            )


def _pulls() -> Iterator[BlockPull]:
    yield BlockPull(before_key=True)
    yield BlockPull()
    for out in range(BLOCK_BYTES):
        yield BlockPull(after_bytes=out)
