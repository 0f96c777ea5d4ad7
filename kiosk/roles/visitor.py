"""The flow of the screen at the door: a resident's flow with a home of its own, and what a desk turns to a visitor."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from kiosk import commands
from kiosk.roles import visitor_words as words
from kiosk.roles.resident import ResidentFlow
from kiosk.roles.resident_errand import Desk
from kiosk.roles.resident_home import Home
from kiosk.roles.visitor_enrolment import ask_about_face
from kiosk.roles.visitor_help import my_help
from kiosk.roles.visitor_tickets import take_ticket
from kiosk.roles.visitor_withdrawal import withdraw
from kiosk.views_front_desk import FACE, MY_HELP, TAKE_TICKET, WITHDRAW
from kiosk.views_resident import Row

NO_FACES_HERE = "faces.none"


def _tiles(desk: Desk) -> tuple[Row, ...]:
    """Nobody is asked about what this machine has no camera for."""
    face = () if desk.facts.face == NO_FACES_HERE else (words.FACE_TILE,)
    return (words.TICKET_TILE, *face, words.WITHDRAW_TILE, words.HELP_TILE)


AT_THE_DOOR = Home(
    tiles=_tiles,
    errands=MappingProxyType(
        {TAKE_TICKET: take_ticket, FACE: ask_about_face, WITHDRAW: withdraw, MY_HELP: my_help}
    ),
)
AT_THE_DESK = Home(
    tiles=lambda desk: (words.FACE_TILE,), errands=MappingProxyType({FACE: ask_about_face}), plays=False
)


def visitor_flow(ask: Callable[[commands.Command], None], locale: str) -> ResidentFlow:
    """The flow of role `visitor`."""
    return ResidentFlow(ask, locale, AT_THE_DOOR)


def turned_screen(ask: Callable[[commands.Command], None], locale: str) -> ResidentFlow:
    """What stands behind a desk's board, until it is turned to a visitor by choosing FACE."""
    return ResidentFlow(ask, locale, AT_THE_DESK)
