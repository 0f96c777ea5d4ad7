"""A slip is printed once, or somebody is asked: the printer's thread over the real disk and the emulated printer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.base import DeviceStatus, Health, PrintOutcome, PrintState
from drivers.emulators.printer import EmulatedPrinter
from drivers.printers.escpos import EscPosPrinter
from drivers.printers.profiles import PROFILES
from drivers.transport import TcpTransport
from kiosk.services.devices import DeviceHealthChanged
from kiosk.services.printing import PrinterThread, PrintFinished
from kiosk.services.supervision import RetryPolicy
from offline_cache.clock import Stamp
from offline_cache.db import StorageError
from offline_cache.disk import DiskThread
from offline_cache.outbox import Outbox
from offline_cache.prints import PrintJob
from offline_cache.wire import RowKind
from tests.kiosk.slip_samples import meal_body, online_meal

STAMP = Stamp(wall_ms=1_780_000_000_000, monotonic_ms=1, boot_id="boot", trusted=True)
KEY = bytes(range(32))
SLOT = "receipt_printer"
WAIT_S = 8.0


class Heard:
    """What was published, with waiting for it."""

    def __init__(self) -> None:
        self._events: list[object] = []
        self._changed = threading.Condition()

    def publish(self, event: object) -> None:
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def finished(self) -> list[PrintFinished]:
        return [event for event in self._events if isinstance(event, PrintFinished)]

    def health(self) -> list[tuple[Health, str]]:
        return [
            (event.status.health, event.status.code)
            for event in self._events
            if isinstance(event, DeviceHealthChanged)
        ]

    def wait(self, done: Callable[[Heard], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: done(self), WAIT_S)


class Bench:
    """A disk with its log, an emulated printer, and as many runs of the printer's thread as a test wants."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.heard = Heard()
        self.printer = EmulatedPrinter(directory / "printer")
        self.disk = DiskThread().start()
        self.outbox = self._open()
        self.thread: PrinterThread | None = None

    def _open(self) -> Outbox:
        return self.disk.call(lambda: Outbox.open(self._directory, KEY, "CT-03", STAMP))

    def commit(self) -> str:
        row = self.disk.call(lambda: self.outbox.append(RowKind.MEAL, meal_body(), STAMP, online_meal()))
        if self.thread is not None:
            self.thread.queued(row.txn_id)
        return row.txn_id

    def job(self, txn_id: str) -> PrintJob:
        job = self.disk.call(lambda: self.outbox.prints().job(txn_id))
        assert job is not None
        return job

    def start(self, **options: Any) -> PrinterThread:
        driver = EscPosPrinter(
            TcpTransport(*self.printer.address),
            80,
            replace(PROFILES["generic"], answer_s=3.0),
            hold=False,
        )
        thread = PrinterThread(
            SLOT,
            lambda: driver,
            lambda: self.outbox.prints(),
            self.disk.submit,
            self.heard.publish,
            **({"look_s": 0.05} | options),
        )
        self.thread = thread
        thread.start()
        return thread

    def restart(self) -> None:
        """The log closed and opened again, as after a power cut."""
        if self.thread is not None:
            self.thread.stop()
            self.thread = None
        self.disk.call(self.outbox.close)
        self.outbox = self._open()

    def close(self) -> None:
        with ExitStack() as stack:
            stack.callback(self.printer.close)
            stack.callback(self.disk.stop)
            stack.callback(lambda: self.disk.call(self.outbox.close))
            if self.thread is not None:
                stack.callback(self.thread.stop)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def test_slips_are_printed_in_order_and_recorded_before_they_are_told(bench: Bench) -> None:
    states_when_told: list[str] = []
    original = bench.heard.publish

    def publish(event: object) -> None:
        if isinstance(event, PrintFinished):
            states_when_told.append(bench.job(event.txn_id).state)
        original(event)

    bench.heard.publish = publish  # type: ignore[method-assign]
    bench.start()
    txn_ids = [bench.commit() for _ in range(3)]
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 3)
    assert [event.txn_id for event in bench.heard.finished()] == txn_ids
    assert states_when_told == ["printed"] * 3
    assert bench.printer.page_count == 3
    assert bench.heard.health() == [(Health.OK, "")]


def test_sending_is_on_the_disk_before_the_first_byte(bench: Bench) -> None:
    bench.printer.slow(1500)
    bench.start()
    txn_id = bench.commit()
    assert bench.printer.wait_for(lambda printer: bool(printer.first_byte_ns))
    assert bench.job(txn_id).state == "sending"
    bench.printer.slow(None)
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 1)


