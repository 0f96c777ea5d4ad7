"""Asking for a message to the family: in the transaction that writes the alarm, so that neither is without the other."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from hall.clock import LOCAL_TIME
from hall.models_front_desk import DeskAlarm, FamilyContact, FamilyMessage


def ask(session: Session, alarm: DeskAlarm, now_ms: int) -> None:
    """Have the family told, where the person named somebody."""
    contact = session.get(FamilyContact, alarm.person_id) if alarm.person_id else None
    if contact is None:
        return
    pressed = datetime.fromtimestamp(alarm.raised_ms / 1000, UTC).astimezone(LOCAL_TIME)
    message = FamilyMessage(
        alarm_id=alarm.alarm_id,
        phone=contact.phone,
        # No name and no address: a telephone lies on tables.
        text=f"您的家人 {pressed:%H:%M} 按了求助键，呼叫已送到社区前台。",
        state="asked",
        attempts=0,
        next_ms=now_ms,
        asked_ms=now_ms,
    )
    session.add(message)
    session.flush()
