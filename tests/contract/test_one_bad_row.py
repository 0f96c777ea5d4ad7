"""A batch is stored and applied as one; these tests are about the row that no database takes. It is kept and refused,
and what stood around it ends as if it had never been there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from offline_cache.wire import LogRow, RowKind
from tests.contract.conftest import TestHall
from tests.contract.terminals import BAND, LUNCH_MS, MINUTE_MS, LogWriter, meal_body

BEYOND_64_BITS = str(2**64)  # as text: RFC 8785 has no such number, but a text passes for one in a body


def _meal_no_column_holds(log: LogWriter) -> LogRow:
    body = meal_body(None)
    return log.add(
        RowKind.MEAL, body | dict.fromkeys(("list_price", "own_part", "cash_part"), BEYOND_64_BITS)
    )


def _opening_no_column_holds(log: LogWriter) -> LogRow:
    body = {
        "previous_log_id": log.log_id,
        "previous_seq": BEYOND_64_BITS,
        "previous_hash": "",
        "reason": "first",
    }
    return log.add(RowKind.LOG_OPENED, body)


@pytest.mark.parametrize("bad_row", [_meal_no_column_holds, _opening_no_column_holds])
def test_a_row_that_no_database_takes_is_refused_alone(
    hall: TestHall, bad_row: Callable[[LogWriter], LogRow]
) -> None:
    late, early = hall.terminal("CT-07", "C7"), hall.terminal("CT-03", "C3")
    late.push(late.log.meal("P1", LUNCH_MS + 35 * MINUTE_MS, lines=[BAND], site_id="C7", online=False))
    log = early.log
    rows = [
        log.meal("P1", LUNCH_MS, lines=[BAND], online=False),
        log.meal(None),
        bad_row(log),
        log.meal("P2"),
    ]
    answer = early.push(*rows)
    assert [each.code for each in answer.results] == ["", "", "row.not_applicable", ""]
    assert early.push(*rows).results[2].code == "row.not_applicable"
    assert hall.states("CT-03")[2] == ("refused", "row.not_applicable")
    assert hall.states("CT-07") == [("duplicate", "")]
    summary = hall.get("/v1/ledger/summary")
    assert (summary["rows"], summary["meals"], summary["claims"], summary["duplicates"]) == (5, 4, 2, 1)
    own_part = 1200 - BAND.amount
    assert early.account("P1") == {"person_id": "P1", "purse": 10_000 - 2 * own_part, "welfare": 60_000}
