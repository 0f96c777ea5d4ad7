"""Steps that only say something: one moment please, what went wrong, and farewell."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from kiosk import commands, events, views
from kiosk.commands_resident import Rate
from kiosk.events import CardTaken
from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Ending, Errand, Step
from kiosk.views_resident import (
    AGAIN,
    RATE,
    SCORE,
    SKIP,
    FinishedPage,
    MessagePage,
    RatingPage,
    Steps,
    Waiting,
)

ANSWER_S = 20.0
FINISHED_S = 5.0
RATING_S = 20.0
NO_STEPS = Steps()
SCORES = ("1", "2", "3", "4", "5")
NO_ANSWER = "hall.timeout"
HALL_AWAY = "hall.away"
NOT_KEPT = "machine.not_kept"


class Message(Step):
    """Clear words, and what can be done now. `again` is done for AGAIN, instead of this page."""

    def __init__(
        self,
        errand: Errand,
        code: str,
        lines: tuple[str, ...] = (),
        again: Callable[[], None] | None = None,
        choices: tuple[views.Choice, ...] = (),
        person: bool = False,
    ) -> None:
        """`person`: a person may help where the machine cannot, and is offered."""
        super().__init__(errand)
        self._code = code
        self._lines = lines
        self._again = again
        offered = choices
        offered += (words.ASK_A_PERSON,) if person else ()
        offered += (words.TRY_AGAIN,) if again and not choices else ()
        self._choices = (*offered, words.GO_BACK) if offered else ()

    def view(self) -> MessagePage:
        return MessagePage(self.desk.around(), self._code, self._lines, self._choices)

    def pressed(self, action: str, value: str) -> None:
        if action == AGAIN and self._again is not None:
            self.errand.replace_by(self._again)
        elif action in (views.DONE, views.BACK, views.CANCEL):
            self.errand.back()


def refusal(errand: Errand, code: str, again: Callable[[], None] | None = None) -> Message:
    """What to say when a wish was refused: whatever is wrong with the way to the hall is one sentence, and so is what
    only a technician can do something about."""
    family = code.split(".")[0]
    if family in ("hall", "network", "token", "terminal") and code != "hall.refused":
        code = HALL_AWAY
    elif family == "disk":
        code = NOT_KEPT
    return Message(errand, code, again=again, person=True)


class Asking(Step):
    """One moment please, at most `ANSWER_S`. `wish` makes the command of its number; `answer` gets the event that comes
    back and leads on. A refusal (an answer with a code) is said in words, and can be asked for again."""

    waits = True

    def __init__(
        self,
        errand: Errand,
        title: str,
        wish: Callable[[int], commands.Command],
        answer: Callable[[Any], None],
        steps: Steps = NO_STEPS,
        otherwise: Callable[[str], None] | None = None,
    ) -> None:
        """`otherwise` leads on after a refusal, whose code it gets, instead of words."""
        super().__init__(errand)
        self._title = title
        self._wish = wish
        self._answer = answer
        self._steps = steps
        self._otherwise = otherwise
        self._ask_id = 0
        self._left_s = ANSWER_S

    def entered(self) -> None:
        self._ask_id = self.desk.number()
        self.desk.ask(self._wish(self._ask_id))

    def view(self) -> Waiting:
        return Waiting(self.desk.around(), words.ONE_MOMENT, self._title, self._steps)

    def on(self, event: events.Event) -> None:
        if getattr(event, "ask_id", None) != self._ask_id:
            return
        code = getattr(event, "code", "")
        if code:
            self._refused(code)
        else:
            self.errand.replace_by(lambda: self._answer(event))

    def pass_time(self, seconds: float) -> None:
        self._left_s -= seconds
        if self._left_s <= 0:
            self._refused(NO_ANSWER)

    def _refused(self, code: str) -> None:
        otherwise = self._otherwise
        if otherwise is None:
            self.errand.replace(refusal(self.errand, code, self._again))
        else:
            self.errand.replace_by(lambda: otherwise(code))

    def _again(self) -> None:
        again = Asking(
            self.errand, self._title, self._wish, self._answer, self._steps, otherwise=self._otherwise
        )
        self.errand.open(again)


class Farewell(Step):
    """It is done, nobody is known any more: what not to forget, and whether she would say how it was."""

    waits = True

    def __init__(self, errand: Errand, ending: Ending) -> None:
        super().__init__(errand)
        self._ending = ending
        self._left_s = FINISHED_S

    def entered(self) -> None:
        if self._ending.take:
            self.desk.say(words.say_take(self._ending.take))

    def view(self) -> FinishedPage:
        ending = self._ending
        return FinishedPage(
            self.desk.around(),
            ending.title,
            ending.take,
            max(0, math.ceil(self._left_s)),
            sure=ending.sure,
            number=ending.number,
            can_rate=bool(ending.subject),
        )

    def pressed(self, action: str, value: str) -> None:
        if action == RATE and self._ending.subject:
            self.errand.replace(Rating(self.errand, self._ending.subject))
        elif action in (views.DONE, views.BACK):
            self.errand.home()

    def on(self, event: events.Event) -> None:
        if isinstance(event, CardTaken) and not {"slip", "pages"} & set(self._ending.take):
            self.errand.home()

    def pass_time(self, seconds: float) -> None:
        self._left_s -= seconds
        if self._left_s <= 0:
            self.errand.home()


class Rating(Step):
    """How was it: five faces, or none at all."""

    waits = True

    def __init__(self, errand: Errand, subject: str) -> None:
        super().__init__(errand)
        self._subject = subject
        self._left_s = RATING_S

    def view(self) -> RatingPage:
        return RatingPage(self.desk.around(), words.SUBJECTS.get(self._subject, words.SUBJECTS["record"]))

    def pressed(self, action: str, value: str) -> None:
        if action == SCORE and value in SCORES:
            self.desk.ask(Rate(self._subject, int(value)))
            self.errand.home()
        elif action in (views.DONE, views.BACK, SKIP):
            self.errand.home()

    def pass_time(self, seconds: float) -> None:
        self._left_s -= seconds
        if self._left_s <= 0:
            self.errand.home()
