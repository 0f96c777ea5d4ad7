"""朗读: a page's text as sentences that may be heard, and to whom.

Nothing masked is ever spoken, and figures are said digit by digit, as one reads out a number at a window. A text that is
somebody's goes to a headset or to nobody: a hall has ears.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Protocol

from kiosk.commands import ReadAloud

log = logging.getLogger(__name__)

NO_HEADSET = "voice.no_headset"

# A number with stars in it, and a name that ends in one: from the last mark or space on, so that no surname is left.
_MASKED_NUMBER = re.compile(r"[0-9Xx]*\s*[*＊]{2,}\s*[0-9Xx]*")
_MASKED_NAME = re.compile(r"[^\s，。、；：！？,.;:!?()（）]*[*＊]+")
_FIGURE = re.compile(r"(?<![0-9])[0-9][0-9,]*(?:\.[0-9]+)?")
_POINT = {"zh_CN": "点", "en": " point "}
_SPEAKABLE = re.compile(r"\w")


class Reader(Protocol):
    """The terminal's voice."""

    def read(self, sentences: Sequence[str], locale: str) -> None: ...

    def hush(self) -> None: ...

    def speak(self, code: str, locale: str = "") -> None: ...


def sentences_of(text: str, locale: str) -> tuple[str, ...]:
    """What is spoken of a text, a line a sentence; lines of which nothing is left are left out."""
    said = (_spoken(line, locale) for line in text.splitlines())
    return tuple(line for line in said if _SPEAKABLE.search(line))


def _spoken(line: str, locale: str) -> str:
    unmasked = _MASKED_NAME.sub(" ", _MASKED_NUMBER.sub(" ", line))
    figures = _FIGURE.sub(lambda found: _digits(found.group(), locale), unmasked)
    return " ".join(figures.split())


def _digits(figure: str, locale: str) -> str:
    whole, _, rest = figure.replace(",", "").partition(".")
    return " ".join(whole) + (_POINT[locale] + " ".join(rest) if rest else "")


class ReadingAloud:
    """Carries out ReadAloud. `voice` is None where the terminal has none; `headset`: one is plugged in by configuration."""

    def __init__(self, voice: Reader | None, *, headset: bool) -> None:
        self._voice = voice
        self._headset = headset

    def perform(self, command: ReadAloud) -> None:
        """Returns at once. What is somebody's and has no headset to go to is not read; why not is said instead."""
        if self._voice is None:
            return
        if command.private and command.text and not self._headset:
            log.info("%s", NO_HEADSET)
            self._voice.speak("headset_only", command.locale)
            return
        sentences = sentences_of(command.text, command.locale)
        if sentences:
            self._voice.read(sentences, command.locale)
        else:
            self._voice.hush()
