"""The services of the roles front_desk and visitor in one: who carries out which command of their flows.

A resident's own errands (her card, her session, her prints) are the ResidentDesk's; whatever is the front desk's is tried first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from zoneinfo import ZoneInfo

from kiosk import commands
from kiosk.commands_front_desk import SignStaff
from kiosk.config import Settings
from kiosk.events_front_desk import RecognitionChanged
from kiosk.faces.recognition import ASSUMED_STRANGERS, Recognition, RecognitionSettings
from kiosk.services.front_desk.alarms import Alarms
from kiosk.services.front_desk.care import Care
from kiosk.services.front_desk.consent_desk import ConsentDesk
from kiosk.services.front_desk.day_lists import DayLists
from kiosk.services.front_desk.enrolment import NO_FACES
from kiosk.services.front_desk.person_cards import PersonCards
from kiosk.services.front_desk.presence import Presence
from kiosk.services.front_desk.service import DeskService
from kiosk.services.front_desk.signed_in import SignedIn
from kiosk.services.front_desk.tickets import Tickets
from kiosk.services.front_desk.visits import Visits
from kiosk.services.residents.desk import ResidentDesk
from kiosk.services.residents.line import ResidentLine
from kiosk.services.role_services import Line, Papers
from offline_cache.db import StorageError
from offline_cache.disk import DiskThread
from offline_cache.hall_client import HallClient

Publish = Callable[[object], None]
MakeRecognition = Callable[[Settings, Publish], Recognition | None]


def recognition_of(settings: Settings, publish: Publish) -> Recognition | None:
    """None where no camera is looked through: none is there, or it is not to be."""
    camera, desk = settings.devices.filled().get("camera"), settings.front_desk
    if camera is None or not desk.faces:
        return None
    measured = (desk.strangers_mean, desk.strangers_deviation)
    strangers = measured if desk.strangers_mean else ASSUMED_STRANGERS
    chosen = RecognitionSettings(camera.kind, camera.options, desk.engine, desk.encoder, strangers)
    return Recognition(chosen, publish)


class FrontDesk:
    """See kiosk.services.role_services.RoleServices. The constructor opens files and raises the StorageError family."""

    def __init__(self, papers: Papers, make_recognition: MakeRecognition = recognition_of) -> None:
        self._publish = papers.doors.publish
        self._signed_in = SignedIn(papers.outbox, papers.clock.stamp)
        self._residents = ResidentDesk(papers)
        self._recognition = make_recognition(papers.settings, self._recognised)
        presence = Presence(self._residents.way_of, self._signed_in)
        self._consents = ConsentDesk.of(papers, presence, self._recognition, takes_faces=True)
        self._visits = self._visits_of(papers)
        tickets = Tickets(papers, self._signed_in, self._visits)
        self._visits.tickets = tickets
        self._person_cards = self._person_cards_of(papers)
        self._services: Sequence[DeskService] = (
            *self._consents.services,
            self._visits,
            tickets,
            *self._of_the_desk_alone(papers),
        )

    def _of_the_desk_alone(self, papers: Papers) -> Sequence[DeskService]:
        """What a screen at the door, where anybody stands, neither shows nor sounds."""
        if papers.settings.terminal.role != "front_desk":
            return ()
        return (
            self._person_cards,
            Alarms(papers, self._signed_in),
            Care(papers, self._signed_in),
            DayLists(papers),
        )

    def _visits_of(self, papers: Papers) -> Visits:
        return Visits(
            outbox=papers.outbox,
            reference=papers.reference,
            ledger=self._consents.ledger,
            signed_in=self._signed_in,
            templates=self._consents.templates,
            recognition=self._recognition,
            zone=ZoneInfo(papers.settings.terminal.timezone),
            now=papers.clock.stamp,
            publish=self._publish,
        )

    def _person_cards_of(self, papers: Papers) -> PersonCards:
        terminal = papers.settings.terminal
        return PersonCards(
            outbox=papers.outbox,
            reference=papers.reference,
            ledger=self._consents.ledger,
            signed_in=self._signed_in,
            find=self._visits.find,
            online=papers.doors.online,
            later=papers.doors.later,
            zone=ZoneInfo(terminal.timezone),
            locale=terminal.locale,
            now=papers.clock.stamp,
            publish=self._publish,
        )

    # --- as the role's services -------------------------------------------------------------------------------------

    def begin(self) -> None:
        self._each([self._residents.begin, *(each.begin for each in self._services), self._begin_to_watch])

    def refresh(self) -> None:
        self._each([self._residents.refresh, *(each.refresh for each in self._services)])

    def perform(self, command: commands.Command) -> bool:
        if isinstance(command, SignStaff):
            self._signed_in.sign(command)
            return True
        return any(service.perform(command) for service in self._services) or self._residents.perform(command)

    @property
    def hears(self) -> tuple[type, ...]:
        kinds = [kind for service in self._services for kind in service.hears]
        return tuple(dict.fromkeys((*self._residents.hears, *kinds)))  # each is to be heard once

    def hear(self, event: object) -> None:
        hear = [each.hear for each in self._services if isinstance(event, each.hears)]
        self._each([partial(each, event) for each in (self._residents.hear, *hear)])

    def close(self) -> None:
        try:
            if self._recognition is not None:
                self._recognition.stop()
            self._consents.close()
        finally:
            self._residents.close()

    def check_pin(self, command: commands.CheckPin) -> None:
        self._residents.check_pin(command)

    def open_lines(self, client: HallClient, disk: DiskThread) -> tuple[Line, ...]:
        line = ResidentLine(client)
        self._person_cards.line = line
        return (*self._residents.open_lines(client, disk), line)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _begin_to_watch(self) -> None:
        if self._recognition is None:
            self._publish(RecognitionChanged(NO_FACES))
        else:
            self._recognition.start()
            self._recognition.watch()

    def _each(self, works: Sequence[Callable[[], None]]) -> None:
        """All of them: what the disk refuses to one service keeps no other from its work, least of all the alarms. Raises the first
        StorageError when all are done."""
        troubles: list[StorageError] = []
        for work in works:
            try:
                work()
            except StorageError as trouble:
                troubles.append(trouble)
        if troubles:
            raise troubles[0]

    def _recognised(self, event: object) -> None:
        """From any thread. Recognition at work knows nobody where the gallery was lost: staff are told that as long as it is so."""
        templates = self._consents.templates
        if event == RecognitionChanged("") and templates is not None and templates.refused:
            event = RecognitionChanged(templates.refused)
        self._publish(event)
