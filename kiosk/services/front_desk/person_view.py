"""A person's card as it is shown (pure): three matters at most, what is fixed for today, the help she asked for, a sentence to say.

What somebody may see of her was cut by the hall already; a sensitive matter without words stays without, here and in what is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from kiosk.services.front_desk.arrivals import Come
from kiosk.services.names import masked, surname_of
from kiosk.views_front_desk import MatterShown, PersonCard
from offline_cache.wire import Resident
from offline_cache.wire_front_desk import Appointment, DeskPerson, Matter

MOST_MATTERS = 3
_ORDER = ("ready", "open", "waiting")


@dataclass(frozen=True, slots=True)
class _Sentences:
    """`{}` are a title, or a time and a title; what staff say to her aloud."""

    ready: str
    ready_untitled: str
    appointment: str
    at_window: str


_SENTENCES: Mapping[str, _Sentences] = {
    "zh_CN": _Sentences(
        ready="您的{}好了，我带您去。",
        ready_untitled="您有一件事办好了，我带您去。",
        appointment="您{}约了{}，请坐一会儿。",
        at_window="您{}约了{}，在 {} 号窗口，我带您去。",
    ),
    "en": _Sentences(
        ready="Your {} is ready. I will take you there.",
        ready_untitled="Something of yours is ready. I will take you there.",
        appointment="At {} you have: {}. Please take a seat.",
        at_window="At {} you have: {}, at window {}. I will take you there.",
    ),
}


def for_everybody(person: DeskPerson | None) -> DeskPerson | None:
    """What the hall tells every desk: without words of a sensitive matter, should it ever hold any."""
    if person is None:
        return None
    return person.model_copy(update={"matters": [_wordless(matter) for matter in person.matters]})


def _wordless(matter: Matter) -> Matter:
    """Even its icon could say what about."""
    if not matter.sensitive:
        return matter
    return Matter(number=matter.number, state=matter.state, sensitive=True, need=matter.need)


def person_card(
    come: Come,
    resident: Resident | None,
    person: DeskPerson | None,
    *,
    consented: bool,
    now: datetime,
    zone: tzinfo,
    locale: str,
) -> PersonCard:
    """Of one person. `person` None: the hall has told nothing more of her. `now` is local."""
    name = resident.name if resident is not None else ""
    told = person if person is not None else DeskPerson(person_id=come.person_id)
    matters = sorted(told.matters, key=lambda matter: _ORDER.index(matter.state))
    today = [each for each in told.appointments if each.date == f"{now:%Y-%m-%d}"]
    today.sort(key=lambda each: each.at)
    return PersonCard(
        visit_id=come.visit_id,
        how=come.how,
        initial=surname_of(name),
        masked_name=masked(name),
        consented=consented,
        grid_worker=told.grid_worker,
        last_visit=_day(told.last_visit_ms, zone),
        matters=tuple(_shown(matter, locale) for matter in matters[:MOST_MATTERS]),
        more_matters=max(0, len(matters) - MOST_MATTERS),
        appointments=tuple((each.at, _of(locale, each.title_zh, each.title_en)) for each in today),
        help=tuple(told.help),
        can_say=can_say(matters, today, f"{now:%H:%M}", locale),
        state=come.state,
        ticket=come.ticket,
    )


def unnamed_card(come: Come, one_of: tuple[tuple[str, str, str], ...] = ()) -> PersonCard:
    """Of a visitor with a ticket, or of look-alikes: (person_id, masked name, initial)."""
    return PersonCard(
        visit_id=come.visit_id, how=come.how, state=come.state, one_of=one_of, ticket=come.ticket
    )


def can_say(matters: list[Matter], today: list[Appointment], at: str, locale: str) -> str:
    """The sentence that takes her furthest: something to fetch, else an appointment that is not over. "" without either."""
    words = _SENTENCES[locale]
    ready = next((matter for matter in matters if matter.state == "ready"), None)
    if ready is not None:
        title = _of(locale, ready.title_zh, ready.title_en)
        return words.ready.format(title) if title else words.ready_untitled
    coming = next((each for each in today if each.at >= at), None)
    if coming is None:
        return ""
    title = _of(locale, coming.title_zh, coming.title_en)
    if coming.window:
        return words.at_window.format(coming.at, title, coming.window)
    return words.appointment.format(coming.at, title)


def _shown(matter: Matter, locale: str) -> MatterShown:
    return MatterShown(
        _of(locale, matter.title_zh, matter.title_en),
        _of(locale, matter.note_zh, matter.note_en),
        matter.icon,
        matter.state,
        matter.sensitive,
    )


def _of(locale: str, chinese: str, english: str) -> str:
    return english if locale == "en" and english else chinese


def _day(wall_ms: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(wall_ms / 1000, zone).date().isoformat() if wall_ms else ""
