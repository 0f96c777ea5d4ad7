"""Whatever answers at the hall's address (the hall, a proxy's page, nothing), the terminal gets a typed answer or one
HallError with a stable code, in bounded time."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest

from offline_cache.hall_client import HallClient, HallError, check_address
from offline_cache.identity import Identity, IdentityError, TerminalKey
from offline_cache.outbox import Outbox
from offline_cache.wire import Enrolled, Push, RowKind
from tests.offline_cache.model_hall import ModelHall
from tests.offline_cache.rows import NOON_MS, meal, stamp
from tests.offline_cache.stub_server import Answer, Heard, StubServer, answer_json

ENROLLED = Enrolled(
    terminal_id="CT-03", name="三号餐厅", site_id="C3", role="canteen", hall_id="hall-1", card_key="ab" * 32
)
PAGE = {"cursor": 0, "more": False, "changes": [], "applied": {}, "refused": {}, "hall_time_ms": NOON_MS}


@pytest.fixture
def stub() -> Iterator[StubServer]:
    server = StubServer()
    yield server
    server.close()


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    return Identity.save(tmp_path, TerminalKey.load_or_make(tmp_path), ENROLLED)


@pytest.fixture
def client(stub: StubServer, identity: Identity) -> Iterator[HallClient]:
    hall = HallClient(stub.url, identity, connect_s=1.0, answer_s=0.6)
    yield hall
    hall.close()


def rows_of(outbox: Outbox) -> Push:
    outbox.append(RowKind.MEAL, meal(), stamp())
    return Push(log_id=outbox.log_id, rows=outbox.rows_to_send())


def test_a_push_is_compressed_and_answered_row_by_row(
    stub: StubServer, client: HallClient, outbox: Outbox
) -> None:
    hall = ModelHall()

    def take(heard: Heard) -> Answer:
        assert heard.headers["Content-Encoding"] == "gzip"
        assert heard.headers["Authorization"] == "Bearer token-1"
        return answer_json(hall.push(Push.model_validate_json(heard.body)).model_dump(mode="json"))

    stub.on("POST /v1/transactions", take)
    push = rows_of(outbox)
    assert [result.result for result in client.push(push).results] == ["new", "new"]
    assert hall.stored[outbox.log_id][2] == push.rows[1]


def test_a_pull_names_its_cursor(stub: StubServer, client: HallClient) -> None:
    stub.on("GET /v1/changes", answer_json(PAGE))
    assert client.pull(17, 50).cursor == 0
    assert stub.heard[-1].path == "/v1/changes?cursor=17&limit=50"


def test_the_assertion_is_what_rfc_7523_asks_for_by_the_halls_time(
    stub: StubServer, client: HallClient, identity: Identity
) -> None:
    from urllib.parse import parse_qs

    stub.on("GET /v1/changes", answer_json(PAGE))
    client.pull(0)
    form = parse_qs(next(heard for heard in stub.heard if heard.path == "/v1/token").body.decode())
    assert form["grant_type"] == ["client_credentials"]
    assert form["client_assertion_type"] == ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    claims = jwt.decode(
        form["client_assertion"][0],
        identity.key.private.public_key(),
        algorithms=["EdDSA"],
        audience="hall-1",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (claims["iss"], claims["sub"]) == ("CT-03", "CT-03")
    assert (claims["iat"], claims["exp"]) == (NOON_MS // 1000, NOON_MS // 1000 + 60)
    assert claims["jti"]


def test_a_token_is_used_again_and_renewed_once_when_the_hall_says_401(
    stub: StubServer, client: HallClient
) -> None:
    problem = {"code": "token.expired", "message": "This token has expired."}

    def changes(heard: Heard) -> Answer:
        fresh = heard.headers["Authorization"] == "Bearer token-2"
        return answer_json(PAGE) if fresh else answer_json(problem, 401)

    stub.on("GET /v1/changes", changes)
    client.pull(0)
    client.pull(0)
    assert stub.count("/v1/token") == 2


def test_a_revoked_terminal_hears_the_halls_own_code(stub: StubServer, client: HallClient) -> None:
    stub.on("GET /v1/changes", answer_json({"code": "token.terminal_revoked", "message": "…"}, 401))
    with pytest.raises(HallError) as caught:
        client.pull(0)
    assert (caught.value.code, caught.value.reason) == ("hall.refused", "token.terminal_revoked")
    assert stub.count("/v1/changes") == 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(500, b"Internal Server Error"), "hall.busy"),
        (Answer(503, b""), "hall.busy"),
        (Answer(408, b""), "hall.busy"),
        (Answer(425, b""), "hall.busy"),
        (Answer(429, b""), "hall.busy"),
        (Answer(404, b"<html>not here</html>"), "hall.refused"),
        (answer_json({"code": "request.malformed", "message": "…"}, 422), "hall.refused"),
        (Answer(422, b"[" * 100_000), "hall.refused"),
        (Answer(422, b'{"code":"\\ud800","message":""}'), "hall.refused"),
        (Answer(302, b"", {"Location": "http://portal.example/"}), "hall.wrong_answer"),
        (Answer(204, b""), "hall.wrong_answer"),
        (Answer(200, b""), "hall.wrong_answer"),
        (
            Answer(200, b"<html><body>Please log in</body></html>", {"Content-Type": "text/html"}),
            "hall.wrong_answer",
        ),
        (answer_json({"cursor": "x"}), "hall.wrong_answer"),
        (answer_json({**PAGE, "surprise": 1}), "hall.wrong_answer"),
        (answer_json([]), "hall.wrong_answer"),
        (Answer(200, b"[" * 100_000), "hall.wrong_answer"),
        (Answer(200, b"\xff\xfe\x00"), "hall.wrong_answer"),
        (Answer(200, b"not gzip", {"Content-Encoding": "gzip"}), "hall.wrong_answer"),
        (Answer(200, json.dumps(PAGE).encode()[:20], cut=True), "hall.unreachable"),
        (Answer(silent=True), "hall.silent"),
        (Answer(200, json.dumps(PAGE).encode(), drip_s=0.05), "hall.silent"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.status}-{value.body[:12]!r}",
)
def test_every_wrong_answer_has_its_code_in_bounded_time(
    stub: StubServer, client: HallClient, answer: Answer, code: str
) -> None:
    stub.on("GET /v1/changes", answer)
    started = time.monotonic()
    with pytest.raises(HallError) as caught:
        client.pull(0)
    assert caught.value.code == code
    assert time.monotonic() - started < 5.0


def test_a_portal_that_answers_every_route_with_a_page_is_a_wrong_answer(
    client: HallClient, stub: StubServer
) -> None:
    stub.on("GET /v1/time", Answer(200, b"<html></html>"))
    with pytest.raises(HallError) as caught:
        client.pull(0)
    assert caught.value.code == "hall.wrong_answer"


@pytest.mark.parametrize("hall_time_ms", [-1, 10**17, 10**30])
def test_a_time_that_no_calendar_can_say_is_a_wrong_answer(
    stub: StubServer, client: HallClient, hall_time_ms: int
) -> None:
    stub.on("GET /v1/time", answer_json({"hall_time_ms": hall_time_ms}))
    with pytest.raises(HallError) as caught:
        client.time()
    assert caught.value.code == "hall.wrong_answer"


@pytest.mark.parametrize("token", ["令牌", "two\nlines"])
def test_a_token_that_fits_no_header_is_a_wrong_answer(
    stub: StubServer, client: HallClient, token: str
) -> None:
    said = {"access_token": token, "token_type": "Bearer", "expires_in": 900}
    stub.on("POST /v1/token", answer_json(said))
    with pytest.raises(HallError) as caught:
        client.pull(0)
    assert caught.value.code == "hall.wrong_answer"


def test_results_of_other_rows_are_a_wrong_answer(
    stub: StubServer, client: HallClient, outbox: Outbox
) -> None:
    wrong = {"results": [{"seq": 9, "result": "new"}], "expected_seq": 10, "hall_time_ms": 0}
    stub.on("POST /v1/transactions", answer_json(wrong))
    with pytest.raises(HallError) as caught:
        client.push(rows_of(outbox))
    assert caught.value.code == "hall.wrong_answer"


def test_nobody_at_the_address_is_unreachable(identity: Identity) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = HallClient(
            f"http://127.0.0.1:{taken.getsockname()[1]}", identity, connect_s=0.5, answer_s=0.5
        )
        with pytest.raises(HallError) as caught:
            client.time()
        client.close()
    assert caught.value.code == "hall.unreachable"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("17", 17.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("99999999999999", 3600.0),
        ("9" * 400, 3600.0),
        ("Wed, 21 Oct 2995 07:28:00 GMT", 3600.0),
        ("-5", None),
        ("\xb2", None),
        ("Wed, 21 Oct 2015 07:28:00 +99999999999999999999", None),
    ],
)
def test_retry_after_is_heard(
    stub: StubServer, client: HallClient, value: str, expected: float | None
) -> None:
    stub.on("GET /v1/changes", Answer(503, b"", {"Retry-After": value}))
    with pytest.raises(HallError) as caught:
        client.pull(0)
    assert caught.value.retry_after_s == expected


def test_events_come_as_they_are_sent(stub: StubServer, client: HallClient) -> None:
    stream = b"event: changed\ndata: 5\n\n: keep-alive\n\nevent: changed\r\ndata: 6\r\n\r\n"
    stub.on("GET /v1/events", Answer(200, stream, {"Content-Type": "text/event-stream"}))
    assert list(client.events()) == ["changed", "", "changed"]


def test_a_refused_stream_is_told_by_its_code(stub: StubServer, client: HallClient) -> None:
    stub.on("GET /v1/events", Answer(503, b"", {"Retry-After": "3"}))
    with pytest.raises(HallError) as caught:
        list(client.events())
    assert (caught.value.code, caught.value.retry_after_s) == ("hall.busy", 3.0)


def test_enrolment_gives_an_identity_that_can_be_loaded_again(stub: StubServer, tmp_path: Path) -> None:
    stub.on("POST /v1/enrolments", answer_json(ENROLLED.model_dump(mode="json")))
    with pytest.raises(IdentityError) as caught:
        Identity.load(tmp_path)
    assert caught.value.code == "identity.missing"
    key = TerminalKey.load_or_make(tmp_path)
    client = HallClient(stub.url)
    Identity.save(tmp_path, key, client.enrol("K7QM-4T2P-9XRD", key.public_text(), "service-hall 0.1.0"))
    client.close()
    assert json.loads(stub.heard[-1].body)["public_key"] == key.public_text()
    again = Identity.load(tmp_path)
    assert again.enrolled == ENROLLED
    assert again.key.public_text() == key.public_text()
    assert (tmp_path / "terminal.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "identity.json").stat().st_mode & 0o777 == 0o600
    assert "abab" not in repr(again)


@pytest.mark.parametrize("name", ["terminal.key", "identity.json"])
def test_a_damaged_identity_is_told_by_its_code(tmp_path: Path, identity: Identity, name: str) -> None:
    (tmp_path / name).write_text("rubbish")
    with pytest.raises(IdentityError) as caught:
        Identity.load(tmp_path)
    assert caught.value.code == "identity.damaged"


@pytest.mark.parametrize(
    "url",
    [
        "https://hall.example",
        "http://127.0.0.1:8700/",
        "http://localhost:1",
        "http://[::1]:80",
        "http://127.9.9.9",
    ],
)
def test_these_addresses_are_accepted(url: str) -> None:
    assert check_address(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://hall.example",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
        "http://localhost.example",
        "hall",
        "http://0.0.0.0",
    ],
)
def test_plain_http_goes_to_loopback_only(url: str) -> None:
    with pytest.raises(HallError) as caught:
        HallClient(url)
    assert caught.value.code == "hall.plain_http"
