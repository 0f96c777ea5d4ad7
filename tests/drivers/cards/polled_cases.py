"""What every polled reader must do with a card, written once and tried on each: see `test_polled_readers`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from drivers.base import CardId, CardReader, CardReading
from drivers.cards.mifare import TRANSPORT_KEY
from drivers.cards.numbers import MIFARE
from drivers.emulators.card_field import CardField
from drivers.emulators.classic_card import EmulatedCard
from drivers.emulators.m1_reader import EmulatedM1Reader
from drivers.emulators.pn532 import EmulatedPn532
from drivers.registry import make_reader

UID = "901F2AA4"
LONG_UID = "04A1B2C3D4E580"
NUMBER = b"NO. 004711      "
OPERATOR_KEY = "A0B1C2D3AAF5"  # with an AA, which one family has to escape


@dataclass(frozen=True, slots=True)
class Case:
    """A reader's kind and its emulator."""

    kind: str
    emulator: Callable[[Path], CardField]


CASES = (Case("pn532_serial", EmulatedPn532), Case("m1_aabb_serial", EmulatedM1Reader))


def driver_of(case: Case, emulated: CardField, **options: object) -> CardReader:
    """The driver that a configuration with these options gets."""
    return make_reader(case.kind, {"port": emulated.path, **options})


def block_card(uid: str = UID, content: bytes = NUMBER, key: str = TRANSPORT_KEY) -> EmulatedCard:
    """A card with a number in sector 1, block 0, under this key A."""
    return EmulatedCard(bytes.fromhex(uid), {4: content}, {(1, "A"): bytes.fromhex(key)})


def number_card(content: bytes = NUMBER) -> CardId:
    """The card that this block names."""
    return CardId(MIFARE, content)


def next_reading(driver: CardReader, timeout_s: float = 5.0) -> CardReading:
    """The next reading, which must come."""
    reading = driver.read(timeout_s)
    assert reading is not None
    return reading
