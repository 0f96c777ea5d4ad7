"""What a wire log may keep of commands and answers: everything but whose card it is.

Numbers become made-up ones of the same length and form, the same for the same number, so that a log still plays: it shows that a card came twice, and not which. Only what is known to be harmless stays as it is: status
words, lengths, names of applications, the dates of a card. Everything else becomes zeros.
"""

from __future__ import annotations

from drivers.cards import apdu, contactless, id_numbers, social_security, tlv
from drivers.cards.apdu import HEADER_BYTES, STATUS_BYTES
from drivers.cards.redaction import invented, invented_uid
from drivers.cards.transport_card import END, FILE_15, NUMBER, PUBLIC_BYTES, PUBLIC_DATA

_BEFORE_DATA = HEADER_BYTES + 1
_HARMLESS = frozenset({0x84, 0x4F, 0x50, 0x87, 0x9F08})
_KEPT_RECORDS = frozenset({social_security.ISSUED, social_security.VALID_TO})
_FIXED_RECORDS = {
    social_security.NAME: "某某".encode("gbk"),
    social_security.SEX: b"0",
    social_security.NATION: b"\x97",
    social_security.BIRTH: bytes.fromhex("19000101"),
}


class Masking:
    """Masks one log. An answer is masked by the command before it."""

    def __init__(self) -> None:
        self._asked = b""

    def command(self, command: bytes) -> bytes:
        """A command as it may be kept: without the key in it."""
        if command[1:2] != bytes([apdu.GET_RESPONSE]):
            self._asked = command[:_BEFORE_DATA]
        if command[:2] == bytes([contactless.READER_CLASS, contactless.LOAD_KEY]):
            return command[:_BEFORE_DATA] + bytes(len(command) - _BEFORE_DATA)
        return command

    def answer(self, answer: bytes | bytearray) -> bytes:
        """An answer as it may be kept, of the same length."""
        data, status = memoryview(answer)[:-STATUS_BYTES], bytes(answer[-STATUS_BYTES:])
        return self._data(data) + status

    def _data(self, data: memoryview) -> bytes:
        asked = self._asked[:2].hex()
        if asked == "ffca":
            return invented_uid(bytes(data))
        if asked == "ffb0":
            return invented(bytes(data))
        if asked == "00b2":
            return self._record(data)
        if asked == "00a4":
            return self._control_information(data)
        if asked == "00b0" and self._asked[2] == FILE_15:
            return self._public(data)
        return bytes(len(data))

    def _record(self, record: memoryview) -> bytes:
        tag = self._asked[2]
        if len(record) < 2 or record[0] != tag or record[1] != len(record) - 2:
            return bytes(len(record))
        return bytes(record[:2]) + self._record_value(tag, record[2:])

    def _record_value(self, tag: int, value: memoryview) -> bytes:
        if tag in _KEPT_RECORDS:
            return bytes(value)
        if tag in _FIXED_RECORDS:
            return _FIXED_RECORDS[tag][: len(value)].ljust(len(value), b"\0")
        if tag == social_security.NUMBER:
            return _holder_number(value)
        if tag == social_security.CARD_NUMBER:
            return _digits(value, len(value)).encode()
        return invented(bytes(value))

    def _control_information(self, data: memoryview) -> bytes:
        masked = bytearray(len(data))
        try:
            found = list(tlv.deep_items(data))
        except tlv.Malformed:
            return bytes(masked)
        kept = 0
        for item in found:
            masked[kept : item.start] = data[kept : item.start]
            kept = item.start if item.constructed else item.end
            if not item.constructed:
                masked[item.start : item.end] = self._item(item.tag, data[item.start : item.end])
        return bytes(masked)

    def _item(self, tag: int, value: memoryview) -> bytes:
        if tag in _HARMLESS:
            return bytes(value)
        return self._public(value) if tag == PUBLIC_DATA else bytes(len(value))

    def _public(self, data: memoryview) -> bytes:
        if len(data) != PUBLIC_BYTES:
            return bytes(len(data))
        number = data[NUMBER]
        shown = _digits(number, 2 * len(number) - 1) if number.hex().isdecimal() else "0"
        masked = bytearray(PUBLIC_BYTES)
        masked[NUMBER] = bytes.fromhex(shown.rjust(2 * len(number), "0"))
        masked[NUMBER.stop : END.stop] = data[NUMBER.stop : END.stop]
        return bytes(masked)


def _digits(value: memoryview, count: int) -> str:
    """Made-up decimal digits."""
    return str(int.from_bytes(invented(bytes(value)), "big")).zfill(count)[-count:]


def _holder_number(value: memoryview) -> bytes:
    """A made-up number, whose check character is right where the real one's is, and wrong where it is wrong."""
    digits = _digits(value, len(value) - 1).encode()
    if len(digits) != id_numbers.NUMBER_CHARACTERS - 1:
        return bytes(len(value))
    characters = id_numbers.CHECK_CHARACTERS
    right = characters.index(id_numbers.check_character(digits))
    return digits + bytes([characters[right if id_numbers.is_valid(value) else right - 1]])
