"""Pulls within the reads of smart cards: PC/SC, each command of each kind of card, and places within each answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from drivers.base import CardId, CardReading, CardSeen
from drivers.cards.mifare import DataBlock
from drivers.cards.pcsc import AUTO, MIFARE, SOCIAL_SECURITY, TRANSPORT, PcscReader, Wanted
from drivers.cards.session import Session
from drivers.cards.social_security import FAMILY
from drivers.emulators.smart_card import EmulatedCardLink, Pull
from drivers.emulators.smart_cards import ClassicCard, SmartCard, SocialSecurityCard, TransportCard
from tests.journeys.torn_reads import MINE, READ_S, Place, references_of

KEY = bytes.fromhex("A0A1A2A3A4A5")


@dataclass(frozen=True)
class Deck:
    """Two cards of one kind, and what a reader is set to for them. `named_by`: the command whose answer tells the chip."""

    name: str
    wanted: Wanted
    make: Callable[[int], SmartCard]
    named_by: bytes


DECKS = (
    Deck(
        "social security card by contact",
        Wanted(SOCIAL_SECURITY),
        lambda serial: SocialSecurityCard(card_number=f"A0000001{serial}"),
        b"\x00\xb2\x01",
    ),
    Deck(
        "social security card by radio",
        Wanted(AUTO),
        lambda serial: SocialSecurityCard(
            uid=bytes([4, 1, 2, serial]), card_number=f"B0000001{serial}", way=0
        ),
        b"\xff\xca",
    ),
    Deck(
        "transport card by radio",
        Wanted(TRANSPORT),
        lambda serial: TransportCard(uid=bytes([4, 3, 2, serial]), number=f"310100000000000001{serial}"),
        b"\xff\xca",
    ),
    Deck(
        "MIFARE Classic by PC/SC",
        Wanted(MIFARE, DataBlock(4, KEY)),
        lambda serial: ClassicCard(
            uid=bytes([0x90, 0x1F, 0x2A, serial]),
            blocks={4: b"CANTEEN-0000000%d" % serial},
            keys={1: (KEY, KEY)},
        ),
        b"\xff\xca",
    ),
)


class AcceptsPartialReads(PcscReader):
    """The control: takes what it has of a card for the card."""

    def _incomplete(self, session: Session) -> CardReading | None:
        self._lies = True
        return CardSeen(CardId(FAMILY, session.chip.encode()), self._monotonic_ns(), chip=session.chip)


class Slot:
    """The apparatus. `cuts`: the reader hands over the bytes that were out."""

    def __init__(
        self, deck: Deck, pull: Pull | None, cuts: bool = False, driver: type[PcscReader] = PcscReader
    ) -> None:
        self._deck = deck
        self._pull = pull
        self._link = EmulatedCardLink(cuts_answers=cuts)
        self.reader = driver(self._link, deck.wanted, monotonic_ns=self._link.monotonic_ns)

    def monotonic_ns(self) -> int:
        """See `Apparatus`."""
        return self._link.monotonic_ns()

    def lay(self, card: int) -> None:
        """See `Apparatus`."""
        self._link.insert(self._deck.make(card))

    def lift(self) -> None:
        """See `Apparatus`."""
        self._link.remove()

    def tear_next(self) -> None:
        """See `Apparatus`."""
        assert self._pull is not None
        self._link.pull(self._pull)


def places() -> Iterator[Place]:
    """Every boundary between two commands of every deck, and every place within every answer, in both ways that a
    reader may take it."""
    for deck in DECKS:
        exchange = exchange_of(deck)
        named = _named_at(deck, exchange)
        references = references_of(lambda deck=deck: Slot(deck, None))  # type: ignore[misc]
        for number, (_, answer) in enumerate(exchange, start=1):
            for pull, cuts in _pulls_at(number, len(answer)):
                yield _place(deck, pull, cuts, number > named, references)


def _pulls_at(number: int, answer_bytes: int) -> Iterator[tuple[Pull, bool]]:
    yield Pull(number), False
    for out in range(answer_bytes):
        yield Pull(number, out), False
        yield Pull(number, out), True


def _place(deck: Deck, pull: Pull, cuts: bool, chip_is_known: bool, references: tuple[str, str]) -> Place:
    return Place(
        f"{deck.name}, {pull}, {'cut' if cuts else 'noticed'}",
        pull.after_bytes is None,
        chip_is_known,
        references,
        lambda: Slot(deck, pull, cuts),
        lambda: Slot(deck, pull, cuts, AcceptsPartialReads),
    )


def _named_at(deck: Deck, exchange: list[tuple[bytes, bytes]]) -> int:
    """The number of the command whose answer told the chip, from 1."""
    return next(
        number
        for number, (command, answer) in enumerate(exchange, start=1)
        if command.startswith(deck.named_by) and answer.endswith(b"\x90\x00")
    )


def exchange_of(deck: Deck) -> list[tuple[bytes, bytes]]:
    """The commands and answers of a whole, undisturbed read."""
    said: list[tuple[bytes, bytes]] = []

    class Listening(EmulatedCardLink):
        def transmit(self, command: bytes, timeout_s: float) -> bytearray:
            answer = super().transmit(command, timeout_s)
            said.append((command, bytes(answer)))
            return answer

    link = Listening()
    reader = PcscReader(link, deck.wanted, monotonic_ns=link.monotonic_ns)
    reader.open()
    link.insert(deck.make(MINE))
    reader.read(READ_S)
    return said
