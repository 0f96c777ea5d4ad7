"""What a technician gets wrong in the first hour, through the real commands: each mistake is one stable code and one plain
sentence with the next step, in Chinese and in English. Whoever reads it has no manual and stands on a ladder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers.emulators.m1_reader import EmulatedM1Reader
from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.reader import EmulatedReader
from drivers.emulators.sam import EmulatedSam
from kiosk import cli
from kiosk.i18n import LOCALES, Translator
from kiosk.services.status import ask
from tests.kiosk.test_terminal import enrol
from tests.stage import smart_card_service
from tests.stage.processes import Child, free_port
from tests.stage.smart_card_service import READER as READER_NAME
from tests.stage.smart_card_service import SmartCardService
from tests.stage.waiting import wait_for

ROOT = Path(__file__).parents[2]
NOBODY = 65534
COMMAND_S = 60.0
SEEN_S = 20.0
TERMINAL = """\
[terminal]
id = "CT-03"
role = "canteen"
environment = "demo"
data_dir = "{directory}/data"
hall_url = "http://127.0.0.1:9"
locale = "{locale}"

[voice]
enabled = false
"""


def configured(directory: Path, sections: str, locale: str = "zh_CN") -> str:
    """The path of a configuration with these devices; a `{directory}` in them is filled in."""
    (directory / "data").mkdir(exist_ok=True)
    path = directory / "terminal.toml"
    path.write_text((TERMINAL + sections).format(directory=directory, locale=locale), encoding="utf-8")
    return str(path)


def sentences(code: str, locale: str) -> list[str]:
    return [each.replace("\n", " ") for each in Translator(locale).sentence(code)]


def is_said(code: str, said: str, locale: str) -> bool:
    """The code once, and its sentence behind it on the same line."""
    (line,) = (line for line in said.splitlines() if code in line)
    return all(part in line for part in sentences(code, locale))


# --- what the file says -------------------------------------------------------------------------------------------

READER = '[devices.card_reader]\nkind = "em4100_serial"\nport = "{directory}/reader"\n'
MISTAKES = {
    "a word nobody knows": (READER + "bauds = 9600\n", "config.unknown_key", "one of: baud, kind, port"),
    "two slots on one port": (
        READER + '[devices.receipt_printer]\nkind = "escpos_serial"\nport = "{directory}/reader"\n',
        "config.port_twice",
        "devices.card_reader",
    ),
    "a printer for a reader": (
        READER.replace("em4100_serial", "escpos_serial"),
        "config.wrong_slot",
        "em4100_serial",
    ),
    "a kind nobody makes": (READER.replace("em4100", "em4200"), "config.unknown_kind", "em4100_serial"),
    "no port": (READER.replace("port =", "# port ="), "config.missing_key", "port"),
    "letters for a number": (READER + 'baud = "fast"\n', "config.value", "fast"),
}


@pytest.mark.parametrize("command", ["check-config", "doctor"])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_file_is_told_with_its_line(
    mistake: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sections, code, hint = MISTAKES[mistake]
    assert cli.main([command, "--config", configured(tmp_path, sections)]) == 1
    output = capsys.readouterr()
    where, *words = (output.out + output.err).splitlines()
    assert where.startswith(f"{code}: {tmp_path}/terminal.toml:")
    assert hint in where
    assert [word.split() for word in words] == [
        " ".join(sentences(code, locale)).split() for locale in LOCALES
    ]


# --- what is plugged in -------------------------------------------------------------------------------------------


@pytest.fixture
def mixed_up(tmp_path: Path) -> Iterator[str]:
    """Three devices, none of them of the kind that its slot names."""
    with ExitStack() as stack:
        printer, sam = EmulatedPrinter(tmp_path / "1"), EmulatedSam(tmp_path / "2")
        m1_reader = EmulatedM1Reader(tmp_path / "3")
        for device in (printer, sam, m1_reader):
            stack.callback(device.close)
        yield (
            f'[devices.card_reader]\nkind = "pn532_serial"\nport = "{m1_reader.path}"\n'
            f'[devices.receipt_printer]\nkind = "escpos_serial"\nport = "{sam.path}"\n'
            f'[devices.id_card_reader]\nkind = "sam_serial"\nport = "{printer.path}"\n'
        )


def test_another_device_on_a_port_is_named(
    mixed_up: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, mixed_up)
    assert cli.main(["doctor", "--json", "--config", config]) == 1
    items = {item["name"]: item for item in json.loads(capsys.readouterr().out)["report"]["items"]}
    answers = {
        slot: (items[f"device.{slot}"]["code"], items[f"device.{slot}"]["details"].get("answers"))
        for slot in ("card_reader", "receipt_printer", "id_card_reader")
    }
    assert answers == {
        "card_reader": ("device.other_kind", "m1_aabb_serial"),
        "receipt_printer": ("device.other_kind", "sam_serial"),
        "id_card_reader": ("device.other_kind", "escpos_serial"),
    }


@pytest.mark.parametrize("locale", LOCALES)
def test_a_reader_that_only_listens_is_not_called_well_on_a_printer(
    locale: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printer = EmulatedPrinter(tmp_path / "printer")
    section = f'[devices.card_reader]\nkind = "em4100_serial"\nport = "{printer.path}"\n'
    cli.main(["doctor", "--config", configured(tmp_path, section, locale)])
    printer.close()
    said = capsys.readouterr().out
    assert is_said("device.other_kind", said, locale)
    assert "(escpos_serial)" in said


@pytest.mark.parametrize("locale", LOCALES)
def test_a_port_without_rights_says_which_right(locale: str) -> None:
    """As a user without rights: whoever is root is never refused."""
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place)
        directory.chmod(0o755)
        reader = EmulatedReader(directory)
        Path(reader.path).chmod(0o000)
        config = configured(directory, READER, locale)
        (directory / "data").chmod(0o777)
        command = [sys.executable, "-m", "kiosk", "doctor", "--config", config]
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={NOBODY}", "--clear-groups", *command]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=COMMAND_S)
        reader.close()
    assert told.returncode == 1, told.stderr
    assert is_said("device.denied", told.stdout, locale)


# --- services -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", LOCALES)
def test_services_that_do_not_run_are_named(
    locale: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    smart_card_service.require()
    sections = (
        '[devices.card_reader]\nkind = "pcsc"\n'
        f'[devices.page_printer]\nkind = "cups"\nqueue = "a4"\nport = {free_port()}\n'
    )
    with smart_card_service.alone():
        assert cli.main(["doctor", "--config", configured(tmp_path, sections, locale)]) == 1
    said = capsys.readouterr().out
    assert is_said("pcsc.service_down", said, locale)
    assert is_said("cups.service_down", said, locale)


@contextmanager
def running(config: str, directory: Path) -> Iterator[Callable[[], Mapping[str, Any]]]:
    """The real terminal without a face, enrolled; gives what its status says, {} before it answers."""
    enrol(directory)
    command = [sys.executable, "-m", "kiosk", "run", "--headless", "--config", config]
    child = Child(command, directory / "terminal.log")

    def status() -> Mapping[str, Any]:
        try:
            return ask(directory / "data" / "status.sock")
        except (OSError, ValueError):
            return {}

    try:
        yield status
    finally:
        child.stop()


def test_a_running_terminal_follows_the_card_service(tmp_path: Path) -> None:
    """Not there at the start, started, killed, started again: said each time, and nobody has to restart the terminal."""
    smart_card_service.require()

    def out_of_service(status: Mapping[str, Any]) -> str:
        return str(status.get("out_of_service", "not up yet"))

    config = configured(tmp_path, f'[devices.card_reader]\nkind = "pcsc"\nreader = "{READER_NAME}"\n')
    with smart_card_service.alone(), running(config, tmp_path) as status:
        service = SmartCardService(tmp_path)
        down = "pcsc.service_down"
        wait_for("it says that the service is missing", lambda: out_of_service(status()) == down, SEEN_S)
        try:
            service.start()
            wait_for("it goes to work", lambda: out_of_service(status()) == "", SEEN_S)
            service.kill()
            wait_for("it says that the service is gone", lambda: out_of_service(status()) == down, SEEN_S)
            service.start()
            wait_for("it goes to work again", lambda: out_of_service(status()) == "", SEEN_S)
        finally:
            service.stop()
