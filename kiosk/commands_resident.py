"""What the resident's flow wishes done. Each says which event answers it; a wish without an answer says so.

`ask_id` numbers a wish, so that the answer to a page that was left meanwhile is known and dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.documents import PrivateText
from kiosk.events import CardHolder


@dataclass(frozen=True, slots=True)
class IdentifyResident:
    """Whose card this is. Answered by ResidentIdentified or ResidentUnknown."""

    ask_id: int
    card_ref: str
    holder: CardHolder


@dataclass(frozen=True, slots=True)
class RedeemPhoneCode:
    """A code of a phone, at once: who performs it wipes `content`. Answered as IdentifyResident, from the hall."""

    ask_id: int
    content: PrivateText = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoteNoticeRead:
    """Keep that the person has read this version. No answer."""

    person_id: str
    version: int


@dataclass(frozen=True, slots=True)
class ListRecordKinds:
    """Answered by RecordKindsTold, from the disk."""

    ask_id: int


@dataclass(frozen=True, slots=True)
class AskRecord:
    """A person's record, from the hall, or from the cache where the policy allows and the hall is away. All of its pages
    are fetched. Answered by RecordTold or RecordRefused within some seconds."""

    ask_id: int
    person_id: str
    kind: str
    year: int | None


@dataclass(frozen=True, slots=True)
class IssueDocument:
    """Mint a number for what is on the page, keep it, print it. `sort`: record, guide, route, receipt. `key` names it:
    the ask_id of a record, an item's code, a place's id, an application's number. Answered by DocumentIssued, then
    PrintStepped now and then, then one DocumentPrinted; or DocumentRefused."""

    ask_id: int
    person_id: str
    sort: str
    key: str
    medium: str
    copies: int
    locale: str


@dataclass(frozen=True, slots=True)
class BindDocument:
    """The print could not end: it waits for its person. Answered by DocumentBound."""

    ask_id: int
    number: str


@dataclass(frozen=True, slots=True)
class PrintAgain:
    """Print a document of this person again, marked 补打, under its number. Answered as IssueDocument from
    DocumentIssued on."""

    ask_id: int
    person_id: str
    number: str


@dataclass(frozen=True, slots=True)
class DismissDocument:
    """The person needs no paper any more. No answer."""

    number: str


@dataclass(frozen=True, slots=True)
class MakeHandOff:
    """What IssueDocument would print, for the phone instead. Answered by HandOffReady or HandOffRefused."""

    ask_id: int
    person_id: str
    sort: str
    key: str
    locale: str


@dataclass(frozen=True, slots=True)
class ListItems:
    """Items of the catalogue: of a root, of the window, everywhere, or whose initials contain what was typed; all that are
    empty do not narrow. Answered by ItemsTold, from the disk."""

    ask_id: int
    root: str = ""
    initials: str = ""
    only: str = ""  # "", window, everywhere, norms
    first: int = 0
    most: int = 6


@dataclass(frozen=True, slots=True)
class ListRoots:
    """The six systems and eight categories. Answered by RootsTold."""

    ask_id: int


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One item or norm with all it says. Answered by ItemTold or ItemGone."""

    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class KnownOf:
    """What the hall knows already and a form need not ask (name, phone, address), masked and whole. Answered by
    KnownTold; empty offline."""

    ask_id: int
    person_id: str


@dataclass(frozen=True, slots=True)
class Convert:
    """Pinyin letters to characters. Answered by Converted."""

    ask_id: int
    letters: str


@dataclass(frozen=True, slots=True)
class OpenCamera:
    """Show the camera's picture on the page until CloseCamera. Answered by CameraTold when it cannot."""

    ask_id: int


@dataclass(frozen=True, slots=True)
class CloseCamera:
    """No answer."""


@dataclass(frozen=True, slots=True)
class TakePhotograph:
    """Keep the newest frame, encrypted, at most 2 MB, under this paper's name. Answered by PaperKept or PaperRefused."""

    ask_id: int
    paper: str


@dataclass(frozen=True, slots=True)
class KeepSignature:
    """Draw and keep a signature from strokes (see SIGNED in kiosk.views_resident). Answered as TakePhotograph."""

    ask_id: int
    strokes: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DropPapers:
    """The application was given up: what was photographed for it goes. No answer."""

    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Submit:
    """Keep an application: one commit. `papers` are (paper, sha256, size). `agent_id` "": for herself. Answered by
    Submitted or SubmitRefused."""

    ask_id: int
    item: str
    person_id: str
    form: tuple[tuple[str, str], ...] = field(repr=False)
    papers: tuple[tuple[str, str, int], ...] = ()
    signature: str = ""
    agent_id: str = ""
    relation: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class RecordNormStep:
    """Keep one step of a norm's run; `number` "" begins a run. Answered by NormStepKept or SubmitRefused."""

    ask_id: int
    norm: str
    step: str
    number: str
    person_id: str
    record: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ListPlaces:
    """Places within a quarter of an hour, nearest first; `sort` "" all. Answered by PlacesTold."""

    ask_id: int
    sort: str
    elder: bool


@dataclass(frozen=True, slots=True)
class ListSlides:
    """The playlist of today and how bright to show it. Answered by SlidesTold."""

    ask_id: int


@dataclass(frozen=True, slots=True)
class ShowSlide:
    """The picture of a slide that is on the glass now. No answer: it goes straight to the page."""

    slide_id: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Keep a rating that names nobody. No answer."""

    subject: str
    score: int


@dataclass(frozen=True, slots=True)
class NoteCardForgotten:
    """Keep, and tell the hall, that a card was left for so long. No answer."""

    card_ref: str
    seconds: int


@dataclass(frozen=True, slots=True)
class EndSession:
    """The person is gone: everything of hers is wiped from memory, screens and spool. Answered by SessionWiped."""

    ask_id: int
    reason: str  # left, timed_out, card_taken, help, finished


ResidentCommand = (
    IdentifyResident
    | RedeemPhoneCode
    | NoteNoticeRead
    | ListRecordKinds
    | AskRecord
    | IssueDocument
    | BindDocument
    | PrintAgain
    | DismissDocument
    | MakeHandOff
    | ListItems
    | ListRoots
    | OpenItem
    | KnownOf
    | Convert
    | OpenCamera
    | CloseCamera
    | TakePhotograph
    | KeepSignature
    | DropPapers
    | Submit
    | RecordNormStep
    | ListPlaces
    | ListSlides
    | ShowSlide
    | Rate
    | NoteCardForgotten
    | EndSession
)
