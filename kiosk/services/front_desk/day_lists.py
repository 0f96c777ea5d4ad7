"""Today's appointments and the needs that are open, of everybody the hall has told this desk of. Reads only, on the disk thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from kiosk import commands
from kiosk.commands_front_desk import ListAppointments, ListNeeds
from kiosk.events_front_desk import AppointmentsTold, NeedsTold
from kiosk.services.names import masked
from kiosk.services.residents.day import local_time
from kiosk.services.role_services import Papers
from offline_cache.reference_front_desk import FrontDeskReference

Row = tuple[str, str, str, str, str]


class DayLists:
    """A DeskService."""

    hears: tuple[type, ...] = ()

    def __init__(self, papers: Papers) -> None:
        self._zone = ZoneInfo(papers.settings.terminal.timezone)
        self._people = papers.reference
        self._reference = FrontDeskReference(papers.reference)
        self._publish: Callable[[object], None] = papers.doors.publish
        self._now = papers.clock.stamp

    def begin(self) -> None:
        """Nothing is told before somebody asks."""

    def refresh(self) -> None:
        """Nothing is told before somebody asks."""

    def hear(self, event: object) -> None:
        """It listens to nothing."""

    def perform(self, command: commands.Command) -> bool:
        match command:
            case ListAppointments():
                self._publish(AppointmentsTold(tuple(sorted(self._appointments()))))
            case ListNeeds():
                self._publish(NeedsTold(tuple(sorted(self._needs()))))
            case _:
                return False
        return True

    def _appointments(self) -> Iterator[Row]:
        """(time, masked name, title_zh, title_en, window) of today."""
        today = local_time(self._now(), self._zone).date().isoformat()
        for person in self._reference.desk_people():
            for each in person.appointments:
                if each.date == today:
                    yield each.at, self._name(person.person_id), each.title_zh, each.title_en, each.window

    def _needs(self) -> Iterator[Row]:
        """(number, masked name, title_zh, title_en, state); what is sensitive says only that there is something."""
        for person in self._reference.desk_people():
            for each in person.matters:
                if each.need:
                    zh, en = ("", "") if each.sensitive else (each.title_zh, each.title_en)
                    yield each.number, self._name(person.person_id), zh, en, each.state

    def _name(self, person_id: str) -> str:
        resident = self._people.resident(person_id)
        return masked(resident.name) if resident is not None else ""
