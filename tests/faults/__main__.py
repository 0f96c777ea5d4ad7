"""`python -m tests.faults --n 200 [--seed 1] [--from K --to M] [--control]`: the last line is one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from tests.faults.campaign import Result, run_campaign
from tests.faults.phases import COUNTED, table
from tests.stage.hall import SeededTown, today
from tests.stage.processes import TOP

BUILD = TOP / "build" / "faults"
RESIDENTS, DAYS = 300, 4
CONTROL_ROUNDS = 6
ENOUGH_TO_COUNT = 200  # from here on each phase must have had its tenth of the kills


def main() -> int:
    chosen = _arguments()
    rounds = range(chosen.start, chosen.n if chosen.to is None else chosen.to)
    began = time.monotonic()
    town = SeededTown.make(BUILD / "town", RESIDENTS, DAYS, today())
    if chosen.control:
        return _control_alone(chosen.seed, rounds, town)
    result = run_campaign(chosen.seed, rounds, town, BUILD / "campaign")
    control_lost = (
        None if chosen.no_control else _control(chosen.seed, range(CONTROL_ROUNDS), town).count("lost")
    )
    print(f"\nkills by phase, in {time.monotonic() - began:.0f} s:\n{table(result.by_phase())}")
    complaints = _complaints(result, control_lost)
    for complaint in complaints:
        print(f"FAIL {complaint}")
    answer: dict[str, Any] = result.as_json()
    if control_lost is not None:
        answer["control_lost"] = control_lost
    print(json.dumps(answer))
    return 1 if complaints else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--n", type=int, default=200, help="rounds 0 to N-1, one kill each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="start", type=int, default=0, help="first round, to resume")
    parser.add_argument("--to", type=int, help="one behind the last round; N if not given")
    parser.add_argument(
        "--control", action="store_true", help="only the terminal that writes after it has spoken"
    )
    parser.add_argument("--no-control", action="store_true", help="leave the control out")
    return parser.parse_args()


def _control(seed: int, rounds: range, town: SeededTown) -> Result:
    print("\ncontrol: the commit moved behind the verdict")
    return run_campaign(seed, rounds, town, BUILD / "control", program="tests.faults.control")


def _control_alone(seed: int, rounds: range, town: SeededTown) -> int:
    """The control passes when its faults are found."""
    result = _control(seed, rounds, town)
    print(f"\nkills by phase:\n{table(result.by_phase())}")
    print(json.dumps(result.as_json()))
    return 0 if result.count("lost") else 1


def _complaints(result: Result, control_lost: int | None) -> list[str]:
    counts = result.as_json()
    complaints = [
        f"{kind}: {counts[kind]}, and none is allowed"
        for kind in ("lost", "doubled", "wrong", "unoffered_reprints")
        if counts[kind]
    ]
    faults = len(result.blows)
    if faults >= ENOUGH_TO_COUNT:
        complaints += [
            f"{phase}: {result.by_phase()[phase]} kills of {faults}, at least {faults // 10} are wanted"
            for phase in COUNTED
            if result.by_phase()[phase] < faults // 10
        ]
    if control_lost == 0:
        complaints.append("the control lost meals, and the judge did not see it")
    return complaints


if __name__ == "__main__":
    sys.exit(main())
