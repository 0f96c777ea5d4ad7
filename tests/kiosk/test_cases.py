"""A technician calls from a hall: what the device said lately must reach us whole, without anybody's number, and play again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.reader import EmulatedReader
from kiosk import cli, views
from kiosk.config import Settings
from kiosk.doctor import device_facts
from kiosk.services.cases import MASKED, CaseDamaged, read_case, without_secrets
from kiosk.services.status import ask
from kiosk.terminal import Terminal
from offline_cache.identity import Identity, TerminalKey
from offline_cache.wire import Enrolled

DEADLINE_S = 10.0
UID = "01001293D8"
CONFIGURATION = """\
[terminal]
id = "CT-03"
role = "canteen"
environment = "demo"
data_dir = "{directory}/data"
hall_url = "http://127.0.0.1:9"
locale = "en"

[devices.card_reader]
kind = "em4100_serial"
port = "{directory}/reader"

[devices.receipt_printer]
kind = "escpos_serial"
port = "{directory}/printer"

[voice]
enabled = false
"""


class Running:
    """A terminal that runs on emulated devices; its loop is turned while something is waited for."""

    def __init__(self, directory: Path) -> None:
        (directory / "data").mkdir()
        self.config = directory / "terminal.toml"
        self.reader = EmulatedReader(directory)
        self.printer = EmulatedPrinter(directory)
        text = CONFIGURATION.format(directory=directory)
        self.config.write_text(text.replace(f"{directory}/printer", self.printer.path), encoding="utf-8")
        key = TerminalKey.load_or_make(directory / "data")
        enrolled = Enrolled(
            terminal_id="CT-03",
            name="CT-03",
            site_id="C3",
            role="canteen",
            hall_id="hall",
            card_key="00" * 32,
        )
        Identity.save(directory / "data", key, enrolled)
        self.terminal = Terminal(Settings.load(self.config))
        self.shown: list[views.Shown] = []
        self.terminal.on_shown = self.shown.append
        self.terminal.start()

    def until(self, true: Callable[[], bool]) -> None:
        ends = time.monotonic() + DEADLINE_S
        while not true():
            assert time.monotonic() < ends, self.terminal.snapshot()
            self.terminal.bus.wait(0.05)
            self.terminal.bus.drain()
            self.terminal.tick()

    def health(self, slot: str) -> str:
        devices = self.terminal.snapshot().get("devices", {})
        return str(devices.get(slot, {}).get("health", ""))

    def silent_ms(self) -> int:
        """How long the card reader has said nothing since it last spoke; 0 before."""
        heard = self.terminal.snapshot()["devices"]["card_reader"]["details"]["heard_ms_ago"]
        return int(heard) if heard.isdecimal() else 0

    def close(self) -> None:
        self.terminal.stop()
        self.reader.close()
        self.printer.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("case"))
    running.until(lambda: running.health("card_reader") == "ok" and running.health("receipt_printer") == "ok")
    running.reader.tap(UID)
    assert running.reader.wait_lifted(5)
    running.until(lambda: running.silent_ms() > 400)
    yield running
    running.close()


def export(running: Running, slot: str, file: Path) -> int:
    return cli.main(["devices", "export", slot, str(file), "--config", str(running.config)])


def test_the_case_of_a_reader_holds_what_is_needed_and_nobodys_number(
    running: Running, tmp_path: Path
) -> None:
    assert export(running, "card_reader", tmp_path / "case.txt") == 0
    case = read_case(tmp_path / "case.txt")
    assert (case.slot, case.kind, case.health, case.code) == ("card_reader", "em4100_serial", "ok", "")
    assert case.options["port"] == running.reader.path
    assert [(each["health"], each["code"]) for each in case.history] == [("ok", "")]
    assert case.lines
    written = (tmp_path / "case.txt").read_text(encoding="utf-8").upper().replace(" ", "")
    for form in (
        UID,
        UID.encode().hex().upper(),
        str(int(UID, 16)),
        UID[2:],
        bytes.fromhex(UID).hex().upper(),
    ):
        assert form not in written


def test_it_plays_again_as_the_terminal_saw_it(
    running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(running, "card_reader", tmp_path / "case.txt")
    capsys.readouterr()
    assert cli.main(["devices", "replay", str(tmp_path / "case.txt"), "--json"]) == 0
    played = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["what"].partition("(")[0] for each in played] == ["CardSeen", "CardLifted"]


def test_a_printer_out_of_paper_plays_again_as_an_error(
    running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running.printer.paper_out()
    running.until(lambda: running.health("receipt_printer") == "down")
    assert export(running, "receipt_printer", tmp_path / "case.txt") == 0
    running.printer.refill()
    running.until(lambda: running.health("receipt_printer") == "ok")
    capsys.readouterr()
    assert cli.main(["devices", "replay", "--locale", "en", str(tmp_path / "case.txt")]) == 1
    said = capsys.readouterr().out
    assert "printer.paper_out" in said
    assert "The paper is used up" in said


def test_a_slot_that_is_not_there_is_said(
    running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(running, "camera", tmp_path / "case.txt") == 2
    assert capsys.readouterr().err.startswith("case.no_slot: ")
    assert not (tmp_path / "case.txt").exists()


def test_who_asks_what_nobody_knows_is_told_so(running: Running) -> None:
    socket_path = running.config.parent / "data" / "status.sock"
    assert ask(socket_path, question={"ask": "secrets"}) == {"code": "status.unknown_question"}
    assert ask(socket_path)["devices"]["card_reader"]["kind"] == "em4100_serial"


def test_the_doctor_asks_the_running_terminal(running: Running) -> None:
    facts = device_facts(Settings.load(running.config))
    assert facts["card_reader"]["health"] == "ok", "a probe of its own would have found the port taken"
    assert int(facts["card_reader"]["details"]["frames"]) >= 2


def test_a_terminal_that_does_not_run_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "terminal.toml"
    config.write_text(CONFIGURATION.format(directory=tmp_path), encoding="utf-8")
    assert (
        cli.main(["devices", "export", "--config", str(config), "card_reader", str(tmp_path / "case.txt")])
        == 2
    )
    assert capsys.readouterr().err.startswith("terminal.not_running: ")


@pytest.mark.parametrize(
    "content", ["", "no case", "{}", '{"format": 2}', "[]", '{"format": 1, "slot": "a"}']
)
def test_what_is_no_case_file_is_refused(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "case.txt"
    path.write_text(content)
    with pytest.raises(CaseDamaged):
        read_case(path)
    assert cli.main(["devices", "replay", str(path)]) == 2
    assert capsys.readouterr().err.startswith("case.damaged: ")


def test_no_secret_leaves_with_the_options() -> None:
    options = {
        "url": "rtsp://admin:hunter2@10.0.0.7:554/ch1?token=abc",
        "password": "hunter2",
        "user": "admin",
        "key": "A0A1A2A3A4A5",
        "key_type": "A",
        "port": "/dev/serial/by-path/x",
        "baud": 9600,
    }
    assert without_secrets(options) == {
        "url": "rtsp://10.0.0.7:554/ch1",
        "password": MASKED,
        "user": MASKED,
        "key": MASKED,
        "key_type": "A",
        "port": "/dev/serial/by-path/x",
        "baud": 9600,
    }
