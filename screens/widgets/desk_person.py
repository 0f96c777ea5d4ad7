"""The card of who has come: what staff may know of her before she sits down, arranged into the height there is.

An alarm or a banner takes some of that height. What staff need to greet her stays; then come her wishes, what is under
way, and only then what is good to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.i18n import Translator
from kiosk.views_front_desk import MatterShown, PersonCard
from screens.pages.desk_words import CONSENTED, HELP, HOW, MATTERS, VISITS, day_of, listed
from screens.theme import u
from screens.widgets import desk as _desk  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.icon import known_sign
from screens.widgets.resident import fit
from screens.widgets.surface import Stacked, Surface
from screens.widgets.touch import Touchable

# Heights in reference pixels, each with the gap above it.
HEAD, ABOUT, TITLE, ROW, TALL, LINE, SAY, ACTS, AROUND = 118, 46, 76, 72, 38, 58, 84, 98, 46
# What is added where height is left over: to the head, below it, and to each matter.
HEAD_AIR, HEAD_GAP, ROW_AIR = 20, 12, 26
MOST_MATTERS = 3


class MatterLine(Surface):
    """Something that is under way: one line, or with its note a second one. A sensitive one keeps its words."""

    say = StringProperty("")
    note = StringProperty("")
    sign = StringProperty("")
    state = StringProperty("")
    state_sign = StringProperty("")
    warm = BooleanProperty(False)
    tall = BooleanProperty(True)
    airy = BooleanProperty(False)

    def show(self, matter: MatterShown, words: Translator) -> None:
        hidden = matter.sensitive and not matter.title
        self.say = words.text("One matter") if hidden else words.label(matter.title)
        self.note = "" if hidden else words.label(matter.note)
        self.sign = "lock-key-fill" if hidden else known_sign(matter.icon) or "files-fill"
        word, self.state_sign, self.warm = MATTERS[matter.state]
        self.state = words.text(word)


class MatterLines(Stacked):
    """What is under way, below each other."""

    def show(self, matters: Sequence[MatterShown], room: Room, words: Translator) -> None:
        fit(self, len(matters), MatterLine)
        for line, matter in zip(reversed(self.children), matters, strict=True):
            line.tall, line.airy = room.tall, room.airy
            line.show(matter, words)
        self.height = u(len(matters) * (ROW + (TALL if room.tall else 0) + (ROW_AIR if room.airy else 0)))


class PersonPanel(Stacked):
    """Who has come. `words` and `press` are the page's."""

    words = ObjectProperty(None, rebind=True)
    press = ObjectProperty(None)
    visit_id = StringProperty("")
    initial = StringProperty("")
    name = StringProperty("")
    full = BooleanProperty(False)
    how = StringProperty("")
    how_sign = StringProperty("")
    about = StringProperty("")
    matters_title = StringProperty("")
    appointment = StringProperty("")
    help = StringProperty("")
    can_say = StringProperty("")
    outcome = StringProperty("")
    outcome_sign = StringProperty("")
    airy = BooleanProperty(False)

    _card: PersonCard | None = None

    def show(self, card: PersonCard, words: Translator) -> None:
        self._card = card
        self.visit_id = card.visit_id
        self.initial = card.initial
        self.full = bool(card.full_name)
        self.name = card.full_name or card.masked_name
        word, self.how_sign = CONSENTED if card.consented else HOW[card.how]
        self.how = words.text(word)
        self._show_outcome(card, words)
        self._arrange()

    def _show_outcome(self, card: PersonCard, words: Translator) -> None:
        word, self.outcome_sign = VISITS.get(card.state, ("", ""))
        comma = ", " if words.locale == "en" else "，"
        ticket = comma + card.ticket if card.ticket and card.state == "handed_over" else ""
        self.outcome = words.text(word) + ticket if word else ""

    def on_height(self, *_: Any) -> None:
        self._arrange()

    def _arrange(self) -> None:
        card, words = self._card, self.words
        if card is None or words is None or self.height <= u(HEAD):
            return
        room = arranged(self.height / u(1000) * 1000, card)
        self.airy = room.airy
        self.about = about(card, words) if room.about else ""
        self.ids.matters.show(card.matters[: room.matters], room, words)
        self.matters_title = matters_title(card, room.matters, words)
        self.appointment = appointment(card, words) if room.appointment else ""
        self.help = listed(card.help, HELP, words)
        self.can_say = words.label(card.can_say) if card.can_say else ""

    def forget(self) -> None:
        """Nothing of the card before stays on a panel that is not shown."""
        self._card = None
        for name in (
            "initial",
            "name",
            "about",
            "appointment",
            "help",
            "can_say",
            "visit_id",
            "matters_title",
        ):
            setattr(self, name, "")
        fit(self.ids.matters, 0, MatterLine)


