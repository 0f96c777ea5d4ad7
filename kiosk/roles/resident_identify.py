"""Who stands there: one page for every kind of card and for a phone's code, the notice once, what waits for her."""

from __future__ import annotations

from collections.abc import Callable

from drivers.documents import PrivateText
from kiosk import events, views
from kiosk.commands_resident import IdentifyResident, NoteNoticeRead, RedeemPhoneCode
from kiosk.events import CardHolder, CardTaken
from kiosk.events_resident import ResidentIdentified, ResidentUnknown
from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Desk, Errand, Step
from kiosk.roles.resident_prints import Printing
from kiosk.roles.resident_session import ID_CARD, PHONE_CODE
from kiosk.roles.resident_waits import NO_ANSWER, NO_STEPS, Message
from kiosk.views_resident import (
    ListPage,
    NoticePage,
    PlaceCard,
    Row,
    Steps,
)

ASKED_S = 15.0
MOST_WAITING = 4
NEEDS_ID_CARD = "card.id_card_needed"
OWN_CARD = "card.own"
NO_READER = "card.no_reader"

Then = Callable[[], None]


class CardAsked:
    """A wish to know whose card or code it is, on its way for `ASKED_S` at most."""

    def __init__(self, ask_id: int, card_ref: str, holder: CardHolder) -> None:
        self.ask_id = ask_id
        self.card_ref = card_ref
        self.holder = holder
        self.card_taken = False
        self.left_s = ASKED_S


class OtherCard:
    """A card that no page asked for, in the middle of a session: whose it is, is asked quietly. The newest one counts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ask_id = 0
        self._tap: events.CardTapped | None = None

    def ask(self, tap: events.CardTapped) -> None:
        self._ask_id, self._tap = self._desk.number(), tap
        self._desk.ask(IdentifyResident(self._ask_id, tap.card_ref, tap.holder))

    def is_answered_by(self, event: events.Event) -> bool:
        return self._tap is not None and getattr(event, "ask_id", None) == self._ask_id

    def of_somebody_else(self, event: events.Event) -> events.CardTapped | None:
        """The card, when the answer says that it is not the card of whose session this is."""
        tap, self._tap = self._tap, None
        known = event.person_id if isinstance(event, ResidentIdentified) else ""
        return tap if known and known != self._desk.person_id else None


class CardPage(Step):
    """Place a card, or hold a phone's code to the scanner; `accept` goes on once it is known whose it is."""

    whose = ""
    only_id_card = False
    takes_codes = True

    def __init__(self, errand: Errand, steps: Steps = NO_STEPS) -> None:
        super().__init__(errand)
        self.trouble = ""
        self._steps = steps
        self._asked: CardAsked | None = None
        self._later: events.CardTapped | None = None

    def accept(self, known: ResidentIdentified, asked: CardAsked) -> None:
        """Lead on, or say in `trouble` why not: each such page does it."""
        raise NotImplementedError

    @property
    def waits(self) -> bool:
        return self._asked is not None

    def entered(self) -> None:
        self.desk.say(words.SAY_PLACE_CARD)

    def view(self) -> PlaceCard:
        busy = self._asked is not None or self._later is not None
        known = (way for way in self.desk.facts.ways if self.takes_codes or way != PHONE_CODE)
        ways = (ID_CARD,) if self.only_id_card else tuple(known)
        trouble = "" if busy else self.trouble
        return PlaceCard(self.desk.around(), self._steps, ways, trouble, busy, self.whose)

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()

    def on(self, event: events.Event) -> None:
        match event:
            case events.CardTapped():
                self._tapped(event)
            case events.CardTorn(code):
                self._torn(code)
            case events.CodeScanned(content):
                self._scanned(content)
            case CardTaken(card_ref) if self._asked and card_ref == self._asked.card_ref:
                self._asked.card_taken = True
            case ResidentIdentified() if self._asked and event.ask_id == self._asked.ask_id:
                asked, self._asked = self._asked, None
                self.accept(event, asked)
            case ResidentUnknown(ask_id, code) if self._asked and ask_id == self._asked.ask_id:
                self._asked, self.trouble = None, code
                self.desk.say(words.SAY_CARD_AGAIN)

    def pass_time(self, seconds: float) -> None:
        if self._asked is not None:
            self._asked.left_s -= seconds
            if self._asked.left_s <= 0:
                self._asked, self.trouble = None, NO_ANSWER
        if self._later is not None and not self.desk.is_wiping:
            tap, self._later = self._later, None
            self._tapped(tap)

    def _tapped(self, tap: events.CardTapped) -> None:
        if self._asked is not None:
            return
        if self.desk.is_wiping:
            self._later = tap  # what is being wiped is another's
        elif self.only_id_card and tap.holder.way != ID_CARD:
            self.trouble = NEEDS_ID_CARD
            self.desk.say(words.SAY_PLACE_CARD)
        else:
            self._asked = CardAsked(self.desk.number(), tap.card_ref, tap.holder)
            self.desk.ask(IdentifyResident(self._asked.ask_id, tap.card_ref, tap.holder))

    def _torn(self, code: str) -> None:
        if self._asked is None:
            self.trouble = code
            self.desk.say(words.SAY_CARD_AGAIN)

    def _scanned(self, content: PrivateText) -> None:
        takes = self.takes_codes and not self.only_id_card
        if takes and self._asked is None and not self.desk.is_wiping and content:
            self._asked = CardAsked(self.desk.number(), "", CardHolder(way=PHONE_CODE, slot="code_scanner"))
            # The event's own text is wiped as soon as the event has been heard; this one by who performs the wish.
            self.desk.ask(RedeemPhoneCode(self._asked.ask_id, PrivateText(content.octets())))


