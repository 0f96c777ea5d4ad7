"""13.56 MHz readers that are asked, emulated on real ptys. Their recordings are conversations, tried where they belong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from drivers.emulators.card_field import CardField
from drivers.emulators.m1_reader import EmulatedM1Reader
from drivers.emulators.pn532 import EmulatedPn532
from drivers.registry import make_reader
from tests.drivers.conformance.subject import Subject

UID = "901F2AA4"


def _reader(
    kind: str, emulator: Callable[[Path], CardField]
) -> Callable[[Path], AbstractContextManager[Subject]]:
    @contextmanager
    def made(directory: Path) -> Iterator[Subject]:
        emulated = emulator(directory)
        try:
            yield Subject(
                make=lambda: make_reader(kind, {"port": emulated.path}),
                unplug=emulated.unplug,
                plug=emulated.plug,
                mute=emulated.mute,
                use=lambda: emulated.rest(UID),
                exclusive=True,
                secrets=(UID, UID.lower(), str(int(UID, 16)), f"{int(UID, 16):010d}"),
            )
        finally:
            emulated.close()

    return made


READERS = {
    "pn532_on_pty": _reader("pn532_serial", EmulatedPn532),
    "m1_aabb_on_pty": _reader("m1_aabb_serial", EmulatedM1Reader),
}
