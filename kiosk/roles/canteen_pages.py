"""The canteen's pages for diners: what each remembers, until when it stays, and how it is shown. All frozen."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import events, views
from kiosk.roles import canteen_words as words


@dataclass(frozen=True, slots=True)
class Told:
    """A page that says something and goes by itself."""

    view: views.View
    until_s: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """A diner who was refused, and what can be done about it."""

    denied: events.MealDenied
    until_s: float

    @property
    def view(self) -> views.Attention:
        denied = self.denied
        return views.Attention(
            reason=denied.reason,
            masked_name=denied.masked_name,
            period=denied.period,
            at=denied.at,
            amount=denied.amount,
            balance=denied.balance,
            next_period=denied.next_period,
            next_opens=denied.next_opens,
            choices=words.refusal_choices(denied),
        )


@dataclass(frozen=True, slots=True)
class Question:
    """The same card once more, or nothing. `answered`: that tap is on its way, and another one charges nothing."""

    denied: events.MealDenied
    until_s: float
    seconds_left: int
    answered: bool = False

    @property
    def view(self) -> views.RetapAsked:
        return views.RetapAsked(self.denied.masked_name, self.denied.amount, self.seconds_left)


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A card that left while it was being read: the same one again, or none. `chip` "" where the reader could not tell
    which it was; then any card is taken, since nothing was begun. `answered`: the right one came, its meal is on its way."""

    chip: str
    until_s: float
    seconds_left: int
    other_card: bool = False
    answered: bool = False

    @property
    def view(self) -> views.SameCardAsked:
        return views.SameCardAsked(self.seconds_left, self.other_card)

    def takes(self, chip: str) -> bool:
        """Whether a card with this chip may go on."""
        return self.answered or not self.chip or not chip or chip == self.chip


DinerPage = Told | Refusal | Question | Interrupted
