"""Whatever happens in whatever order (meals, voids, lost replies, refusals, credits, half pulls, restarts), each meal is at the hall exactly once, and the balance shown is what the hall's account less our own rows gives."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from offline_cache.balances import Balances
from offline_cache.db import load_key
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference
from offline_cache.wire import LogRow, RowKind
from tests.offline_cache.model_hall import ModelHall
from tests.offline_cache.rows import meal, stamp, void
from tests.offline_cache.sending import pull_all, push_all, push_once

PEOPLE = ("p0", "p1")


class Terminal(RuleBasedStateMachine):
    """One terminal and a model hall. `shown` is what the balance must be, kept by plain sums."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="exactly-once-"))
        self.refuse_next: set[str] = set()
        self.hall = ModelHall(refuses=lambda row: row.txn_id in self.refuse_next)
        self.served: dict[str, tuple[str, int]] = {}
        self.voids: dict[str, str] = {}
        self.known_refused: set[str] = set()
        self.count = 0
        self.forks = 0

    @initialize()
    def begin(self) -> None:
        self.key = load_key(self.directory)
        self.open()
        for person in PEOPLE:
            self.hall.credit(person, 0)
        pull_all(self.reference, self.hall)
        self.snapshot = {person: self.hall.purse(person) for person in PEOPLE}
        self.seen: set[str] = set()

    def open(self) -> None:
        self.outbox = Outbox.open(self.directory, self.key, "CT-03", stamp(self.count))
        self.reference = Reference.open(self.directory, self.key)

    @rule(
        person=st.sampled_from(PEOPLE), fen=st.integers(0, 900), refused=st.sampled_from([False, False, True])
    )
    def serve(self, person: str, fen: int, refused: bool) -> None:
        self.count += 1
        body = meal(self.count, person=person, purse=fen, welfare=0)
        row = self.outbox.append(RowKind.MEAL, body, stamp(self.count))
        self.served[row.txn_id] = (person, fen)
        if refused:
            self.refuse_next.add(row.txn_id)

    @precondition(lambda self: set(self.served) - set(self.voids.values()))
    @rule(refused=st.booleans())
    def take_back(self, refused: bool) -> None:
        self.count += 1
        txn_id = max(set(self.served) - set(self.voids.values()))
        row = self.outbox.append(RowKind.MEAL_VOIDED, void(txn_id), stamp(self.count))
        self.voids[row.txn_id] = txn_id
        if refused:
            self.refuse_next.add(row.txn_id)

    @rule(limit=st.integers(1, 4), lost=st.booleans())
    def push(self, limit: int, lost: bool) -> None:
        rows = self.outbox.rows_to_send(limit)
        push_once(self.outbox, self.hall, limit, reply_lost=lost)
        if not lost:
            self.learn(rows)

    @rule(limit=st.integers(1, 3))
    def pull_a_page(self, limit: int) -> None:
        self.reference.apply(self.hall.pull(self.reference.cursor(), limit))
        self.remember_pull()

    @rule(person=st.sampled_from(PEOPLE), fen=st.integers(1, 5000))
    def credit(self, person: str, fen: int) -> None:
        self.hall.credit(person, fen)

    @rule()
    def restart(self) -> None:
        self.outbox.close()
        self.reference.close()
        self.open()

    def learn(self, rows: list[LogRow]) -> None:
        """The hall's answer to these rows is known here now."""
        for row in rows:
            if row.seq in self.hall.refused.get(row.log_id, ()):
                self.known_refused.add(row.txn_id)

    def remember_pull(self) -> None:
        """The accounts here are as of this moment only when everything was pulled; the model waits for that, the
        terminal must be right all the same (see `balance_adds_up`)."""
        self.seen = {row.txn_id for row in self.hall.rows()}
        self.learn(self.hall.rows())
        account = {person: self.reference.account(person) for person in PEOPLE}
        self.snapshot = {person: found.purse for person, found in account.items() if found is not None}

    @invariant()
    def balance_adds_up(self) -> None:
        if not hasattr(self, "snapshot"):
            return
        balances = Balances(self.reference, self.outbox)
        for person in PEOPLE:
            shown = balances.of(person)
            assert shown is not None and shown.purse == self.expected(person)

    def expected(self, person: str) -> int:
        """What the account said, less every own row that is neither in it nor known to be refused."""
        total = self.snapshot[person]
        for txn_id, (who, fen) in self.served.items():
            if who == person and txn_id not in self.seen and txn_id not in self.known_refused:
                total -= fen
        for void_id, meal_id in self.voids.items():
            who, fen = self.served[meal_id]
            outstanding = void_id not in self.seen and void_id not in self.known_refused
            if who == person and outstanding and meal_id not in self.known_refused:
                total += fen
        return total

    def teardown(self) -> None:
        try:
            if hasattr(self, "outbox"):
                push_all(self.outbox, self.hall)
                pull_all(self.reference, self.hall)
                assert sorted(self.hall.meal_ids()) == sorted(self.served)
                assert self.outbox.verify().unbroken
                balances = Balances(self.reference, self.outbox)
                for person in PEOPLE:
                    shown = balances.of(person)
                    assert shown is not None and shown.purse == self.hall.purse(person)
                self.outbox.close()
                self.reference.close()
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)


TestAnyOrder = Terminal.TestCase
TestAnyOrder.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


ACTS = ("meal", "refused meal", "push", "lost reply", "pull")


@pytest.mark.parametrize("first", ACTS)
def test_every_short_interleaving_of_push_pull_and_refusal(first: str, tmp_path: Path) -> None:
    """All orders of four acts: at every step the balance is opening + credits - meals that are not refused as far as
    anybody here can know."""
    key = load_key(tmp_path)
    outbox = Outbox.open(tmp_path, key, "CT-03", stamp())
    reference = Reference.open(tmp_path, key)
    refuse: set[str] = set()
    hall = ModelHall(refuses=lambda row: row.txn_id in refuse)
    balances = Balances(reference, outbox)
    for person, rest in enumerate(itertools.product(ACTS, repeat=3)):
        play((first, *rest), f"p{person}", outbox, reference, hall, refuse, balances)
    push_all(outbox, hall)
    outbox.close()
    reference.close()


def play(
    acts: tuple[str, ...],
    person: str,
    outbox: Outbox,
    reference: Reference,
    hall: ModelHall,
    refuse: set[str],
    balances: Balances,
) -> None:
    push_all(outbox, hall)
    hall.credit(person, 0)
    pull_all(reference, hall)
    good = bad_unknown = 0
    bad: list[str] = []
    for act in acts:
        if act in ("meal", "refused meal"):
            row = outbox.append(RowKind.MEAL, meal(1, person=person, purse=100, welfare=0), stamp())
            if act == "meal":
                good += 100
            else:
                refuse.add(row.txn_id)
                bad.append(row.txn_id)
                bad_unknown += 100
        elif act == "push":
            push_all(outbox, hall)
            bad_unknown = 0
        elif act == "lost reply":
            push_once(outbox, hall, reply_lost=True)
        else:
            pull_all(reference, hall)
            stored = {row.txn_id for row in hall.rows()}
            bad_unknown = 100 * sum(txn_id not in stored for txn_id in bad if not _settled(outbox, txn_id))
        shown = balances.of(person)
        assert shown is not None
        assert shown.purse == hall.opening - good - bad_unknown, acts


def _settled(outbox: Outbox, txn_id: str) -> bool:
    found = outbox.meal(txn_id)
    return found is not None and found.state == "refused"
