"""Smart cards by PC/SC: contactless cards, social security cards, transport cards, in any reader that `pcscd` knows.

| what           | how                                                                                            |
|----------------|------------------------------------------------------------------------------------------------|
| Models         | every CCID reader (ACR122U, ACR39U, Identiv, HID, domestic 社保 readers with CCID firmware)     |
| `reads`        | `uid`: the UID of a card by radio; `mifare`: a block of a MIFARE Classic; `social_security`;   |
|                | `transport`: T-Union and older city cards; `auto`: what of these the card is, UID last          |
| `holder`       | whether a social security card also tells its holder: a canteen has no need of it               |
| `reader`       | a part of the reader's name, with * and ?; "" where there is one reader only. Never its number  |
| Chip           | known by its UID; a contact card, and one that draws a new UID each time, by EF05's identifier  |
| Bank cards     | told to be one and no more, see `bank`                                                          |
| Not supported  | anything that needs a PSAM or a PIN, anything written, second-generation ID cards               |
| ACR122U        | the kernel's own NFC modules take it first: `blacklist pn533_usb`, `blacklist nfc` in modprobe.d|
| Tried on       | pcscd 1.9.9 with the emulator (`drivers/emulators/smart_card.py`) and recordings                 |
| Source         | PC/SC part 3; ISO/IEC 7816-4; see `social_security`, `transport_card`, `contactless`            |

A read takes several commands, and the card may leave between any two of them: then it was no read. What there was is
zeroed, and `CardIncomplete` says that a card went too early. A card that only lost contact is read again by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drivers.base import (
    CardId,
    CardIncomplete,
    CardLifted,
    CardReading,
    CardSeen,
    CardUnreadable,
    DeviceError,
    DeviceStatus,
    Health,
)
from drivers.cards import bank, contactless, social_security, transport_card
from drivers.cards.apdu import CardGone, NotReadable
from drivers.cards.apdu_transport import ApduTransport
from drivers.cards.bounded_calls import WEDGED
from drivers.cards.mifare import BLOCK, DataBlock, block_of
from drivers.cards.session import Session
from drivers.documents import Document
from drivers.kinds import Options, text, truth

KIND = "pcsc"
UID, MIFARE, SOCIAL_SECURITY, TRANSPORT, AUTO = "uid", "mifare", "social_security", "transport", "auto"
READS = (UID, MIFARE, SOCIAL_SECURITY, TRANSPORT, AUTO)

TRANSMIT_S = 2.0
WHOLE_READ_S = 2.5  # with one command more, a device thread still comes back before it is called wedged
AGAIN_NS = 1_000_000_000  # a card that lost contact and still lies there is read again after this
COMPLAINT_EVERY_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read of cards: one of READS, the block for `mifare`, and whether the holder matters."""

    reads: str = AUTO
    block: DataBlock | None = None
    holder: bool = True


def wanted_of(options: Options) -> Wanted:
    """What the checked options of a configuration ask for."""
    reads = text(options, "reads")
    block = block_of({**options, "number": BLOCK}) if reads == MIFARE else None
    return Wanted(reads, block, truth(options, "holder"))


@dataclass(frozen=True, slots=True)
class Identified:
    """A card that was read whole."""

    card: CardId
    document: Document | None = None
    balance: int | None = None


