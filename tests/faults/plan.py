"""When to kill: drawn from the seed and the round's number alone, so that any range of rounds can be run again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

EARLY_WINDOW_MS = 60.0


class Trigger(StrEnum):
    """What the kill waits for. `delay_ms` is counted from there."""

    LAST_BYTE = "last_byte"  # the reader's last byte of the card
    READING = "reading"  # the same byte: the card is being looked up
    COMMIT = "commit"  # the log's file has grown
    VERDICT = "verdict"  # 请取餐 was shown
    FIRST_PRINT_BYTE = "first_print_byte"
    PUSH = "push"  # a request with rows is at the hall, unanswered
    SLIP = "slip"  # the slip was cut: nothing is going on


@dataclass(frozen=True, slots=True)
class Plan:
    """One round: the trigger, the delay behind it, and whether the hall can be reached while it lasts."""

    round: int
    trigger: Trigger
    delay_ms: float
    online: bool
    reprint: bool  # whether staff take up the offer after the restart, or dismiss it
    printer_dies: bool  # whether the printer hangs on the same socket, and loses what it had not printed yet


# The half that is not drawn from the first 60 ms. Commit to verdict lasts some milliseconds, reading not many more, and
# a push is over before most slips are: without aim, 200 kills would hardly ever strike there.
_DECK = (
    *(Trigger.READING,) * 5,
    *(Trigger.COMMIT,) * 6,
    *(Trigger.VERDICT,) * 1,
    *(Trigger.FIRST_PRINT_BYTE,) * 1,
    *(Trigger.PUSH,) * 6,
    *(Trigger.SLIP,) * 1,
)
_DELAY_MS = {
    Trigger.READING: 2.0,
    Trigger.COMMIT: 0.2,
    Trigger.VERDICT: 0.5,
    Trigger.PUSH: 120.0,
    Trigger.FIRST_PRINT_BYTE: 250.0,
    Trigger.SLIP: 800.0,
}


def plan_round(seed: int, round_number: int) -> Plan:
    """The plan of one round. Even rounds: 0 to 60 ms after the last reader byte; odd ones: everywhere else."""
    chance = random.Random(f"{seed}/{round_number}")
    if round_number % 2 == 0:
        trigger, delay_ms = Trigger.LAST_BYTE, chance.uniform(0.0, EARLY_WINDOW_MS)
    else:
        trigger = _from_deck(seed, round_number // 2)
        delay_ms = chance.uniform(0.0, _DELAY_MS[trigger])
    return Plan(
        round_number,
        trigger,
        delay_ms,
        online=trigger is Trigger.PUSH or chance.random() < 0.7,
        reprint=chance.random() < 0.5,
        printer_dies=chance.random() < 0.4,
    )


def _from_deck(seed: int, draw: int) -> Trigger:
    """Draw without putting back, a freshly shuffled deck for each twenty odd rounds: any forty rounds hold them all."""
    deck = list(_DECK)
    random.Random(f"{seed}/deck/{draw // len(deck)}").shuffle(deck)
    return deck[draw % len(deck)]
