"""What a flow wishes done: handed to its outlet, carried out by a service, answered by an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from kiosk.services.trials import TrialResult


@dataclass(frozen=True, slots=True)
class AuthoriseMeal:
    """Serve the holder of this card by the rules. `second_plate` charges the list price to the purse (online only);
    only the tap that answers the question carries it. `paid_by` is purse, cash or owed; the last two are said by
    `staff_id` and settle the own part of a purse that is short. Answered by MealServed, MealDenied or StaffTapped."""

    card_ref: str
    second_plate: bool = False
    stamp_ns: int = 0
    paid_by: str = "purse"
    staff_id: str = ""


@dataclass(frozen=True, slots=True)
class ServePerson:
    """没带卡: serve a person whom staff have identified, same rules, flagged. `paid_by` as in AuthoriseMeal."""

    person_id: str
    identified_by: str
    staff_id: str
    paid_by: str = "purse"


@dataclass(frozen=True, slots=True)
class SellPlate:
    """A plate at list price with staff: `paid_by` is cash or owed; `person_id` empty for a guest."""

    person_id: str
    card_ref: str
    paid_by: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Check a PIN. `staff_id` empty: any member of staff of this site (PIN alone declares a period)."""

    staff_id: str
    pin: str

    def __repr__(self) -> str:
        return f"CheckPin(staff_id={self.staff_id!r}, pin=****)"


@dataclass(frozen=True, slots=True)
class FindPeople:
    """By short number, or by surname with birth month and day "MMDD" (surname empty: all of that day)."""

    short_number: str = ""
    surname: str = ""
    birth_day: str = ""


@dataclass(frozen=True, slots=True)
class ListMeals:
    pass


@dataclass(frozen=True, slots=True)
class VoidMeal:
    txn_id: str
    staff_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReprintSlip:
    """Print again, marked 补打: a retry re-attaches to the job of this meal."""

    txn_id: str


@dataclass(frozen=True, slots=True)
class DismissPrint:
    """Staff or the diner need no paper: the offer is over, the state of the job stays as it is known."""

    txn_id: str


@dataclass(frozen=True, slots=True)
class ReportCount:
    leftover: int
    staff_id: str


@dataclass(frozen=True, slots=True)
class KeepSample:
    staff_id: str


@dataclass(frozen=True, slots=True)
class BlockCard:
    """Lost: blocked on this terminal at once, and everywhere with the next sync."""

    person_id: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class ClosePeriod:
    staff_id: str


@dataclass(frozen=True, slots=True)
class DeclarePeriod:
    period: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class Speak:
    """Say a fixed phrase by its code (take_meal, already_used, tap_again, offline …). Never holds up a card. `locale` is
    the language of who stands there, "" the terminal's own."""

    phrase: str
    locale: str = ""


@dataclass(frozen=True, slots=True)
class ReadAloud:
    """Read a page aloud in a language, or be silent ("" stops). `private` texts go to a headset or to nobody."""

    text: str
    locale: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class CallHelp:
    """人工帮助: ring here, tell the hall where it is reachable."""

    on: bool = True


@dataclass(frozen=True, slots=True)
class IdentifyStaff:
    """Whose staff card this is, where no meal is meant. Answered by StaffTapped; by nothing for any other card."""

    card_ref: str


@dataclass(frozen=True, slots=True)
class MakeDiagnosis:
    """Look at everything. Answered by DiagnosisMade within some seconds."""


@dataclass(frozen=True, slots=True)
class StartTrial:
    """Test a device, in the thread that owns it. Answered by TrialStepped now and then, and by one TrialEnded."""

    slot: str


@dataclass(frozen=True, slots=True)
class StopTrial:
    """Nobody looks any more: a test that goes on by itself ends."""

    slot: str


@dataclass(frozen=True, slots=True)
class SignReport:
    """Sign the newest diagnosis with these results, and keep it. Answered by ReportSigned."""

    staff_id: str
    results: tuple[TrialResult, ...]


@dataclass(frozen=True, slots=True)
class PrintReport:
    """The newest signed report on a slip. Answered by ReportPrinted."""


@dataclass(frozen=True, slots=True)
class UploadReport:
    """The newest signed report to the hall. Answered by ReportUploaded."""


@dataclass(frozen=True, slots=True)
class ResetPrinter:
    """An operator has cleared the printer: it drops what is left of its job and starts anew (DLE ENQ 2)."""

    slot: str


@dataclass(frozen=True, slots=True)
class RestartTerminal:
    """End this program in good order; the system starts it again."""

    staff_id: str


# What any terminal may wish.
CommonCommand = (
    AuthoriseMeal
    | ServePerson
    | SellPlate
    | CheckPin
    | FindPeople
    | ListMeals
    | VoidMeal
    | ReprintSlip
    | DismissPrint
    | ReportCount
    | KeepSample
    | BlockCard
    | ClosePeriod
    | DeclarePeriod
    | Speak
    | ReadAloud
    | CallHelp
    | IdentifyStaff
    | MakeDiagnosis
    | StartTrial
    | StopTrial
    | SignReport
    | PrintReport
    | UploadReport
    | ResetPrinter
    | RestartTerminal
)

# A role's own wishes are loaded with the role, as its events are.
if TYPE_CHECKING:
    from kiosk.commands_front_desk import FrontDeskCommand
    from kiosk.commands_resident import ResidentCommand

    Command: TypeAlias = CommonCommand | ResidentCommand | FrontDeskCommand
else:
    Command = CommonCommand
