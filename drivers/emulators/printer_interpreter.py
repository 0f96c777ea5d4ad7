"""The inside of an emulated receipt printer: ESC/POS bytes in, paper out (no I/O).

It knows the commands that slips are made of and prints what it does not know as a printer would: bytes that are no
GBK pair come out as `?`, an unknown command's parameters come out as text. So a mistake of the driver is seen on the
paper. It draws its own font of 24 dots, 12 for ASCII, and doubles it dot by dot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import qrcode  # type: ignore[import-untyped]
from PIL import Image, ImageChops
from qrcode.constants import (  # type: ignore[import-untyped]
    ERROR_CORRECT_H,
    ERROR_CORRECT_L,
    ERROR_CORRECT_M,
    ERROR_CORRECT_Q,
)

from drivers.printers.raster import cell_image

HEAD_DOTS = {58: 384, 80: 576}
PAPER_DOTS = {58: 464, 80: 640}
DEFAULT_SPACING = 30
KNIFE_DOTS = 96  # between head and knife: what was printed last must travel this far before it can be cut
LONGEST_PAGE = 20_000

_CORRECTION = {48: ERROR_CORRECT_L, 49: ERROR_CORRECT_M, 50: ERROR_CORRECT_Q, 51: ERROR_CORRECT_H}


@dataclass(frozen=True, slots=True)
class Initialised:
    """ESC @ was executed: where a job begins."""


@dataclass(frozen=True, slots=True)
class LinePrinted:
    """A line of text or a strip of an image is on paper."""


@dataclass(frozen=True, slots=True)
class CutAsked:
    """The knife is wanted; `feed` asks to feed to it first."""

    feed: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """Bytes for the host, in print order: `kind` is fence, echo, info or auto."""

    kind: str
    data: bytes


Happening = Initialised | LinePrinted | CutAsked | Answered


@dataclass(slots=True)
class Attributes:
    """What ESC @ forgets."""

    align: int = 0
    width: int = 1
    height: int = 1
    bold: bool = False
    inverse: bool = False
    chinese: bool = True
    utf8: bool = False
    spacing: int = DEFAULT_SPACING


class Interpreter:
    """Executes one command at a time, so that its owner can stop between two: paper out, an open cover, a jam."""

    def __init__(self, width_mm: int, set_to_utf8: bool = False) -> None:
        self._set_to_utf8 = set_to_utf8
        self.head_dots = HEAD_DOTS[width_mm]
        self._margin = (PAPER_DOTS[width_mm] - self.head_dots) // 2
        self.buffer = bytearray()
        self.question_marks = 0
        self._attributes = Attributes(utf8=set_to_utf8)
        self._line: list[Image.Image] = []
        self._qr = b""
        self._qr_module = 3
        self._qr_correction = ERROR_CORRECT_L
        self._graphics: Image.Image | None = None
        self._blank_page()

    # --- paper ----------------------------------------------------------------------------------------------------

    def cut(self, feed: bool) -> Image.Image:
        """The piece of paper before the knife, as a one-bit image with the paper's own margins."""
        if feed:
            self._advance(KNIFE_DOTS)
        page = self._page.crop((0, 0, self._page.width, max(1, self._y)))
        self._blank_page()
        return page

    @property
    def printed_dots(self) -> int:
        """How much paper has come out since the last cut."""
        return self._y

    def peek(self) -> Image.Image:
        """What hangs out of the printer now."""
        return self._page.crop((0, 0, self._page.width, max(1, self._y)))

    def _blank_page(self) -> None:
        self._page = Image.new("1", (self.head_dots + 2 * self._margin, 1200), 1)
        self._y = self._margin

    def _advance(self, dots: int) -> None:
        self._y = min(self._y + dots, LONGEST_PAGE)
        if self._y > self._page.height:
            taller = Image.new("1", (self._page.width, self._page.height * 2), 1)
            taller.paste(self._page, (0, 0))
            self._page = taller

    def _stamp(self, image: Image.Image, drop: int = 0) -> None:
        """Puts an image at the current line by the alignment, without feeding."""
        room = self.head_dots - image.width
        x = (0, room // 2, room)[self._attributes.align]
        top = self._y + drop
        self._advance(drop + image.height)
        self._page.paste(image, (self._margin + max(0, x), top))
        self._y = top - drop

    # --- commands ---------------------------------------------------------------------------------------------------

    def step(self) -> Happening | None:
        """Executes bytes until something happens that the owner must know of; None when the buffer holds no whole
        command any more."""
        for happening in self._execute():
            return happening
        return None

    def _execute(self) -> Iterator[Happening]:
        while self.buffer:
            length = self._command_length()
            if length is None:
                return
            command = bytes(self.buffer[:length])
            del self.buffer[:length]
            yield from self._obey(command)

    def _command_length(self) -> int | None:
        """Bytes of the command at the front; None while it is not whole."""
        held = self.buffer
        head = held[0]
        length: int | None
        if head == 0x1B:
            length = _length(held, _ESC)
        elif head == 0x1C and held[1:2] == b"(":
            length = 5 + held[3] + 256 * held[4] if len(held) >= 5 else None
        elif head == 0x1C:
            length = _length(held, _FS)
        elif head == 0x1D:
            length = self._gs_length()
        elif head == 0x10:
            length = _length(held, _DLE)
        elif self._attributes.chinese and 0x81 <= head <= 0xFE:
            length = _utf8_length(head) if self._attributes.utf8 else 2
        else:
            length = 1
        return length if length is not None and len(held) >= length else None

    def _gs_length(self) -> int | None:
        held = self.buffer
        if len(held) < 2:
            return None
        if held[1] == ord("("):
            return 5 + held[3] + 256 * held[4] if len(held) >= 5 else None
        if held[1] == ord("v"):
            if len(held) < 8:
                return None
            return 8 + (held[4] + 256 * held[5]) * (held[6] + 256 * held[7])
        if held[1] == ord("V"):
            if len(held) < 3:
                return None
            return 4 if held[2] in (65, 66, 97, 98, 103, 104) else 3
        return _length(held, _GS)

    def _obey(self, command: bytes) -> Iterator[Happening]:
        head = command[0]
        if head == 0x0A:
            yield from self._line_feed()
        elif head == 0x1B:
            yield from self._escape(command)
        elif command[:5] == b"\x1c(C\x02\x00":
            self._attributes.utf8 = command[6:7] in (b"\x02", b"2")
        elif head == 0x1C:
            self._attributes.chinese = {0x26: True, 0x2E: False}.get(command[1], self._attributes.chinese)
        elif head == 0x1D:
            yield from self._group(command)
        elif head == 0x10 or head < 0x20:
            return
        else:
            yield from self._character(command)

    def _escape(self, command: bytes) -> Iterator[Happening]:
        kind, value = command[1:2], command[2] if len(command) > 2 else 0
        if kind == b"@":
            self._attributes = Attributes(utf8=self._set_to_utf8)
            self._line.clear()
            yield Initialised()
        elif kind == b"a":
            self._attributes.align = value % 48 if value % 48 < 3 else 0
        elif kind == b"E":
            self._attributes.bold = bool(value & 1)
        elif kind == b"3":
            self._attributes.spacing = value
        elif kind == b"9":
            self._attributes.utf8 = value == 1
        elif kind == b"2":
            self._attributes.spacing = DEFAULT_SPACING
        elif kind == b"!":
            self._attributes.bold = bool(value & 0x08)
            self._attributes.height = 2 if value & 0x10 else 1
            self._attributes.width = 2 if value & 0x20 else 1
        elif kind == b"J":
            yield from self._flush()
            self._advance(value)
        elif kind == b"d":
            yield from self._flush()
            self._advance(value * self._attributes.spacing)
        elif kind in (b"i", b"m"):
            yield CutAsked(feed=False)

    def _group(self, command: bytes) -> Iterator[Happening]:
        kind, value = command[1:2], command[2] if len(command) > 2 else 0
        if kind == b"!":
            self._attributes.width = (value >> 4 & 7) + 1
            self._attributes.height = (value & 7) + 1
        elif kind == b"B":
            self._attributes.inverse = bool(value & 1)
        elif kind == b"a":
            yield Answered("auto", bytes([value]))
        elif kind == b"r":
            yield Answered("fence", bytes([value]))
        elif kind == b"I":
            yield Answered("info", bytes([value]))
        elif kind == b"V":
            yield from self._flush()
            yield CutAsked(feed=len(command) == 4)
        elif kind == b"v":
            yield from self._image(_raster(command[8:], command[4] + 256 * command[5]))
        elif kind == b"(":
            yield from self._function(command)

    def _function(self, command: bytes) -> Iterator[Happening]:
        family, body = command[2:3], command[5:]
        if family == b"H" and body[:2] == b"00" and len(body) == 6:
            yield Answered("echo", body[2:])
        elif family == b"k" and body[:1] == b"1":
            yield from self._qr_function(body[1:2], body[2:])
        elif family == b"L" and body[:2] == b"0p":
            width = body[6] + 256 * body[7]
            self._graphics = _raster(body[10:], (width + 7) // 8).crop((0, 0, width, body[8] + 256 * body[9]))
        elif family == b"L" and body[:1] == b"0" and body[1:2] in (b"2", b"\x02") and self._graphics:
            yield from self._image(self._graphics)

    def _qr_function(self, function: bytes, data: bytes) -> Iterator[Happening]:
        if function == b"C":
            self._qr_module = data[0]
        elif function == b"E":
            self._qr_correction = _CORRECTION.get(data[0], ERROR_CORRECT_L)
        elif function == b"P":
            self._qr = data[1:]
        elif function == b"Q" and self._qr:
            code = qrcode.QRCode(error_correction=self._qr_correction, box_size=1, border=0)
            code.add_data(self._qr)
            code.make(fit=True)
            matrix = code.get_matrix()
            image = Image.new("1", (len(matrix), len(matrix)), 1)
            image.putdata([0 if dark else 1 for row in matrix for dark in row])
            side = len(matrix) * self._qr_module
            yield from self._image(image.resize((side, side), Image.Resampling.NEAREST))

    def _image(self, image: Image.Image) -> Iterator[Happening]:
        yield from self._flush()
        self._stamp(image)
        self._advance(image.height)
        yield LinePrinted()

    # --- text -------------------------------------------------------------------------------------------------------

    def _character(self, code: bytes) -> Iterator[Happening]:
        glyph = self._glyph(self._decoded(code))
        if sum(cell.width for cell in self._line) + glyph.width > self.head_dots:
            yield from self._line_feed()
        self._line.append(glyph)

    def _decoded(self, code: bytes) -> str:
        try:
            encoding = "utf-8" if self._attributes.utf8 else "gbk"
            return code.decode(encoding if self._attributes.chinese else "ascii")
        except UnicodeDecodeError:
            self.question_marks += 1
            return "?"

    def _glyph(self, char: str) -> Image.Image:
        look = self._attributes
        glyph = cell_image(char, 1, 1, False)
        if look.bold:
            # The head strikes twice, one dot apart: that is all a printer knows of bold.
            glyph = ImageChops.logical_and(glyph, ImageChops.offset(glyph, 1, 0))
        if look.inverse:
            glyph = ImageChops.invert(glyph)
        size = (glyph.width * look.width, glyph.height * look.height)
        return glyph if size == glyph.size else glyph.resize(size, Image.Resampling.NEAREST)

    def _line_feed(self) -> Iterator[Happening]:
        height = max((cell.height for cell in self._line), default=0)
        self._put_line(height)
        self._advance(max(self._attributes.spacing, height))
        yield LinePrinted()

    def _flush(self) -> Iterator[Happening]:
        if self._line:
            yield from self._line_feed()

    def _put_line(self, height: int) -> None:
        if not self._line:
            return
        image = Image.new("1", (sum(cell.width for cell in self._line), height), 1)
        x = 0
        for cell in self._line:
            image.paste(cell, (x, height - cell.height))
            x += cell.width
        self._line.clear()
        self._stamp(image)


# Whole lengths of the commands that have a fixed one; any other is two bytes and prints its parameters.
_ESC = {b"@": 2, b"2": 2, b"i": 2, b"m": 2} | dict.fromkeys(
    (b"a", b"E", b"3", b"!", b"J", b"d", b"-", b"M", b"9"), 3
)
_FS = {b"&": 2, b".": 2, b"!": 3, b"C": 3}
_GS = dict.fromkeys((b"!", b"B", b"a", b"r", b"I"), 3) | {b"L": 4, b"W": 4}
_DLE = {b"\x04": 3, b"\x05": 3, b"\x14": 5}


def _utf8_length(head: int) -> int:
    return 4 if head >= 0xF0 else 3 if head >= 0xE0 else 2


def _length(held: bytearray, table: dict[bytes, int]) -> int | None:
    return table.get(bytes(held[1:2]), 2) if len(held) >= 2 else None


def _raster(data: bytes, row_bytes: int) -> Image.Image:
    dark = Image.frombytes("1", (row_bytes * 8, len(data) // max(1, row_bytes)), data)
    return ImageChops.invert(dark)
