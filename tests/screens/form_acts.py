"""Pages of forms in a real window, touched by scripted fingers, in a process of its own.

Usage: python -m tests.screens.form_acts SCRIPT…, where each SCRIPT names a function here; they are played one after the
other in one window. The last line of its output is one JSON object: what each of them found.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kiosk.views import Shown
from kiosk.views_resident import (
    Around,
    FieldPage,
    GuidePage,
    HandOffPage,
    Keys,
    PaperPage,
    ReceiptPage,
    ResidentHome,
    ReviewPage,
    RoutePage,
    Row,
    SearchPage,
    SignPage,
)
from screens.gallery import Gallery, Panel
from tests.screens.conftest import ROOT, environment
from tests.stage.display import Display

UPRIGHT = Panel(1080, 1920, 0.248)
DEADLINE_S = 60.0
INK = (0x1A, 0x24, 0x22)
QUESTION = FieldPage(Around("zh_CN"), "data:申请", "data:现在住在哪里？", "", "text", "", 2, 5)


def act(display: Display, *scripts: str) -> dict[str, Any]:
    """Play scripts of this module in a process of its own; returns what each found, by its name."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.screens.form_acts", *scripts],
        cwd=ROOT,
        env=environment(display),
        timeout=DEADLINE_S,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class Hall:
    """A window that shows pages, and what was pressed in it."""

    def __init__(self) -> None:
        from screens.resident_samples import CHROME

        self.gallery = Gallery(UPRIGHT)
        self.frame = self.gallery.frame
        self.pressed: list[tuple[str, str]] = []
        self.frame.press = lambda action, value: self.pressed.append((action, value))
        self._chrome = CHROME

    def show(self, view: Any) -> None:
        self.frame.show(Shown(view, self._chrome))
        self.gallery.settle()

    def took(self) -> list[tuple[str, str]]:
        """What was pressed since this was last asked."""
        pressed, self.pressed = self.pressed, []
        return pressed

    def widgets(self, kind: str) -> list[Any]:
        """The widgets of a kind that are shown, from the first to the last."""
        return [widget for widget in _walk(self.frame) if type(widget).__name__ == kind]

    def touch(self, widget: Any) -> None:
        """A finger down and up again in the middle of a widget."""
        finger = Finger(*widget.to_window(*widget.center))
        finger.touch_down()
        self.gallery.settle()
        finger.touch_up()
        self.gallery.settle()

    def key(self, say: str = "", sign: str = "") -> Any:
        """The one key that says this, or carries this sign."""
        (found,) = [key for key in self.widgets("Key") if (key.say, key.sign) == (say, sign)]
        return found


def Finger(x: float, y: float) -> Any:  # noqa: N802  a class of Kivy's, which may be loaded only once a window is wanted
    from kivy.tests.common import UnitTestTouch

    return UnitTestTouch(x, y)


def _walk(widget: Any) -> Iterator[Any]:
    if widget.opacity == 0:
        return
    yield widget
    for child in reversed(widget.children):
        yield from _walk(child)


# --- scripts --------------------------------------------------------------------------------------------------------


def typing(hall: Hall) -> dict[str, Any]:
    """Pinyin: letters, candidates and their pages, space, a comma, the other keyboard."""
    keys = Keys("pinyin", "he", ("和", "和顺里", "河"), 0, 2, others=("letters",))
    hall.show(replace(QUESTION, entered="和顺里 3 幢", keys=keys))
    hall.touch(hall.key("h"))
    hall.touch(hall.key("选第一个"))
    hall.touch(hall.widgets("CandidateKey")[1])
    hall.touch(hall.key(sign="caret-right-bold"))
    hall.touch(hall.key(sign="caret-left-bold"))  # there is no page before the first
    hall.touch(hall.key("3"))
    hall.touch(hall.key("，"))
    hall.touch(hall.key(sign="backspace-bold"))
    hall.touch(hall.key("英"))
    composing = hall.took()
    hall.show(replace(QUESTION, entered="ab", keys=Keys("letters", shift=True)))
    hall.touch(hall.key(sign="arrow-fat-up-bold"))
    hall.touch(hall.key("H"))
    upper = hall.took()
    hall.show(replace(QUESTION, entered="ab", keys=Keys("letters")))
    hall.touch(hall.key("h"))
    return {"composing": composing, "upper": upper, "lower": hall.took()}