def test_paper_out_waits_and_goes_on_after_the_refill(bench: Bench) -> None:
    bench.printer.paper_out()
    bench.start()
    txn_id = bench.commit()
    assert bench.heard.wait(lambda heard: (Health.DOWN, "printer.paper_out") in heard.health())
    assert bench.job(txn_id).state == "queued"
    bench.printer.refill()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 1)
    assert bench.job(txn_id).state == "printed"
    assert bench.heard.health()[-1] == (Health.OK, "")


def test_slip_whose_diner_has_long_gone_is_for_staff(bench: Bench) -> None:
    bench.printer.paper_out()
    bench.start(fresh_s=0.3)
    old = bench.commit()
    assert bench.heard.wait(lambda heard: (Health.DOWN, "printer.paper_out") in heard.health())
    assert not bench.printer.wait_for_pages(1, timeout_s=0.4)
    bench.printer.refill()
    fresh = bench.commit()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 2)
    job = bench.job(old)
    assert (job.state, job.code, job.lines) == ("failed", "printer.too_late", 0)
    assert old in [waiting.txn_id for waiting in bench.disk.call(lambda: bench.outbox.prints().needy())]
    assert bench.job(fresh).state == "printed"
    assert bench.printer.page_count == 1


def test_failed_slip_is_not_printed_again_by_itself_and_the_next_one_is(bench: Bench) -> None:
    bench.printer.paper_out(at_line=2)
    bench.start()
    failed = bench.commit()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 1)
    job = bench.job(failed)
    assert (job.state, job.code) == ("failed", "printer.paper_out")
    assert job.lines is not None
    bench.printer.refill()
    following = bench.commit()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 2)
    assert bench.job(following).state == "printed"
    assert bench.job(failed).state == "failed"
    assert [event.copy for event in bench.heard.finished()] == [1, 1]


def test_reprint_is_the_same_job_marked_as_a_copy(bench: Bench) -> None:
    thread = bench.start()
    txn_id = bench.commit()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 1)
    thread.reprint(txn_id)
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 2)
    assert [(event.txn_id, event.copy) for event in bench.heard.finished()] == [(txn_id, 1), (txn_id, 2)]
    first, second = bench.printer.pages
    assert second.height > first.height


def test_reprint_of_a_slip_that_still_waits_joins_it(bench: Bench) -> None:
    bench.printer.paper_out()
    thread = bench.start()
    txn_id = bench.commit()
    assert bench.heard.wait(lambda heard: (Health.DOWN, "printer.paper_out") in heard.health())
    thread.reprint(txn_id)
    bench.printer.refill()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 1)
    assert bench.job(txn_id).copy == 1
    assert not bench.printer.wait_for_pages(2, timeout_s=0.2)


def test_reprint_of_nothing_leaves_the_thread_well(bench: Bench) -> None:
    thread = bench.start()
    thread.reprint("019a0000-0000-7000-8000-000000000000")
    bench.commit()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 1)


def test_after_a_restart_nothing_prints_by_itself(bench: Bench) -> None:
    queued, interrupted = bench.commit(), bench.commit()
    bench.disk.call(lambda: bench.outbox.prints().sending(interrupted))
    bench.restart()
    thread = bench.start()
    fresh = bench.commit()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 1)
    assert not bench.printer.wait_for_pages(2, timeout_s=0.2)
    assert bench.job(fresh).state == "printed"
    assert bench.job(queued).state == "queued"
    job = bench.job(interrupted)
    assert (job.state, job.code) == ("unknown", "printer.power_cut")
    thread.reprint(queued)
    thread.reprint(interrupted)
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 3)
    assert {event.copy for event in bench.heard.finished()[1:]} == {2}


def test_printer_that_went_away_is_found_again(bench: Bench) -> None:
    bench.start()
    assert bench.heard.wait(lambda heard: heard.health() == [(Health.OK, "")])
    bench.printer.unplug()
    assert bench.heard.wait(lambda heard: heard.health()[-1] == (Health.DOWN, "printer.gone"))
    txn_id = bench.commit()
    bench.printer.plug()
    plugged_at = time.monotonic()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 1)
    assert time.monotonic() - plugged_at < 3
    assert bench.job(txn_id).state == "printed"


def test_near_end_is_said_and_stops_nobody(bench: Bench) -> None:
    bench.printer.paper_near_end()
    bench.start()
    bench.commit()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 1)
    assert bench.heard.health() == [(Health.DEGRADED, "printer.paper_near_end")]


def test_damaged_slip_does_not_hold_up_the_next(bench: Bench) -> None:
    bench.start()
    row = bench.disk.call(lambda: bench.outbox.append(RowKind.MEAL, meal_body(), STAMP, {"parts": [{}]}))
    following = bench.commit()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 2)
    job = bench.job(row.txn_id)
    assert (job.state, job.code, job.lines) == ("failed", "slip.damaged", 0)
    assert bench.job(following).state == "printed"


