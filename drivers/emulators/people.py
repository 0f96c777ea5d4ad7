"""Invented people and their identity cards. Nobody here exists, and everybody looks it: the names say 样本, the numbers begin
with a province that does not exist or count from 001, the addresses are on 示例 streets. Check characters are right."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from drivers.cards import id_text
from drivers.cards.id_numbers import check_character
from drivers.documents import DocumentKind

PHOTO_BYTES = 1024
CHIP_BYTES = 8

_NAMES = "甲乙丙丁戊己庚辛壬癸"
_RARE = "㛃𬭩𠅤䶮\ue815"  # beyond GBK, beyond the basic plane, and of the private-use area
_AREAS = {
    DocumentKind.RESIDENT: "109900",
    DocumentKind.HMT_RESIDENT: "810000",
    DocumentKind.FOREIGNER_2023: "999900",
}


@dataclass(frozen=True)
class InventedCard:
    """One identity card: `text` 256 bytes, `photo` 1,024 of noise, `appended` 70 bytes of address or none, `chip` 8 bytes
    that most modules say as zeros. `number` and `name` are what a test looks for."""

    kind: DocumentKind
    number: str = field(repr=False)
    name: str = field(repr=False)
    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    appended: bytes = field(default=b"", repr=False)
    chip: bytes = field(default=bytes(CHIP_BYTES), repr=False)


def invented_card(
    seed: int,
    kind: DocumentKind = DocumentKind.RESIDENT,
    *,
    appended_address: str = "",
    says_chip: bool = False,
) -> InventedCard:
    """The card of invented person number `seed`; the same seed, the same person."""
    draw = random.Random(f"invented person {seed} {kind.value}")
    birth = f"{draw.randint(1935, 2005)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
    sex = draw.choice("12")
    number = _number(kind, birth, seed, draw)
    name = f"样本{draw.choice(_NAMES)}{draw.choice(_RARE) if seed % 3 == 0 else ''}"
    fields = {
        "name": name,
        "sex": sex,
        "birth": birth,
        "number": number,
        "valid_from": "20200101",
        "valid_to": id_text.FOR_EVER if draw.random() < 0.3 else "20400101",
    } | _of_kind(kind, seed)
    return InventedCard(
        kind=kind,
        number=number,
        name=name,
        text=id_text.compose(kind, fields),
        photo=draw.randbytes(PHOTO_BYTES),
        appended=appended_address.ljust(35).encode("utf-16-le")[:70] if appended_address else b"",
        chip=draw.randbytes(CHIP_BYTES) if says_chip else bytes(CHIP_BYTES),
    )


def _of_kind(kind: DocumentKind, seed: int) -> dict[str, str]:
    home = {"address": f"示例省样本市测试路{seed % 1000}号", "issuer": "样本市公安局"}
    if kind is DocumentKind.RESIDENT:
        return home | {"nation": "01"}
    if kind is DocumentKind.HMT_RESIDENT:
        return home | {"permit_number": f"H{seed % 10**8:08}"}
    return {"name_latin": f"SPECIMEN, NUMBER {seed}", "country": "XXX"}


def _number(kind: DocumentKind, birth: str, seed: int, draw: random.Random) -> str:
    if kind is DocumentKind.FOREIGNER_2017:
        return f"XXX9900{draw.randrange(10**8):08}"
    digits = f"{_AREAS[kind]}{birth}{seed % 1000:03}"
    return digits + chr(check_character(digits.encode()))
