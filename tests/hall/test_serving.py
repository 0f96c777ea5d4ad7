"""The hall as a process of its own: ready when it says so, awake listeners, and gone cleanly when asked."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest

from hall.cli import main
from hall.sample_residents import RESIDENTS
from tests.contract.terminals import TestTerminal

DEADLINE_S = 30
ROOT = Path(__file__).resolve().parents[2]


def hall_command(*arguments: str) -> str:
    """What a command prints, run in this process: only serving needs one of its own."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(arguments) == 0
    return printed.getvalue().strip()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seeded") / "hall.sqlite3"
    hall_command("seed", "--small", "--database", f"sqlite:///{path}")
    return path


@pytest.fixture
def database(seeded: Path, tmp_path: Path) -> str:
    shutil.copyfile(seeded, tmp_path / "hall.sqlite3")
    return f"sqlite:///{tmp_path / 'hall.sqlite3'}"


@pytest.fixture
def serving(database: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "hall", "serve", "--port", "0", "--database", database]
    command += ["--clock-file", str(tmp_path / "clock.json")]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process, json.loads(_first_line(process))["url"]
        finally:
            process.kill()


def _first_line(process: subprocess.Popen[str]) -> str:
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    reader = threading.Thread(
        target=lambda pipe: lines.put(pipe.readline()), args=(process.stdout,), daemon=True
    )
    reader.start()
    return lines.get(timeout=DEADLINE_S)


def _events(http: httpx.Client, terminal: TestTerminal, got: Queue[str]) -> None:
    with http.stream("GET", "/v1/events", headers=terminal.headers, timeout=DEADLINE_S) as stream:
        for line in stream.iter_lines():
            if line:
                got.put(line)
    got.put("closed")


def test_a_terminal_s_day_against_the_process(
    serving: tuple[subprocess.Popen[str], str], database: str, tmp_path: Path
) -> None:
    process, url = serving
    with httpx.Client(base_url=url, timeout=DEADLINE_S) as http:
        code = hall_command("enrol-code", "CT-03", "C3", "canteen", "--database", database)
        terminal = TestTerminal(http, code, lambda: time.time_ns() // 1_000_000)
        listening, got = httpx.Client(base_url=url, timeout=DEADLINE_S), Queue[str]()
        listener = threading.Thread(target=_events, args=(listening, terminal, got), name="listener")
        listener.start()
        assert got.get(timeout=DEADLINE_S) == "event: changed"
        assert got.get(timeout=DEADLINE_S).startswith("data: ")

        page = terminal.pull(limit=5000)
        residents = [each["id"] for each in page["changes"] if each["kind"] == "resident"]
        assert len(residents) == 300 + sum(person.known for person in RESIDENTS)
        terminal.push(terminal.log.meal(residents[0]), terminal.log.meal(residents[1]))
        assert got.get(timeout=DEADLINE_S) == "event: changed"

        _clock_moves(http, tmp_path)
        officer = {"Authorization": f"Bearer {hall_command('operator-token', 'Gao', '--database', database)}"}
        summary = http.get("/v1/ledger/summary", params={"terminal": "CT-03"}, headers=officer).json()
        assert (summary["rows"], summary["claims"]) == (2, 2)
        hall_command("revoke", "CT-03", "--database", database)
        assert http.get("/v1/changes", headers=terminal.headers).status_code == 401

        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) in (0, -signal.SIGTERM)
        assert time.monotonic() - began < 4  # an open stream does not hold the hall up
        listener.join(DEADLINE_S)
        assert _drained(got)[-1] == "closed"
        listening.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""


def _clock_moves(http: httpx.Client, tmp_path: Path) -> None:
    """A demo's clock file moves the hall's time."""
    before = http.get("/v1/time").json()["hall_time_ms"]
    (tmp_path / "clock.json").write_text(json.dumps({"offset_ms": 7_200_000}), encoding="utf-8")
    after = http.get("/v1/time").json()["hall_time_ms"]
    (tmp_path / "clock.json").write_text(json.dumps({"offset_ms": 0}), encoding="utf-8")
    assert 7_200_000 <= after - before < 7_200_000 + DEADLINE_S * 1000


def _drained(queue: Queue[Any]) -> list[Any]:
    found = []
    while not queue.empty():
        found.append(queue.get())
    return found


def test_rows_survive_a_kill(serving: tuple[subprocess.Popen[str], str], database: str) -> None:
    process, url = serving
    with httpx.Client(base_url=url, timeout=DEADLINE_S) as http:
        code = hall_command("enrol-code", "CT-03", "C3", "canteen", "--database", database)
        terminal = TestTerminal(http, code, lambda: time.time_ns() // 1_000_000)
        terminal.push(*[terminal.log.meal(None) for _ in range(3)])
        process.kill()
        process.wait(DEADLINE_S)
    command = [sys.executable, "-m", "hall", "serve", "--port", "0", "--database", database]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as again:
        try:
            with httpx.Client(base_url=json.loads(_first_line(again))["url"], timeout=DEADLINE_S) as http:
                terminal.http = http
                terminal.token = terminal.fetch_token().json()["access_token"]
                answer = terminal.push(*terminal.log.rows)
                assert [each.result for each in answer.results] == ["seen", "seen", "seen"]
        finally:
            again.kill()
