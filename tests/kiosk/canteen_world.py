"""A canteen on a real disk with a clock that tests move: what the tests of meals and staff stand in.

Nothing is replaced but time, the network's flag and the printer's thread; log, reference, rules and slips are real.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from kiosk import events
from kiosk.config import Limits
from kiosk.services.canteen import Canteen
from kiosk.services.pins import pin_hash
from offline_cache import wire
from offline_cache.clock import FileClockStore, TrustedClock
from offline_cache.outbox import Outbox
from offline_cache.own_meals import OwnMeal
from offline_cache.reference import Reference

ZONE = ZoneInfo("Asia/Shanghai")
HOME = ["town-1", "district-1", "city-1"]
KEY = bytes(range(32))
PIN = "204611"
DAY = "2026-11-20"

Event = TypeVar("Event")


def card_of(person: str) -> str:
    return hashlib.sha256(person.encode()).hexdigest()


@dataclass
class SetClock:
    """The machine's clocks, moved by hand. `boot` counts restarts of the machine."""

    wall: int
    monotonic: int = 1_000_000
    boot: int = 1

    def wall_ms(self) -> int:
        return self.wall

    def monotonic_ms(self) -> int:
        return self.monotonic

    def boot_id(self) -> str:
        return f"boot-{self.boot}"


def local_ms(clock: str, day: str = DAY) -> int:
    return int(datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=ZONE).timestamp() * 1000)


