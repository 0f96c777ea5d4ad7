"""What is laid over the board: lists of today, the queue of a window, and what came of an alarm or a call."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from kiosk import events, views
from kiosk.commands_front_desk import CallTicket, ListAppointments, ListNeeds, ListTickets
from kiosk.events_front_desk import AppointmentsTold, NeedsTold, TicketsTold
from kiosk.roles import front_desk_words as words
from kiosk.roles.front_desk_post import Post
from kiosk.roles.resident_words import data
from kiosk.views_front_desk import (
    ABSENT,
    CALL_AGAIN,
    CALL_NEXT,
    CAME,
    CallPage,
    DeskList,
    OutcomePage,
    TicketRow,
)
from kiosk.views_resident import TURN

ROWS_A_PAGE = 5
CALLED = "called"

ListRow = tuple[str, str, str, str, str]


class DeskPage(Protocol):
    """Something that staff have opened. `is_over` once it was answered or left."""

    is_over: bool

    def view(self) -> views.View: ...

    def pressed(self, action: str, value: str) -> None: ...

    def on(self, event: events.Event) -> None: ...


class Listing:
    """Rows to read, or to choose one of."""

    title = ""
    empty = ""
    choosable = False

    def __init__(self, post: Post) -> None:
        self.is_over = False
        self._post = post
        self._page = 0
        self._rows: tuple[ListRow, ...] | None = None

    def view(self) -> DeskList:
        rows = self._rows or ()
        pages = max(1, math.ceil(len(rows) / ROWS_A_PAGE))
        self._page = min(self._page, pages - 1)
        return DeskList(
            self._post.around(),
            self.title,
            rows[self._page * ROWS_A_PAGE : (self._page + 1) * ROWS_A_PAGE],
            self.choosable,
            words.LOOKING_UP if self._rows is None else self.empty,
            self._page,
            pages,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.is_over = True
        elif action == TURN and value in ("+1", "-1"):
            self._page = max(0, self._page + int(value))
        elif action == views.CHOOSE and self.choosable and value in [row[0] for row in self._rows or ()]:
            self.chosen(value)

    def on(self, event: events.Event) -> None:
        """The rows, when they are told: each list knows its own."""

    def chosen(self, value: str) -> None:
        """A row of a list that is choosable."""


class Appointments(Listing):
    """今日预约."""

    title, empty = words.TODAYS_APPOINTMENTS, words.NO_APPOINTMENTS

    def __init__(self, post: Post) -> None:
        super().__init__(post)
        post.ask(ListAppointments())

    def on(self, event: events.Event) -> None:
        if isinstance(event, AppointmentsTold):
            self._rows = tuple(
                (
                    str(at),
                    data(f"{time} {name}"),
                    data(self._post.of(zh, en)),
                    self._window(window),
                    "calendar-check-fill",
                )
                for at, (time, name, zh, en, window) in enumerate(event.rows)
            )

    def _window(self, window: str) -> str:
        return data(self._post.words().text(words.AT_WINDOW, window=window)) if window else ""


class Needs(Listing):
    """居民需要."""

    title, empty = words.RESIDENTS_NEEDS, words.NO_NEEDS

    def __init__(self, post: Post) -> None:
        super().__init__(post)
        post.ask(ListNeeds())

    def on(self, event: events.Event) -> None:
        if isinstance(event, NeedsTold):
            self._rows = tuple(
                (
                    number,
                    data(self._post.of(zh, en)) or words.SOMETHING_UNDER_WAY,
                    data(f"{name} {number}"),
                    words.MATTER_STATES.get(state, ""),
                    "chats-circle-fill",
                )
                for number, name, zh, en, state in event.rows
            )


class Windows(Listing):
    """转到窗口: `hand_over` is told to which."""

    title, empty, choosable = words.WHICH_WINDOW, words.NO_WINDOWS, True

    def __init__(self, post: Post, hand_over: Callable[[str], None]) -> None:
        super().__init__(post)
        self._hand_over = hand_over
        post.ask(ListTickets())

    def on(self, event: events.Event) -> None:
        if isinstance(event, TicketsTold):
            self._rows = tuple(
                (window, data(self._post.of(zh, en)), "", self._tag(window), "storefront-fill")
                for window, zh, en in event.windows
            )

    def chosen(self, value: str) -> None:
        self._hand_over(value)
        self.is_over = True

    def _tag(self, window: str) -> str:
        return data(self._post.words().text(words.AT_WINDOW, window=window))


class Calls:
    """叫号: the queue as this desk's window calls it. Lives as long as the flow, so that whom it has called is not forgotten."""

    def __init__(self, post: Post) -> None:
        self.is_over = True
        self._post = post
        self._window = ""
        self._now = ""
        self._tickets: tuple[TicketRow, ...] = ()
        self._windows: tuple[str, ...] = ()

    def open(self) -> None:
        self.is_over = False
        self._post.ask(ListTickets())

    @property
    def window(self) -> str:
        """Which window calls: this desk's own, or the one that was chosen here."""
        return self._window or self._post.facts.window

    def view(self) -> CallPage:
        waiting = tuple(ticket for ticket in self._tickets if ticket.state == "waiting")
        now = next((ticket for ticket in self._tickets if ticket.number == self._now), None)
        return CallPage(
            self._post.around(),
            self.window,
            now.number if now else "",
            now.state if now else "",
            waiting[:ROWS_A_PAGE],
            len(waiting),
            self._windows,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.is_over = True
        elif action == views.CHOOSE and value in self._windows:
            self._window, self._now = value, ""
        elif action == CALL_NEXT:
            self._call("", CALLED)
        elif self._now and action in (CALL_AGAIN, CAME, ABSENT):
            self._call(self._now, CALLED if action == CALL_AGAIN else action)

    def on(self, event: events.Event) -> None:
        if not isinstance(event, TicketsTold):
            return
        before, self._tickets = self._called(), event.tickets
        self._windows = tuple(window for window, _, _ in event.windows)
        new = [number for number in self._called() if number not in before]
        self._now = new[-1] if new else self._now

    def _called(self) -> list[str]:
        return [
            ticket.number
            for ticket in self._tickets
            if ticket.state == CALLED and ticket.window == self.window
        ]

    def _call(self, number: str, state: str) -> None:
        if self.window:
            wish = CallTicket(self._post.number(), number, self.window, state, self._post.staff_id)
            self._post.ask(wish)


class Outcome:
    """What came of it: one of `choices`, which `keep` is told of."""

    def __init__(
        self,
        post: Post,
        title: str,
        subject: str,
        choices: tuple[views.Choice, ...],
        keep: Callable[[str], None],
        phone: str = "",
    ) -> None:
        self.is_over = False
        self._post = post
        self._title = title
        self._subject = subject
        self._choices = choices
        self._keep = keep
        self._phone = phone

    def view(self) -> OutcomePage:
        return OutcomePage(self._post.around(), self._title, self._subject, self._choices, phone=self._phone)

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.is_over = True
        elif action == views.CHOOSE and value in [choice.value for choice in self._choices]:
            self._keep(value)
            self.is_over = True

    def on(self, event: events.Event) -> None:
        """Nothing that happens answers for staff."""
