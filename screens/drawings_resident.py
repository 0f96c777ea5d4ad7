"""Own pictures of the resident's terminal: an ID card over its reader, a printer with its paper, and five faces."""

from __future__ import annotations

from PIL import Image

from screens import tokens
from screens.drawings import WHITE, Pen

_HEX = {**tokens.COLOUR_SETS["normal"], **tokens.ILLUSTRATION_COLOURS}
_LEAF = "#A9C9C1"

FACES = 5


def id_card_over_reader(width: int, height: int) -> Image.Image:
    """An ID card coming down on the reader; drawn on 620 by 530."""
    pen = Pen(width, height, min(width / 620, height / 530))
    pen.box(30, 350, 560, 170, 40, _HEX["primary_deep"])
    pen.box(30, 334, 560, 160, 40, _HEX["primary_lift"])
    _dashes(pen, 110, 364, 400, 100)
    card = Pen(width, height, min(width / 620, height / 530))
    _id_card(card)
    middle = (310 * card.scale, 160 * card.scale)
    pen.image.alpha_composite(card.image.rotate(5, resample=Image.Resampling.BILINEAR, center=middle))
    arrow = _HEX["accent_ink"]
    pen.stroke([(310, 300), (310, 338)], 12, arrow)
    pen.stroke([(286, 320), (310, 344), (334, 320)], 12, arrow)
    return pen.reduced()


def _dashes(pen: Pen, x: float, y: float, width: float, height: float) -> None:
    """A dashed frame: where the card goes."""
    pale = _HEX["reader_wave"]
    for step in range(int(width // 32)):
        left = x + 12 + step * 32
        pen.stroke([(left, y), (left + 16, y)], 5, pale)
        pen.stroke([(left, y + height), (left + 16, y + height)], 5, pale)
    for step in range(int(height // 32)):
        top = y + 14 + step * 32
        pen.stroke([(x, top), (x, top + 14)], 5, pale)
        pen.stroke([(x + width, top), (x + width, top + 14)], 5, pale)


def _id_card(pen: Pen) -> None:
    pen.box(98, 26, 424, 266, 28, _HEX["line_strong"])
    pen.box(102, 30, 416, 258, 24, WHITE)
    pen.box(134, 66, 120, 20, 10, _LEAF)
    for y, width in ((108, 180), (142, 150), (176, 170)):
        pen.box(134, y, width, 18, 9, _HEX["line"])
    pen.box(134, 236, 260, 22, 11, _LEAF)
    pen.box(358, 64, 128, 150, 16, _HEX["accent_tint"])
    pen.disc(422, 122, 30, _HEX["accent"])
    pen.ellipse(422, 214, 50, 50, _HEX["accent"])
    # The shoulders end with the photograph.
    pen.box(358, 214, 128, 54, 0, WHITE)
    pen.box(134, 236, 260, 22, 11, _LEAF)


def printer(width: int, height: int, pages: bool) -> Image.Image:
    """A printer with paper coming out: a slip with its torn edge, or an A4 page; drawn on 720 by 560."""
    pen = Pen(width, height, min(width / 720, height / 560))
    pen.box(70, 60, 580, 190, 40, _HEX["primary_deep"])
    pen.box(70, 46, 580, 180, 40, _HEX["primary_lift"])
    pen.box(170, 150, 380, 26, 13, "#083B38")
    pen.disc(590, 92, 12, _HEX["accent"])
    left, right = (190, 530) if pages else (196, 524)
    pen.polygon(_sheet(left - 4, right + 4, 163, 504, pages), _HEX["line"])
    pen.polygon(_sheet(left, right, 163, 500, pages), WHITE)
    pen.box(236, 206, 150, 22, 11, _HEX["primary"])
    for y, length in ((252, 248), (286, 248), (320, 200), (354, 248)):
        pen.box(236, y, length, 14, 7, _HEX["line"])
    pen.box(416, 392, 66, 66, 6, _LEAF)
    pen.box(236, 400, 130, 14, 7, _HEX["line"])
    return pen.reduced()


def _sheet(left: float, right: float, top: float, bottom: float, pages: bool) -> list[tuple[float, float]]:
    if pages:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    teeth = 12
    step = (right - left) / teeth
    edge = [(right - step * number, bottom - (18 if number % 2 else 0)) for number in range(teeth + 1)]
    return [(left, top), (right, top), *edge]


def face(side: int, score: int, skin: str, line: str) -> Image.Image:
    """A face for a score from 1 (very bad) to 5 (very good); drawn on 112 by 112."""
    pen = Pen(side, side, side / 112)
    pen.disc(56, 56, 54, line)
    pen.disc(56, 56, 51, skin)
    if score == FACES:
        pen.arc(36, 48, 9, 200, 340, 6, line)
        pen.arc(76, 48, 9, 200, 340, 6, line)
        pen.half_disc(56, 62, 27, line)
    else:
        pen.disc(37, 44, 6, line)
        pen.disc(75, 44, 6, line)
        _mouth(pen, score, line)
    return pen.reduced()


def _mouth(pen: Pen, score: int, line: str) -> None:
    if score == 4:
        pen.arc(56, 52, 26, 30, 150, 6, line)
    elif score == 3:
        pen.stroke([(36, 76), (76, 76)], 6, line)
    else:
        depth = 22 if score == 2 else 26
        pen.arc(56, 96 if score == 2 else 98, depth, 215, 325, 6, line)
