"""The terminal's own client against the hall's own server over a real socket: neither side's tests can show alone that
they speak the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import httpx
import pytest

from hall.server import HallServer
from hall.settings import ENROLMENT_DAYS, Settings
from offline_cache.hall_client import HallClient, HallError
from offline_cache.identity import Identity, TerminalKey
from offline_cache.wire import Push, Token
from tests.contract.conftest import SetClock, TestHall
from tests.contract.terminals import BAND, WELFARE, LogWriter

DEADLINE_S = 30


@pytest.fixture
def served(database_url: str, clock: SetClock) -> Iterator[tuple[TestHall, str]]:
    """A hall on a loopback port, and its address."""
    ready: Queue[str] = Queue()
    server = HallServer(Settings(database=database_url, clock=clock), "127.0.0.1", 0, ready.put)
    thread = threading.Thread(target=server.run, name="hall server")
    thread.start()
    url = ready.get(timeout=DEADLINE_S)
    with httpx.Client(base_url=url, timeout=DEADLINE_S) as http:
        yield TestHall(http, server.config.app.state.hall, clock), url  # type: ignore[union-attr]
    server.should_exit = True
    thread.join(DEADLINE_S)
    assert not thread.is_alive()


@pytest.fixture
def client(served: tuple[TestHall, str], tmp_path: Path) -> Iterator[HallClient]:
    """An enrolled terminal's client."""
    hall, url = served
    stranger = HallClient(url)
    key = TerminalKey.load_or_make(tmp_path / "data")
    enrolled = stranger.enrol(hall.invite("CT-03", "C3", "canteen"), key.public_text(), "test")
    stranger.close()
    client = HallClient(url, Identity.save(tmp_path / "data", key, enrolled))
    yield client
    client.close()


def push(client: HallClient, log: LogWriter) -> list[tuple[int, str, str]]:
    answer = client.push(Push(log_id=log.log_id, rows=log.rows))
    return [(each.seq, each.result, each.code) for each in answer.results]


def test_push_and_pull(served: tuple[TestHall, str], client: HallClient) -> None:
    log = LogWriter("CT-03")
    log.meal("P1", lines=[BAND, WELFARE])
    log.meal("nobody")
    assert push(client, log) == [(1, "new", ""), (2, "refused", "meal.person_unknown")]
    assert push(client, log) == [(1, "seen", ""), (2, "refused", "meal.person_unknown")]
    page = client.pull(0)
    accounts = {change.id: change.data for change in page.changes if change.kind == "account"}
    assert accounts["P1"] == {"person_id": "P1", "purse": 10_000 - 450, "welfare": 60_000 - 200}
    assert (page.applied, page.refused) == ({log.log_id: 2}, {log.log_id: [2]})
    assert client.pull(page.cursor).changes == []
    assert client.time().hall_time_ms == served[0].clock.now_ms()


def test_events_wake_the_terminal(served: tuple[TestHall, str], client: HallClient) -> None:
    ear, heard = client.twin(), Queue[str]()

    def listen() -> None:
        for event in ear.events():
            heard.put(event)
        heard.put("ended")

    listener = threading.Thread(target=listen, name="listener")
    listener.start()
    assert heard.get(timeout=DEADLINE_S) == "changed"
    log = LogWriter("CT-03")
    log.meal("P1")
    push(client, log)
    assert heard.get(timeout=DEADLINE_S) == "changed"
    served[0].hall.wake.close()
    assert heard.get(timeout=DEADLINE_S) == "ended"
    listener.join(DEADLINE_S)
    ear.close()


def test_help_calls(served: tuple[TestHall, str], client: HallClient) -> None:
    client.help_call(True)
    client.help_call(True)
    (call,) = served[0].get("/v1/help-calls")
    assert call["terminal_id"] == "CT-03"
    client.help_call(False)
    assert served[0].get("/v1/help-calls") == []


def test_a_revoked_terminal_is_told_so(served: tuple[TestHall, str], client: HallClient) -> None:
    client.pull(0)
    served[0].post("/v1/terminals/CT-03/revocation")
    with pytest.raises(HallError) as refused:
        client.pull(0)
    assert (refused.value.code, refused.value.reason) == ("hall.refused", "token.terminal_revoked")


def test_an_expired_token_is_fetched_again(served: tuple[TestHall, str], client: HallClient) -> None:
    client.pull(0)
    served[0].clock.time_ms += 16 * 60_000
    assert client.pull(0).cursor > 0


def test_an_ended_enrolment_is_said_and_the_renewed_one_learnt(
    served: tuple[TestHall, str], client: HallClient, tmp_path: Path
) -> None:
    hall, url = served
    client.pull(0)
    hall.clock.time_ms += (ENROLMENT_DAYS + 1) * 86_400_000
    with pytest.raises(HallError) as refused:
        client.pull(0)
    assert (refused.value.code, refused.value.reason) == ("hall.refused", "identity.expired")
    hall.post("/v1/terminals/CT-03/renewal")
    told: list[Token] = []
    renewed = HallClient(url, Identity.load(tmp_path / "data"), on_token=told.append)
    assert renewed.pull(0).cursor > 0
    renewed.close()
    (token,) = told
    Identity.load(tmp_path / "data").renew(tmp_path / "data", token)
    ends_ms = Identity.load(tmp_path / "data").enrolled.expires_at_ms
    assert ends_ms == hall.clock.now_ms() + ENROLMENT_DAYS * 86_400_000
