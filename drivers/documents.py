"""What a card says of its holder, in bytes that can be zeroed.

An ID number exists once: in an `IdNumber`, from the driver that read it to the end of the session that asked for it.
Whoever receives a `Document` owns it and calls `wipe`. Python copies text freely, so a number is never turned into a
`str` that outlives the expression it is used in. None of this can be pickled or copied, and all of it prints masked.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn, Self, SupportsIndex

from drivers.base import CardId

ID_NUMBER_FAMILY = "id_number"
_DIGEST_OF = b"service hall card of the ID number "


def zero(octets: bytearray | memoryview) -> None:
    """Overwrites a block with zeros, in place."""
    octets[:] = bytes(len(octets))


class PrivateText:
    """Text of a person, UTF-8, in one block that `wipe` zeroes. Prints masked, compares by its bytes.

    Unhashable on purpose: a hash table would keep it. Pickling and copying raise TypeError.
    """

    __slots__ = ("_octets",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, octets: bytes | bytearray | memoryview) -> None:
        self._octets = bytearray(octets)

    @classmethod
    def decoded(cls, octets: bytes | bytearray | memoryview, encoding: str) -> Self:
        """From another encoding, padding of spaces and zeros taken off at the end. Raises UnicodeDecodeError."""
        return cls(str(octets, encoding).rstrip(" \0\u3000").encode())

    def reveal(self) -> str:
        """The text in the clear: for the expression that needs it, never to be kept."""
        return self._octets.decode()

    def octets(self) -> memoryview:
        """The bytes themselves, without a copy; zeros after `wipe`."""
        return memoryview(self._octets).toreadonly()

    def wipe(self) -> None:
        """Zeroes the block. Twice is harmless."""
        zero(self._octets)
        self._octets = bytearray()

    def __bool__(self) -> bool:
        return bool(self._octets)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PrivateText) and hmac.compare_digest(self._octets, other._octets)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is not to be pickled or copied")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(****)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)


class IdNumber(PrivateText):
    """A citizen's or resident's number, ASCII, letters in upper case."""

    __slots__ = ()

    def masked(self) -> str:
        """As a page may show it: six digits, eight stars, four digits."""
        shown = self._octets
        if len(shown) != 18:
            return "*" * len(shown)
        return f"{shown[:6].decode()} ******** {shown[14:].decode()}"

    def card(self) -> CardId:
        """The card of the holder of this number, known by a digest of it, so that the number is not copied."""
        digest = hashlib.sha256(_DIGEST_OF)
        digest.update(self._octets)
        return CardId(ID_NUMBER_FAMILY, digest.digest())


class DocumentKind(StrEnum):
    """What sort of card a document was read from."""

    RESIDENT = "resident"
    HMT_RESIDENT = "hmt_resident"  # Hong Kong, Macao, Taiwan
    FOREIGNER_2017 = "foreigner_2017"
    FOREIGNER_2023 = "foreigner_2023"
    SOCIAL_SECURITY = "social_security"


@dataclass(slots=True)
class Document:
    """What a card says of its holder; empty where it says nothing. Dates are YYYYMMDD, `valid_to` may be 长期.

    `sex` is GB/T 2261.1, `nation` GB/T 3304, `country` three letters. `permit_number` is that of the travel permit of a
    resident of Hong Kong, Macao or Taiwan. `photo` is the card's own blob, never to be kept.
    """

    kind: DocumentKind
    number: IdNumber
    name: PrivateText = field(default_factory=lambda: PrivateText(b""))
    name_latin: PrivateText = field(default_factory=lambda: PrivateText(b""))
    sex: str = field(default="", repr=False)
    nation: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    birth: PrivateText = field(default_factory=lambda: PrivateText(b""))
    address: PrivateText = field(default_factory=lambda: PrivateText(b""))
    issuer: PrivateText = field(default_factory=lambda: PrivateText(b""))
    valid_from: str = field(default="", repr=False)
    valid_to: str = field(default="", repr=False)
    photo: bytearray = field(default_factory=bytearray, repr=False)
    permit_number: PrivateText = field(default_factory=lambda: PrivateText(b""))

    def wipe(self) -> None:
        """Zeroes all that tells who it is, and forgets the rest. Twice is harmless."""
        for part in self._private_parts():
            part.wipe()
        self.sex = self.nation = self.country = self.valid_from = self.valid_to = ""
        zero(self.photo)
        self.photo = bytearray()

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a Document is not to be pickled or copied")

    def _private_parts(self) -> tuple[PrivateText, ...]:
        return (
            self.number,
            self.name,
            self.name_latin,
            self.birth,
            self.address,
            self.issuer,
            self.permit_number,
        )
