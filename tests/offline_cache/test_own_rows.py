"""What a terminal finds again of its own log after a restart: an alarm that rang before it must go on ringing after it."""

from __future__ import annotations

from pathlib import Path

from offline_cache.clock import Stamp
from offline_cache.outbox import Outbox
from offline_cache.wire import RowKind
from offline_cache.wire_front_desk import AlarmRaisedBody, TicketIssuedBody

KEY = bytes(32)


def stamp(wall_ms: int) -> Stamp:
    return Stamp(wall_ms, wall_ms, "boot", True)


def opened(directory: Path) -> Outbox:
    return Outbox.open(directory, KEY, "FD-01", stamp(1))


def test_rows_are_found_by_kind_and_time_across_a_restart(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    early = AlarmRaisedBody(alarm_id="early", sort="call_box", sender="D0035/8")
    late = AlarmRaisedBody(alarm_id="late", sort="call_box", sender="D0035/8")
    ticket = TicketIssuedBody(number="A001", date="2026-11-20", queue="general")
    outbox.append(RowKind.ALARM_RAISED, early, stamp(10))
    outbox.append(RowKind.ALARM_RAISED, late, stamp(20))
    outbox.append(RowKind.TICKET_ISSUED, ticket, stamp(30))
    outbox.close()

    outbox = opened(tmp_path)
    found = outbox.rows_since([RowKind.ALARM_RAISED], 15)
    both = outbox.rows_since([RowKind.ALARM_RAISED, RowKind.TICKET_ISSUED], 0)
    outbox.close()

    assert [row.body["alarm_id"] for row in found] == ["late"]
    assert (found[0].occurred_at_ms, found[0].monotonic_ms, found[0].boot_id) == (20, 20, "boot")
    assert [row.kind for row in both] == [
        RowKind.ALARM_RAISED,
        RowKind.ALARM_RAISED,
        RowKind.TICKET_ISSUED,
    ]
    assert {row.state for row in both} == {"pending"}
