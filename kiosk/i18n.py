"""Words: English source strings, a catalogue a language, and a sentence with a next step for every code.

A catalogue is gettext's .po file, compiled into the user's cache once per change, so that a start reads the compiled
one. Line breaks are made by hand in the strings, because the screen breaks lines at the wrong places.
"""

from __future__ import annotations

import gettext
import hashlib
import io
import logging
import os
from datetime import date as date_of
from pathlib import Path

from kiosk.locales.sentences import sentence_of

log = logging.getLogger(__name__)

LOCALES = ("zh_CN", "en")
CATALOGUES = Path(__file__).parent / "locales"

PERIODS = {"breakfast": "Breakfast", "lunch": "Lunch", "dinner": "Dinner"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Translator:
    """The words of one language. `locale` is one of LOCALES; raises ValueError for another."""

    def __init__(self, locale: str) -> None:
        if locale not in LOCALES:
            raise ValueError(f"no catalogue for {locale!r}; there are {', '.join(LOCALES)}")
        self.locale = locale
        self._catalogue = _load(locale)

    def text(self, msgid: str, **values: object) -> str:
        """`msgid` in this language, with `{name}` places filled from `values`."""
        translated = self._catalogue.gettext(msgid) if msgid else ""
        return translated.format(**values) if values else translated

    def plural(self, one: str, many: str, count: int) -> str:
        """The form for `count`, which fills `{count}`."""
        return self._catalogue.ngettext(one, many, count).format(count=count)

    def label(self, label: str) -> str:
        """A label as pages carry it: a msgid, or "data:" and text that is shown as it is."""
        return label.removeprefix("data:") if label.startswith("data:") else self.text(label)

    def of(self, chinese: str, english: str) -> str:
        """Which of two given names to show: data carries both."""
        return english if self.locale == "en" and english else chinese

    def period(self, period: str) -> str:
        """The name of a meal. One that has no word yet is shown as it is."""
        return self.text(PERIODS[period]) if period in PERIODS else period

    def day(self, date: str) -> str:
        """An ISO date as people say it, with its weekday; empty for an empty one."""
        if not date:
            return ""
        that = date_of.fromisoformat(date)
        return self.text(
            "{weekday} {day} {month}",
            weekday=self.text(WEEKDAYS[that.weekday()]),
            day=that.day,
            month=self.text(MONTHS[that.month - 1]),
        )

    def sentence(self, code: str) -> tuple[str, str]:
        """What a stable code means, and what to do next. An unknown code gets words that are true of any."""
        what, next_step = sentence_of(code)
        return self.text(what), self.text(next_step)


def _load(locale: str) -> gettext.NullTranslations:
    path = CATALOGUES / locale / "messages.po"
    if not path.is_file():
        # The source strings are English: that language only needs a catalogue for what should be said otherwise.
        return gettext.NullTranslations()
    source = path.read_bytes()
    compiled = _cache() / f"{locale}-{hashlib.sha256(source).hexdigest()[:16]}.mo"
    try:
        return gettext.GNUTranslations(io.BytesIO(compiled.read_bytes()))
    except (OSError, ValueError, UnicodeDecodeError):
        return gettext.GNUTranslations(io.BytesIO(_compile(source, compiled)))


def _compile(source: bytes, target: Path) -> bytes:
    """Babel is imported here only: it takes longer than the rest of a start, and is needed once per catalogue."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source)))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(compiled.getvalue())
        part.replace(target)
    except OSError as error:
        log.info("catalogue not cached: %s", error)
    return compiled.getvalue()


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "service-hall" / "locales"
