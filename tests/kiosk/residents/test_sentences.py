"""Whatever is refused, a resident reads a plain sentence and what to do next, in both languages: no code of this role may
end in words for technicians."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.i18n import LOCALES, Translator
from kiosk.locales.sentences import SENTENCES, UNKNOWN
from tests.kiosk.test_device_sentences import codes

ROOT = Path(__file__).parents[3]
ROOMS = (
    "kiosk/services/residents",
    "hall/services/residents",
    "hall/services/applications",
    "drivers/printers",
    "offline_cache",
)
FAMILIES = {
    "agent",
    "application",
    "camera",
    "card",
    "document",
    "field",
    "form",
    "hand_off",
    "item",
    "paper",
    "phone_code",
    "pinyin",
    "printer",
    "record",
    "resident",
    "signature",
}
HAN = re.compile(r"[一-鿿]")


def codes_of_residents() -> list[str]:
    found = set().union(*(codes(ROOT / room, FAMILIES) for room in ROOMS))
    # The flows and their neighbours of the canteen lie in one room; families tell them apart well enough.
    found |= codes(ROOT / "kiosk" / "roles", FAMILIES - {"card"})
    return sorted(found)


def test_the_codes_of_the_role_are_found_at_all() -> None:
    assert {"record.too_long", "field.phone", "form.signature", "phone_code.used", "paper.unclear"} <= set(
        codes_of_residents()
    )


@pytest.mark.parametrize("code", codes_of_residents())
def test_every_code_has_words(code: str) -> None:
    family = code.split(".", maxsplit=1)[0]
    assert {code, family} & SENTENCES.keys()
    for locale in LOCALES:
        what, next_step = Translator(locale).sentence(code)
        assert what and next_step
        assert (what, next_step) != tuple(Translator(locale).text(part) for part in UNKNOWN)
        assert bool(HAN.search(what)) == bool(HAN.search(next_step)) == (locale == "zh_CN")
