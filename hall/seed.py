"""`hall seed`: fills an empty database with the generated town, by a fixed seed.

Cards are EM4100 numbers; the hall keeps them only as card_ref, so the numbers themselves, and the PINs of the demo's
staff, are written to the cards files alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hall import sample_objects, sample_people, sample_town, seed_front_desk, seed_residents
from hall.catalogue.load import CatalogueProblem
from hall.catalogue.whole import shipped
from hall.clock import LOCAL_TIME
from hall.database import Database
from hall.models import Account, MealOrder
from hall.sample_people import ORDINARY, Generator, Person
from hall.services import catalogue, feed, identities
from hall.services.feed import Record
from offline_cache.wire import Account as AccountShape
from offline_cache.wire import (
    Card,
    Deny,
    Entitlement,
    Menu,
    OrderCount,
    Period,
    ReferenceKind,
    Resident,
    Site,
    Staff,
    Tariff,
)

__all__ = ["ORDINARY", "PanelCard", "SeedProblem", "Town", "sow", "write_cards"]

RESIDENTS, DAYS = 10_000, 30
SMALL_RESIDENTS, SMALL_DAYS = 300, 3
TARIFFS = Path(__file__).resolve().parent.parent / "kiosk" / "tariffs"
TARIFF = "xuzhou_jinlonghu"
ORDERED_SHARE = {Period.BREAKFAST: 0.02, Period.LUNCH: 0.06, Period.DINNER: 0.03}
MOST_WORTH_TAPPING = ("S-C1-1", "S-C3-1", "S-C7-1", "S-TECH")


class SeedProblem(Exception):
    """The town cannot be made: the sentence says why."""


@dataclass(frozen=True)
class Town:
    """`days` of menus and orders in all, half of them before `start`; `tariff` is the one all canteens use."""

    residents: int = RESIDENTS
    days: int = DAYS
    start: date = date(2026, 1, 1)
    tariffs: Path = TARIFFS
    tariff: str = TARIFF


@dataclass(frozen=True)
class PanelCard:
    """A card for the emulators' panel. `uid` is five bytes in hex; `person_id` empty for a card nobody knows."""

    uid: str
    label_zh: str
    label_en: str
    kind: str
    person_id: str
    pin: str | None = None


def sow(database: Database, town: Town) -> list[PanelCard]:
    """Fill the database. Returns every card. Raises SeedProblem when it holds a town already, or without a tariff."""
    tariffs = read_tariffs(town.tariffs)
    document = next((each.document for each in tariffs if each.tariff_id == town.tariff), None)
    if document is None:
        raise SeedProblem(f"no tariff {town.tariff} in {town.tariffs}")
    generator = Generator(town.start)
    people = generator.people(town.residents)
    with database.writing() as session:
        if feed.all_of(session, ReferenceKind.SITE):
            raise SeedProblem("this database holds a town already")
        card_key = bytes.fromhex(identities.identity(session).card_key)
        sites = sample_town.sites(town.tariff)
        staff_cards = _sow_places(session, generator, sites, tariffs, card_key)
        _sow_people(session, people, card_key)
        _sow_meals(session, generator.draw, town, sites[1:], people, document)
        staff_cards += _sow_service_hall(session, town, card_key)
        _sow_catalogue(session, town)
        seed_front_desk.sow(session, town.start)
    unknown = PanelCard("00deadbeef", "陌生卡", "a card nobody knows", "unknown", "")
    return [*(_panel_card(person) for person in people), *staff_cards, unknown]


def _sow_catalogue(session: Session, town: Town) -> None:
    """What the hall ships, as if published on the morning of the town's day."""
    start = town.start
    morning_ms = int(datetime(start.year, start.month, start.day, tzinfo=LOCAL_TIME).timestamp() * 1000)
    try:
        catalogue.publish(session, shipped(), morning_ms)
    except CatalogueProblem as problem:
        raise SeedProblem(f"the catalogue cannot be published: {problem}") from problem
    sample_objects.sow(session, morning_ms)


def card_ref(card_key: bytes, uid: str) -> str:
    return hmac.new(card_key, f"em4100:{uid}".encode(), hashlib.sha256).hexdigest()


