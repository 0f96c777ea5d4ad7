"""A technician reads a code on a slip: each that a driver can give has a sentence of its own, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.i18n import LOCALES, Translator
from kiosk.locales.sentences import SENTENCES

ROOT = Path(__file__).parents[2]
FAMILIES = {
    "button",
    "camera",
    "card",
    "cups",
    "device",
    "id_reader",
    "pcsc",
    "printer",
    "relay",
    "scan",
    "finding",
}
CONFIG = {"config"}
ITS_FAMILYS_WORDS_WILL_DO = {"scan.noise", "scan.torn"}


def codes(directory: Path, families: set[str]) -> set[str]:
    """Every text in the source that has the form of a code of these families."""
    found = set()
    for path in directory.rglob("*.py"):
        if "emulators" in path.parts or "locales" in path.parts:
            continue
        found |= {text for text in _texts(path) if _is_code(text, families)}
    return found


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _is_code(text: str, families: set[str]) -> bool:
    family, dot, rest = text.partition(".")
    return family in families and bool(dot) and rest.replace("_", "").isalpha() and rest.islower()


def test_every_code_of_a_driver_has_its_own_sentence() -> None:
    used = codes(ROOT / "drivers", FAMILIES)
    assert {"device.gone", "printer.paper_out", "pcsc.service_down", "cups.service_down"} <= used
    assert sorted(used - set(SENTENCES) - ITS_FAMILYS_WORDS_WILL_DO) == []


def test_every_complaint_about_the_settings_has_its_own_sentence() -> None:
    used = codes(ROOT / "kiosk", CONFIG)
    assert {"config.unknown_key", "config.port_twice", "config.unstable_port"} <= used
    assert sorted(used - set(SENTENCES)) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "code",
    [
        "config.unknown_key",
        "config.port_twice",
        "config.unstable_port",
        "device.denied",
        "device.protocol",
        "pcsc.service_down",
        "cups.service_down",
        "printer.silent",
    ],
)
def test_what_a_technician_meets_first_says_the_next_step(code: str, locale: str) -> None:
    what, next_step = Translator(locale).sentence(code)
    assert what != next_step
    assert (what, next_step) != Translator(locale).sentence("no.such_code")
