"""The red bar of an alarm: who calls, from where, how long there is to answer, and the next thing to do.

It stands above whatever page is shown, pushes that down, never covers it, and never flashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.i18n import Translator
from kiosk.views_front_desk import AlarmShown
from screens import tokens
from screens.theme import by_mode, lying, u
from screens.widgets.surface import Column
from screens.widgets.touch import Touchable
from screens.widgets.typesetting import natural_width

RAISED = "raised"
ACKNOWLEDGED = "acknowledged"


class AlarmPush(Touchable):
    """A button on the red bar. `filled` is the one thing to do now."""

    say = StringProperty("")
    sign = StringProperty("")
    filled = BooleanProperty(False)


class AlarmBar(Column):
    """An alarm, or nothing: then it is as high as nothing."""

    lies_on = "danger"

    press = ObjectProperty(None)
    alarm_id = StringProperty("")
    title = StringProperty("")
    who = StringProperty("")
    place = StringProperty("")
    more = StringProperty("")
    seconds = StringProperty("")
    standing = StringProperty("")
    standing_sign = StringProperty("")
    phone = StringProperty("")
    unit = StringProperty("")
    first = StringProperty("")
    first_action = StringProperty("")
    first_sign = StringProperty("")
    line_room = NumericProperty(0)
    who_room = NumericProperty(0)

    _alarm: tuple[AlarmShown, Translator] | None = None

    def show(self, alarm: AlarmShown | None, words: Translator) -> None:
        """Fill the bar in, or take it away for None."""
        self.height = u(tokens.DESK_ALARM_BAR if lying() else tokens.PORTRAIT_ALARM_BAR) if alarm else 0
        self.opacity = 1 if alarm else 0
        self.disabled = alarm is None
        if alarm is None:
            # What was written here named somebody: nothing of it is kept on a hidden bar.
            self.alarm_id = self.who = self.place = self.phone = self.seconds = self.more = ""
            self._alarm = None
            return
        self.alarm_id = alarm.alarm_id
        self.title = words.text("Emergency")
        self.unit = words.text("seconds")
        self.more = words.text("and {count}\u00a0more", count=alarm.more) if alarm.more else ""
        self.phone = alarm.phone or words.text("Call")
        self._show_standing(alarm, words)
        self._alarm = (alarm, words)
        self._place()

    def _show_standing(self, alarm: AlarmShown, words: Translator) -> None:
        self.seconds = str(alarm.left_s) if alarm.state == RAISED else ""
        if alarm.state == ACKNOWLEDGED:
            self.standing, self.standing_sign = words.text("Answered"), "check-circle-fill"
            self.first, self.first_action = words.text("Outcome"), "close_alarm"
            self.first_sign = "note-pencil-bold"
            return
        self.standing_sign = "" if self.seconds else "arrow-circle-right-fill"
        self.standing = words.text("s to answer") if self.seconds else words.text("Passed on")
        self.first, self.first_action, self.first_sign = words.text("Answer"), "acknowledge", "check-bold"

    def on_line_room(self, *_: object) -> None:
        self._place()

    def on_who_room(self, *_: object) -> None:
        self._place()

    def _place(self) -> None:
        """As much of each line as there is room for: of the second where always, then what became of the family, then when."""
        if self._alarm is None:
            return
        alarm, words = self._alarm
        known = who_calls(alarm, words)
        self.who = widest_that_fits(
            [joined(known[:count], words) for count in range(len(known), 0, -1)], self.who_room
        )
        self.place = widest_that_fits(place_lines(alarm, words), self.line_room)


class LyingAlarmBar(AlarmBar):
    """148 high, its buttons beside the words."""


class UprightAlarmBar(AlarmBar):
    """Its buttons below the words."""


def who_calls(alarm: AlarmShown, words: Translator) -> list[str]:
    """李＊, 82 岁, 手环求助: what is known of who calls. Covered, the age is 0 and left out."""
    age = words.text("aged\u00a0{age}", age=alarm.age) if alarm.age else ""
    how = words.text("by bracelet") if alarm.sort == "bracelet" else words.text("by call box")
    return [part for part in (alarm.masked_name, age, how) if part]


def place_lines(alarm: AlarmShown, words: Translator) -> list[str]:
    """The second line, the fullest form first."""
    place = words.of(alarm.place_zh, alarm.place_en)
    at = words.text("heard at {at}", at=alarm.at)
    family = family_told(alarm.family, words)
    forms = ([place, at, family], [place, family], [place]) if place else ([at, family], [at])
    return [beginning(joined([part for part in form if part], words)) for form in forms]


def beginning(line: str) -> str:
    """`line` with a capital at its start: what is left out may leave it beginning with a word from its middle."""
    return line[:1].upper() + line[1:]


def family_told(family: str, words: Translator) -> str:
    """家属短信已发 only once the carrier has answered that it is."""
    said = {
        "sent": words.text("family has the message"),
        "asked": words.text("message to family under way"),
        "failed": words.text("no message reached the family"),
    }
    return said.get(family, "")


def joined(parts: Sequence[str], words: Translator) -> str:
    """Parts of one line, with the comma of the language."""
    return (", " if words.locale == "en" else "，").join(parts)


def widest_that_fits(lines: Sequence[str], room: float) -> str:
    """The first of `lines` that fits `room` pixels at the smallest letters, else the last."""
    floor = u(by_mode(tokens.DESK_TEXT_FLOOR, 43) if lying() else by_mode(34, 41))
    return next((line for line in lines if natural_width(line, floor, False) <= room), lines[-1])


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
