"""What the hall does about its front desks by itself: passes alarms on, ends days and consents, deletes what is too old to
keep, and has families told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from fastapi.concurrency import run_in_threadpool

from hall.clock import local_date
from hall.database import Database
from hall.services.front_desk import alarms, care, consents, people, retention, tickets, visits
from hall.services.front_desk.family_messages import FamilyMessages
from hall.services.front_desk.family_sending import send_due

EVERY_S = 2.0
log = logging.getLogger("hall.front_desk")


async def keep_time(database: Database, now_ms: Callable[[], int], ring: Callable[[], None]) -> None:
    """Until cancelled. `ring` wakes who listens to the feed. What failed is tried again."""
    day = ""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            if await run_in_threadpool(pass_on_alarms, database, now_ms()):
                ring()
            today = local_date(now_ms()).isoformat()
            if today != day:
                await run_in_threadpool(turn_day, database, now_ms())
                day = today
                ring()
        # Whatever it was: nobody would notice that alarms are not passed on any more.
        except Exception as error:  # noqa: BLE001
            log.error("timers failed: %s", type(error).__name__)


async def keep_telling_families(
    database: Database, carrier: FamilyMessages, now_ms: Callable[[], int], ring: Callable[[], None]
) -> None:
    """Until cancelled. Apart from the timers: a carrier that does not answer holds no alarm up."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            if await send_due(database, carrier, now_ms()):
                ring()
        except Exception as error:  # noqa: BLE001
            log.error("family messages failed: %s", type(error).__name__)


def pass_on_alarms(database: Database, now_ms: int) -> int:
    """Returns how many alarms went on to the next terminal."""
    with database.reading() as session:
        if not alarms.is_due(session, now_ms):
            return 0
    with database.writing() as session:
        return alarms.pass_on(session, now_ms)


def turn_day(database: Database, now_ms: int) -> None:
    """What is of today leaves the feed, days without a sign of life are counted on, and what is too old is deleted."""
    with database.reading() as session:
        stale = retention.stale_rows(session, now_ms)
    with database.writing() as session:
        visits.end_day(session, now_ms)
        tickets.end_day(session, now_ms)
        alarms.end_day(session, now_ms)
        care.end_day(session, now_ms)
        consents.end_expired(session, now_ms)
        people.end_day(session, now_ms)
        retention.sweep(session, stale, now_ms)
