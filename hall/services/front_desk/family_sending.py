"""Sending what families are to be told: outside of any transaction, each attempt with a deadline, and not for ever. That a
message was sent is said only after the carrier answered so."""

from __future__ import annotations

import asyncio
import logging

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select

from hall.database import Database
from hall.models_front_desk import DeskAlarm, FamilyMessage
from hall.services.front_desk import alarms
from hall.services.front_desk.family_messages import FamilyMessageFailed, FamilyMessages, Outgoing

DEADLINE_S = 10.0
log = logging.getLogger("hall.family")
PAUSES_MS = (5_000, 20_000, 60_000)
"""Before the second, third and fourth attempt. After the fourth it has failed, and staff ring the family up."""


async def send_due(database: Database, carrier: FamilyMessages, now_ms: int) -> list[str]:
    """Send what is due, each within DEADLINE_S. One that fails in a way of its own holds no other up. Returns the alarms whose message has come to an end."""
    outgoing = await run_in_threadpool(_take, database, now_ms)
    sent = await asyncio.gather(*(_send(carrier, each) for each in outgoing), return_exceptions=True)
    answers = {each.message_id: taken is True for each, taken in zip(outgoing, sent, strict=True)}
    for fault in sent:
        if isinstance(fault, Exception):
            log.error("carrier failed: %s", type(fault).__name__)
    return await run_in_threadpool(_note, database, answers, now_ms) if answers else []


async def _send(carrier: FamilyMessages, message: Outgoing) -> bool:
    try:
        async with asyncio.timeout(DEADLINE_S):
            await carrier.send(message)
    except (FamilyMessageFailed, TimeoutError):
        return False
    return True


def _take(database: Database, now_ms: int) -> list[Outgoing]:
    """Count the attempt before it is made: a hall that dies meanwhile must not try for ever."""
    due = (FamilyMessage.state == "asked", FamilyMessage.next_ms <= now_ms)
    with database.reading() as session:
        if session.scalar(select(FamilyMessage.alarm_id).where(*due).limit(1)) is None:
            return []
    with database.writing() as session:
        messages = session.scalars(select(FamilyMessage).where(*due).order_by(FamilyMessage.asked_ms)).all()
        for message in messages:
            pause_ms = PAUSES_MS[min(message.attempts, len(PAUSES_MS) - 1)]
            message.attempts += 1
            message.next_ms = now_ms + int(DEADLINE_S * 1000) + pause_ms
        return [Outgoing(each.alarm_id, each.attempts, each.phone, each.text) for each in messages]


def _note(database: Database, answers: dict[str, bool], now_ms: int) -> list[str]:
    ended = []
    with database.writing() as session:
        for alarm_id, taken in answers.items():
            message = session.get_one(FamilyMessage, alarm_id)
            if taken:
                message.state, message.answered_ms = "sent", now_ms
            elif message.attempts > len(PAUSES_MS):
                message.state = "failed"
            if message.state != "asked":
                ended.append(alarm_id)
                session.flush()
                alarms.tell(session, session.get_one(DeskAlarm, alarm_id), now_ms)
    return ended
