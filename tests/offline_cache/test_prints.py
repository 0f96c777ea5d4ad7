"""After a power cut every slip that may not be on paper is offered, once, and a second copy never looks like a first."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from offline_cache.outbox import Outbox
from offline_cache.wire import RowKind
from tests.offline_cache.conftest import OpenOutbox
from tests.offline_cache.rows import meal, slip, stamp


@dataclass(frozen=True)
class Ended:
    state: str
    code: str = ""
    lines: int | None = None


def serve(outbox: Outbox, number: int = 0) -> str:
    return outbox.append(RowKind.MEAL, meal(number), stamp(number), slip(number)).txn_id


def test_slips_print_in_their_order(outbox: Outbox) -> None:
    first, second = serve(outbox, 1), serve(outbox, 2)
    prints = outbox.prints()
    job = prints.next_print()
    assert job is not None and job.txn_id == first
    prints.sending(first)
    prints.finished(first, Ended("printed"))
    job = prints.next_print()
    assert job is not None and job.txn_id == second
    assert prints.unfinished() == []


@pytest.mark.parametrize("state", ["queued", "sending", "unknown", "failed"])
def test_after_a_restart_it_is_offered_and_does_not_print_by_itself(
    outbox: Outbox, open_outbox: OpenOutbox, state: str
) -> None:
    txn_id = serve(outbox)
    if state == "sending":
        outbox.prints().sending(txn_id)
    elif state != "queued":
        outbox.prints().finished(txn_id, Ended(state, "printer.paper_out", 7))
    outbox.close()
    prints = open_outbox().prints()
    assert [(job.txn_id, job.state) for job in prints.unfinished()] == [(txn_id, state)]
    assert prints.next_print() is None


@pytest.mark.parametrize("state", ["printed", "probably"])
def test_what_is_on_paper_is_not_offered(outbox: Outbox, open_outbox: OpenOutbox, state: str) -> None:
    outbox.prints().finished(serve(outbox), Ended(state))
    outbox.close()
    assert open_outbox().prints().unfinished() == []


def test_a_retry_is_the_next_copy_of_the_same_job(outbox: Outbox, open_outbox: OpenOutbox) -> None:
    txn_id = serve(outbox)
    outbox.prints().finished(txn_id, Ended("failed", "printer.paper_out", 3))
    outbox.close()
    prints = open_outbox().prints()
    assert prints.retry(txn_id).copy == 2
    job = prints.next_print()
    assert job is not None and (job.txn_id, job.copy, job.slip) == (txn_id, 2, slip())
    assert prints.unfinished() == []
    prints.finished(txn_id, Ended("printed"))
    assert prints.retry(txn_id).copy == 3


def test_a_retry_that_was_cut_short_is_offered_again(outbox: Outbox, open_outbox: OpenOutbox) -> None:
    txn_id = serve(outbox)
    outbox.close()
    again = open_outbox()
    again.prints().retry(txn_id)
    again.prints().sending(txn_id)
    again.close()
    assert [job.state for job in open_outbox().prints().unfinished()] == ["sending"]


def test_a_dismissed_offer_does_not_come_back(outbox: Outbox, open_outbox: OpenOutbox) -> None:
    txn_id = serve(outbox)
    outbox.close()
    again = open_outbox()
    again.prints().dismissed(txn_id)
    assert again.prints().unfinished() == []
    again.close()
    assert open_outbox().prints().unfinished() == []


def test_what_a_failed_job_knows_is_kept(outbox: Outbox) -> None:
    txn_id = serve(outbox)
    outbox.prints().finished(txn_id, Ended("failed", "printer.cover_open", 12))
    job = outbox.prints().job(txn_id)
    assert job is not None and (job.code, job.lines) == ("printer.cover_open", 12)


def test_a_slip_can_be_queued_for_a_row_that_had_none(outbox: Outbox) -> None:
    txn_id = outbox.append(RowKind.MEAL, meal(), stamp()).txn_id
    outbox.prints().queue(txn_id, slip(1))
    outbox.prints().queue(txn_id, slip(2))
    job = outbox.prints().job(txn_id)
    assert job is not None and job.slip == slip(1)


def test_a_retry_without_a_slip_is_an_error(outbox: Outbox) -> None:
    with pytest.raises(KeyError):
        outbox.prints().retry("nobody")


def test_a_job_prints_without_what_is_on_the_slip(outbox: Outbox) -> None:
    job = outbox.prints().job(serve(outbox))
    assert "午餐" not in repr(job)