def read_tariffs(directory: Path) -> list[Tariff]:
    """Every `*.toml` there. Raises SeedProblem for a file that is not a tariff."""
    tariffs = []
    for path in sorted(directory.glob("*.toml")):
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
            tariffs.append(Tariff(tariff_id=document["id"], version=document["version"], document=document))
        except (OSError, ValueError, KeyError) as error:
            raise SeedProblem(f"{path} is not a tariff: {error}") from error
    return tariffs


def write_cards(path: Path, cards: Iterable[PanelCard]) -> None:
    """The JSON list that the emulators' panel reads; only staff have a pin."""
    listed = [{name: value for name, value in asdict(card).items() if value is not None} for card in cards]
    path.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


# --- places and staff -------------------------------------------------------------------------------------------


def _sow_places(
    session: Session, generator: Generator, sites: Sequence[Site], tariffs: Sequence[Tariff], card_key: bytes
) -> list[PanelCard]:
    feed.publish(session, (Record(ReferenceKind.TARIFF, tariff.tariff_id, tariff) for tariff in tariffs))
    feed.publish(session, (Record(ReferenceKind.SITE, site.site_id, site) for site in sites))
    notices = sample_town.notices()
    feed.publish(session, (Record(ReferenceKind.NOTICE, notice.notice_id, notice) for notice in notices))
    return _sow_staff(session, generator, sample_town.staff_plans(), card_key)


def _sow_service_hall(session: Session, town: Town, card_key: bytes) -> list[PanelCard]:
    """Drawn from a source of its own, so that the canteens' town stays as it was. Returns the cards of its staff."""
    site = seed_residents.site(town.tariff)
    feed.publish(session, [Record(ReferenceKind.SITE, site.site_id, site)])
    generator = Generator(town.start, random.Random(f"service hall {site.site_id}"))
    seed_residents.sow_residents(session, town.start, partial(card_ref, card_key))
    plans = [*seed_residents.staff_plans(), *seed_front_desk.staff_plans()]
    return _sow_staff(session, generator, plans, card_key)


def _sow_staff(
    session: Session, generator: Generator, plans: Sequence[sample_town.StaffPlan], card_key: bytes
) -> list[PanelCard]:
    cards = [_staff_card(generator.draw, plan) for plan in plans]
    for plan, card in zip(plans, cards, strict=True):
        feed.publish(session, _staff_records(generator, plan, card, card_key))
    return cards


def _staff_card(draw: random.Random, plan: sample_town.StaffPlan) -> PanelCard:
    kind = "technician" if "technician" in plan.duties else "staff"
    shown = kind if plan.staff_id in MOST_WORTH_TAPPING else ORDINARY
    uid, pin = f"{draw.getrandbits(40):010x}", f"{draw.randrange(1_000_000):06d}"
    return PanelCard(uid, plan.label_zh, plan.label_en, shown, plan.staff_id, pin)


def _staff_records(
    generator: Generator, plan: sample_town.StaffPlan, card: PanelCard, card_key: bytes
) -> Iterator[Record]:
    salt = generator.draw.randbytes(16)
    reference = card_ref(card_key, card.uid)
    scope = plan.site_ids[0] if len(plan.site_ids) == 1 else None
    staff = Staff(
        staff_id=plan.staff_id,
        name=generator.draw.choice(sample_people.SURNAMES) + generator.draw.choice(sample_people.GIVEN),
        card_ref=reference,
        pin_salt=salt.hex(),
        pin_hash=sample_people.pin_hash(card.pin or "", salt),
        site_ids=list(plan.site_ids),
        duties=list(plan.duties),
    )
    yield Record(ReferenceKind.STAFF, staff.staff_id, staff, scope)
    tail = f"{generator.draw.randrange(10_000):04d}"
    held = Card(card_ref=reference, person_id=staff.staff_id, tail=tail, holder="staff", state="active")
    yield Record(ReferenceKind.CARD, reference, held, scope)


# --- people -----------------------------------------------------------------------------------------------------


def _sow_people(session: Session, people: Sequence[Person], card_key: bytes) -> None:
    references = {person.person_id: card_ref(card_key, person.uid) for person in people}
    feed.publish(
        session, (Record(ReferenceKind.RESIDENT, person.person_id, _resident(person)) for person in people)
    )
    feed.publish(session, (_card(person, references[person.person_id]) for person in people))
    lost = (references[person.person_id] for person in people if person.card_state == "lost")
    feed.publish(
        session, (Record(ReferenceKind.DENY, ref, Deny(card_ref=ref, reason="lost")) for ref in lost)
    )
    feed.publish(session, (record for person in people for record in _entitlements(person)))
    session.execute(insert(Account), [_account_row(person) for person in people])
    accounts = (
        AccountShape(person_id=person.person_id, purse=person.purse, welfare=person.welfare)
        for person in people
    )
    feed.publish_accounts(session, accounts)


