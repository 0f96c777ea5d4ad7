"""What people applied by must not change under them, and terminals must hear of every change and of nothing else: the
catalogue's way into the feed, and a feed whose pages a terminal can swallow."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from hall import cli, seed
from hall.catalogue.whole import shipped
from hall.cli import main
from hall.database import Database
from hall.services import catalogue, feed, objects
from hall.services.catalogue import Contents, VersionProblem
from hall.shapes_applications import ObjectKind
from offline_cache.wire import ReferenceKind
from offline_cache.wire_residents import Lines, Place, PrivacyNotice, RecordKind, Root, Slide
from tests.contract.conftest import TestHall
from tests.contract.terminals import LUNCH_MS, TestTerminal
from tests.hall.offices import NO_LINES, NORM, PLAIN, PROOF

ROOT = Root(
    code="social",
    sort="system",
    order=1,
    title_zh="社会",
    title_en="Social",
    hint_zh="",
    hint_en="",
    icon="x",
)
PLACE = Place(
    place_id="pl-1", site_id="H1", sort="health", title_zh="诊所", title_en="Clinic", address_zh="", address_en="",
    icon="x", metres=200, hours="8-17", phone="0000", steps=NO_LINES,
)  # fmt: skip
SLIDE = Slide(
    slide_id="s-1", order=1, sort="notice", title_zh="通知", title_en="Notice", text_zh="", text_en=""
)
KIND = RecordKind(
    kind="pension",
    title_zh="养老金",
    title_en="Pension",
    hint_zh="",
    hint_en="",
    icon="x",
    purpose="self_query",
)
NOTICE = PrivacyNotice(version=1, lines=Lines(zh=["一"], en=["one"]))
ALL = Contents([ROOT], [PLAIN, PROOF], [NORM], [PLACE], [SLIDE], [KIND], NOTICE)


def publish(hall: TestHall, contents: Contents) -> catalogue.Publication:
    with hall.hall.database.writing() as session:
        return catalogue.publish(session, contents, LUNCH_MS)


def told(terminal: TestTerminal, cursor: int = 0) -> tuple[dict[tuple[str, str], Any], int]:
    page = terminal.pull(cursor, limit=5000)
    kinds = {kind.value for kind in Contents().by_kind()}
    changes = {(each["kind"], each["id"]): each["data"] for each in page["changes"] if each["kind"] in kinds}
    return changes, page["cursor"]


def test_every_kind_reaches_the_terminal_whole(hall: TestHall) -> None:
    publish(hall, ALL)
    changes, _ = told(hall.terminal("QP-01", "C3", "query_print"))
    assert changes == {
        ("root", "social"): ROOT.model_dump(mode="json"),
        ("service_item", "plain"): PLAIN.model_dump(mode="json"),
        ("service_item", "proof"): PROOF.model_dump(mode="json"),
        ("norm", "no-1"): NORM.model_dump(mode="json"),
        ("place", "pl-1"): PLACE.model_dump(mode="json"),
        ("slide", "s-1"): SLIDE.model_dump(mode="json"),
        ("record_kind", "pension"): KIND.model_dump(mode="json"),
        ("privacy_notice", "current"): NOTICE.model_dump(mode="json"),
    }
    assert told(hall.terminal("FD-01", "C3", "front_desk"))[0] == changes
    assert set(told(hall.terminal("SG-01", "C3", "signage"))[0]) == {("slide", "s-1")}
    assert told(hall.terminal("CT-03", "C3", "canteen"))[0] == {}


def test_only_what_has_changed_is_told_again(hall: TestHall) -> None:
    publish(hall, ALL)
    terminal = hall.terminal("QP-01", "C3", "query_print")
    _, cursor = told(terminal)
    assert not any(publish(hall, ALL).changed.values())
    assert told(terminal, cursor) == ({}, cursor)
    newer = PLAIN.model_copy(update={"version": 2, "days": 3})
    moved = PLACE.model_copy(update={"metres": 300})
    outcome = publish(hall, Contents([ROOT], [newer], [NORM], [moved], [SLIDE], [KIND], NOTICE))
    assert (outcome.changed["service_item"], outcome.removed["service_item"]) == (1, 1)
    changes, cursor = told(terminal, cursor)
    assert changes == {
        ("service_item", "plain"): newer.model_dump(mode="json"),
        ("service_item", "proof"): None,
        ("place", "pl-1"): moved.model_dump(mode="json"),
    }
    assert told(terminal, cursor)[0] == {}


@pytest.mark.parametrize(
    "changed",
    [
        Contents(items=[PLAIN.model_copy(update={"days": 3}), PROOF]),
        Contents(norms=[NORM.model_copy(update={"title_zh": "另一个"})]),
        Contents(privacy_notice=NOTICE.model_copy(update={"lines": NO_LINES})),
    ],
)
def test_a_change_needs_a_higher_version(hall: TestHall, changed: Contents) -> None:
    """And nothing is told when anything is refused."""
    publish(hall, ALL)
    terminal = hall.terminal("QP-01", "C3", "query_print")
    before = told(terminal)
    with pytest.raises(VersionProblem, match="has changed but says version 1; give it a version above 1"):
        publish(hall, changed)
    assert told(terminal) == before


def test_a_version_never_comes_back_with_other_words(hall: TestHall) -> None:
    second = PLAIN.model_copy(update={"version": 2, "days": 3})
    for items in ([PLAIN], [second], [], [second]):
        publish(hall, Contents(items=items))
    with pytest.raises(VersionProblem, match="above 2"):
        publish(hall, Contents(items=[PLAIN]))
    publish(hall, Contents())
    with pytest.raises(VersionProblem, match="above 2"):
        publish(hall, Contents(items=[second.model_copy(update={"days": 4})]))
    with hall.hall.database.reading() as session:
        assert catalogue.item(session, "plain", 1) == PLAIN
        assert catalogue.item(session, "plain", 2) == second
        assert catalogue.item(session, "plain", 3) is None
        assert catalogue.norm(session, "plain", 1) is None


def test_a_page_ends_before_it_is_too_much_to_swallow(hall: TestHall) -> None:
    picture = "A" * (1024 * 1024)
    slides = [SLIDE.model_copy(update={"slide_id": f"s-{at}", "picture": picture}) for at in range(9)]
    huge = SLIDE.model_copy(update={"slide_id": "s-huge", "picture": "A" * (feed.LARGEST_PAGE + 1)})
    publish(hall, Contents(slides=[*slides, huge]))
    terminal = hall.terminal("SG-01", "C3", "signage")
    seen: list[str] = []
    cursor, more = 0, True
    while more:
        page = terminal.pull(cursor)
        kinds = [each["id"] for each in page["changes"] if each["kind"] == "slide"]
        assert len(json.dumps(page)) < feed.LARGEST_PAGE * 1.1 or kinds == ["s-huge"]
        seen += kinds
        cursor, more = page["cursor"], page["more"]
    assert seen == [*(slide.slide_id for slide in slides), "s-huge"]


def test_all_that_ships_fits_a_few_pages(hall: TestHall) -> None:
    contents = shipped()
    publish(hall, contents)
    terminal = hall.terminal("FD-01", "C3", "front_desk")
    seen: set[tuple[str, str]] = set()
    cursor, more, pages = 0, True, 0
    while more:
        page = terminal.pull(cursor)
        seen |= {(each["kind"], each["id"]) for each in page["changes"]}
        cursor, more, pages = page["cursor"], page["more"], pages + 1
    wanted = {(kind.value, id) for kind, shapes in contents.by_kind().items() for id in shapes}
    assert wanted <= seen
    assert pages <= 3
    assert len([item for item in contents.items if item.everywhere]) == 16
    assert len(list(contents.items)) == 270


def test_a_seeded_town_has_the_catalogue_and_its_objects(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'town.sqlite3'}")
    database.migrate()
    seed.sow(database, seed.Town(residents=30, days=2, start=date(2026, 3, 2)))
    with database.reading() as session:
        held = {kind: len(feed.all_of(session, kind)) for kind in Contents().by_kind()}
        assert held == {kind: len(shapes) for kind, shapes in shipped().by_kind().items()}
        counts = {kind: len(objects.newest_of(session, kind, "", 1000)) for kind in get_args(ObjectKind)}
        residents = feed.all_of(session, ReferenceKind.RESIDENT)
        sites = feed.all_of(session, ReferenceKind.SITE)
    assert (counts["resident"], counts["place"], counts["matter"]) == (len(residents), len(sites), 0)
    assert min(counts[kind] for kind in ("facility", "situation", "organisation")) > 0
    database.close()


def test_the_command_tells_what_it_told_and_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'hall.sqlite3'}"
    assert main(["publish-catalogue", "--database", url]) == 0
    assert "service_item: 270 told, 0 removed" in capsys.readouterr().out
    assert main(["publish-catalogue", "--database", url]) == 0
    assert "service_item: 0 told, 0 removed" in capsys.readouterr().out
    whole = shipped()
    items = [item.model_copy(update={"days": item.days + 1}) for item in list(whole.items)[:1]]
    monkeypatch.setattr(cli, "shipped", lambda: Contents(items=items))
    assert main(["publish-catalogue", "--database", url]) == 1
    assert f"{items[0].code} has changed but says version" in capsys.readouterr().out
    database = Database(url)
    with database.reading() as session:
        assert len(feed.all_of(session, ReferenceKind.SERVICE_ITEM)) == 270
    database.close()
