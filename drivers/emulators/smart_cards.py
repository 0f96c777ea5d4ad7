"""Smart cards that answer commands as real ones do: social security, transport, bank, MIFARE Classic, and none of these.

A card knows nothing of readers or of time; `drivers.emulators.smart_card` puts it into one. People on the cards are
made up, and look it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from drivers.cards.id_numbers import check_character

SUCCESS = b"\x90\x00"
NO_INSTRUCTION = b"\x6d\x00"
NOT_FOUND = b"\x6a\x82"
NO_RECORD = b"\x6a\x83"
WRONG_P2 = b"\x6a\x86"
PROTECTED = b"\x69\x82"
NOT_SUPPORTED = b"\x6a\x81"
FAILED = b"\x63\x00"

CONTACT_ATR = bytes.fromhex("3B6D0000") + b"SAMPLE-CARD-0"
RADIO_ATR = bytes.fromhex("3B8180018080")  # made up by the reader for a card with applications
CLASSIC_ATR = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")

SOCIAL_SECURITY = "sx1.sh.社会保障".encode("gbk")
T_UNION = bytes.fromhex("A000000632010105")
CITY = bytes.fromhex("A00000000386980701")
DIRECTORIES = (b"1PAY.SYS.DDF01", b"2PAY.SYS.DDF01")
DEBIT = bytes.fromhex("A000000333010101")


class SmartCard(Protocol):
    """A card as the reader meets it."""

    atr: bytes

    def reset(self) -> None:
        """Power on: nothing is selected, nothing is proved."""
        ...

    def answer(self, command: bytes) -> bytes:
        """Data and status word."""
        ...


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist. `name` in Chinese, `number` with its check character, `birth` YYYYMMDD."""

    name: str
    number: str
    sex: str
    nation: str
    birth: str


def invented_person(serial: int) -> Person:
    """The same nobody for the same serial (0 to 899), of a district that no code stands for."""
    birth = f"{1930 + serial % 60}{1 + serial % 12:02d}{1 + serial % 28:02d}"
    digits = f"990000{birth}{100 + serial:03d}"[:17].encode()
    number = (digits + bytes([check_character(digits)])).decode()
    return Person("样本" + "甲乙丙丁戊己庚辛壬癸"[serial % 10], number, str(1 + serial % 2), "01", birth)


@dataclass
class _Card:
    """What all these cards share: SELECT by name, a UID for a reader that asks by radio, `61xx` for one by contact."""

    uid: bytes = b""
    atr: bytes = CONTACT_ATR
    commands: list[bytes] = field(default_factory=list, repr=False)
    _selected: bytes = b""
    _file: int = 0
    _waiting: bytes = b""

    def __post_init__(self) -> None:
        if self.uid and self.atr == CONTACT_ATR:
            self.atr = RADIO_ATR

    def reset(self) -> None:
        self._selected, self._file, self._waiting = b"", 0, b""

    def answer(self, command: bytes) -> bytes:
        self.commands.append(bytes(command))
        if command[0] == 0xFF:
            return self._reader_command(command)
        if command[1] == 0xC0:
            return self._rest(command)
        if command[1] == 0xA4:
            return self._over_contact(self._select(command[2], command[5 : 5 + command[4]]))
        return self._instruction(command)

    def _reader_command(self, command: bytes) -> bytes:
        if command[1:4] == b"\xca\x00\x00" and self.uid:
            return self.uid + SUCCESS
        return NOT_SUPPORTED

    def _rest(self, command: bytes) -> bytes:
        waiting, self._waiting = self._waiting, b""
        return waiting[: command[4] or 256] + SUCCESS if waiting else b"\x69\x85"

    def _over_contact(self, answer: bytes) -> bytes:
        """A card by contact (T=0) only says how much there is; the reader fetches it."""
        data, status = answer[:-2], answer[-2:]
        if self.uid or not data:
            return answer
        self._waiting = data
        return bytes([0x61, len(data) & 0xFF]) if status == SUCCESS else status

    def _select(self, how: int, name: bytes) -> bytes:
        if how == 0x04 and name in self._applications():
            self._selected = name
            return self._applications()[name]
        if how == 0x02 and self._selected:
            return self._select_file(int.from_bytes(name, "big"))
        return NOT_FOUND

    def _applications(self) -> dict[bytes, bytes]:
        """Name -> answer to its SELECT."""
        return {}

    def _select_file(self, identifier: int) -> bytes:
        return NOT_FOUND

    def _instruction(self, command: bytes) -> bytes:
        return NO_INSTRUCTION