class PcscReader:
    """The driver. `monotonic_ns` is the clock that stamps readings and measures waits."""

    def __init__(
        self,
        transport: ApduTransport,
        wanted: Wanted | None = None,
        *,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.kind = KIND
        self.tracks_presence = True
        self._transport = transport
        self._wanted = wanted or Wanted()
        self._monotonic_ns = monotonic_ns
        self._is_open = False
        self._is_first = False
        self._lies = False  # a card lies there, and what there is to say of it was said
        self._resting: CardId | None = None
        self._again_ns: int | None = None
        self._complaint: CardReading | None = None
        self._complained_ns = -COMPLAINT_EVERY_NS
        self._unsaid: CardReading | None = None
        self._counts = dict.fromkeys(("opened", "cards", "refused", "incomplete", "commands"), 0)

    def open(self) -> None:
        """Takes the reader. Raises DeviceError. A card that rested when the reader went away is still the same card if
        it is there at once: a loose plug must not charge anybody twice."""
        self.close()
        self._transport.open()
        self._is_open = self._is_first = True
        self._counts["opened"] += 1

    def close(self) -> None:
        """Lets the reader go, and a card nobody took. Never raises."""
        self._is_open = self._lies = False
        unsaid, self._again_ns, self._unsaid = self._unsaid, None, None
        if isinstance(unsaid, CardSeen) and unsaid.document is not None:
            unsaid.document.wipe()
        self._transport.close()

    def read(self, timeout_s: float) -> CardReading | None:
        """The next reading, or None after `timeout_s`. Raises DeviceError. A card that comes shortly before the end is
        still read whole: WHOLE_READ_S and one command more."""
        deadline_ns = self._monotonic_ns() + round(timeout_s * 1e9)
        while True:
            reading = self._watch(deadline_ns)
            if reading is not None:
                return reading
            if self._monotonic_ns() >= deadline_ns:
                return None

    def probe(self) -> DeviceStatus:
        """Whether the service runs and has the reader. One that was restarted meanwhile is asked anew."""
        was_open = self._is_open
        try:
            if was_open:
                self._check()
            else:
                self._transport.open()
        except DeviceError as error:
            health = Health.WEDGED if error.reason == WEDGED else Health.DOWN
            return DeviceStatus(health, error.reason)
        finally:
            if not was_open:
                self._transport.close()
        return DeviceStatus(Health.OK, details=self.diagnostics())

    def _check(self) -> None:
        try:
            self._transport.check()
        except DeviceError:
            self.open()

    def diagnostics(self) -> Mapping[str, str]:
        """Reader, what it reads, and counters since the start. No card number."""
        counts = {name: str(count) for name, count in self._counts.items()}
        return {"kind": self.kind, "port": self._transport.name, "reads": self._wanted.reads} | counts

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out. Nothing private gets in (`apdu_masking`), so nothing is left to do."""
        return stream

    # --- presence ---------------------------------------------------------------------------------------------------

    def _watch(self, deadline_ns: int) -> CardReading | None:
        """One wait, and what came of it. The last card is let go first: not earlier, since that takes its time and the
        reading should not wait for it."""
        self._transport.disconnect()
        if self._unsaid is not None:
            reading, self._unsaid = self._unsaid, None
            return reading
        if self._lies:
            return self._watch_lying(deadline_ns)
        atr = self._transport.wait_card(self._left_s(deadline_ns))
        if atr is None:
            return self._nobody_there()
        return self._take(atr)

    def _watch_lying(self, deadline_ns: int) -> CardReading | None:
        until_ns = deadline_ns if self._again_ns is None else min(deadline_ns, self._again_ns)
        if self._transport.wait_lifted(self._left_s(until_ns)):
            self._lies, self._again_ns = False, None
            return self._lifted()
        if self._again_ns is not None and self._monotonic_ns() >= self._again_ns:
            self._lies, self._again_ns = False, None
        return None

    def _nobody_there(self) -> CardReading | None:
        self._is_first = False
        return self._lifted()

    def _lifted(self) -> CardReading | None:
        card, self._resting = self._resting, None
        return None if card is None else CardLifted(card)

    def _left_s(self, until_ns: int) -> float:
        return max(0, until_ns - self._monotonic_ns()) / 1e9

    # --- reading ----------------------------------------------------------------------------------------------------

    def _take(self, atr: bytes) -> CardReading | None:
        """Reads the card that lies there, and says what became of it."""
        session = Session(atr, self._transmitting(), self._count_command)
        try:
            self._transport.connect()
            found = self.identify(session)
        except CardGone:
            return self._incomplete(session)
        except NotReadable as refusal:
            return self._refused(refusal.code)
        return self._seen(found, session.chip)

    def identify(self, session: Session) -> Identified:
        """Asks the card for what is wanted, step by step. Raises CardGone, NotReadable, DeviceError."""
        reads = self._wanted.reads
        uid = contactless.read_uid(session)
        if reads == MIFARE and self._wanted.block is not None:
            return Identified(contactless.read_block(session, self._wanted.block))
        if session.storage_name is not None:
            return Identified(contactless.uid_card(uid if reads in (UID, AUTO) else b""))
        found = self._by_application(session)
        if found is not None:
            return found
        if bank.is_bank_card(session):
            raise NotReadable("card.bank")
        return Identified(contactless.uid_card(uid if reads == UID else b""))

    def _by_application(self, session: Session) -> Identified | None:
        reads = self._wanted.reads
        if reads in (SOCIAL_SECURITY, AUTO) and social_security.is_on(session):
            whole = social_security.read(session, holder=self._wanted.holder)
            return Identified(whole.card, whole.holder)
        if reads in (TRANSPORT, AUTO):
            transport = transport_card.read(session)
            if transport is not None:
                session.names_chip(transport.card.reveal())
                return Identified(transport.card, balance=transport.balance)
        return None

    def _transmitting(self) -> Callable[[bytes], bytearray]:
        """How one card is spoken to: for so long and no longer."""
        until_ns = self._monotonic_ns() + round(WHOLE_READ_S * 1e9)

        def transmit(command: bytes) -> bytearray:
            if self._monotonic_ns() > until_ns:
                raise NotReadable("card.torn")
            return self._transport.transmit(command, TRANSMIT_S)

        return transmit

    def _count_command(self) -> None:
        self._counts["commands"] += 1

    # --- what is said of it -----------------------------------------------------------------------------------------

    def _seen(self, found: Identified, chip: str) -> CardReading | None:
        self._lies, was_first, self._is_first = True, self._is_first, False
        seen = CardSeen(found.card, self._monotonic_ns(), found.document, chip, found.balance)
        if was_first and found.card == self._resting:
            if found.document is not None:
                found.document.wipe()
            return None
        self._counts["cards"] += 1
        before = self._lifted()
        self._resting = found.card
        if before is None:
            return seen
        self._unsaid = seen
        return before

    def _refused(self, code: str) -> CardReading | None:
        self._lies, self._is_first = True, False
        self._counts["refused"] += 1
        return self._complain(CardUnreadable(code))

    def _incomplete(self, session: Session) -> CardReading | None:
        """It may have left, or only lost contact: then it is read again, for as long as it lies there."""
        self._lies, self._again_ns = True, self._monotonic_ns() + AGAIN_NS
        self._counts["incomplete"] += 1
        return self._complain(CardIncomplete(session.chip))

    def _complain(self, complaint: CardReading) -> CardReading | None:
        """The same complaint once a second at most. A card that rested before this one has left."""
        now_ns = self._monotonic_ns()
        before = self._lifted()
        if complaint == self._complaint and now_ns - self._complained_ns < COMPLAINT_EVERY_NS:
            return before
        self._complaint, self._complained_ns = complaint, now_ns
        if before is None:
            return complaint
        self._unsaid = complaint
        return before
