"""What the visitor's pages are made of: what consent is asked for, two equal answers, where the face is, what is done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.i18n import Translator
from screens.theme import by_mode, large, u
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.icon import known_sign
from screens.widgets.resident import fit
from screens.widgets.surface import Beside, Row, Stacked, Surface
from screens.widgets.touch import Touchable
from screens.widgets.typesetting import STRONG, broken, natural_width

SIGN_ROOM = 88
ROOMY_LEADS = (1.3, 1.35)
TIGHT_LEADS = (1.2, 1.25)
LEAST_AIR = 8
PICTURE = 1000
AIR = 70


class ConsentLine(Row):
    """One thing to know before one decides: its sign, what it is about, and what is so. `together`: head and text in one."""

    head = StringProperty("")
    text = StringProperty("")
    sign = StringProperty("")
    head_em = NumericProperty(42)
    em = NumericProperty(38)
    leads = ObjectProperty(ROOMY_LEADS)
    together = BooleanProperty(False)

    def wanted(self, room: float) -> float:
        """How high it is, `room` pixels wide."""
        head_lead, lead = self.leads
        if self.together:
            return self._lines(self.both(), room) * u(self.em) * lead
        return u(self.head_em) * head_lead + self._lines(self.text, room) * u(self.em) * lead

    def both(self) -> str:
        return f"{STRONG}{self.head}{STRONG}\u00a0 {self.text}"

    def _lines(self, text: str, room: float) -> int:
        return broken(text, room - u(SIGN_ROOM), u(self.em), False, fold=True).count("\n") + 1


class ConsentLines(Stacked):
    """Lines that share the height there is: set smaller, and at last head and text together, where that is little."""

    def show(self, lines: Sequence[tuple[str, str, str]], words: Translator) -> None:
        fit(self, len(lines), ConsentLine)
        for line, (icon, head, text) in zip(reversed(self.children), lines, strict=True):
            line.sign = known_sign(icon) or known_sign(f"{icon}-fill") or "info-fill"
            line.head, line.text = words.label(head), words.label(text)
        self._arrange()

    def do_layout(self, *_: Any) -> None:
        self._arrange()
        super().do_layout()

    def _arrange(self) -> None:
        room = self.height / max(1, len(self.children)) - u(LEAST_AIR)
        forms = (
            (by_mode(42, 52), by_mode(38, 46), ROOMY_LEADS, False),
            (by_mode(38, 44), by_mode(34, 41), ROOMY_LEADS, False),
            *([(44, 41, TIGHT_LEADS, False)] if large() else []),
            (by_mode(38, 44), by_mode(34, 41), TIGHT_LEADS, True),
        )
        for head_em, em, leads, together in forms:
            for line in self.children:
                line.head_em, line.em, line.leads, line.together = head_em, em, leads, together
            if all(line.wanted(self.width) <= room for line in self.children):
                return


class EqualAnswer(Touchable):
    """One of two answers of one weight: never filled, never larger than the other."""

    say = StringProperty("")
    sign = StringProperty("")
    em = NumericProperty(60)


class EqualPair(Beside):
    """不同意 and 同意: of one size, outline and letter, the refusal on the left."""

    words = ObjectProperty(None, rebind=True, allownone=True)
    press = ObjectProperty(None)
    em = NumericProperty(60)

    def on_width(self, *_: Any) -> None:
        self._agree_on_letters()

    def on_words(self, *_: Any) -> None:
        self._agree_on_letters()

    def _agree_on_letters(self) -> None:
        """The longer answer sets the letters of both: a smaller refusal would weigh less."""
        if self.words is None:
            return
        most, least = by_mode(60, 64), by_mode(44, 46)
        room = self.width / 2 - u(self.spacing + AIR)
        said = [self.words.text("I do not agree"), self.words.text("I agree")]
        fitting = (em for em in range(most, least, -2) if self._fit_at(said, em, room))
        self.em = next(fitting, least)

    @staticmethod
    def _fit_at(said: Sequence[str], em: int, room: float) -> bool:
        return all(natural_width(word, u(em), True) + u(em) <= room for word in said)


class FaceGuide(FloatLayout):
    """An oval to hold one's face in, and a box where it is. No picture is shown, only where the face stands in it.

    `box` is left, top, right and bottom in thousandths of the camera's picture, empty for none. It is drawn as a mirror
    would: who moves to the left sees the box move to the left.
    """

    box = ListProperty([])
    good = BooleanProperty(False)
    box_at = ListProperty([0, 0, 0, 0])

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        for name in ("box", "pos", "size"):
            self.fbind(name, self._place)

    def _place(self, *_: Any) -> None:
        if not self.box:
            self.box_at = [0, 0, 0, 0]
            return
        left, top, right, bottom = (max(0, min(PICTURE, edge)) / PICTURE for edge in self.box)
        self.box_at = [
            self.x + (1 - right) * self.width,
            self.y + (1 - bottom) * self.height,
            (right - left) * self.width,
            (bottom - top) * self.height,
        ]


class PoseDot(Surface):
    """One of the poses: done, the current one, or to come."""

    state = StringProperty("to_come")
    number = StringProperty("")


class PoseDots(Row):
    """How many poses are done."""

    def show(self, done: int, total: int) -> None:
        fit(self, total, PoseDot)
        for number, dot in enumerate(reversed(self.children)):
            dot.number = str(number + 1)
            dot.state = "done" if number < done else "current" if number == done else "to_come"


class MachineLine(Surface):
    """A machine of the hall, and whether it has deleted."""

    say = StringProperty("")
    state = StringProperty("")
    deleted = BooleanProperty(False)


class MachineLines(Stacked):
    """Machines below each other."""

    def show(self, deleted: Sequence[str], waiting: Sequence[str], words: Translator) -> None:
        machines = [(name, True) for name in deleted] + [(name, False) for name in waiting]
        fit(self, len(machines), MachineLine)
        for line, (name, gone) in zip(reversed(self.children), machines, strict=True):
            line.say, line.deleted = words.label(name), gone
            line.state = words.text("Deleted") if gone else words.text("Not reached yet")


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
