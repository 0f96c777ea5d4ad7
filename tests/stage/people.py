"""Who lives in the seeded town, and what each of them must pay: reckoned here a second time, by hand from the tariff.

The prices below are the published ones of the Jinlonghu street (金龙湖), not read from the product's tariff file, so
that a wrong file or a wrong rule is seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

LIST_PRICE = 1200
OWN_FROM_60, OWN_FROM_75, OWN_SPECIAL_CARE = 700, 650, 550
WELFARE_CARD = 200
SPECIAL_CARE = {"wulei", "sanwu"}


@dataclass(frozen=True, slots=True)
class Person:
    """One resident with a card. `uid` is what the reader sends (hex); `purse` and `welfare` in fen at seeding."""

    person_id: str
    uid: str
    kind: str
    name: str
    birth_date: date
    statuses: tuple[tuple[str, str, str], ...]
    card_state: str
    short_number: str
    purse: int
    welfare: int

    def age_on(self, day: date) -> int:
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)

    def holds(self, day: date) -> set[str]:
        """Statuses valid on `day`; both dates count."""
        return {status for status, first, last in self.statuses if first <= day.isoformat() <= last}

    def lapsed(self, day: date) -> bool:
        """Something ran out, and nothing that this town asks for is left."""
        return not self.holds(day) and any(last < day.isoformat() for _, _, last in self.statuses)

    def own_part(self, day: date) -> int:
        """Fen that this person pays for one subsidised meal, by hand."""
        held, age = self.holds(day), self.age_on(day)
        if "market" in held or age < 60:
            return LIST_PRICE
        if held & SPECIAL_CARE:
            own = OWN_SPECIAL_CARE
        else:
            own = OWN_FROM_75 if age >= 75 else OWN_FROM_60
        return max(0, own - min(WELFARE_CARD, self.welfare)) if "welfare_card" in held else own


@dataclass(frozen=True, slots=True)
class StaffCard:
    staff_id: str
    uid: str
    pin: str


@dataclass(frozen=True, slots=True)
class Town:
    """Everybody, in the order of the cards file: those worth tapping first."""

    people: tuple[Person, ...]
    staff: tuple[StaffCard, ...]
    unknown_uid: str

    def kind(self, name: str) -> list[Person]:
        """The cards that the seed made for one purpose (age_75, wulei, lost …)."""
        return [person for person in self.people if person.kind == name]

    def person(self, person_id: str) -> Person:
        return next(person for person in self.people if person.person_id == person_id)

    def staff_of(self, site_id: str) -> StaffCard:
        """A member of staff of one canteen."""
        return next(card for card in self.staff if card.staff_id.startswith(f"S-{site_id}-"))

    def plain_diners(self, day: date, least_purse: int) -> list[Person]:
        """People whose next meal is served without a question, and whose purse bears it."""
        return [
            person
            for person in self.people
            if person.card_state == "active" and person.purse >= least_purse and not person.lapsed(day)
        ]


def read_town(
    cards: Path, records: dict[str, list[dict[str, Any]]], purses: dict[str, tuple[int, int]]
) -> Town:
    """Join the cards file with the hall's records: "resident", "card" and "entitlement"."""
    listed = json.loads(cards.read_text("utf-8"))
    residents = {record["person_id"]: record for record in records["resident"]}
    states = {record["person_id"]: record["state"] for record in records["card"]}
    people = [
        _person(card, residents[card["person_id"]], records["entitlement"], states, purses)
        for card in listed
        if card["person_id"] in residents
    ]
    staff = [StaffCard(card["person_id"], card["uid"], card["pin"]) for card in listed if "pin" in card]
    unknown = next(card["uid"] for card in listed if card["kind"] == "unknown")
    return Town(tuple(people), tuple(staff), unknown)


def _person(
    card: dict[str, Any],
    resident: dict[str, Any],
    entitlements: Iterable[dict[str, Any]],
    states: dict[str, str],
    purses: dict[str, tuple[int, int]],
) -> Person:
    person_id = resident["person_id"]
    statuses = [
        (held["status"], held["valid_from"], held["valid_to"])
        for held in entitlements
        if held["person_id"] == person_id
    ]
    purse, welfare = purses[person_id]
    return Person(
        person_id=person_id,
        uid=card["uid"],
        kind=card["kind"],
        name=resident["name"],
        birth_date=date.fromisoformat(resident["birth_date"]),
        statuses=tuple(statuses),
        card_state=states[person_id],
        short_number=resident["short_number"],
        purse=purse,
        welfare=welfare,
    )
