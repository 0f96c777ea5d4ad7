"""The pages of the front desk and of the visitor at the door: frozen, serialisable, without a pixel.

As in kiosk.views_resident, whose pages both use too. What a page shows of a person is masked before it comes here; a full
name comes only after staff asked for it, and goes again after ten seconds. While `covered`, names, ages and addresses are
empty here already, so that no drawing can show them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.views_resident import Around

if TYPE_CHECKING:
    from kiosk.views import Choice

# --- parts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AlarmShown:
    """The red bar. `sort`: call_box or bracelet. `state`: raised, acknowledged, escalated. `left_s` until it has to be answered
    (raised) or is passed on (later). `masked_name`, `age` (0 unknown) and the place are empty or masked while covered: 李＊
    stays, ages and addresses do not. `family`: "", asked, sent, failed. `phone` is shown once staff asked for it. `more`
    others wait behind this one."""

    alarm_id: str
    sort: str
    state: str
    at: str  # local HH:MM:SS
    left_s: int
    masked_name: str = ""
    age: int = 0
    place_zh: str = field(default="", repr=False)
    place_en: str = field(default="", repr=False)
    family: str = ""
    phone: str = field(default="", repr=False)
    more: int = 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A line of 到访. `how`: face, card, ticket, staff, one_of (look-alikes). `ticket` for a visitor without a name. `state` as in
    wire_front_desk.Visit."""

    visit_id: str
    at: str
    how: str
    masked_name: str = ""
    ticket: str = ""
    state: str = "here"


