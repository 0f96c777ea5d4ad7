"""What is installed is what was locked: by version, by hash, and from wherever the machine's own settings say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = [ROOT / "requirements.lock", ROOT / "deploy" / "terminal.lock", ROOT / "deploy" / "bootstrap.lock"]


def locked(path: Path) -> dict[str, frozenset[str]]:
    """ "name==version ; marker" -> its hashes."""
    packages: dict[str, frozenset[str]] = {}
    logical = path.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in logical.splitlines():
        if re.match(r"[a-z0-9]", line):
            pin = re.split(r"\s--hash", line)[0].strip()
            packages[pin] = frozenset(re.findall(r"sha256:[0-9a-f]{64}", line))
    return packages


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_and_hashed(lock: Path) -> None:
    packages = locked(lock)
    assert packages
    for pin, hashes in packages.items():
        assert re.match(r"[a-z0-9.-]+(\[[a-z,]+\])?==[\w.+!]+", pin), pin
        assert hashes, pin


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_address_of_a_registry_is_written_down(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")


def test_a_terminal_gets_the_versions_that_were_tested() -> None:
    tested = locked(ROOT / "requirements.lock")
    for pin, hashes in locked(ROOT / "deploy" / "terminal.lock").items():
        assert tested.get(pin) == hashes, pin


def test_a_terminal_gets_no_test_tools() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    development = {re.split(r"[\[=]", name)[0] for name in project["optional-dependencies"]["dev"]}
    assert not {re.split(r"[\[=]", pin)[0] for pin in locked(ROOT / "deploy" / "terminal.lock")} & development
