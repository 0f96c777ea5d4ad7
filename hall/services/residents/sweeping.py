"""Deleting what was only meant to last for minutes, whether or not anybody calls: documents handed off, old codes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import DBAPIError

from hall.database import Database
from hall.services.residents import hand_offs, phone_codes

EVERY_S = 30.0
log = logging.getLogger("hall.sweeping")


def sweep(database: Database, now_ms: int) -> None:
    with database.writing() as session:
        hand_offs.forget_old(session, now_ms)
        phone_codes.forget_old(session, now_ms)


async def keep_sweeping(database: Database, now_ms: Callable[[], int]) -> None:
    """Until cancelled. A database that does not answer is tried again at the next turn."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await run_in_threadpool(sweep, database, now_ms())
        except DBAPIError as error:
            log.error("sweeping failed: %s", type(error).__name__)
