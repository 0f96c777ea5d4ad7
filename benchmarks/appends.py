"""How many meals a second reach the disk for good: with chain and encryption, beside a bare INSERT of the same rows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.meals import invented_diner, meal_body, slip
from benchmarks.measure import Result, against, median_ratio, percentile, take_turns
from benchmarks.peers.bare_log import BareLog
from offline_cache.clock import Stamp, SystemClock
from offline_cache.outbox import Outbox
from offline_cache.wire import Period, RowKind

ROWS_A_BLOCK = 150
ROUNDS = 12
PEER = "plain SQLite, WAL, synchronous=FULL: one INSERT and commit a row, the same columns"


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    clock = SystemClock()
    stamp = Stamp(clock.wall_ms(), clock.monotonic_ms(), clock.boot_id(), trusted=True)
    log = Outbox.open(directory, os.urandom(32), "CT-03", stamp)
    bare = BareLog(directory / "bare.db")
    bodies = [meal_body(invented_diner(number), "2026-11-20", Period.LUNCH) for number in range(ROWS_A_BLOCK)]
    example = log.append(RowKind.MEAL, bodies[0], stamp).log_row()

    def appends(slips: Sequence[dict[str, Any] | None]) -> Callable[[], float]:
        def block() -> float:
            started = time.perf_counter()
            for body, paper in zip(bodies, slips, strict=True):
                log.append(RowKind.MEAL, body, stamp, paper)
            return ROWS_A_BLOCK / (time.perf_counter() - started)

        return block

    def bare_block() -> float:
        started = time.perf_counter()
        for body in bodies:
            bare.append(example, body.model_dump_json())
        return ROWS_A_BLOCK / (time.perf_counter() - started)

    how = f"{ROUNDS} blocks of {ROWS_A_BLOCK} rows each, in turns on one file system; medians, and the median ratio of turns. "
    try:
        rows, bare_rows = take_turns(appends([None] * ROWS_A_BLOCK), bare_block, ROUNDS)
        slips = [slip(number) for number in range(ROWS_A_BLOCK)]
        with_slips, bare_again = take_turns(appends(slips), bare_block, ROUNDS)
    finally:
        log.close()
        bare.close()
    return [
        against(
            "appends",
            percentile(rows, 50),
            "rows/s",
            PEER,
            percentile(bare_rows, 50),
            how + "Ours: SQLCipher, chain hash, and what is looked up by person and by meal, in each commit.",
            ratio=median_ratio(rows, bare_rows),
            ratio_at_least=0.7,
        ),
        against(
            "appends_with_slip",
            percentile(with_slips, 50),
            "rows/s",
            PEER,
            percentile(bare_again, 50),
            how + "As above, with a slip queued for the printer in the same commit. No goal is set.",
            ratio=median_ratio(with_slips, bare_again),
        ),
    ]
