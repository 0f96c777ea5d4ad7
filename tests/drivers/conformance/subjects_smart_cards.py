"""Smart card readers over a real pcscd with a virtual slot, over a slot in this process, and recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from drivers.base import CardUnreadable
from drivers.cards.apdu_log import RecordedApduTransport
from drivers.cards.pcsc import PcscReader
from drivers.emulators.smart_card import EmulatedCardLink, EmulatedSlot
from drivers.emulators.smart_cards import SocialSecurityCard, invented_person
from drivers.registry import make_reader
from tests.drivers.conformance.subject import Subject
from tests.stage import smart_card_service

RECORDINGS = Path(__file__).parent.parent / "recordings"
PERSON = invented_person(7)
NUMBER = "A00000007"
SECRETS = (NUMBER, NUMBER.encode().hex(), PERSON.number, PERSON.number[-4:], PERSON.name)

MakeSubject = Callable[[Path], AbstractContextManager[Subject]]


def _card() -> SocialSecurityCard:
    return SocialSecurityCard(holder=PERSON, card_number=NUMBER)


@contextmanager
def _pcscd(directory: Path) -> Iterator[Subject]:
    smart_card_service.require()
    with smart_card_service.running(directory) as service:
        slot = EmulatedSlot()
        try:
            yield Subject(
                make=lambda: make_reader("pcsc", {"reader": smart_card_service.READER}),
                unplug=lambda: service.start(with_reader=False),
                plug=service.start,
                mute=slot.mute,
                use=lambda: slot.insert(_card()),
                secrets=SECRETS,
            )
        finally:
            slot.close()


@contextmanager
def _in_process(directory: Path) -> Iterator[Subject]:
    link = EmulatedCardLink()
    yield Subject(
        make=lambda: PcscReader(link, monotonic_ns=link.monotonic_ns),
        use=lambda: link.insert(_card()),
        secrets=SECRETS,
    )


def _recorded(name: str, reading: type | None = None) -> MakeSubject:
    @contextmanager
    def made(directory: Path) -> Iterator[Subject]:
        transport = RecordedApduTransport.from_file(RECORDINGS / f"{name}.txt")
        subject = Subject(
            make=lambda: PcscReader(transport, monotonic_ns=transport.monotonic_ns), secrets=SECRETS
        )
        if reading is not None:
            subject.reading = reading
        yield subject

    return made


LIVE: dict[str, MakeSubject] = {"smart_card_by_pcscd": _pcscd}
RECORDED: dict[str, MakeSubject] = {
    "smart_card_in_process": _in_process,
    "pcsc_social_security_recorded": _recorded("pcsc_social_security"),
    "pcsc_t_union_recorded": _recorded("pcsc_t_union"),
    "pcsc_bank_recorded": _recorded("pcsc_bank", CardUnreadable),
}
