"""The campaign: worlds of some fifty rounds each, judged one by one, and summed up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.evidence import Evidence, PrintedSlip, Purse, Row, SeenVerdict, Tap
from tests.faults.judge import Finding, judge
from tests.faults.phases import COUNTED, Phase, phase_of
from tests.faults.plan import plan_round
from tests.faults.round import Blow, answer_offers, play
from tests.stage.hall import SeededTown
from tests.stage.people import Person
from tests.stage.stage import Stage
from tests.stage.terminal import Page, TerminalProcess

TERMINAL = "CT-03"
WORLD_ROUNDS = 50  # each round needs a diner who has not eaten yet
LEAST_PURSE = 1200
SENT_S = 60.0


@dataclass(slots=True)
class Result:
    """What the campaign found; `blows` are (phase, blow) in the order of the rounds."""

    seed: int
    taps: int = 0
    findings: list[Finding] = field(default_factory=list)
    blows: list[tuple[Phase, Blow]] = field(default_factory=list)

    def count(self, kind: str) -> int:
        return sum(finding.kind == kind for finding in self.findings)

    def by_phase(self) -> dict[str, int]:
        struck = Counter(phase for phase, _ in self.blows)
        return {phase.value: struck[phase] for phase in (*COUNTED, Phase.IDLE)}

    def as_json(self) -> dict[str, Any]:
        return {
            "taps": self.taps,
            "faults": len(self.blows),
            "lost": self.count("lost"),
            "doubled": self.count("doubled"),
            "wrong": self.count("wrong"),
            "unoffered_reprints": self.count("unoffered_reprints"),
            "by_phase": self.by_phase(),
            "seed": self.seed,
        }


def run_campaign(
    seed: int,
    rounds: range,
    town: SeededTown,
    directory: Path,
    *,
    program: str = "tests.stage.watched",
    tell: Callable[[str], None] = print,
) -> Result:
    """Play the rounds, a fresh world for each WORLD_ROUNDS of them, and judge each world at its end."""
    result = Result(seed)
    for first in range(rounds.start, rounds.stop, WORLD_ROUNDS):
        numbers = range(first, min(first + WORLD_ROUNDS, rounds.stop))
        world = directory / f"rounds-{numbers.start}-{numbers.stop - 1}"
        _play_world(seed, numbers, town, world, program, result, tell)
    return result


def _play_world(
    seed: int,
    numbers: range,
    town: SeededTown,
    directory: Path,
    program: str,
    result: Result,
    tell: Callable[[str], None],
) -> None:
    with Stage(directory, town, terminals=(TERMINAL,), program=program) as stage:
        terminal = stage[TERMINAL]
        diners = stage.town.plain_diners(stage.day, LEAST_PURSE)
        blows = []
        for number, diner in zip(numbers, diners, strict=False):
            blows.append(play(stage, terminal, plan_round(seed, number), diner))
            blow = blows[-1]
            tell(
                f"round {number}: {blow.plan.trigger}, killed {blow.after_last_byte_ms:.1f} ms after the last byte"
            )
        evidence = _gather(stage, terminal, diners[: len(blows)], blows)
    result.taps += len(evidence.taps)
    result.findings += judge(evidence)
    result.blows += [(phase_of(blow.strike(_written_before(blow, evidence.log))), blow) for blow in blows]
    for finding in judge(evidence):
        tell(f"  {finding.kind}: {finding.what}")


def _written_before(blow: Blow, log: Sequence[Row]) -> int | None:
    """The seq of the round's meal, if it was on the disk when the power went; the second tap's is stamped later."""
    for row in log:
        own = row["kind"] == "meal" and row["body"]["person_id"] == blow.person_id
        if own and row["monotonic_ms"] * 1_000_000 <= blow.kill_ns:
            return int(row["seq"])
    return None


def _gather(
    stage: Stage, terminal: TerminalProcess, diners: Sequence[Person], blows: Sequence[Blow]
) -> Evidence:
    """Let everything come to rest, then collect what the world saw and what the books say."""
    _come_to_rest(stage, terminal)
    terminal.stop()
    log = _export(terminal)
    pages = terminal.pages()
    purses = stage.hall.purses()
    return Evidence(
        taps=tuple(
            Tap(blow.plan.round, diner.person_id, diner.own_part(stage.day))
            for diner, blow in zip(diners, blows, strict=True)
            for _ in range(2)
        ),
        verdicts=tuple(_verdicts(pages)),
        slips=tuple(
            PrintedSlip(slip.seq, slip.copy, slip.complete)
            for slip in terminal.devices.printer.slips
            if slip.seq is not None
        ),
        offered=frozenset(page["need"]["meal"]["txn_id"] for page in pages if page["view"] == "PowerCut"),
        log=log,
        hall=tuple(stage.hall.rows(TERMINAL)),
        purses={diner.person_id: Purse(diner.purse, purses[diner.person_id][0]) for diner in diners},
    )


def _come_to_rest(stage: Stage, terminal: TerminalProcess) -> None:
    """Everything printed or offered, everything sent."""
    terminal.wait_status(
        "everything is sent and nothing is shown",
        lambda status: bool(
            status["online"]
            and status["queued"] == 0
            and status["view"] in ("Idle", "PowerCut")
            and stage.hall.row_count(TERMINAL) == status["last_seq"]
        ),
        SENT_S,
    )
    answer_offers(terminal, print_again=False)


def _export(terminal: TerminalProcess) -> tuple[Row, ...]:
    path = terminal.directory / "log.jsonl"
    terminal.kiosk("queue", "export", str(path))
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return tuple(sorted(rows, key=lambda row: int(row["seq"])))


def _verdicts(pages: Sequence[Page]) -> list[SeenVerdict]:
    return [
        SeenVerdict(0, page["txn_id"], page["bill"]["own_part"]) for page in pages if page["view"] == "Served"
    ]