@dataclass(frozen=True, slots=True)
class Room:
    """What fits into a card: how many matters, whether each with its note, which of the other lines, and whether air is left."""

    matters: int
    tall: bool
    appointment: bool
    about: bool
    airy: bool


def arranged(height: float, card: PersonCard) -> Room:
    """What of `card` fits into `height` reference pixels, the most needed first."""
    left = height - AROUND - HEAD - ACTS - TITLE
    left -= SAY if card.can_say else 0
    left -= LINE if card.help else 0
    wanted = min(MOST_MATTERS, len(card.matters))
    matters = 0
    appointment = False
    for count in range(1, wanted + 1):
        if left >= ROW:
            matters, left = count, left - ROW
        if count == 1 and card.appointments and left >= LINE:
            appointment, left = True, left - LINE
    if not wanted and card.appointments and left >= LINE:
        appointment, left = True, left - LINE
    about = left >= ABOUT
    left -= ABOUT if about else 0
    tall = left >= matters * TALL
    left -= matters * TALL if tall else 0
    return Room(matters, tall, appointment, about, tall and left >= HEAD_AIR + HEAD_GAP + matters * ROW_AIR)


def about(card: PersonCard, words: Translator) -> str:
    """网格员 陈＊，上次来 11月13日."""
    parts = []
    if card.grid_worker:
        parts.append(words.text("Worker {name}", name=card.grid_worker))
    if card.last_visit:
        parts.append(words.text("last here {day}", day=day_of(card.last_visit, words)))
    return (", " if words.locale == "en" else "，").join(parts)


def matters_title(card: PersonCard, drawn: int, words: Translator) -> str:
    """没办完的事, and how many of them are not drawn."""
    if not card.matters:
        return words.text("Nothing under way")
    hidden = len(card.matters) - drawn + card.more_matters
    if hidden > 0:
        return words.text("Under way, {count}\u00a0more", count=hidden)
    return words.text("Not finished yet")


def appointment(card: PersonCard, words: Translator) -> str:
    """The next appointment of today, and how many come after it."""
    at, title = card.appointments[0]
    later = len(card.appointments) - 1
    first = words.text("Today {at} {title}", at=at, title=words.label(title))
    return words.text("{first}, {count}\u00a0more", first=first, count=later) if later else first


class AlikeChoice(Touchable):
    """One of those whom a face may be."""

    value = StringProperty("")
    initial = StringProperty("")
    name = StringProperty("")


class AlikePanel(Stacked):
    """Two who look alike: the machine does not know, so a person asks."""

    words = ObjectProperty(None, rebind=True)
    press = ObjectProperty(None)
    visit_id = StringProperty("")

    def show(self, card: PersonCard) -> None:
        self.visit_id = card.visit_id
        row = self.ids.persons
        fit(row, len(card.one_of), self._made)
        for choice, (person_id, name, initial) in zip(reversed(row.children), card.one_of, strict=True):
            choice.value, choice.name, choice.initial = person_id, name, initial

    def _made(self) -> AlikeChoice:
        return AlikeChoice(on_release=lambda choice: self.press("this_one", choice.value))


class TicketPanel(Stacked):
    """A visitor without a name: the number, and nothing else is known."""

    words = ObjectProperty(None, rebind=True)
    press = ObjectProperty(None)
    visit_id = StringProperty("")
    ticket = StringProperty("")
    outcome = StringProperty("")
    outcome_sign = StringProperty("")

    def show(self, card: PersonCard, words: Translator) -> None:
        self.visit_id, self.ticket = card.visit_id, card.ticket
        word, self.outcome_sign = VISITS.get(card.state, ("", ""))
        self.outcome = words.text(word) if word else ""


class QuietPanel(Stacked):
    """No card: a sign, a sentence, and what to do."""

    sign = StringProperty("")
    title = StringProperty("")
    lines = StringProperty("")
    warm = BooleanProperty(False)
    side = NumericProperty(180)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
