"""A photographed paper is sent over a poor line: wherever it is cut, the hall ends with the very bytes that were
photographed, or with none, and an application stops waiting exactly when the last one is there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from hall.models_applications import Application, PaperBlob
from hall.services.residents import sweeping
from offline_cache.wire_residents import LARGEST_PAPER, PAPER_PART
from tests.contract.conftest import TestHall
from tests.contract.terminals import LUNCH_MS, TestTerminal
from tests.hall import offices
from tests.hall.offices import PHOTO, SIGNATURE, application, sha256, with_papers

NUMBER = "QP01-20260302-0001"


@pytest.fixture
def desk(hall: TestHall) -> TestTerminal:
    with hall.hall.database.writing() as session:
        offices.publish(session)
    return hall.terminal("QP-01", "H1", "query_print")


def put(terminal: TestTerminal, name: str, offset: int, part: bytes) -> httpx.Response:
    headers = {**terminal.headers, "Content-Type": "application/octet-stream"}
    return terminal.http.put(f"/v1/papers/{name}", params={"offset": offset}, content=part, headers=headers)


def progress(terminal: TestTerminal, name: str) -> dict[str, Any]:
    answer = terminal.http.get(f"/v1/papers/{name}", headers=terminal.headers)
    result: dict[str, Any] = answer.raise_for_status().json()
    return result


def send(terminal: TestTerminal, content: bytes, part: int = PAPER_PART) -> None:
    for offset in range(0, len(content), part):
        put(terminal, sha256(content), offset, content[offset : offset + part]).raise_for_status()


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def state(hall: TestHall, number: str = NUMBER) -> tuple[str, list[str]]:
    seen = hall.get(f"/v1/applications/{number}")
    return seen["state"], seen["papers_missing"]


def parts(content: bytes) -> Iterator[tuple[int, bytes]]:
    return ((offset, content[offset : offset + PAPER_PART]) for offset in range(0, len(content), PAPER_PART))


def test_a_paper_arrives_however_often_its_sending_is_interrupted(hall: TestHall, desk: TestTerminal) -> None:
    """At every part: the reply is lost and the part sent again; the terminal forgets all and begins again from what the
    hall says; it comes too early, and too late."""
    photo = random.Random(3).randbytes(LARGEST_PAPER - 5)
    name = sha256(photo)
    desk.push(with_papers(desk.log, photos=[photo]))
    assert progress(desk, name) == {"sha256": name, "received": 0, "complete": False}
    for offset, part in parts(photo):
        assert progress(desk, name)["received"] == offset
        if offset + PAPER_PART < len(photo):
            assert refusal(put(desk, name, offset + PAPER_PART, part)) == (409, "paper.offset")
        taken = put(desk, name, offset, part).raise_for_status().json()
        assert put(desk, name, offset, part).json() == taken  # the reply was lost
        assert taken["received"] == offset + len(part)
        other = bytes(len(part))
        assert refusal(put(desk, name, offset, other)) == (409, "paper.offset")
    assert progress(desk, name) == {"sha256": name, "received": len(photo), "complete": True}
    path = f"/v1/applications/{NUMBER}/papers/{name}"
    answer = hall.http.get(path, headers=hall.officer)
    assert answer.content == photo
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"
    assert hall.get(f"/v1/applications/{NUMBER}")["history"][-1]["sort"] == "paper_read"


def test_an_application_waits_for_its_last_paper_and_no_longer(hall: TestHall, desk: TestTerminal) -> None:
    desk.push(with_papers(desk.log))
    assert state(hall) == ("papers_awaited", ["permit", "signature"])
    send(desk, SIGNATURE, part=100)
    assert state(hall) == ("papers_awaited", ["permit"])
    hall.clock.time_ms += 1000
    send(desk, PHOTO, part=7)
    assert state(hall) == ("received", [])
    history = hall.get(f"/v1/applications/{NUMBER}")["history"]
    assert [each["value"] for each in history] == ["received", "papers_awaited", "received"]
    assert history[-1]["at_ms"] == hall.clock.time_ms
    newest = [each["data"] for each in desk.pull(limit=5000)["changes"] if each["kind"] == "application"]
    assert [(each["state"], each["papers_missing"]) for each in newest] == [("received", [])]


def test_papers_that_are_there_already_are_not_waited_for(hall: TestHall, desk: TestTerminal) -> None:
    """The same photograph goes with a second application."""
    desk.push(with_papers(desk.log))
    send(desk, SIGNATURE)
    send(desk, PHOTO)
    desk.push(with_papers(desk.log, 2))
    assert state(hall, "QP01-20260302-0002") == ("received", [])


def test_a_required_paper_that_nobody_photographed_comes_to_the_window(
    hall: TestHall, desk: TestTerminal
) -> None:
    desk.push(with_papers(desk.log, photos=[]))
    send(desk, SIGNATURE)
    assert state(hall) == ("papers_awaited", ["permit"])
    answer = hall.post(f"/v1/applications/{NUMBER}/state", {"state": "assigned"})
    assert refusal(answer) == (409, "application.step_skipped")
    hall.post_twice(f"/v1/applications/{NUMBER}/state", {"state": "received", "note": "shown at the window"})
    assert state(hall) == ("received", [])


def test_unsigned_and_unasked_papers_are_flagged(hall: TestHall, desk: TestTerminal) -> None:
    odd = {"paper": "poem", "sha256": sha256(PHOTO), "size": len(PHOTO)}
    desk.push(with_papers(desk.log, papers=[odd], signature=""))
    assert hall.get(f"/v1/applications/{NUMBER}")["flags"] == ["unknown_paper:poem", "unsigned"]


def test_bytes_that_are_not_what_their_name_says_are_dropped(hall: TestHall, desk: TestTerminal) -> None:
    desk.push(with_papers(desk.log))
    name, wrong = sha256(PHOTO), bytes(len(PHOTO))
    put(desk, name, 0, wrong[:100]).raise_for_status()
    assert refusal(put(desk, name, 100, wrong[100:])) == (422, "paper.hash")
    assert progress(desk, name) == {"sha256": name, "received": 0, "complete": False}
    answer = hall.http.get(f"/v1/applications/{NUMBER}/papers/{name}", headers=hall.officer)
    assert refusal(answer) == (404, "paper.not_there_yet")
    send(desk, PHOTO)
    assert progress(desk, name)["complete"]


def test_what_is_no_part_of_a_paper_is_refused(hall: TestHall, desk: TestTerminal) -> None:
    desk.push(with_papers(desk.log))
    name = sha256(PHOTO)
    assert refusal(put(desk, name, 0, PHOTO + b"x")) == (422, "paper.size")
    assert refusal(put(desk, name, 0, b"")) == (422, "paper.part_size")
    assert refusal(put(desk, name, 0, bytes(PAPER_PART + 1))) == (413, "request.too_large")
    assert refusal(put(desk, name, -1, PHOTO)) == (422, "request.malformed")
    assert refusal(put(desk, "short", 0, PHOTO)) == (422, "request.malformed")
    assert progress(desk, name)["received"] == 0


def test_only_papers_that_this_terminal_s_rows_name_are_taken(hall: TestHall, desk: TestTerminal) -> None:
    """Nobody can leave bytes at the hall, nor find out what another terminal has sent."""
    desk.push(with_papers(desk.log), application(desk.log, 2, form={}))
    send(desk, PHOTO)
    other = hall.terminal("QP-02", "H2", "query_print")
    for terminal, name in [(other, sha256(PHOTO)), (desk, sha256(b"never named"))]:
        assert refusal(put(terminal, name, 0, PHOTO)) == (404, "paper.unknown")
        answer = terminal.http.get(f"/v1/papers/{name}", headers=terminal.headers)
        assert refusal(answer) == (404, "paper.unknown")
    other.push(with_papers(other.log, number="QP02-20260302-0001"))
    assert progress(other, sha256(PHOTO))["received"] == 0
    answer = hall.http.get(f"/v1/applications/{NUMBER}/papers/{'0' * 64}", headers=hall.officer)
    assert refusal(answer) == (404, "paper.unknown")


def test_papers_of_an_application_that_lost_its_number_are_dropped(
    hall: TestHall, desk: TestTerminal
) -> None:
    desk.push(with_papers(desk.log, at_ms=LUNCH_MS + 1))
    send(desk, PHOTO)
    send(desk, SIGNATURE)
    desk.push(with_papers(desk.log, photos=[b"another photograph"], at_ms=LUNCH_MS))
    with hall.hall.database.reading() as session:
        assert [blob.sha256 for blob in session.scalars(select(PaperBlob))] == [sha256(SIGNATURE)]
    assert state(hall) == ("papers_awaited", ["permit"])


@pytest.mark.parametrize("bad", [{"size": LARGEST_PAPER + 1}, {"size": 0}, {"sha256": "not hex"}])
def test_a_row_cannot_announce_what_is_no_paper(
    hall: TestHall, desk: TestTerminal, bad: dict[str, Any]
) -> None:
    paper = {"paper": "permit", "sha256": sha256(PHOTO), "size": len(PHOTO), **bad}
    answer = desk.push(with_papers(desk.log, papers=[paper]))
    assert answer.results[0].code == "application_submitted.malformed"


@pytest.mark.parametrize(
    ("finished", "kept"), [("done", 0), ("refused", 0), ("fed_back", 0), ("assigned", 2)]
)
def test_papers_go_three_years_after_their_application_was_finished(
    hall: TestHall, desk: TestTerminal, finished: str, kept: int
) -> None:
    desk.push(with_papers(desk.log))
    send(desk, SIGNATURE)
    send(desk, PHOTO)
    with hall.hall.database.writing() as session:
        session.get_one(Application, NUMBER).state = finished
        last_ms = session.get_one(Application, NUMBER).updated_at_ms
    for wait_ms, left in ((sweeping.THREE_YEARS_MS, 2), (sweeping.THREE_YEARS_MS + 1, kept)):
        sweeping.sweep(hall.hall.database, last_ms + wait_ms)
        with hall.hall.database.reading() as session:
            assert len(session.scalars(select(PaperBlob)).all()) == left