def _resident(person: Person) -> Resident:
    return Resident(
        person_id=person.person_id,
        name=person.name,
        birth_date=person.birth_date.isoformat(),
        short_number=person.short_number,
        home=list(person.home),
        card_tail=person.tail,
    )


def _card(person: Person, reference: str) -> Record:
    state = {"person_id": person.person_id, "tail": person.tail, "state": person.card_state}
    return Record(ReferenceKind.CARD, reference, Card.model_validate({"card_ref": reference, **state}))


def _entitlements(person: Person) -> Iterator[Record]:
    for status, valid_from, valid_to in person.statuses:
        id = f"{person.person_id}/{status}"
        held = Entitlement(
            entitlement_id=id,
            person_id=person.person_id,
            status=status,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        yield Record(ReferenceKind.ENTITLEMENT, id, held)


def _account_row(person: Person) -> dict[str, Any]:
    purse, welfare = person.purse, person.welfare
    return {
        "person_id": person.person_id, "purse_opened": purse, "welfare_opened": welfare, "purse": purse, "welfare": welfare
    }  # fmt: skip


def _panel_card(person: Person) -> PanelCard:
    label_zh = person.label_zh or f"{person.name[0]}* {person.tail}"
    label_en = person.label_en or f"resident, card {person.tail}"
    return PanelCard(person.uid, label_zh, label_en, person.kind, person.person_id)


# --- menus and orders -------------------------------------------------------------------------------------------


def _sow_meals(
    session: Session,
    draw: random.Random,
    town: Town,
    canteens: Sequence[Site],
    people: Sequence[Person],
    document: dict[str, Any],
) -> None:
    first = town.start - timedelta(days=town.days // 2)
    dates = [(first + timedelta(days=day)).isoformat() for day in range(town.days)]
    bands = {person.person_id: band_of(person, town.start, document) for person in people}
    menus: list[Record] = []
    counts: list[Record] = []
    orders: list[dict[str, str]] = []
    for service_date, period in product(dates, Period):
        dishes = sample_town.dishes(draw, period)  # one kitchen cooks for all
        diners = draw.sample(people, round(len(people) * ORDERED_SHARE[period]))
        for at, site in enumerate(canteens):
            menu = Menu(site_id=site.site_id, service_date=service_date, period=period, dishes=dishes)
            menus.append(_at_site(ReferenceKind.MENU, menu))
            here = [bands[person.person_id] for person in diners[at :: len(canteens)]]
            by_band = {band: here.count(band) for band in sorted(set(here))}
            ordered = OrderCount(
                site_id=site.site_id,
                service_date=service_date,
                period=period,
                ordered=len(here),
                by_band=by_band,
            )
            counts.append(_at_site(ReferenceKind.ORDER_COUNT, ordered))
            orders += [
                {
                    "person_id": person.person_id,
                    "service_date": service_date,
                    "period": period.value,
                    "site_id": site.site_id,
                    "band": bands[person.person_id],
                }
                for person in diners[at :: len(canteens)]
            ]
    feed.publish(session, menus)
    feed.publish(session, counts)
    if orders:
        session.execute(insert(MealOrder), orders)


def _at_site(kind: ReferenceKind, record: Menu | OrderCount) -> Record:
    id = f"{record.site_id}/{record.service_date}/{record.period.value}"
    return Record(kind, id, record, record.site_id, record.service_date)


def band_of(person: Person, day: date, document: dict[str, Any]) -> str:
    """The code of the first band of the tariff that holds this person, or "market"."""
    born = person.birth_date
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    held = {
        status
        for status, valid_from, valid_to in person.statuses
        if valid_from <= day.isoformat() <= valid_to
    }
    if "market" in held:
        return "market"
    for band in document.get("bands", []):
        old_enough = band.get("from_age", 0) <= age < band.get("to_age", 200)
        if old_enough and (not band.get("statuses") or held & set(band["statuses"])):
            return str(band["code"])
    return "market"
