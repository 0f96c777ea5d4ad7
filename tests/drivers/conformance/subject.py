"""What a driver is tried with: how to make it, how to disturb its device, and what must not be seen of what it read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.base import CardSeen, Driver

UID = "01001293D8"


def nothing() -> None:
    """For a recording, which has no cable to pull."""


@dataclass
class Subject:
    """One driver to try. `make` gives another driver for the same device; `exclusive` says that two cannot hold it. `use`
    makes the device say something of the type `reading`, where it reads; `gone` is how the code ends that
    says that it is not there; `secrets` is what no diagnostics may show."""

    make: Callable[[], Driver]
    unplug: Callable[[], None] = nothing
    plug: Callable[[], None] = nothing
    mute: Callable[[], None] = nothing
    use: Callable[[], None] = nothing
    exclusive: bool = False
    reading: type = CardSeen
    gone: str = ".gone"
    secrets: tuple[str, ...] = (UID, UID[-6:], str(int(UID, 16)))
