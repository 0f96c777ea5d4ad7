"""The balance shown: what the hall's account says, less what this terminal took since."""

from __future__ import annotations

from dataclasses import dataclass

from offline_cache.outbox import Outbox
from offline_cache.reference import Reference


@dataclass(frozen=True, slots=True)
class Balance:
    """Fen. May be below zero where two terminals spent the same money offline."""

    purse: int
    welfare: int


class Balances:
    """account - own rows above `applied`. The account and the marks come from one commit, and each page of the feed
    carries every account that its marks speak of; so the sum is right between any push, pull and refusal."""

    def __init__(self, reference: Reference, outbox: Outbox) -> None:
        self._reference = reference
        self._outbox = outbox

    def of(self, person_id: str) -> Balance | None:
        """None when the hall has told nothing of this person's account."""
        account = self._reference.account(person_id)
        if account is None:
            return None
        marks = self._reference.marks()
        spent = self._outbox.spent_above(person_id, marks.applied, marks.refused)
        return Balance(account.purse - spent.purse, account.welfare - spent.welfare)
