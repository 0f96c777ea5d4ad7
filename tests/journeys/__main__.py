"""`python -m tests.journeys [lunch,J3,…]`: plays the journeys, prints what held, leaves build/tour behind."""

from __future__ import annotations

import shutil
import sys
import traceback
from types import ModuleType

from tests.journeys import (
    diagnostics,
    forget,
    lunch,
    no_answer,
    outage,
    power_cut,
    quarantine,
    storm,
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
        forget,
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
    played = [_play(JOURNEYS[name], town) for name in wanted]
    write_report(played, BUILD / "report.json")
    write_page(played, BUILD / "index.html")
    print()
    for journey in played:
        failed = sum(not check.passed for check in journey.checks)
        verdict = "passed" if journey.passed else f"FAILED ({failed} checks)"
        print(f"{journey.name:<12} {len(journey.checks):>4} checks  {journey.seconds:>6.1f} s  {verdict}")
    print(f"{BUILD / 'index.html'}")
    return 0 if all(journey.passed for journey in played) else 1


def _play(module: ModuleType, town: SeededTown) -> Journey:
    """Play one journey. That it broke off is a failed check like any other, and the next one is played."""
    journey = Journey(module.NAME, module.TITLE, BUILD / module.NAME)
    print(f"\n{journey.title}", flush=True)
    try:
        module.play(town, journey)
    except Exception as error:  # noqa: BLE001 - whatever broke it off, the report must say so and the rest be played
        traceback.print_exc()
        journey.check("the journey was played to its end", "yes", f"{type(error).__name__}: {error}")
    journey.finish()
    return journey


if __name__ == "__main__":
    sys.exit(main())
