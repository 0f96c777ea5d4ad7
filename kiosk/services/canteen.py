"""The canteen's services in one: who carries out which command of the role, and on which thread.

`perform` is for the disk thread, `check_pin` for any other but the main one. Both answer by publishing events.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Any

from kiosk import commands
from kiosk.config import Limits
from kiosk.services.closings import Closings
from kiosk.services.counter import Counter, TellsTime
from kiosk.services.meal_board import MealBoard
from kiosk.services.meals import Meals
from kiosk.services.pins import FileAttempts, Pins
from kiosk.services.role_services import Line
from kiosk.services.staff import StaffDesk
from kiosk.services.staff_check import StaffCheck
from kiosk.services.staff_records import StaffCards
from offline_cache.disk import DiskThread
from offline_cache.hall_client import HallClient
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference


class Canteen:
    """Rules, log and reference behind the commands of the role `canteen`.

    `online` says whether the hall answers. `on_disk` runs a look-up on the disk thread and waits for it.
    `slip_queued` and `reprint` reach the printer's thread and are None where there is no printer. `make_meals` is how
    meals are served. The constructor reads two small files of `data_dir` (closings, wrong PINs), and nothing else.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        reference: Reference,
        clock: TellsTime,
        site_id: str,
        limits: Limits,
        zone: tzinfo,
        data_dir: Path,
        online: Callable[[], bool],
        publish: Callable[[object], None],
        on_disk: Callable[[Callable[[], Any]], Any],
        slip_queued: Callable[[str], None] | None,
        reprint: Callable[[str], None] | None,
        locale: str = "zh_CN",
        make_meals: Callable[..., Meals] = Meals,
    ) -> None:
        counter = Counter(
            outbox=outbox,
            reference=reference,
            clock=clock,
            site_id=site_id,
            limits=limits,
            zone=zone,
            online=online,
            closings=Closings(data_dir),
        )
        staff_cards = StaffCards(reference, site_id)
        self.board = MealBoard(counter, publish)
        self.meals = make_meals(
            counter=counter,
            staff_cards=staff_cards,
            board=self.board,
            publish=publish,
            slip_queued=slip_queued,
            locale=locale,
        )
        self._staff_check = StaffCheck(
            outbox=outbox,
            clock=clock,
            site_id=site_id,
            staff_cards=staff_cards,
            pins=Pins(FileAttempts(data_dir)),
            publish=publish,
            on_disk=on_disk,
        )
        self.staff = StaffDesk(
            counter=counter,
            board=self.board,
            publish=publish,
            slip_queued=slip_queued,
            reprint=reprint,
            locale=locale,
        )

    def begin(self) -> None:
        """Once, on the disk thread: what is served now, and which slips an earlier run left."""
        self.board.refresh()
        self.staff.find_prints()

    def refresh(self) -> None:
        """Every few seconds, on the disk thread: publishes what has changed with the time of day or a pull."""
        self.board.refresh()

    def open_lines(self, client: HallClient, disk: DiskThread) -> tuple[Line, ...]:
        """A canteen asks the hall nothing that the feed does not tell it."""
        return ()

    @property
    def hears(self) -> tuple[type, ...]:
        return ()

    def hear(self, event: object) -> None:
        """Everything that a canteen has to know it is asked."""

    def close(self) -> None:
        """Nothing is open but the books themselves."""

    def check_pin(self, command: commands.CheckPin) -> None:
        """Takes some 50 ms a member of staff: never on the main thread, nor on the disk's."""
        self._staff_check.check_pin(command)

    def perform(self, command: commands.Command) -> bool:
        """Carries the command out on the disk thread; False for one that is not the disk's (a PIN, a phrase, a call
        for help). Raises StorageError where the disk cannot write: then nothing was done."""
        match command:
            case commands.IdentifyStaff(card_ref):
                self._staff_check.identify(card_ref)
            case commands.AuthoriseMeal():
                self.meals.authorise(command)
            case commands.ServePerson():
                self.meals.serve_person(command)
            case commands.SellPlate():
                self.meals.sell_plate(command)
            case commands.ListMeals():
                self.staff.list_meals()
            case commands.FindPeople():
                self.staff.find_people(command)
            case commands.VoidMeal():
                self.staff.void(command)
            case commands.ReprintSlip():
                self.staff.reprint(command)
            case commands.DismissPrint():
                self.staff.dismiss_print(command)
            case _:
                return self._perform_act(command)
        return True

    def _perform_act(self, command: commands.Command) -> bool:
        match command:
            case commands.ReportCount():
                self.staff.report_count(command)
            case commands.KeepSample():
                self.staff.keep_sample(command)
            case commands.BlockCard():
                self.staff.block_card(command)
            case commands.ClosePeriod():
                self.staff.close_period(command)
            case commands.DeclarePeriod():
                self.staff.declare_period(command)
            case _:
                return False
        return True
