"""A call button is hung up by whoever is there: pressed three times, it must be in the list that the terminal reads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.buttons.codes import parsed, read_list
from drivers.emulators.radio import EmulatedRadio
from drivers.transport import SerialTransport
from kiosk import cli

PRESS_GAP_S = 0.3
CONFIGURATION = """\
[terminal]
id = "CT-03"
role = "canteen"
environment = "demo"
data_dir = "{directory}/data"
hall_url = "http://127.0.0.1:9"
locale = "en"
"""
RECEIVER = """
[devices.call_buttons]
kind = "rf_generic_serial"
port = "{port}"
"""


@pytest.fixture
def radio(tmp_path: Path) -> Iterator[EmulatedRadio]:
    emulated = EmulatedRadio(tmp_path / "radio")
    yield emulated
    emulated.close()


def configured(directory: Path, radio: EmulatedRadio | None, options: str = "") -> str:
    path = directory / "terminal.toml"
    receiver = RECEIVER.format(port=radio.path) + options if radio else ""
    path.write_text(CONFIGURATION.format(directory=directory) + receiver, encoding="utf-8")
    return str(path)


def learn(config: str, *words: str) -> int:
    return cli.main(["devices", "learn", "call_buttons", "--config", config, *words])


@contextmanager
def pressing(radio: EmulatedRadio, *codes: str) -> Iterator[None]:
    """Somebody who presses one button after the other, again and again, from now on."""
    over = threading.Event()

    def press() -> None:
        at = 0
        while not over.wait(PRESS_GAP_S):
            radio.press(bytes.fromhex(codes[at % len(codes)]))
            at += 1

    thread = threading.Thread(target=press)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_button_that_is_pressed_three_times_is_in_the_list(
    tmp_path: Path, radio: EmulatedRadio, capsys: pytest.CaptureFixture[str]
) -> None:
    kept_in = tmp_path / "buttons.txt"
    kept_in.write_text("A1B2C:4  # window 1\n", encoding="utf-8")
    config = configured(tmp_path, radio, f'buttons_file = "{kept_in}"\n')
    with pressing(radio, "D00358"):
        assert learn(config, "--remark", "window 3", "--within", "10") == 0
    assert capsys.readouterr().out == "D0035:8\n"
    assert read_list(kept_in) == (parsed("A1B2C:4"), parsed("D0035:8"))
    assert "D0035:8  # window 3\n" in kept_in.read_text(encoding="utf-8")


def test_two_buttons_in_turn_teach_nothing(
    tmp_path: Path, radio: EmulatedRadio, capsys: pytest.CaptureFixture[str]
) -> None:
    kept_in = tmp_path / "buttons.txt"
    config = configured(tmp_path, radio, f'buttons_file = "{kept_in}"\n')
    with pressing(radio, "D00358", "A1B2C4"):
        assert learn(config, "--within", "1.5") == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("button.not_learned: ")
    assert not kept_in.exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("", "button.no_file"),
        ('buttons_file = "{directory}/damaged.txt"\n', "button.list"),
    ],
)
def test_without_a_list_it_says_why(
    options: str, code: str, tmp_path: Path, radio: EmulatedRadio, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "damaged.txt").write_text("no button\n", encoding="utf-8")
    assert learn(configured(tmp_path, radio, options.format(directory=tmp_path))) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"{code}: ")


def test_a_directory_that_is_not_there_is_said(
    tmp_path: Path, radio: EmulatedRadio, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, radio, f'buttons_file = "{tmp_path}/none/buttons.txt"\n')
    with pressing(radio, "D00358"):
        assert learn(config, "--within", "10") == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("button.no_file: ")


def test_the_port_of_a_running_terminal_is_taken(
    tmp_path: Path, radio: EmulatedRadio, capsys: pytest.CaptureFixture[str]
) -> None:
    held = SerialTransport(radio.path, 9600)
    held.open()
    try:
        config = configured(tmp_path, radio, f'buttons_file = "{tmp_path}/buttons.txt"\n')
        assert learn(config) == 2
    finally:
        held.close()
    assert capsys.readouterr().err.splitlines()[-1].startswith("device.busy: ")


def test_a_terminal_without_a_receiver_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert learn(configured(tmp_path, None)) == 2
    assert capsys.readouterr().err.startswith("case.no_slot: ")


def test_without_a_configuration_nothing_is_learned(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["devices", "learn", "call_buttons", "--locale", "en"]) == 2
    assert capsys.readouterr().err.startswith("config.missing: ")
