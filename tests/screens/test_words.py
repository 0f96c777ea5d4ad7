"""The catalogues: every word there is in Chinese, with the same places to fill, and a next step for every code."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from kiosk.i18n import CATALOGUES, LOCALES, Translator
from kiosk.locales import extract, sentences
from screens import drawings
from screens.samples import samples
from screens.theme import icon_files

ROOT = Path(__file__).parents[2]
CODE = re.compile(
    r'"((?:card|clock|config|device|disk|font|hall|log|printer|slip|staff|sync|voice)\.[a-z_]+)"'
)
NOT_CODES = {"clock.path", "clock.json", "log.db"}
JARGON = ("终端", "提交", "系统", "操作", "确定", "失败", "错误", "异常")


def catalogue(locale: str) -> Catalog:
    with (CATALOGUES / locale / "messages.po").open("rb") as file:
        return read_po(file)


def entries(locale: str) -> dict[extract.Message, tuple[str, ...]]:
    return {
        message.id: (message.string,) if isinstance(message.string, str) else tuple(message.string)
        for message in catalogue(locale)
        if message.id
    }


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_chinese_catalogue_is_complete() -> None:
    wanted, there = set(extract.messages()), set(entries("zh_CN"))
    assert wanted - there == set()


def test_no_catalogue_keeps_words_that_nobody_says() -> None:
    for locale in ("zh_CN", "en"):
        assert set(entries(locale)) - set(extract.messages()) == set()


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_nothing_is_empty_or_fuzzy(locale: str) -> None:
    assert [message.id for message in catalogue(locale) if message.id and message.fuzzy] == []
    assert [message for message, texts in entries(locale).items() if not all(texts)] == []


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_translations_fill_the_same_places(locale: str) -> None:
    for message, texts in entries(locale).items():
        source = message if isinstance(message, str) else message[1]
        assert all(places(text) <= places(source) for text in texts), message
        if isinstance(message, str):
            assert places(texts[0]) == places(source), message


def test_words_are_polite_and_plain() -> None:
    chinese = [text for texts in entries("zh_CN").values() for text in texts]
    everything = chinese + [message for message in extract.messages() if isinstance(message, str)]
    assert [text for text in everything if "!" in text or "！" in text] == []
    assert [text for text in chinese for word in JARGON if word in text] == []


def codes_in_use() -> set[str]:
    """Codes that appear in the terminal's source, whatever raises or shows them."""
    found = set()
    for room in ("drivers", "offline_cache", "kiosk"):
        for path in (ROOT / room).rglob("*.py"):
            if path.parent.name != "locales":
                found |= set(CODE.findall(path.read_text(encoding="utf-8")))
    return found - NOT_CODES


def test_every_code_in_use_has_a_sentence_of_its_own_or_of_its_family() -> None:
    codes = codes_in_use()
    assert {"device.gone", "disk.full", "printer.paper_out", "staff.pin_wrong"} <= codes
    assert [code for code in sorted(codes) if sentences.sentence_of(code) == sentences.UNKNOWN] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_says_what_and_what_next(locale: str) -> None:
    words = Translator(locale)
    for code in sentences.SENTENCES:
        what, next_step = words.sentence(code)
        assert what and next_step and what != next_step, code
    if locale == "zh_CN":
        spoken = [part for code in sentences.SENTENCES for part in words.sentence(code)]
        assert [part for part in spoken if not re.search("[一-鿿]", part)] == []


def test_an_unknown_code_still_gets_help() -> None:
    assert Translator("en").sentence("no.such_code") == sentences.UNKNOWN


def test_the_flow_names_signs_that_exist() -> None:
    """A misspelt sign would silently leave a button without one."""
    names = set(re.findall(r'"([a-z-]+)":', icon_files()[1].read_text(encoding="utf-8"))) | set(
        drawings.ICONS
    )
    literal = re.compile(r'icon="([a-z-]+)"')
    used = {
        name for path in (ROOT / "kiosk" / "roles").glob("*.py") for name in literal.findall(path.read_text())
    }
    for shown in samples().values():
        used |= {choice.icon for choice in getattr(shown.view, "choices", ()) if choice.icon}
    assert used
    assert used - names == set()


def test_a_day_is_said_as_people_say_it() -> None:
    assert Translator("zh_CN").day("2026-11-20") == "11月20日 周五"
    assert Translator("en").day("2026-11-20") == "Fri 20 Nov"
    assert Translator("en").day("") == ""


def test_a_language_without_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="fr_FR"):
        Translator("fr_FR")


def test_given_words_are_shown_as_they_are() -> None:
    words = Translator("zh_CN")
    assert words.label("data:Done") == "Done"
    assert words.label("Done") == "完成"
    assert words.of("市场价", "Market price") == "市场价"
    assert Translator("en").of("市场价", "") == "市场价"


def test_a_compiled_catalogue_is_kept_and_a_damaged_one_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Translator("zh_CN").text("Done") == "完成"
    (compiled,) = (tmp_path / "service-hall" / "locales").glob("zh_CN-*.mo")
    compiled.write_bytes(b"half a catal")
    assert Translator("zh_CN").text("Done") == "完成"
    assert compiled.read_bytes()[:4] != b"half"


def test_the_words_can_be_read_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "service-hall").write_text("a file where the directory should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Translator("zh_CN").text("Done") == "完成"
