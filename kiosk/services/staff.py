"""What staff do at a terminal: take a meal back, report, keep a sample, block a card, close the meal, declare it.

Every act is a row of the log first and a word on the screen second. Everything here runs on the disk thread. Raises
StorageError where the disk cannot write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kiosk import commands, events, views
from kiosk.services import slips
from kiosk.services.bills import moment_of, summary_of
from kiosk.services.counter import Counter, Place
from kiosk.services.meal_board import MealBoard
from kiosk.services.meal_time import Serving
from kiosk.services.names import masked, surname_of
from offline_cache import wire
from offline_cache.own_meals import OwnMeal

SAMPLE_GRAMS = 125
"""留样: at least this much of each dish, kept for 48 hours (food safety practice of canteens)."""

LISTED_MEALS = 40

Result = TypeVar("Result")


class StaffActRefusal(Exception):
    """An act that is not done; `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class StaffDesk:
    """Answers each command with an event through `publish`.

    `slip_queued` and `reprint` reach the printer's thread; both None where there is no printer.
    """

    def __init__(
        self,
        *,
        counter: Counter,
        board: MealBoard,
        publish: Callable[[object], None],
        slip_queued: Callable[[str], None] | None,
        reprint: Callable[[str], None] | None,
        locale: str = "zh_CN",
    ) -> None:
        self._counter = counter
        self._outbox = counter.outbox
        self._reference = counter.reference
        self._board = board
        self._publish = publish
        self._slip_queued = slip_queued
        self._reprint = reprint
        self._locale = locale

    # --- looking ------------------------------------------------------------------------------------------------

    def list_meals(self) -> None:
        """Publishes MealsListed: the newest LISTED_MEALS of the meal at hand."""
        place = self._counter.place()
        serving = self._counter.serving(place) if place else None
        meals = self._outbox.meals_of(serving.service_date, serving.at_hand) if serving else []
        newest = reversed(meals[-LISTED_MEALS:])
        self._publish(events.MealsListed(tuple(self._summary(meal) for meal in newest)))

    def find_people(self, command: commands.FindPeople) -> None:
        """Publishes PeopleFound."""
        if command.short_number:
            found = self._reference.residents_by_short_number(command.short_number)
        else:
            found = self._reference.residents_by_birth_day(command.birth_day)
        people = (
            views.PersonFound(each.person_id, masked(each.name), surname_of(each.name), each.short_number)
            for each in found
        )
        wanted = (person for person in people if command.surname in ("", person.surname))
        self._publish(events.PeopleFound(tuple(wanted)))

    def find_prints(self) -> None:
        """After a restart: publishes PrintsFound with the slips of meals that are not known to be on paper."""
        needs = []
        for job in self._outbox.prints().unfinished():
            meal = self._outbox.meal(job.txn_id)
            if meal is not None and not meal.voided:
                needs.append(views.PrintNeed(self._summary(meal), job.state, job.lines))
        self._publish(events.PrintsFound(tuple(needs)))

    # --- acts ---------------------------------------------------------------------------------------------------

    def void(self, command: commands.VoidMeal) -> None:
        """退餐: a new row that gives the entitlement and the money back. Own rows only, so it works offline too."""
        self._answer("voided", lambda: self._void(command))

    def reprint(self, command: commands.ReprintSlip) -> None:
        """补打: the same job, its next copy."""
        self._answer("reprinted", lambda: self._print_again(command.txn_id))

    def dismiss_print(self, command: commands.DismissPrint) -> None:
        """Nobody wants the paper: nothing is published."""
        self._outbox.prints().dismissed(command.txn_id)

    def report_count(self, command: commands.ReportCount) -> None:
        self._answer("reported", lambda: self._report(command))

    def keep_sample(self, command: commands.KeepSample) -> None:
        self._answer("sampled", lambda: self._keep_sample(command))

    def block_card(self, command: commands.BlockCard) -> None:
        """Every card of the person is refused here from now on, and everywhere once the hall knows."""
        self._answer("blocked", lambda: self._block(command))

    def close_period(self, command: commands.ClosePeriod) -> None:
        """日结 as this terminal counts it; the hall settles the site."""
        self._answer("closed", lambda: self._close(command))

    def declare_period(self, command: commands.DeclarePeriod) -> None:
        """Which meal is served while the clock is not trusted."""
        self._answer("declared", lambda: self._declare(command))

    def _answer(self, act: str, do: Callable[[], tuple[tuple[str, int], ...]]) -> None:
        try:
            numbers = do()
        except StaffActRefusal as refusal:
            self._publish(events.StaffActRefused(act, refusal.code))
            return
        self._publish(events.StaffActDone(act, numbers))
        self._board.refresh()

    # --- how each is done ---------------------------------------------------------------------------------------

    def _void(self, command: commands.VoidMeal) -> tuple[tuple[str, int], ...]:
        place, serving = self._at_hand()
        meal = self._voidable(command.txn_id, serving)
        body = wire.MealVoidedBody(meal_txn_id=meal.txn_id, staff_id=command.staff_id, reason=command.reason)
        eaten = wire.MealBody.model_validate(meal.body)
        slip = slips.void_slip(
            body,
            eaten,
            self._slip_diner(eaten),
            slips.place_of(place.site, self._outbox.terminal_id),
            self._counter.next_seq(),
            meal.seq,
            moment_of(serving, eaten.period),
            self._balance_after_void(eaten),
            self._locale,
            self._counter.online(),
        )
        # Made before the row is: read from the log afterwards, it would miss the meal already.
        tally = self._counter.period_tally(serving.service_date, eaten.period.value)
        self._write(wire.RowKind.MEAL_VOIDED, body, serving, slip)
        tally.take_back(eaten.band, eaten.list_price, eaten.own_part)
        return (("own_part", eaten.own_part),)

    def _voidable(self, txn_id: str, serving: Serving) -> OwnMeal:
        meal = self._outbox.meal(txn_id)
        if meal is None:
            raise StaffActRefusal("staff.not_own_row")
        if meal.voided:
            raise StaffActRefusal("staff.already_voided")
        day, period = meal.body["service_date"], meal.body["period"]
        if (day, period) != (serving.service_date, serving.at_hand):
            raise StaffActRefusal("staff.other_period")
        if self._counter.is_closed(day, period):
            raise StaffActRefusal("staff.closed")
        return meal

    def _print_again(self, txn_id: str) -> tuple[tuple[str, int], ...]:
        if self._reprint is None:
            raise StaffActRefusal("staff.no_printer")
        if self._outbox.prints().job(txn_id) is None:
            raise StaffActRefusal("staff.no_slip")
        self._reprint(txn_id)
        return ()

    def _report(self, command: commands.ReportCount) -> tuple[tuple[str, int], ...]:
        place, serving = self._at_hand()
        period = wire.Period(serving.at_hand)
        tally = self._counter.period_tally(serving.service_date, period.value)
        body = wire.CountReportedBody(
            site_id=place.site.site_id,
            service_date=serving.service_date,
            period=period,
            served=tally.served,
            leftover=command.leftover,
            staff_id=command.staff_id,
        )
        orders = self._counter.orders(serving.service_date, period.value)
        slip = slips.count_slip(
            body,
            slips.place_of(place.site, self._outbox.terminal_id),
            self._counter.next_seq(),
            moment_of(serving, period),
            [(self._label(place, band), count) for band, count in sorted(tally.by_band.items()) if count],
            orders.ordered if orders else None,
            self._locale,
            self._counter.online(),
        )
        self._write(wire.RowKind.COUNT_REPORTED, body, serving, slip)
        return (("served", body.served), ("leftover", body.leftover))

    def _keep_sample(self, command: commands.KeepSample) -> tuple[tuple[str, int], ...]:
        place, serving = self._at_hand()
        menu = self._counter.menu(serving.service_date, serving.at_hand)
        body = wire.SampleKeptBody(
            site_id=place.site.site_id,
            service_date=serving.service_date,
            period=wire.Period(serving.at_hand),
            dishes=list(menu.dishes) if menu else [],
            grams=SAMPLE_GRAMS,
            staff_id=command.staff_id,
        )
        self._write(wire.RowKind.SAMPLE_KEPT, body, serving, None)
        self._counter.note_sample(serving.service_date)
        return (("dishes", len(body.dishes)), ("grams", body.grams))

    def _block(self, command: commands.BlockCard) -> tuple[tuple[str, int], ...]:
        cards = [card for card in self._reference.cards_of(command.person_id) if card.state == "active"]
        if not cards:
            raise StaffActRefusal("staff.no_card")
        stamp = self._counter.clock.stamp()
        for card in cards:
            body = wire.CardBlockedBody(
                card_ref=card.card_ref, person_id=command.person_id, staff_id=command.staff_id
            )
            self._outbox.append(wire.RowKind.CARD_BLOCKED, body, stamp)
        self._reference.block_here([card.card_ref for card in cards])
        return ()

    def _close(self, command: commands.ClosePeriod) -> tuple[tuple[str, int], ...]:
        place, serving = self._at_hand()
        day, period = serving.service_date, wire.Period(serving.at_hand)
        if self._counter.is_closed(day, period.value):
            raise StaffActRefusal("staff.closed")
        tally = self._counter.period_tally(day, period.value)
        body = wire.PeriodClosedBody(
            site_id=place.site.site_id,
            operator_id=place.site.operator_id,
            service_date=day,
            period=period,
            served=tally.served,
            voided=tally.voided,
            list_total=tally.list_total,
            own_total=tally.own_total,
            staff_id=command.staff_id,
        )
        slip = slips.settlement_slip(
            body,
            slips.place_of(place.site, self._outbox.terminal_id),
            self._counter.next_seq(),
            moment_of(serving, period),
            self._by_fund(day, period),
            self._locale,
            self._counter.online(),
        )
        self._write(wire.RowKind.PERIOD_CLOSED, body, serving, slip)
        self._counter.closings.add(day, period.value)
        figures = ("served", "voided", "list_total", "own_total")
        return tuple((name, getattr(body, name)) for name in figures)

    def _declare(self, command: commands.DeclarePeriod) -> tuple[tuple[str, int], ...]:
        place = self._place()
        serving = self._counter.serving(place)
        period = next((each.period for each in place.site.periods if each.period == command.period), None)
        if period is None:
            raise StaffActRefusal("staff.no_period")
        body = wire.PeriodDeclaredBody(
            service_date=serving.service_date, period=period, staff_id=command.staff_id
        )
        self._write(wire.RowKind.PERIOD_DECLARED, body, serving, None)
        self._counter.meal_time.declare(period, serving.stamp)
        return ()

    # --- parts --------------------------------------------------------------------------------------------------

    def _write(
        self,
        kind: wire.RowKind,
        body: wire.Shape,
        serving: Serving,
        slip: dict[str, object] | None,
    ) -> None:
        row = self._outbox.append(kind, body, serving.stamp, slip if self._slip_queued else None)
        if slip is not None and self._slip_queued is not None:
            self._slip_queued(row.txn_id)

    def _place(self) -> Place:
        place = self._counter.place()
        if place is None:
            raise StaffActRefusal("staff.no_site")
        return place

    def _at_hand(self) -> tuple[Place, Serving]:
        place = self._place()
        serving = self._counter.serving(place)
        if not serving.at_hand:
            raise StaffActRefusal("staff.no_period")
        return place, serving

    def _summary(self, meal: OwnMeal) -> views.MealSummary:
        diner = self._slip_diner(wire.MealBody.model_validate(meal.body))
        at = self._counter.meal_time.clock_of(meal.occurred_at_ms)
        return summary_of(meal, at, diner.masked_name, diner.card_tail)

    def _slip_diner(self, eaten: wire.MealBody) -> slips.Diner:
        resident = self._reference.resident(eaten.person_id) if eaten.person_id else None
        card = self._reference.card(eaten.card_ref) if eaten.card_ref else None
        return slips.Diner(masked(resident.name) if resident else "", card.tail if card else "")

    def _balance_after_void(self, eaten: wire.MealBody) -> slips.Balance | None:
        balance = self._counter.balance(eaten.person_id) if eaten.person_id else None
        if balance is None or not eaten.purse_part:
            return None
        return slips.Balance(max(0, balance.purse + eaten.purse_part), about=not self._counter.online())

    def _by_fund(self, service_date: str, period: wire.Period) -> list[tuple[str, int]]:
        totals: dict[str, int] = {}
        for meal in self._outbox.meals_of(service_date, period.value):
            for line in [] if meal.voided else wire.MealBody.model_validate(meal.body).lines:
                label = line.label_zh if self._locale == "zh_CN" else line.label_en
                totals[label] = totals.get(label, 0) + line.amount
        return sorted(totals.items())

    def _label(self, place: Place, band: str) -> str:
        chinese, english = place.tariff.label_of(band)
        return chinese if self._locale == "zh_CN" else english
