"""Which terminals can stand on the stage: where, in which role, and with which panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Panel:
    """A touch screen, in pixels and millimetres."""

    width: int
    height: int
    mm_per_px: float


@dataclass(frozen=True, slots=True)
class Post:
    """One terminal's place. `home` is the page on which it waits for people."""

    site_id: str
    role: str
    panel: Panel
    home: str


LANDSCAPE, PORTRAIT, DESK = Panel(1366, 768, 0.252), Panel(1080, 1920, 0.248), Panel(1920, 1080, 0.274)
POSTS: Mapping[str, Post] = MappingProxyType(
    {
        "CT-03": Post("C3", "canteen", LANDSCAPE, "Idle"),
        "CT-07": Post("C7", "canteen", LANDSCAPE, "Idle"),  # 2.4 km from CT-03
        "QP-01": Post("H1", "query_print", PORTRAIT, "ResidentHome"),
        "VT-01": Post("H1", "visitor", PORTRAIT, "ResidentHome"),
        "FD-01": Post("H1", "front_desk", DESK, "DeskBoard"),
        "FD-02": Post("H1", "front_desk", DESK, "DeskBoard"),
    }
)
