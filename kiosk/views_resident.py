"""The pages of the resident's terminal: frozen, serialisable, without a pixel.

Each carries `around`: the bars that belong to the person who stands there. Labels are msgids, or "data:" and text that
is shown as it is. What a page shows of a person is masked before it comes here. Money in cells is already written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.views import Choice
    from kiosk.views_front_desk import AlarmShown

# --- parts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Who is at the screen. `masked_number` is 320305 ******** 0024 for an ID card, else 尾号 and four digits."""

    initial: str
    masked_name: str
    masked_number: str


@dataclass(frozen=True, slots=True)
class Around:
    """The bars around a page. `mode`: normal, elder or dark. `person` None: nobody is identified. `in_session`: 结束离开
    stands where English stands before a session. `acting_for`: whom an agent acts for, masked. `reading`: 朗读 is on.
    `locale` is what the page is drawn in. `alarm` is drawn above the page, whatever the page is."""

    locale: str = "zh_CN"
    mode: str = "normal"
    person: PersonShown | None = None
    in_session: bool = False
    acting_for: str = ""
    reading: bool = False
    alarm: AlarmShown | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """The stepper: labels, and which of them is the current one (from 0). Empty: none is drawn."""

    labels: tuple[str, ...] = ()
    current: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A line to choose. `tag` is a small word behind the title: 样例, 全域通办. `mark`: chosen."""

    value: str
    title: str
    hint: str = ""
    icon: str = ""
    tag: str = ""
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A column's head. `sort` as in wire_residents.Column: how its cells are aligned."""

    label: str
    sort: str = "text"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keyboard of a page that is typed on. `sort`: pinyin, initials, digits, id_number, letters. `letters` are those
    not yet made into characters; `candidates` the characters they may mean, at most eight at a time of page
    `candidate_page` of `candidate_pages`. `shift` is whether letters come in upper case. `others` are the sorts that one
    can change to here: a key each, which sends KEYS with the sort."""

    sort: str
    letters: str = ""
    candidates: tuple[str, ...] = ()
    candidate_page: int = 0
    candidate_pages: int = 1
    shift: bool = False
    others: tuple[str, ...] = ()


# --- pages ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResidentHome:
    """10 to 12. `greeting` morning, noon, afternoon, evening or "" while the time is not trusted. `page` of `pages`: in
    elder mode at most six choices stand on one."""

    around: Around
    greeting: str
    rows: tuple[Row, ...]
    page: int = 0
    pages: int = 1


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """13. `ways` are how one can be known here: id_card, social_security, hall_card, phone_code. `trouble` is a code of
    what went wrong with the last card, "" for none; `busy` while the hall or the disk is asked. `whose`: "" the person's
    own; "principal" that of whom an agent acts for; "guardian" that of the adult who consents for somebody under 14."""

    around: Around
    steps: Steps
    ways: tuple[str, ...]
    trouble: str = ""
    busy: bool = False
    whose: str = ""


@dataclass(frozen=True, slots=True)
class NoticePage:
    """What is done with personal data, once per version and person."""

    around: Around
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """Choose one. `filters` are (value, label, chosen) above or below the list: years, roots, kinds. `search`: there is a
    way to search. `empty` is the msgid shown when there is no row; `go` is the label of the filled button ("" for none:
    a row leads on by itself)."""

    around: Around
    title: str
    rows: tuple[Row, ...]
    hint: str = ""
    steps: Steps = Steps()
    filters: tuple[tuple[str, str, bool], ...] = ()
    page: int = 0
    pages: int = 1
    search: bool = False
    empty: str = ""
    go: str = ""
    can_go: bool = True


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Search by pinyin initials: `typed`, and the first rows that fit; `more` fit beyond them."""

    around: Around
    title: str
    typed: str
    rows: tuple[Row, ...]
    more: int
    keys: Keys