@dataclass
class SocialSecurityCard(_Card):
    """`way` is the P2 it takes; `exact`: refuses a wrong Le with 6Cxx; `protects`: "", "application" or "holder"."""

    holder: Person = field(default_factory=lambda: invented_person(0))
    card_number: str = "A00000001"
    identifier: bytes = b""  # b"": made of the card's number
    issued: str = "20240101"
    valid_to: str = "20340101"
    way: int = 0x04
    exact: bool = False
    protects: str = ""

    def _applications(self) -> dict[bytes, bytes]:
        opened = _tlv(0x6F, _tlv(0x84, SOCIAL_SECURITY)) + SUCCESS
        return {SOCIAL_SECURITY: PROTECTED if self.protects == "application" else opened}

    def _select_file(self, identifier: int) -> bytes:
        if identifier not in (0xEF05, 0xEF06):
            return NOT_FOUND
        self._file = identifier
        return SUCCESS

    def _records(self) -> dict[int, bytes]:
        if self._file == 0xEF05:
            return {
                0x01: self.identifier or b"SAMPLE" + self.card_number.encode().rjust(10),
                0x05: bytes.fromhex(self.issued),
                0x06: bytes.fromhex(self.valid_to),
                0x07: self.card_number.encode(),
            }
        return {
            0x08: self.holder.number.encode(),
            0x09: self.holder.name.encode("gbk").ljust(30, b"\0"),
            0x0A: self.holder.sex.encode(),
            0x0B: bytes.fromhex(self.holder.nation),
            0x0D: bytes.fromhex(self.holder.birth),
        }

    def _instruction(self, command: bytes) -> bytes:
        if command[:2] != b"\x00\xb2" or not self._file:
            return NO_INSTRUCTION
        if self.protects == "holder" and self._file == 0xEF06:
            return PROTECTED
        if command[3] != self.way:
            return WRONG_P2
        value = self._records().get(command[2])
        if value is None:
            return NO_RECORD
        record = bytes([command[2], len(value)]) + value
        if self.exact and command[4] != len(record):
            return bytes([0x6C, len(record)])
        return record + SUCCESS


@dataclass
class TransportCard(_Card):
    """`number` nineteen digits, `balance` fen. `older`: a city's card, whose thirty bytes stand in file 15."""

    number: str = "3101000000000000017"
    balance: int = 1250
    valid_from: str = "20240101"
    valid_to: str = "20401231"
    older: bool = False

    def _public(self) -> bytes:
        dates = bytes.fromhex(self.valid_from + self.valid_to)
        number = bytes.fromhex(self.number.rjust(20, "0"))
        return bytes.fromhex("01011000FFFFFFFF0201") + number + dates + bytes(2)

    def _applications(self) -> dict[bytes, bytes]:
        if self.older:
            return {CITY: _tlv(0x6F, _tlv(0x84, CITY)) + SUCCESS}
        inner = _tlv(0x9F08, b"\x02") + _tlv(0x9F0C, self._public())
        return {T_UNION: _tlv(0x6F, _tlv(0x84, T_UNION) + _tlv(0xA5, inner)) + SUCCESS}

    def _instruction(self, command: bytes) -> bytes:
        if not self._selected:
            return NO_INSTRUCTION
        if command[:4] == b"\x80\x5c\x00\x02":
            return self.balance.to_bytes(4, "big") + SUCCESS
        if self.older and command[:4] == b"\x00\xb0\x95\x00":
            return self._public() + SUCCESS
        return NO_INSTRUCTION


@dataclass
class BankCard(_Card):
    """Answers its payment directory, and writes down every attempt to go further."""

    application: bytes = DEBIT

    @property
    def attempts(self) -> list[bytes]:
        """Commands that could have led to the account number: anything but SELECT of a directory or of what is not
        there, and what a reader answers by itself."""
        return [command for command in self.commands if not self._is_harmless(command)]

    def _is_harmless(self, command: bytes) -> bool:
        if command[0] == 0xFF or command[1] == 0xC0:
            return True
        return command[1] == 0xA4 and command[5 : 5 + command[4]] != self.application

    def _applications(self) -> dict[bytes, bytes]:
        entry = _tlv(0x61, _tlv(0x4F, self.application) + _tlv(0x50, b"DEBIT"))
        listed = _tlv(0xA5, _tlv(0xBF0C, entry) if self.uid else _tlv(0x88, b"\x01"))
        name = DIRECTORIES[1] if self.uid else DIRECTORIES[0]
        directory = _tlv(0x6F, _tlv(0x84, name) + listed)
        return {name: directory + SUCCESS, self.application: SUCCESS}

    def _instruction(self, command: bytes) -> bytes:
        return SUCCESS


@dataclass
class ClassicCard(_Card):
    """A MIFARE Classic by a PC/SC reader: `blocks` by number, `keys` a sector, as key A and key B."""

    atr: bytes = CLASSIC_ATR
    blocks: dict[int, bytes] = field(default_factory=dict)
    keys: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)
    _key: bytes = b""
    _proved: int | None = None

    def reset(self) -> None:
        self._key, self._proved = b"", None

    def _reader_command(self, command: bytes) -> bytes:
        if command[1] == 0x82:
            self._key = command[5:11]
            return SUCCESS
        if command[1] == 0x86:
            return self._authenticate(command[7], command[8])
        if command[1] == 0xB0:
            return self._read(command[3])
        return super()._reader_command(command)

    def _authenticate(self, block: int, key_type: int) -> bytes:
        key_a, key_b = self.keys.get(block // 4, (b"\xff" * 6, b"\xff" * 6))
        if self._key != (key_a if key_type == 0x60 else key_b):
            self._proved = None
            return FAILED
        self._proved = block // 4
        return SUCCESS

    def _read(self, block: int) -> bytes:
        if self._proved != block // 4:
            return FAILED
        return self.blocks.get(block, bytes(16)) + SUCCESS


@dataclass
class UnknownCard(_Card):
    """Answers, and has nothing that anybody here knows."""


def _tlv(tag: int, value: bytes) -> bytes:
    name = tag.to_bytes(2 if tag > 0xFF else 1, "big")
    length = bytes([len(value)]) if len(value) < 0x80 else bytes([0x81, len(value)])
    return name + length + value
