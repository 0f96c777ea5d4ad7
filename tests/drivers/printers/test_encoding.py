"""Bytes against the command reference: FS & before Chinese, GBK only, vectors of raster and QR, no stray command."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from drivers.printers.encoding import INITIALISE, encode
from drivers.printers.layout import layout
from drivers.printers.lines import DrawnLine, QrLine, Size, TextLine
from drivers.printers.profiles import PROFILES, ProfileUnknown, profile_named
from drivers.printers.raster import Piece
from tests.drivers.printers.samples import every_part, meal

GENERIC = PROFILES["generic"]


def test_initialises_then_switches_chinese_on() -> None:
    assert bytes.fromhex("1B40 1C26") == INITIALISE


def test_text_is_gbk_with_its_size_and_weight() -> None:
    line = TextLine((Piece("￥5·"),), Size(2, 1), bold=True, above=8)
    ((chunk,),) = encode([line], GENERIC)
    assert chunk.startswith(bytes.fromhex("1B4A08"))
    assert bytes.fromhex("1D2110") in chunk
    assert bytes.fromhex("1B4501") in chunk
    assert bytes.fromhex("1D4200") in chunk
    assert chunk.endswith(bytes.fromhex("A3A4 35 A1A4 0A"))


def test_inverse_piece_is_switched_on_and_off_again() -> None:
    line = TextLine((Piece(" 联机 ", inverse=True), Piece("CT-03")), Size(1, 1))
    ((chunk,),) = encode([line], GENERIC)
    assert chunk.index(bytes.fromhex("1D4201")) < chunk.index("联".encode("gbk"))
    assert chunk.index("联".encode("gbk")) < chunk.index(bytes.fromhex("1D4200")) < chunk.index(b"CT-03")


def test_raster_vector() -> None:
    image = Image.new("1", (16, 2), 1)
    image.putpixel((0, 0), 0)
    image.putpixel((15, 1), 0)
    ((chunk,),) = encode([DrawnLine(image)], GENERIC)
    assert chunk == bytes.fromhex("1B6100 1D763000 0200 0200 8000 0001")


def test_qr_vector() -> None:
    ((chunk,),) = encode([QrLine("HELLO", 4)], GENERIC)
    assert chunk == bytes.fromhex(
        "1B6101 1D286B040031413200 1D286B0300314304 1D286B0300314530"
        "1D286B080031503048454C4C4F 1D286B0300315130"
    )


@pytest.mark.parametrize("command", ["1004", "1005", "1014"])
def test_image_never_carries_a_real_time_command(command: str) -> None:
    dots = bytes.fromhex(command) * 8
    image = Image.frombytes("1", (16, 8), bytes(255 - byte for byte in dots))
    ((chunk,),) = encode([DrawnLine(image)], GENERIC)
    body = chunk[3 + 8 :]
    assert not re.search(rb"\x10[\x04\x05\x14]", body)
    changed = sum((old ^ new).bit_count() for old, new in zip(dots, body, strict=True))
    assert changed == 8


@pytest.mark.parametrize("width_mm", [58, 80])
def test_no_chunk_is_larger_than_the_printer_takes(width_mm: int) -> None:
    for slip in (meal(name="𠀁＊", offline=True), every_part()):
        for chunks in encode(layout(slip, width_mm), GENERIC):
            assert chunks
            assert max(map(len, chunks)) <= GENERIC.chunk_bytes


def test_profiles_are_a_closed_table() -> None:
    assert profile_named("epson").name == "epson"
    with pytest.raises(ProfileUnknown, match="xprinter"):
        profile_named("nobody")
