"""The whole stage: one hall, its terminals and their displays, one time of day for all of them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.stage.display import Display
from tests.stage.hall import HallProcess, SeededTown, local_ms, now_ms
from tests.stage.people import Town, read_town
from tests.stage.posts import POSTS
from tests.stage.terminal import START_S, TerminalProcess
from tests.stage.waiting import wait_for


class Stage:
    """`with Stage(directory, town) as stage:` starts it; leaving it takes everything down again.

    `terminals` names the terminals, `faces` those of them with a display; `at` is the local time it opens with.
    `settings` are those of every TerminalProcess, `own` those of one by its name.
    Every terminal is enrolled, has pulled its reference data, and waits for cards.
    """

    def __init__(
        self,
        directory: Path,
        town: SeededTown,
        *,
        terminals: Sequence[str] = ("CT-03",),
        faces: Sequence[str] = (),
        at: str = "11:21",
        program: str = "tests.stage.watched",
        own: Mapping[str, Mapping[str, Any]] | None = None,
        **settings: Any,
    ) -> None:
        # What an earlier run has seen must not count for this one.
        shutil.rmtree(directory, ignore_errors=True)
        self.directory = directory
        self.day: date = town.day
        self._seeded = town
        self._names = terminals
        self._faces = faces
        self._at = at
        self._program = program
        self._settings = settings
        self._own = own or {}
        self.hall = HallProcess(directory / "hall", town)
        self.terminals: dict[str, TerminalProcess] = {}
        self.town: Town

    def __enter__(self) -> Stage:
        try:
            self._open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> None:
        self.hall.set_offset(local_ms(self.day, self._at) - now_ms())
        self.hall.start()
        records = {kind: self.hall.records(kind) for kind in ("resident", "card", "entitlement")}
        self.town = read_town(self._seeded.cards, records, self.hall.purses())
        for name in self._names:
            self.terminals[name] = self._add(name)
        for name, terminal in self.terminals.items():
            terminal.enrol(self._seeded.codes[name])
            terminal.launch()
        for terminal in self.terminals.values():
            self.wait_ready(terminal)

    def _add(self, name: str) -> TerminalProcess:
        directory = self.directory / name
        directory.mkdir(parents=True, exist_ok=True)
        panel = POSTS[name].panel
        shown = name in self._faces
        display = Display(directory / "display.log", panel.width, panel.height) if shown else None
        terminal = TerminalProcess(
            name,
            directory,
            self.hall.url,
            display=display,
            program=self._program,
            **{**self._settings, **self._own.get(name, {})},
        )
        terminal.devices.clock.set(self.wall_ms())
        return terminal

    def wait_ready(self, terminal: TerminalProcess) -> None:
        """Until it has met the hall, and knows everybody it must know to serve."""
        terminal.wait_status(
            "it is in service and knows the town",
            lambda status: bool(status["online"] and status["view"] == terminal.post.home),
            START_S,
        )

    def __getitem__(self, name: str) -> TerminalProcess:
        return self.terminals[name]

    def close(self) -> None:
        for terminal in self.terminals.values():
            terminal.close()
            if terminal.display is not None:
                terminal.display.close()
        self.hall.stop()

    # --- time -------------------------------------------------------------------------------------------------------

    def wall_ms(self) -> int:
        """The town's time, as the hall has it."""
        return now_ms() + self.hall.offset_ms

    def go_to(self, day: date, clock: str) -> None:
        """Let time pass, for the hall and every terminal alike, until "HH:MM" of `day`; nothing when that has passed."""
        self.let_pass(max(0, local_ms(day, clock) - self.wall_ms()) / 1000)

    def let_pass(self, seconds: float) -> None:
        """Let time pass, for the hall and every terminal alike. A flow notices within a second."""
        by_ms = round(seconds * 1000)
        self.hall.set_offset(self.hall.offset_ms + by_ms)
        for terminal in self.terminals.values():
            terminal.devices.clock.advance(by_ms)

    # --- what became of it ------------------------------------------------------------------------------------------

    def wait_rows(self, terminal: TerminalProcess, rows: int, deadline_s: float = 60.0) -> float:
        """Until the hall holds that many rows of a terminal. Answers the seconds it took."""
        began = time.monotonic()
        wait_for(
            f"the hall holds {rows} rows of {terminal.terminal_id}",
            lambda: self.hall.row_count(terminal.terminal_id) >= rows,
            deadline_s,
            0.1,
        )
        return time.monotonic() - began
