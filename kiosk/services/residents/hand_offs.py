"""Leaving a document at the hall for the phone of the person who stands here: once, for some minutes.

The page is made and sent on the line's thread. What opens it is a random token in a QR code, and nothing of hers.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from drivers.base import DeviceError
from kiosk import commands_resident as commands
from kiosk.events_resident import HandOffReady, HandOffRefused
from kiosk.services.residents.line import ResidentLine
from kiosk.services.residents.session import Session
from offline_cache.clock import Stamp
from offline_cache.hall_client import HallError
from offline_cache.resident_calls import ResidentCalls
from offline_cache.wire_residents import LARGEST_HAND_OFF, HandOff

ANSWER_S = 15.0
UNREACHABLE, TOO_LARGE, GONE = "hall.unreachable", "hand_off.too_large", "item.gone"


class HandOffs:
    """Answers MakeHandOff through `publish`. `line` is None until the hall was met."""

    def __init__(self, now: Callable[[], Stamp], publish: Callable[[object], None]) -> None:
        self.line: ResidentLine | None = None
        self._now = now
        self._publish = publish

    def make(
        self, wish: commands.MakeHandOff, title: tuple[str, str], pdf: Callable[[], bytes], session: Session
    ) -> None:
        """`title` in Chinese and English; `pdf` makes the document, which takes a while, and raises DeviceError. Publishes
        HandOffReady or HandOffRefused."""

        def refuse(code: str) -> None:
            self._say(session, HandOffRefused(wish.ask_id, code))

        def leave(calls: ResidentCalls) -> None:
            try:
                document = pdf()
            except DeviceError as error:
                refuse(error.reason)
                return
            if len(document) > LARGEST_HAND_OFF:
                refuse(TOO_LARGE)
                return
            try:
                made = calls.hand_off(_hand_off(wish.sort, title, document), ANSWER_S)
            except HallError as error:
                refuse(error.reason or error.code)
                return
            seconds = max(0, (made.expires_at_ms - self._now().wall_ms) // 1000)
            self._say(session, HandOffReady(wish.ask_id, made.url, seconds))

        if self.line is None:
            refuse(UNREACHABLE)
        else:
            self.line.ask(leave)

    def _say(self, session: Session, event: object) -> None:
        if not session.is_over:
            self._publish(event)


def _hand_off(sort: str, title: tuple[str, str], document: bytes) -> HandOff:
    return HandOff.model_validate(
        {
            "sort": sort,
            "title_zh": title[0],
            "title_en": title[1],
            "pdf_base64": base64.b64encode(document).decode("ascii"),
        }
    )
