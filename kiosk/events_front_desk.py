"""What has happened at a front desk or at the door: what recognition saw, and answers to kiosk.commands_front_desk.

Names in here are masked; `ask_id` is that of the wish. A face's numbers are in EnrolmentEncoded alone, which goes from
recognition to the encrypted gallery and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.views_front_desk import AlarmShown, Arrival, CareRow, PersonCard, TicketRow

if TYPE_CHECKING:
    from offline_cache.wire_front_desk import ConsentText

# --- recognition: heard by services, and of the last five by flows -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class FaceNamed:
    """A living face that two encodings agree to be the one of this consent. `distance` in thousandths. `track` numbers the face
    while it stays in the picture; `first_frame_ns` is the monotonic stamp of the first frame it was seen on."""

    track: int
    consent_id: str
    distance: int
    first_frame_ns: int


@dataclass(frozen=True, slots=True)
class FaceAlike:
    """A living face that may be one of these: ask. Nearest first."""

    track: int
    consent_ids: tuple[str, ...]
    first_frame_ns: int


@dataclass(frozen=True, slots=True)
class FaceUnknown:
    """A living face that is nobody's who consented. Nothing of it is kept."""

    track: int
    first_frame_ns: int


@dataclass(frozen=True, slots=True)
class FaceGone:
    """The face of this track has left the picture."""

    track: int


@dataclass(frozen=True, slots=True)
class EnrolmentEncoded:
    """All poses are good. `vectors` are float32, 128 each, as bytes; for the gallery alone, wiped by who takes them."""

    ask_id: int
    model_id: str
    vectors: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecognitionChanged:
    """`code`: "" at work, faces.none (no camera or no gallery asked for), faces.stopped (its process fell over and is being started
    anew), faces.resting (it fell over too often), faces.model_missing, faces.model_damaged, camera.gone, camera.frozen, camera.black, camera.covered,
    faces.gallery_damaged."""

    code: str


@dataclass(frozen=True, slots=True)
class PoseGuided:
    """During an enrolment or a challenge. See views_front_desk.PosePage."""

    ask_id: int
    pose: str
    box: tuple[int, int, int, int] | None
    advice: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class EnrolmentFailed:
    """`code`: face.nobody, face.several, face.picture (no head turn was seen twice), face.quality, face.time, face.paused,
    faces.stopped."""

    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class ChallengeEnded:
    """Whether the head turned as it was asked to."""

    ask_id: int
    passed: bool
    code: str = ""


# --- the desk --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArrivalsTold:
    """Who has come today, newest first, whenever it changed. `newest` is the visit that was just noted, "" none."""

    arrivals: tuple[Arrival, ...]
    newest: str = ""


@dataclass(frozen=True, slots=True)
class PersonCardTold:
    """Answers OpenPersonCard; later again when the hall told more of her (same ask_id)."""

    ask_id: int
    card: PersonCard


@dataclass(frozen=True, slots=True)
class FullNameTold:
    ask_id: int
    visit_id: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class VisitAnswered:
    """On the disk. `ticket` where one was issued for the way to a window."""

    visit_id: str
    outcome: str
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class CareTold:
    """What is due today, the most urgent first; whenever it changed."""

    rows: tuple[CareRow, ...]


@dataclass(frozen=True, slots=True)
class AlarmsTold:
    """Every open alarm, the most urgent first; each second while there is one, and once when there is none any more."""

    alarms: tuple[AlarmShown, ...]


@dataclass(frozen=True, slots=True)
class AlarmPhoneTold:
    alarm_id: str
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TicketsTold:
    """Today's tickets, the longest waiting first, and the windows (window, title_zh, title_en). `queues` (queue, title_zh,
    title_en) are what a number can be taken for."""

    tickets: tuple[TicketRow, ...]
    windows: tuple[tuple[str, str, str], ...]
    queues: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AppointmentsTold:
    """(time, masked name, title_zh, title_en, window) of today."""

    rows: tuple[tuple[str, str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class NeedsTold:
    """(number, masked name, title_zh, title_en, state) of open needs; a sensitive one has no title."""

    rows: tuple[tuple[str, str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class DeskRefused:
    """A wish of the desk that could not be done, with the code why; nothing was written."""

    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class TicketIssued:
    """On the disk, and its slip in the printer's queue. `printed` False: no printer is ready."""

    ask_id: int
    number: str
    ahead: int
    window: str
    printed: bool


@dataclass(frozen=True, slots=True)
class ConsentTextTold:
    """None: the hall has not told one yet."""

    ask_id: int
    text: ConsentText | None


@dataclass(frozen=True, slots=True)
class ConsentStanding:
    """Answers MayAsk. `state`: may_ask, enrolled (until an ISO date), asked_before (a refusal is not 90 days old), too_young (a guardian has
    to be there), full (no more may be enrolled). `help` is what she set herself. `needs_guardian`: she is too young, however
    else she stands."""

    ask_id: int
    state: str
    until: str = ""
    help: tuple[str, ...] = ()
    needs_guardian: bool = False


@dataclass(frozen=True, slots=True)
class ConsentKept:
    """On the disk: the consent's row, and the template in the gallery where there is one."""

    ask_id: int
    consent_id: str
    until: str


@dataclass(frozen=True, slots=True)
class ConsentRefused:
    """It could not be kept; nothing was. `code`: consent.guardian_needed, consent.full, faces.gallery_damaged, disk.*, …"""

    ask_id: int
    code: str


@dataclass(frozen=True, slots=True)
class WithdrawalTold:
    """Answers Withdraw, and again whenever a machine has answered. `state`: none (she had consented to nothing), pending, deleted.
    `slip`: none, printing, printed, failed."""

    ask_id: int
    state: str
    number: str
    deleted: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    slip: str = "none"


FrontDeskEvent = (
    RecognitionChanged
    | FaceUnknown
    | FaceGone
    | PoseGuided
    | EnrolmentFailed
    | ChallengeEnded
    | ArrivalsTold
    | PersonCardTold
    | FullNameTold
    | VisitAnswered
    | CareTold
    | AlarmsTold
    | AlarmPhoneTold
    | TicketsTold
    | AppointmentsTold
    | NeedsTold
    | DeskRefused
    | TicketIssued
    | ConsentTextTold
    | ConsentStanding
    | ConsentKept
    | ConsentRefused
    | WithdrawalTold
)