@dataclass
class World:
    """See the module. `said` is everything published, `slips` the transactions the printer was told of."""

    directory: Path
    tariff: str = "xuzhou_jinlonghu"
    limits: Limits = field(default_factory=Limits)
    online: bool = True
    printer: bool = True
    said: list[object] = field(default_factory=list)
    slips: list[str] = field(default_factory=list)
    reprints: list[str] = field(default_factory=list)
    cursor: int = 0

    def __post_init__(self) -> None:
        self.machine = SetClock(local_ms("11:20"))
        self.clock = TrustedClock(self.machine, FileClockStore(self.directory))
        self.clock.synced(self.machine.wall, 0)
        self.open()
        self.tell(*self.places())

    def open(self) -> None:
        """Opens the files as a starting terminal does."""
        self.outbox = Outbox.open(self.directory, KEY, "CT-03", self.clock.stamp())
        self.reference = Reference.open(self.directory, KEY)
        self.canteen = Canteen(
            outbox=self.outbox,
            reference=self.reference,
            clock=self.clock,
            site_id="site-3",
            limits=self.limits,
            zone=ZONE,
            data_dir=self.directory,
            online=lambda: self.online,
            publish=self.said.append,
            on_disk=lambda look: look(),
            slip_queued=self.slips.append if self.printer else None,
            reprint=self.reprints.append if self.printer else None,
        )

    def restart(self, *, reboot: bool = False) -> None:
        self.outbox.close()
        self.reference.close()
        if reboot:
            self.machine.boot += 1
            self.machine.monotonic = 5_000
            self.clock = TrustedClock(self.machine, FileClockStore(self.directory))
        self.open()

    def wait(self, **time: float) -> None:
        passed = round(timedelta(**time).total_seconds() * 1000)
        self.machine.wall += passed
        self.machine.monotonic += passed

    def at(self, clock: str, day: str = DAY) -> None:
        """Moves time forward to this local time."""
        ahead_ms = local_ms(clock, day) - self.clock.stamp().wall_ms
        assert ahead_ms >= 0, "time does not go back"
        self.wait(milliseconds=ahead_ms)

    # --- what the hall tells ------------------------------------------------------------------------------------

    def tell(self, *changes: tuple[wire.ReferenceKind, str, wire.Shape | None], **marks: Any) -> None:
        self.cursor += 1
        self.reference.apply(
            wire.Changes(
                cursor=self.cursor,
                more=False,
                changes=[
                    wire.Change(kind=kind, id=id, data=shape.model_dump(mode="json") if shape else None)
                    for kind, id, shape in changes
                ],
                applied=marks.get("applied", {}),
                refused=marks.get("refused", {}),
                hall_time_ms=self.clock.stamp().wall_ms,
            )
        )

    def places(self) -> list[tuple[wire.ReferenceKind, str, wire.Shape]]:
        hours = [("breakfast", "06:00", "09:00"), ("lunch", "10:30", "13:30"), ("dinner", "16:30", "19:30")]
        site = wire.Site(
            site_id="site-3",
            name_zh="和顺社区餐厅",
            name_en="Heshun canteen",
            operator_id="operator-1",
            tariff_id=self.tariff,
            areas=HOME,
            periods=[wire.PeriodHours(period=wire.Period(p), opens=o, closes=c) for p, o, c in hours],
            phone="8390 1200",
        )
        staff = [staff_member("staff-1", "高某", ["site-3"]), staff_member("staff-9", "郑某", ["site-9"])]
        return [
            (wire.ReferenceKind.SITE, site.site_id, site),
            *((wire.ReferenceKind.STAFF, each.staff_id, each) for each in staff),
        ]

    def person(
        self,
        person_id: str,
        *statuses: str,
        name: str = "孙某",
        born: str = "1950-03-15",
        purse: int = 9100,
        welfare: int = 0,
        ended: tuple[str, ...] = (),
        home: list[str] | None = None,
        short_number: str = "100001",
        state: str = "active",
    ) -> str:
        """Tells of a resident with a card; returns its reference."""
        resident = wire.Resident(
            person_id=person_id,
            name=name,
            birth_date=born,
            short_number=short_number,
            home=HOME if home is None else home,
        )
        card = wire.Card.model_validate(
            {"card_ref": card_of(person_id), "person_id": person_id, "tail": "1034", "state": state}
        )
        account = wire.Account(person_id=person_id, purse=purse, welfare=welfare)
        held = [
            wire.Entitlement(
                entitlement_id=f"{person_id}/{status}",
                person_id=person_id,
                status=status,
                valid_from="2025-01-01",
                valid_to=last,
            )
            for names, last in ((statuses, "2027-12-31"), (ended, "2026-11-19"))
            for status in names
        ]
        self.tell(
            (wire.ReferenceKind.RESIDENT, person_id, resident),
            (wire.ReferenceKind.CARD, card.card_ref, card),
            (wire.ReferenceKind.ACCOUNT, person_id, account),
            *((wire.ReferenceKind.ENTITLEMENT, each.entitlement_id, each) for each in held),
        )
        return card.card_ref

    def menu(self, period: str = "lunch", **fields: Any) -> None:
        menu = wire.Menu(
            site_id="site-3",
            service_date=DAY,
            period=wire.Period(period),
            dishes=["红烧豆腐", "青菜"],
            **fields,
        )
        self.tell((wire.ReferenceKind.MENU, f"site-3/{DAY}/{period}", menu))

    def claim(self, person_id: str, txn_id: str, period: str = "lunch", funds: tuple[str, ...] = ()) -> None:
        claim = wire.Claim(
            person_id=person_id,
            service_date=DAY,
            period=wire.Period(period),
            site_id="site-7",
            terminal_id="CT-07",
            txn_id=txn_id,
            occurred_at_ms=local_ms("10:45"),
            funds=list(funds),
        )
        self.tell((wire.ReferenceKind.CLAIM, f"{person_id}/{DAY}/{period}", claim))

    # --- looking ------------------------------------------------------------------------------------------------

    def last(self, kind: type[Event]) -> Event:
        found = self.all(kind)
        assert found, f"no {kind.__name__} among {[type(each).__name__ for each in self.said]}"
        return found[-1]

    def all(self, kind: type[Event]) -> list[Event]:
        return [each for each in self.said if isinstance(each, kind)]

    def own_meals(self, person_id: str) -> list[OwnMeal]:
        return self.outbox.own_meals(person_id, DAY)

    def served(self) -> events.MealServed:
        """The last verdict, which must be a meal."""
        return self.verdict(events.MealServed)

    def denied(self) -> events.MealDenied:
        """The last verdict, which must be a refusal."""
        return self.verdict(events.MealDenied)

    def verdict(self, kind: type[Event]) -> Event:
        verdicts = [each for each in self.said if isinstance(each, events.MealServed | events.MealDenied)]
        assert verdicts and isinstance(verdicts[-1], kind), verdicts[-1:]
        return verdicts[-1]


_SALT = "5d" * 16
_PIN_HASH = pin_hash(PIN, _SALT)


def staff_member(staff_id: str, name: str, site_ids: list[str]) -> wire.Staff:
    return wire.Staff(
        staff_id=staff_id,
        name=name,
        card_ref=card_of(staff_id),
        pin_salt=_SALT,
        pin_hash=_PIN_HASH,
        site_ids=site_ids,
        duties=["canteen"],
    )