class Identify(CardPage):
    """Who stands here. `then` goes on once that is known. `strict`: only her ID card itself will do."""

    def __init__(
        self, errand: Errand, then: Then, *, strict: bool = False, labels: tuple[str, ...] = ()
    ) -> None:
        super().__init__(errand, Steps(labels, 0) if labels else NO_STEPS)
        self.only_id_card = strict
        self.trouble = NEEDS_ID_CARD if strict and self.desk.session else ""
        self._then = then

    def accept(self, known: ResidentIdentified, asked: CardAsked) -> None:
        begun, then = self.desk.session, self._then
        if begun is not None and begun.person_id != known.person_id:
            self.trouble = OWN_CARD  # the page that asked is another person's
            return
        self.desk.say(words.SAY_READ)
        if begun is None:
            self.desk.begin(known, asked.card_ref, asked.holder, asked.card_taken)
            self.errand.replace_by(lambda: greet(self.errand, known, then))
        else:
            begun.card_ref, begun.holder = asked.card_ref, asked.holder
            begun.card_taken = asked.card_taken
            self.errand.replace_by(then)


class Notice(Step):
    """What is done with her data, once per version. Going back from it is a no, and ends the session."""

    def __init__(self, errand: Errand, known: ResidentIdentified, then: Then) -> None:
        super().__init__(errand)
        self._known = known
        self._then = then

    def view(self) -> NoticePage:
        return NoticePage(self.desk.around(), self.desk.lines(self._known.notice_zh, self._known.notice_en))

    def pressed(self, action: str, value: str) -> None:
        if action in (views.NEXT, views.DONE):
            self.desk.ask(NoteNoticeRead(self._known.person_id, self._known.notice_version))
            self.errand.replace_by(self._then)
        elif action in (views.BACK, views.CANCEL):
            self.errand.refuse()


class WaitingDocuments(Step):
    """What could not be printed the last time: print it now, or go on with something else."""

    def __init__(self, errand: Errand, known: ResidentIdentified, then: Then) -> None:
        super().__init__(errand)
        self._documents = known.waiting[:MOST_WAITING]
        self._then = then

    def view(self) -> ListPage:
        rows = tuple(
            Row(number, words.data(self.desk.of(zh, en)), words.data(number), "printer-fill")
            for number, zh, en in self._documents
        )
        return ListPage(
            self.desk.around(),
            words.WAITING_DOCUMENTS,
            rows,
            hint=words.WAITING_DOCUMENTS_HINT,
            go=words.NOT_NOW,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.CHOOSE and value in [number for number, _, _ in self._documents]:
            self.errand.open(Printing.again(self.errand, value))
        elif action == views.NEXT:
            self.errand.replace_by(self._then)
        elif action == views.BACK:
            self.errand.back()


def greet(errand: Errand, known: ResidentIdentified, then: Then) -> None:
    """The notice when she has not read it, then what waits for her, then what she has come for."""

    def after_notice() -> None:
        if known.waiting:
            errand.open(WaitingDocuments(errand, known, then))
        else:
            then()

    if known.notice_zh:
        errand.open(Notice(errand, known, after_notice))
    else:
        after_notice()


def with_person(errand: Errand, then: Then, *, strict: bool = False, labels: tuple[str, ...] = ()) -> None:
    """Go on at once where the person is known (by her ID card where it is `strict`), else ask for her card."""
    session = errand.desk.session
    if session is not None and (not strict or session.way == ID_CARD):
        then()
    elif not errand.desk.facts.ways:
        errand.open(Message(errand, NO_READER, person=True))
    elif strict and ID_CARD not in errand.desk.facts.ways:
        errand.open(Message(errand, NEEDS_ID_CARD, person=True))
    else:
        errand.open(Identify(errand, then, strict=strict, labels=labels))
