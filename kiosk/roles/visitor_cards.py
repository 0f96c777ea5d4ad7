"""A consent is given with a card: the person's own, and for somebody under 14 a guardian's too; then it is kept."""

from __future__ import annotations

from collections.abc import Callable

from kiosk import views
from kiosk.commands_front_desk import CancelEnrolment, KeepConsent, MayAsk
from kiosk.events_front_desk import ConsentStanding
from kiosk.events_resident import ResidentIdentified
from kiosk.roles import resident_words, visitor_words
from kiosk.roles.resident_errand import Ending, Errand
from kiosk.roles.resident_identify import NO_READER, CardAsked, CardPage, Identify
from kiosk.roles.resident_session import PHONE_CODE
from kiosk.roles.resident_waits import Asking, refusal
from kiosk.roles.visitor_other_way import other_way
from kiosk.views_resident import Steps

TOO_YOUNG = "consent.too_young"
GUARDIAN_NEEDED = "consent.guardian_needed"
OF_CONSENT = ("consent", "face", "faces")
SAME_PERSON = "consent.same_person"


class OwnCard(Identify):
    """A card itself: a code that was sent to a telephone does not say who stands here."""

    takes_codes = False


class GuardianCard(CardPage):
    """The card of who may consent for a child. Without it there is no way by the face."""

    whose = "guardian"
    takes_codes = False

    def __init__(self, errand: Errand, then: Callable[[str], None]) -> None:
        """`then` is handed the guardian's person_id."""
        super().__init__(errand, Steps(visitor_words.BOTH_CARDS, 1))
        self._then = then

    def accept(self, known: ResidentIdentified, asked: CardAsked) -> None:
        if known.person_id == self.desk.person_id:
            self.trouble = SAME_PERSON
            return
        self.desk.say(resident_words.SAY_READ)
        self.errand.replace_by(lambda: self._then(known.person_id))

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.desk.ask(CancelEnrolment())
            self.errand.replace_by(lambda: other_way(self.errand, TOO_YOUNG))


def with_own_card(errand: Errand, then: Callable[[], None]) -> None:
    """Go on at once where her card was read in this session, else ask for it."""
    session = errand.desk.session
    if session is not None and session.way != PHONE_CODE:
        then()
    elif not [way for way in errand.desk.facts.ways if way != PHONE_CODE]:
        other_way(errand, NO_READER)
    else:
        errand.open(OwnCard(errand, then))


def with_standing(errand: Errand, then: Callable[[ConsentStanding], None]) -> None:
    """Her card, and what she has agreed to so far."""

    def ask() -> None:
        person_id = errand.desk.person_id
        errand.open(
            Asking(errand, visitor_words.FETCHING_STANDING, lambda ask_id: MayAsk(ask_id, person_id), then)
        )

    with_own_card(errand, ask)


def keep_consent(
    errand: Errand, wish: Callable[[int, str], KeepConsent], title: str, guardian_id: str = ""
) -> None:
    """On the disk, and the session is done with `title`; or why not. `wish` is handed its number and the guardian's id. Where
    only now it turns out that one is needed, her card is asked for and nothing else is done anew."""

    def kept(_event: object) -> None:
        session = errand.desk.session
        errand.finish(Ending(title, session.belongings() if session else (), subject=""))

    def refused(code: str) -> None:
        if code == GUARDIAN_NEEDED and not guardian_id:
            errand.open(GuardianCard(errand, lambda guardian: keep_consent(errand, wish, title, guardian)))
        elif code.split(".")[0] in OF_CONSENT:
            other_way(errand, code)
        else:
            errand.open(refusal(errand, code))

    errand.open(
        Asking(
            errand, visitor_words.KEEPING, lambda ask_id: wish(ask_id, guardian_id), kept, otherwise=refused
        )
    )