@dataclass(frozen=True, slots=True)
class MatterShown:
    """`title` "" and `sensitive`: drawn as 一件事在办. `state`: ready, open, waiting."""

    title: str
    note: str
    icon: str
    state: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Who has come. `how` as in Arrival; `consented`: 本人已同意刷脸. `last_visit` is an ISO date. `can_say`: a sentence for staff, ready
    to be said. `help`: codes of wire_front_desk.HELP_WISHES, only where she set them. `full_name` for ten seconds after it was
    asked for. `one_of`: (person_id, masked name, surname's initial) of look-alikes; the rest is empty then."""

    visit_id: str
    how: str
    initial: str = ""
    masked_name: str = ""
    consented: bool = False
    grid_worker: str = ""
    last_visit: str = ""
    matters: tuple[MatterShown, ...] = ()
    more_matters: int = 0
    appointments: tuple[tuple[str, str], ...] = ()  # (HH:MM, title)
    help: tuple[str, ...] = ()
    can_say: str = ""
    full_name: str = field(default="", repr=False)
    state: str = "here"
    one_of: tuple[tuple[str, str, str], ...] = ()
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class CareRow:
    """`next`: remind, call, visit. `done`: what came of it today, "" not yet."""

    case_id: str
    days: int
    masked_name: str
    age: int
    place_zh: str = field(repr=False)
    place_en: str = field(repr=False)
    next: str
    done: str = ""


@dataclass(frozen=True, slots=True)
class TicketRow:
    """`state`: waiting, called, came, absent."""

    number: str
    queue: str
    at: str
    state: str
    window: str = ""


# --- the desk's pages -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeskBoard:
    """30. `staff` is who is signed in, masked; "" and `covered`: place your card. `notices` are codes in plain words (faces.stopped,
    camera.gone …). `face`: on, off (stopped), none (no camera here)."""

    around: Around
    staff: str
    covered: bool
    arrivals: tuple[Arrival, ...]
    arrived: int
    chosen: str
    card: PersonCard | None
    care: tuple[CareRow, ...]
    care_count: int
    waiting: int = 0
    notices: tuple[str, ...] = ()
    face: str = "on"
    page: int = 0
    pages: int = 1
    care_page: int = 0
    care_pages: int = 1


@dataclass(frozen=True, slots=True)
class DeskKeypad:
    """The PIN of who laid her card down. `entered` digits, never which. `left` attempts, -1 unknown; `locked_min` minutes to wait."""

    around: Around
    masked_name: str
    entered: int
    trouble: str = ""
    left: int = -1
    locked_min: int = 0


@dataclass(frozen=True, slots=True)
class DeskList:
    """今日预约, 居民需要, 转到哪个窗口. `rows` are (value, title, hint, tag, icon); choosable where `choosable`."""

    around: Around
    title: str
    rows: tuple[tuple[str, str, str, str, str], ...]
    choosable: bool = False
    empty: str = ""
    page: int = 0
    pages: int = 1


@dataclass(frozen=True, slots=True)
class CallPage:
    """叫号. `now` is the ticket at this window, "" none; `window` this desk's."""

    around: Around
    window: str
    now: str
    now_state: str
    rows: tuple[TicketRow, ...]
    waiting: int
    windows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomePage:
    """What came of an alarm or of a care call: one of `choices`. `subject` is 李＊ and a place; `phone` whom to ring."""

    around: Around
    title: str
    subject: str = field(repr=False)
    choices: tuple[Choice, ...]
    phone: str = field(default="", repr=False)


# --- the visitor's pages (also on a desk's screen that is turned to the visitor) ---------------------------------------


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """23. `lines` are (icon, head, text). 同意 and 不同意 are of one size. `note` is the other way, `foot` the small print.
    Actions: AGREE, REFUSE, FULL_TEXT; BACK."""

    around: Around
    title: str
    lead: str
    lines: tuple[tuple[str, str, str], ...]
    note: str
    foot: str


@dataclass(frozen=True, slots=True)
class ConsentTextPage:
    """看全文."""

    around: Around
    title: str
    paragraphs: tuple[str, ...]
    page: int = 0
    pages: int = 1


@dataclass(frozen=True, slots=True)
class PosePage:
    """Three poses. `pose`: straight, left, right. `box`: where the face is in thousandths of the picture (left, top, right,
    bottom), None: none is seen. No picture is shown. `advice`: "", nobody, several, closer, back, light, still, turn. `done` of `total`
    poses."""

    around: Around
    title: str
    pose: str
    box: tuple[int, int, int, int] | None
    advice: str
    done: int
    total: int = 3


@dataclass(frozen=True, slots=True)
class TicketPage:
    """请取号: the number, how many wait before it, and where. `printed` False: no paper, remember the number."""

    around: Around
    number: str
    ahead: int
    window: str
    printed: bool
    left_s: int


@dataclass(frozen=True, slots=True)
class WithdrawnPage:
    """`state`: pending or deleted. `deleted` and `waiting` are names of machines. `number` is the proof's, `printed` whether its slip is
    on paper: none, printing, printed, failed."""

    around: Around
    state: str
    number: str
    deleted: tuple[str, ...]
    waiting: tuple[str, ...]
    printed: str
    left_s: int


FrontDeskView = (
    DeskBoard
    | DeskKeypad
    | DeskList
    | CallPage
    | OutcomePage
    | ConsentPage
    | ConsentTextPage
    | PosePage
    | TicketPage
    | WithdrawnPage
)

# Actions. On the alarm bar of any page: ACKNOWLEDGE, CALL_BACK (shows the number to ring), CLOSE_ALARM; the value is the alarm.
# DeskBoard: CHOOSE with a visit's id; RECEIVE, HAND_OVER, NOT_THIS_PERSON, FULL_NAME, THIS_ONE with a person's id (look-alikes);
# CARE with a case's id; TURN with "+1" or "-1" (arrivals), TURN_CARE; APPOINTMENTS, CALL, NEEDS, LOCK, ENROL (turns the screen to the
# visitor). CallPage: CALL_NEXT, CAME, ABSENT, CALL_AGAIN. DeskKeypad: as StaffKeypad. OutcomePage: CHOOSE with the outcome; BACK.
# Tiles of the visitor's home: TAKE_TICKET, FACE, WITHDRAW, MY_HELP.
ACKNOWLEDGE = "acknowledge"
CALL_BACK = "call_back"
CLOSE_ALARM = "close_alarm"
RECEIVE = "receive"
HAND_OVER = "hand_over"
NOT_THIS_PERSON = "not_this_person"
FULL_NAME = "full_name"
THIS_ONE = "this_one"
CARE = "care"
TURN_CARE = "turn_care"
APPOINTMENTS = "appointments"
CALL = "call"
NEEDS = "needs"
LOCK = "lock"
ENROL = "enrol"
CALL_NEXT = "call_next"
CAME = "came"
ABSENT = "absent"
CALL_AGAIN = "call_again"
AGREE = "agree"
REFUSE = "refuse"
FULL_TEXT = "full_text"
TAKE_TICKET = "take_ticket"
FACE = "face"
WITHDRAW = "withdraw"
MY_HELP = "my_help"
