"""What has happened to a resident at her terminal: answers to kiosk.commands_resident, and what her card does.

`ask_id` is that of the wish. What is said of a person is masked here already; records are her own, and a flow drops
them with the session.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline_cache.wire_residents import Norm, Place, RecordKind, RecordPage, Root, ServiceItem, Slide


@dataclass(frozen=True, slots=True)
class ResidentIdentified:
    """Known here. `elder`: 70 or older today. `notice`: the lines of the privacy notice by language when she has not read
    this version, else empty. `waiting`: (number, title_zh, title_en) of documents that wait for her."""

    ask_id: int
    person_id: str
    initial: str
    masked_name: str
    masked_number: str
    elder: bool
    notice_version: int = 0
    notice_zh: tuple[str, ...] = ()
    notice_en: tuple[str, ...] = ()
    waiting: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ResidentUnknown:
    """`code`: card.unknown_here, card.expired, card.lost, card.staff, phone_code.expired, phone_code.used,
    phone_code.unknown, or a HallError's."""

    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class RecordKindsTold:
    ask_id: int
    kinds: tuple[RecordKind, ...]


@dataclass(frozen=True, slots=True)
class RecordTold:
    """The whole record. `cached_at` is local "YYYY-MM-DD HH:MM" when it came from this terminal's own cache."""

    ask_id: int
    record: RecordPage = field(repr=False)
    cached_at: str = ""


@dataclass(frozen=True, slots=True)
class RecordRefused:
    """`code`: record.not_allowed, record.too_long, or a HallError's."""

    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class DocumentIssued:
    """On the disk, and printing begins. `seconds` about how long one copy takes."""

    ask_id: int
    number: str
    pages: int
    seconds: int


@dataclass(frozen=True, slots=True)
class DocumentRefused:
    """`code`: printer.none, printer.unready, disk.*, …"""

    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class PrintStepped:
    """`percent` of the copy that is confirmed on paper, -1 unknown."""

    number: str
    copy_number: int
    percent: int


@dataclass(frozen=True, slots=True)
class DocumentPrinted:
    """What became of all copies: `state` printed, probably, unknown or failed. `waits`: the printer wants something
    (paper, a closed cover) and the document is still in its queue."""

    number: str
    state: str
    code: str = ""
    lines: int | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class DocumentBound:
    ask_id: int
    number: str
    pick_up: str
    until: str


@dataclass(frozen=True, slots=True)
class PrinterReady:
    """`media` that can be printed on now: slip, pages. `near_end`: paper may not last."""

    media: tuple[str, ...]
    near_end: bool = False


@dataclass(frozen=True, slots=True)
class HandOffReady:
    ask_id: int
    url: str = field(repr=False)
    seconds: int


@dataclass(frozen=True, slots=True)
class HandOffRefused:
    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class ItemsTold:
    """`items` from `first` on, of `count` in all. Norms come as items with nothing but their titles."""

    ask_id: int
    items: tuple[ServiceItem, ...]
    count: int


@dataclass(frozen=True, slots=True)
class RootsTold:
    ask_id: int
    roots: tuple[Root, ...]


@dataclass(frozen=True, slots=True)
class ItemTold:
    """Exactly one of the two."""

    ask_id: int
    item: ServiceItem | None
    norm: Norm | None


@dataclass(frozen=True, slots=True)
class ItemGone:
    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class KnownTold:
    """(known, value, masked) of FormField.known."""

    ask_id: int
    values: tuple[tuple[str, str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Converted:
    """`used` says of each candidate how many of the letters it is made of: what is left is typed on. Empty: all of them."""

    ask_id: int
    letters: str
    candidates: tuple[str, ...]
    used: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CameraTold:
    """`code` "" when pictures come, else why not."""

    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class PaperKept:
    ask_id: int
    paper: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class PaperRefused:
    """`code`: camera.none, paper.too_large, paper.no_room, paper.unclear."""

    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """On the disk. `due` is an ISO date as far as this terminal can reckon it, "" when the hall will say."""

    ask_id: int
    number: str
    due: str
    online: bool


@dataclass(frozen=True, slots=True)
class SubmitRefused:
    """`code`: form.<field>, item.gone, disk.*."""

    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class NormStepKept:
    ask_id: int
    number: str
    step: str


@dataclass(frozen=True, slots=True)
class PlacesTold:
    """Nearest first, with whole minutes on foot at the pace that was asked for."""

    ask_id: int
    places: tuple[tuple[Place, int], ...]


@dataclass(frozen=True, slots=True)
class SlidesTold:
    ask_id: int
    slides: tuple[Slide, ...]
    brightness: int


@dataclass(frozen=True, slots=True)
class SessionWiped:
    ask_id: int


@dataclass(frozen=True, slots=True)
class HourChanged:
    """`part` of the day: morning, noon, afternoon, evening; "" while the time is not trusted."""

    part: str


ResidentEvent = (
    ResidentIdentified
    | ResidentUnknown
    | RecordKindsTold
    | RecordTold
    | RecordRefused
    | DocumentIssued
    | DocumentRefused
    | PrintStepped
    | DocumentPrinted
    | DocumentBound
    | PrinterReady
    | HandOffReady
    | HandOffRefused
    | ItemsTold
    | RootsTold
    | ItemTold
    | ItemGone
    | KnownTold
    | Converted
    | CameraTold
    | PaperKept
    | PaperRefused
    | Submitted
    | SubmitRefused
    | NormStepKept
    | PlacesTold
    | SlidesTold
    | SessionWiped
    | HourChanged
)
