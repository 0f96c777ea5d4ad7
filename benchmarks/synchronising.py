"""Bringing a long outage's meals to the hall: batches as the terminal sends them, beside one request a meal."""

from __future__ import annotations

import os
import time
from pathlib import Path

from benchmarks.meals import OWN_PART, Diner, meal_body, payers
from benchmarks.measure import Result, against, median_ratio, percentile, take_turns
from benchmarks.peers.one_request_a_meal import send_each
from deploy.programs import Program
from deploy.programs import run as run_command
from offline_cache.clock import Stamp, SystemClock
from offline_cache.hall_client import HallClient
from offline_cache.identity import Identity, TerminalKey
from offline_cache.outbox import Outbox
from offline_cache.wire import LogRow, Period, Push, PushAnswer, RowKind

QUEUED = 10_000
ROUNDS = 5
SINGLE_A_ROUND = 100
BATCH = 100
TERMINAL_ID, SITE_ID = "CT-03", "C3"


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    database = f"sqlite:///{directory}/hall.sqlite3"
    run_command(["hall", "seed", "--database", database])
    code = run_command(["hall", "enrol-code", TERMINAL_ID, SITE_ID, "canteen", "--database", database])
    hall = Program("hall", ["hall", "serve", "--port", "0", "--database", database], directory)
    try:
        return _measure(directory, str(hall.wait_until_ready()["url"]), code)
    finally:
        hall.stop()


def _measure(directory: Path, url: str, code: str) -> list[Result]:
    identity = _enrol(directory, url, code)
    clock = SystemClock()
    stamp = Stamp(clock.wall_ms(), clock.monotonic_ms(), clock.boot_id(), trusted=True)
    outbox = Outbox.open(directory, os.urandom(32), TERMINAL_ID, stamp)
    client = HallClient(url, identity)
    _queue(outbox, stamp, payers(client, 3 * OWN_PART), time.strftime("%Y-%m-%d", time.gmtime()))

    def send_batches() -> float:
        """Rows a second, as the terminal's sync does it: take a batch from the disk, push, settle it there."""
        sent, started = 0, time.perf_counter()
        while sent < QUEUED // ROUNDS:
            rows = outbox.rows_to_send(BATCH)
            _settle(outbox, stamp, rows, client.push(_push(rows)))
            sent += len(rows)
        return sent / (time.perf_counter() - started)

    def send_singles() -> float:
        """Rows a second, one request each; what the terminal's disk does about it is not counted against the peer."""
        rows = outbox.rows_to_send(SINGLE_A_ROUND)
        started = time.perf_counter()
        answers = send_each(client, rows)
        seconds = time.perf_counter() - started
        for row, answer in zip(rows, answers, strict=True):
            _settle(outbox, stamp, [row], answer)
        return len(rows) / seconds

    try:
        batches, singles = take_turns(send_batches, send_singles, ROUNDS)
        if outbox.status().unsent:
            raise RuntimeError(
                f"{outbox.status().unsent} rows were left over: the measure is not of {QUEUED} meals"
            )
    finally:
        client.close()
        outbox.close()
    return [
        against(
            "sync",
            percentile(batches, 50),
            "rows/s",
            "one request a meal on the same keep-alive connection, with the same token, to the same hall",
            percentile(singles, 50),
            f"{QUEUED} queued meals in batches of {BATCH}, {ROUNDS} parts in turns with {SINGLE_A_ROUND} single requests "
            f"each (rows a second, so the peer's {ROUNDS * SINGLE_A_ROUND} meals stand for its {QUEUED}); a hall "
            "in a process of its own on SQLite; every row was new to it. Medians, and the median ratio of turns.",
            ratio=median_ratio(batches, singles),
            ratio_at_least=20,
        )
    ]  # fmt: skip


def _enrol(directory: Path, url: str, code: str) -> Identity:
    key = TerminalKey.load_or_make(directory)
    client = HallClient(url)
    try:
        return Identity.save(directory, key, client.enrol(code, key.public_text(), "benchmark"))
    finally:
        client.close()


def _queue(outbox: Outbox, stamp: Stamp, diners: list[Diner], today: str) -> None:
    """Everybody's lunch, then dinner, then breakfast, until there are enough."""
    meals = [
        (diner, period) for period in (Period.LUNCH, Period.DINNER, Period.BREAKFAST) for diner in diners
    ]
    for diner, period in meals[: QUEUED + ROUNDS * SINGLE_A_ROUND - outbox.status().unsent]:
        outbox.append(RowKind.MEAL, meal_body(diner, today, period), stamp)


def _push(rows: list[LogRow]) -> Push:
    return Push(log_id=rows[0].log_id, rows=rows)


def _settle(outbox: Outbox, stamp: Stamp, rows: list[LogRow], answer: PushAnswer) -> None:
    results = {result.result for result in answer.results}
    if results != {"new"}:
        raise RuntimeError(f"the hall answered {answer.results[0]} where every row should be new")
    outbox.settle(answer, rows[0].log_id, stamp)
