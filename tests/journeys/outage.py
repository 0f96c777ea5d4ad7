"""J3: three days without the network, 1,800 meals, and a reconnect whose first answer is lost."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.playing import (
    OFFLINE_MARK,
    check_books,
    check_chain,
    check_purses,
    serve,
    take_slips,
)
from tests.journeys.report import Journey
from tests.stage.hall import SeededTown
from tests.stage.people import LIST_PRICE, Person
from tests.stage.stage import Stage
from tests.stage.terminal import TerminalProcess
from tests.stage.waiting import wait_for

NAME, TITLE = "J3", "J3 · three days offline, 1,800 meals, one lost reply"
TERMINAL = "CT-03"
DINERS = 180
# (day of the outage, local time): ten meals, so 180 diners make 1,800.
MEALS = (
    (0, "11:26"),
    (0, "17:00"),
    (1, "07:00"),
    (1, "11:30"),
    (1, "17:00"),
    (2, "07:00"),
    (2, "11:30"),
    (2, "17:00"),
    (3, "07:00"),
    (3, "11:40"),
)
SYNC_S = 600.0
PRINTED_S = 120.0


def play(town: SeededTown, journey: Journey) -> None:
    with Stage(journey.directory / "stage", town, faces=(TERMINAL,), at="11:21", jitter_s=3.0) as stage:
        terminal = stage[TERMINAL]
        people = [
            person
            for person in stage.town.plain_diners(stage.day, 0)
            if person.own_part(stage.day) < LIST_PRICE
        ]
        sun = stage.town.kind("welfare")[0]
        diners = [sun, *(person for person in people if person is not sun)][:DINERS]
        early = people[DINERS]
        serve(stage, terminal, journey, early, "Before the outage, 11:21")
        stage.go_to(stage.day, "11:24")
        terminal.devices.network.cut()
        terminal.wait_status(
            "it knows that it is offline", lambda status: status["banner"] == "offline", 30.0
        )
        _begin(stage, terminal, journey, sun)
        _without_face(terminal)
        _three_days(stage, terminal, journey, diners)
        _with_face(terminal, journey)
        _reconnect(stage, terminal, journey, 1 + DINERS * len(MEALS))
        _judge(stage, terminal, journey, diners, early)


def _begin(stage: Stage, terminal: TerminalProcess, journey: Journey, sun: Person) -> None:
    """Mr Sun is the first to eat without the network."""
    stage.go_to(stage.day, MEALS[0][1])
    page = serve(stage, terminal, journey, sun, "Mr Sun, offline, with his welfare card")
    journey.check("the page is tagged", "offline", page["bill"]["tag"])
    journey.check("the balance is said to be about", True, page["bill"]["balance_about"])
    journey.check("the slip is tagged", True, OFFLINE_MARK in terminal.devices.printer.slips[-1].text)


def _without_face(terminal: TerminalProcess) -> None:
    """Nobody photographs 1,800 pages: the same terminal goes on without drawing them."""
    terminal.stop()
    terminal.faceless = True
    terminal.start()


def _three_days(stage: Stage, terminal: TerminalProcess, journey: Journey, diners: list[Person]) -> None:
    """Every diner at every meal. A refusal or another price than the one by hand is written down at once."""
    refused: list[str] = []
    wrong: list[tuple[str, int]] = []
    notices: set[str] = set()
    printed = terminal.devices.printer.page_count
    for number, (days, clock) in enumerate(MEALS):
        stage.go_to(stage.day + timedelta(days=days), clock)
        terminal.wait_status(
            "the meal is served", lambda status: status["view"] == "Idle" and bool(status["period"]), 30.0
        )
        for diner in diners[1:] if number == 0 else diners:
            page = terminal.tap_and_see(diner.uid, "Served", "Attention")
            if page["view"] != "Served":
                refused.append(f"{days} {clock}: {page.get('reason')}")
            elif page["bill"]["own_part"] != diner.own_part(stage.day):
                wrong.append((clock, page["bill"]["own_part"]))
        take_slips(terminal, printed, (number + 1) * len(diners) - 1)
        status = terminal.status() or {}
        notices |= set(status.get("notices", ()))
        print(
            f"  day {days} {clock}: {len(diners)} diners, notices {sorted(status.get('notices', ()))}",
            flush=True,
        )
    journey.check("refused in three days", [], refused)
    journey.check("other prices than by hand", [], wrong)
    journey.check_that(
        "soft limits raise notices",
        {"near_limit:card", "near_limit:hours"} <= notices,
        ["near_limit:card", "near_limit:hours"],
        sorted(notices),
    )


def _with_face(terminal: TerminalProcess, journey: Journey) -> None:
    terminal.stop()
    terminal.faceless = False
    terminal.start()
    wait_for("the face has drawn its page", lambda: (terminal.status() or {}).get("queued", 0) > 0, 30.0)
    journey.show("After three days: the queue, before the network is back", terminal.picture())


def _reconnect(stage: Stage, terminal: TerminalProcess, journey: Journey, meals: int) -> None:
    """14:00 on the fourth day. The answer to the first batch is lost on its way."""
    stage.go_to(stage.day + timedelta(days=3), "14:00")
    network = terminal.devices.network
    network.lose_next_reply()
    network.restore()
    seconds = stage.wait_rows(terminal, meals + 1, SYNC_S)
    journey.check_that(
        "seconds until the hall had every row", seconds <= SYNC_S, f"at most {SYNC_S:g}", round(seconds)
    )
    journey.check("replies lost", 1, network.replies_lost)
    terminal.wait_status(
        "it knows that all is sent", lambda status: status["online"] and status["queued"] == 0, 60.0
    )
    journey.show("Back online: everything is sent", terminal.picture())


def _judge(
    stage: Stage, terminal: TerminalProcess, journey: Journey, diners: list[Person], early: Person
) -> None:
    entries = check_books(stage, terminal, journey)
    check_chain(terminal, journey)
    meals = [entry for entry in entries if entry["row"]["kind"] == "meal"]
    journey.check("meals of the outage at the hall", DINERS * len(MEALS), len(meals) - 1)
    journey.check("became", ["applied"], sorted({entry["state"] for entry in entries}))
    keys = {
        (body["person_id"], body["service_date"], body["period"])
        for body in (m["row"]["body"] for m in meals)
    }
    journey.check("no double: one meal a person, date and period", len(meals), len(keys))
    offline = [entry["row"] for entry in meals if not entry["row"]["body"]["online"]]
    journey.check("rows written offline", DINERS * len(MEALS), len(offline))
    expected = sum(person.own_part(stage.day) for person in diners) * len(MEALS) + early.own_part(stage.day)
    summary = stage.hall.get("/v1/ledger/summary", terminal=TERMINAL)
    journey.check("own parts, by hand and at the hall", expected, summary["own_total"])
    slips = [slip for slip in terminal.devices.printer.slips if slip.complete]
    journey.check("slips", len(meals), len(slips))
    journey.check(
        "slips tagged as offline", DINERS * len(MEALS), sum(OFFLINE_MARK in slip.text for slip in slips)
    )
    check_purses(stage, journey)