def pads(hall: Hall) -> dict[str, Any]:
    """Digits, an X, initials; how numbers are read."""
    found: dict[str, Any] = {}
    for sort, keys, entered in (
        ("phone", "digits", "1380013800"),
        ("date", "digits", "20191"),
        ("id_number", "id_number", "320305********0024"),
    ):
        hall.show(replace(QUESTION, sort=sort, entered=entered, keys=Keys(keys)))
        found[sort] = (sorted(key.say or key.sign for key in hall.widgets("Key")), _entered(hall))
    hall.touch(hall.key("X"))
    hall.show(SearchPage(Around("zh_CN"), "data:找", "", (), 0, Keys("initials")))
    hall.touch(hall.key("L"))
    found["initials"] = len(hall.widgets("Key"))
    found["pressed"] = hall.took()
    return found


def ways_on(hall: Hall) -> dict[str, Any]:
    """What leads on: nothing while it is unanswered, 这题不填 where it may be left out, the next question."""
    found = {}
    for name, view in {
        "unanswered": replace(QUESTION, keys=Keys("pinyin")),
        "optional": replace(QUESTION, keys=Keys("pinyin"), required=False),
        "composing": replace(QUESTION, entered="和", keys=Keys("pinyin", "shun", ("顺",))),
        "answered": replace(QUESTION, entered="和顺里", keys=Keys("pinyin")),
    }.items():
        hall.show(view)
        hall.touch(hall.widgets("BigPush")[-1])
        found[name] = hall.took()
    return found


def long_answer(hall: Hall) -> dict[str, Any]:
    """An address as long as one may be: its end is in view, on two lines."""
    hall.show(replace(QUESTION, entered="和顺" * 29 + "尾声", keys=Keys("pinyin")))
    return {"shown": _entered(hall)}


def _entered(hall: Hall) -> str:
    (box,) = hall.widgets("EntryBox")
    return str(box.shown)


def signing(hall: Hall) -> dict[str, Any]:
    """Two strokes and a second hand; what is sent, and what is left."""
    hall.show(SignPage(Around("zh_CN"), "data:申请", ("data:以上属实。",)))
    (field,) = hall.widgets("SignField")
    go = hall.widgets("BigPush")[-1]
    hall.touch(go)
    unsigned = hall.took()
    _stroke(hall, field, [(0.1, 0.9), (0.1, 0.5), (0.4, 0.5)], palm=(0.8, 0.2))
    _stroke(hall, field, [(0.5, 0.5), (0.9, 0.5), (1.4, 2.0)])
    inked = _ink(hall, field)
    hall.touch(go)
    return {"unsigned": unsigned, "signed": hall.took(), "inked": inked, "left": _ink(hall, field)}


def leaving(hall: Hall) -> dict[str, Any]:
    """A signature is gone when the page was left, and when it was wiped away; a later question keeps it."""
    page = SignPage(Around("zh_CN"), "data:申请", ("data:以上属实。",))
    hall.show(page)
    (field,) = hall.widgets("SignField")
    _stroke(hall, field, [(0.1, 0.9), (0.5, 0.5)])
    hall.show(replace(page, error="sign.empty"))
    kept = _ink(hall, field)
    hall.touch(next(push for push in hall.widgets("BigPush") if push.say == "重新写"))
    wiped = _ink(hall, field)
    _stroke(hall, field, [(0.1, 0.9), (0.5, 0.5)])
    hall.show(replace(QUESTION, keys=Keys("pinyin")))
    return {"kept": kept, "wiped": wiped, "after_leaving": _ink(hall, field)}


def scribbling(hall: Hall) -> dict[str, Any]:
    """Somebody who will not stop: more points than may be sent."""
    hall.show(SignPage(Around("zh_CN"), "data:申请", ()))
    (field,) = hall.widgets("SignField")
    finger = _finger_on(field, 0.0, 0.5)
    finger.touch_down()
    for step in range(12_000):
        finger.touch_move(*_place(field, (step * 37 % 1000) / 1000, (step * 61 % 1000) / 1000))
    finger.touch_up()
    hall.gallery.settle()
    hall.touch(hall.widgets("BigPush")[-1])
    ((action, value),) = hall.took()
    return {"action": action, "points": len(value.split()), "first": value.split()[0]}


