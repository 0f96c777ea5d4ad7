"""The bars around every page: where we are, how things stand, the counts for staff, and 人工帮助."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.i18n import Translator
from kiosk.views import (
    BACK,
    Chrome,
    DeclarePeriodPage,
    OutOfService,
    PowerCut,
    StaffBoard,
    StaffConfirm,
    StaffDone,
    StaffKeypad,
    StaffList,
    Starting,
    View,
)
from kiosk.views_diagnostics import LARGE, LEAVE, RESTART, DeviceTestPage, DiagnosticsPage, TouchGridPage
from screens import drawings, tokens
from screens.theme import current, mode, u
from screens.widgets.baseline import Baseline
from screens.widgets.picture import Picture, texture_of
from screens.widgets.touch import Tool

NUMBER_SPACE = "\u00a0"
STAFF_PAGES = (StaffBoard, StaffKeypad, StaffList, StaffConfirm, StaffDone)
TECHNICAL_PAGES = (DiagnosticsPage, DeviceTestPage, TouchGridPage)


class Mark(Picture):
    """The house that stands for the place."""

    def __init__(self, side: int = 52, **properties: Any) -> None:
        super().__init__(size_hint=(None, None), size=(u(side), u(side)), **properties)
        colours = tokens.COLOUR_SETS[mode()]
        self.texture = texture_of(drawings.mark(u(side), colours["primary"], colours["on_primary"]))


class TopBar(BoxLayout):
    """Where this is, the network, the date and the time."""

    lies_on = "surface"

    place = StringProperty("")
    machine = StringProperty("")
    network = StringProperty("")
    online = BooleanProperty(True)
    day = StringProperty("")
    clock = StringProperty("")
    time_unsure = BooleanProperty(False)

    def show(self, chrome: Chrome, words: Translator) -> None:
        self.place = words.of(chrome.place_zh, chrome.place_en)
        self.machine = machine_of(chrome, words)
        self.online = chrome.online
        self.network = words.text("Network fine") if chrome.online else words.text("Network down")
        self.time_unsure = not chrome.clock
        self.day = words.day(chrome.date) if chrome.clock else words.text("Time unsure")
        self.clock = chrome.clock or "--:--"


def machine_of(chrome: Chrome, words: Translator) -> str:
    """·3 号机: which of the machines of a place this is, where there are several."""
    machine = chrome.machine
    if machine.isdigit():
        machine = words.text("No.\u00a0{number}", number=machine)
    return f"·{machine}" if machine else ""


class Banner(BoxLayout):
    """One quiet sentence below the top bar while the network or the clock cannot be relied on."""

    lies_on = "offline"

    say = StringProperty("")
    sign = StringProperty("cloud-slash-fill")

    def show(self, view: View, chrome: Chrome, words: Translator) -> None:
        banner = banner_of(view, chrome)
        if banner == "offline":
            self.sign = "cloud-slash-fill"
            self.say = words.text("Network down, meals go on. Checked when it is back.")
        elif banner == "clock_untrusted":
            self.sign = "clock-fill"
            self.say = (
                words.text("The clock is unsure, meals go on. Staff, please choose the meal.")
                if isinstance(view, DeclarePeriodPage)
                else words.text("The clock is unsure, meals go on. Checked when back online.")
            )
        self.height = u(tokens.BANNER) if banner else 0
        self.opacity = 1 if banner else 0


def banner_of(view: View, chrome: Chrome) -> str:
    """The banner of a page. Where nothing is served, nobody is told that meals go on."""
    return "" if isinstance(view, (Starting, OutOfService, *TECHNICAL_PAGES)) else chrome.banner


class Figure(Baseline):
    """A word and its number."""

    word = StringProperty("")
    number = StringProperty("")
    after = StringProperty("")


class BottomBar(BoxLayout):
    """Counts for staff on the left, 人工帮助 on the right."""

    lies_on = "surface"

    press = ObjectProperty(None)
    help_word = StringProperty("")
    calling = BooleanProperty(False)
    fraction = NumericProperty(0)
    bar_shown = BooleanProperty(False)
    notice = StringProperty("")

    def show(self, view: View, chrome: Chrome, words: Translator) -> None:
        self.help_word = words.text("On the way") if self.calling else words.text("Ask a person")
        ordered = chrome.counts.ordered
        self.bar_shown = counts_shown(view, chrome) and ordered > 0
        self.fraction = min(1.0, chrome.counts.served / ordered) if ordered else 0
        wanted = figures(view, chrome, words)
        for number, figure in enumerate((self.ids.first, self.ids.second, self.ids.third)):
            figure.word, figure.number, figure.after = (
                wanted[number] if number < len(wanted) else ("", "", "")
            )
        self._show_tools(tools(view, words))

    def _show_tools(self, wanted: list[tuple[str, str, str]]) -> None:
        row = self.ids.tools
        if [(tool.action, tool.say) for tool in reversed(row.children)] == [each[:2] for each in wanted]:
            return
        row.clear_widgets()
        for action, word, sign in wanted:
            tool = Tool(action=action, say=word, sign=sign)
            tool.bind(on_release=lambda tool: self.press(tool.action, ""))
            row.add_widget(tool)


def counts_shown(view: View, chrome: Chrome) -> bool:
    """Whether the strip holds the counts of the running meal, and not what staff must know first."""
    return (
        not chrome.banner
        and bool(chrome.counts.period)
        and not isinstance(view, (*STAFF_PAGES, *TECHNICAL_PAGES, PowerCut, DeclarePeriodPage))
    )


def tools(view: View, words: Translator) -> list[tuple[str, str, str]]:
    """What a technician's page has in the strip in place of the counts: (action, word, sign)."""
    if isinstance(view, DiagnosticsPage):
        size = words.text("Smaller text") if view.large else words.text("Larger text")
        return [
            (LEAVE, words.text("Leave"), "sign-out-bold"),
            (LARGE, size, "text-aa-bold"),
            (RESTART, words.text("Restart"), "power-bold"),
        ]
    if isinstance(view, TECHNICAL_PAGES):
        return [(BACK, words.text("Back"), "arrow-left-bold")]
    return []


