"""A box in a canteen is installed by whoever is there: the scripts must say what they will do and what is missing."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SCRIPTS = sorted(DEPLOY.glob("*.sh"))


def run(
    command: list[str], *, path: Path | None = None, timeout_s: float = 30
) -> subprocess.CompletedProcess[str]:
    """Runs with `path` in front of $PATH, so that a test can stand in for dpkg, sudo or python3."""
    front = f"{path}:" if path else ""
    environment = {**os.environ, "PATH": front + os.environ["PATH"]}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout_s
    )


def stand_in(directory: Path, name: str, script: str) -> None:
    program = directory / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_the_shell_can_read_it(script: Path) -> None:
    checked = run(["bash", "-n", str(script)])
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_dry_run_names_every_step_and_changes_nothing(tmp_path: Path) -> None:
    """Stand-ins that fail would be called by any step that is not held back."""
    for name in ("apt-get", "useradd", "install", "cp", "mv", "ln", "udevadm", "modprobe", "runuser"):
        stand_in(tmp_path, name, f"touch {tmp_path}/called-{name}; exit 97")
    installed = run(["deploy/install.sh", "--dry-run"], path=tmp_path)
    assert installed.returncode == 0, installed.stderr
    assert not list(tmp_path.glob("called-*"))
    steps = [line[2:] for line in installed.stdout.splitlines() if line.startswith("+ ")]
    for expected in (
        "useradd --system",
        "pip sync --quiet --python /opt/service-hall/venv/bin/python",
        "--require-hashes deploy/terminal.lock",
        "mv -T /opt/service-hall/app.next /opt/service-hall/app",
        "deploy/udev/70-service-hall.rules /etc/udev/rules.d/",
        "deploy/modprobe/service-hall-nfc.conf /etc/modprobe.d/",
        "deploy/systemd/service-hall-terminal.service /etc/systemd/system/",
        "systemctl daemon-reload",
    ):
        assert any(expected in step for step in steps), expected
    assert "kiosk enrol --config /etc/service-hall/terminal.toml" in installed.stdout


def test_every_file_that_the_installer_copies_is_there() -> None:
    named = re.findall(r"deploy/[\w./-]+", (DEPLOY / "install.sh").read_text(encoding="utf-8"))
    assert len(set(named)) > 5
    for name in named:
        assert (ROOT / name).exists(), name


def test_an_unknown_option_is_explained() -> None:
    refused = run(["deploy/install.sh", "--force"])
    assert refused.returncode == 2
    assert "--dry-run" in refused.stdout


def test_missing_packages_are_named_with_the_next_step(tmp_path: Path) -> None:
    """Neither root nor sudo: the names, the command to give, and an exit code that stops make."""
    stand_in(tmp_path, "dpkg-query", 'for last; do :; done; [ "$last" = xvfb ] || printf installed')
    stand_in(tmp_path, "id", "echo 1000")
    stand_in(tmp_path, "sudo", "exit 1")
    refused = run(["deploy/setup.sh"], path=tmp_path)
    assert refused.returncode == 1
    assert "missing: xvfb" in refused.stderr
    assert "Next step: sudo apt-get install --no-install-recommends xvfb" in refused.stderr


def test_an_old_python_is_refused_in_plain_words(tmp_path: Path) -> None:
    stand_in(tmp_path, "python3", '[ "$1" = --version ] && echo "Python 3.9.2"; exit 1')
    refused = run(["deploy/setup.sh"], path=tmp_path)
    assert refused.returncode == 1
    assert "Python 3.11 or newer is needed; 'python3' is Python 3.9.2" in refused.stderr


@pytest.mark.parametrize("name", ["apt-packages.txt", "apt-terminal.txt"])
def test_package_lists_hold_names_and_reasons_only(name: str) -> None:
    lines = [line.strip() for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines()]
    names = [line for line in lines if line and not line.startswith("#")]
    assert names and len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", found) for found in names)


def test_udev_rules_have_the_form_that_udev_reads() -> None:
    """udevadm of Debian 12 cannot check a file, so each line is held against the grammar of udev(7)."""
    pair = r'[A-Z]+(\{[\w.]+\})?(==|!=|=|\+=|:=)"[^"]*"'
    rules = (DEPLOY / "udev" / "70-service-hall.rules").read_text(encoding="utf-8").splitlines()
    lines = [line for line in rules if line and not line.startswith("#")]
    assert len(lines) == 6
    for line in lines:
        assert re.fullmatch(rf"{pair}(, {pair})*", line), line
        assert "==" in line


def test_the_page_on_smart_cards_names_the_modules_that_are_kept_away() -> None:
    lines = (DEPLOY / "modprobe" / "service-hall-nfc.conf").read_text(encoding="utf-8").splitlines()
    modules = [line for line in lines if not line.startswith("#")]
    assert modules and all(re.fullmatch(r"blacklist \w+", line) for line in modules)
    page = (ROOT / "docs" / "smart-cards.md").read_text(encoding="utf-8")
    assert all(f"      {line}\n" in page for line in modules)
