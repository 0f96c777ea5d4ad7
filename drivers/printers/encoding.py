"""Print lines to bytes (pure).

python-escpos builds what it builds well: raster, QR codes and text attributes. Chinese text is ours: FS & once, then
GBK, never a character outside it, because its four-byte forms print as garbage on most units and `?` would be a lie.

Raster data may by chance hold a real-time command, which some printers obey even inside an image (Epson's reference,
DLE EOT): DLE ENQ would throw a slip away and DLE DC4 open a drawer. One dot is added to break such a pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from escpos.capabilities import Profile as EscposProfile
from escpos.printer import Dummy
from PIL import Image

from drivers.printers.lines import DrawnLine, PrintLine, QrLine, TextLine
from drivers.printers.profiles import Profile
from drivers.printers.raster import LINE_DOTS

INITIALISE = b"\x1b@\x1c&"
"""ESC @ and FS &: forget every attribute, then take bytes above 0x80 in pairs."""

_ALIGN = {"left": b"\x1ba\x00", "center": b"\x1ba\x01", "right": b"\x1ba\x02"}
_RASTER_HEADER_BYTES = 8
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")
_MOST_ROWS = 128


class _AnyPaper(EscposProfile):  # type: ignore[misc]
    """python-escpos speaks on stdout when a profile has no width; ours is checked by the layout."""

    profile_data = EscposProfile.profile_data | {"media": {"width": {"pixels": 576}}}

    def supports(self, feature: str) -> bool:
        """Every unit that these bytes are for makes QR codes itself."""
        return feature == "qrCode" or bool(super().supports(feature))


def encode(lines: Iterable[PrintLine], profile: Profile) -> list[list[bytes]]:
    """For each line its chunks, none above `profile.chunk_bytes`: one for text, one a strip for an image."""
    return [list(_chunks(line, profile)) for line in lines]


def _chunks(line: PrintLine, profile: Profile) -> Iterator[bytes]:
    above = b"\x1bJ" + bytes([line.above]) if line.above else b""
    match line:
        case TextLine():
            yield above + _text(line)
        case DrawnLine(image, align):
            yield from _strips(image, above + _ALIGN[align], profile.chunk_bytes)
        case QrLine(text, module):
            yield above + _ALIGN["center"] + _qr(text, module)


def _text(line: TextLine) -> bytes:
    size = line.size
    parts = [_ALIGN[line.align], _line_spacing(LINE_DOTS * size.height)]
    for piece in line.pieces:
        parts.append(_attributes(size.width, size.height, line.bold, piece.inverse))
        parts.append(piece.text.encode("gbk"))
    return b"".join([*parts, b"\n"])


@lru_cache
def _line_spacing(dots: int) -> bytes:
    builder = Dummy()
    builder.line_spacing(dots)
    return bytes(builder.output)


@lru_cache
def _attributes(width: int, height: int, bold: bool, inverse: bool) -> bytes:
    builder = Dummy()
    builder.set(custom_size=True, width=width, height=height, bold=bold, invert=inverse)
    return bytes(builder.output)


@lru_cache(maxsize=8)
def _qr(text: str, module: int) -> bytes:
    builder = Dummy(profile=_AnyPaper())
    builder.qr(text, size=module, native=True)
    return bytes(builder.output)


def _strips(image: Image.Image, before: bytes, chunk_bytes: int) -> Iterator[bytes]:
    row_bytes = (image.width + 7) // 8
    rows = max(1, min(_MOST_ROWS, (chunk_bytes - len(before) - _RASTER_HEADER_BYTES) // row_bytes))
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        yield before + _raster(strip.tobytes(), strip.width, strip.height)
        before = b""


@lru_cache(maxsize=256)
def _raster(dots: bytes, width: int, height: int) -> bytes:
    builder = Dummy(profile=_AnyPaper())
    builder.image(Image.frombytes("1", (width, height), dots))
    command = bytes(builder.output)
    return command[:_RASTER_HEADER_BYTES] + _REAL_TIME.sub(b"\x18", command[_RASTER_HEADER_BYTES:])
