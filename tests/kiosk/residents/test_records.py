"""A record is told whole or not at all, in time, and every query is written down: with a hall that is there, that is away,
that is late, and that answers nonsense."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import Any, NoReturn

import pytest

from kiosk import commands_resident as wishes
from kiosk.events import CardHolder
from kiosk.events_resident import RecordKindsTold, RecordRefused, RecordTold
from kiosk.services.residents import records
from offline_cache.db import DiskFull
from offline_cache.record_cache import RecordCache
from offline_cache.wire import RowKind
from offline_cache.wire_residents import RecordKind
from tests.kiosk.residents.resident_world import DAY, ResidentWorld, sample


def asked(world: ResidentWorld, name: str, kind: str, year: int | None = None) -> wishes.AskRecord:
    return wishes.AskRecord(world.ask_id(), sample(name).person_id, kind, year)


def told(world: ResidentWorld, name: str, kind: str, year: int | None = None) -> RecordTold:
    return world.ask(asked(world, name, kind, year), RecordTold)


def refused(world: ResidentWorld, name: str, kind: str, year: int | None = None) -> str:
    return world.ask(asked(world, name, kind, year), RecordRefused).code


def kinds(world: ResidentWorld) -> dict[str, RecordKind]:
    listed = world.ask(wishes.ListRecordKinds(world.ask_id()), RecordKindsTold)
    return {kind.kind: kind for kind in listed.kinds}


def written(world: ResidentWorld) -> list[tuple[str, str]]:
    return [(row.body["result"], row.body["source"]) for row in world.rows(RowKind.RECORD_QUERIED)]


def cached_kind(world: ResidentWorld) -> str:
    return next(name for name, kind in kinds(world).items() if kind.cache_s and not kind.strict)


def uncached_kind(world: ResidentWorld) -> str:
    return next(name for name, kind in kinds(world).items() if not kind.cache_s and not kind.strict)


def year_of(world: ResidentWorld, kind: str) -> int | None:
    return 2025 if kinds(world)[kind].years else None


def test_every_kind_is_answered_and_written_down(world: ResidentWorld) -> None:
    world.identify("Zhao")
    for name, kind in kinds(world).items():
        said = told(world, "Zhao", name, 2025 if kind.years else None)
        assert said.record.kind == name
        assert said.cached_at == ""
        assert all(len(row) == len(said.record.columns) for row in said.record.rows)
    assert len(written(world)) == len(kinds(world))
    assert world.push() == []


def test_ten_thousand_rows_come_whole(world: ResidentWorld) -> None:
    world.identify("10,000 rows")
    said = told(world, "10,000 rows", "points")
    assert len(said.record.rows) == said.record.count == 10_000
    assert said.record.next_cursor == ""
    assert len({row[0] for row in said.record.rows}) > 100


def test_no_rows_are_an_answer(world: ResidentWorld) -> None:
    world.identify("no record")
    said = told(world, "no record", "points")
    assert said.record.rows == []
    assert written(world) == [("empty", "hall")]


def test_nothing_is_told_of_somebody_who_is_not_here(world: ResidentWorld) -> None:
    world.identify("Zhao")
    assert refused(world, "Sun", "points") == "record.not_allowed"
    assert refused(world, "Zhao", "no_such_kind") == "record.not_allowed"


def test_a_strict_record_wants_the_id_card_itself(world: ResidentWorld) -> None:
    strict = next(name for name, kind in kinds(world).items() if kind.strict)
    world.identify("Zhao", CardHolder("hall_card"))
    assert refused(world, "Zhao", strict) == "record.needs_id_card"
    world.identify("Zhao")
    assert told(world, "Zhao", strict).record.kind == strict
    world.identify("Zhao", CardHolder("hall_card"))
    assert told(world, "Zhao", strict).record.kind == strict, "her other card takes nothing back"


def test_while_the_hall_is_away_the_cache_answers_where_the_policy_allows(world: ResidentWorld) -> None:
    kept, other = cached_kind(world), uncached_kind(world)
    world.identify("Zhao")
    first = told(world, "Zhao", kept, year_of(world, kept))
    told(world, "Zhao", other, year_of(world, other))
    world.network.cut()
    again = told(world, "Zhao", kept, year_of(world, kept))
    assert again.record.rows == first.record.rows
    assert again.cached_at == "2026-11-20 10:02"
    assert refused(world, "Zhao", other, year_of(world, other)) == "hall.unreachable"
    assert written(world)[2:] == [("ok", "cache"), ("away", "hall")]


def test_what_is_over_its_time_is_not_told(world: ResidentWorld) -> None:
    kept = cached_kind(world)
    world.identify("Zhao")
    told(world, "Zhao", kept, year_of(world, kept))
    world.network.cut()
    world.machine.monotonic += kinds(world)[kept].cache_s * 1000 + 1000
    assert refused(world, "Zhao", kept, year_of(world, kept)) == "hall.unreachable"


def test_a_hall_that_is_known_to_be_away_keeps_nobody_waiting(world: ResidentWorld) -> None:
    kept = cached_kind(world)
    world.identify("Zhao")
    told(world, "Zhao", kept, year_of(world, kept))
    world.network.swallow()
    world.online = False
    began = time.monotonic()
    assert told(world, "Zhao", kept, year_of(world, kept)).cached_at
    assert time.monotonic() - began < 1.0


def test_a_hall_that_never_answers(world: ResidentWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "ANSWER_S", 0.5)
    world.identify("Zhao")
    told(world, "Zhao", "points")
    world.network.swallow()
    began = time.monotonic()
    assert refused(world, "Zhao", uncached_kind(world)) == "hall.silent"
    assert time.monotonic() - began < 3.0


def page(**changes: Any) -> bytes:
    """One row of points, as the hall would say it."""
    said = {
        "kind": "points",
        "person_id": sample("Zhao").person_id,
        "title_zh": "积分",
        "title_en": "Points",
        "columns": [{"label_zh": "金额", "label_en": "Amount", "sort": "money"}],
        "rows": [["1200"]],
        "count": 1,
        "as_of_ms": 0,
    }
    return json.dumps({**said, **changes}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"{}",
        page()[: len(page()) // 2],
        page(kind="pension"),
        page(person_id=sample("Sun").person_id),
        page(person_id=""),
        page(columns=[]),
        page(rows=[["1200", "more"]]),
        page(rows=[["12.00"]]),
        page(total=["1", "2"]),
        page(count=2),
        page(next_cursor="always the same", rows=[], count=0),
        page(unknown_field=1),
        page(rows="1200"),
        page(rows=[[1200]]),
        page(rows=[["１２００"]]),
        page(count="many"),
        page(count=-1),
        page(as_of_ms=10**17),
        page(as_of_ms=-1),
        page(title_zh="积" * 2_000_000),
        page(columns=[{"label_zh": "一", "label_en": "A"}] * 500, rows=[[""] * 500]),
        page(columns=[{"label_zh": "事由", "label_en": "For"}], rows=[["敬" * 2_000_000]]),
        b'{"error": "database is locked"}',
        b'{"code": "record.failed", "message": "..."}',
        b"null",
        b"[" * 100_000,
        b"\xff\xfe",
    ],
    ids=lambda body: repr(body[:24]) + str(len(body)),
)
def test_nonsense_is_not_shown(world: ResidentWorld, body: bytes) -> None:
    world.identify("Zhao")
    told(world, "Zhao", "points")  # the token is fetched
    world.network.answer(200, "application/json", body)
    assert refused(world, "Zhao", "points") == "hall.wrong_answer"
    assert written(world)[-1] == ("away", "hall")


@pytest.mark.parametrize("status", [302, 500, 503, 404, 422])
def test_every_status_ends_in_one_clear_refusal(world: ResidentWorld, status: int) -> None:
    world.identify("Zhao")
    told(world, "Zhao", "points")
    world.network.answer(status, "text/html", b"<html>" * 1000)
    assert refused(world, "Zhao", uncached_kind(world)) in {
        "hall.wrong_answer",
        "hall.busy",
        "hall.refused",
    }


def test_an_answer_that_cannot_be_kept_is_told_all_the_same(
    world: ResidentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise DiskFull("no room")

    monkeypatch.setattr(RecordCache, "keep", full)
    world.identify("Zhao")
    assert told(world, "Zhao", cached_kind(world), year_of(world, cached_kind(world))).record.rows


def test_what_the_nonsense_is_made_of_is_told_as_it_stands(world: ResidentWorld) -> None:
    world.identify("Zhao")
    told(world, "Zhao", "points")
    world.network.answer(200, "application/json", page())
    assert told(world, "Zhao", "points").record.rows == [["1200"]]


def test_too_many_rows_are_said_to_be_too_many(world: ResidentWorld) -> None:
    world.identify("Zhao")
    told(world, "Zhao", "points")
    world.network.answer(200, "application/json", page(count=10_001, next_cursor="more"))
    assert refused(world, "Zhao", "points") == "record.too_long"


def test_an_answer_after_the_session_is_told_to_nobody(world: ResidentWorld) -> None:
    world.identify("Zhao")
    told(world, "Zhao", "points")
    world.network.swallow()
    late = asked(world, "Zhao", "points")
    world.perform(late)
    world.end_session()
    world.network.restore()
    world.identify("Sun")
    began = time.monotonic()
    assert told(world, "Sun", "points").record.kind == "points"
    assert time.monotonic() - began < 2.0, "nobody waits behind the one before"
    world.until(lambda: len(written(world)) >= 2)
    assert not [event for event in world.said if getattr(event, "ask_id", 0) == late.ask_id]


def test_the_cache_names_nobody(world: ResidentWorld) -> None:
    kept = cached_kind(world)
    world.identify("Zhao")
    told(world, "Zhao", kept, year_of(world, kept))
    world.close()
    content = b"".join(path.read_bytes() for path in world.directory.glob("records.db*"))
    world.open()
    assert content
    for text in ("赵", sample("Zhao").person_id, kept, sample("Zhao").number(date.fromisoformat(DAY))):
        assert text.encode() not in content
