"""An errand: what a resident has come for, as a stack of steps; and the desk that its steps are worked at.

Steps are asked what to show, told what was pressed and what happened, and lead on by themselves. An answer carries the
number of its wish, so that the answer to a page that was left meanwhile is known and dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from kiosk import commands, events, views
from kiosk.events import CardHolder
from kiosk.events_front_desk import RecognitionChanged, TicketsTold
from kiosk.events_resident import PrinterReady, ResidentIdentified
from kiosk.i18n import Translator
from kiosk.roles.resident_session import Session
from kiosk.services.diagnosis import DEVICE_PREFIX, Severity
from kiosk.views_front_desk import AlarmShown
from kiosk.views_resident import Around, PersonShown

WAYS = (
    ("id_card", "id_card_reader"),
    ("social_security", "card_reader"),
    ("hall_card", "card_reader"),
    ("phone_code", "code_scanner"),
)


@dataclass
class Facts:
    """What the machine knows beside any person. `date` is ISO and `clock` local, "" while the time is not trusted. `face` is
    why nobody is known by the face here, "" where recognition is at work; `queues` as in TicketsTold."""

    media: tuple[str, ...] = ()
    near_end: bool = False
    slots: dict[str, bool] = field(default_factory=dict)
    online: bool = False
    date: str = ""
    clock: str = ""
    window: str = ""
    face: str = ""
    queues: tuple[tuple[str, str, str], ...] = ()

    def learn(self, event: events.Event) -> bool:
        """Whether it was about the machine, and is known now."""
        match event:
            case events.ChromeChanged(chrome):
                self.online, self.clock, self.date = chrome.online, chrome.clock, chrome.date
                self.window = chrome.window
            case events.DeviceChanged(item):
                slot = item.name.removeprefix(DEVICE_PREFIX)
                self.slots[slot] = item.severity in (Severity.OK, Severity.WARN)
            case PrinterReady(media, near_end):
                self.media, self.near_end = media, near_end
            case RecognitionChanged(code):
                self.face = code
            case TicketsTold():
                self.queues = event.queues
            case _:
                return False
        return True

    @property
    def ways(self) -> tuple[str, ...]:
        """How one can be known here: by the readers that are well; all ways before any reader was told of."""
        told = [slot for _, slot in WAYS if slot in self.slots]
        return tuple(way for way, slot in WAYS if not told or self.slots.get(slot, False))


@lru_cache(maxsize=4)
def translator_of(locale: str) -> Translator:
    """Read once: a page is turned while somebody looks on."""
    return Translator(locale)


@dataclass
class Desk:
    """What steps work with. `ask` is the flow's outlet. `staff_id` is whose screen was turned to the visitor, "" at a machine
    of its own; `alarm` stands above every page of such a screen."""

    ask: Callable[[commands.Command], None]
    default_locale: str
    locale: str = ""
    mode: str = "normal"
    reading: bool = False
    session: Session | None = None
    is_wiping: bool = False
    facts: Facts = field(default_factory=Facts)
    staff_id: str = ""
    alarm: AlarmShown | None = None
    _numbered: int = 0

    def __post_init__(self) -> None:
        self.locale = self.locale or self.default_locale

    def number(self) -> int:
        """The number of a new wish; none is used twice."""
        self._numbered += 1
        return self._numbered

    def begin(self, known: ResidentIdentified, card_ref: str, holder: CardHolder, card_taken: bool) -> None:
        """Her session begins. Who is old enough gets large letters without asking."""
        shown = PersonShown(known.initial, known.masked_name, known.masked_number)
        self.session = Session(known.person_id, shown, card_ref, holder, card_taken)
        if known.elder and self.mode == "normal":
            self.mode = "elder"

    def say(self, phrase: str) -> None:
        self.ask(commands.Speak(phrase, self.locale))

    def of(self, chinese: str, english: str) -> str:
        """Which of two given names to show."""
        return english if self.locale == "en" and english else chinese

    def lines(
        self, chinese: tuple[str, ...] | list[str], english: tuple[str, ...] | list[str]
    ) -> tuple[str, ...]:
        return tuple(english if self.locale == "en" and english else chinese)

    def words(self) -> Translator:
        """For texts that are not drawn label by label: what is read aloud, and cells of a table."""
        return translator_of(self.locale)

    @property
    def person_id(self) -> str:
        """Whose matters these are: "" while nobody is known."""
        return self.session.person_id if self.session else ""

    @property
    def is_large(self) -> bool:
        """Who asks for the dark set has asked for large letters before."""
        return self.mode != "normal"

    def around(self) -> Around:
        session = self.session
        principal = session.principal if session else None
        return Around(
            locale=self.locale,
            mode=self.mode,
            person=session.shown if session else None,
            in_session=session is not None,
            acting_for=principal.masked_name if principal else "",
            reading=self.reading,
            alarm=self.alarm,
        )


@dataclass(frozen=True, slots=True)
class Ending:
    """What is said when all is done: see FinishedPage. `subject` is what a rating would be about, "" for none."""

    title: str
    take: tuple[str, ...]
    subject: str
    sure: bool = True
    number: str = ""


class Step:
    """One page of an errand."""

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self.desk = errand.desk

    def view(self) -> views.View:
        """What is shown: each step says it."""
        raise NotImplementedError

    @property
    def waits(self) -> bool:
        """Whether the person waits for the machine, so that no time-out counts."""
        return False

    def entered(self) -> None:
        """It is in front now, for the first time or again."""

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()

    def on(self, event: events.Event) -> None:
        """Something happened that may be an answer."""

    def looks_changed(self) -> None:
        """Letters are of another size now, or words of another language."""

    def pass_time(self, seconds: float) -> None:
        """Time passes while it is in front."""

    def closing(self) -> None:
        """It will never be shown again."""


class Errand:
    """A stack of steps. `outcome` "" while it goes on, "home" when it was left by its first step, else the reason why
    the session is over (see commands_resident.EndSession); `ending` is then said without a person."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.outcome = ""
        self.ending: Ending | None = None
        self._steps: list[Step] = []

    @property
    def step(self) -> Step:
        return self._steps[-1]

    @property
    def is_over(self) -> bool:
        return bool(self.outcome) or not self._steps

    def open(self, step: Step) -> None:
        """Lay a step on top."""
        self._steps.append(step)
        step.entered()

    def replace(self, step: Step) -> None:
        """Put a step in the place of the one on top, so that the way back passes it by."""
        if self._steps:
            self._steps.pop().closing()
        self.open(step)

    def replace_by(self, lead: Callable[[], None]) -> None:
        """Take the topmost step off for good and let `lead` go on; home when it leads nowhere."""
        if self._steps:
            self._steps.pop().closing()
        below = self._steps[-1] if self._steps else None
        lead()
        if not self._steps:
            self.outcome = self.outcome or "home"
        elif self._steps[-1] is below:
            below.entered()  # it was covered for a while, and may have missed its answer

    def back(self) -> None:
        """One step back; from the first one, home."""
        if self._steps:
            self._steps.pop().closing()
        if self._steps:
            self._steps[-1].entered()
        else:
            self.outcome = self.outcome or "home"

    def back_to(self, step: Step) -> None:
        """Back to a step that is on the stack."""
        while self._steps and self._steps[-1] is not step:
            self._steps.pop().closing()
        if self._steps:
            step.entered()

    def home(self) -> None:
        """Leave it; the session goes on."""
        self.outcome = "home"

    def finish(self, ending: Ending | None = None) -> None:
        """It is done, and the session with it."""
        self.outcome = "finished"
        self.ending = ending

    def refuse(self) -> None:
        """She does not want to go on: the session is over."""
        self.outcome = "left"

    def close(self) -> None:
        """Take every step off, the topmost first."""
        while self._steps:
            self._steps.pop().closing()
