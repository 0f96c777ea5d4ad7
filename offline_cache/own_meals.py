"""Look-ups among the meals of this terminal's own log, and what they took from a person's account."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offline_cache.db import Connection, reading
from offline_cache.log_file import LOG_STRIDE

_COUNTS = "coalesce({}.state, '') NOT IN ('refused', 'carried_over')"
_LIVE_VOID = (
    "SELECT 1 FROM voids v LEFT JOIN deliveries vd ON vd.id = v.id"
    f" WHERE v.meal_txn_id = t.txn_id AND {_COUNTS.format('vd')}"
)
_SELECT = (
    "SELECT t.txn_id, t.log_id, t.seq, t.occurred_at_ms, t.clock_trusted, t.body,"
    f" coalesce(d.state, 'pending'), EXISTS ({_LIVE_VOID}) FROM "
)
_MEALS = "all_meals m CROSS JOIN transactions t ON t.id = m.id"
_TRANSACTIONS = "transactions t"
_NOT_CARRIED = " LEFT JOIN deliveries d ON d.id = t.id WHERE coalesce(d.state, '') != 'carried_over' AND "
RECENT_ROWS = 256
_SPENDING = "json_extract(t.body, '$.purse_part'), json_extract(t.body, '$.welfare_part')"


@dataclass(frozen=True, slots=True)
class OwnMeal:
    """A `meal` row. `state`: pending, sent, accepted or refused; `body` has the fields of wire.MealBody."""

    txn_id: str
    log_id: str
    seq: int
    occurred_at_ms: int
    clock_trusted: bool
    body: dict[str, Any]
    state: str
    voided: bool


@dataclass(frozen=True, slots=True)
class Spent:
    """Fen taken from the purse and from the welfare card."""

    purse: int
    welfare: int


class OwnMeals:
    """To be used on the disk thread. Raises the StorageError family."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    def of_person(self, person_id: str, service_date: str) -> list[OwnMeal]:
        return self._meals("m.person_id = ? AND m.service_date = ? ORDER BY m.id", person_id, service_date)

    def of_period(self, service_date: str, period: str) -> list[OwnMeal]:
        return self._meals("m.service_date = ? AND m.period = ? ORDER BY m.id", service_date, period)

    def last_of_card(self, card_ref: str, newest_id: int) -> OwnMeal | None:
        """The newest meal of this card among the RECENT_ROWS rows up to `newest_id`: enough to know the same card
        again within a minute, without an index that every meal would have to write."""
        meals = self._meals(
            "t.id > ? AND t.id <= ? AND t.kind = 'meal' AND json_extract(t.body, '$.card_ref') = ?"
            " ORDER BY t.id DESC LIMIT 1",
            newest_id - RECENT_ROWS,
            newest_id,
            card_ref,
            tables=_TRANSACTIONS,
        )
        return meals[0] if meals else None

    def by_txn(self, txn_id: str) -> OwnMeal | None:
        meals = self._meals("m.txn_id = ? ORDER BY m.id DESC LIMIT 1", txn_id)
        return meals[0] if meals else None

    def spent_above(
        self, person_id: str, applied: Mapping[str, int], refused: Mapping[str, Sequence[int]]
    ) -> Spent:
        """What this person's own rows above `applied` (log_id -> seq) took: meals, less the meals taken back.

        Refused rows never count, whether the hall said so in its answer to a push or in `refused` (log_id -> seqs),
        in whichever log of this file they stand; a void of a refused meal gives nothing back.
        """
        purse = welfare = 0
        with reading():
            logs = self._connection().execute("SELECT log_number, log_id FROM logs").fetchall()
            for number, log_id in logs:
                low = number * LOG_STRIDE + applied.get(log_id, 0)
                for sign, rows in ((1, self._taken(person_id, low)), (-1, self._given_back(person_id, low))):
                    for row_log, seq, meal_log, meal_seq, purse_part, welfare_part in rows:
                        if seq in refused.get(row_log, ()) or meal_seq in refused.get(meal_log, ()):
                            continue
                        purse += sign * purse_part
                        welfare += sign * welfare_part
        return Spent(purse, welfare)

    def _taken(self, person_id: str, low: int) -> Iterable[tuple[Any, ...]]:
        select = (
            f"SELECT t.log_id, t.seq, t.log_id, t.seq, {_SPENDING} FROM all_meals m CROSS JOIN transactions t ON t.id = m.id"
            " LEFT JOIN deliveries d ON d.id = m.id"
            f" WHERE m.person_id = ? AND m.id > ? AND m.id < ? AND {_COUNTS.format('d')}"
        )
        yield from self._connection().execute(select, (person_id, low, _end_of_log(low)))

    def _given_back(self, person_id: str, low: int) -> Iterable[tuple[Any, ...]]:
        select = (
            f"SELECT vt.log_id, vt.seq, t.log_id, t.seq, {_SPENDING}"
            " FROM voids v CROSS JOIN transactions vt ON vt.id = v.id LEFT JOIN deliveries vd ON vd.id = v.id"
            " CROSS JOIN all_meals m ON m.txn_id = v.meal_txn_id CROSS JOIN transactions t ON t.id = m.id"
            " LEFT JOIN deliveries d ON d.id = t.id"
            f" WHERE v.id > ? AND v.id < ? AND m.person_id = ? AND {_COUNTS.format('vd')} AND {_COUNTS.format('d')}"
        )
        yield from self._connection().execute(select, (low, _end_of_log(low), person_id))

    def _meals(self, where: str, *values: object, tables: str = _MEALS) -> list[OwnMeal]:
        with reading():
            found = self._connection().execute(_SELECT + tables + _NOT_CARRIED + where, values).fetchall()
        return [_own_meal(columns) for columns in found]


def _end_of_log(low: int) -> int:
    return (low // LOG_STRIDE + 1) * LOG_STRIDE


def _own_meal(columns: tuple[Any, ...]) -> OwnMeal:
    txn_id, log_id, seq, occurred_at_ms, trusted, body, state, voided = columns
    return OwnMeal(txn_id, log_id, seq, occurred_at_ms, bool(trusted), json.loads(body), state, bool(voided))
