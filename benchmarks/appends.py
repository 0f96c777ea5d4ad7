"""How many meals a second reach the disk for good: with chain, encryption and a queued slip, beside a bare INSERT."""

from __future__ import annotations

import os
import time
from pathlib import Path

from benchmarks.meals import meal_body, slip
from benchmarks.measure import Result, against, median_ratio, percentile, take_turns
from benchmarks.peers.bare_log import BareLog
from offline_cache.clock import Stamp, SystemClock
from offline_cache.outbox import Outbox
from offline_cache.wire import RowKind

ROWS_A_BLOCK = 150
ROUNDS = 12


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    clock = SystemClock()
    stamp = Stamp(clock.wall_ms(), clock.monotonic_ms(), clock.boot_id(), trusted=True)
    log = Outbox.open(directory, os.urandom(32), "CT-03", stamp)
    bare = BareLog(directory / "bare.db")
    bodies = [meal_body(number) for number in range(ROWS_A_BLOCK)]
    example = log.append(RowKind.MEAL, bodies[0], stamp)
    slips = [slip(number) for number in range(ROWS_A_BLOCK)]

    def ours() -> float:
        started = time.perf_counter()
        for body, paper in zip(bodies, slips, strict=True):
            log.append(RowKind.MEAL, body, stamp, paper)
        return ROWS_A_BLOCK / (time.perf_counter() - started)

    def peer() -> float:
        started = time.perf_counter()
        for body in bodies:
            bare.append(example, body.model_dump_json())
        return ROWS_A_BLOCK / (time.perf_counter() - started)

    try:
        rates, bare_rates = take_turns(ours, peer, ROUNDS)
    finally:
        log.close()
        bare.close()
    return [
        against(
            "appends",
            percentile(rates, 50),
            "rows/s",
            "plain SQLite, WAL, synchronous=FULL, one INSERT and commit a row",
            percentile(bare_rates, 50),
            f"{ROUNDS} blocks of {ROWS_A_BLOCK} rows each, in turns on the same file system; medians, and the median "
            "ratio of neighbouring blocks. Ours: SQLCipher, chain hash, derived meal and a queued slip in each commit.",
            ratio=median_ratio(rates, bare_rates),
            ratio_at_least=0.7,
        )
    ]
