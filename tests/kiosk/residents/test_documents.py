"""A person stands there for her record: one number however often it is printed, no copy that nobody asked for, and
nothing of it left when it was delivered. Over the real disk, drivers and threads, and emulated machines."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import DeviceStatus, Health, PrintOutcome, PrintState
from drivers.printers.escpos import CLEAR_BUFFER
from kiosk.commands_resident import DismissDocument
from kiosk.events_resident import (
    DocumentIssued,
    DocumentPrinted,
    DocumentRefused,
    PrinterReady,
    PrintStepped,
)
from kiosk.services.supervision import WEDGED, DeviceHealthChanged
from offline_cache.identity import TerminalKey
from offline_cache.wire import RowKind
from tests.kiosk.residents.document_samples import guide, record, route
from tests.kiosk.residents.print_bench import PrintBench

HOUR_MS = 3_600_000


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[PrintBench]:
    bench = PrintBench(tmp_path)
    yield bench
    bench.close()


def test_a_slip_is_on_the_disk_before_its_number_is_told_and_gone_when_it_is_printed(
    bench: PrintBench,
) -> None:
    bench.start()
    number = bench.issued(record())
    assert number == "QP01-20261120-0001"
    assert bench.ended(number) == DocumentPrinted(number, "printed", lines=bench.ended(number).lines)
    assert bench.slip.wait_for_pages(1)
    (issued,) = bench.rows(RowKind.DOCUMENT_ISSUED)
    assert (issued.body["rows"], issued.body["medium"], issued.body["copies"]) == (6, "slip", 1)
    (printed,) = bench.rows(RowKind.DOCUMENT_PRINTED)
    assert (printed.body["number"], printed.body["copy_number"], printed.body["state"]) == (
        number,
        1,
        "printed",
    )
    assert bench.stored(number).over
    assert bench.stored(number).content == {}
    assert bench.waiting() == ()


def test_the_signature_is_this_terminals_over_number_and_digest(bench: PrintBench, tmp_path: Path) -> None:
    bench.start()
    bench.ended(bench.issued(record()))
    body = bench.rows(RowKind.DOCUMENT_ISSUED)[0].body
    signature = base64.urlsafe_b64decode(body["signature"] + "==")
    signed = f"{body['number']} {body['digest']}".encode("ascii")
    TerminalKey.load_or_make(tmp_path).private.public_key().verify(signature, signed)
    assert body["digest"] != hashlib.sha256(b"").hexdigest()


def test_what_is_on_paper_decides_the_digest(bench: PrintBench) -> None:
    bench.start()
    for rows in (6, 7):
        bench.ended(bench.issued(record(rows)))
    first, second = (row.body["digest"] for row in bench.rows(RowKind.DOCUMENT_ISSUED))
    assert first != second


def test_how_far_it_has_come_is_what_the_printer_has_confirmed(bench: PrintBench) -> None:
    bench.start("slip")
    number = bench.issued(record(30))
    bench.ended(number)
    percents = [event.percent for event in bench.of_kind(PrintStepped)]
    assert percents[0] == -1
    assert percents[1:] == sorted(percents[1:])
    assert len(percents) > 5
    assert percents[-1] == 100


def test_a_printer_that_counts_nothing_steps_without_a_number(bench: PrintBench) -> None:
    bench.slip.fences = bench.slip.confirms = False
    bench.start("slip")
    assert bench.ended(bench.issued(record())).state == "probably"
    assert [event.percent for event in bench.of_kind(PrintStepped)] == [-1]


def test_each_copy_is_a_row_and_the_second_says_so(bench: PrintBench) -> None:
    bench.start("slip")
    number = bench.issued(record(), copies=3)
    assert bench.ended(number).state == "printed"
    rows = bench.rows(RowKind.DOCUMENT_PRINTED)
    assert [(row.body["copy_number"], row.body["state"]) for row in rows] == [
        (1, "printed"),
        (2, "printed"),
        (3, "printed"),
    ]
    assert len(bench.of_kind(DocumentPrinted)) == 1
    first, second, third = bench.slip.pages
    assert second.height > first.height  # the band that says 补打
    assert second.height == third.height


def test_pages_print_copy_by_copy(bench: PrintBench) -> None:
    bench.start()
    number = bench.issued(record(60), "pages", copies=2)
    assert bench.of_kind(DocumentIssued)[0].pages == 2
    assert bench.ended(number).state == "probably"
    assert bench.pages.page_count == 4
    assert len(bench.rows(RowKind.DOCUMENT_PRINTED)) == 2
    assert bench.stored(number).content == {}


def test_paper_that_ends_midway_says_where_and_another_copy_has_the_same_number(bench: PrintBench) -> None:
    bench.start("slip")
    bench.slip.paper_out(at_line=22)
    number = bench.issued(record(40))
    ended = bench.ended(number)
    assert (ended.state, ended.code, ended.waits) == ("failed", "printer.paper_out", False)
    assert ended.lines is not None
    assert 0 < ended.lines <= 22
    bench.wait_until_ready()  # on nothing: it is known by now that there is no paper
    bench.slip.refill()
    bench.wait_until_ready("slip")
    again = bench.again(number)
    assert isinstance(again, DocumentIssued)
    assert bench.ended(number, 2).state == "printed"
    assert [row.body["state"] for row in bench.rows(RowKind.DOCUMENT_PRINTED)] == ["failed", "printed"]
    assert len(bench.rows(RowKind.DOCUMENT_ISSUED)) == 1


@pytest.mark.parametrize("stays", [True, False], ids=["while she stands there", "after she has gone"])
def test_a_new_roll_carries_the_rest_of_a_record_only_for_who_still_stands_there(
    bench: PrintBench, stays: bool
) -> None:
    bench.start("slip")
    bench.slip.paper_out(at_line=22)
    bench.ended(bench.issued(record(40)))
    bench.wait_until_ready()
    out_before = bench.slip.lines_since_cut
    if not stays:
        bench.end_session()
        assert bench.slip.wait_for(lambda printer: printer.received.endswith(CLEAR_BUFFER))
    bench.slip.refill()
    bench.wait_until_ready("slip")
    later = bench.slip.lines_since_cut - out_before
    assert later > 0 if stays else later == 0


def test_a_slip_that_ended_well_leaves_nothing_to_throw_away(bench: PrintBench) -> None:
    bench.start("slip")
    bench.ended(bench.issued(record()))
    bench.end_session()
    assert bench.ended(bench.issued(guide())).state == "printed"
    assert CLEAR_BUFFER not in bench.slip.received


def test_the_rest_that_a_power_cut_left_in_the_printer_goes_before_anything_is_printed(
    bench: PrintBench,
) -> None:
    stored = bench.stored(bench.issued(record()))  # the printers' threads do not run yet
    bench.disk.call(lambda: bench.outbox.prints().sending(stored.txn_id))
    bench.restart()
    bench.start("slip")
    assert bench.slip.wait_for(lambda printer: CLEAR_BUFFER in printer.received)


def test_without_paper_the_person_is_told_to_wait_and_it_goes_on_when_there_is_some(
    bench: PrintBench,
) -> None:
    bench.start("slip")
    bench.slip.paper_out()
    bench.wait_until_ready()
    number = bench.issued(record())
    waits = bench.wait_for(DocumentPrinted, lambda event: event.waits)
    assert (waits.number, waits.code) == (number, "printer.paper_out")
    bench.slip.refill()
    assert bench.ended(number).state == "printed"


def test_a_bound_document_prints_for_nobody_but_its_person(bench: PrintBench) -> None:
    bench.start("slip")
    bench.slip.paper_out()
    bench.wait_until_ready()
    number = bench.issued(record())
    bound = bench.bind(number)
    assert (bound.pick_up, bound.until) == ("A 001", "18:00")
    assert bench.bind(number).pick_up == "A 001"
    bench.end_session()
    bench.slip.refill()
    bench.wait_until_ready("slip")
    assert not bench.slip.wait_for_pages(1, timeout_s=0.5)
    assert bench.waiting() == ((number, "社保缴费记录", "Social insurance paid"),)
    assert bench.waiting("person-2") == ()
    other = bench.again(number, "person-2")
    assert isinstance(other, DocumentRefused)
    assert other.code == "document.gone"
    assert isinstance(bench.again(number), DocumentIssued)
    assert bench.ended(number).state == "printed"
    assert len(bench.rows(RowKind.DOCUMENT_BOUND)) == 1


def test_the_next_bound_document_has_the_next_number_and_the_next_day_begins_anew(bench: PrintBench) -> None:
    bench.start("slip")
    bench.slip.paper_out()
    bench.wait_until_ready()
    assert [bench.bind(bench.issued(record())).pick_up for _ in range(2)] == ["A 001", "A 002"]
    bench.now_ms += 24 * HOUR_MS
    assert bench.bind(bench.issued(record())).pick_up == "A 001"


def test_what_nobody_fetched_until_the_window_closes_is_overwritten(bench: PrintBench) -> None:
    bench.start("slip")
    bench.slip.paper_out()
    bench.wait_until_ready()
    number = bench.issued(record())
    bench.end_session()
    assert bench.stored(number).content
    bench.now_ms += 8 * HOUR_MS
    assert bench.waiting() == ()
    bench.end_session()
    assert bench.stored(number).content == {}
    assert isinstance(bench.again(number), DocumentRefused)


@pytest.mark.parametrize("hours", [8, 24 * 400], ids=["closing time", "the clock steps"])
def test_who_stands_there_when_its_time_is_over_gets_it_all_the_same(bench: PrintBench, hours: int) -> None:
    bench.start("slip")
    bench.slip.paper_out()
    bench.wait_until_ready()
    number = bench.issued(record())
    bench.now_ms += hours * HOUR_MS
    bench.disk.call(bench.documents.drop_expired)
    bench.slip.refill()
    assert bench.ended(number).state == "printed"
    assert bench.stored(number).content == {}


def test_what_could_not_be_printed_by_closing_time_can_still_be_bound(bench: PrintBench) -> None:
    bench.start("slip")
    bench.slip.paper_out()
    bench.wait_until_ready()
    number = bench.issued(record())
    bench.now_ms += 8 * HOUR_MS
    bench.disk.call(bench.documents.drop_expired)
    assert bench.bind(number).pick_up == "A 001"
    bench.end_session()
    assert [waiting[0] for waiting in bench.waiting()] == [number]
    bench.now_ms += 24 * HOUR_MS
    bench.end_session()
    assert bench.stored(number).content == {}


def test_a_clock_that_steps_back_waits_no_longer_and_repeats_no_number(bench: PrintBench) -> None:
    bench.start("slip")
    first = bench.issued(record())
    bench.ended(first)
    bench.now_ms -= 48 * HOUR_MS
    bench.slip.paper_out()
    bench.wait_until_ready()
    second = bench.issued(record())
    bench.bind(second)
    bench.end_session()
    bench.now_ms += 48 * HOUR_MS
    third = bench.issued(record())
    assert [number[-13:] for number in (first, second, third)] == [
        "20261120-0001",
        "20261118-0001",
        "20261120-0002",
    ]
    assert [waiting[0] for waiting in bench.waiting()] == []


def test_dismissed_it_is_overwritten_at_once(bench: PrintBench) -> None:
    bench.start("slip")
    bench.slip.paper_out()
    bench.wait_until_ready()
    number = bench.issued(record())
    bench.disk.call(lambda: bench.documents.dismiss(DismissDocument(number)))
    assert bench.stored(number).content == {}
    bench.slip.refill()
    bench.wait_until_ready("slip")
    assert not bench.slip.wait_for_pages(1, timeout_s=0.5)


@pytest.mark.parametrize("medium", ["slip", "pages"])
def test_after_a_power_cut_it_waits_for_its_person(bench: PrintBench, medium: str) -> None:
    bench.slip.paper_out()
    number = bench.issued(record(), medium)  # the printers' threads do not run yet: it stays where it is
    bench.restart()
    bench.slip.refill()
    bench.start()
    assert not bench.slip.wait_for_pages(1, timeout_s=0.3)
    assert bench.pages.page_count == 0
    assert [waiting[0] for waiting in bench.waiting()] == [number]
    assert isinstance(bench.again(number), DocumentIssued)
    assert bench.ended(number).state in ("printed", "probably")


def test_what_was_coming_out_when_the_power_went_is_unknown(bench: PrintBench) -> None:
    number = bench.issued(record(), "pages")
    assert bench.stored(number).state == PrintState.SENDING
    bench.restart()
    bench.disk.call(bench.documents.begin)
    (row,) = bench.rows(RowKind.DOCUMENT_PRINTED)
    assert (row.body["state"], row.body["code"]) == ("unknown", "printer.power_cut")
    assert [waiting[0] for waiting in bench.waiting()] == [number]


def test_a_printer_that_vanishes_after_print_was_pressed(bench: PrintBench) -> None:
    bench.start("slip")
    bench.slip.paper_out()
    bench.wait_until_ready()
    number = bench.issued(record())
    bench.slip.unplug()
    ended = bench.ended(number)
    assert (ended.state, ended.code, ended.lines) == ("failed", "printer.gone", 0)
    bench.slip.refill()
    bench.slip.plug()
    bench.wait_until_ready("slip")
    assert not bench.slip.wait_for_pages(1, timeout_s=0.5)
    assert [waiting[0] for waiting in bench.waiting()] == [number]


def test_a_printer_that_is_gone_is_refused_before_a_number_is_used(bench: PrintBench) -> None:
    bench.start("slip")
    bench.slip.unplug()
    bench.wait_until_ready()
    ask_id = bench.issue(record())
    assert bench.of_kind(DocumentRefused) == [DocumentRefused(ask_id, "printer.unready")]
    assert not bench.rows(RowKind.DOCUMENT_ISSUED)


def test_ten_thousand_rows_are_too_long_for_a_slip(bench: PrintBench) -> None:
    bench.start("slip")
    ask_id = bench.issue(record(10_000))
    assert bench.of_kind(DocumentRefused) == [DocumentRefused(ask_id, "printer.too_long")]


def test_a_record_without_rows_prints_and_says_so(bench: PrintBench) -> None:
    bench.start("slip")
    assert bench.ended(bench.issued(record(0))).state == "printed"


def test_guide_and_route_print_as_well(bench: PrintBench) -> None:
    bench.start("slip")
    for source in (guide(), route()):
        assert bench.ended(bench.issued(source)).state == "printed"


def test_near_the_end_of_the_paper_is_said(bench: PrintBench) -> None:
    bench.slip.paper_near_end()
    bench.start("slip")
    assert bench.wait_for(PrinterReady, lambda event: event.near_end)


def test_after_the_session_pages_in_the_spool_are_gone_and_wait_for_their_person(bench: PrintBench) -> None:
    bench.start()
    bench.pages.paper_out(at_page=1)
    number = bench.issued(record(60), "pages")
    assert bench.wait_for(DocumentPrinted, lambda event: event.waits).code == "printer.paper_out"
    bench.end_session()
    assert bench.ended(number).code == "printer.cancelled"
    assert bench.pages.wait_for(lambda printer: not printer.jobs)
    assert [waiting[0] for waiting in bench.waiting()] == [number]


def test_nothing_of_a_delivered_document_is_in_any_file(bench: PrintBench, tmp_path: Path) -> None:
    bench.start()
    for medium in ("slip", "pages"):
        bench.ended(bench.issued(record(), medium))
    bench.end_session()
    assert bench.disk.call(lambda: bench.outbox._connection.execute("PRAGMA secure_delete").fetchone()) == (
        1,
    )
    assert not bench.pages.jobs
    said = [b"776.00", "赵＊".encode(), b"320305********0024"]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files for text in said if text in path.read_bytes()]


def test_a_medium_that_nobody_has_is_no_printer(bench: PrintBench) -> None:
    ask_id = bench.issue(record(), "")
    assert bench.of_kind(DocumentRefused) == [DocumentRefused(ask_id, "printer.none")]


def test_an_untrusted_clock_still_issues(bench: PrintBench) -> None:
    bench.trusted = False
    bench.start("slip")
    assert bench.ended(bench.issued(record())).state == "printed"


def test_a_session_that_ends_while_it_prints_leaves_one_paper_and_one_row(bench: PrintBench) -> None:
    bench.start("slip")
    number = bench.issued(record(40), copies=2)
    assert bench.slip.wait_for(lambda printer: printer.lines > 3)
    bench.end_session()
    assert bench.ended(number).state == "printed"
    assert not bench.slip.wait_for_pages(2, timeout_s=0.5)
    assert [row.body["copy_number"] for row in bench.rows(RowKind.DOCUMENT_PRINTED)] == [1]
    assert bench.stored(number).content == {}


def test_a_printer_that_was_stuck_in_the_middle_of_it_leaves_nobody_waiting(bench: PrintBench) -> None:
    """The thread that was given up says nothing more; the next one notes on the disk what it found."""
    number = bench.issued(record())
    txn_id = bench.stored(number).txn_id
    bench.disk.call(lambda: bench.outbox.prints().sending(txn_id))
    stuck = PrintOutcome(PrintState.UNKNOWN, WEDGED)
    bench.disk.call(lambda: bench.outbox.prints().finished(txn_id, stuck))
    bench.publish(DeviceHealthChanged("receipt_printer", DeviceStatus(Health.OK)))
    ended = bench.ended(number)
    assert (ended.state, ended.code) == ("unknown", WEDGED)
    assert [row.body["state"] for row in bench.rows(RowKind.DOCUMENT_PRINTED)] == ["unknown"]
