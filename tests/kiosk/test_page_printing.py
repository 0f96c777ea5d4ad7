"""A person at the terminal gets one answer a document, and nobody after them gets its pages: the A4 printer's thread
over the real driver and the emulated print service."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from typing import cast

import pytest

from drivers.base import PageJob, PagePrinter, PrintOutcome, PrintState
from drivers.emulators.page_printer import EmulatedPagePrinter
from drivers.registry import make
from kiosk.services.devices import DeviceHealthChanged
from kiosk.services.page_printing import PagePrinterThread, PagePrintFinished
from kiosk.services.supervision import RetryPolicy
from tests.drivers.printers.page_samples import pdf

SLOT = "page_printer"
WAIT_S = 8.0
PROBABLY = PrintOutcome(PrintState.PROBABLY)


class Heard:
    """What was published, with waiting for it."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self._changed = threading.Condition()

    def publish(self, event: object) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def finished(self) -> dict[str, PrintOutcome]:
        done = [event for event in self.events if isinstance(event, PagePrintFinished)]
        assert len({event.job_id for event in done}) == len(done), "a document ended twice"
        return {event.job_id: event.outcome for event in done}

    def codes(self) -> list[str]:
        return [event.status.code for event in self.events if isinstance(event, DeviceHealthChanged)]

    def wait(self, done: Callable[[Heard], object]) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: bool(done(self)), WAIT_S)


class Bench:
    """An emulated service, and the thread over it."""

    def __init__(self) -> None:
        self.heard = Heard()
        self.printer = EmulatedPagePrinter()
        host, port = self.printer.address
        options = {"queue": "a4", "host": host, "port": port, "user": "service-hall@test"}
        self.thread = PagePrinterThread(
            SLOT, lambda: cast(PagePrinter, make("cups", options)), self.heard.publish
        )

    def start(self) -> None:
        self.thread.start()
        assert self.heard.wait(lambda heard: heard.codes() == [""])

    def print(self, job_id: str, pages: int = 1) -> None:
        self.thread.print_pages(PageJob(job_id, pdf(pages), pages=pages))


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.thread.stop()
    bench.printer.close()


def test_documents_print_in_turn_and_each_is_answered_once(bench: Bench) -> None:
    bench.start()
    bench.print("Q-1", pages=2)
    bench.print("Q-2")
    assert bench.heard.wait(lambda heard: len(heard.finished()) == 2)
    assert bench.heard.finished() == {"Q-1": PROBABLY, "Q-2": PROBABLY}
    assert bench.printer.page_count == 3
    assert bench.heard.codes() == [""]


def test_missing_paper_is_said_while_the_document_waits(bench: Bench) -> None:
    bench.start()
    bench.printer.paper_out(at_page=1)
    bench.print("Q-1", pages=2)
    assert bench.heard.wait(lambda heard: "printer.paper_out" in heard.codes())
    assert not bench.heard.finished()
    bench.printer.refill()
    assert bench.heard.wait(lambda heard: heard.finished())
    assert bench.heard.finished() == {"Q-1": PROBABLY}
    assert bench.heard.wait(lambda heard: heard.codes()[-1] == "")


def test_the_end_of_a_session_ends_drops_and_purges_what_is_left_of_it(bench: Bench) -> None:
    bench.start()
    bench.printer.paper_out(at_page=1)
    bench.print("Q-1", pages=2)
    bench.print("Q-2")
    assert bench.printer.wait_for(lambda printer: printer.page_count == 1)
    bench.thread.end_session().result(timeout=WAIT_S)
    assert not bench.printer.jobs
    cancelled = PrintOutcome(PrintState.FAILED, "printer.cancelled")
    assert bench.heard.finished() == {"Q-1": cancelled, "Q-2": cancelled}
    bench.printer.refill()
    bench.print("Q-3")
    assert bench.heard.wait(lambda heard: "Q-3" in heard.finished())
    assert bench.printer.page_count == 2  # the first of: the next person gets their own


def test_a_purge_that_fails_is_made_up_for(bench: Bench) -> None:
    bench.start()
    bench.printer.power_off()
    bench.print("Q-1")
    assert bench.printer.wait_for(lambda printer: len(printer.jobs) == 1)
    bench.printer.unplug()
    purged = bench.thread.end_session()
    wait([purged], WAIT_S)
    assert purged.exception() is not None
    assert len(bench.printer.jobs) == 1
    bench.printer.plug()
    assert bench.printer.wait_for(lambda printer: not printer.jobs)


def test_what_an_earlier_run_left_in_the_spool_is_purged_at_the_start(bench: Bench) -> None:
    bench.printer.power_off()
    with bench.printer.changed:
        bench.printer.new_job("Q-0", "service-hall@test", 1)
        bench.printer.new_job("Q-0", "service-hall@other", 1)
    bench.start()
    assert bench.printer.wait_for(lambda printer: len(printer.jobs) == 1)
    assert [job.user for job in bench.printer.jobs.values()] == ["service-hall@other"]


def test_a_document_for_a_service_that_is_down_fails_and_never_prints_later(bench: Bench) -> None:
    bench.start()
    bench.printer.unplug()
    bench.print("Q-1")
    assert bench.heard.wait(lambda heard: heard.finished())
    assert bench.heard.finished() == {"Q-1": PrintOutcome(PrintState.FAILED, "cups.service_down")}
    assert bench.heard.wait(lambda heard: heard.codes()[-1] == "cups.service_down")
    bench.printer.plug()
    assert bench.heard.wait(lambda heard: heard.codes()[-1] == "")
    assert bench.printer.page_count == 0


def test_a_driver_that_does_not_come_back_is_relieved_and_its_document_unknown(bench: Bench) -> None:
    stuck = threading.Event()
    made: list[PagePrinter] = []

    class Stuck:
        """Hangs in its first print, as a library call might."""

        kind = "stuck"

        def __init__(self) -> None:
            self._real = cast(PagePrinter, make("cups", {"queue": "a4", "port": bench.printer.address[1]}))

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

        def allowed_s(self, job: PageJob) -> float:
            return -9.9  # with the room for an overrun: a tenth of a second

        def print(self, job: PageJob, on_status: object) -> PrintOutcome:
            stuck.wait(WAIT_S)
            return PROBABLY

    def fresh() -> PagePrinter:
        made.append(cast(PagePrinter, Stuck()))
        return made[-1]

    thread = PagePrinterThread(SLOT, fresh, bench.heard.publish, retry=RetryPolicy(after_s=0.0))
    thread.start()
    thread.print_pages(PageJob("Q-1", pdf()))

    def watched(heard: Heard) -> bool:
        thread.watch()
        return bool(heard.finished())

    try:
        pause = threading.Event()
        for _ in range(200):
            if watched(bench.heard):
                break
            pause.wait(0.02)
        assert bench.heard.finished() == {"Q-1": PrintOutcome(PrintState.UNKNOWN, "device.wedged")}
        assert "device.wedged" in bench.heard.codes()
        assert len(made) == 2
    finally:
        stuck.set()
        thread.stop()


def test_stopping_ends_the_document_under_way(bench: Bench) -> None:
    bench.start()
    bench.printer.power_off()
    bench.print("Q-1")
    assert bench.printer.wait_for(lambda printer: any(job.state == 5 for job in printer.jobs.values()))
    bench.thread.stop()
    assert not bench.printer.jobs
    assert bench.heard.finished() == {"Q-1": PrintOutcome(PrintState.FAILED, "printer.cancelled")}
    assert "device.wedged" not in bench.heard.codes()
