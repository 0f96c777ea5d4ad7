"""An enrolment ends while nobody thinks of it. The terminal has to say so to staff, go on with meals, and learn the new
date by itself when the hall has renewed it: nobody should have to come with a code."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import Settings
from kiosk.i18n import Translator
from kiosk.terminal import Terminal
from offline_cache.identity import Identity
from tests.kiosk.test_terminal import CONFIGURATION, DEADLINE_S, enrol
from tests.offline_cache.rows import NOON_MS
from tests.offline_cache.stub_server import StubServer, answer_json

ENDS_MS = NOON_MS + 700 * 86_400_000
TOKEN = {
    "access_token": "t",
    "token_type": "Bearer",
    "expires_in": 900,
    "enrolment_expires_at_ms": ENDS_MS,
    "public_url": "https://hall.example",
}
PAGE = {"cursor": 0, "more": False, "changes": [], "applied": {}, "refused": {}, "hall_time_ms": NOON_MS}


@pytest.fixture
def hall() -> Iterator[StubServer]:
    server = StubServer()
    server.on("GET /v1/changes", answer_json(PAGE))
    server.on("GET /v1/events", answer_json({}, 503))
    yield server
    server.close()


@pytest.fixture
def terminal(tmp_path: Path, hall: StubServer) -> Iterator[Terminal]:
    path = tmp_path / "terminal.toml"
    text = CONFIGURATION.format(directory=tmp_path).replace("http://127.0.0.1:9", hall.url)
    path.write_text(text, encoding="utf-8")
    enrol(tmp_path)
    terminal = Terminal(Settings.load(path))
    yield terminal
    terminal.stop()


def until(terminal: Terminal, true: object) -> None:
    assert callable(true)
    ends = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < ends, terminal.snapshot()
        terminal.bus.wait(0.1)
        terminal.bus.drain()
        terminal.tick()


def test_an_ended_enrolment_is_said_and_takes_nothing_out_of_service(
    terminal: Terminal, hall: StubServer
) -> None:
    hall.on("POST /v1/token", answer_json({"code": "identity.expired", "message": "ended"}, 401))
    terminal.start()
    until(terminal, lambda: "identity.expired" in terminal.snapshot()["notices"])
    said = terminal.snapshot()
    assert said["banner"] in ("offline", "clock_untrusted")
    assert said["out_of_service"] in ("", "device.gone")  # what this test's missing reader says, and no more


def test_the_new_end_and_the_hall_s_address_come_with_a_token(
    terminal: Terminal, hall: StubServer, tmp_path: Path
) -> None:
    hall.on("POST /v1/token", answer_json(TOKEN))
    assert Identity.load(tmp_path / "data").enrolled.expires_at_ms is None
    terminal.start()
    until(terminal, lambda: Identity.load(tmp_path / "data").enrolled.expires_at_ms == ENDS_MS)
    assert Identity.load(tmp_path / "data").enrolled.public_url == "https://hall.example"
    assert "identity.expired" not in terminal.snapshot()["notices"]


@pytest.mark.parametrize("code", ["identity.expired", "enrolment.expired"])
def test_its_words_say_that_meals_go_on(code: str) -> None:
    assert Translator("zh_CN").sentence(code) == ("这台机器的登记过期了", "照常供餐，请向中心续期")
    assert Translator("en").sentence(code)[1] == "Meals go on; ask the hall to renew it"
