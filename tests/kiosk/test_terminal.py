"""A terminal that cannot serve must say so in a page, not in a traceback; and one that can must say what it knows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.emulators.reader import EmulatedReader
from kiosk import commands, events, queue, views
from kiosk.config import Settings
from kiosk.services.status import ask
from kiosk.terminal import Terminal
from kiosk.views_resident import ResidentHome
from offline_cache.db import load_key
from offline_cache.identity import Identity, TerminalKey
from offline_cache.outbox import Outbox
from offline_cache.wire import Enrolled, RowKind
from tests.offline_cache.rows import meal, stamp

DEADLINE_S = 10.0
CONFIGURATION = """\
[terminal]
id = "CT-03"
role = "canteen"
environment = "demo"
data_dir = "{directory}/data"
hall_url = "http://127.0.0.1:9"
window = "1"

[devices.card_reader]
kind = "em4100_serial"
port = "{directory}/reader"

[voice]
enabled = false
"""


class Watched:
    """A terminal and what it has shown; turns its loop as a face would."""

    def __init__(self, directory: Path) -> None:
        path = directory / "terminal.toml"
        path.write_text(CONFIGURATION.format(directory=directory), encoding="utf-8")
        self.directory = directory
        self.terminal = Terminal(Settings.load(path))
        self.shown: list[views.Shown] = []
        self.terminal.on_shown = self.shown.append

    def until(self, true: Callable[[views.Shown], bool]) -> views.Shown:
        ends = time.monotonic() + DEADLINE_S
        while time.monotonic() < ends:
            self.terminal.bus.wait(0.1)
            self.terminal.bus.drain()
            self.terminal.tick()
            if self.shown and true(self.shown[-1]):
                return self.shown[-1]
        raise AssertionError(f"still {self.shown[-1:]}")


def enrol(directory: Path) -> None:
    key = TerminalKey.load_or_make(directory / "data")
    enrolled = Enrolled(
        terminal_id="CT-03", name="CT-03", site_id="C3", role="canteen", hall_id="hall", card_key="00" * 32
    )
    Identity.save(directory / "data", key, enrolled)


def test_a_resident_s_terminal_begins_in_the_language_that_it_was_configured_in(tmp_path: Path) -> None:
    path = tmp_path / "terminal.toml"
    text = CONFIGURATION.format(directory=tmp_path).replace('"canteen"', '"query_print"\nlocale = "en"')
    path.write_text(text, encoding="utf-8")
    terminal = Terminal(Settings.load(path))
    shown: list[views.Shown] = []
    terminal.on_shown = shown.append
    terminal.start()
    terminal.stop()
    home = shown[0].view
    assert isinstance(home, ResidentHome) and home.around.locale == "en"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    (tmp_path / "data").mkdir()
    watched = Watched(tmp_path)
    yield watched
    watched.terminal.stop()


def out_of_service(code: str) -> Callable[[views.Shown], bool]:
    return lambda shown: shown.view == views.OutOfService(code, "1")


def test_one_that_is_not_enrolled_says_so(watched: Watched) -> None:
    watched.terminal.start()
    watched.until(out_of_service("identity.missing"))


def test_one_without_its_reader_is_out_of_service_until_it_is_plugged_in(watched: Watched) -> None:
    enrol(watched.directory)
    watched.terminal.start()
    watched.until(out_of_service("device.gone"))
    reader = EmulatedReader(watched.directory)
    watched.until(lambda shown: not isinstance(shown.view, views.OutOfService))
    reader.unplug()
    watched.until(out_of_service("device.gone"))
    reader.close()


def test_one_whose_key_is_gone_does_not_begin_a_new_disk(watched: Watched) -> None:
    enrol(watched.directory)
    watched.terminal.start()
    watched.until(
        lambda shown: isinstance(shown.view, views.OutOfService) and shown.view.code == "device.gone"
    )
    watched.terminal.stop()
    (watched.directory / "data" / "key").unlink()
    again = Watched(watched.directory)
    again.terminal.start()
    again.until(out_of_service("disk.key_missing"))
    again.terminal.stop()


def test_a_pin_is_answered_and_counted(watched: Watched) -> None:
    enrol(watched.directory)
    reader = EmulatedReader(watched.directory)
    answers: list[events.PinChecked] = []
    watched.terminal.bus.subscribe(events.PinChecked, answers.append)
    watched.terminal.start()
    watched.until(lambda shown: watched.terminal.snapshot()["devices"] != {})
    watched.terminal._ask(commands.CheckPin("", "123456"))
    watched.until(lambda shown: bool(answers))
    assert (answers[0].accepted, answers[0].left) == (False, 4)
    reader.close()


def test_a_mistake_of_ours_on_the_disk_thread_is_seen(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    name = " ".join(("Mrs", "Sample"))

    def trips(*_: object) -> None:
        raise KeyError(name)

    monkeypatch.setattr("kiosk.services.books.Books.begin", trips)
    enrol(watched.directory)
    watched.terminal.start()
    watched.until(out_of_service("disk.failed"))
    assert "KeyError" in caplog.text
    assert name not in caplog.text


def test_its_status_says_what_it_knows_and_names_nobody(watched: Watched) -> None:
    enrol(watched.directory)
    watched.terminal.start()
    watched.until(lambda shown: isinstance(shown.view, views.OutOfService))
    facts = ask(watched.directory / "data" / "status.sock")
    assert facts["out_of_service"] == "device.gone"
    assert facts["devices"]["card_reader"]["health"] == "down"
    assert facts["devices"]["card_reader"]["code"] == "device.gone"
    assert facts["devices"]["card_reader"]["kind"] == "em4100_serial"
    assert facts["online"] is False


def test_rows_of_a_damaged_log_are_brought_over_while_it_runs(
    watched: Watched, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enrol(tmp_path)
    watched.terminal.start()
    watched.until(lambda shown: isinstance(shown.view, (views.Idle, views.OutOfService)))
    data = tmp_path / "data"
    lost = Outbox.open(tmp_path, load_key(data), "CT-03", stamp())
    for number in range(3):
        lost.append(RowKind.MEAL, meal(number), stamp(number))
    lost.close()
    settings = Settings.load(tmp_path / "terminal.toml")
    assert queue.run(["salvage", str(tmp_path / "log.db"), "--json"], settings) == 0
    assert json.loads(capsys.readouterr().out) == {"readable": True, "found": 4, "brought": 4}
    assert queue.run(["list", "--json"], settings) == 0
    assert json.loads(capsys.readouterr().out)["unsent"] == 5
