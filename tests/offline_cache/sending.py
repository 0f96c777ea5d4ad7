"""One round of sync without network and threads: push until nothing is left, then pull until nothing is left."""

from __future__ import annotations

from offline_cache.outbox import Outbox
from offline_cache.reference import Reference
from offline_cache.wire import BATCH_ROWS, Push
from tests.offline_cache.model_hall import ModelHall
from tests.offline_cache.rows import stamp

MOST_BATCHES = 1000


def push_all(outbox: Outbox, hall: ModelHall, limit: int = BATCH_ROWS) -> None:
    for _ in range(MOST_BATCHES):
        if not push_once(outbox, hall, limit):
            return
    raise AssertionError("pushing never ends")


def push_once(outbox: Outbox, hall: ModelHall, limit: int = BATCH_ROWS, *, reply_lost: bool = False) -> bool:
    rows = outbox.rows_to_send(limit)
    if not rows:
        return False
    answer = hall.push(Push(log_id=rows[0].log_id, rows=rows))
    if not reply_lost:
        outbox.settle(answer, rows[0].log_id, stamp())
    return True


def pull_all(reference: Reference, hall: ModelHall, limit: int = 500) -> None:
    while reference.apply(page := hall.pull(reference.cursor(), limit)) is not None and page.more:
        pass
