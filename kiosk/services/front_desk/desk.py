"""The services of the roles front_desk and visitor in one: who carries out which command of their flows.

A resident's own errands (her card, her session, her prints) are the ResidentDesk's; whatever is the front desk's is tried first.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk import commands
from kiosk.commands_front_desk import SignStaff
from kiosk.services.front_desk.service import DeskService
from kiosk.services.front_desk.signed_in import SignedIn
from kiosk.services.residents.desk import ResidentDesk
from kiosk.services.role_services import Line, Papers
from offline_cache.disk import DiskThread
from offline_cache.hall_client import HallClient


class FrontDesk:
    """See kiosk.services.role_services.RoleServices. The constructor opens files and raises the StorageError family."""

    def __init__(self, papers: Papers) -> None:
        self._signed_in = SignedIn(papers.outbox, papers.clock.stamp)
        self._residents = ResidentDesk(papers)
        self._services: Sequence[DeskService] = ()

    def begin(self) -> None:
        self._residents.begin()
        for service in self._services:
            service.begin()

    def refresh(self) -> None:
        self._residents.refresh()
        for service in self._services:
            service.refresh()

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
        self._residents.hear(event)
        for service in self._services:
            if isinstance(event, service.hears):
                service.hear(event)

    def close(self) -> None:
        self._residents.close()

    def check_pin(self, command: commands.CheckPin) -> None:
        self._residents.check_pin(command)

    def open_lines(self, client: HallClient, disk: DiskThread) -> tuple[Line, ...]:
        return self._residents.open_lines(client, disk)
