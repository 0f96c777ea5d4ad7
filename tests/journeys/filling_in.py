"""Filling in an application on the glass: every sort of question, a photograph of each paper, and a signature."""

from __future__ import annotations

from collections.abc import Callable

from kiosk import views
from kiosk.views_resident import CANDIDATE, KEEP, SHOOT, SIGNED, SKIP, TYPED
from tests.journeys.visit import Visit
from tests.stage.terminal import Page
from tests.stage.waiting import Overdue, pause, wait_for

QUESTIONS = 30
PAGES = ("FieldPage", "PaperPage", "SignPage", "ReviewPage")
SYLLABLE, CHARACTER = "hao", "好"
LETTERS = "none"
ANSWERS = {"date": "20270115", "number": "2", "phone": "05160000123", "id_number": "109900195801182021"}
CANDIDATES_S = 10.0
SLID_IN_S = 0.5  # a page comes in from the side: before, the field is elsewhere
STILL_S = 10.0
DRAWN_S = 3.0
ATTEMPTS = 3
INK = 80  # the darkest part of a pixel of a pen's line, of 255
LEAST_INK = 200
# A signature, in parts of the field: a roof and a stroke below it.
STROKES = (
    ((0.2, 0.7), (0.3, 0.3), (0.4, 0.7), (0.5, 0.3), (0.6, 0.7)),
    ((0.25, 0.5), (0.45, 0.55), (0.65, 0.5)),
)


def fill_in(visit: Visit, *, photographs: bool) -> Page:
    """From the first question to the last look. `photographs` False: papers are left for the window."""
    answered: tuple[object, ...] = ()
    for _ in range(QUESTIONS):
        page = visit.sees_one_of(PAGES, _other_than(answered))
        answered = _which(page)
        if page["view"] == "ReviewPage":
            return page
        if page["view"] == "FieldPage":
            _answer(visit, page)
        elif page["view"] == "PaperPage":
            _paper(visit, photographs=photographs)
        else:
            _sign(visit)
    raise AssertionError(f"more than {QUESTIONS} questions")


def _other_than(answered: tuple[object, ...]) -> Callable[[Page], bool]:
    return lambda page: _which(page) != answered


def _which(page: Page) -> tuple[object, ...]:
    """Tells a question from the one before, however often it is drawn."""
    return page["view"], page.get("number"), page.get("label")


def _answer(visit: Visit, page: Page) -> None:
    visit.show_once(page["sort"], f"A question: {page['sort']}")
    if page["options"]:
        row = page["options"][0]
        visit.touch(row["title"], views.CHOOSE, row["value"])
        # Two touches that a busy screen sees in one moment are two fingers: the second one would not count.
        wait_for("it is chosen", lambda: _chosen(visit), CANDIDATES_S)
    elif page["sort"] == "text":
        _type_text(visit, page)
    else:
        for digit in ANSWERS[page["sort"]]:
            visit.touch(f"data:{digit}", TYPED, digit, typing=True)
    visit.touch("Next", views.NEXT)


def _type_text(visit: Visit, page: Page) -> None:
    """A character by its pinyin, or letters where the keyboard is one of letters."""
    pinyin = page["keys"]["sort"] == "pinyin"
    for letter in SYLLABLE if pinyin else LETTERS:
        visit.touch(f"data:{letter}", TYPED, letter, typing=True)
    if not pinyin:
        return
    wait_for("the character is offered", lambda: _offered(visit), CANDIDATES_S)
    visit.show_once("pinyin", "A character by its pinyin")
    visit.touch(f"data:{CHARACTER}", CANDIDATE, CHARACTER)
    wait_for("it is taken", lambda: _taken(visit), CANDIDATES_S)


def _chosen(visit: Visit) -> bool:
    page = visit.terminal.pages(visit.first_seen)[-1]
    return page["view"] == "FieldPage" and any(option["mark"] for option in page["options"])


def _offered(visit: Visit) -> bool:
    page = visit.terminal.pages(visit.first_seen)[-1]
    return page["view"] == "FieldPage" and CHARACTER in page["keys"]["candidates"]


def _taken(visit: Visit) -> bool:
    page = visit.terminal.pages(visit.first_seen)[-1]
    return page["view"] == "FieldPage" and CHARACTER in page["entered"]


def _paper(visit: Visit, *, photographs: bool) -> None:
    if not photographs:
        required = visit.page["required"]
        visit.touch("Bring it to the window" if required else "Without this paper", SKIP)
        return
    visit.show_once("aiming", "A paper under the camera")
    visit.touch("Take the picture", SHOOT)
    visit.sees("PaperPage", lambda page: page["state"] in ("taken", "failed"))
    visit.check("the photograph was taken", "taken", visit.page["state"])
    visit.show_once("taken", "Can it be read")
    visit.touch("Keep this one", KEEP)


def _sign(visit: Visit) -> None:
    """With a finger on the glass, as one writes."""
    if visit.terminal.display is None:
        strokes = ";".join(
            " ".join(f"{x * 1000:.0f},{y * 1000:.0f}" for x, y in stroke) for stroke in STROKES
        )
        visit.touch("Next", SIGNED, strokes)
        return
    for _ in range(ATTEMPTS):
        field = _at_rest(visit)
        before = _dark(visit, field)
        x, y, width, height = field
        visit.terminal.display.draw(
            [
                [(int(x + across * width), int(y + down * height)) for across, down in stroke]
                for stroke in STROKES
            ]
        )
        visit.touches += len(STROKES)
        if _is_inked(visit, field, before):
            break
    visit.show_once("sign", "Her signature")
    visit.touch("Next", SIGNED)


def _at_rest(visit: Visit) -> list[float]:
    """Where the field is on the glass, once it does not move any more."""
    before: list[float] = []

    def still() -> list[float] | None:
        pause(SLID_IN_S)
        last, before[:] = list(before), visit.terminal.surface("SignField")
        return last if last == before else None

    return wait_for("the field for the signature to rest", still, STILL_S)


def _is_inked(visit: Visit, field: list[float], before: int) -> bool:
    """Whether her line is on the glass: nobody goes on before she sees it."""
    try:
        return wait_for(
            "her line on the glass", lambda: _dark(visit, field) - before >= LEAST_INK, DRAWN_S, SLID_IN_S
        )
    except Overdue:
        return False


def _dark(visit: Visit, field: list[float]) -> int:
    """How many pixels of the field are as dark as ink; the words in it that invite to write are lighter, but not much."""
    x, y, width, height = field
    picture = visit.terminal.picture()
    assert picture is not None
    inside = picture.crop((int(x + 9), int(y + 9), int(x + width - 9), int(y + height - 9)))
    return sum(inside.convert("L").histogram()[:INK])