def forgetting(hall: Hall) -> dict[str, Any]:
    """A session that ends leaves no word of it in any page, shown or not."""
    within = Around("zh_CN", in_session=True)
    secret = "秘密秘密"
    pages: list[Any] = [
        replace(QUESTION, around=within, entered=secret, keys=Keys("pinyin", "mi", (secret, "米"))),
        ReviewPage(within, "data:核对", tuple((f"data:{secret}", secret) for _ in range(6)), "Next"),
        ReceiptPage(within, "data:收到", secret, ((secret, secret),) * 4, (), True, (f"data:{secret}",)),
        HandOffPage(within, f"data:{secret}", f"https://example.invalid/{secret}", 60),
        SearchPage(within, f"data:{secret}", secret, (Row("a", f"data:{secret}"),) * 4, 0, Keys("initials")),
        GuidePage(within, f"data:{secret}", ((f"data:{secret}", (f"data:{secret}",)),) * 3, ()),
        SignPage(within, f"data:{secret}", (f"data:{secret}",)),
        PaperPage(within, f"data:{secret}", f"data:{secret}", "aiming", 1, 2),
        RoutePage(within, secret, secret, 1, 1, secret, secret, (f"data:{secret}",) * 3, ()),
    ]
    large = Around("zh_CN", "elder", in_session=True)
    for page in (*pages, *(replace(page, around=large) for page in pages)):
        hall.show(page)
    there = _holding(hall, secret)
    hall.show(ResidentHome(Around("zh_CN"), "morning", ()))
    while hall.frame.build_next():
        pass
    return {"there": len(there), "left": _holding(hall, secret)}


def _holding(hall: Hall, words: str) -> list[str]:
    """The properties of any widget of any page, shown or not, that hold these words, and the sheets that do."""
    sheets = hall.frame._sheets.values()
    pages = [page for sheet in sheets for page in sheet.pages.values()]
    widgets = [
        f"{type(widget).__name__}.{name}"
        for page in pages
        for widget in page.walk()
        for name in widget.properties()
        if words in str(getattr(widget, name))
    ]
    return widgets + [sheet.mode for sheet in sheets if words in repr(sheet._below)]


def settling(hall: Hall) -> dict[str, Any]:
    """What the garbage collector looks through, and what it does not any more, within a session and after it."""
    gc.unfreeze()
    hall.show(replace(QUESTION, around=Around("zh_CN", in_session=True)))
    while hall.frame.build_next():
        pass
    within = gc.get_freeze_count()
    hall.show(ResidentHome(Around("zh_CN"), "morning", ()))
    while hall.frame.build_next():
        pass
    hall.frame.clear_up()
    settled, looked_through = gc.get_freeze_count(), len(gc.get_objects())
    gc.unfreeze()
    return {"within": within, "settled": settled, "looked_through": looked_through}


def _stroke(hall: Hall, field: Any, points: list[tuple[float, float]], palm: Any = None) -> None:
    finger = _finger_on(field, *points[0])
    finger.touch_down()
    other = _finger_on(field, *palm) if palm else None
    if other is not None:
        other.touch_down()
    for across, down in points[1:]:
        finger.touch_move(*_place(field, across, down))
        if other is not None:
            other.touch_move(*_place(field, across, down))
    finger.touch_up()
    if other is not None:
        other.touch_up()
    hall.gallery.settle()


def _finger_on(field: Any, across: float, down: float) -> Any:
    return Finger(*_place(field, across, down))


def _place(field: Any, across: float, down: float) -> tuple[float, float]:
    x, y = field.x + across * field.width, field.top - down * field.height
    return tuple(field.to_window(x, y))


def _ink(hall: Hall, field: Any) -> int:
    """Dots of ink inside the field's edge; 0 where it is not shown."""
    if field.get_parent_window() is None:
        return 0 if not field.signed and not field.canvas.after.children else -1
    x, y = field.to_window(field.x, field.top)
    inside = (int(x) + 10, int(1920 - y) + 10, int(x + field.width) - 10, int(1920 - y + field.height) - 10)
    colours: Any = hall.gallery.read().crop(inside).getcolors(1 << 24)
    return sum(int(count) for count, pixel in colours if pixel == INK)


SCRIPTS = {
    script.__name__: script
    for script in (typing, pads, ways_on, long_answer, signing, leaving, scribbling, forgetting, settling)
}


if __name__ == "__main__":
    hall = Hall()
    found = {name: SCRIPTS[name](hall) for name in sys.argv[1:]}
    sys.stdout.write("\n" + json.dumps(found, ensure_ascii=False) + "\n")
