"""What has happened, in the past tense: the only things a flow hears.

Frozen, and safe to hand across threads. A card is named by its reference (a keyed digest), never by its number.
Money is integer fen; clock times are local "HH:MM" made by the services, so that a flow needs no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from drivers.documents import PrivateText
from kiosk.services.diagnosis import Item, Report
from kiosk.services.trials import TrialResult
from kiosk.views import (
    Bill,
    Chrome,
    Counts,
    Idle,
    MealSummary,
    PersonFound,
    PrintNeed,
    StaffRecord,
)

if TYPE_CHECKING:
    import numpy


@dataclass(frozen=True, slots=True)
class Ticked:
    """A second has passed. `now_s` is monotonic seconds: good for counting, not for the time of day."""

    now_s: float


@dataclass(frozen=True, slots=True)
class CardHolder:
    """What a reader said of a card, as far as a page may show it. `way`: id_card, social_security, hall_card. `valid_to` is an
    ISO date, "" unknown or for ever. `tracks_presence`: it was known already that this reader tells when the card is
    taken; where it is found out later, CardRests says so."""

    way: str = "hall_card"
    slot: str = "card_reader"
    masked_number: str = field(default="", repr=False)
    valid_to: str = ""
    tracks_presence: bool = False


NOTHING_SAID = CardHolder()


@dataclass(frozen=True, slots=True)
class CardTapped:
    """A whole card was read. `stamp_ns` is monotonic, after its last byte. `chip` tells it from another card that was
    interrupted just before; "" where the reader cannot. `holder` is what the reader said of it."""

    card_ref: str
    stamp_ns: int
    chip: str = ""
    holder: CardHolder = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class CardRests:
    """This card lies on a reader that has found out, after its tap, that it tells when the card is taken."""

    card_ref: str
    slot: str


@dataclass(frozen=True, slots=True)
class CardTaken:
    """The card that was last seen on this reader has left it."""

    card_ref: str
    slot: str


@dataclass(frozen=True, slots=True)
class CardTorn:
    """Something was held to the reader that could not be read: `code` is one of drivers.base.CardUnreadable's, or
    card.incomplete for a card that left within a read of several steps; `chip` then says which, where that is known.
    `slot` is the reader's, "" where nobody said."""

    code: str
    chip: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True)
class CodeScanned:
    """A QR or bar code was read. `content` may be somebody's: it is wiped once every handler of the event has run, so a
    flow that needs it says so with a command at once. `stamp_ns` as in CardTapped."""

    content: PrivateText
    stamp_ns: int


@dataclass(frozen=True, slots=True)
class ButtonCalled:
    """A radio call button was pressed: its learned `address` and `key`. It calls a person and proves nothing."""

    address: str
    key: int
    stamp_ns: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button on the screen. `action` is one of kiosk.views' action names or of a Choice, `value` what was chosen.

    `at_s` is monotonic seconds of the touch: the same button again within half a second is a trembling hand. 0: not
    known, never ignored.
    """

    action: str
    value: str = ""
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class MealServed:
    """Committed to the disk: the only event that lets a screen say 请取餐.

    `repeated` means the same card within 60 s of its own meal: nothing was written, the same is said again.
    """

    txn_id: str
    seq: int
    card_ref: str
    bill: Bill
    repeated: bool = False
    stamp_ns: int = 0


@dataclass(frozen=True, slots=True)
class MealDenied:
    """Nothing was written. `reason`: already_eaten, low_balance, lapsed, card_lost, card_unknown, sold_out,
    outside_hours, closed. `amount` is what would have to be paid: the list price where a plate can be bought, the own
    part where only the purse is short. `at` is when the meal was used. `second_plate`: it was the plate at list price
    that could not be paid."""

    reason: str
    card_ref: str
    masked_name: str = ""
    period: str = ""
    at: str = ""
    amount: int = 0
    balance: int = 0
    online: bool = True
    next_period: str = ""
    next_opens: str = ""
    person_id: str = ""
    stamp_ns: int = 0
    identified_by: str = "card"
    second_plate: bool = False


@dataclass(frozen=True, slots=True)
class StaffTapped:
    """A staff card was read."""

    staff: StaffRecord


@dataclass(frozen=True, slots=True)
class PinChecked:
    """`locked_s` is how long the keypad stays locked after five wrong ones; 0 while it is open."""

    accepted: bool
    staff: StaffRecord | None
    left: int
    locked_s: int


@dataclass(frozen=True, slots=True)
class PeopleFound:
    people: tuple[PersonFound, ...]


@dataclass(frozen=True, slots=True)
class MealsListed:
    """This terminal's meals of the period, newest first: to take one back or print it again."""

    meals: tuple[MealSummary, ...]


