"""What the hall knows already and a form need not ask: name, phone, address, whole for the form and masked for the screen.

The name is known here too; phone and address lie at the hall alone, and each look at them is written down there.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk import commands_resident as commands
from kiosk.events_resident import KnownTold
from kiosk.services.names import MASK, masked
from kiosk.services.residents.line import ResidentLine
from kiosk.services.residents.session import Session
from offline_cache.hall_client import HallError
from offline_cache.reference import Reference
from offline_cache.resident_calls import ResidentCalls

ANSWER_S = 5.0
SHOWN_DIGITS, SHOWN_PLACE = 4, 6

Values = tuple[tuple[str, str, str], ...]


class Known:
    """Answers KnownOf through `publish`. `line` is None until the hall was met."""

    def __init__(self, reference: Reference, publish: Callable[[object], None]) -> None:
        self.line: ResidentLine | None = None
        self._reference = reference
        self._publish = publish

    def tell(self, wish: commands.KnownOf, session: Session) -> None:
        """Publishes KnownTold: only the name while the hall is away, nothing of somebody who is not here."""
        resident = self._reference.resident(wish.person_id) if session.knows(wish.person_id) else None
        if resident is None:
            self._publish(KnownTold(wish.ask_id, ()))
            return
        name = _values(resident.name, "", "")
        if self.line is None:
            self._publish(KnownTold(wish.ask_id, name))
        else:
            self.line.ask(lambda calls: self._ask(calls, wish, name, session))

    def _ask(self, calls: ResidentCalls, wish: commands.KnownOf, name: Values, session: Session) -> None:
        try:
            contact = calls.contact(wish.person_id, ANSWER_S)
            values = _values(contact.name, contact.phone, contact.address)
        except HallError:
            values = name
        if not session.is_over:
            self._publish(KnownTold(wish.ask_id, values))


def _values(name: str, phone: str, address: str) -> Values:
    told = (
        ("name", name, masked(name)),
        ("phone", phone, "*" * max(0, len(phone) - SHOWN_DIGITS) + phone[-SHOWN_DIGITS:]),
        ("address", address, address[:SHOWN_PLACE] + MASK if len(address) > SHOWN_PLACE else MASK),
    )
    return tuple(value for value in told if value[1])
