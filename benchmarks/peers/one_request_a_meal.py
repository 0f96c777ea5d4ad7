"""Sending meals one by one: a request, an answer, the next. Same connection, token and hall as the batches."""

from __future__ import annotations

from collections.abc import Iterable

from offline_cache.hall_client import HallClient
from offline_cache.wire import LogRow, Push, PushAnswer


def send_each(hall: HallClient, rows: Iterable[LogRow]) -> list[PushAnswer]:
    return [hall.push(Push(log_id=row.log_id, rows=[row])) for row in rows]
