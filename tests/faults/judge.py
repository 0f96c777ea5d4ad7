"""The judge: pure, and with no trust in the terminal. Holds what the world saw against the log and the hall's ledger.

lost      somebody was told to take a meal, or holds a slip, and there is no row; or a row is not at the hall.
doubled   a person was charged twice, two original slips exist for one meal, or the hall holds a row twice.
wrong     a row of somebody who tapped no card, another amount than the tariff's, or a chain that does not hold.
unoffered a meal without a whole slip whose reprint was never offered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from offline_cache.wire import GENESIS_HASH, chain_hash
from tests.faults.evidence import Evidence, Row

Kind = Literal["lost", "doubled", "wrong", "unoffered_reprints"]


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    what: str


def judge(evidence: Evidence) -> list[Finding]:
    """Everything that is not as it must be; empty when all is well."""
    return [*_lost(evidence), *_doubled(evidence), *_wrong(evidence), *_unoffered(evidence)]


def _meals(rows: tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if row["kind"] == "meal"]


def _lost(evidence: Evidence) -> Iterator[Finding]:
    written = {row["txn_id"] for row in evidence.log}
    for txn_id in sorted({verdict.txn_id for verdict in evidence.verdicts} - written):
        yield Finding("lost", f"a verdict was shown for {txn_id}, and the log has no such row")
    sequences = {row["seq"] for row in evidence.log}
    for seq in sorted({slip.seq for slip in evidence.slips} - sequences):
        yield Finding("lost", f"a slip was printed for seq {seq}, and the log has no such row")
    at_hall = {(row["log_id"], row["seq"]) for row in evidence.hall}
    for row in evidence.log:
        if (row["log_id"], row["seq"]) not in at_hall:
            yield Finding("lost", f"seq {row['seq']} of the log is not at the hall")
    for person_id, purse in evidence.purses.items():
        if purse.before - purse.after < _due(evidence, person_id):
            yield Finding("lost", f"the purse of {person_id} was charged too little")


def _doubled(evidence: Evidence) -> Iterator[Finding]:
    plates = Counter(_plate(row) for row in _meals(evidence.log))
    for plate, count in plates.items():
        if count > 1:
            yield Finding("doubled", f"{count} meals for one person in one period: {plate}")
    originals = Counter(slip.seq for slip in evidence.slips if slip.complete and not slip.copy)
    for seq, count in originals.items():
        if count > 1:
            yield Finding("doubled", f"{count} original slips for seq {seq}")
    for place, count in Counter((row["log_id"], row["seq"]) for row in evidence.hall).items():
        if count > 1:
            yield Finding("doubled", f"the hall holds {count} rows of {place}")
    for person_id, purse in evidence.purses.items():
        if purse.before - purse.after > _due(evidence, person_id):
            yield Finding("doubled", f"the purse of {person_id} was charged too much")


def _plate(row: Row) -> tuple[str, str, str]:
    body = row["body"]
    return body["person_id"], body["service_date"], body["period"]


def _due(evidence: Evidence, person_id: str) -> int:
    """What the log says this person's purse owes, each row counted once."""
    return sum(
        row["body"]["purse_part"] for row in _meals(evidence.log) if row["body"]["person_id"] == person_id
    )


def _wrong(evidence: Evidence) -> Iterator[Finding]:
    prices = {tap.person_id: tap.own_part for tap in evidence.taps}
    shown = {verdict.txn_id: verdict.own_part for verdict in evidence.verdicts}
    for row in _meals(evidence.log):
        body = row["body"]
        if body["person_id"] not in prices:
            yield Finding("wrong", f"seq {row['seq']} is a meal of somebody who tapped no card")
        elif body["own_part"] != prices[body["person_id"]]:
            yield Finding(
                "wrong", f"seq {row['seq']} charges {body['own_part']}, not {prices[body['person_id']]} fen"
            )
        if shown.get(row["txn_id"], body["own_part"]) != body["own_part"]:
            yield Finding(
                "wrong", f"seq {row['seq']} charges {body['own_part']}, shown was {shown[row['txn_id']]}"
            )
    yield from broken_chain(evidence.log)
    hashes = {(row["log_id"], row["seq"]): row["hash"] for row in evidence.log}
    for row in evidence.hall:
        if row["hash"] != hashes.get((row["log_id"], row["seq"])):
            yield Finding("wrong", f"seq {row['seq']} at the hall is not the log's row")


def broken_chain(log: tuple[Row, ...]) -> Iterator[Finding]:
    before, expected = GENESIS_HASH, 1
    for row in log:
        if row["seq"] != expected:
            yield Finding("wrong", f"seq {expected} is followed by {row['seq']}")
        if row["prev_hash"] != before or chain_hash(row) != row["hash"]:
            yield Finding("wrong", f"the chain does not hold at seq {row['seq']}")
        before, expected = row["hash"], row["seq"] + 1


def _unoffered(evidence: Evidence) -> Iterator[Finding]:
    on_paper = {slip.seq for slip in evidence.slips if slip.complete}
    for row in _meals(evidence.log):
        if row["seq"] not in on_paper and row["txn_id"] not in evidence.offered:
            yield Finding(
                "unoffered_reprints", f"seq {row['seq']} has no whole slip, and no reprint was offered"
            )
