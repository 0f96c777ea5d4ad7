"""The words of the commands, as somebody types them at a machine: a slip of the finger must not start a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import cli

CONFIGURATION = """\
[terminal]
id = "CT-03"
role = "canteen"
environment = "demo"
data_dir = "{directory}/data"
hall_url = "http://127.0.0.1:9"
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "terminal.toml"
    path.write_text(CONFIGURATION.format(directory=tmp_path), encoding="utf-8")
    return str(path)


def test_a_good_configuration_is_printed(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check-config", "--config", config]) == 0
    assert '"id": "CT-03"' in capsys.readouterr().out


def test_a_bad_one_is_complained_about_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check-config", "--config", str(tmp_path / "none.toml")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("config.missing: ")
    assert "没有设置文件" in said
    assert "There is no settings file" in said


@pytest.mark.parametrize("words", [["run", "--headles"], ["run", "list"], ["check-config", "--json"], []])
def test_words_that_are_not_understood_start_nothing(words: list[str], config: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*words, "--config", config] if words else [])
    assert ended.value.code == cli.WRONG_USE


@pytest.mark.parametrize("words", [[], ["list"], ["verify"], ["list", "--json"]])
def test_the_queue_of_a_terminal_that_has_done_nothing(
    words: list[str], config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["queue", *words, "--config", config]) == 2
    assert capsys.readouterr().out


def test_enrolling_without_a_hall_says_so(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["enrol", "--code", "ABCD", "--config", config]) == 1
    assert capsys.readouterr().err.startswith("hall.unreachable: ")