class StuckPrinter:
    """A driver whose print does not come back until it is let go."""

    kind = "stuck"

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.printing = threading.Event()

    def open(self) -> None: ...

    def close(self) -> None: ...

    def probe(self) -> DeviceStatus:
        return DeviceStatus(Health.OK)

    def diagnostics(self) -> dict[str, str]:
        return {}

    def clear_buffer(self) -> None:
        return

    def print(self, slip: object, job_id: str, on_lines: object = None) -> PrintOutcome:
        self.printing.set()
        assert self.let_go.wait(WAIT_S)
        return PrintOutcome(PrintState.UNKNOWN, "printer.stalled")


def test_stuck_driver_is_said_to_be_wedged_and_well_again_when_it_returns(bench: Bench) -> None:
    stuck = StuckPrinter()
    thread = PrinterThread(
        SLOT,
        lambda: stuck,
        lambda: bench.outbox.prints(),
        bench.disk.submit,
        bench.heard.publish,
        look_s=0.05,
        wedged_s=0.1,
    )
    bench.thread = thread
    thread.start()
    thread.watch()
    bench.commit()
    assert stuck.printing.wait(WAIT_S)
    assert not stuck.let_go.wait(0.15)
    thread.watch()
    assert bench.heard.health()[-1] == (Health.WEDGED, "device.wedged")
    stuck.let_go.set()
    assert bench.heard.wait(lambda heard: heard.health()[-1] == (Health.OK, ""))


def test_a_printer_that_stays_stuck_gets_a_fresh_driver_and_its_slip_is_offered(bench: Bench) -> None:
    stuck = StuckPrinter()
    working = EscPosPrinter(TcpTransport(*bench.printer.address), hold=False)
    drivers: list[Any] = [stuck, working]
    thread = PrinterThread(
        SLOT,
        lambda: drivers.pop(0),
        lambda: bench.outbox.prints(),
        bench.disk.submit,
        bench.heard.publish,
        look_s=0.05,
        wedged_s=0.1,
        retry=RetryPolicy(after_s=0.0),
    )
    bench.thread = thread
    thread.start()
    held = bench.commit()
    assert stuck.printing.wait(WAIT_S)
    assert not stuck.let_go.wait(0.15)
    thread.watch()
    thread.watch()
    assert drivers == []
    following = bench.commit()
    assert bench.printer.wait_for_pages(1)
    assert bench.heard.wait(lambda heard: [event.txn_id for event in heard.finished()] == [following])
    stuck.let_go.set()  # it comes back: by now its slip is in somebody's hands
    thread.stop()
    assert bench.job(held).state == "unknown"


class RefusingDisk:
    """Hands work to the disk, until it is told to refuse."""

    def __init__(self, disk: DiskThread) -> None:
        self._disk = disk
        self.refuses = False

    def submit(self, work: Callable[[], Any]) -> Future[Any]:
        if self.refuses:
            raise StorageError("no", "disk.read_only")
        return self._disk.submit(work)


def test_without_a_disk_nothing_is_printed(bench: Bench) -> None:
    txn_id = bench.commit()
    bench.disk.call(lambda: bench.outbox.prints().retry(txn_id))
    disk = RefusingDisk(bench.disk)
    disk.refuses = True
    driver = EscPosPrinter(TcpTransport(*bench.printer.address), hold=False)
    thread = PrinterThread(
        SLOT, lambda: driver, lambda: bench.outbox.prints(), disk.submit, bench.heard.publish, look_s=0.05
    )
    bench.thread = thread
    thread.start()
    assert bench.heard.wait(lambda heard: heard.health() == [(Health.OK, "")])
    assert not bench.printer.wait_for_pages(1, timeout_s=0.2)
    disk.refuses = False
    assert bench.printer.wait_for_pages(1)


def test_mistake_of_ours_does_not_end_all_printing(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    class Tripping(StuckPrinter):
        tripped = False

        def print(self, slip: object, job_id: str, on_lines: object = None) -> PrintOutcome:
            if not self.tripped:
                self.tripped = True
                raise ValueError(repr(slip))
            return PrintOutcome(PrintState.PRINTED, lines=1)

    bench.thread = PrinterThread(
        SLOT,
        Tripping,
        lambda: bench.outbox.prints(),
        bench.disk.submit,
        bench.heard.publish,
        look_s=0.05,
    )
    bench.thread.start()
    tripped, following = bench.commit(), bench.commit()
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 1)
    assert (bench.job(tripped).state, bench.job(following).state) == ("sending", "printed")
    assert "ValueError" in caplog.text
    assert "1034" not in caplog.text
