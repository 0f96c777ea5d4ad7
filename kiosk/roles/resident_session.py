"""Who stands at the resident's terminal, for how long, and in which looks she wants it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.events import CardHolder
from kiosk.views_resident import PersonShown

IDLE_S = {"normal": 60.0, "elder": 120.0, "dark": 120.0}
WARNING_S = 30.0
LONGEST_S = 15 * 60.0
GO_ON_S = 20.0

ID_CARD = "id_card"
PHONE_CODE = "phone_code"
MODES = ("normal", "elder", "dark")
OTHER_LOCALE = {"zh_CN": "en", "en": "zh_CN"}


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom an agent acts for. `proof` card: that person's card lay here; signed: the agent signed a statement."""

    person_id: str = field(repr=False)
    masked_name: str = field(repr=False)
    relation: str
    proof: str


@dataclass(slots=True)
class Session:
    """From a good read until everything of it is wiped. `card_taken`: its reader said that it has left."""

    person_id: str = field(repr=False)
    shown: PersonShown = field(repr=False)
    card_ref: str = field(repr=False)
    holder: CardHolder = field(repr=False)
    card_taken: bool = False
    principal: Principal | None = field(default=None, repr=False)

    @property
    def way(self) -> str:
        return self.holder.way

    def belongings(self) -> tuple[str, ...]:
        """What of hers she may leave behind: see FinishedPage."""
        if self.way == PHONE_CODE or self.card_taken:
            return ()
        return ("id_card",) if self.way == ID_CARD else ("card",)


@dataclass(slots=True)
class Patience:
    """How long nobody has touched anything, and how long this has lasted altogether; in seconds."""

    idle_s: float = 0.0
    lasted_s: float = 0.0
    warned: bool = False

    def pass_time(self, seconds: float, mode: str, waiting: bool) -> None:
        """Time passes. `waiting`: the person waits for the machine, which is no idleness of hers."""
        if waiting and not self.warned:
            self.idle_s = 0.0
        else:
            self.idle_s += seconds
        self.lasted_s += seconds
        too_long = self.lasted_s >= LONGEST_S and not waiting
        if not self.warned and (self.idle_s >= IDLE_S[mode] or too_long):
            self.warned = True
            self.idle_s = IDLE_S[mode]

    def left_s(self, mode: str) -> float:
        """Seconds of the warning that are left."""
        return IDLE_S[mode] + WARNING_S - self.idle_s

    def touched(self) -> None:
        self.idle_s = 0.0

    def extended(self) -> None:
        """Somebody is still there: everything begins anew, as often as she likes."""
        self.idle_s = self.lasted_s = 0.0
        self.warned = False
