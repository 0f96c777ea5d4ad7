"""The campaign's control: the same terminal, but one that speaks first and writes afterwards. It must be caught.

Its meals wait GROUP_S to be committed together with what else comes meanwhile, as somebody might do to save writes to a
disk; the verdict does not wait for that. Nothing else differs. A judge who finds nothing lost here cannot see.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from kiosk.services.meals import Meals
from offline_cache.chain import new_txn_id
from offline_cache.wire import canonical_body
from tests.stage.waiting import pause
from tests.stage.watched import main

GROUP_S = 0.06


class HastyMeals(Meals):
    """Publishes MealServed before the row is on the disk, under the txn_id that the row is going to have."""

    def _serve(self, visit: Any, meal: Any, order: Any) -> None:
        outbox = self._counter.outbox
        held: list[Any] = []

        def append_later(kind: Any, body: Any, stamp: Any, slip: Any = None) -> Any:
            written = canonical_body(body)
            row = outbox._chain.next_row(new_txn_id(), kind, written, stamp)
            held.append((row.txn_id, kind, written, stamp, slip))
            return row

        with patch.object(outbox, "append", append_later):
            super()._serve(visit, meal, order)
        pause(GROUP_S)
        for late in held:
            outbox._write(*late)
            if self._slip_queued is not None:
                self._slip_queued(late[0])


if __name__ == "__main__":
    main(HastyMeals)
