"""`python -m tests.journeys [lunch,J3,…]`: plays the journeys, prints what held, leaves build/tour behind."""

from __future__ import annotations

import shutil
import sys
from types import ModuleType

from tests.journeys import (
    agent,
    alarm_call,
    application,
    application_offline,
    diagnostics,
    forget,
    forget_resident,
    forgotten_card,
    guide,
    hall_away,
    hand_off,
    look_alikes,
    lunch,
    monkey,
    no_answer,
    outage,
    paper_out,
    power_cut,
    quarantine,
    query_print,
    refuses_face,
    storm,
    time_out,
    torn_cards,
    two_sites,
    wrong_clock,
)
from tests.journeys.page import write_page
from tests.journeys.report import Journey, write_report
from tests.stage import world
from tests.stage.hall import SeededTown, today
from tests.stage.processes import TOP

BUILD = TOP / "build" / "tour"
RESIDENTS, DAYS = 300, 12
JOURNEYS: dict[str, ModuleType] = {
    each.NAME: each
    for each in (
        lunch,
        outage,
        power_cut,
        two_sites,
        wrong_clock,
        quarantine,
        no_answer,
        torn_cards,
        diagnostics,
        storm,
        query_print,
        paper_out,
        guide,
        application,
        application_offline,
        agent,
        hand_off,
        forgotten_card,
        time_out,
        hall_away,
        refuses_face,
        look_alikes,
        alarm_call,
        monkey,
        forget,
        forget_resident,
    )
}


def main() -> int:
    wanted = [name for argument in sys.argv[1:] for name in argument.split(",") if name] or list(JOURNEYS)
    unknown = [name for name in wanted if name not in JOURNEYS]
    if unknown:
        print(f"no journey {', '.join(unknown)}; there are {', '.join(JOURNEYS)}")
        return 2
    if any(getattr(JOURNEYS[name], "NEEDS_WORLD", False) for name in wanted):
        world.enter([sys.executable, "-m", "tests.journeys", *sys.argv[1:]])
    shutil.rmtree(BUILD, ignore_errors=True)
    town = SeededTown.make(BUILD / "town", RESIDENTS, DAYS, today())
    played = [journey for name in wanted for journey in _play(JOURNEYS[name], town)]
    write_report(played, BUILD / "report.json")
    write_page(played, BUILD / "index.html")
    print()
    for journey in played:
        print(_line(journey))
    print(f"{BUILD / 'index.html'}")
    return 0 if all(journey.passed for journey in played) else 1


def _line(journey: Journey) -> str:
    failed = sum(not check.passed for check in journey.checks)
    verdict = "passed" if journey.passed else f"FAILED ({failed} checks)"
    looks = f"{journey.locale:<5} {journey.mode:<6}"
    counted = "" if journey.touches is None else f"  {journey.touches} touches in {journey.visit_s:g} s"
    name = f"{journey.name:<14} {looks}"
    return f"{name} {len(journey.checks):>4} checks  {journey.seconds:>6.1f} s  {verdict}{counted}"


def _play(module: ModuleType, town: SeededTown) -> list[Journey]:
    """Play one journey, in each of the looks that it is to be played in on one stage."""
    print(f"\n{module.TITLE}", flush=True)
    if hasattr(module, "LOOKS"):
        return _play_looks(module, town)
    journey = Journey(module.NAME, module.TITLE, BUILD / module.NAME)
    with journey.played():
        module.play(town, journey)
    return [journey]


def _play_looks(module: ModuleType, town: SeededTown) -> list[Journey]:
    home = BUILD / module.NAME
    journeys = [
        Journey(module.NAME, module.TITLE, home / f"{locale}-{mode}", module.ROLE, locale, mode)
        for locale, mode in module.LOOKS
    ]
    with journeys[0].to_its_end():  # a stage that does not open has played nothing
        module.play(town, home, journeys)
    for journey in journeys:
        if not journey.checks:
            journey.check("the journey was played", "yes", "no")
    return journeys


if __name__ == "__main__":
    sys.exit(main())
