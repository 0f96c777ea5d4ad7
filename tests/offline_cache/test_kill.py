"""kill -9 in the middle of writing: whatever was acknowledged is on the disk, whole, linked, and its slip offered."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from offline_cache.db import load_key
from offline_cache.outbox import Outbox
from offline_cache.wire import RowKind
from tests.offline_cache.model_hall import ModelHall
from tests.offline_cache.rows import stamp
from tests.offline_cache.sending import push_all

ROUNDS = 6
DEADLINE_S = 30.0

WRITER = """
import sys
from pathlib import Path
from offline_cache.db import load_key
from offline_cache.outbox import Outbox
from offline_cache.wire import RowKind
from tests.offline_cache.rows import meal, slip, stamp

directory = Path(sys.argv[1])
outbox = Outbox.open(directory, load_key(directory), "CT-03", stamp())
for number in range(100_000):
    row = outbox.append(RowKind.MEAL, meal(number), stamp(number), slip(number))
    sys.stdout.write(row.txn_id + "\\n")
    sys.stdout.flush()
"""


def write_until_killed(directory: Path, after_rows: int) -> list[str]:
    """Starts a writer, kills it after so many acknowledged rows; returns all that were acknowledged."""
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(directory)],
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().decode().strip() for _ in range(after_rows)]
    process.send_signal(signal.SIGKILL)
    # From the same buffer that readline fills: communicate() would go past what it has already taken in.
    with process.stdout as stream:
        lines = stream.read().decode().split("\n")
    process.wait(DEADLINE_S)
    return acknowledged + [line for line in lines[:-1] if line]


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    chance = random.Random(20260921)
    key = load_key(tmp_path)
    acknowledged: list[str] = []
    for _ in range(ROUNDS):
        acknowledged += write_until_killed(tmp_path, chance.randint(1, 40))
    outbox = Outbox.open(tmp_path, key, "CT-03", stamp())
    assert outbox.quarantined is None
    assert outbox.verify().unbroken
    hall = ModelHall()
    push_all(outbox, hall)
    stored = hall.meal_ids()
    assert len(stored) == len(set(stored))
    assert set(acknowledged) <= set(stored)
    assert len(stored) - len(acknowledged) <= ROUNDS, "at most the row being acknowledged at each kill"
    assert {job.txn_id for job in outbox.prints().unfinished()} == set(stored)
    rows = [row for row in hall.rows() if row.kind is RowKind.MEAL]
    assert len({row.log_id for row in rows}) == 1
    outbox.close()
