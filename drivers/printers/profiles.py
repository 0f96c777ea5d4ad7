"""How models of ESC/POS printers differ, as data, each with its source.

`generic` suits what is sold without a manual: it trusts only what a unit shows by itself (confirmation and fences are
probed), and takes one bit of a pair as a warning where Epson sets both. A brand's own profile does not make its units
print better than `generic` does; it keeps them from being asked what they are known not to have, or to say wrongly.
docs/devices.md shows the table.
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
    outcome is unknown. `drawn_headings` False: headings go as text, for serial lines below 57600 baud. `select_gbk`
    follows ESC @ where a unit may stand in another encoding. `models` and `source`: for docs/devices.md.
    """

    name: str
    models: str
    source: str
    cut: bytes = b"\x1d\x56\x42\x00"  # GS V B 0: feed to the knife, partial cut
    chunk_bytes: int = 1000
    fence_s: float = 10.0
    confirm: Confirm = Confirm.PROBE
    near_end: NearEnd = NearEnd.ANY
    answer_s: float = 0.5
    one_way: bool = False
    drawn_headings: bool = True
    select_gbk: bytes = b""


REFERENCE = "Epson's ESC/POS command reference"
CLONES = "public driver code and reports of users"

PROFILES = {
    profile.name: profile
    for profile in (
        Profile("generic", "any, also without a manual", REFERENCE),
        Profile(
            "epson",
            "Epson TM-T20, TM-T82, TM-T88 and their like",
            f"{REFERENCE}: DLE EOT 4 sets both bits of a pair, GS ( H confirms",
            chunk_bytes=3000,
            confirm=Confirm.YES,
            near_end=NearEnd.BOTH,
        ),
        Profile(
            "epson_unicode",
            "Epson models that can be set to UTF-8",
            f"{REFERENCE}: FS ( C 48 chooses the encoding, and ESC @ goes back to what the unit is set to",
            chunk_bytes=3000,
            confirm=Confirm.YES,
            near_end=NearEnd.BOTH,
            select_gbk=b"\x1c(C\x02\x0001",
        ),
        Profile(
            "gprinter",
            "Gprinter GP-L80250 and others",
            f"{CLONES}: GS ( H on some, one near-end bit on others",
        ),
        Profile(
            "xprinter",
            "Xprinter XP-58, XP-80, XP-S260M",
            f"{CLONES}: GS ( H proven on the XP-S260M, else asked",
        ),
        Profile("sprt", "SPRT SP-POS88V, SP-POS88VM", f"{CLONES}: GS ( H"),
        Profile(
            "rongta",
            "Rongta RP58, RP80, RP326",
            f"{CLONES}: answers GS I with another maker's name; GS ( H unproven, so it is not asked",
            confirm=Confirm.NO,
        ),
        Profile(
            "csn",
            "boards with ESC 9 (many without a name, some Zjiang and Netum)",
            f"{CLONES}: ESC 9 n chooses 0 GBK, 1 UTF-8, 3 Big5",
            select_gbk=b"\x1b9\x00",
        ),
        Profile(
            "no_sensor",
            "units without a near-end sensor, which say that the roll is thin all the time",
            f"{CLONES}: both bits of DLE EOT 4 stuck",
            near_end=NearEnd.NEVER,
        ),
        Profile(
            "old_cutter",
            "units that know only ESC i",
            f"{REFERENCE}: commands of older models",
            cut=b"\x1b\x64\x05\x1b\x69",
            confirm=Confirm.NO,
        ),
        Profile("no_cutter", "units without a knife", REFERENCE, cut=b"\x1b\x64\x05"),
        Profile(
            "slow_line",
            "any on a serial line below 57600 baud",
            "measured: drawings hold the line up",
            drawn_headings=False,
        ),
        Profile(
            "one_way",
            "units that answer nothing, or whose line goes one way only",
            "what is known of them is nothing",
            confirm=Confirm.NO,
            near_end=NearEnd.NEVER,
            one_way=True,
        ),
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
