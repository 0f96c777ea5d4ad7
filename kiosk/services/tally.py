"""Running counts: the meals of the period that is served, and what this terminal carries while the hall is away.

Both are rebuilt from the log when they are first asked for, and kept in step meal by meal, so that a tap never pays
for reading hundreds of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from kiosk.services.rules import Backlog
from kiosk.services.tariff import MARKET, Tariff
from kiosk.views import Counts
from offline_cache import wire
from offline_cache.outbox import Outbox
from offline_cache.own_meals import OwnMeal

OFFLINE_DAYS = 8
"""How far back the log is read for meals that are still to be sent: a week offline, and a day."""


@dataclass(slots=True)
class PeriodTally:
    """The meals of one service date and period at this terminal, without those taken back. Money in fen."""

    service_date: str
    period: str
    by_band: Counter[str] = field(default_factory=Counter)
    served: int = 0
    voided: int = 0
    list_total: int = 0
    own_total: int = 0

    @classmethod
    def of(cls, service_date: str, period: str, meals: Iterable[OwnMeal]) -> PeriodTally:
        tally = cls(service_date, period)
        for meal in meals:
            if meal.voided:
                tally.voided += 1
            else:
                tally.add(meal.body["band"], meal.body["list_price"], meal.body["own_part"])
        return tally

    def add(self, band: str, list_price: int, own_part: int) -> None:
        self._change(1, band, list_price, own_part)

    def take_back(self, band: str, list_price: int, own_part: int) -> None:
        self._change(-1, band, list_price, own_part)
        self.voided += 1

    def _change(self, sign: int, band: str, list_price: int, own_part: int) -> None:
        self.served += sign
        self.by_band[band] += sign
        self.list_total += sign * list_price
        self.own_total += sign * own_part

    def counts(self, tariff: Tariff, orders: wire.OrderCount | None, portions: int | None) -> Counts:
        """For the bottom bar and the staff board: bands by age first, then by status, then the market."""
        ordered = orders.ordered if orders else 0
        expected = portions if portions is not None else ordered or None
        return Counts(
            period=self.period,
            served=self.served,
            ordered=ordered,
            left=None if expected is None else max(0, expected - self.served),
            by_band=tuple(
                (*tariff.label_of(code), self.by_band[code], orders.by_band.get(code, 0) if orders else 0)
                for code in _bands(tariff)
            ),
        )


def _bands(tariff: Tariff) -> list[str]:
    by_age = [band.code for band in tariff.bands if not band.statuses]
    by_status = [band.code for band in tariff.bands if band.statuses]
    return [*by_age, *by_status, MARKET]


class OfflineTally:
    """Meals served while the hall could not be asked and not settled since: what the limits are held against."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._loaded = False
        self._by_card: Counter[str] = Counter()
        self._meals = 0
        self._fen = 0

    def backlog(
        self,
        card_ref: str | None,
        service_date: str,
        offline_s: int,
        deny_list_age_s: int | None,
        entitlement_age_s: int | None,
    ) -> Backlog:
        self._load(service_date)
        return Backlog(
            card_meals=self._by_card[card_ref] if card_ref else 0,
            meals=self._meals,
            fen=self._fen,
            offline_s=offline_s,
            deny_list_age_s=deny_list_age_s,
            entitlement_age_s=entitlement_age_s,
        )

    def add(self, card_ref: str | None, own_part: int) -> None:
        self._meals += 1
        self._fen += own_part
        if card_ref:
            self._by_card[card_ref] += 1

    def clear(self) -> None:
        """The hall answers again: counting begins anew."""
        self._by_card.clear()
        self._meals = self._fen = 0
        self._loaded = True

    def _load(self, service_date: str) -> None:
        if self._loaded:
            return
        self._loaded = True
        last = date.fromisoformat(service_date)
        for back in range(OFFLINE_DAYS):
            day = (last - timedelta(days=back)).isoformat()
            for period in wire.Period:
                for meal in self._outbox.meals_of(day, period.value):
                    if not meal.body["online"] and meal.state in ("pending", "sent"):
                        self.add(meal.body["card_ref"], meal.body["own_part"])