@dataclass(frozen=True, slots=True)
class RecordTable:
    """15. A record as it is and as it would print. `total` is drawn on the last page. `as_of` is a local time or date where
    the record is not of this moment. `number` is the issue number once it has one. `medium`: slip, pages or "" where
    nothing can print; `sheets` A4 pages or 1; `seconds` about how long it takes. `can_take`: it can go to a phone."""

    around: Around
    steps: Steps
    title: str
    period: str
    columns: tuple[Cell, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    total: tuple[str, ...] = field(default=(), repr=False)
    page: int = 0
    pages: int = 1
    count: int = 0
    note: str = ""
    as_of: str = ""
    number: str = ""
    medium: str = ""
    media: tuple[str, ...] = ()
    copies: int = 1
    sheets: int = 1
    seconds: int = 0
    can_take: bool = False
    paper_warning: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something is under way that has a deadline: the hall is asked, a page is made."""

    around: Around
    title: str
    hint: str = ""
    steps: Steps = Steps()


@dataclass(frozen=True, slots=True)
class PrintingPage:
    """16. `percent` is known from what the printer has confirmed, never from time; -1 where it says nothing."""

    around: Around
    steps: Steps
    title: str
    copy_number: int
    copies: int
    medium: str
    seconds: int
    percent: int = -1


@dataclass(frozen=True, slots=True)
class FinishedPage:
    """16b. `take`: what not to forget: id_card, card, slip, pages. `sure`: the printer confirmed it. `number` as on paper.
    Goes by itself after `left_s`."""

    around: Around
    title: str
    take: tuple[str, ...]
    left_s: int
    sure: bool = True
    number: str = ""
    can_rate: bool = True


@dataclass(frozen=True, slots=True)
class PrintTrouble:
    """17. `code` says what is wrong, `safe` what is not (msgids), `told_at` when staff were told. `pick_up` is like B 042.
    Choices: phone, wait, window, again."""

    around: Around
    code: str
    safe: tuple[str, ...]
    told_at: str
    choices: tuple[Choice, ...]
    pick_up: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A guide as it is said once (一口清). `parts` are (label, lines). `sample` and `everywhere` are tags. `page` of `pages`
    of parts. Choices: print, apply, take along."""

    around: Around
    title: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    choices: tuple[Choice, ...]
    sample: bool = False
    everywhere: bool = False
    page: int = 0
    pages: int = 1


@dataclass(frozen=True, slots=True)
class FieldPage:
    """One question of a form. `entered` is what was typed, already masked where it has to be; `options` for choices.
    `error` is a code. `number` of `total` questions."""

    around: Around
    title: str
    label: str
    hint: str
    sort: str
    entered: str
    number: int
    total: int
    options: tuple[Row, ...] = ()
    keys: Keys | None = None
    error: str = ""
    required: bool = True
    steps: Steps = Steps()


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A photograph of a paper. `state`: aiming (the camera's picture is handed to the face), taken, failed, no_camera.
    `number` of `total` papers; `code` says why it failed."""

    around: Around
    title: str
    label: str
    state: str
    number: int
    total: int
    required: bool = True
    code: str = ""
    steps: Steps = Steps()


@dataclass(frozen=True, slots=True)
class SignPage:
    """Sign on the screen. `lines` is what is signed. The face sends SIGNED with the strokes as its value."""

    around: Around
    title: str
    lines: tuple[str, ...]
    error: str = ""
    steps: Steps = Steps()


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Look once more, then send it in. `lines` are (label, value); NEXT sends it, a line's index in CHANGE goes back."""

    around: Around
    title: str
    lines: tuple[tuple[str, str], ...]
    confirm: str
    page: int = 0
    pages: int = 1
    steps: Steps = Steps()


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """It is on the disk. `lines` hold the day of the answer as an ISO date, where there is one; `awaited` are papers to be brought; `online`: the hall has it too."""

    around: Around
    title: str
    number: str
    lines: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]
    online: bool
    awaited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandOffPage:
    """A one-time QR for the phone. `url` names nobody. `left_s` until it expires."""

    around: Around
    title: str
    url: str = field(repr=False)
    left_s: int = 0


@dataclass(frozen=True, slots=True)
class RoutePage:
    """The way to a place, and its printed slip."""

    around: Around
    title: str
    address: str
    minutes: int
    metres: int
    hours: str
    phone: str
    steps: tuple[str, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Clear words: the hall is away, nothing was found, a card that cannot be taken. `code` names the sentence; `lines`
    more of it (msgids). Choices at the bottom; without any, BACK and LEAVE."""

    around: Around
    code: str
    lines: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    warm: bool = True


@dataclass(frozen=True, slots=True)
class RatingPage:
    """22. How was it: five faces, or none at all. Names nobody."""

    around: Around
    subject: str


@dataclass(frozen=True, slots=True)
class StillThere:
    """18. Laid over the page before. After `left_s` the session ends and is wiped."""

    around: Around
    left_s: int
    of_s: int


@dataclass(frozen=True, slots=True)
class GoOnAsked:
    """还要继续吗: the card was taken after a good read. Laid over the page before; `left_s` of 20."""

    around: Around
    left_s: int
    of_s: int


@dataclass(frozen=True, slots=True)
class CardForgotten:
    """A card still lies on the reader and nobody goes on. `step` 5, 20 or 60 seconds."""

    around: Around
    step: int
    slot: str


@dataclass(frozen=True, slots=True)
class Slideshow:
    """40. One page of the playlist while nobody is there. `brightness` percent, by schedule. The first touch wakes and
    presses nothing. `picture` names a slide whose picture the face asks for, "" for words alone."""

    around: Around
    title: str
    text: str
    sort: str
    brightness: int = 100
    picture: str = field(default="", repr=False)


ResidentView = (
    ResidentHome
    | PlaceCard
    | NoticePage
    | ListPage
    | SearchPage
    | RecordTable
    | Waiting
    | PrintingPage
    | FinishedPage
    | PrintTrouble
    | GuidePage
    | FieldPage
    | PaperPage
    | SignPage
    | ReviewPage
    | ReceiptPage
    | HandOffPage
    | RoutePage
    | MessagePage
    | RatingPage
    | StillThere
    | GoOnAsked
    | CardForgotten
    | Slideshow
)

# Actions beside those of kiosk.views. On the bars of every page: LANGUAGE, LARGER (标准版 -> 大字版 -> dark -> 标准版),
# READ_ALOUD, LEAVE (ends the session), HELP. BACK one step back. NEXT the filled button of a page.
# CHOOSE with a Row's value; FILTER with a filter's value; TURN with "+1" or "-1": pages of rows, parts or candidates.
# TYPED with a character or digit, ERASE, CANDIDATE with the chosen characters, SHIFT, SPACE, KEYS with one of others.
# COPIES with "+1" or "-1"; MEDIUM with slip or pages; PRINT, TAKE_ALONG, AGAIN, WAIT, WINDOW.
# SHOOT takes a photograph, KEEP it, AGAIN; SKIP an optional paper or question.
# SIGNED with strokes: points "x,y" in thousandths of the field, points of a stroke by spaces, strokes by ";".
# SCORE with 1 to 5; STAY goes on (StillThere, GoOnAsked); WAKE any touch of a Slideshow.
LANGUAGE = "language"
LARGER = "larger"
READ_ALOUD = "read_aloud"
LEAVE_SESSION = "leave_session"
FILTER = "filter"
TURN = "turn"
SEARCH = "search"
TYPED = "typed"
CANDIDATE = "candidate"
SHIFT = "shift"
SPACE = "space"
KEYS = "keys"
COPIES = "copies"
MEDIUM = "medium"
PRINT = "print"
TAKE_ALONG = "take_along"
APPLY = "apply"
AGAIN = "again"
WAIT = "wait"
WINDOW = "window"
SHOOT = "shoot"
KEEP = "keep"
SKIP = "skip"
SIGNED = "signed"
CHANGE = "change"
RATE = "rate"
SCORE = "score"
STAY = "stay"
WAKE = "wake"
ACT_FOR = "act_for"
