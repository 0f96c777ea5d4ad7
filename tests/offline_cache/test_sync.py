"""The sync runs for weeks unwatched: it must keep pushing before pulling, wait as long as it was asked to, survive any
answer, and never hold up a meal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offline_cache.backoff import Backoff
from offline_cache.clock import FileClockStore, SystemClock, TrustedClock
from offline_cache.db import load_key
from offline_cache.disk import DiskThread
from offline_cache.hall_client import HallClient, HallError
from offline_cache.identity import Identity, TerminalKey
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference
from offline_cache.sync import Event, HallReached, LogMarked, ReferenceChanged, RowsSettled, Sync
from offline_cache.wire import Account, Push, ReferenceKind, RowKind
from tests.offline_cache.model_hall import ModelHall
from tests.offline_cache.rows import NOON_MS, meal, slip, stamp
from tests.offline_cache.stub_server import Answer, Heard, StubServer, answer_json
from tests.offline_cache.test_hall_client import ENROLLED

DEADLINE_S = 15.0


class Most:
    """A chance that always takes the longest wait."""

    def uniform(self, a: float, b: float) -> float:
        return b


class Stage:
    """A whole terminal's disk and sync against a model hall behind real HTTP."""

    def __init__(self, directory: Path) -> None:
        self.server = StubServer()
        self.hall = ModelHall()
        self.server.on("POST /v1/transactions", self.push)
        self.server.on("GET /v1/changes", self.pull)
        self.server.on("GET /v1/events", Answer(503, b""))
        self.lose_replies = 0
        self.published: list[Event] = []
        self.news = threading.Condition()
        identity = Identity.save(directory, TerminalKey.load_or_make(directory), ENROLLED)
        key = load_key(directory)
        self.clock = TrustedClock(SystemClock(), FileClockStore(directory))
        self.disk = DiskThread().start()
        self.outbox = self.disk.call(lambda: Outbox.open(directory, key, "CT-03", self.clock.stamp()))
        self.reference = self.disk.call(lambda: Reference.open(directory, key))
        self.client = HallClient(self.server.url, identity, connect_s=1.0, answer_s=1.0)
        self.sync = Sync(
            self.client,
            self.disk,
            self.outbox,
            self.reference,
            self.clock,
            self.publish,
            bulk_return_jitter_s=0.0,
            poll_s=0.1,
            backoff_base_s=0.02,
            backoff_cap_s=0.1,
        )

    def push(self, heard: Heard) -> Answer:
        answer = self.hall.push(Push.model_validate_json(heard.body))
        if self.lose_replies:
            self.lose_replies -= 1
            return Answer(cut=True)
        return answer_json(answer.model_dump(mode="json"))

    def pull(self, heard: Heard) -> Answer:
        cursor = int(heard.path.split("cursor=")[1].split("&")[0])
        return answer_json(self.hall.pull(cursor).model_dump(mode="json"))

    def publish(self, event: Event) -> None:
        with self.news:
            self.published.append(event)
            self.news.notify_all()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self.news:
            assert self.news.wait_for(condition, DEADLINE_S), self.published[-5:]

    def serve(self, count: int) -> list[str]:
        def append(number: int) -> str:
            return self.outbox.append(RowKind.MEAL, meal(number), stamp(number), slip()).txn_id

        return [self.disk.call(lambda n=n: append(n), urgent=True) for n in range(count)]  # type: ignore[misc]

    def unsent(self) -> int:
        return self.disk.call(self.outbox.status).unsent

    def close(self) -> None:
        self.server.released.set()
        assert self.sync.stop()
        self.client.close()
        self.disk.call(self.outbox.close)
        self.disk.call(self.reference.close)
        assert self.disk.stop()
        self.server.close()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.close()


def test_one_round_pushes_everything_and_then_pulls(stage: Stage) -> None:
    served = stage.serve(250)
    stage.hall.publish(ReferenceKind.ACCOUNT, "p", Account(person_id="p", purse=1, welfare=0).model_dump())
    stage.sync.round()
    assert sorted(stage.hall.meal_ids()) == sorted(served)
    paths = [heard.path.split("?")[0] for heard in stage.server.heard]
    assert paths.count("/v1/transactions") == 3
    assert paths.index("/v1/changes") > max(i for i, path in enumerate(paths) if path == "/v1/transactions")
    settled = [event for event in stage.published if isinstance(event, RowsSettled)]
    assert [event.unsent for event in settled] == [152, 52, 0]
    assert ReferenceChanged(frozenset({ReferenceKind.ACCOUNT})) in stage.published
    assert stage.published[-1] == HallReached(True)


def test_a_clock_hours_off_is_stepped_noted_and_trusted(stage: Stage) -> None:
    """The hall of this test says 2026; the machine says what it says."""
    assert abs(SystemClock().wall_ms() - NOON_MS) > 600_000, (
        "this test needs a machine whose clock is not the hall's"
    )
    stage.sync.round()
    steps = [row for row in stage.hall.rows() if row.kind is RowKind.CLOCK_STEPPED]
    assert len(steps) == 1
    body = steps[0].body
    assert body["stamped_ms"] + body["offset_ms"] == body["hall_time_ms"]
    assert abs(body["hall_time_ms"] - NOON_MS) < 5_000
    assert stage.clock.stamp().trusted
    stage.sync.round()
    assert stage.server.count("/v1/time") == 2, "one for the token, one for the clock; not one a round"


