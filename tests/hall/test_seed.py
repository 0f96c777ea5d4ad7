"""The generated town is what demos, journeys and screens stand on: its size, its people and its cards are promised."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hall import seed
from hall.cli import main
from hall.database import Database
from hall.sample_people import DIBAO_SHARE, RARE_NAMES, Generator
from hall.sample_residents import RESIDENTS
from hall.services import feed, identities, kitchen
from offline_cache.wire import (
    Account,
    Card,
    Entitlement,
    Menu,
    OrderCount,
    ReferenceKind,
    Resident,
    Site,
    Staff,
)

START = date(2026, 3, 2)
COMING_TO_THE_HALL = {person.person_id for person in RESIDENTS if person.known}
DINER_BAND = """
id = "xuzhou_jinlonghu"
version = 1
list_price = 1200
bands = [{code = "wulei", from_age = 60, statuses = ["wulei"]}, {code = "age_75", from_age = 75}, {code = "age_60_74", from_age = 60}]
"""


@pytest.fixture(scope="module")
def town(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Database, list[dict[str, Any]], list[dict[str, Any]]]]:
    """A small town, its panel cards, and all its cards."""
    directory = tmp_path_factory.mktemp("town")
    (directory / "tariff.toml").write_text(DINER_BAND, encoding="utf-8")
    url = f"sqlite:///{directory / 'hall.sqlite3'}"
    cards, all_cards = directory / "cards.json", directory / "all.json"
    arguments = ["seed", "--database", url, "--residents", "600", "--days", "4", "--from", START.isoformat()]
    arguments += ["--tariffs", str(directory), "--cards", str(cards), "--all-cards", str(all_cards)]
    assert main(arguments) == 0
    assert main(arguments) == 1  # never a second town on top
    database = Database(url)
    yield database, json.loads(cards.read_text("utf-8")), json.loads(all_cards.read_text("utf-8"))
    database.close()


def records(database: Database, kind: ReferenceKind) -> dict[str, dict[str, Any]]:
    with database.reading() as session:
        return feed.all_of(session, kind)


def test_one_kitchen_nine_canteens_and_a_service_hall(town: Any) -> None:
    sites = [Site.model_validate(each) for each in records(town[0], ReferenceKind.SITE).values()]
    assert [site.site_id for site in sites] == ["K1", *(f"C{at}" for at in range(1, 10)), "H1"]
    assert all(site.tariff_id == "xuzhou_jinlonghu" and site.phone.startswith("0000") for site in sites)
    staff = [Staff.model_validate(each) for each in records(town[0], ReferenceKind.STAFF).values()]
    grid_workers = [each for each in staff if "grid" in each.duties]
    windows = Counter(
        each.site_ids[0] for each in staff if len(each.site_ids) == 1 and each not in grid_workers
    )
    assert windows == {site.site_id: 3 for site in sites}
    assert [each.site_ids for each in grid_workers] == [["H1"], ["H1"]]


def test_people_and_their_records_are_whole(town: Any) -> None:
    residents = {
        id: Resident.model_validate(data) for id, data in records(town[0], ReferenceKind.RESIDENT).items()
    }
    cards = [Card.model_validate(each) for each in records(town[0], ReferenceKind.CARD).values()]
    accounts = {
        id: Account.model_validate(data) for id, data in records(town[0], ReferenceKind.ACCOUNT).items()
    }
    assert len(residents) == 600 + len(COMING_TO_THE_HALL)
    assert (
        residents.keys() == accounts.keys() == {card.person_id for card in cards if card.holder == "resident"}
    )
    assert len({resident.short_number for resident in residents.values()}) == len(residents)
    assert {resident.name for resident in residents.values()} >= set(RARE_NAMES)
    diners = [resident for resident in residents.values() if resident.person_id not in COMING_TO_THE_HALL]
    ages = [START.year - int(resident.birth_date[:4]) for resident in diners]
    assert min(ages) >= 55
    assert max(ages) <= 101
    assert sum(age >= 60 for age in ages) > 0.9 * len(ages)


def test_27_percent_hold_dibao(town: Any) -> None:
    held = [Entitlement.model_validate(each) for each in records(town[0], ReferenceKind.ENTITLEMENT).values()]
    dibao = {each.person_id for each in held if each.status == "dibao" and each.valid_to >= START.isoformat()}
    assert len(dibao) == round(600 * DIBAO_SHARE)
    statuses = {each.status for each in held}
    assert statuses == {"dibao", "wulei", "tekun", "welfare_card", "market", "elder_card"}
    welfare = {each.person_id for each in held if each.status == "welfare_card"}
    accounts = records(town[0], ReferenceKind.ACCOUNT)
    assert {accounts[person]["welfare"] for person in welfare} == {60_000}


def test_panel_cards_open_what_they_say(town: Any) -> None:
    database, panel, everything = town
    with database.writing() as session:
        key = bytes.fromhex(identities.identity(session).card_key)
    known = records(database, ReferenceKind.CARD)
    for card in everything:
        reference = hmac.new(key, f"em4100:{card['uid']}".encode(), hashlib.sha256).hexdigest()
        assert len(bytes.fromhex(card["uid"])) == 5
        assert (reference in known) == (card["kind"] != "unknown")
        if reference in known:
            assert known[reference]["person_id"] == card["person_id"]
    kinds = Counter(card["kind"] for card in panel)
    wanted = {
        "age_60_74",
        "age_75",
        "wulei",
        "tekun",
        "dibao",
        "welfare",
        "market",
        "lapsed",
        "lost",
        "low_balance",
    }
    assert kinds.keys() == wanted | {"other_district", "rare_name", "staff", "technician", "unknown"}
    assert len(panel) <= 30
    assert kinds["rare_name"] == 6
    lost = {card["person_id"] for card in panel if card["kind"] == "lost"}
    assert {known[ref]["state"] for ref in records(database, ReferenceKind.DENY)} == {"lost"}
    assert lost <= {known[ref]["person_id"] for ref in records(database, ReferenceKind.DENY)}


def test_only_staff_have_a_pin_and_it_is_theirs(town: Any) -> None:
    database, _, everything = town
    staff = records(database, ReferenceKind.STAFF)
    pins = {card["person_id"]: card["pin"] for card in everything if "pin" in card}
    assert pins.keys() == staff.keys()
    for staff_id in ("S-C3-1", "S-TECH"):
        salt = bytes.fromhex(staff[staff_id]["pin_salt"])
        hashed = hashlib.scrypt(pins[staff_id].encode("ascii"), salt=salt, n=16_384, r=8, p=1, dklen=32)
        assert hashed.hex() == staff[staff_id]["pin_hash"]


def test_menus_and_orders_cover_the_days(town: Any) -> None:
    database = town[0]
    menus = [Menu.model_validate(each) for each in records(database, ReferenceKind.MENU).values()]
    assert {menu.service_date for menu in menus} == {"2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"}
    assert len(menus) == 4 * 9 * 3
    orders = [
        OrderCount.model_validate(each) for each in records(database, ReferenceKind.ORDER_COUNT).values()
    ]
    assert all(sum(each.by_band.values()) == each.ordered for each in orders)
    with database.reading() as session:
        counts = kitchen.counts(session, START.isoformat())
    today = [each for each in orders if each.service_date == START.isoformat()]
    assert counts.ordered == sum(each.ordered for each in today) > 0
    assert {band for each in counts.counts for band in each.by_band} <= {
        "wulei",
        "age_75",
        "age_60_74",
        "market",
    }


def test_the_same_seed_makes_the_same_people() -> None:
    assert Generator(START).people(300) == Generator(START).people(300)


def test_a_tariff_that_is_not_one(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("id = ", encoding="utf-8")
    with pytest.raises(seed.SeedProblem, match=r"broken\.toml"):
        seed.read_tariffs(tmp_path)
    assert (
        main(["seed", "--database", f"sqlite:///{tmp_path}/x.sqlite3", "--tariffs", str(tmp_path / "none")])
        == 1
    )
