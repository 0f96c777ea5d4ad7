"""What a queue ticket says (pure), in both languages: a number that is seen from afar, how many wait, and where to go.

There is no name on it and nothing that leads to one: whoever finds it on the floor has found a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drivers.printers.slip import Inverted, Logo, Number, Pair, Part, Rule, Slip, Tag, Text, Title
from kiosk.services.slips import Place


@dataclass(frozen=True, slots=True)
class TicketSaid:
    """A ticket as its slip tells of it. `ahead` wait before it. `windows` are where this is done, empty: not known. `day` is an
    ISO date, `at` local HH:MM; neither is printed while the clock is not `trusted`."""

    number: str
    ahead: int
    windows: Sequence[str]
    day: str
    at: str
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class _TicketWords:
    title: str
    ahead: str
    people: str
    nobody_ahead: str
    next: str
    windows: str
    window: str
    between: str
    at: str
    time_untrusted: str
    called: str
    today: str
    help: str


_WORDS: Mapping[str, _TicketWords] = {
    "zh_CN": _TicketWords(
        title="排队号",
        ahead="前面还有",
        people="{} 人",
        nobody_ahead="前面没有人",
        next="马上叫您",
        windows="办理",
        window="{} 号窗口",
        between="、",
        at="取号",
        time_untrusted="时间待核",
        called="请坐一会儿。\n叫到这个号再过去。",
        today="当天有效",
        help="走不方便，叫一声，\n我们过来。",
    ),
    "en": _TicketWords(
        title="Your number",
        ahead="Before you",
        people="{}",
        nobody_ahead="Before you",
        next="nobody",
        windows="Where",
        window="Window {}",
        between=", ",
        at="Taken",
        time_untrusted="Time to be checked",
        called="Please take a seat.\nGo when it is called.",
        today="Today only",
        help="Hard to walk? Call us,\nwe come to you.",
    ),
}


def hall_name(place: Place, locale: str) -> str:
    """How a slip is headed; a hall without an English name keeps its own."""
    return place.name_en if locale == "en" and place.name_en else place.name_zh


def ticket_slip(said: TicketSaid, place: Place, locale: str = "zh_CN") -> dict[str, Any]:
    """The JSON of a ticket's slip, to be stored in the commit that issues it."""
    words = _WORDS[locale]
    parts: list[Part] = [Logo(hall_name(place, locale)), Title(words.title)]
    if not said.trusted:
        parts.append(Inverted(words.time_untrusted))
    parts += [Rule(), Number(said.number), Rule()]
    if said.ahead:
        parts.append(Pair(words.ahead, words.people.format(said.ahead), bold=True))
    else:
        parts.append(Pair(words.nobody_ahead, words.next, bold=True))
    if said.windows:
        parts.append(Pair(words.windows, words.window.format(words.between.join(said.windows)), bold=True))
    if said.trusted:
        parts.append(Pair(words.at, f"{said.day[5:]} {said.at}"))
    parts += [
        Rule(dashed=True),
        Text(words.called, "center"),
        Text(words.help, "center"),
        Tag(words.today, place.terminal_id),
    ]
    return Slip(tuple(parts)).to_json()
