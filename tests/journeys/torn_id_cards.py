"""Pulls within the reads of second-generation identity cards: between select, read and the appended address, and after any
byte of a reply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from drivers.base import CardId, CardIncomplete, CardReading, CardSeen
from drivers.cards.id_card import SamReader
from drivers.cards.sam_frames import Command
from drivers.emulators.people import InventedCard, invented_card
from drivers.emulators.sam_module import Pull, SamModule
from tests.drivers.cards.sam_in_time import SamInTime
from tests.journeys.torn_reads import MINE, Place, references_of

CARD_S = 0.4
BAUD = 115200


@dataclass(frozen=True)
class Module:
    """One sort of module and card. `says_chip`: `select` tells the card's chip, which most modules leave at zeros."""

    name: str
    keeps_found: bool
    says_chip: bool
    appended: bool

    def card(self, number: int) -> InventedCard:
        """One of the two cards."""
        address = "示例省样本市新址路8号" if self.appended else ""
        return invented_card(number, appended_address=address, says_chip=self.says_chip)

    @property
    def commands(self) -> tuple[Command, ...]:
        """The steps of a read after the card was found."""
        steps = (Command.SELECT, Command.READ)
        return (*steps, Command.READ_ADDRESS) if self.appended else steps


MODULES = (
    Module("ID card, goes on finding it", keeps_found=True, says_chip=False, appended=False),
    Module("ID card, hides what was read", keeps_found=False, says_chip=False, appended=True),
    Module("ID card whose chip is told", keeps_found=True, says_chip=True, appended=True),
    Module(
        "ID card whose chip is told, hides what was read", keeps_found=False, says_chip=True, appended=False
    ),
)


class AcceptsPartialReads(SamReader):
    """The control: takes what it has of a card for the card."""

    def read(self, timeout_s: float) -> CardReading | None:
        """See `SamReader.read`."""
        reading = super().read(timeout_s)
        if not isinstance(reading, CardIncomplete):
            return reading
        return CardSeen(CardId("id_card", reading.chip.encode()), 0, chip=reading.chip)


class Desk:
    """The apparatus."""

    def __init__(self, module: Module, pull: Pull | None, driver: type[SamReader] = SamReader) -> None:
        self._kind = module
        self._pull = pull
        self._module = SamModule(keeps_found=module.keeps_found, card_s=CARD_S)
        self._line = SamInTime(self._module)
        self.reader = driver(
            {BAUD: self._line},
            appended_address=module.appended,
            monotonic_ns=self._line.monotonic_ns,
        )

    def monotonic_ns(self) -> int:
        """See `Apparatus`."""
        return self._line.monotonic_ns()

    def lay(self, card: int) -> None:
        """See `Apparatus`."""
        self._module.put(self._kind.card(card))

    def lift(self) -> None:
        """See `Apparatus`."""
        self._module.put(None)

    def tear_next(self) -> None:
        """See `Apparatus`."""
        self._module.pull = self._pull


def places() -> Iterator[Place]:
    """Every step of a read, and every byte of its reply, for every sort of module."""
    for module in MODULES:
        references = references_of(partial(Desk, module, None))
        for command in module.commands:
            for out in (None, *range(_reply_bytes(module, command))):
                yield _place(module, Pull(command, out), references)


def _place(module: Module, pull: Pull, references: tuple[str, str]) -> Place:
    return Place(
        f"{module.name}, {pull}",
        pull.after_bytes is None,
        module.says_chip and pull.command is not Command.SELECT,
        references,
        partial(Desk, module, pull),
        partial(Desk, module, pull, AcceptsPartialReads),
    )


def _reply_bytes(module: Module, command: Command) -> int:
    """The length of the module's whole reply to a step."""
    asked = SamModule()
    asked.put(module.card(MINE))
    replies = {step: asked.answer(step).frame for step in module.commands}
    return len(replies[command])
