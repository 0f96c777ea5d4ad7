"""lunch: fifty diners of all kinds come to canteen 3, and the staff report their counts."""

from __future__ import annotations

from tests.journeys.playing import (
    SLIP_S,
    check_books,
    check_chain,
    check_purses,
    serve,
    take_slips,
    type_digits,
    zh,
)
from tests.journeys.report import Journey
from tests.stage.hall import SeededTown
from tests.stage.people import LIST_PRICE, Person
from tests.stage.stage import Stage
from tests.stage.terminal import TerminalProcess

NAME, TITLE = "lunch", "lunch · fifty diners at canteen 3"
TERMINAL = "CT-03"
DINERS = 50
SERVED_KINDS = (
    "age_75",
    "age_60_74",
    "wulei",
    "tekun",
    "dibao",
    "welfare",
    "market",
    "other_district",
    "rare_name",
)
REFUSED_KINDS = {"lapsed": "lapsed", "lost": "card_lost", "low_balance": "low_balance"}
LEFTOVER = "12"


def play(town: SeededTown, journey: Journey) -> None:
    with Stage(journey.directory / "stage", town, faces=(TERMINAL,), at="11:21") as stage:
        terminal = stage[TERMINAL]
        journey.show("Before the first diner", terminal.picture())
        served = [person for kind in SERVED_KINDS for person in stage.town.kind(kind)]
        for person in served:
            serve(stage, terminal, journey, person, f"{person.kind}, aged {person.age_on(stage.day)}")
        _refusals(stage, terminal, journey)
        _same_card_again(stage, terminal, journey, served[-1])
        stage.go_to(stage.day, "11:40")
        plates = _second_plates(stage, terminal, journey, served[0], served[1])
        others = [
            person for person in stage.town.plain_diners(stage.day, LIST_PRICE) if person.kind == "ordinary"
        ]
        rest = others[: DINERS - len(served) - 5]
        for person in rest:
            serve(stage, terminal, journey, person, f"an ordinary diner, aged {person.age_on(stage.day)}")
        _staff(stage, terminal, journey, len(served) + len(rest) + plates)
        _books(stage, terminal, journey, [*served, *rest], plates)


def _refusals(stage: Stage, terminal: TerminalProcess, journey: Journey) -> None:
    """Cards that are no meal by themselves: nothing is written, and the page says what to do."""
    cards = [(person.uid, REFUSED_KINDS[kind]) for kind in REFUSED_KINDS for person in stage.town.kind(kind)]
    for uid, reason in [*cards, (stage.town.unknown_uid, "card_unknown")]:
        slips = terminal.devices.printer.page_count
        page = terminal.tap_and_see(uid, "Attention", "Served")
        journey.check(
            f"{reason}: what the page says", ("Attention", reason), (page["view"], page.get("reason"))
        )
        journey.check(f"{reason}: no slip", slips, terminal.devices.printer.page_count)
        journey.show(f"A card that is not served: {reason}", terminal.picture())


def _same_card_again(stage: Stage, terminal: TerminalProcess, journey: Journey, person: Person) -> None:
    """Within 60 s of its own meal the same card is told the same, and nothing is written."""
    first = terminal.tap_and_see(person.uid, "Served", "Attention")
    journey.check("the same card within 60 s: the same page", "Served", first["view"])
    again = [
        page
        for page in terminal.pages()
        if page["view"] == "Served" and page["txn_id"] == first.get("txn_id")
    ]
    journey.check_that(
        "the same card within 60 s: the same transaction", len(again) > 1, "shown before", len(again)
    )
    journey.show("The same card within 60 s", terminal.picture(), txn_ids=[first.get("txn_id", "")])


def _second_plates(
    stage: Stage, terminal: TerminalProcess, journey: Journey, hungry: Person, undecided: Person
) -> int:
    """One buys a second plate by tapping once more; of another, the next diner's card cancels the question."""
    slips = terminal.devices.printer.page_count
    page = terminal.tap_and_see(hungry.uid, "Attention", "Served")
    journey.check("a second tap after 19 minutes", "already_eaten", page.get("reason"))
    journey.show("The meal was used already", terminal.picture())
    after = terminal.touch(zh("Buy one at market price"))
    terminal.wait_page("the question", after, lambda page: page["view"] == "RetapAsked")
    journey.show("A second plate: the same card once more", terminal.picture())
    bought = terminal.tap_and_see(hungry.uid, "Served", "Attention")
    journey.check("a second plate is paid in full", LIST_PRICE, bought.get("bill", {}).get("own_part"))
    journey.show(
        "The second plate", terminal.picture(), take_slips(terminal, slips, 1), [bought.get("txn_id", "")]
    )
    terminal.tap_and_see(undecided.uid, "Attention")
    after = terminal.touch(zh("Buy one at market price"))
    terminal.wait_page("the question", after, lambda page: page["view"] == "RetapAsked")
    other = next(
        person
        for person in reversed(stage.town.plain_diners(stage.day, LIST_PRICE))
        if person.kind == "ordinary" and "market" not in person.holds(stage.day)
    )
    serve(stage, terminal, journey, other, "another card cancels the question, and starts its own meal")
    return 2


def _staff(stage: Stage, terminal: TerminalProcess, journey: Journey, served: int) -> None:
    """The staff card alone opens the counts; 报数 sends them to the kitchen."""
    slips = terminal.devices.printer.page_count
    board = terminal.tap_and_see(stage.town.staff_of("C3").uid, "StaffBoard")
    journey.check("the board counts the meals", served, board["counts"]["served"])
    journey.show("The staff's board", terminal.picture())
    after = terminal.touch(zh("Report count"))
    terminal.wait_page("the keypad", after, lambda page: page["view"] == "StaffKeypad")
    after = type_digits(terminal, LEFTOVER)
    terminal.wait_page("it is reported", after, lambda page: page["view"] == "StaffDone")
    journey.show("The count is reported", terminal.picture(), take_slips(terminal, slips, 1))


def _books(
    stage: Stage, terminal: TerminalProcess, journey: Journey, diners: list[Person], plates: int
) -> None:
    """Log, ledger and sums, against what was reckoned by hand."""
    meals = len(diners) + plates
    stage.wait_rows(terminal, meals + 2, SLIP_S)
    entries = check_books(stage, terminal, journey)
    check_chain(terminal, journey)
    rows = [entry["row"] for entry in entries]
    journey.check("meals at the hall", meals, sum(row["kind"] == "meal" for row in rows))
    reports = [row["body"] for row in rows if row["kind"] == "count_reported"]
    journey.check(
        "the report", [(meals, int(LEFTOVER))], [(body["served"], body["leftover"]) for body in reports]
    )
    bodies = [row["body"] for row in rows if row["kind"] == "meal"]
    by_person = {person.person_id: person for person in stage.town.people}
    expected = sum(
        LIST_PRICE if "second_plate" in body["flags"] else by_person[body["person_id"]].own_part(stage.day)
        for body in bodies
    )
    summary = stage.hall.get("/v1/ledger/summary", terminal=TERMINAL)
    journey.check("what the diners paid, by hand and at the hall", expected, summary["own_total"])
    journey.check("the list prices", LIST_PRICE * meals, summary["list_total"])
    sums = [body["own_part"] + sum(line["amount"] for line in body["lines"]) for body in bodies]
    journey.check("lines and own part sum to the price", [LIST_PRICE] * meals, sums)
    journey.check("nobody waits for a review", 0, summary["open_reviews"])
    question_marks = terminal.devices.printer.question_marks
    journey.check("question marks on paper", 0, question_marks)
    check_purses(stage, journey)