def figures(view: View, chrome: Chrome, words: Translator) -> list[tuple[str, str, str]]:
    """Up to three (word, number, word after it) for the strip; an upright panel has no room for one."""
    counts = chrome.counts
    if isinstance(view, TECHNICAL_PAGES) or current().upright:
        return []
    if isinstance(view, PowerCut):
        return [
            (words.text("Records checked"), words.text("all well"), ""),
            (words.text("No."), str(view.need.meal.seq), words.text("of this log")),
        ]
    if isinstance(view, STAFF_PAGES):
        kept = words.text("kept") if chrome.sample_kept else words.text("not yet")
        return [
            (words.text("To send"), str(chrome.queued), ""),
            (words.text("To check"), str(chrome.under_review), ""),
            (words.text("Sample today"), kept, ""),
        ]
    served = (words.text("{period} served", period=words.period(counts.period)), str(counts.served), "")
    if chrome.banner == "clock_untrusted":
        return [_last_sync(chrome, words), (words.text("To send"), str(chrome.queued), "")]
    if chrome.banner == "offline":
        waiting = [(words.text("Served offline"), str(chrome.queued), "")]
        if chrome.offline_since:
            waiting.append((words.text("since"), chrome.offline_since, ""))
        return [*waiting, served] if counts.period else waiting
    if not counts.period:
        return []
    found = [served]
    if counts.ordered:
        found.append((words.text("Ordered"), str(counts.ordered), ""))
    if counts.left is not None:
        found.append((words.text("Left"), str(counts.left), ""))
    return found


def _last_sync(chrome: Chrome, words: Translator) -> tuple[str, str, str]:
    days = chrome.last_sync_days
    word = words.text("Time last checked")
    if days is None:
        return word, words.text("never"), ""
    if days == 0:
        return word, words.text("today"), ""
    return word, words.plural("{count}\u00a0day ago", "{count}\u00a0days ago", days), ""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
