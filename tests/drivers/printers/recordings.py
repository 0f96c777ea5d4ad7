"""Exchanges as a wire log shows them: how units of different kinds answer one slip of one line.

The slip's own bytes are filled in, so that a recording tells of questions and answers, not of a layout.
"""

from __future__ import annotations

from drivers.printers.encoding import INITIALISE, encode
from drivers.printers.layout import layout
from drivers.printers.profiles import PROFILES
from drivers.printers.slip import Pair, Slip

SLIP = Slip((Pair("午餐", "¥4.50"),))
_LINE = encode(layout(SLIP, 80), PROFILES["generic"])[0][0].hex(" ")
# The first slip of a process: NULs that end an image broken off before, and a cut.
_START = (INITIALISE + PROFILES["generic"].cut + b"\x1da\x0e").hex(" ")
_CUT = PROFILES["generic"].cut.hex(" ")

QUERIES = ["> 10 04 01", "< 12", "> 10 04 02", "< 12", "> 10 04 03", "< 12", "> 10 04 04", "< 12"]
WELL = [*QUERIES, "> " + bytes(PROFILES["generic"].chunk_bytes).hex(" ")]
FENCE = ["> 1D 72 01"]
_SENT = [f"> {_START}", *FENCE, f"> {_LINE}", *FENCE, f"> {_CUT}", *FENCE]

# A clone that answers fences and knows no GS ( H (profile with confirm "no"); automatic status in between.
CLONE = [*WELL, *FENCE, "< 00", *_SENT, "< 14 00 00 0F 00 00", "< 00", *QUERIES]

# The paper ends after the first fence; the unit says so by itself and answers nothing in order any more.
PAPER_ENDS = [*WELL, *FENCE, "< 00", *_SENT, "< 14 00 00 0F 00", "< 1C 00 0F 0F"]

# A unit that answers only DLE EOT: no fence, no confirmation.
PLAIN = [*WELL, *FENCE, f"> {_START}", f"> {_LINE}", f"> {_CUT}", *QUERIES]

# Unplugged after the slip was sent and half processed.
PULLED = [*WELL, *FENCE, "< 00", *_SENT, "< 14 00 00 0F 00 00", "! gone"]

# One near-end bit instead of two, and a drawer that is open: fine for a slip.
CLONE_NEAR_END = [*QUERIES[:7], "< 16", WELL[-1], *FENCE, "< 01", *_SENT, "< 01 01 01", *QUERIES]
