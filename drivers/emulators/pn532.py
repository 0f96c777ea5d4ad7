"""A PN532 on a pty, as deaf and as stubborn as the real one.

It sleeps after power-up until the wake-up preamble comes, searches for a card for ever until it is told a limit or the host
ends the search, repeats its last answer when that is asked for, and forgets all it was told when it is unplugged.
"""

from __future__ import annotations

import threading
from pathlib import Path

from drivers.cards.pn532_frames import (
    ACK,
    TO_CHIP,
    TO_HOST,
    Ack,
    Frame,
    FrameParser,
    Item,
    Nack,
    frame,
)
from drivers.emulators.card_field import AUTHENTICATE, FIND, READ, CardField
from drivers.emulators.classic_card import KEY_A, KEY_B

FIRMWARE = bytes.fromhex("32010607")
FOR_EVER = 0xFF
TRY_S = 0.005  # one call into an empty field
WAKE_UP = b"\x55\x55"
SYNTAX_ERROR = bytes.fromhex("0000FF01FF7F8100")
OK, NO_ANSWER, NOT_AUTHENTICATED, WRONG_CONTEXT = b"\x00", b"\x01", b"\x14", b"\x27"
PASSIVE_TARGETS, TYPE_A = 0x4A, 0x00


class EmulatedPn532(CardField):
    """One chip. See `CardField` for cards and faults."""

    def __init__(self, directory: Path, *, name: str = "pn532", baud: int | None = None) -> None:
        self._parser = FrameParser()
        self._awake = False
        self._tries = FOR_EVER
        self._last_answer = b""
        self._search: threading.Timer | None = None
        self._searching = False
        super().__init__(directory, name, baud=baud)

    def fall_asleep(self) -> None:
        """It goes to sleep by itself, as after long silence, and hears nothing but the wake-up preamble."""
        with self._changed:
            self._power_down()

    def close(self) -> None:
        """See `CardField.close`."""
        with self._changed:
            self._end_search()
        super().close()

    def _power_down(self) -> None:
        self._end_search()
        self._awake = False
        self._tries = FOR_EVER
        self._parser = FrameParser()

    def _hear(self, data: bytes) -> None:
        with self._changed:
            self._awake = self._awake or WAKE_UP in data
            if not self._awake:
                return
            for item in self._parser.feed(data):
                self._obey(item)

    def _obey(self, item: Item) -> None:
        match item:
            case Ack():
                self._end_search()
            case Nack():
                self._answer(self._last_answer)
            case Frame(tfi=tfi, body=body) if tfi == TO_CHIP and body:
                self._end_search()
                self._answer(ACK, spared=True)
                self._do(body[0], body[1:])

    def _do(self, command: int, parameters: bytes) -> None:
        match command:
            case 0x02:
                self._reply(command, FIRMWARE)
            case 0x14:
                self._reply(command, b"")
            case 0x32:
                if parameters[:1] == b"\x05" and len(parameters) == 4:
                    self._tries = parameters[3]
                self._reply(command, b"")
            case 0x4A if parameters[1:2] == bytes([TYPE_A]):
                self._begin_search()
            case 0x4A:
                self._reply(command, b"\x00")
            case 0x40 if len(parameters) >= 2:
                self._reply(command, self._exchanged(parameters[1], parameters[2:]))
            case _:
                self._answer(SYNTAX_ERROR)

    def _begin_search(self) -> None:
        """The first call sends a card that was spoken to back to the start; the second finds it."""
        if self._find() or self._find():
            return
        self._searching = True
        if self._tries != FOR_EVER:
            self._search = threading.Timer(self._tries * TRY_S, self._give_up)
            self._search.daemon = True
            self._search.start()

    def _find(self) -> bool:
        card = self._at_step(FIND)
        if card is None or not card.call(also_halted=False) or not card.select():
            return False
        answer = bytes([1, 1]) + card.atqa + bytes([card.sak, len(card.uid)]) + card.uid
        self._end_search()
        self._reply(PASSIVE_TARGETS, answer, names_card=True)
        return True

    def _laid_down(self) -> None:
        if self._searching:
            self._find()

    def _give_up(self) -> None:
        with self._changed:
            if self._searching and self._search is threading.current_thread():
                self._searching = False
                self._reply(PASSIVE_TARGETS, b"\x00")

    def _end_search(self) -> None:
        self._searching = False
        if self._search is not None:
            self._search.cancel()
            self._search = None

    def _exchanged(self, command: int, data: bytes) -> bytes:
        """What InDataExchange answers: a status, and what the card said."""
        if command in (KEY_A, KEY_B) and len(data) == 11:
            card = self._at_step(AUTHENTICATE)
            block, key, proof = data[0], data[1:7], data[7:]
            if card is None or proof != card.uid[-4:]:
                return (
                    NOT_AUTHENTICATED  # the chip cannot tell a card that left from one that does not answer
                )
            return OK if card.authenticate(command, block, key) else NOT_AUTHENTICATED
        if command == 0x30 and len(data) == 1:
            card = self._at_step(READ)
            content = None if card is None else card.read(data[0])
            return NO_ANSWER if content is None else OK + content
        return WRONG_CONTEXT

    def _reply(self, command: int, body: bytes, *, names_card: bool = False) -> None:
        self._last_answer = frame(TO_HOST, bytes([command + 1]) + body)
        self._answer(self._last_answer, names_card=names_card)

    @staticmethod
    def _with_wrong_sum(data: bytes) -> bytes:
        return data[:-2] + bytes([data[-2] ^ 0x01]) + data[-1:]
