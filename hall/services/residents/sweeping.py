"""Deleting what was only meant to last for a time, whether or not anybody calls: for minutes documents handed off and
codes, for the three years of the privacy notice who looked at what, and the papers of finished applications."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from fastapi.concurrency import run_in_threadpool

from hall.database import Database
from hall.services.applications import papers
from hall.services.residents import access_log, hand_offs, phone_codes

EVERY_S = 30.0
THREE_YEARS_MS = (3 * 365 + 1) * 86_400_000
"""As long as the privacy notice says (hall/catalogue/privacy_notice.toml), with the leap day that may lie in it."""

log = logging.getLogger("hall.sweeping")


def sweep(database: Database, now_ms: int) -> None:
    with database.writing() as session:
        hand_offs.forget_old(session, now_ms)
        phone_codes.forget_old(session, now_ms)
        access_log.forget_old(session, now_ms - THREE_YEARS_MS)
        papers.forget_old(session, now_ms - THREE_YEARS_MS)


async def keep_sweeping(database: Database, now_ms: Callable[[], int]) -> None:
    """Until cancelled. What failed is tried again at the next turn."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await run_in_threadpool(sweep, database, now_ms())
        # Whatever it was: what was promised to be deleted has to be deleted some time.
        except Exception as error:  # noqa: BLE001
            log.error("sweeping failed: %s", type(error).__name__)
