"""人工帮助: calls for help, one open call a terminal."""

from __future__ import annotations

import uuid_utils
from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.models import HelpCall
from hall.shapes import HelpCallView


def call(session: Session, terminal_id: str, site_id: str, on: bool, now_ms: int) -> HelpCallView | None:
    """Open a call, or end it. Saying so twice changes nothing."""
    query = select(HelpCall).where(HelpCall.terminal_id == terminal_id, HelpCall.ended_at_ms.is_(None))
    open_call = session.scalar(query)
    if open_call is None and on:
        open_call = HelpCall(
            help_call_id=str(uuid_utils.uuid7()),
            terminal_id=terminal_id,
            site_id=site_id,
            called_at_ms=now_ms,
        )
        session.add(open_call)
    elif open_call is not None and not on:
        open_call.ended_at_ms = now_ms
    session.flush()
    return None if open_call is None else _view(open_call)


def open_calls(session: Session) -> list[HelpCallView]:
    query = select(HelpCall).where(HelpCall.ended_at_ms.is_(None)).order_by(HelpCall.called_at_ms)
    return [_view(each) for each in session.scalars(query)]


def _view(call: HelpCall) -> HelpCallView:
    return HelpCallView(
        help_call_id=call.help_call_id,
        terminal_id=call.terminal_id,
        site_id=call.site_id,
        called_at_ms=call.called_at_ms,
        ended_at_ms=call.ended_at_ms,
    )