@dataclass(frozen=True, slots=True)
class StaffActDone:
    """A staff act is on the disk. `act`: voided, reprinted, reported, sampled, blocked, closed, declared.
    `numbers` are the figures to show, in the act's own order: served, voided, leftover, dishes, grams are counts;
    own_part, list_total, own_total are fen."""

    act: str
    numbers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class StaffActRefused:
    """It was not done, and why: a stable code (staff.offline, staff.closed, staff.not_own_row …)."""

    act: str
    code: str


@dataclass(frozen=True, slots=True)
class ChromeChanged:
    """Network, clock, banner or the counts in the bottom bar have changed."""

    chrome: Chrome


@dataclass(frozen=True, slots=True)
class CountsChanged:
    counts: Counts


@dataclass(frozen=True, slots=True)
class MealTimeChanged:
    """What is served now and at what price: told at start and whenever it changes.

    `options` are the site's meals (period, opens, closes), `list_price` is a guest's price in fen, `report_by` the
    local time by which the kitchen wants the count.
    """

    idle: Idle
    options: tuple[tuple[str, str, str], ...] = ()
    list_price: int = 0
    report_by: str = ""


@dataclass(frozen=True, slots=True)
class SampleKept:
    """Whether 留样 was done today: for the bars, no flow hears it."""

    kept: bool


@dataclass(frozen=True, slots=True)
class PeriodNeeded:
    """The clock is not trusted: staff must say which meal is served. False once they have, or time is trusted."""

    needed: bool
    last_sync_days: int | None = None


@dataclass(frozen=True, slots=True)
class PrintsFound:
    """After a restart: slips that are not known to be on paper, oldest first."""

    needs: tuple[PrintNeed, ...]


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """A needed device or the disk is gone (`code`), or everything is well again (empty)."""

    code: str


@dataclass(frozen=True, slots=True)
class NoticesChanged:
    """Quiet staff notices by code (printer.paper_near_end, over_limit:count, disk.full …)."""

    codes: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class LimitsChanged:
    """Which limits the last meal met, as notice codes (over_limit:card, near_limit:hours …); empty when none. For the
    bars, not for a flow: no limit refuses a meal."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiagnosisMade:
    """Everything about this terminal was looked at."""

    report: Report


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    """A device's health is another, as an item of the next diagnosis would say it."""

    item: Item


@dataclass(frozen=True, slots=True)
class TrialStepped:
    """A device's test goes on. `picture` is a camera's frame, for the face and nobody else."""

    slot: str
    measure: str = ""
    value: str = ""
    picture: numpy.ndarray | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class TrialEnded:
    """A device's test is over."""

    result: TrialResult


@dataclass(frozen=True, slots=True)
class ReportSigned:
    """The report is signed and kept. `text` is what its QR code says, `mark` the first digits of its signature."""

    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class ReportPrinted:
    """`code` "" when the slip is on paper, else why it is not."""

    code: str


@dataclass(frozen=True, slots=True)
class ReportUploaded:
    """`code` "" when the hall has it, else why it has not."""

    code: str


# What any terminal may hear.
CommonEvent = (
    Ticked
    | CardTapped
    | CardRests
    | CardTaken
    | CardTorn
    | CodeScanned
    | ButtonCalled
    | Pressed
    | MealServed
    | MealDenied
    | StaffTapped
    | PinChecked
    | PeopleFound
    | MealsListed
    | StaffActDone
    | StaffActRefused
    | ChromeChanged
    | CountsChanged
    | MealTimeChanged
    | PeriodNeeded
    | PrintsFound
    | ServiceChanged
    | NoticesChanged
    | DiagnosisMade
    | DeviceChanged
    | TrialStepped
    | TrialEnded
    | ReportSigned
    | ReportPrinted
    | ReportUploaded
)

# A role's own events are loaded with the role: making their classes takes a tenth of a terminal's start.
if TYPE_CHECKING:
    from kiosk.events_front_desk import FrontDeskEvent
    from kiosk.events_resident import ResidentEvent

    Event: TypeAlias = CommonEvent | ResidentEvent | FrontDeskEvent
else:
    Event = CommonEvent
