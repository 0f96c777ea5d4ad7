"""A real hall on the stage: `python -m hall` over a SQLite file, and its ledger as an auditor reads it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import requests

from tests.stage.posts import POSTS
from tests.stage.processes import PYTHON, Child, run
from tests.stage.waiting import wait_for

LOCAL_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
CALL_S = 30.0


def local_ms(day: date, clock: str) -> int:
    """UTC milliseconds of "HH:MM" of a day in the halls' town."""
    hour, minute = map(int, clock.split(":"))
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL_TIME)
    return int(moment.timestamp() * 1000)


def today() -> date:
    """The machine's day, as the halls' town has it: a stage never moves the clock by more than some hours from it."""
    return datetime.now(LOCAL_TIME).date()


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class SeededTown:
    """A hall's database, made once and copied for every journey: with an officer, a platform that reports
    alarms, and a one-time code a terminal. `cards`
    and `id_cards` are the files that the emulators' cards are in."""

    database: Path
    cards: Path
    id_cards: Path
    day: date
    officer: str
    platform: str
    codes: dict[str, str]

    @classmethod
    def make(cls, directory: Path, residents: int, days: int, day: date) -> SeededTown:
        """Run `hall seed`. Of the `days` with menus and orders, half lie before `day`."""
        directory.mkdir(parents=True, exist_ok=True)
        database, log = directory / "hall.sqlite3", directory / "seed.log"
        cards, id_cards = directory / "cards.json", directory / "id-cards.json"
        database.unlink(missing_ok=True)
        size = ["--residents", str(residents), "--days", str(days), "--from", day.isoformat()]
        files = ["--all-cards", str(cards), "--id-cards", str(id_cards)]
        hall_command(database, log, "seed", *size, *files)
        codes = {
            terminal_id: hall_command(database, log, "enrol-code", terminal_id, post.site_id, post.role)
            for terminal_id, post in POSTS.items()
        }
        officer = hall_command(database, log, "operator-token", "journeys")
        platform = hall_command(database, log, "operator-token", "bracelets", "--kind", "platform")
        return cls(database, cards, id_cards, day, officer, platform, codes)


def hall_command(database: Path, log: Path, name: str, *arguments: str) -> str:
    """`python -m hall NAME …` on a database; its output, stripped."""
    command = [PYTHON, "-m", "hall", name, *arguments, "--database", f"sqlite:///{database}"]
    return run(command, log, 120.0).strip()


class HallProcess:
    """One hall in `directory`, on a copy of the seeded town. Its clock is a file: `set_time` moves the whole town."""

    def __init__(self, directory: Path, town: SeededTown) -> None:
        self.directory = directory
        self.database = directory / "hall.sqlite3"
        self._clock_file = directory / "clock.json"
        self._log = directory / "hall.log"
        self._child: Child | None = None
        self._session = requests.Session()
        self.url = ""
        self.offset_ms = 0
        directory.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(town.database, self.database)
        self._officer = town.officer

    def start(self) -> None:
        """Serve, and wait until it says where."""
        port = self.url.rsplit(":", 1)[-1] if self.url else "0"
        where = [
            "--database",
            f"sqlite:///{self.database}",
            "--clock-file",
            str(self._clock_file),
            "--port",
            port,
        ]
        before = self._log.stat().st_size if self._log.exists() else 0
        self._child = Child([PYTHON, "-m", "hall", "serve", *where], self._log)
        self.url = wait_for("the hall says its address", lambda: self._address(before), CALL_S)

    def _address(self, before: int) -> str | None:
        child = self._child
        if child is not None and not child.running:
            raise RuntimeError(f"the hall ended with {child.exit_code}:\n{child.last_words()}")
        for line in self._log.read_bytes()[before:].decode("utf-8", "replace").splitlines():
            if line.startswith('{"url"'):
                return str(json.loads(line)["url"])
        return None

    def pause(self) -> None:
        """Freeze it: connections are accepted and requests arrive, by the kernel alone, and nothing is answered."""
        if self._child is not None:
            self._child.freeze()

    def resume(self) -> None:
        if self._child is not None:
            self._child.thaw()

    def stop(self) -> None:
        self.resume()
        self._session.close()
        if self._child is not None:
            self._child.stop()
            self._child = None

    # --- its clock --------------------------------------------------------------------------------------------------

    def set_offset(self, offset_ms: int) -> None:
        """Shift the hall's clock against the machine's."""
        self.offset_ms = offset_ms
        fresh = self._clock_file.with_suffix(".new")
        fresh.write_text(json.dumps({"offset_ms": offset_ms}), encoding="utf-8")
        fresh.replace(self._clock_file)

    # --- as an officer reads it -------------------------------------------------------------------------------------

    def get(self, path: str, **query: str) -> Any:
        answer = self._session.get(
            self.url + path, params=query, headers=self.officer_headers(), timeout=CALL_S
        )
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._session.post(
            self.url + path, json=body, headers=self.officer_headers(), timeout=CALL_S
        )
        answer.raise_for_status()
        return answer.json()

    def report_alarm(self, platform: str, body: dict[str, Any]) -> Any:
        """As the platform of a vendor of bracelets does it."""
        headers = {"Authorization": f"Bearer {platform}"}
        answer = self._session.post(self.url + "/v1/alarms", json=body, headers=headers, timeout=CALL_S)
        answer.raise_for_status()
        return answer.json()

    def officer_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._officer}"}

    def ledger(self, terminal_id: str, after_seq: int = 0) -> list[dict[str, Any]]:
        """Every stored row of a terminal: {row, state, code, voided, received_at_ms, estimated_at_ms}."""
        entries: list[dict[str, Any]] = self.get(
            "/v1/ledger", terminal=terminal_id, after_seq=str(after_seq)
        )["rows"]
        return entries

    def rows(self, terminal_id: str) -> list[dict[str, Any]]:
        """The rows alone, as the terminal wrote them."""
        return [entry["row"] for entry in self.ledger(terminal_id)]

    def row_count(self, terminal_id: str) -> int:
        """How many rows the hall holds of a terminal."""
        return int(self.get("/v1/ledger/summary", terminal=terminal_id)["rows"])

    # --- as its database holds it -----------------------------------------------------------------------------------

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Reference records of a kind, as published to the terminals."""
        found = self._query(
            "SELECT data FROM published WHERE kind = ? AND data IS NOT NULL ORDER BY id", kind
        )
        return [json.loads(data) for (data,) in found]

    def purses(self) -> dict[str, tuple[int, int]]:
        """person_id -> (purse, welfare) in fen, as the hall has it now."""
        found = self._query("SELECT person_id, purse, welfare FROM accounts")
        return {person_id: (purse, welfare) for person_id, purse, welfare in found}

    def _query(self, statement: str, *values: object) -> list[Any]:
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=CALL_S)
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()
