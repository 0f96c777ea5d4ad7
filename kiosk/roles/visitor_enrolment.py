"""From a yes to a face that is known: her card, a guardian's for a child, three poses, and the consent on the disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk import events
from kiosk.commands_front_desk import CancelEnrolment, KeepConsent, StartEnrolment
from kiosk.events_front_desk import ConsentStanding, EnrolmentFailed, PoseGuided
from kiosk.roles import resident_words, visitor_words
from kiosk.roles.resident_errand import Errand, Step
from kiosk.roles.resident_waits import Message
from kiosk.roles.visitor_cards import GuardianCard, keep_consent, with_standing
from kiosk.roles.visitor_consent import ask_consent
from kiosk.roles.visitor_other_way import other_way
from kiosk.roles.visitor_poses import PoseVoice
from kiosk.roles.visitor_tickets import take_ticket
from kiosk.roles.visitor_withdrawal import ConfirmWithdrawal
from kiosk.views_front_desk import TAKE_TICKET, WITHDRAW, PosePage
from kiosk.views_resident import AGAIN, MessagePage
from offline_cache.wire_front_desk import ConsentText

POSES_S = 60.0
MOST_TRIES = 2
FIRST_POSE = "straight"
RECOGNITION = "recognition"
NOT_HERE = "faces.not_here"
ENROLLED = "consent.enrolled"
ASKED_BEFORE = "consent.asked_before"
FULL = "consent.full"
BY_CARD = "face.by_card"
TOO_LONG = "face.time"
PAUSED = "face.paused"


def ask_about_face(errand: Errand) -> None:
    FaceErrand(errand).begin()


class FaceErrand:
    """One person's way, from the question on. Whose card is known already is not asked what she was asked before."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._text: ConsentText | None = None
        self._standing: ConsentStanding | None = None
        self._guardian_id = ""
        self._tries = 0

    def begin(self) -> None:
        if self._errand.desk.facts.face:
            other_way(self._errand, NOT_HERE)
        elif self._errand.desk.session is None:
            self._ask()
        else:
            with_standing(self._errand, self._stands)

    def _ask(self) -> None:
        ask_consent(self._errand, RECOGNITION, self._agreed)

    def _agreed(self, text: ConsentText) -> None:
        self._text = text
        if self._standing is None:
            with_standing(self._errand, self._stands)
        else:
            self._go_on(self._standing)

    def _stands(self, standing: ConsentStanding) -> None:
        """Known how she stands: before the question where her card was read before, else after her yes."""
        self._standing = standing
        errand = self._errand
        match standing.state:
            case "enrolled":
                errand.open(Enrolled(errand, standing.until))
            case "asked_before":
                errand.open(AskedBefore(errand, lambda: self._changed_her_mind(standing)))
            case "full":
                other_way(errand, FULL)
            case _ if self._text is None:
                self._ask()
            case _:
                self._go_on(standing)

    def _changed_her_mind(self, standing: ConsentStanding) -> None:
        if self._text is None:
            self._ask()
        else:
            self._go_on(standing)

    def _go_on(self, standing: ConsentStanding) -> None:
        if standing.needs_guardian or standing.state == "too_young":
            self._errand.open(GuardianCard(self._errand, self._guarded))
        else:
            self._take_poses()

    def _guarded(self, guardian_id: str) -> None:
        self._guardian_id = guardian_id
        self._take_poses()

    def _take_poses(self) -> None:
        self._errand.open(Poses(self._errand, self._keep, self._failed))

    def _failed(self, code: str) -> None:
        self._tries += 1
        # Where recognition itself pauses or is broken, a second try at once would end as the first one did.
        is_in_vain = code == PAUSED or code.startswith("faces.")
        if self._tries < MOST_TRIES and not is_in_vain:
            self._errand.open(Message(self._errand, code, again=self._take_poses, person=True))
        else:
            other_way(self._errand, BY_CARD)

    def _keep(self) -> None:
        desk, text = self._errand.desk, self._text
        assert text is not None
        person_id, staff_id, version = desk.person_id, desk.staff_id, text.version

        def wish(ask_id: int, guardian_id: str) -> KeepConsent:
            return KeepConsent(ask_id, person_id, RECOGNITION, version, guardian_id, staff_id)

        keep_consent(self._errand, wish, visitor_words.FACE_KEPT, self._guardian_id)


