"""An A4 printer behind a print service, both emulated, in one process: real IPP on a loopback port, pages as pictures.

It answers like CUPS does for one queue (`page_service.py`), so that the driver for CUPS runs on top where no Debian
service is wanted: in the box, in the panel, in journeys. What comes in is drawn page by page (pdftoppm of poppler-utils)
at the pace of `slow`; a page that is drawn is on paper. Tests of the driver itself stand on a real CUPS as well.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from drivers.emulators.page_ports import PagePorts

DPI = 80
DRAW_S = 30.0
RAN_OUT = "media-empty-warning"
JAMMED = "media-jam-warning"
COVER = "cover-open-warning"
TONER_LOW = "marker-supply-low-report"
WAITING = "cups-waiting-for-job-completed"
PENDING, HELD, PROCESSING, CANCELED, ABORTED, COMPLETED = 3, 4, 5, 7, 8, 9


@dataclass(slots=True)
class SpooledJob:
    """One job in the spool. `documents` are its files, dropped at its end as with `PreserveJobFiles No`."""

    number: int
    name: str
    user: str
    copies: int = 1
    state: int = HELD
    reasons: tuple[str, ...] = ("job-incoming",)
    documents: list[bytes] = field(default_factory=list, repr=False)

    @property
    def ended(self) -> bool:
        return self.state >= CANCELED


@dataclass(slots=True)
class _Condition:
    """What is wrong with the printer, or will be."""

    stops: set[str] = field(default_factory=set)
    warnings: set[str] = field(default_factory=set)
    out_at_page: int | None = None
    powered: bool = True
    lies: bool = False
    paused: bool = False
    accepting: bool = True
    pages_s: float = 0.0


class EmulatedPagePrinter:
    """One printer with one queue. `address` is (host, port). Every method may be called from any thread. Constructing it
    starts it; `close` ends it."""

    def __init__(self, queue: str = "a4", port: int = 0) -> None:
        self.queue = queue
        self.changed = threading.Condition()
        self.jobs: dict[int, SpooledJob] = {}
        self._next_number = 1
        self._condition = _Condition()
        self._pages: list[tuple[tuple[int, int], bytes]] = []
        self._pages_of_job = 0
        self._saved = 0
        self._closing = False
        self._ports = PagePorts(self, port)
        self._ports.plug()
        self._thread = threading.Thread(target=self._run, name="emulated-page-printer", daemon=True)
        self._thread.start()

    # --- what came of it --------------------------------------------------------------------------------------------

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, the same after unplugging and plugging in."""
        return ("127.0.0.1", self._ports.port)

    @property
    def plugged(self) -> bool:
        return self._ports.plugged

    @property
    def pages(self) -> list[Image.Image]:
        """Each page on paper as a grey picture of 80 dpi, oldest first."""
        with self.changed:
            stored = list(self._pages)
        return [Image.frombytes("L", size, zlib.decompress(data)) for size, data in stored]

    @property
    def page_count(self) -> int:
        """How many pages came out."""
        return len(self._pages)

    def wait_for(self, done: Callable[[EmulatedPagePrinter], bool], timeout_s: float = 5.0) -> bool:
        """Waits until `done(self)`; False when it is not by then."""
        with self.changed:
            return self.changed.wait_for(lambda: done(self), timeout_s)

    def wait_for_pages(self, count: int, timeout_s: float = 5.0) -> bool:
        """Waits until that many pages came out; False when they are not by then."""
        return self.wait_for(lambda printer: printer.page_count >= count, timeout_s)

    def save(self, directory: Path) -> list[Path]:
        """Writes the pages that were not saved yet as page-0001.png and so on, and returns their paths."""
        directory.mkdir(parents=True, exist_ok=True)
        paths = []
        for number, page in enumerate(self.pages[self._saved :], start=self._saved + 1):
            paths.append(directory / f"page-{number:04}.png")
            page.save(paths[-1], optimize=True)
        self._saved += len(paths)
        return paths

    # --- faults -----------------------------------------------------------------------------------------------------

    def paper_out(self, at_page: int = 0) -> None:
        """The paper ends when `at_page` pages of a job are out; 0: at once."""
        with self._changing() as condition:
            condition.out_at_page = at_page or None
            if not at_page:
                condition.stops.add(RAN_OUT)

    def refill(self) -> None:
        """Paper is put in; a job that waited goes on."""
        with self._changing() as condition:
            condition.out_at_page = None
            condition.stops.discard(RAN_OUT)

    def jam(self) -> None:
        """A sheet sticks."""
        self._stop_for(JAMMED)

    def clear_jam(self) -> None:
        """It is pulled out."""
        self._go_on_after(JAMMED)

    def cover_open(self) -> None:
        """Somebody opens the cover."""
        self._stop_for(COVER)

    def cover_close(self) -> None:
        """And closes it."""
        self._go_on_after(COVER)

    def toner_low(self, on: bool = True) -> None:
        """A warning; it goes on printing."""
        with self._changing() as condition:
            (condition.warnings.add if on else condition.warnings.discard)(TONER_LOW)

    def slow(self, seconds_per_page: float) -> None:
        """How long a page takes; 0: as fast as it can."""
        with self._changing() as condition:
            condition.pages_s = seconds_per_page

    def lies(self, on: bool = True) -> None:
        """It says that all is well, completes jobs, and puts nothing on paper."""
        with self._changing() as condition:
            condition.lies = on

    def power_off(self) -> None:
        """The printer dies behind its queue, which goes on saying that the job is being printed."""
        with self._changing() as condition:
            condition.powered = False

    def power_on(self) -> None:
        """It is back."""
        with self._changing() as condition:
            condition.powered = True

    def pause(self) -> None:
        """The queue stops, as CUPS stops one after an error where it was told to."""
        with self._changing() as condition:
            condition.paused = True

    def reject(self, on: bool = True) -> None:
        """The queue takes no new jobs."""
        with self._changing() as condition:
            condition.accepting = not on

    def abort_job(self) -> None:
        """What is being printed is thrown away by the printer."""
        with self.changed:
            for job in self.jobs.values():
                if job.state == PROCESSING:
                    self.end(job, ABORTED, "aborted-by-system")

    def mute(self, on: bool = True) -> None:
        """The service takes requests and answers none."""
        self._ports.mute(on)

    def lose_next_reply(self, operation: int) -> None:
        """The next request of that kind is obeyed, and its answer lost."""
        self._ports.lose_next(operation, obeyed=True)

    def lose_next_request(self, operation: int) -> None:
        """The next request of that kind is lost before anybody reads it."""
        self._ports.lose_next(operation, obeyed=False)

    def unplug(self) -> None:
        """The service is not there. Its spool is."""
        self._ports.unplug()

    def plug(self) -> None:
        """The same port again."""
        self._ports.plug()

    def close(self) -> None:
        """Ends the emulator. Never raises; twice is harmless."""
        with self.changed:
            if self._closing:
                return
            self._closing = True
            self.changed.notify_all()
        self._ports.unplug()
        self._thread.join(timeout=5)

    def __enter__(self) -> EmulatedPagePrinter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _changing(self) -> _Changing:
        return _Changing(self.changed, self._condition)

    def _stop_for(self, reason: str) -> None:
        with self._changing() as condition:
            condition.stops.add(reason)

    def _go_on_after(self, reason: str) -> None:
        with self._changing() as condition:
            condition.stops.discard(reason)

    # --- what the service asks and wants, under the lock `changed` --------------------------------------------------

    @property
    def state(self) -> int:
        """printer-state: 3 idle, 4 processing, 5 stopped."""
        if self._condition.paused:
            return 5
        return 4 if self._current() is not None else 3

    @property
    def accepting(self) -> bool:
        return self._condition.accepting

    @property
    def reasons(self) -> tuple[str, ...]:
        """printer-state-reasons."""
        now = self._condition
        found = sorted(now.stops | now.warnings)
        if now.paused:
            found.append("paused")
        elif self._current() is not None:
            found.append(WAITING)
        return tuple(found) or ("none",)

    def new_job(self, name: str, user: str, copies: int) -> SpooledJob:
        """A job without a document."""
        job = SpooledJob(self._next_number, name, user, copies)
        self._next_number += 1
        self.jobs[job.number] = job
        self.changed.notify_all()
        return job

    def take_document(self, job: SpooledJob, document: bytes, last: bool) -> None:
        """A document of a job; with the last one it may begin."""
        job.documents.append(document)
        if last and job.state == HELD:
            job.state, job.reasons = PENDING, ("none",)
        self.changed.notify_all()

    def end(self, job: SpooledJob, state: int, reason: str) -> None:
        """A job ends; its files go."""
        job.state, job.reasons = state, (reason,)
        job.documents.clear()
        self.changed.notify_all()

    def forget(self, job: SpooledJob) -> None:
        """A job is purged."""
        self.jobs.pop(job.number, None)
        self.changed.notify_all()

    def resume(self) -> None:
        """The queue goes on."""
        self._condition.paused = False
        self.changed.notify_all()

    def _current(self) -> SpooledJob | None:
        return next((job for job in self.jobs.values() if job.state == PROCESSING), None)

    # --- the thread -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing:
            job = self._next_job()
            if job is not None:
                self._print(job)

    def _next_job(self) -> SpooledJob | None:
        """Waits for a job that may begin; None at the end."""
        with self.changed:
            self.changed.wait_for(lambda: self._closing or self._startable() is not None)
            job = self._startable()
            if job is None or self._closing:
                return None
            job.state, job.reasons = PROCESSING, ("job-printing",)
            self._pages_of_job = 0
            self.changed.notify_all()
            return job

    def _startable(self) -> SpooledJob | None:
        if self._condition.paused:
            return None
        return next((job for job in self.jobs.values() if job.state == PENDING), None)

    def _print(self, job: SpooledJob) -> None:
        documents = list(job.documents)
        drawn = [page for document in documents for page in draw(document)]
        for page in drawn * job.copies:
            if not self._put_out(job, page):
                return
        with self.changed:
            if job.state == PROCESSING:
                done = drawn or self._condition.lies
                self.end(
                    job,
                    COMPLETED if done else ABORTED,
                    "job-completed-successfully" if done else "document-format-error",
                )

    def _put_out(self, job: SpooledJob, page: Image.Image) -> bool:
        """One page, once paper, cover and power allow; False when the job ended meanwhile."""
        with self.changed:
            if self._condition.pages_s:
                self.changed.wait_for(lambda: self._closing or job.ended, self._condition.pages_s)
            if self._condition.out_at_page == self._pages_of_job:
                self._condition.out_at_page = None
                self._condition.stops.add(RAN_OUT)
                self.changed.notify_all()
            self.changed.wait_for(lambda: self._closing or job.ended or self._able())
            if self._closing or job.ended:
                return False
            if not self._condition.lies:
                self._pages.append((page.size, zlib.compress(page.tobytes(), 1)))
            self._pages_of_job += 1
            self.changed.notify_all()
            return True

    def _able(self) -> bool:
        now = self._condition
        return now.powered and not now.stops


class _Changing:
    """The condition, to be changed under the lock; who waits is woken."""

    def __init__(self, changed: threading.Condition, condition: _Condition) -> None:
        self._changed = changed
        self._condition = condition

    def __enter__(self) -> _Condition:
        self._changed.acquire()
        return self._condition

    def __exit__(self, *_: object) -> None:
        self._changed.notify_all()
        self._changed.release()


def draw(document: bytes) -> list[Image.Image]:
    """Each page of a PDF as a grey picture; none where it is no PDF. Needs pdftoppm of poppler-utils."""
    with tempfile.TemporaryDirectory(prefix="paper-") as name:
        done = subprocess.run(
            ["pdftoppm", "-r", str(DPI), "-gray", "-", f"{name}/page"],
            input=document,
            capture_output=True,
            timeout=DRAW_S,
            check=False,
        )
        if done.returncode != 0:
            return []
        return [Image.open(io.BytesIO(path.read_bytes())) for path in sorted(Path(name).iterdir())]
