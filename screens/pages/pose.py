"""Three poses: where the face is and which way it should turn, without a picture of it."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Chrome
from kiosk.views_front_desk import PosePage
from kiosk.views_resident import Around
from screens.pages.page import ResidentPage, load_layout
from screens.widgets import visitor as _visitor  # noqa: F401  registers the widgets that the .kv file names

# a pose: (what to do, sign). Left is the person's own, as in a mirror.
POSES = {
    "straight": ("Look straight ahead", "user-focus-fill"),
    "left": ("Turn your head slowly left", "arrow-fat-left-fill"),
    "right": ("Turn your head slowly right", "arrow-fat-right-fill"),
}

ADVICE = {
    "nobody": "No face is seen yet, please stand in front",
    "several": "One person at a time, please",
    "closer": "A little closer, please",
    "back": "A little further back, please",
    "light": "Too dark or too bright, please turn to the light",
    "still": "Please hold still",
    "turn": "A little further round, please",
}


def advice_of(view: PosePage) -> str:
    """What to say beside the pose. Who should look straight ahead and does not must not be told to turn further."""
    if (view.pose, view.advice) == ("straight", "turn"):
        return ""
    return ADVICE.get(view.advice, "")


class PoseScreen(ResidentPage):
    headline = StringProperty("")
    what = StringProperty("")
    sign = StringProperty("")
    advice = StringProperty("")
    finished = BooleanProperty(False)

    rehearsal = PosePage(Around(), "data:查", "straight", (400, 300, 600, 700), "closer", 1)

    def show(self, view: PosePage, chrome: Chrome) -> None:
        words = self.words
        self.headline = words.label(view.title)
        self.finished = view.done >= view.total
        what, self.sign = POSES[view.pose]
        self.what = words.text("All done, thank you") if self.finished else words.text(what)
        self.sign = "check-bold" if self.finished else self.sign
        self.advice = words.text(advice_of(view))
        self.ids.guide.good = not view.advice
        self.ids.guide.box = list(view.box or ())
        self.ids.dots.show(view.done, view.total)


class LyingPoseScreen(PoseScreen):
    """In two columns: the oval on the left, the words on the right."""


load_layout(__file__)
