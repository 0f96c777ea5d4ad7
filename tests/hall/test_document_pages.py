"""Whoever holds a paper may ask the hall whether it is genuine, and must be told the truth: good, withdrawn, not yet
known, never made, or not this paper. And a job that waits is found at the window without being opened."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import httpx
import pytest

from hall.clock import local_date
from offline_cache.wire import LogRow, RowKind
from tests.contract.conftest import TestHall
from tests.contract.terminals import LUNCH_MS, MINUTE_MS, TestTerminal

NUMBER = "QP01-20260302-0042"
DIGEST = hashlib.sha256(b"what is on paper").hexdigest()
ENGLISH = {"Accept-Language": "en"}
DAY_MS = 24 * 60 * MINUTE_MS


@pytest.fixture
def desk(hall: TestHall) -> TestTerminal:
    return hall.terminal("QP-01", "C3", "query_print")


def signature(desk: TestTerminal, number: str = NUMBER, digest: str = DIGEST) -> str:
    return base64.urlsafe_b64encode(desk.key.sign(f"{number} {digest}".encode())).rstrip(b"=").decode()


def issued(desk: TestTerminal, **changes: Any) -> LogRow:
    number = changes.get("number", NUMBER)
    body = {
        "number": number,
        "person_id": "P1",
        "kind": "social_insurance",
        "title_zh": "社保缴费记录",
        "title_en": "Social insurance payments",
        "medium": "slip",
        "rows": 12,
        "pages": 1,
        "copies": 1,
        "digest": DIGEST,
        "signature": signature(desk, number),
        "as_of_ms": LUNCH_MS,
        **changes,
    }
    return desk.log.add(RowKind.DOCUMENT_ISSUED, body, LUNCH_MS)


def printed(
    desk: TestTerminal, copy_number: int = 1, state: str = "printed", lines: int | None = None
) -> LogRow:
    body = {"number": NUMBER, "copy_number": copy_number, "state": state, "code": "", "lines": lines}
    return desk.log.add(RowKind.DOCUMENT_PRINTED, body, LUNCH_MS + copy_number * MINUTE_MS)


def bound(desk: TestTerminal, pick_up: str = "B 042", minutes: int = 30) -> LogRow:
    body = {
        "number": NUMBER,
        "person_id": "P1",
        "pick_up": pick_up,
        "until_ms": LUNCH_MS + minutes * MINUTE_MS,
    }
    return desk.log.add(RowKind.DOCUMENT_BOUND, body, LUNCH_MS + MINUTE_MS)


def look(hall: TestHall, sign: str, number: str = NUMBER, **headers: str) -> httpx.Response:
    return hall.http.get(f"/v/{number}", params={"s": sign}, headers=headers)


# --- the page -------------------------------------------------------------------------------------------------------


def test_a_good_paper_is_said_to_be_good_with_its_facts(hall: TestHall, desk: TestTerminal) -> None:
    desk.push(issued(desk), printed(desk), printed(desk, 2), printed(desk, 3, "failed", lines=22))
    page = look(hall, signature(desk))
    assert page.status_code == 200
    for fact in ("这份材料是真的", NUMBER, "社保缴费记录", "王＊", "2026年3月2日 11:30", "C3 助餐点", "2 份"):
        assert fact in page.text, fact
    assert "王㛃" not in page.text
    english = look(hall, signature(desk), **ENGLISH).text
    for fact in (
        'lang="en"',
        "This document is genuine",
        "Social insurance payments",
        "2026-03-02 11:30",
        "2 copies",
    ):
        assert fact in english, fact
    assert page.headers["cache-control"] == "no-store"


def test_without_its_signature_a_paper_is_told_nothing_of(hall: TestHall, desk: TestTerminal) -> None:
    desk.push(issued(desk), issued(desk, number="QP01-20260302-0043"))
    another = signature(desk, "QP01-20260302-0043")
    for wrong in (
        "",
        "x",
        another,
        signature(desk)[:-4],
        signature(desk) + "=",
        "é",
        "\x00",
        signature(desk, NUMBER, "0" * 64),
    ):
        page = look(hall, wrong)
        assert (page.status_code, "核对不上" in page.text) == (404, True), wrong
        assert "王" not in page.text
        assert "社保" not in page.text


def test_a_withdrawn_paper_says_so(hall: TestHall, desk: TestTerminal) -> None:
    desk.push(issued(desk))
    revoked = hall.post_twice(f"/v1/documents/{NUMBER}/revocation", {"reason": "wrong year"})
    assert revoked["revoked_at_ms"] == hall.clock.now_ms()
    assert "这份材料已经作废" in look(hall, signature(desk)).text
    assert "withdrawn" in look(hall, signature(desk), **ENGLISH).text
    unknown = hall.post("/v1/documents/QP01-20260302-9999/revocation", {"reason": "x"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "document.unknown")


def test_a_row_that_is_on_its_way_is_awaited_until_its_terminal_has_called_since(
    hall: TestHall, desk: TestTerminal
) -> None:
    assert local_date(hall.clock.now_ms()).isoformat() == "2026-03-02"
    page = look(hall, signature(desk))
    assert page.status_code == 404
    assert "还没有收到" in page.text
    assert "try again later" in look(hall, signature(desk), **ENGLISH).text
    hall.clock.time_ms += 2 * DAY_MS
    assert "还没有收到" in look(hall, signature(desk)).text  # offline since
    desk.fetch_token()
    assert "没有这个编号" in look(hall, signature(desk)).text


def test_numbers_that_nobody_mints_are_unknown(hall: TestHall, desk: TestTerminal) -> None:
    for number in (
        "QP09-20260302-0042",
        "QP01-20260304-0001",  # the day after tomorrow
        "QP01-20261399-0042",
        "nonsense",
        "%00",
        f"{NUMBER}%0A",
        "QP01-٢٠٢٦٠٣٠٢-0042",
    ):
        page = look(hall, signature(desk), number)
        assert (page.status_code, "没有这个编号" in page.text) == (404, True), number


def test_a_terminal_that_was_shut_out_is_not_waited_for(hall: TestHall, desk: TestTerminal) -> None:
    assert hall.post("/v1/terminals/QP-01/revocation").status_code == 204
    assert "没有这个编号" in look(hall, signature(desk)).text


def test_papers_stay_good_when_their_terminal_gets_another_key(hall: TestHall, desk: TestTerminal) -> None:
    desk.push(issued(desk))
    hall.terminal("QP-01", "C3", "query_print")
    assert "这份材料是真的" in look(hall, signature(desk)).text


def test_what_stands_in_a_name_is_never_markup(hall: TestHall, desk: TestTerminal) -> None:
    desk.push(issued(desk, title_zh="<img src=x>", title_en=""))
    for headers in ({}, ENGLISH):
        page = look(hall, signature(desk), **headers)
        assert "&lt;img src=x&gt;" in page.text
        assert "<img" not in page.text


# --- rows that cannot be believed -----------------------------------------------------------------------------------


def test_a_document_that_its_terminal_did_not_sign_is_refused(hall: TestHall, desk: TestTerminal) -> None:
    for changes in (
        {"signature": "x"},
        {"digest": "0" * 64},
        {"signature": signature(desk, "QP01-20260302-0001")},
    ):
        (result,) = desk.push(issued(desk, **changes)).results
        assert (result.result, result.code) == ("refused", "document_issued.signature_wrong"), changes
    misshapen: list[dict[str, Any]] = [{"number": "../../etc"}, {"copies": 0}, {"rows": "many"}]
    for fields in misshapen:
        (result,) = desk.push(issued(desk, **{"signature": "x", **fields})).results
        assert (result.result, result.code) == ("refused", "document_issued.malformed"), fields
    assert hall.get("/v1/documents", number=NUMBER) == []


def test_a_number_belongs_to_whoever_issued_it_first(hall: TestHall, desk: TestTerminal) -> None:
    other = hall.terminal("QP-02", "C7", "query_print")
    desk.push(issued(desk))
    (result,) = other.push(issued(other)).results
    assert (result.result, result.code) == ("refused", "document_issued.number_taken")
    assert desk.push(issued(desk)).results[0].result == "new"  # salvaged: the same once more
    (found,) = hall.get("/v1/documents", number=NUMBER)
    assert found["terminal_id"] == "QP-01"


# --- at the window --------------------------------------------------------------------------------------------------


def test_a_pick_up_number_finds_the_job_and_opens_nothing(hall: TestHall, desk: TestTerminal) -> None:
    hall.clock.time_ms = LUNCH_MS + 2 * MINUTE_MS
    desk.push(issued(desk), printed(desk, 1, "failed", lines=22), bound(desk))
    (job,) = hall.get("/v1/documents", pick_up="B 042")
    assert (job["number"], job["title_zh"], job["revoked_at_ms"]) == (NUMBER, "社保缴费记录", None)
    assert [(each["state"], each["lines"]) for each in job["prints"]] == [("failed", 22)]
    assert [each["pick_up"] for each in job["bound"]] == ["B 042"]
    assert not {"person_id", "digest", "signature"} & job.keys()
    assert "P1" not in str(job)
    assert hall.get("/v1/documents", pick_up="B 043") == []
    hall.clock.time_ms = LUNCH_MS + 30 * MINUTE_MS
    assert hall.get("/v1/documents", pick_up="B 042") == []  # the day's numbers come again
    assert len(hall.get("/v1/documents", number=NUMBER)) == 1


def test_documents_are_for_officers_who_say_which(hall: TestHall, desk: TestTerminal) -> None:
    answer = hall.http.get("/v1/documents", headers=hall.officer)
    assert (answer.status_code, answer.json()["code"]) == (422, "document.query")
    for method, path in (("GET", "/v1/documents"), ("POST", f"/v1/documents/{NUMBER}/revocation")):
        refused = hall.http.request(method, path, headers=desk.headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "role.not_allowed")
