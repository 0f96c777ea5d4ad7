"""`hall seed`, the service hall's part: the site, its staff, and the people who come with an identity card.

What an emulated card reader needs to lay such a card down is written to a file of its own: it holds the invented numbers,
which the hall keeps as keyed digests alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hall.clock import LOCAL_TIME
from hall.models import AccountEntry
from hall.models_residents import Contact
from hall.sample_residents import HOME, RESIDENTS, SampleResident
from hall.sample_town import OPERATOR, SERVICE_HALL, StaffPlan
from hall.services import accounts, cards, feed
from hall.services.feed import Record
from offline_cache.wire import Card, Entitlement, ReferenceKind, Resident, Site

STAFF_OF_THE_HALL = 3
VALID_DAYS = 700
NAME_CHARACTERS = 46  # what the card of a foreigner has room for; it cuts longer names
ISSUED = "20200101"


@dataclass(frozen=True)
class IdCard:
    """An emulated identity card: `fields` are those of the card's text, by the names that the emulators use; `uid` is the
    hall's own card of the same person (EM4100, hex)."""

    kind: str
    label_zh: str
    label_en: str
    person_id: str
    uid: str
    fields: dict[str, str]


def site(tariff_id: str) -> Site:
    return Site(
        site_id=SERVICE_HALL,
        name_zh="和顺社区服务大厅",
        name_en="Heshun community service hall",
        operator_id=OPERATOR,
        tariff_id=tariff_id,
        areas=list(HOME),
        periods=[],
        phone="0000-0000-100",
        latitude=34.2592,
        longitude=117.2978,
    )


def staff_plans() -> list[StaffPlan]:
    """The windows of the hall."""
    return [
        StaffPlan(
            f"S-{SERVICE_HALL}-{at}",
            (SERVICE_HALL,),
            ("desk",),
            f"大厅 {at} 号窗口",
            f"window {at} of the hall",
        )
        for at in range(1, STAFF_OF_THE_HALL + 1)
    ]


def sow_residents(session: Session, day: date, card_ref: Callable[[str], str]) -> None:
    """The people of `sample_residents`, with their cards, accounts and contacts. `card_ref` is by what a card of this
    number is known."""
    known = [person for person in RESIDENTS if person.known]
    feed.publish(session, (record for person in known for record in _records(person, day, card_ref)))
    for person in known:
        cards.register_id_card(session, person.person_id, person.number(day))
    session.execute(
        insert(Contact),
        [
            {"person_id": person.person_id, "phone": person.phone, "address": person.address}
            for person in known
        ],
    )
    for person in known:
        _open_account(session, person, day)


def _records(person: SampleResident, day: date, card_ref: Callable[[str], str]) -> Iterator[Record]:
    tail = f"{person.serial:04d}"
    resident = Resident(
        person_id=person.person_id,
        name=person.name,
        birth_date=person.born(day).isoformat(),
        short_number=f"{person.serial:06d}",
        home=list(HOME),
        card_tail=tail,
    )
    yield Record(ReferenceKind.RESIDENT, person.person_id, resident)
    reference = card_ref(person.uid)
    card = Card(card_ref=reference, person_id=person.person_id, tail=tail, state="active")
    yield Record(ReferenceKind.CARD, reference, card)
    for status in person.statuses:
        id = f"{person.person_id}/{status}"
        held = Entitlement(
            entitlement_id=id,
            person_id=person.person_id,
            status=status,
            valid_from=(day - timedelta(days=VALID_DAYS // 2)).isoformat(),
            valid_to=(day + timedelta(days=VALID_DAYS // 2)).isoformat(),
        )
        yield Record(ReferenceKind.ENTITLEMENT, id, held)


def _open_account(session: Session, person: SampleResident, day: date) -> None:
    """A purse, and what was paid into it two weeks before `day`."""
    accounts.open_account(session, person.person_id, person.purse, 0)
    session.flush()
    if not person.top_up:
        return
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL_TIME) - timedelta(days=14)
    entry = AccountEntry(
        entry_id=f"seed-{person.serial}",
        person_id=person.person_id,
        purse=person.top_up,
        welfare=0,
        reason="top_up",
        made_by="seed",
        made_at_ms=int(noon.timestamp() * 1000),
    )
    accounts.book(session, entry)


# --- what the emulators need ----------------------------------------------------------------------------------------


def id_cards(day: date) -> list[IdCard]:
    """Everybody's identity card, of those unknown to the hall as well."""
    return [
        IdCard(
            kind="foreigner_2023" if person.foreigner else "resident",
            label_zh=person.label_zh,
            label_en=person.label_en,
            person_id=person.person_id if person.known else "",
            uid=person.uid,
            fields=_fields(person, day),
        )
        for person in RESIDENTS
    ]


def _fields(person: SampleResident, day: date) -> dict[str, str]:
    fields = {
        "sex": person.sex,
        "birth": f"{person.born(day):%Y%m%d}",
        "number": person.number(day),
        "valid_from": ISSUED if not person.card_ended else "20100101",
        "valid_to": person.card_valid_to,
    }
    if person.foreigner:
        return fields | {"name_latin": person.name[:NAME_CHARACTERS], "country": "XXX"}
    home = {"address": person.address, "issuer": "样本市公安局", "nation": "01"}
    return fields | home | {"name": person.name}


def write_id_cards(path: Path, day: date) -> None:
    """The JSON list that the emulators lay cards down from."""
    listed: list[dict[str, Any]] = [vars(card) for card in id_cards(day)]
    path.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
