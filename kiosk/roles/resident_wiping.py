"""Everything of a person who has gone is wiped elsewhere too: asked for, and asked for again until it is done."""

from __future__ import annotations

from kiosk.commands_resident import EndSession
from kiosk.roles.resident_errand import Desk

ASK_AGAIN_S = 10.0


class Wiping:
    """From the end of a session until SessionWiped. `desk.is_wiping` says so to whoever would let the next one in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ask_id = 0
        self._reason = ""
        self._waited_s = 0.0

    def begin(self, reason: str) -> None:
        self._ask_id, self._reason, self._waited_s = self._desk.number(), reason, 0.0
        self._desk.is_wiping = True
        self._desk.ask(EndSession(self._ask_id, reason))

    def answered(self, ask_id: int) -> None:
        if ask_id == self._ask_id:
            self._desk.is_wiping = False

    def pass_time(self, seconds: float) -> None:
        """Nobody is let in on what may still be another's, so that an answer that does not come is asked for again."""
        if not self._desk.is_wiping:
            return
        self._waited_s += seconds
        if self._waited_s >= ASK_AGAIN_S:
            self.begin(self._reason)
