"""Known by a code on the phone: it is read here and redeemed at the hall, once, within a minute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drivers.documents import PrivateText
from kiosk.events_resident import ResidentUnknown
from kiosk.services.residents.identifying import Identifying
from kiosk.services.residents.line import ResidentLine
from kiosk.services.residents.session import Session
from offline_cache.db import StorageError
from offline_cache.hall_client import HallError
from offline_cache.resident_calls import ResidentCalls

ANSWER_S = 8.0
LONGEST = 600
UNKNOWN, UNREACHABLE = "phone_code.unknown", "hall.unreachable"


class PhoneCodes:
    """Answers RedeemPhoneCode through `publish`. `line` is None until the hall was met."""

    def __init__(
        self,
        identifying: Identifying,
        on_disk: Callable[[Callable[[], Any]], Any],
        publish: Callable[[object], None],
    ) -> None:
        self.line: ResidentLine | None = None
        self._identifying = identifying
        self._on_disk = on_disk
        self._publish = publish

    def redeem(self, ask_id: int, content: PrivateText, session: Session) -> None:
        """Publishes ResidentIdentified or ResidentUnknown, and wipes `content`."""
        code = _text(content)
        content.wipe()
        if not code:
            self._publish(ResidentUnknown(ask_id, UNKNOWN))
        elif self.line is None:
            self._publish(ResidentUnknown(ask_id, UNREACHABLE))
        else:
            self.line.ask(lambda calls: self._redeem(calls, ask_id, code, session))

    def _redeem(self, calls: ResidentCalls, ask_id: int, code: str, session: Session) -> None:
        try:
            person_id = calls.person_of(code, ANSWER_S)
            self._on_disk(lambda: self._identify(ask_id, person_id, session))
        except HallError as error:
            self._refuse(ask_id, error.reason or error.code, session)
        except StorageError as error:
            self._refuse(ask_id, error.code, session)

    def _identify(self, ask_id: int, person_id: str, session: Session) -> None:
        if not session.is_over:
            self._identifying.by_phone(ask_id, person_id, session)

    def _refuse(self, ask_id: int, code: str, session: Session) -> None:
        if not session.is_over:
            self._publish(ResidentUnknown(ask_id, code))


def _text(content: PrivateText) -> str:
    """The code; "" for what cannot be one."""
    try:
        code = content.reveal().strip()
    except UnicodeDecodeError:
        return ""
    return code if len(code) <= LONGEST else ""
