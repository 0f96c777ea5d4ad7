"""Purses and welfare accounts: what meals take, what officers book, and never below zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.models import Account, AccountEntry, Meal
from hall.services import feed
from hall.services.judging import Spending, precedence, spend
from hall.services.standing import NOTHING, Standing, takings
from offline_cache import wire


def open_account(session: Session, person_id: str, purse: int, welfare: int) -> None:
    """Open an account with balances in fen."""
    account = Account(
        person_id=person_id, purse_opened=purse, welfare_opened=welfare, purse=purse, welfare=welfare
    )
    session.add(account)
    feed.publish_accounts(session, [as_wire(account)])


def as_wire(account: Account) -> wire.Account:
    return wire.Account(person_id=account.person_id, purse=account.purse, welfare=account.welfare)


def debit(session: Session, meals: Sequence[Meal], before: Mapping[str, Standing]) -> list[Meal]:
    """Bring the accounts of these meals' people up to date. Returns meals whose shortfall changed."""
    purse: dict[str, int] = defaultdict(int)
    welfare: dict[str, int] = defaultdict(int)
    for meal in meals:
        if meal.person_id is None:
            continue
        was, now = before.get(meal.txn_id, NOTHING), takings(meal)
        purse[meal.person_id] += now[0] - was.purse
        welfare[meal.person_id] += now[1] - was.welfare
    accounts = _accounts(session, {person for person in purse if purse[person] or welfare[person]})
    strained = _strained(session, accounts)
    moved: list[Meal] = []
    for person_id, account in accounts.items():
        account.purse -= purse[person_id]
        account.welfare -= welfare[person_id]
        if person_id in strained or account.purse < 0 or account.welfare < 0:
            moved += recount(session, account)
    session.flush()
    feed.publish_accounts(session, map(as_wire, accounts.values()))
    return moved


def _accounts(session: Session, people: Collection[str]) -> dict[str, Account]:
    found = {
        each.person_id: each for each in session.scalars(select(Account).where(Account.person_id.in_(people)))
    }
    for person_id in set(people) - found.keys():
        found[person_id] = Account(person_id=person_id, purse_opened=0, welfare_opened=0, purse=0, welfare=0)
        session.add(found[person_id])
    return {person_id: found[person_id] for person_id in sorted(found)}


def _strained(session: Session, people: Iterable[str]) -> set[str]:
    """Whose balance is more than a sum: somebody ran short, or the hall booked money at some time."""
    names = list(people)
    short = session.scalars(select(Meal.person_id).where(Meal.person_id.in_(names), Meal.shortfall > 0))
    booked = session.scalars(select(AccountEntry.person_id).where(AccountEntry.person_id.in_(names)))
    return {name for name in [*short, *booked] if name is not None}


def recount(session: Session, account: Account) -> list[Meal]:
    """Spend again from the opening balance, meal by meal in their own order. Returns meals whose shortfall changed."""
    session.flush()
    meals = list(session.scalars(select(Meal).where(Meal.person_id == account.person_id)))
    entries = list(session.scalars(select(AccountEntry).where(AccountEntry.person_id == account.person_id)))
    account.purse, purse_short = spend(
        account.purse_opened, [(entry.made_at_ms, entry.purse) for entry in entries], _spendings(meals, 0)
    )
    account.welfare, welfare_short = spend(
        account.welfare_opened, [(entry.made_at_ms, entry.welfare) for entry in entries], _spendings(meals, 1)
    )
    moved = []
    for meal in meals:
        shortfall = purse_short.get(meal.txn_id, 0) + welfare_short.get(meal.txn_id, 0)
        if meal.shortfall != shortfall:
            meal.shortfall = shortfall
            moved.append(meal)
    return moved


def _spendings(meals: Iterable[Meal], place: int) -> list[Spending]:
    return [
        Spending(precedence(meal), meal.txn_id, takings(meal)[place])
        for meal in meals
        if takings(meal)[place]
    ]


def book(session: Session, entry: AccountEntry) -> list[Meal]:
    """Book a top-up or what an officer decided, once: an entry id that is known books nothing more."""
    if session.get(AccountEntry, entry.entry_id) is not None:
        return []
    session.add(entry)
    account = _accounts(session, [entry.person_id])[entry.person_id]
    moved = recount(session, account)
    session.flush()
    feed.publish_accounts(session, [as_wire(account)])
    return moved
