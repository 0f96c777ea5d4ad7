"""A tap becomes a meal: rules over the reference and the own log, one commit, then the event that lets a screen speak.

Everything here runs on the disk thread. Nothing is published before it is on the disk; the StorageError of a disk
that cannot be written comes out of the call, and then nothing was served and nothing was said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

from kiosk import commands, events, views
from kiosk.services import rules, slips
from kiosk.services.bills import bill_of, moment_of
from kiosk.services.counter import Counter, Visit
from kiosk.services.meal_board import MealBoard
from kiosk.services.names import masked
from kiosk.services.staff_records import StaffCards
from kiosk.services.tally import PeriodTally
from offline_cache import wire
from offline_cache.own_meals import OwnMeal

REPEAT_MS = 60_000
"""The same card within this of its own meal is the same meal: nothing is written, the same is said again."""

IdentifiedBy = Literal["card", "short_number", "name_and_birthday", "guest"]


@dataclass(frozen=True, slots=True)
class Order:
    """How a meal came about: who said so, who pays how."""

    identified_by: IdentifiedBy
    staff_id: str = ""
    stamp_ns: int = 0
    second_plate: bool = False


class Meals:
    """Serves, sells and refuses. `publish` hands events to the bus; `slip_queued` tells the printer of a new slip; None
    where there is no printer, and then no slip is kept for one."""

    def __init__(
        self,
        *,
        counter: Counter,
        staff_cards: StaffCards,
        board: MealBoard,
        publish: Callable[[object], None],
        slip_queued: Callable[[str], None] | None,
        locale: str = "zh_CN",
    ) -> None:
        self._counter = counter
        self._staff_cards = staff_cards
        self._board = board
        self._publish = publish
        self._slip_queued = slip_queued
        self._locale = locale
        self._limits_told: tuple[str, ...] = ()

    # --- commands -----------------------------------------------------------------------------------------------

    def authorise(self, command: commands.AuthoriseMeal) -> None:
        """Publishes StaffTapped, MealServed, MealDenied or PeriodNeeded. Raises StorageError."""
        if staff := self._staff_card(command.card_ref):
            self._publish(events.StaffTapped(staff))
            return
        order = Order("card", command.staff_id, command.stamp_ns, command.second_plate)
        visit = self._counter.visit(
            card_ref=command.card_ref,
            paid_by=_paid_by(command.paid_by),
            second_plate=command.second_plate,
        )
        own = self._own_recent_meal(command, visit)
        if visit is not None and own is not None:
            self._say_again(own, visit, order)
        else:
            self._decide(visit, order, rules.decide)

    def serve_person(self, command: commands.ServePerson) -> None:
        """没带卡: the same rules for a person staff have identified. Publishes and raises like `authorise`."""
        visit = self._counter.visit(person_id=command.person_id, paid_by=_paid_by(command.paid_by))
        way = cast(IdentifiedBy, command.identified_by)
        self._decide(visit, Order(way, command.staff_id), rules.decide)

    def sell_plate(self, command: commands.SellPlate) -> None:
        """A plate at list price, to a guest or a person. Publishes and raises like `authorise`."""
        visit = self._counter.visit(
            card_ref=command.card_ref, person_id=command.person_id, paid_by=_paid_by(command.paid_by)
        )
        way: IdentifiedBy = "guest"
        if visit is not None and visit.resident is not None:
            way = "card" if command.card_ref else "short_number"
        self._decide(visit, Order(way, command.staff_id, second_plate=True), rules.sell_plate)

    # --- verdicts -----------------------------------------------------------------------------------------------

    def _decide(
        self,
        visit: Visit | None,
        order: Order,
        rule: Callable[[rules.Situation], rules.Meal | rules.Refused],
    ) -> None:
        if visit is None:
            self._publish(events.MealDenied("card_unknown", "", online=self._counter.online()))
        elif visit.serving.needs_declaring and visit.situation.card in ("active", "none"):
            self._publish(events.PeriodNeeded(True, self._counter.days_since_sync(visit.serving.stamp)))
        else:
            verdict = rule(visit.situation)
            if isinstance(verdict, rules.Meal):
                self._serve(visit, verdict, order)
            else:
                self._deny(visit, verdict, order)

    def _serve(self, visit: Visit, meal: rules.Meal, order: Order) -> None:
        body = _body(visit, meal, order)
        balance = self._balance_after(visit, meal)
        stamp, outbox = visit.serving.stamp, self._counter.outbox
        # Made before the row is: read from the log afterwards, it would hold the row already.
        tally = self._counter.period_tally(visit.serving.service_date, visit.serving.period)
        slip = self._slip(body, visit, balance) if self._slip_queued else None
        row = outbox.append(wire.RowKind.MEAL, body, stamp, slip)
        self._count(tally, visit, meal)
        bill = bill_of(body, self._name(visit), stamp.trusted, balance)
        self._publish(events.MealServed(row.txn_id, row.seq, visit.card_ref, bill, stamp_ns=order.stamp_ns))
        if self._slip_queued:
            self._slip_queued(row.txn_id)
        self._tell_limits(visit, meal)
        self._board.refresh()

    def _deny(self, visit: Visit, refused: rules.Refused, order: Order) -> None:
        serving, following = visit.serving, visit.serving.following
        self._publish(
            events.MealDenied(
                reason=refused.reason,
                card_ref=visit.card_ref,
                masked_name=self._name(visit),
                period=serving.period,
                at=visit.eaten_at,
                amount=refused.amount,
                balance=max(0, visit.situation.purse),
                online=visit.situation.online,
                next_period=following.period.value if following else "",
                next_opens=following.opens if following else "",
                person_id=visit.person_id,
                stamp_ns=order.stamp_ns,
                identified_by=order.identified_by,
                second_plate=order.second_plate and refused.reason == "low_balance",
            )
        )

    # --- the same card again ------------------------------------------------------------------------------------

    def _own_recent_meal(self, command: commands.AuthoriseMeal, visit: Visit | None) -> OwnMeal | None:
        """The meal this card had here within the last minute, unless the tap asks for a second plate beside it."""
        meal = self._counter.outbox.last_meal(command.card_ref)
        if visit is None or meal is None or meal.voided or visit.situation.card != "active":
            return None
        elapsed_ms = visit.serving.stamp.wall_ms - meal.occurred_at_ms
        is_answer = not command.second_plate or "second_plate" in meal.body["flags"]
        return meal if 0 <= elapsed_ms < REPEAT_MS and is_answer else None

    def _say_again(self, own: OwnMeal, visit: Visit, order: Order) -> None:
        body = wire.MealBody.model_validate(own.body)
        balance = None if body.cash_part else max(0, visit.situation.purse)
        bill = bill_of(body, self._name(visit), own.clock_trusted, balance)
        self._publish(
            events.MealServed(
                own.txn_id, own.seq, visit.card_ref, bill, repeated=True, stamp_ns=order.stamp_ns
            )
        )

    # --- parts --------------------------------------------------------------------------------------------------

    def _staff_card(self, card_ref: str) -> views.StaffRecord | None:
        # A staff card that was reported lost opens nothing: it goes the way of any lost card.
        return None if self._counter.is_blocked(card_ref) else self._staff_cards.holder_of(card_ref)

    def _balance_after(self, visit: Visit, meal: rules.Meal) -> int | None:
        """Fen left in the purse; None for guests and for cash, where nothing was taken from it."""
        if visit.resident is None or meal.payment.cash_part:
            return None
        return max(0, visit.situation.purse - meal.payment.purse_part)

    def _slip(self, body: wire.MealBody, visit: Visit, balance: int | None) -> dict[str, Any]:
        outbox = self._counter.outbox
        return slips.meal_slip(
            body,
            slips.Diner(self._name(visit), visit.card_tail),
            slips.place_of(visit.place.site, outbox.terminal_id),
            self._counter.next_seq(),
            moment_of(visit.serving, body.period),
            None if balance is None else slips.Balance(balance, about=not body.online),
            self._locale,
        )

    def _count(self, tally: PeriodTally, visit: Visit, meal: rules.Meal) -> None:
        price = meal.price
        tally.add(price.band, price.list_price, price.own_part)
        if not visit.situation.online:
            self._counter.offline_tally.add(visit.card_ref or None, price.own_part)

    def _tell_limits(self, visit: Visit, meal: rules.Meal) -> None:
        situation = visit.situation
        over = tuple(flag for flag in meal.flags if flag.startswith("over_limit:"))
        codes = over + rules.near_limits(situation.limits, situation.backlog, situation.online)
        if codes != self._limits_told:
            self._limits_told = codes
            self._publish(events.LimitsChanged(codes))

    def _name(self, visit: Visit) -> str:
        return masked(visit.resident.name) if visit.resident else ""


def _paid_by(word: str) -> rules.PaidBy:
    if word not in ("purse", "cash", "owed"):
        raise ValueError(f"paid_by is purse, cash or owed, not {word!r}")
    return cast(rules.PaidBy, word)


def _body(visit: Visit, meal: rules.Meal, order: Order) -> wire.MealBody:
    site, serving, price, payment = visit.place.site, visit.serving, meal.price, meal.payment
    without_card = order.identified_by in ("short_number", "name_and_birthday")
    return wire.MealBody(
        site_id=site.site_id,
        operator_id=site.operator_id,
        person_id=visit.person_id or None,
        card_ref=visit.card_ref or None,
        service_date=serving.service_date,
        period=wire.Period(serving.period),
        period_declared=serving.declared,
        tariff_id=visit.place.tariff.id,
        tariff_version=visit.place.tariff.version,
        band=price.band,
        list_price=price.list_price,
        lines=list(price.lines),
        own_part=price.own_part,
        purse_part=payment.purse_part,
        cash_part=payment.cash_part,
        owed_part=payment.owed_part,
        welfare_part=price.welfare_part,
        subsidised=price.subsidised,
        identified_by=order.identified_by,
        staff_id=order.staff_id or None,
        online=visit.situation.online,
        flags=[*(["no_card"] if without_card else []), *meal.flags],
    )
