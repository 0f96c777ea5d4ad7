"""While nobody is there: the playlist, and a card that somebody left."""

from __future__ import annotations

from kiosk.commands_resident import ListSlides, NoteCardForgotten
from kiosk.events import CardTaken
from kiosk.events_resident import SlidesTold
from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Desk
from kiosk.views_resident import CardForgotten, Slideshow
from offline_cache.wire_residents import Slide

QUIET_S = 90.0
LIST_AGAIN_S = 600.0
SHORTEST_SLIDE_S = 4
ALARMS = ((5, words.SAY_CARD_LEFT), (20, words.SAY_CARD_STILL_THERE), (60, words.SAY_CARD_FORGOTTEN))


class Playlist:
    """Runs once nobody has touched anything for `QUIET_S`; the first touch ends it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._quiet_s = 0.0
        self._ask_id = 0
        self._listed_s = LIST_AGAIN_S
        self._slides: tuple[Slide, ...] = ()
        self._brightness = 100
        self._index = 0
        self._shown_s = 0.0

    @property
    def is_running(self) -> bool:
        return self._quiet_s >= QUIET_S and bool(self._slides)

    def wake(self) -> None:
        self._quiet_s = self._shown_s = 0.0

    def pass_time(self, seconds: float) -> None:
        """Time passes while nobody is there."""
        self._quiet_s += seconds
        self._listed_s += seconds
        if self._quiet_s < QUIET_S:
            return
        if self._listed_s >= LIST_AGAIN_S:
            self._listed_s, self._ask_id = 0.0, self._desk.number()
            self._desk.ask(ListSlides(self._ask_id))
        if self._slides:
            self._turn(seconds)

    def told(self, event: SlidesTold) -> None:
        if event.ask_id == self._ask_id:
            self._slides, self._brightness = event.slides, event.brightness
            self._index = 0 if not self._slides else self._index % len(self._slides)

    def view(self) -> Slideshow:
        slide = self._slides[self._index]
        return Slideshow(
            self._desk.around(),
            words.data(self._desk.of(slide.title_zh, slide.title_en)),
            words.data(self._desk.of(slide.text_zh, slide.text_en)),
            slide.sort,
            self._brightness,
            slide.slide_id if slide.picture else "",
        )

    def _turn(self, seconds: float) -> None:
        self._shown_s += seconds
        if self._shown_s >= max(SHORTEST_SLIDE_S, self._slides[self._index].seconds):
            self._shown_s, self._index = 0.0, (self._index + 1) % len(self._slides)


class LeftCard:
    """A card that still lies on its reader though its session is over. It is said louder and louder, then the hall knows."""

    def __init__(self, desk: Desk, card_ref: str, slot: str) -> None:
        self._desk = desk
        self._card_ref = card_ref
        self._slot = slot
        self._passed_s = 0.0
        self._alarms = list(ALARMS)
        self._step = 0
        self._is_hidden = False

    @property
    def is_shown(self) -> bool:
        return self._step > 0 and not self._is_hidden

    def pass_time(self, seconds: float) -> None:
        self._passed_s += seconds
        while self._alarms and self._passed_s >= self._alarms[0][0]:
            self._step, phrase = self._alarms.pop(0)
            self._is_hidden = False
            self._desk.say(phrase)
            self._desk.ask(NoteCardForgotten(self._card_ref, self._step))

    @property
    def slot(self) -> str:
        return self._slot

    def hide(self) -> None:
        """Somebody else is there and goes on; the next alarm shows it again."""
        self._is_hidden = True

    def view(self) -> CardForgotten:
        return CardForgotten(self._desk.around(), self._step, self._slot)


class CardsLying:
    """The cards whose readers tell when they are taken, by slot; `left` is one of them that its person has left."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lying: dict[str, str] = {}
        self.left: LeftCard | None = None

    def laid(self, card_ref: str, slot: str, *, tells: bool) -> None:
        """A reader tells of a card once: whatever lay there before was taken."""
        if tells:
            self._lying[slot] = card_ref
        if self.left is not None and self.left.slot == slot:
            self.left = None

    def taken(self, event: CardTaken) -> None:
        self._lying.pop(event.slot, None)
        if self.left is not None and self.left.slot == event.slot:
            self.left = None
            if self._desk.session is None:
                self.missed()

    def missed(self) -> None:
        """The session is over: whatever still lies there was left, of several one after the other."""
        for slot, card_ref in self._lying.items():
            self.left = LeftCard(self._desk, card_ref, slot)
            return

    def pass_time(self, seconds: float) -> None:
        if self.left is not None:
            self.left.pass_time(seconds)
