"""How models of ESC/POS printers differ, as data.

`generic` suits what is sold without a manual: it trusts only what a unit shows by itself (confirmation and fences are
probed), and takes one bit of a pair as a warning where Epson sets both. Sources: Epson's ESC/POS reference (DLE EOT,
GS ( H), makers' programming manuals for the cut commands, public driver code for buffer sizes and confirmation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drivers.base import DeviceError


class Confirm(StrEnum):
    """Whether a unit says with GS ( H that a slip is physically printed. PROBE: ask each unit once and remember."""

    YES = "yes"
    NO = "no"
    PROBE = "probe"


class NearEnd(StrEnum):
    """Which of the two near-end bits of DLE EOT 4 mean it. NEVER: the unit has no such sensor and lies."""

    BOTH = "both"
    ANY = "any"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of printer. `chunk_bytes` may be under way without an answer; `fence_s` is how long an answer may take.

    `cut` is sent after the last line. `one_way`: it answers nothing at all, so it is printed to blindly and every
    outcome is unknown. `drawn_headings` False: headings go as text, for serial lines below 57600 baud.
    """

    name: str
    cut: bytes = b"\x1d\x56\x42\x00"  # GS V B 0: feed to the knife, partial cut
    chunk_bytes: int = 1000
    fence_s: float = 10.0
    confirm: Confirm = Confirm.PROBE
    near_end: NearEnd = NearEnd.ANY
    answer_s: float = 0.5
    one_way: bool = False
    drawn_headings: bool = True


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("generic"),
        Profile("epson", chunk_bytes=3000, confirm=Confirm.YES, near_end=NearEnd.BOTH),
        Profile("gprinter", confirm=Confirm.PROBE),
        Profile("xprinter", confirm=Confirm.PROBE),
        Profile("old_cutter", cut=b"\x1b\x64\x05\x1b\x69", confirm=Confirm.NO),
        Profile("no_cutter", cut=b"\x1b\x64\x05"),
        Profile("slow_line", drawn_headings=False),
        Profile("one_way", confirm=Confirm.NO, near_end=NearEnd.NEVER, one_way=True),
    )
}


class ProfileUnknown(DeviceError):
    """The configuration names a profile that does not exist."""

    code = "printer.profile"


def profile_named(name: str) -> Profile:
    """The profile of this name. Raises ProfileUnknown with the names there are."""
    try:
        return PROFILES[name]
    except KeyError:
        raise ProfileUnknown(
            f"no printer profile {name!r}; there are {', '.join(sorted(PROFILES))}"
        ) from None
