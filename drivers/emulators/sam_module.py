"""A SAM module and the card in its field, without a line: a command in, the reply's frame out, and how long the card takes.

Time is the caller's: `sam.EmulatedSam` lets it pass on a pty, tests move it by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from drivers.cards.id_text import TEXT_BYTES
from drivers.cards.sam_frames import BODY_AT, LENGTH_AT, PREAMBLE, Command, State, reply_frame, xor_of
from drivers.emulators.people import InventedCard


class Condition(Enum):
    """How the module itself is."""

    WELL = "well"
    HUNG = "hung"  # says that its self-test failed, until it is reset
    DEAD = "dead"  # says so for ever
    UNAUTHORISED = "unauthorised"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class Pull:
    """The card is pulled out while `command` is answered. `after_bytes` None: the module notices and says so; else the
    reply stops after so many bytes."""

    command: Command
    after_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the module sends, and `after_s`: the card's own time before it does."""

    frame: bytes
    after_s: float = 0.0


class SamModule:
    """One module. `keeps_found`: whether it goes on finding a card that was read, or answers "no card" until the card has
    left the field. `card_s` is how long a card takes for its cryptography during `read`."""

    def __init__(self, *, keeps_found: bool = True, card_s: float = 0.0) -> None:
        self.keeps_found = keeps_found
        self.card_s = card_s
        self.condition = Condition.WELL
        self.pull: Pull | None = None
        self.locked_up = False  # the card's chip, until the field is switched off and on
        self.refuses: State | None = None  # what `select` says of a card that is no identity card
        self._card: InventedCard | None = None
        self._selected = False
        self._was_read = False

    @property
    def card(self) -> InventedCard | None:
        """The card in the field."""
        return self._card

    def put(self, card: InventedCard | None) -> None:
        """Lays a card down in place of the one that is there; None takes it away."""
        self._card = card
        self._selected = self._was_read = self.locked_up = False

    def answer(self, command: Command) -> Told:
        """What the module says to a command; an empty frame when it says nothing."""
        if self.condition is not Condition.WELL:
            return self._ill(command)
        if self.pull is not None and self.pull.command is command and self._card is not None:
            return self._pulled(command, self.pull)
        return self._well(command)

    def failed(self, command: Command) -> bytes:
        """What it says when the card has gone meanwhile."""
        return _status(State.NOT_SELECTED if command is Command.SELECT else State.NOT_READ)

    def _well(self, command: Command) -> Told:
        match command:
            case Command.RESET:
                self._selected = self._was_read = self.locked_up = False
                return Told(_status(State.OK))
            case Command.STATUS:
                return Told(_status(State.OK))
            case Command.FIND:
                self._selected = False
                hidden = self._card is None or (self._was_read and not self.keeps_found)
                return Told(_status(State.NO_CARD) if hidden else _status(State.FOUND, bytes(4)))
            case Command.SELECT:
                return Told(self._select())
            case Command.READ:
                return self._read()
            case Command.READ_ADDRESS:
                return Told(self._read_address())
            case _:
                return Told(_status(State.HOST_COMMAND))

    def _ill(self, command: Command) -> Told:
        if self.condition is Condition.MUTE:
            return Told(b"")
        if self.condition is Condition.UNAUTHORISED:
            return Told(_status(State.UNAUTHORISED))
        if self.condition is Condition.HUNG and command is Command.RESET:
            self.condition = Condition.WELL
            return self._well(command)
        return Told(_status(State.SELF_TEST_FAILED))

    def _pulled(self, command: Command, pull: Pull) -> Told:
        self.pull = None
        told = self._well(command)
        self.put(None)
        if pull.after_bytes is None:
            return Told(self.failed(command), told.after_s / 2)
        return Told(told.frame[: pull.after_bytes], told.after_s)

    def _select(self) -> bytes:
        if self._card is None or self.locked_up:
            return _status(State.NOT_SELECTED)
        if self.refuses is not None:
            return _status(self.refuses)
        self._selected = True
        return _status(State.OK, self._card.chip)

    def _read(self) -> Told:
        if self._card is None or not self._selected:
            return Told(_status(State.NOT_READ))
        self._selected = False
        self._was_read = True
        lengths = TEXT_BYTES.to_bytes(2, "big") + len(self._card.photo).to_bytes(2, "big")
        return Told(_status(State.OK, lengths + self._card.text + self._card.photo), self.card_s)

    def _read_address(self) -> bytes:
        if self._card is None or not self._was_read:
            return _status(State.NOT_READ)
        if not self._card.appended:
            return _status(State.NO_SUCH_ITEM)
        return _status(State.OK, self._card.appended)


def commands_in(heard: bytearray) -> list[Command | None]:
    """Takes whole commands out of what was heard; None for one with a wrong checksum or an unknown number."""
    found: list[Command | None] = []
    while (start := heard.find(PREAMBLE)) >= 0:
        end = start + BODY_AT + int.from_bytes(heard[start + LENGTH_AT : start + BODY_AT], "big")
        if len(heard) < max(end, start + BODY_AT):
            break
        body = bytes(heard[start + LENGTH_AT : end])
        known = xor_of(body) == 0 and int.from_bytes(body[2:4], "big") in set(Command)
        found.append(Command(int.from_bytes(body[2:4], "big")) if known else None)
        del heard[:end]
    return found


def _status(state: State, data: bytes = b"") -> bytes:
    return reply_frame(bytes([0, 0, state]), data)
