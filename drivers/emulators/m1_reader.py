"""A reader of the AA BB family on a pty: YHY523U and its clones.

It knows one card's states (`classic_card`), so a driver that forgets to halt or to select fails here as it does there. With
`wrong_check_on_failure` it is of the firmware that sends a wrong check with every failure.
"""

from __future__ import annotations

from pathlib import Path

from drivers.cards.aabb_frames import ANY_NODE, Frame, FrameParser, frame
from drivers.emulators.card_field import AUTHENTICATE, FIND, READ, CardField
from drivers.emulators.classic_card import KEY_A, KEY_B

VERSION = b"YHY632A V1.3\x00"
DONE, WRONG_PARAMETER, UNKNOWN_COMMAND, NO_CARD = 0, 12, 11, 13
REQUEST_FAILED, KEY_REFUSED, READ_FAILED = 20, 22, 23
Told = tuple[int, bytes]


class EmulatedM1Reader(CardField):
    """One reader. `node` is its number; it obeys frames to that and to FFFF. See `CardField` for cards and faults."""

    def __init__(
        self,
        directory: Path,
        *,
        name: str = "m1_reader",
        baud: int | None = None,
        node: int = 0,
        wrong_check_on_failure: bool = False,
    ) -> None:
        self.beeps = 0
        self._node = node
        self._wrong_check_on_failure = wrong_check_on_failure
        self._parser = FrameParser()
        super().__init__(directory, name, baud=baud)

    def _power_down(self) -> None:
        self._parser = FrameParser()

    def _hear(self, data: bytes) -> None:
        with self._changed:
            for item in self._parser.feed(data):
                if isinstance(item, Frame) and item.node in (self._node, ANY_NODE):
                    self._obey(item.command, item.data)

    def _obey(self, command: int, data: bytes) -> None:
        status, told = self._done(command, data)
        answer = frame(self._node, command, bytes([status]) + told)
        if status != DONE and self._wrong_check_on_failure:
            answer = self._with_wrong_sum(answer)
        names_card = status == DONE and command in (0x0202, 0x0212)
        self._answer(answer, names_card=names_card)

    def _done(self, command: int, data: bytes) -> Told:
        match command:
            case 0x0104:
                return DONE, VERSION
            case 0x0106:
                self.beeps += 1
                return DONE, b""
            case 0x0201:
                return self._requested(data)
            case 0x0202 | 0x0203 | 0x0212:
                return self._chosen(command, data)
            case 0x0204:
                if self._card is not None:
                    self._card.halt()
                return DONE, b""
            case 0x0207:
                return self._authenticated(data)
            case 0x0208:
                return self._block(data)
        return UNKNOWN_COMMAND, b""

    def _requested(self, data: bytes) -> Told:
        card = self._at_step(FIND)
        if data not in (b"\x52", b"\x26"):
            return WRONG_PARAMETER, b""
        if card is None or not card.call(also_halted=data == b"\x52"):
            return REQUEST_FAILED, b""
        return DONE, card.atqa[::-1]

    def _chosen(self, command: int, data: bytes) -> Told:
        """Anticollision names a short card and leaves it waiting; the selects make it listen."""
        card = self._card
        if card is None:
            return NO_CARD, b""
        if command == 0x0202:
            return DONE, card.uid if len(card.uid) == 4 else b"\x88" + card.uid[:3]
        if command == 0x0212:
            return (DONE, card.uid) if len(card.uid) == 7 and card.select() else (NO_CARD, b"")
        return (DONE, bytes([card.sak])) if data == card.uid and card.select() else (NO_CARD, b"")

    def _authenticated(self, data: bytes) -> Told:
        card = self._at_step(AUTHENTICATE)
        if len(data) != 8 or data[0] not in (KEY_A, KEY_B):
            return WRONG_PARAMETER, b""
        right = card is not None and card.authenticate(data[0], data[1], data[2:])
        return (DONE, b"") if right else (KEY_REFUSED, b"")

    def _block(self, data: bytes) -> Told:
        card = self._at_step(READ)
        if len(data) != 1:
            return WRONG_PARAMETER, b""
        content = None if card is None else card.read(data[0])
        return (READ_FAILED, b"") if content is None else (DONE, content)

    @staticmethod
    def _with_wrong_sum(data: bytes) -> bytes:
        if data.endswith(b"\xaa\x00"):
            return data[:-2] + b"\xab"
        return data[:-1] + bytes([data[-1] ^ 0x10])
