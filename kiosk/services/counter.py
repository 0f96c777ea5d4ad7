"""What is known at the counter when somebody steps up: gathers a Situation for the rules from the reference, the own
log and the clock. Reads only. Runs on the disk thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Protocol

from kiosk.config import Limits
from kiosk.services.closings import Closings
from kiosk.services.meal_time import MealTime, Serving
from kiosk.services.rules import Backlog, CardState, Diner, PaidBy, Situation, diner_on
from kiosk.services.tally import OfflineTally, PeriodTally
from kiosk.services.tariff import Tariff, TariffError, parse_tariff, shipped_tariff
from offline_cache import wire
from offline_cache.balances import Balance, Balances
from offline_cache.clock import Stamp
from offline_cache.outbox import Outbox
from offline_cache.own_meals import OwnMeal
from offline_cache.reference import Reference

DAY_MS = 86_400_000
_NOTHING = Balance(0, 0)


class TellsTime(Protocol):
    def stamp(self) -> Stamp: ...

    def last_sync_ms(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """This site and the tariff it serves by."""

    site: wire.Site
    tariff: Tariff


@dataclass(frozen=True, slots=True)
class Visit:
    """One person, or a guest, at the counter at one instant."""

    place: Place
    serving: Serving
    situation: Situation
    card_ref: str
    card_tail: str
    resident: wire.Resident | None
    eaten_at: str

    @property
    def person_id(self) -> str:
        return self.resident.person_id if self.resident else ""


class Counter:
    """The counter of one terminal. `online` says whether the hall answers; `period_tally` is kept by who writes rows."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        reference: Reference,
        clock: TellsTime,
        site_id: str,
        limits: Limits,
        zone: tzinfo,
        online: Callable[[], bool],
        closings: Closings,
    ) -> None:
        self.outbox = outbox
        self.reference = reference
        self.clock = clock
        self.online = online
        self.meal_time = MealTime(zone)
        self.offline_tally = OfflineTally(outbox)
        self.closings = closings
        self._balances = Balances(reference, outbox)
        self._site_id = site_id
        self._limits = limits
        self._tally: PeriodTally | None = None
        self._sampled = ("", False)
        self._parsed: tuple[wire.Tariff | None, str, Tariff | None] = (None, "", None)

    # --- the place and the meal ---------------------------------------------------------------------------------

    def place(self) -> Place | None:
        """None while the hall has not told this terminal where it stands."""
        site = self.reference.site(self._site_id)
        tariff = self._tariff(site.tariff_id) if site else None
        return Place(site, tariff) if site and tariff else None

    def serving(self, place: Place) -> Serving:
        return self.meal_time.at(self.clock.stamp(), place.site.periods)

    def period_tally(self, service_date: str, period: str) -> PeriodTally:
        tally = self._tally
        if tally is None or (tally.service_date, tally.period) != (service_date, period):
            meals = self.outbox.meals_of(service_date, period)
            tally = self._tally = PeriodTally.of(service_date, period, meals)
        return tally

    def menu(self, service_date: str, period: str) -> wire.Menu | None:
        return self.reference.menu(self._site_id, service_date, period)

    def orders(self, service_date: str, period: str) -> wire.OrderCount | None:
        return self.reference.orders(self._site_id, service_date, period)

    def sample_kept(self, service_date: str) -> bool:
        """留样 was done today. The log is read once a day; `note_sample` tells of what comes after."""
        if self._sampled[0] != service_date:
            self._sampled = (service_date, self.outbox.has_row(wire.RowKind.SAMPLE_KEPT, service_date))
        return self._sampled[1]

    def note_sample(self, service_date: str) -> None:
        self._sampled = (service_date, True)

    def days_since_sync(self, stamp: Stamp) -> int | None:
        synced_ms = self.clock.last_sync_ms()
        return None if synced_ms is None else max(0, stamp.wall_ms - synced_ms) // DAY_MS

    def list_price(self, place: Place, serving: Serving) -> int:
        menu = self.menu(serving.service_date, serving.period) if serving.hours else None
        return place.tariff.list_price if menu is None or menu.list_price is None else menu.list_price

    def is_closed(self, service_date: str, period: str) -> bool:
        """日结 was done: by the hall, or here before the hall has heard of it."""
        if self.closings.holds(service_date, period):
            return True
        return self.reference.closed(self._site_id, service_date, period) is not None

    # --- the person ---------------------------------------------------------------------------------------------

    def visit(
        self,
        *,
        card_ref: str = "",
        person_id: str = "",
        paid_by: PaidBy = "purse",
        second_plate: bool = False,
    ) -> Visit | None:
        """Who holds `card_ref`, or is `person_id`, or (both empty) a guest. None where the place is not known."""
        place = self.place()
        if place is None:
            return None
        serving = self.serving(place)
        card_state, person_id, tail = self._card(card_ref) if card_ref else ("none", person_id, "")
        resident = self.reference.resident(person_id) if person_id else None
        diner = self._diner(resident, serving)
        meals = self.outbox.own_meals(person_id, serving.service_date) if resident else []
        menu = self.menu(serving.service_date, serving.period) if serving.hours else None
        balance = (self.balance(person_id) if resident else None) or _NOTHING
        eaten_at = self._eaten_at(person_id, serving, meals) if diner else ""
        situation = Situation(
            tariff=place.tariff,
            list_price=self.list_price(place, serving),
            areas=tuple(place.site.areas),
            limits=self._limits,
            card=card_state,
            diner=diner,
            is_open=serving.hours is not None,
            is_closed=serving.hours is not None and self.is_closed(serving.service_date, serving.period),
            portions_left=self._portions_left(menu, serving),
            eaten=bool(eaten_at),
            spent_funds=self._spent_funds(person_id, serving, meals) if diner else frozenset(),
            purse=balance.purse,
            welfare=balance.welfare,
            online=self.online(),
            clock_trusted=serving.stamp.trusted,
            paid_by=paid_by,
            second_plate=second_plate,
            backlog=self._backlog(card_ref or None, serving),
        )
        return Visit(place, serving, situation, card_ref, tail, resident, eaten_at)

    def balance(self, person_id: str) -> Balance | None:
        """None where the hall has told nothing of this person's account."""
        return self._balances.of(person_id)

    def is_blocked(self, card_ref: str) -> bool:
        """Reported lost at the hall, or here before the hall has heard of it."""
        return (
            self.reference.denied(card_ref) in ("lost", "stolen") or card_ref in self.outbox.blocked_cards()
        )

    def next_seq(self) -> int:
        """The place in the log that the next row will have."""
        return self.outbox.last_seq + 1

    def _card(self, card_ref: str) -> tuple[CardState, str, str]:
        """(state, person_id, tail)."""
        card = self.reference.card(card_ref)
        person_id, tail = (card.person_id, card.tail) if card else ("", "")
        if self.is_blocked(card_ref) or (card is not None and card.state == "lost"):
            return "lost", person_id, tail
        if (
            card is None
            or card.state == "closed"
            or card.holder == "staff"
            or self.reference.denied(card_ref)
        ):
            return "unknown", "", ""
        return "active", person_id, tail

    def _diner(self, resident: wire.Resident | None, serving: Serving) -> Diner | None:
        if resident is None:
            return None
        held = self.reference.entitlements(resident.person_id)
        try:
            return diner_on(resident, held, date.fromisoformat(serving.service_date))
        except ValueError:
            return None  # no birth date, no price: a person has to look

    def _eaten_at(self, person_id: str, serving: Serving, meals: Sequence[OwnMeal]) -> str:
        """When this person had this meal: the own log first, it is always newest; then what the hall knows."""
        for meal in meals:
            if meal.body["period"] == serving.period and not meal.voided:
                return self.meal_time.clock_of(meal.occurred_at_ms)
        claim = self._claim(person_id, serving.service_date, serving.period, meals)
        return self.meal_time.clock_of(claim.occurred_at_ms) if claim else ""

    def _claim(
        self, person_id: str, service_date: str, period: str, meals: Sequence[OwnMeal]
    ) -> wire.Claim | None:
        claim = self.reference.claim(person_id, service_date, period) if period else None
        taken_back = {meal.txn_id for meal in meals if meal.voided}
        # The hall forgets a claim only when it hears of the void; until then ours is the newer word.
        return None if claim is None or claim.txn_id in taken_back else claim

    def _spent_funds(self, person_id: str, serving: Serving, meals: Sequence[OwnMeal]) -> frozenset[str]:
        own = {line["fund"] for meal in meals if not meal.voided for line in meal.body["lines"]}
        claims = [self._claim(person_id, serving.service_date, period.value, meals) for period in wire.Period]
        return frozenset(own.union(*(claim.funds for claim in claims if claim)))

    def _portions_left(self, menu: wire.Menu | None, serving: Serving) -> int | None:
        if menu is None or menu.portions is None:
            return None
        return menu.portions - self.period_tally(serving.service_date, serving.period).served

    def _backlog(self, card_ref: str | None, serving: Serving) -> Backlog:
        now_ms = serving.stamp.wall_ms
        synced_ms = self.clock.last_sync_ms()
        if self.online():
            self.offline_tally.clear()
        return self.offline_tally.backlog(
            card_ref,
            serving.service_date,
            offline_s=0 if synced_ms is None else max(0, now_ms - synced_ms) // 1000,
            deny_list_age_s=self.reference.age_s(wire.ReferenceKind.DENY, now_ms),
            entitlement_age_s=self.reference.age_s(wire.ReferenceKind.ENTITLEMENT, now_ms),
        )

    def _tariff(self, tariff_id: str) -> Tariff | None:
        """The hall's tariff, or the shipped one of the same name where the hall has sent none that can be used."""
        sent = self.reference.tariff(tariff_id)
        if (sent, tariff_id) != self._parsed[:2] or self._parsed[2] is None:
            self._parsed = (sent, tariff_id, _usable(sent) or shipped_tariff(tariff_id))
        return self._parsed[2]


def _usable(sent: wire.Tariff | None) -> Tariff | None:
    if sent is None:
        return None
    try:
        return parse_tariff(sent.document, source=f"tariff {sent.tariff_id} of the hall")
    except TariffError:
        return None
