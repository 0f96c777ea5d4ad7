"""The talk with a SAM module about the cards laid on it: find, select, read, and what the answers mean.

A talk is a generator. It yields what is to be asked (`Ask`), waited for (`Pause`) or told (a reading), and is sent the
answers; so it is written as it happens and can rest anywhere. The meaning of SW3 is that of the module's serial protocol
(see `sam_frames`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Generator
from typing import TypeVar

from drivers.base import CardIncomplete, CardLifted, CardReading, CardSeen, CardUnreadable, DeviceError
from drivers.cards import id_text
from drivers.cards.id_presence import Presence
from drivers.cards.sam_frames import Command, Reply, State
from drivers.cards.sam_line import TORN, Answer, Ask, Pause, SamLine, Silence
from drivers.documents import Document

RESET = Ask(Command.RESET, 1.0, 1.5)
STATUS = Ask(Command.STATUS, 0.4, 0.7)
FIND = Ask(Command.FIND, 0.4, 0.7)
SELECT = Ask(Command.SELECT, 1.0, 1.3)
READ = Ask(Command.READ, 3.0, 3.0)
READ_ADDRESS = Ask(Command.READ_ADDRESS, 1.0, 1.3)
POLL = Pause(0.3)

READ_ATTEMPTS = 3
SILENCES_BORNE = 2
PRESENCE_PROBES = 3
AT_ONCE_NS = 150_000_000
NO_HAND_IS_QUICKER_NS = 1_000_000_000
COMPLAINT_EVERY_NS = 1_000_000_000

DAMAGED = "card.damaged"
UNSUPPORTED = "card.unsupported"
_CODES: dict[int, str] = {
    State.NOT_SELECTED: UNSUPPORTED,
    State.UNKNOWN_CARD: UNSUPPORTED,
    State.CARD_REJECTED_MODULE: UNSUPPORTED,
    State.MODULE_REJECTED_CARD: UNSUPPORTED,
}
_LENGTHS_BYTES = 4

Wish = Ask | Pause | CardReading
Result = TypeVar("Result")
Talk = Generator[Wish, Answer | None, Result]


class SamFault(DeviceError):
    """The module fails its self-test, or answers nothing any more, also after a reset: cut its power."""

    code = "id_reader.sam_fault"


class SamUnauthorised(DeviceError):
    """The module has no authorisation: a matter for whoever supplied the reader."""

    code = "id_reader.sam_unauthorised"


class CardTalk:
    """What is known of the cards and the module behind one reader; it outlives an unplugged cable. `tracks_presence` is
    found out by `serve` (see `id_card`)."""

    def __init__(self, *, appended_address: bool, monotonic_ns: Callable[[], int]) -> None:
        self.tracks_presence: bool | None = None
        self.counts = dict.fromkeys(("read", "incomplete", "unreadable", "silent", "resets"), 0)
        self._appended_address = appended_address
        self._monotonic_ns = monotonic_ns
        self._presence = Presence()
        self._presence_probes = PRESENCE_PROBES
        self._given_up = False
        self._silences = 0
        self._complained_ns: int | None = None
        self._chip = ""
        self._card_chip = ""
        self._chip_key = secrets.token_bytes(16)

    def serve(self, line: SamLine) -> Talk[None]:
        """The talk on a line that was just opened, without end. Raises SamFault or SamUnauthorised. A card that rested
        when the cable was pulled is still the same card if it is there when the cable is back."""
        self._silences = 0
        self._given_up = False
        self._presence.doubt()
        while True:
            state = state_of((yield from self._answer(FIND)))
            if state == State.FOUND:
                yield from self._card_found(line)
            elif state == State.NO_CARD:
                yield from self._no_card()
            yield POLL

    def _no_card(self) -> Talk[None]:
        self._given_up = False
        if self._presence.absent(self._monotonic_ns()):
            told = self._presence.confirmed or self.tracks_presence
            card = self._presence.lift()
            if card is not None and told:
                yield CardLifted(card)

    def _card_found(self, line: SamLine) -> Talk[None]:
        if self._presence.resting:
            self._presence.found()
        elif not self._given_up:
            trouble = yield from self._read_card(line)
            self._given_up = isinstance(trouble, CardUnreadable)  # until it is lifted
            if trouble is not None and (yield from self._is_another_card()):
                yield from self._tell(trouble)

    def _is_another_card(self) -> Talk[bool]:
        """Whether what could not be read is not the card that was read before, which is only shaken and says nothing new.
        Where the module names no chips, the card before gets the benefit of the doubt until it counts as gone."""
        if self._presence.card is None:
            return True
        if not self._chip or not self._card_chip or self._chip == self._card_chip:
            return False
        card = self._presence.lift()
        if card is not None:
            yield CardLifted(card)
        return True

    def _tell(self, trouble: CardUnreadable | CardIncomplete) -> Talk[None]:
        now_ns = self._monotonic_ns()
        if isinstance(trouble, CardIncomplete):
            self.counts["incomplete"] += 1
            yield trouble
            return
        self.counts["unreadable"] += 1
        if self._complained_ns is None or now_ns - self._complained_ns >= COMPLAINT_EVERY_NS:
            self._complained_ns = now_ns
            yield trouble

    def _read_card(self, line: SamLine) -> Talk[CardUnreadable | CardIncomplete | None]:
        """Reads the card that was found, and tells of it. Whether it has left is asked after each failure, and the last
        attempt gets a fresh field."""
        self._chip = ""
        code = ""
        for attempt in range(1, READ_ATTEMPTS + 1):
            document, code = yield from self._select_and_read()
            if document is not None:
                yield from self._believe(document, line)
                return None
            if attempt == READ_ATTEMPTS - 1:
                yield from self._reset()
            if (yield from self._has_left()):
                return CardIncomplete(self._chip)
        return CardUnreadable(code)

    def _has_left(self) -> Talk[bool]:
        """Whether the card is gone. A module that may hide a card it has read is asked once more with a fresh field: its
        reply to the read may only have been damaged on the way to us."""
        state = state_of((yield from self._answer(FIND)))
        if state == State.NO_CARD and not self.tracks_presence:
            yield from self._reset()
            state = state_of((yield from self._answer(FIND)))
        return state == State.NO_CARD

    def _believe(self, document: Document, line: SamLine) -> Talk[None]:
        card, before = document.number.card(), self._presence.card
        read_ns = line.last_byte_ns
        self._presence.put_down(card)
        self._card_chip = self._chip
        if card == before:
            document.wipe()
            return
        self.counts["read"] += 1
        if before is not None:
            try:
                yield CardLifted(before)
            except GeneratorExit:  # closed before the new card was told
                document.wipe()
                raise
        yield CardSeen(card, read_ns, document, self._chip)
        if self.tracks_presence is None and self._presence_probes:
            yield from self._learn_presence(line, read_ns)

    def _learn_presence(self, line: SamLine, read_ns: int) -> Talk[None]:
        state = state_of((yield from self._answer(FIND)))
        if line.begun_ns - read_ns > AT_ONCE_NS:
            return
        if state == State.FOUND:
            self.tracks_presence = True
            self._presence.found()
        elif state == State.NO_CARD:
            self._presence_probes -= 1
            yield from self._reset()
            self._presence.confirm()
            state = state_of((yield from self._answer(FIND)))
            if state == State.NO_CARD:
                self._presence.absent(self._monotonic_ns())
            elif state == State.FOUND and self._monotonic_ns() - read_ns <= NO_HAND_IS_QUICKER_NS:
                self.tracks_presence = False

    def _select_and_read(self) -> Talk[tuple[Document | None, str]]:
        """A whole document, or the code of what was in the way."""
        selected = yield from self._answer(SELECT)
        if state_of(selected) != State.OK:
            return None, _code(selected)
        self._chip = self._chip_of(selected)
        told = yield from self._answer(READ)
        if not isinstance(told, Reply) or told.state != State.OK:
            return None, _code(told)
        try:
            document = _document(told)
        except id_text.UnreadableText:
            return None, DAMAGED
        finally:
            told.wipe()
        if not self._appended_address:
            return document, ""
        code = DAMAGED
        try:
            code = yield from self._append_address(document)
        finally:
            if code:
                document.wipe()
        return (None, code) if code else (document, "")

    def _append_address(self, document: Document) -> Talk[str]:
        """Puts in the newest address where the card has one; "" or the code of what was in the way."""
        told = yield from self._answer(READ_ADDRESS)
        if state_of(told) in (State.NO_SUCH_ITEM, State.HOST_COMMAND):
            return ""
        if not isinstance(told, Reply) or told.state != State.OK:
            return _code(told)
        try:
            address = id_text.appended_address(told.data)
        except id_text.UnreadableText:
            return DAMAGED
        finally:
            told.wipe()
        document.address.wipe()
        document.address = address
        return ""

    def _answer(self, ask: Ask) -> Talk[Answer]:
        """Asks, once more where the module did not understand; a module that hangs is woken. Raises SamFault or
        SamUnauthorised."""
        answer = yield from self._once(ask)
        if state_of(answer) in (State.HOST_CHECKSUM, State.HOST_LENGTH):
            answer = yield from self._once(ask)
        if state_of(answer) == State.UNAUTHORISED:
            raise SamUnauthorised("the SAM module is not authorised")
        if state_of(answer) == State.SELF_TEST_FAILED or self._silences >= SILENCES_BORNE:
            yield from self._wake()
        return answer

    def _once(self, ask: Ask) -> Talk[Answer]:
        answer = yield ask
        assert answer is not None, "an Ask is sent its answer"
        if isinstance(answer, Silence):
            self._silences += 1
            self.counts["silent"] += 1
        else:
            self._silences = 0
        return answer

    def _wake(self) -> Talk[None]:
        yield from self._reset()
        answer = yield from self._once(STATUS)
        if state_of(answer) != State.OK:
            raise SamFault("the SAM module does not wake up")

    def _reset(self) -> Talk[None]:
        self.counts["resets"] += 1
        yield from self._once(RESET)

    def _chip_of(self, selected: Answer) -> str:
        """Tells this chip from another in this process, "" where the module says nothing of it (all zeros)."""
        if not isinstance(selected, Reply) or not any(selected.data):
            return ""
        chip = hashlib.blake2s(selected.data, key=self._chip_key, digest_size=8).hexdigest()
        selected.wipe()
        return chip


def state_of(answer: Answer) -> int | None:
    """SW3; None for silence."""
    return answer.state if isinstance(answer, Reply) else None


def _code(answer: Answer) -> str:
    if isinstance(answer, Silence):
        return answer.code or TORN
    answer.wipe()
    return _CODES.get(answer.state, DAMAGED)


def _document(told: Reply) -> Document:
    """What the reply to `read` says. Raises UnreadableText."""
    view = memoryview(told.data)
    text_bytes = int.from_bytes(view[:2], "big")
    photo_bytes = int.from_bytes(view[2:_LENGTHS_BYTES], "big")
    if text_bytes != id_text.TEXT_BYTES or len(view) != _LENGTHS_BYTES + text_bytes + photo_bytes:
        raise id_text.UnreadableText("lengths")
    text = view[_LENGTHS_BYTES : _LENGTHS_BYTES + text_bytes]
    document = id_text.read(text)
    document.photo = bytearray(view[_LENGTHS_BYTES + text_bytes :])
    return document
