"""The roles a terminal can play, in one explicit table. A role decides what is shown; it opens nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

from kiosk.commands import Command
from kiosk.events import Event
from kiosk.views import View


class Flow(Protocol):
    """A pure state machine: events in, the page to show out, wishes through the outlet it was made with."""

    def start(self) -> View: ...

    def on(self, event: Event) -> View | None:
        """The page to show after `event`; None while the same one stays."""
        ...


COVER_AFTER_S = 60.0


class MakeFlow(Protocol):
    """Makes a role's flow from its outlet and the language that the terminal begins in. `cover_after_s` is when a desk covers
    names that nobody looks after any more; other roles have none to cover."""

    def __call__(
        self, ask: Callable[[Command], None], locale: str, cover_after_s: float = COVER_AFTER_S
    ) -> Flow: ...


@dataclass(frozen=True, slots=True)
class Role:
    """What a role is made of. `needs` are groups of slots: with no device of a group it is out of service, one of them is
    enough; a device it `wants` only raises a notice.
    `events` are those it hears beside
    kiosk.events.CommonEvent. `idle_s` is after how long an open page is left; `offline` tells whether it goes on without the hall.
    `demonstrable_time`: its pages time out by the clock that a demonstration may move. A canteen's do not: that clock is moved
    from meal to meal, over people who stand there."""

    name: str
    flow: MakeFlow
    events: Callable[[], tuple[type, ...]]
    needs: tuple[tuple[str, ...], ...]
    wants: tuple[str, ...]
    idle_s: float
    offline: Literal["full", "none"]
    demonstrable_time: bool = False


def _canteen(ask: Callable[[Command], None], locale: str, cover_after_s: float = COVER_AFTER_S) -> Flow:
    from kiosk.roles.canteen import CanteenFlow  # a terminal loads the flow of its own role only

    return CanteenFlow(ask)


def _resident(ask: Callable[[Command], None], locale: str, cover_after_s: float = COVER_AFTER_S) -> Flow:
    from kiosk.roles.resident import ResidentFlow

    return ResidentFlow(ask, locale)


def _resident_events() -> tuple[type, ...]:
    from kiosk.events_front_desk import ConsentStanding, WithdrawalTold
    from kiosk.events_resident import ResidentEvent

    return (*ResidentEvent.__args__, ConsentStanding, WithdrawalTold)


def _front_desk(ask: Callable[[Command], None], locale: str, cover_after_s: float = COVER_AFTER_S) -> Flow:
    from kiosk.roles.front_desk import FrontDeskFlow

    return FrontDeskFlow(ask, locale, cover_after_s)


def _visitor(ask: Callable[[Command], None], locale: str, cover_after_s: float = COVER_AFTER_S) -> Flow:
    from kiosk.roles.visitor import visitor_flow

    return visitor_flow(ask, locale)


def _desk_events() -> tuple[type, ...]:
    from kiosk.events_front_desk import FrontDeskEvent

    return FrontDeskEvent.__args__ + _resident_events()


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "canteen": Role(
            name="canteen",
            flow=_canteen,
            events=lambda: (),
            needs=(("card_reader", "id_card_reader"),),
            wants=("receipt_printer",),
            idle_s=60.0,
            offline="full",
        ),
        "query_print": Role(
            name="query_print",
            flow=_resident,
            events=_resident_events,
            # Guides, places and help need no device at all; what cannot be done without one says so on its own page.
            needs=(),
            wants=("id_card_reader", "receipt_printer", "page_printer"),
            idle_s=60.0,
            offline="full",
            demonstrable_time=True,
        ),
        "front_desk": Role(
            name="front_desk",
            flow=_front_desk,
            events=_desk_events,
            # An alarm is shown and answered even where every device is missing.
            needs=(),
            wants=("card_reader", "camera", "receipt_printer", "call_buttons"),
            idle_s=60.0,
            offline="full",
            demonstrable_time=True,
        ),
        "visitor": Role(
            name="visitor",
            flow=_visitor,
            events=_desk_events,
            needs=(),
            wants=("id_card_reader", "receipt_printer"),
            idle_s=60.0,
            offline="full",
            demonstrable_time=True,
        ),
    }
)
