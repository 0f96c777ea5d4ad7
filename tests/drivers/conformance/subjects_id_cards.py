"""Identity card readers with either firmware, emulated on real ptys. Their recordings are conversations, tried where they
belong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from drivers.emulators.people import invented_card
from drivers.emulators.sam import EmulatedSam
from drivers.registry import make_reader
from tests.drivers.conformance.subject import Subject, nothing

CARD = invented_card(31)


def _reader(*, keeps_found: bool) -> Callable[[Path], AbstractContextManager[Subject]]:
    @contextmanager
    def made(directory: Path) -> Iterator[Subject]:
        emulated = EmulatedSam(directory, keeps_found=keeps_found)
        try:
            yield Subject(
                make=lambda: make_reader("sam_serial", {"port": emulated.path}),
                unplug=emulated.unplug,
                plug=emulated.plug,
                mute=emulated.mute if keeps_found else nothing,  # mute, the two do not differ
                use=lambda: emulated.rest(CARD),
                exclusive=True,
                secrets=(CARD.number, CARD.number[6:14], CARD.number[-4:], CARD.name),
            )
        finally:
            emulated.close()

    return made


READERS = {
    "id_card_reader_that_keeps_finding": _reader(keeps_found=True),
    "id_card_reader_that_hides_what_was_read": _reader(keeps_found=False),
}
