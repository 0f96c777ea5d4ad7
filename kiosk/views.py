"""What to show: frozen, serialisable, without a pixel. screens/ draws them and sends back actions.

Names are already masked (孙＊), money is integer fen, times are local "HH:MM". Two diners who pay the same see the
same page: a Bill for the screen holds one public subsidy, and no fund, band or age.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from kiosk.views_diagnostics import DeviceTestPage, DiagnosticsPage, TouchGridPage

if TYPE_CHECKING:
    import numpy

# --- parts ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bill:
    """What a diner is told. list_price = subsidy + own_part. `balance` None: not shown (guest, cash).

    `tag`: "", "offline" (离线·待核), "time_untrusted" (时间待核), "cash", "owed".
    """

    masked_name: str
    period: str
    list_price: int
    subsidy: int
    own_part: int
    balance: int | None
    balance_about: bool
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Meals of the running period at this terminal's site. `left` None: not limited and not ordered."""

    period: str = ""
    served: int = 0
    ordered: int = 0
    left: int | None = None
    by_band: tuple[tuple[str, str, int, int], ...] = ()  # (label_zh, label_en, served, ordered)


@dataclass(frozen=True, slots=True)
class Chrome:
    """The bars around every page. `clock` is "11:21", or "" while the time is not trusted; `date` is ISO.

    `banner`: "", "offline" or "clock_untrusted". `offline_since` is the local time of the oldest unsent row.
    """

    place_zh: str
    place_en: str
    machine: str
    online: bool
    clock: str
    date: str
    banner: str
    counts: Counts
    queued: int = 0
    offline_since: str = ""
    under_review: int = 0
    sample_kept: bool = False
    last_sync_days: int | None = None
    window: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A wide button: `action` goes back as Pressed. `label` and `hint` are catalogue msgids, or "data:" plus text
    that is shown as it is; `amount` fen is drawn in the hint where given; `staff` marks that a PIN follows."""

    action: str
    label: str
    hint: str = ""
    icon: str = ""
    amount: int | None = None
    value: str = ""
    staff: bool = False


@dataclass(frozen=True, slots=True)
class StaffRecord:
    staff_id: str
    masked_name: str
    duties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonFound:
    """`surname` is for choosing among people of one birthday; the masked name is what staff confirm."""

    person_id: str
    masked_name: str
    surname: str
    short_number: str


@dataclass(frozen=True, slots=True)
class MealSummary:
    """`state`: online, under_review, voided."""

    txn_id: str
    seq: int
    at: str
    masked_name: str
    card_tail: str
    period: str
    own_part: int
    state: str


@dataclass(frozen=True, slots=True)
class PrintNeed:
    """A slip that is not known to be on paper. `state`: queued, sending, unknown, failed."""

    meal: MealSummary
    state: str
    lines: int | None = None


# --- pages ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Starting:
    pass


@dataclass(frozen=True, slots=True)
class Idle:
    """01. `prices` are (label_zh, label_en, own part) of the tariff's bands; outside hours `period` is empty and
    the next one is told."""

    period: str
    opens: str
    closes: str
    prices: tuple[tuple[str, str, int], ...]
    next_period: str = ""
    next_opens: str = ""


@dataclass(frozen=True, slots=True)
class Served:
    """02, 04. Held 4 s or until the next card; the next person can tap meanwhile."""

    txn_id: str
    bill: Bill


@dataclass(frozen=True, slots=True)
class Attention:
    """03. `reason` as in MealDenied, or card.torn and its like. Says first what did not go wrong."""

    reason: str
    masked_name: str = ""
    period: str = ""
    at: str = ""
    amount: int = 0
    balance: int = 0
    next_period: str = ""
    next_opens: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class RetapAsked:
    """06. The same card once more within `seconds_left`: only that tap charges `amount`."""

    masked_name: str
    amount: int
    seconds_left: int


@dataclass(frozen=True, slots=True)
class SameCardAsked:
    """06. A card left while it was being read: the same one once more within `seconds_left`. Nothing was charged.
    `other_card`: another one was held to the reader meanwhile, and was not taken."""

    seconds_left: int
    other_card: bool = False


@dataclass(frozen=True, slots=True)
class PowerCut:
    """07. One print need at a time; `more` are waiting behind it."""

    need: PrintNeed
    more: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class DeclarePeriodPage:
    """08. `options` are (period, opens, closes)."""

    options: tuple[tuple[str, str, str], ...]
    selected: str


@dataclass(frozen=True, slots=True)
class StaffBoard:
    """05. Card alone: counts, 补打, 报数, 留样. `unlocked` after the PIN: the other acts."""

    staff: StaffRecord
    counts: Counts
    recent: tuple[MealSummary, ...]
    choices: tuple[Choice, ...]
    unlocked: bool
    report_by: str = ""


@dataclass(frozen=True, slots=True)
class StaffKeypad:
    """Digits. `title` and `prompt` are msgids; `secret` shows dots; `error` is a code or ""; `locked_s` counts."""

    title: str
    prompt: str
    entered: str
    length: int
    secret: bool
    error: str = ""
    locked_s: int = 0


@dataclass(frozen=True, slots=True)
class StaffList:
    """Choose one row. `empty` is the msgid shown when there is none."""

    title: str
    rows: tuple[Choice, ...]
    empty: str
    page: int = 0
    pages: int = 1


@dataclass(frozen=True, slots=True)
class StaffConfirm:
    """Look once more, then do it. `lines` are (msgid or "data:…", value); `confirm` is the one filled button."""

    title: str
    lines: tuple[tuple[str, str], ...]
    confirm: Choice
    note: str = ""


@dataclass(frozen=True, slots=True)
class StaffDone:
    """It is on the disk. `numbers` as in StaffActDone."""

    title: str
    numbers: tuple[tuple[str, int], ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class HelpComing:
    """24. `window` is where a person sits, when the hall cannot be told."""

    online: bool
    window: str


@dataclass(frozen=True, slots=True)
class OutOfService:
    """31. `code` says why, for staff; residents are told where else to go."""

    code: str
    window: str = ""


# What any terminal may show.
CommonView = (
    Starting
    | Idle
    | Served
    | Attention
    | RetapAsked
    | SameCardAsked
    | PowerCut
    | DeclarePeriodPage
    | StaffBoard
    | StaffKeypad
    | StaffList
    | StaffConfirm
    | StaffDone
    | HelpComing
    | OutOfService
    | DiagnosticsPage
    | DeviceTestPage
    | TouchGridPage
)

# A role's own pages are loaded with whoever draws them: the first frame does not wait for their classes.
if TYPE_CHECKING:
    from kiosk.views_front_desk import FrontDeskView
    from kiosk.views_resident import ResidentView

    View: TypeAlias = CommonView | ResidentView | FrontDeskView
else:
    View = CommonView

# Actions that any page may send back, beside those of its Choices. HELP is on every page.
# RetapAsked, SameCardAsked: CANCEL. DeclarePeriodPage: CHOOSE with the period as value, NEXT goes on to the PIN.
# StaffKeypad: DIGIT with the digit as value, ERASE, NEXT when all is entered, BACK.
# StaffList: NEXT turns the page, BACK. StaffConfirm: BACK. StaffDone: DONE.
# HelpComing: DONE goes on alone while help is coming, CANCEL calls it off. Attention: CANCEL closes it.
HELP = "help"
BACK = "back"
CANCEL = "cancel"
DONE = "done"
DIGIT = "digit"
ERASE = "erase"
NEXT = "next"
CHOOSE = "choose"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the face is handed: a page, and the bars around it. `picture` goes with a DeviceTestPage that is `live`:
    the camera's newest frame (height x width x 3, BGR, uint8), in memory only and in no View."""

    view: View
    chrome: Chrome = field(repr=False)
    picture: numpy.ndarray | None = field(default=None, repr=False, compare=False)
