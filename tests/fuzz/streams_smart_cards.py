"""What smart cards say, whole and damaged. There is no stream here: the pieces of a `Stream` are the answers of a card,
one after the other."""

from __future__ import annotations

import random
from functools import cache

from drivers.base import CardSeen
from drivers.cards import social_security
from drivers.cards.pcsc import PcscReader
from drivers.emulators.smart_card import EmulatedCardLink
from drivers.emulators.smart_cards import BankCard, SmartCard, SocialSecurityCard, TransportCard, UnknownCard
from tests.fuzz.streams import Stream, flipped

SELECT_T_UNION = bytes.fromhex("00A4040008A000000632010105")
RECORDS = tuple(
    (tag, bytes([tag, length]) + b"7" * length) for tag, length in sorted(social_security.LENGTHS.items())
)


def information_of(number: str) -> bytes:
    """What a transport card of this number answers to its SELECT."""
    return TransportCard(uid=b"\1\2\3\4", number=number).answer(SELECT_T_UNION)[:-2]


def information_stream(draw: random.Random) -> Stream:
    """What a transport card says of itself, whole or damaged. `said` is its number where it is whole."""
    number = f"{draw.randrange(1, 10**19):019d}"
    information = information_of(number)
    damaged = _damaged(information, draw)
    return Stream([damaged], [bytes.fromhex(number.zfill(20))] if damaged == information else [])


def _damaged(data: bytes, draw: random.Random) -> bytes:
    match draw.randrange(6):
        case 0 | 1:
            return data
        case 2:
            return flipped(data, draw.randint(1, 3), draw)
        case 3:
            return data[: draw.randrange(len(data))]
        case 4:
            lost = draw.randrange(len(data))
            return data[:lost] + data[lost + 1 :]
        case _:
            at = draw.randrange(len(data))
            return data[:at] + draw.randbytes(draw.randint(1, 6)) + data[at:]


def record_stream(draw: random.Random) -> Stream:
    """A record of EF05 or EF06, whole or damaged; its first piece is the tag that was asked for."""
    tag, whole = draw.choice(RECORDS)
    whole = whole[:2] + draw.randbytes(len(whole) - 2)
    damaged = _damaged(whole, draw)
    return Stream([bytes([tag]), damaged], [whole[2:]] if damaged == whole else [])


def _cards(draw: random.Random) -> SmartCard:
    uid = bytes([4]) + draw.randbytes(6)
    number = f"A{draw.randrange(10**8):08d}"
    match draw.randrange(5):
        case 0:
            return SocialSecurityCard(uid=uid, card_number=number)
        case 1:
            return SocialSecurityCard(uid=uid, card_number=number, way=0, exact=True)
        case 2:
            return TransportCard(uid=uid, number=f"{draw.randrange(1, 10**19):019d}")
        case 3:
            return UnknownCard(uid=uid)
        case _:
            return BankCard(uid=uid)


def read_stream(draw: random.Random) -> Stream:
    """The answers of a whole read, one or two of them damaged, dropped or twice. `said` is the card's number where none
    is."""
    answers, number = whole_read(draw.randrange(200))
    damage = draw.randrange(4)
    if damage == 0:
        return Stream(list(answers), [number] if number else [])
    answers = list(answers)
    for _ in range(draw.randint(1, 2)):
        at = draw.randrange(len(answers))
        if damage == 1:
            answers[at] = flipped(answers[at], draw.randint(1, 3), draw)
        elif damage == 2:
            answers[at] = answers[at][: draw.randrange(len(answers[at]) + 1)]
        else:
            answers[at : at + 1] = draw.choice(([], [answers[at]] * 2, [draw.randbytes(draw.randint(0, 20))]))
        if not answers:
            break
    return Stream(answers, [])


@cache
def whole_read(serial: int) -> tuple[tuple[bytes, ...], bytes]:
    """The answers of a card's whole read, and the number it is known by (b"" for one that is refused)."""
    card = _cards(random.Random(serial))
    answers: list[bytes] = []

    class Listening(EmulatedCardLink):
        def transmit(self, command: bytes, timeout_s: float) -> bytearray:
            answer = super().transmit(command, timeout_s)
            answers.append(bytes(answer))
            return answer

    link = Listening()
    reader = PcscReader(link, monotonic_ns=link.monotonic_ns)
    reader.open()
    link.insert(card)
    reading = reader.read(0.5)
    return tuple(answers), reading.card.reveal() if isinstance(reading, CardSeen) else b""
