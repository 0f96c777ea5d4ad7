"""Papers that go with an application: photographed here or brought to the window; and a signature on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk import events, views
from kiosk.commands_resident import CloseCamera, DropPapers, KeepSignature, OpenCamera, TakePhotograph
from kiosk.events_resident import CameraTold, PaperKept, PaperRefused
from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Errand, Step
from kiosk.roles.resident_waits import ANSWER_S, NO_ANSWER
from kiosk.views_resident import AGAIN, KEEP, SHOOT, SIGNED, SKIP, PaperPage, SignPage, Steps
from offline_cache.wire_residents import PaperAsked

NO_CAMERA = "camera.none"
SIGNATURE_EMPTY = "sign.empty"
SIGNATURE = "signature"
FEWEST_POINTS = 4
LONGEST_STROKES = 200_000

Photograph = tuple[str, int]


@dataclass
class Papers:
    """What was photographed, by paper: (sha256, size). What is asked for and not here is brought to the window."""

    asked: tuple[PaperAsked, ...]
    taken: dict[str, Photograph] = field(default_factory=dict)
    signature: Photograph | None = None

    def awaited(self) -> list[PaperAsked]:
        return [paper for paper in self.asked if paper.required and paper.paper not in self.taken]

    def sent(self) -> tuple[tuple[str, str, int], ...]:
        """As Submit wants them; the signature is one of them."""
        papers = [(paper, sha256, size) for paper, (sha256, size) in self.taken.items()]
        if self.signature is not None:
            papers.append((SIGNATURE, *self.signature))
        return tuple(papers)

    def names(self) -> tuple[str, ...]:
        return tuple(sha256 for _, sha256, _ in self.sent())


class Paper(Step):
    """One paper under the camera. It can always be left for the window: nobody is turned away for a missing sheet."""

    def __init__(
        self, errand: Errand, papers: Papers, index: int, then: Callable[[], None], title: str, steps: Steps
    ) -> None:
        super().__init__(errand)
        self._papers = papers
        self._index = index
        self._then = then
        self._title = title
        self._steps = steps
        self._state = "aiming"
        self._code = ""
        self._camera = 0
        self._asked = 0
        self._left_s = 0.0

    @property
    def _paper(self) -> PaperAsked:
        return self._papers.asked[self._index]

    @property
    def waits(self) -> bool:
        return self._asked > 0

    def entered(self) -> None:
        if self._paper.paper in self._papers.taken:
            self._state = "taken"
        else:
            self._aim()

    def closing(self) -> None:
        self._look_away()

    def view(self) -> PaperPage:
        paper = self._paper
        return PaperPage(
            self.desk.around(),
            self._title,
            words.data(self.desk.of(paper.label_zh, paper.label_en)),
            self._state,
            self._index + 1,
            len(self._papers.asked),
            paper.required,
            self._code,
            self._steps,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif self._asked:
            return
        elif action == SHOOT and self._state in ("aiming", "failed"):
            self._shoot()
        elif action == AGAIN and self._state in ("taken", "failed", "no_camera"):
            self._drop()
            self._aim()
        elif action in (KEEP, views.NEXT) and self._state in ("taken", "no_camera"):
            self._go_on()
        elif action == SKIP:
            self._drop()
            self._go_on()

    def on(self, event: events.Event) -> None:
        match event:
            case CameraTold(ask_id, code) if ask_id == self._camera and code and self._state == "aiming":
                self._state, self._code = "no_camera" if code == NO_CAMERA else "failed", code
            case PaperKept(ask_id, _, sha256, size) if self._asked and ask_id == self._asked:
                self._papers.taken[self._paper.paper] = (sha256, size)
                self._asked, self._state, self._code = 0, "taken", ""
                self._look_away()
            case PaperRefused(ask_id, code) if self._asked and ask_id == self._asked:
                self._refused(code)

    def pass_time(self, seconds: float) -> None:
        self._left_s -= seconds
        if self._asked and self._left_s <= 0:
            self._refused("paper.unclear")

    def _aim(self) -> None:
        self._state, self._code = "aiming", ""
        self._camera = self.desk.number()
        self.desk.ask(OpenCamera(self._camera))

    def _look_away(self) -> None:
        if self._camera:
            self._camera = 0
            self.desk.ask(CloseCamera())

    def _shoot(self) -> None:
        self._asked, self._left_s = self.desk.number(), ANSWER_S
        self.desk.ask(TakePhotograph(self._asked, self._paper.paper))

    def _refused(self, code: str) -> None:
        self._asked, self._code = 0, code
        self._state = "no_camera" if code == NO_CAMERA else "failed"

    def _drop(self) -> None:
        taken = self._papers.taken.pop(self._paper.paper, None)
        # A camera that stands still gives one picture for two papers: the other one still needs it.
        if taken is not None and taken not in self._papers.taken.values():
            self.desk.ask(DropPapers((taken[0],)))

    def _go_on(self) -> None:
        self._look_away()
        self._then()


def photograph_all(
    errand: Errand, papers: Papers, then: Callable[[], None], title: str, steps: Steps, index: int = 0
) -> None:
    """One paper after the other, then go on."""
    if index >= len(papers.asked):
        then()
        return

    def next_one() -> None:
        photograph_all(errand, papers, then, title, steps, index + 1)

    errand.open(Paper(errand, papers, index, next_one, title, steps))


class Sign(Step):
    """Sign with a finger. `lines` is what is signed."""

    def __init__(
        self,
        errand: Errand,
        papers: Papers,
        then: Callable[[], None],
        title: str,
        lines: tuple[str, ...],
        steps: Steps,
    ) -> None:
        super().__init__(errand)
        self._papers = papers
        self._then = then
        self._title = title
        self._lines = lines
        self._steps = steps
        self._asked = 0
        self._left_s = 0.0
        self._error = ""

    @property
    def waits(self) -> bool:
        return self._asked > 0

    def view(self) -> SignPage:
        return SignPage(self.desk.around(), self._title, self._lines, self._error, self._steps)

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self._asked = 0
            self.errand.back()
        elif self._asked:
            return
        elif action == SIGNED:
            self._signed(value)
        elif action == views.NEXT:
            if self._papers.signature is not None:
                self._then()
            else:
                self._error = SIGNATURE_EMPTY

    def on(self, event: events.Event) -> None:
        match event:
            case PaperKept(ask_id, _, sha256, size) if self._asked and ask_id == self._asked:
                self._asked, self._error = 0, ""
                before, self._papers.signature = self._papers.signature, (sha256, size)
                if before is not None and before[0] != sha256:
                    self.desk.ask(DropPapers((before[0],)))
                self._then()
            case PaperRefused(ask_id, code) if self._asked and ask_id == self._asked:
                self._asked, self._error = 0, code

    def pass_time(self, seconds: float) -> None:
        self._left_s -= seconds
        if self._asked and self._left_s <= 0:
            self._asked, self._error = 0, NO_ANSWER

    def _signed(self, strokes: str) -> None:
        points = strokes.replace(";", " ").split()
        if len(points) < FEWEST_POINTS or len(strokes) > LONGEST_STROKES:
            self._error = SIGNATURE_EMPTY
            return
        self._error = ""
        self._asked, self._left_s = self.desk.number(), ANSWER_S
        self.desk.ask(KeepSignature(self._asked, strokes))
