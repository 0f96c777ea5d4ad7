"""A photograph of a paper: the camera's picture while one aims, the photograph, or what to do without a camera."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Choice, Chrome
from kiosk.views_resident import AGAIN, KEEP, SHOOT, SKIP, Around, PaperPage
from screens.pages.page import Page, load_layout
from screens.widgets import resident_forms as _forms  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.live_picture import LivePicture

AIMING, TAKEN, FAILED, NO_CAMERA = "aiming", "taken", "failed", "no_camera"

TAKE_IT = Choice(SHOOT, "Take the picture", icon="camera-fill")
KEEP_IT = Choice(KEEP, "Keep this one", icon="check-bold")
ONCE_MORE = Choice(AGAIN, "Once more", icon="arrow-clockwise-bold")
AT_THE_WINDOW = Choice(SKIP, "Bring it to the window", icon="storefront-fill")
LEAVE_OUT = Choice(SKIP, "Without this paper", icon="arrow-right-bold")

HINTS = {
    AIMING: "Lay it flat under the camera,\nall four corners in the picture.",
    TAKEN: "Can every word be read?",
    FAILED: "",
    NO_CAMERA: "This machine has no camera just now.\nGo on, and bring the paper to the window.",
}
SIGNS = {
    AIMING: "camera-fill",
    TAKEN: "check-circle-fill",
    FAILED: "camera-slash-fill",
    NO_CAMERA: "storefront-fill",
}


class PaperScreen(Page):
    title = StringProperty("")
    place = StringProperty("")
    headline = StringProperty("")
    hint = StringProperty("")
    error = StringProperty("")
    sign = StringProperty("camera-fill")
    pictured = BooleanProperty(False)

    rehearsal = PaperPage(Around(), "data:申请", "data:身份证正面", NO_CAMERA, 1, 2)

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._state = AIMING
        self._picture = LivePicture(fit_mode="contain", opacity=0)
        self.ids.frame.add_widget(self._picture)

    def show(self, view: PaperPage, chrome: Chrome) -> None:
        words = self.words
        self._state = view.state
        self.ids.stepper.show(view.steps, words)
        self.title, self.headline = words.label(view.title), words.label(view.label)
        self.place = words.text("Paper {number} of {total}", number=view.number, total=view.total)
        self.error = "\n".join(filter(None, words.sentence(view.code))) if view.state == FAILED else ""
        self.hint = words.text(HINTS[view.state])
        self.sign = SIGNS[view.state]
        if view.state not in (AIMING, TAKEN):
            self._forget_picture()
        self.ids.ways.show(self._choices(view), words)

    def _choices(self, view: PaperPage) -> tuple[Choice, ...]:
        without = AT_THE_WINDOW if view.required else LEAVE_OUT
        if view.state == TAKEN:
            return (KEEP_IT, ONCE_MORE)
        if view.state == NO_CAMERA:
            return (without,)
        return (TAKE_IT if view.state == AIMING else ONCE_MORE, without)

    def show_picture(self, picture: Any) -> None:
        """The camera's newest frame while one aims. The last of them stays while one looks at what was taken."""
        if picture is not None and self._state == AIMING and self.parent is not None:
            self._picture.show(picture)
            self._picture.opacity = 1
            self.pictured = True

    def on_parent(self, _page: Any, parent: Any) -> None:
        """A paper is not kept on a page that was left."""
        if parent is None:
            self._forget_picture()

    def _forget_picture(self) -> None:
        self._picture.clear()
        self._picture.opacity = 0
        self.pictured = False


load_layout(__file__)
