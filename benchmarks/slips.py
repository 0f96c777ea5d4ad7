"""What a slip costs before its first byte leaves: laying it out, encoding it, drawing what no printer's font has.

The peer is what a short program does with the library that ours stands on: the same words by python-escpos `text`, a line
at a time, with neither layout nor drawn headings.
"""

from __future__ import annotations

import time
from pathlib import Path

from escpos.printer import Dummy
from PIL import Image, ImageDraw, ImageFont

from benchmarks.measure import Result, against, median_ratio, percentile, take_turns
from drivers import fonts
from drivers.printers import raster
from drivers.printers.encoding import encode
from drivers.printers.layout import layout
from drivers.printers.profiles import PROFILES
from drivers.printers.slip import Amount, Logo, Pair, Rule, Slip, Tag, Text, Title

ROUNDS = 40
SLIPS = 25
RARE_NAMES = ("㛃𬭩", "䶮𠅤", "𫢸㐂𬎆", "𮧵𤩽", "𡥦𪚥", "龘𠮷")
RASTER_GOAL_MS = 20


def run(directory: Path) -> list[Result]:
    return [*_built(), _rare_name()]


def slip(number: int) -> Slip:
    """A meal's slip; no two are the same, as in a canteen."""
    return Slip(
        (
            Logo("和顺社区餐厅"),
            Title("就餐凭条"),
            Rule(),
            Pair("孙＊", f"卡尾号 {number % 10_000:04}", bold=True),
            Pair("2026-11-20 周五", f"11:{number % 60:02}"),
            Pair("午餐", f"第 {number} 号"),
            Rule(dashed=True),
            Pair("午餐市场价", "¥12.00"),
            Pair("高龄补贴", "−¥5.50"),
            Rule(),
            Amount("本次支付", "¥6.50"),
            Pair("卡内余额", f"¥{number % 500}.50"),
            Rule(dashed=True),
            Tag("联机", "CT-03　第 1 联"),
            Text("请趁热吃，慢慢用。", "center"),
        )
    )


def words(number: int) -> list[str]:
    """The same, as lines of text."""
    said: list[str] = []
    for part in slip(number).parts:
        match part:
            case Logo() | Title() | Text() | Tag():
                said.append(
                    " ".join(str(getattr(part, name, "")) for name in ("name", "text", "right")).strip()
                )
            case Pair(left, right) | Amount(left, right):
                said.append(f"{left} {right}")
            case _:
                said.append("-" * 32)
    return said


def _built() -> list[Result]:
    numbers = iter(range(10_000_000))
    sizes: dict[str, int] = {}

    def ours() -> float:
        begun = time.perf_counter()
        for _ in range(SLIPS):
            lines = encode(layout(slip(next(numbers)), 80), PROFILES["generic"])
        sizes["ours"] = sum(len(chunk) for chunks in lines for chunk in chunks)
        return SLIPS / (time.perf_counter() - begun)

    def plain() -> float:
        begun = time.perf_counter()
        for _ in range(SLIPS):
            printer = Dummy()
            for line in words(next(numbers)):
                printer.text(f"{line}\n")
        sizes["plain"] = len(printer.output)
        return SLIPS / (time.perf_counter() - begun)

    ours(), plain()
    mine, theirs = take_turns(ours, plain, ROUNDS)
    ratio, peer = median_ratio(mine, theirs), "python-escpos text()"
    how = (
        f"{ROUNDS} rounds of {SLIPS} different slips of 80 mm, in turns, medians. Ours: layout and bytes ({sizes['ours']} a "
        "slip: headings and amount are drawings), all that may be remembered from slip to slip is. Peer: the same words a "
        f"line at a time, as text ({sizes['plain']} bytes a slip)."
    )
    slips_s, plain_s = percentile(mine, 50), percentile(theirs, 50)
    in_bytes = sizes["ours"] / sizes["plain"]
    return [
        against("slips_built_per_s", slips_s, "1/s", peer, plain_s, how, ratio=ratio),
        against(
            "slip_bytes_built_per_s",
            slips_s * sizes["ours"],
            "B/s",
            peer,
            plain_s * sizes["plain"],
            how,
            ratio=ratio * in_bytes,
        ),
    ]


def _rare_name() -> Result:
    font = ImageFont.truetype(str(fonts.font_path(fonts.REGULAR)), 24)

    def ours() -> float:
        raster.cell_image.cache_clear()
        begun = time.perf_counter()
        raster.line_image([raster.Piece(RARE_NAMES[next(turn) % len(RARE_NAMES)])], 2, 2, False)
        return (time.perf_counter() - begun) * 1000

    def plain() -> float:
        begun = time.perf_counter()
        image = Image.new("1", (288, 48), 1)
        ImageDraw.Draw(image).text((0, 0), "生僻字", fill=0, font=font)
        return (time.perf_counter() - begun) * 1000

    turn = iter(range(10_000_000))
    ours(), plain()
    mine, theirs = take_turns(ours, plain, 200)
    how = (
        "200 names of two or three characters that GBK does not have, at double size, each drawn anew (nothing remembered but "
        "the open fonts). Peer: three common characters by Pillow's text() with one font."
    )
    return against(
        "raster_of_a_rare_name_p99",
        percentile(mine, 99),
        "ms",
        "Pillow text()",
        percentile(theirs, 99),
        how,
        value_at_most=RASTER_GOAL_MS,
    )
