"""The characters that are tried: all that the fonts have, and those of everyday life with a seeded sample of the rest."""

from __future__ import annotations

import bz2
import random
from functools import lru_cache
from pathlib import Path

from drivers import fonts

UNIHAN = Path("/usr/share/unicode")
GENERAL_LIST = "kTGH"
GENERAL_COUNT = 8_105
ALL_COUNT = 87_875
SAMPLE = 3_000
SEED = 20261120
HAN_BLOCKS = (
    (0x3400, 0x4DC0),
    (0x4E00, 0xA000),
    (0x20000, 0x2A6E0),
    (0x2A700, 0x2B740),
    (0x2B740, 0x2B820),
    (0x2B820, 0x2CEB0),
    (0x2CEB0, 0x2EBF0),
)
"""Extension A, the basic block, extensions B to F."""


@lru_cache(maxsize=1)
def every_character() -> str:
    """Every Chinese character that a font of ours has."""
    return "".join(
        chr(point) for first, end in HAN_BLOCKS for point in range(first, end) if fonts.covers(chr(point))
    )


@lru_cache(maxsize=1)
def general_list() -> str:
    """The 通用规范汉字表 of 2013, as Unihan has it."""
    found = ""
    for path in sorted(UNIHAN.glob("Unihan_*.txt.bz2")):
        with bz2.open(path, "rt", encoding="utf-8") as lines:
            found += "".join(
                chr(int(line.split("\t")[0].removeprefix("U+"), 16))
                for line in lines
                if f"\t{GENERAL_LIST}\t" in line
            )
    return found


@lru_cache(maxsize=1)
def tried() -> str:
    """The general list, and SAMPLE of the others by a fixed seed."""
    general = general_list()
    rest = sorted(set(every_character()) - set(general))
    return general + "".join(random.Random(SEED).sample(rest, SAMPLE))
