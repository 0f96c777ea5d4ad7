"""The journeys' network faults must be exactly what they say: a reply called lost must have been earned at the hall."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from drivers.emulators.network import EmulatedNetwork, NetworkMode

PATIENCE_S = 5.0
BATCH = "/v1/transactions"


class Hall(ThreadingHTTPServer):
    """A hall that answers what it was asked, keeps what it was sent, and can stream."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), HallHandler)
        self.posted: list[bytes] = []
        self.peers: set[tuple[str, int]] = set()
        self.event = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """These tests break connections on purpose."""


class HallHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Hall

    def do_GET(self) -> None:
        self.server.peers.add(self.client_address)
        if self.path == "/v1/events":
            self._stream()
        else:
            self._reply(b"hello " + self.path.encode())

    def do_POST(self) -> None:
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = self._chunks()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append(body)
        self._reply(b"stored")

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.server.event.wait(PATIENCE_S)
        self.wfile.write(b"data: second\n\n")
        self.close_connection = True

    def _reply(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hall() -> Iterator[Hall]:
    server = Hall()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def network(hall: Hall) -> Iterator[EmulatedNetwork]:
    emulated = EmulatedNetwork(f"http://127.0.0.1:{hall.server_address[1]}")
    yield emulated
    emulated.close()


@pytest.fixture
def terminal() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def test_requests_and_replies_pass(network: EmulatedNetwork, hall: Hall, terminal: requests.Session) -> None:
    assert terminal.get(f"{network.url}/v1/time?a=1", timeout=PATIENCE_S).text == "hello /v1/time?a=1"
    body = bytes(range(256)) * 4000
    assert terminal.post(f"{network.url}{BATCH}", data=body, timeout=PATIENCE_S).text == "stored"
    assert terminal.post(f"{network.url}/v1/other", data=iter([b"ab", b"c"]), timeout=PATIENCE_S).ok
    assert hall.posted == [body, b"abc"]


def test_one_connection_carries_many_requests(
    network: EmulatedNetwork, hall: Hall, terminal: requests.Session
) -> None:
    for number in range(20):
        path = f"/v1/{number}"
        assert terminal.get(network.url + path, timeout=PATIENCE_S).text == f"hello {path}"
    assert len(hall.peers) == 1


def test_a_reply_in_two_packets_is_not_held_up(network: EmulatedNetwork, terminal: requests.Session) -> None:
    for _ in range(5):
        terminal.get(f"{network.url}/v1/time", timeout=PATIENCE_S)
    took = []
    for _ in range(21):
        before = time.monotonic()
        terminal.get(f"{network.url}/v1/time", timeout=PATIENCE_S)
        took.append(time.monotonic() - before)
    assert sorted(took)[10] < 0.03


def test_closing_says_nothing(
    hall: Hall,
    terminal: requests.Session,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    network = EmulatedNetwork(f"http://127.0.0.1:{hall.server_address[1]}")
    terminal.get(f"{network.url}/v1/time", timeout=PATIENCE_S)
    with terminal.get(f"{network.url}/v1/events", stream=True, timeout=PATIENCE_S) as stream:
        assert next(stream.iter_lines(chunk_size=1)) == b"data: first"
        network.close()
    assert capfd.readouterr().err == ""
    assert caplog.records == []


def test_events_arrive_while_the_stream_is_open(
    network: EmulatedNetwork, hall: Hall, terminal: requests.Session
) -> None:
    with terminal.get(f"{network.url}/v1/events", stream=True, timeout=PATIENCE_S) as stream:
        lines = stream.iter_lines(chunk_size=1)
        assert next(lines) == b"data: first"
        hall.event.set()
        assert b"data: second" in list(lines)


def test_a_cut_breaks_open_streams_and_refuses_new_connections(
    network: EmulatedNetwork, terminal: requests.Session
) -> None:
    with terminal.get(f"{network.url}/v1/events", stream=True, timeout=PATIENCE_S) as stream:
        lines = stream.iter_lines(chunk_size=1)
        assert next(lines) == b"data: first"
        network.cut()
        assert network.mode is NetworkMode.CUT
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            list(lines)
    for _ in range(3):
        with pytest.raises(requests.ConnectionError):
            terminal.get(f"{network.url}/v1/time", timeout=PATIENCE_S)
    network.restore()
    assert terminal.get(f"{network.url}/v1/time", timeout=PATIENCE_S).ok


def test_cutting_and_restoring_keeps_the_address(
    network: EmulatedNetwork, terminal: requests.Session
) -> None:
    url = network.url
    for _ in range(5):
        network.cut()
        network.cut()
        network.restore()
        network.restore()
        assert network.url == url
        assert terminal.get(f"{url}/v1/time", timeout=PATIENCE_S).ok


def test_swallowing_takes_requests_and_never_answers(
    network: EmulatedNetwork, hall: Hall, terminal: requests.Session
) -> None:
    assert terminal.get(f"{network.url}/v1/time", timeout=PATIENCE_S).ok
    network.swallow()
    for _ in range(2):  # on the connection that was open, and on a new one
        before = time.monotonic()
        with pytest.raises(requests.ReadTimeout):
            terminal.post(f"{network.url}{BATCH}", data=b"row", timeout=0.2)
        assert time.monotonic() - before >= 0.2
    assert hall.posted == []
    network.restore()
    assert terminal.post(f"{network.url}{BATCH}", data=b"row", timeout=PATIENCE_S).ok


def test_a_lost_reply_was_earned_at_the_hall(
    network: EmulatedNetwork, hall: Hall, terminal: requests.Session
) -> None:
    network.lose_next_reply()
    assert terminal.get(f"{network.url}/v1/time", timeout=PATIENCE_S).ok
    assert terminal.post(f"{network.url}/v1/other", data=b"x", timeout=PATIENCE_S).ok
    assert network.losing
    with pytest.raises(requests.ConnectionError):
        terminal.post(f"{network.url}{BATCH}", data=b"once", timeout=PATIENCE_S)
    assert hall.posted == [b"x", b"once"]
    assert (network.losing, network.replies_lost) == (False, 1)
    assert terminal.post(f"{network.url}{BATCH}", data=b"again", timeout=PATIENCE_S).text == "stored"


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (500, "application/json", '{"detail": "oops"}'),
        (200, "text/html", "<html>登录</html>"),
        (200, "application/json", '{"results": 7}'),
        (503, "text/plain", ""),
    ],
)
def test_it_answers_in_the_halls_place(
    network: EmulatedNetwork,
    hall: Hall,
    terminal: requests.Session,
    status: int,
    content_type: str,
    body: str,
) -> None:
    network.answer(status, content_type, body)
    for _ in range(2):
        answer = terminal.post(f"{network.url}{BATCH}", data=b"row" * 1000, timeout=PATIENCE_S)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, content_type)
        assert answer.content.decode() == body
    assert hall.posted == []
    network.restore()
    assert terminal.post(f"{network.url}{BATCH}", data=b"row", timeout=PATIENCE_S).text == "stored"


def test_a_status_that_http_does_not_have_is_refused(network: EmulatedNetwork) -> None:
    with pytest.raises(ValueError, match="999"):
        network.answer(999)
    assert network.mode is NetworkMode.OPEN


def test_a_hall_that_is_down_looks_like_one(terminal: requests.Session) -> None:
    network = EmulatedNetwork("http://127.0.0.1:9")
    with pytest.raises(requests.ConnectionError):
        terminal.get(f"{network.url}/v1/time", timeout=PATIENCE_S)
    network.close()
    network.close()