class Poses(Step):
    """Three poses, as recognition asks for them, shown and said. Whatever was taken of the face is wiped when this is left early."""

    waits = True

    def __init__(self, errand: Errand, taken: Callable[[], None], failed: Callable[[str], None]) -> None:
        super().__init__(errand)
        self._taken = taken
        self._failed = failed
        self._ask_id = 0
        self._guided: PoseGuided | None = None
        self._is_over = False
        self._left_s = POSES_S
        self._voice = PoseVoice(self.desk.say)

    def entered(self) -> None:
        if not self._ask_id:
            self._ask_id = self.desk.number()
            self.desk.ask(StartEnrolment(self._ask_id))
            self._voice.guided(FIRST_POSE, "")

    def view(self) -> PosePage:
        around, guided = self.desk.around(), self._guided
        if guided is None:
            return PosePage(around, visitor_words.POSES_TITLE, FIRST_POSE, None, "", 0)
        return PosePage(
            around,
            visitor_words.POSES_TITLE,
            guided.pose,
            guided.box,
            guided.advice,
            guided.done,
            guided.total,
        )

    def on(self, event: events.Event) -> None:
        if not isinstance(event, PoseGuided | EnrolmentFailed) or event.ask_id != self._ask_id:
            return
        if isinstance(event, EnrolmentFailed):
            self._ends(lambda: self._failed(event.code))
        elif event.done >= event.total:
            self._voice.done()
            self._ends(self._taken)
        else:
            self._guided = event
            self._voice.guided(event.pose, event.advice)

    def pass_time(self, seconds: float) -> None:
        self._voice.pass_time(seconds)
        self._left_s -= seconds
        if self._left_s <= 0:
            self.errand.replace_by(lambda: self._failed(TOO_LONG))

    def closing(self) -> None:
        if not self._is_over:
            self.desk.ask(CancelEnrolment())

    def _ends(self, lead: Callable[[], None]) -> None:
        self._is_over = True
        self.errand.replace_by(lead)


class Enrolled(Message):
    """She is known by her face already: until when, and how to take it back."""

    def __init__(self, errand: Errand, until: str) -> None:
        until_when = errand.desk.words().text("Until {day}", day=until) if until else ""
        lines = (resident_words.data(until_when),) if until_when else ()
        super().__init__(errand, ENROLLED, lines, choices=(visitor_words.TAKE_IT_BACK,))

    def view(self) -> MessagePage:
        return replace(super().view(), warm=False)

    def pressed(self, action: str, value: str) -> None:
        if action == WITHDRAW:
            self.errand.open(ConfirmWithdrawal(self.errand))
        else:
            super().pressed(action, value)


class AskedBefore(Message):
    """She said no not long ago, and is not asked again; she may say otherwise herself."""

    def __init__(self, errand: Errand, changed: Callable[[], None]) -> None:
        # The filled button is the first one: nobody is nudged towards a yes.
        choices = (visitor_words.TAKE_A_NUMBER, visitor_words.CHANGED_MY_MIND)
        super().__init__(errand, ASKED_BEFORE, choices=choices)
        self._changed = changed

    def view(self) -> MessagePage:
        return replace(super().view(), warm=False)

    def pressed(self, action: str, value: str) -> None:
        if action == AGAIN:
            self.errand.replace_by(self._changed)
        elif action == TAKE_TICKET:
            self.errand.replace_by(lambda: take_ticket(self.errand))
        else:
            super().pressed(action, value)
