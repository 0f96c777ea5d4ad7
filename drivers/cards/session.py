"""One card while it lies on the reader: asks it, and knows by what to tell its chip from another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from drivers.cards import apdu
from drivers.cards.apdu import Answer, Command, Transmit

_CHIP_OF = b"service hall chip "
# PC/SC part 3, 3.1.3.2.3: a contactless card has no ATR of its own, the reader makes one up that begins like this.
_CONTACTLESS = (0x3B, 0x80, 0x80, 0x01)
_STORAGE = bytes.fromhex("804F0CA000000306")
_CLASSIC = {0x0001, 0x0002, 0x0026}  # MIFARE Classic 1K, 4K, Mini


def chip_digest(octets: bytes | bytearray | memoryview) -> str:
    """The name of a chip, hex: the same for the same chip, and no number of anybody."""
    digest = hashlib.sha256(_CHIP_OF)
    digest.update(octets)
    return digest.hexdigest()[:32]


class Session:
    """`transmit` as in `drivers.cards.apdu`; `atr` is the answer to reset. `chip` is "" until something of the card
    names it; the first name stays, so that a card is named alike however far its read came."""

    def __init__(self, atr: bytes, transmit: Transmit, counted: Callable[[], None] = lambda: None) -> None:
        self.atr = atr
        self.chip = ""
        self._transmit = transmit
        self._counted = counted

    @property
    def contactless(self) -> bool:
        """Whether the reader speaks to it by radio, and so can tell its UID."""
        head = self.atr[:4]
        return len(head) == 4 and (head[0], head[1] & 0xF0, head[2], head[3]) == _CONTACTLESS

    @property
    def storage_name(self) -> int | None:
        """The number that PC/SC gives a storage card (0001: MIFARE Classic 1K), None for a card with applications."""
        place = self.atr.find(_STORAGE)
        if not self.contactless or place < 0 or len(self.atr) < place + len(_STORAGE) + 3:
            return None
        name = self.atr[place + len(_STORAGE) + 1 : place + len(_STORAGE) + 3]
        return int.from_bytes(name, "big")

    @property
    def is_classic(self) -> bool:
        """Whether it is a MIFARE Classic."""
        return self.storage_name in _CLASSIC

    def ask(self, command: Command) -> Answer:
        """The whole answer. Raises CardGone, NotReadable, DeviceError."""
        self._counted()
        return apdu.exchange(self._transmit, command)

    def selects(self, name: bytes) -> Answer | None:
        """The answer of an application that is there; None where it is not. Raises NotReadable with card.needs_psam
        where it is there and says that it is not for everybody."""
        answer = self.ask(apdu.select_application(name))
        if answer.status == apdu.SECURITY_STATUS:
            raise apdu.NotReadable("card.needs_psam")
        return answer if answer.succeeded else None

    def names_chip(self, octets: bytes | bytearray | memoryview) -> None:
        """What tells this chip from others, unless something did before."""
        self.chip = self.chip or chip_digest(octets)
