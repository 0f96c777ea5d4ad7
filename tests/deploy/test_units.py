"""systemd takes a misspelt key as a warning and starts the unit without it: any word of the checker fails here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
TERMINAL = DEPLOY / "systemd" / "service-hall-terminal.service"
EXECUTABLES = ("/usr/bin/cage", "/opt/service-hall/venv/bin/python")

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def complaints(unit: Path, text: str) -> str:
    """What systemd-analyze says of `text`, with the executables of a terminal replaced by one that is everywhere."""
    for executable in EXECUTABLES:
        text = text.replace(executable, "/usr/bin/true")
    unit.write_text(text, encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=60
    )
    about_it = [line for line in checked.stderr.splitlines() if unit.name in line]
    return "\n".join(about_it) or ("" if checked.returncode == 0 else checked.stderr)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_has_nothing_to_say(unit: Path, tmp_path: Path) -> None:
    assert complaints(tmp_path / unit.name, unit.read_text(encoding="utf-8")) == ""


def test_the_checker_sees_a_misspelt_key(tmp_path: Path) -> None:
    text = TERMINAL.read_text(encoding="utf-8").replace("WatchdogSec=", "WatchdogSecond=")
    assert "WatchdogSecond" in complaints(tmp_path / TERMINAL.name, text)


def exposure_is_low(unit: Path) -> bool:
    """Below 2.5 of 10 on systemd's own scale, where 10 is a unit without any protection."""
    measured = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", "--no-pager", str(unit)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return measured.returncode == 0


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_unit_is_hardened(unit: Path) -> None:
    assert exposure_is_low(unit)


def test_an_open_unit_is_told_from_a_hardened_one(tmp_path: Path) -> None:
    bare = tmp_path / "bare.service"
    bare.write_text("[Service]\nExecStart=/usr/bin/true\n", encoding="utf-8")
    assert not exposure_is_low(bare)


def test_the_terminal_is_watched_and_always_comes_back() -> None:
    text = TERMINAL.read_text(encoding="utf-8")
    for line in (
        "Type=notify",
        "NotifyAccess=all",
        "WatchdogSec=20",
        "Restart=always",
        "StartLimitIntervalSec=0",
    ):
        assert f"\n{line}\n" in text


def test_what_the_units_start_is_what_the_installer_lays_out() -> None:
    installer = (DEPLOY / "install.sh").read_text(encoding="utf-8")
    packages = (DEPLOY / "apt-terminal.txt").read_text(encoding="utf-8").split()
    assert "APPLICATION=/opt/service-hall\n" in installer and "$APPLICATION/venv" in installer
    assert {"cage", "xwayland", "seatd"} <= set(packages)
    for unit in UNITS:
        assert "/opt/service-hall/venv/bin/python" in unit.read_text(encoding="utf-8")