def test_a_lost_reply_doubles_nothing(stage: Stage) -> None:
    served = stage.serve(5)
    stage.lose_replies = 1
    with pytest.raises(HallError):
        stage.sync.round()
    assert stage.unsent() > 0
    stage.sync.round()
    assert sorted(stage.hall.meal_ids()) == sorted(served)
    assert stage.unsent() == 0


def test_started_it_sends_each_new_row_without_being_asked(stage: Stage) -> None:
    stage.sync.start()
    stage.wait_for(lambda: HallReached(True) in stage.published)
    served = stage.serve(3)
    stage.wait_for(lambda: len(stage.hall.meal_ids()) == 3)
    assert sorted(stage.hall.meal_ids()) == sorted(served)


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(500, b"oops"),
        Answer(200, b"<html>log in first</html>"),
        Answer(cut=True),
        answer_json({"results": [], "expected_seq": 1, "hall_time_ms": 0}),
        answer_json({"code": "token.terminal_revoked", "message": "…"}, 401),
    ],
    ids=["500", "html", "nothing", "wrong body", "revoked"],
)
def test_after_any_wrong_answer_it_goes_on_and_nothing_is_lost(stage: Stage, trouble: Answer) -> None:
    served = stage.serve(4)
    stage.server.on("POST /v1/transactions", trouble)
    stage.sync.start()
    stage.wait_for(
        lambda: any(isinstance(event, HallReached) and not event.online for event in stage.published)
    )
    assert stage.unsent() >= 5
    stage.server.on("POST /v1/transactions", stage.push)
    stage.wait_for(lambda: HallReached(True) in stage.published)
    assert sorted(stage.hall.meal_ids()) == sorted(served)


def test_a_hall_that_accepts_and_never_answers_delays_no_meal(stage: Stage) -> None:
    stage.server.on("POST /v1/transactions", Answer(silent=True))
    stage.serve(1)
    stage.sync.start()
    deadline = time.monotonic() + DEADLINE_S
    while not stage.server.count("/v1/transactions"):
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
    slowest = 0.0
    for _ in range(50):
        started = time.monotonic()
        stage.serve(1)
        slowest = max(slowest, time.monotonic() - started)
    assert slowest < 0.5, "the silent hall holds a call for a second; a meal must not notice"
    stage.wait_for(lambda: HallReached(False, "hall.silent") in stage.published)


def test_the_halls_event_wakes_it(stage: Stage) -> None:
    """Polling is an hour apart here: only the event can bring the account in time."""
    stage.sync._poll_s = 3600.0
    go = threading.Event()

    def stream(heard: Heard) -> Answer:
        go.wait(DEADLINE_S)
        go.clear()
        return Answer(200, b"event: changed\ndata: 1\n\n")

    stage.server.on("GET /v1/events", stream)
    stage.sync.start()
    stage.wait_for(lambda: HallReached(True) in stage.published)
    stage.hall.publish(ReferenceKind.ACCOUNT, "p", Account(person_id="p", purse=1, welfare=0).model_dump())
    go.set()
    stage.wait_for(lambda: ReferenceChanged(frozenset({ReferenceKind.ACCOUNT})) in stage.published)
    go.set()


def test_a_fork_is_published_and_all_goes_on(stage: Stage) -> None:
    stage.serve(2)
    stage.sync.round()
    old_log = stage.outbox.log_id
    other = stage.hall.stored[old_log][3].model_copy(update={"seq": 5, "hash": "f" * 64})
    stage.hall.stored[old_log][5] = other  # what a restored copy had sent in this place
    served = stage.serve(2)
    stage.sync.round()
    stage.sync.round()
    assert LogMarked(old_log, "fork", True) in stage.published
    assert stage.outbox.log_id != old_log
    assert set(served) <= {row.txn_id for row in stage.hall.stored[stage.outbox.log_id].values()}


def test_full_jitter_doubles_to_its_cap_and_honours_retry_after() -> None:
    backoff = Backoff(chance=Most())
    assert [backoff.failed() for _ in range(9)] == [2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert backoff.failed(1000.0) == 1000.0
    backoff.succeeded()
    assert backoff.failed() == 2
    assert 0 <= Backoff().failed() <= 2


def test_the_wait_before_a_bulk_return_is_drawn_from_its_range(stage: Stage) -> None:
    drawn: list[tuple[float, float]] = []

    class Drawing:
        def uniform(self, a: float, b: float) -> float:
            drawn.append((a, b))
            return 0.0

    stage.sync._chance = Drawing()
    stage.sync._bulk_return_jitter_s = 120.0
    stage.serve(150)
    stage.server.on("GET /v1/time", Answer(503))
    assert not stage.sync._attempt()
    assert drawn == []
    stage.server.on("GET /v1/time", answer_json({"hall_time_ms": NOON_MS}))
    stage.sync.round()
    assert drawn == [(0.0, 120.0)]


def test_a_full_disk_keeps_its_last_room_for_meals(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.outbox, "restore_ballast", lambda: False)
    stage.outbox.notices.add("disk.full")
    served = stage.serve(1)
    stage.sync.round()
    assert stage.hall.meal_ids() == served
    assert stage.server.count("/v1/changes") == 0


def test_stopping_ends_the_threads_also_in_the_middle_of_a_call(stage: Stage) -> None:
    stage.server.on("POST /v1/transactions", Answer(silent=True))
    stage.sync.start()
    deadline = time.monotonic() + DEADLINE_S
    while not stage.server.count("/v1/transactions"):
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
    started = time.monotonic()
    assert stage.sync.stop()
    assert time.monotonic() - started < 5.0
    names = {thread.name for thread in threading.enumerate()}
    assert not names & {"hall", "hall:events"}
