"""`python -m tests.fuzz [--examples 2000] [--streams 98000] [--seed N]`; the last line is one JSON object.

Exit 1 when a parser crashed, believed what was not said, or missed what was.
"""

from __future__ import annotations

import argparse
import json
import time

from tests.fuzz.campaign import run_all
from tests.fuzz.verdict import Verdict


def main() -> int:
    """The command."""
    options = _options()
    total = Verdict()
    by_parser = {}
    started = time.monotonic()
    for outcome in run_all(options.examples, options.streams, options.seed):
        for failure in outcome.failures:
            print(failure)
        print(
            f"{outcome.target:18} {outcome.verdict.to_dict()}  {time.monotonic() - started:.0f} s", flush=True
        )
        by_parser[outcome.target] = outcome.verdict.to_dict()
        total.add(outcome.verdict)
    print(json.dumps(total.to_dict() | {"seed": options.seed, "parsers": by_parser}))
    return 0 if total.passed else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description="Byte streams against every parser."
    )
    parser.add_argument("--examples", type=int, default=2_000, help="streams a parser by Hypothesis")
    parser.add_argument("--streams", type=int, default=98_000, help="streams a parser from seeds")
    parser.add_argument("--seed", type=int, default=20261122)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
