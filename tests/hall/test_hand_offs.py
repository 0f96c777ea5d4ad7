"""A document on its way to a phone is the only thing that the hall serves to anybody: one phone may have it, shortly, and
the database alone gives it to nobody."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from hall.models_residents import HandOff
from hall.services.residents import hand_offs, sweeping
from offline_cache.wire_residents import LARGEST_HAND_OFF
from tests.contract.conftest import TestHall
from tests.contract.terminals import MINUTE_MS, TestTerminal

PDF = b"%PDF-1.7\n" + b"what stood in the record " * 40
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"}
KEPT_MIN = 10


class Phone:
    """A browser of its own on the hall: it keeps the cookie that it is given."""

    def __init__(self, hall: TestHall) -> None:
        self._http = hall.http
        self._cookies: dict[str, str] = {}

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        self._http.cookies.clear()
        held = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        answer = self._http.get(path, headers={**(headers or {}), **({"Cookie": held} if held else {})})
        self._cookies |= dict(answer.cookies)
        self._http.cookies.clear()
        return answer


@pytest.fixture
def desk(hall: TestHall) -> TestTerminal:
    hall.hall.public_url = "https://hall.example"
    return hall.terminal("QP-01", "C3", "query_print")


def send(desk: TestTerminal, pdf: bytes = PDF, **changes: Any) -> httpx.Response:
    handed = {
        "sort": "record",
        "title_zh": "社保缴费记录",
        "title_en": "Social insurance payments",
        "pdf_base64": base64.b64encode(pdf).decode("ascii"),
        **changes,
    }
    return desk.http.post("/v1/hand-offs", json=handed, headers=desk.headers)


def path_of(made: httpx.Response) -> str:
    assert made.status_code == 200, made.text
    url: str = made.json()["url"]
    assert url.startswith("https://hall.example/h/")
    return url.removeprefix("https://hall.example")


def test_the_phone_that_opens_it_takes_it_along(hall: TestHall, desk: TestTerminal) -> None:
    made = send(desk)
    assert made.json()["expires_at_ms"] == hall.clock.now_ms() + KEPT_MIN * MINUTE_MS
    path, phone = path_of(made), Phone(hall)
    page = phone.get(path)
    assert page.status_code == 200
    assert "社保缴费记录" in page.text
    assert f'href="{path}/document"' in page.text
    document = phone.get(f"{path}/document")
    assert (document.content, document.headers["content-type"]) == (PDF, "application/pdf")
    assert document.headers["content-disposition"] == 'attachment; filename="document.pdf"'
    assert phone.get(path).status_code == 200  # looked at once more


def test_a_second_phone_finds_it_taken(hall: TestHall, desk: TestTerminal) -> None:
    path, first, second = path_of(send(desk)), Phone(hall), Phone(hall)
    first.get(path)
    for late in (second.get(path), second.get(f"{path}/document")):
        assert late.status_code == 403
        assert "另一部手机已经打开过" in late.text
        assert "社保" not in late.text
        assert "set-cookie" not in late.headers
    assert first.get(f"{path}/document").content == PDF


def test_the_document_alone_opens_for_nobody(hall: TestHall, desk: TestTerminal) -> None:
    path, hasty = path_of(send(desk)), Phone(hall)
    assert hasty.get(f"{path}/document").status_code == 403
    forged = hasty.get(f"{path}/document", {"Cookie": "hand_off=guess"})
    assert forged.status_code == 403
    assert hasty.get(path).status_code == 200  # nobody has opened it yet


def test_what_nobody_opens_is_gone_after_ten_minutes(hall: TestHall, desk: TestTerminal) -> None:
    path = path_of(send(desk))
    hall.clock.time_ms += KEPT_MIN * MINUTE_MS
    late = Phone(hall).get(path)
    assert late.status_code == 410
    assert "已经不在这里了" in late.text
    assert Phone(hall).get(path, ENGLISH).text.count("no longer here") == 2  # the title and the headline


def test_what_was_opened_or_fetched_stays_ten_minutes_more_and_no_longer(
    hall: TestHall, desk: TestTerminal
) -> None:
    path, phone = path_of(send(desk)), Phone(hall)
    hall.clock.time_ms += 9 * MINUTE_MS
    phone.get(path)
    hall.clock.time_ms += 9 * MINUTE_MS
    assert phone.get(f"{path}/document").content == PDF
    hall.clock.time_ms += 9 * MINUTE_MS
    assert phone.get(f"{path}/document").content == PDF
    hall.clock.time_ms += MINUTE_MS
    assert phone.get(f"{path}/document").status_code == 410
    assert phone.get(path).status_code == 410


def test_the_sweep_deletes_what_is_over_and_nothing_else(hall: TestHall, desk: TestTerminal) -> None:
    over = path_of(send(desk))
    hall.clock.time_ms += 5 * MINUTE_MS
    kept = path_of(send(desk))
    hall.clock.time_ms += 5 * MINUTE_MS
    sweeping.sweep(hall.hall.database, hall.clock.now_ms())
    with hall.hall.database.reading() as session:
        sealed = [
            each.sealed is not None for each in session.scalars(select(HandOff).order_by(HandOff.made_at_ms))
        ]
    assert sealed == [False, True]
    assert (Phone(hall).get(over).status_code, Phone(hall).get(kept).status_code) == (410, 200)
    sweeping.sweep(hall.hall.database, hall.clock.now_ms() + hand_offs.FORGOTTEN_MS + 20 * MINUTE_MS)
    with hall.hall.database.reading() as session:
        assert session.scalars(select(HandOff)).all() == []


def test_the_database_holds_neither_the_document_nor_the_way_to_it(
    hall: TestHall, desk: TestTerminal
) -> None:
    path, phone = path_of(send(desk)), Phone(hall)
    phone.get(path)
    token = path.removeprefix("/h/")
    with hall.hall.database.reading() as session:
        (kept,) = session.scalars(select(HandOff))
        columns = [getattr(kept, column.key) for column in HandOff.__table__.columns]
    held = b" ".join(each if isinstance(each, bytes) else str(each).encode() for each in columns)
    assert len(kept.sealed or b"") > len(PDF)
    assert b"what stood" not in held
    assert token.encode() not in held
    assert not any(value.encode() in held for value in phone._cookies.values())


def test_pages_tell_nobody_else_and_run_nothing(hall: TestHall, desk: TestTerminal) -> None:
    path = path_of(send(desk, title_zh="<script>alert(1)</script>", title_en=""))
    page = Phone(hall).get(path, ENGLISH)
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text  # an empty English title falls back to the Chinese one
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    cookie = page.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=lax", f"path={path}".lower()))


def test_what_is_no_document_is_not_kept(hall: TestHall, desk: TestTerminal) -> None:
    def refusal(answer: httpx.Response) -> tuple[int, str]:
        return answer.status_code, answer.json()["code"]

    assert refusal(send(desk, b"MZ\x90")) == (422, "hand_off.malformed")
    assert refusal(send(desk, b"")) == (422, "hand_off.malformed")
    assert refusal(send(desk, pdf_base64="!!!!")) == (422, "hand_off.malformed")
    assert refusal(send(desk, pdf_base64="é")) == (422, "hand_off.malformed")
    assert refusal(send(desk, sort="photograph")) == (422, "request.malformed")
    assert refusal(send(desk, b"%PDF-" + bytes(LARGEST_HAND_OFF))) in (
        (413, "hand_off.too_large"),
        (422, "request.malformed"),
    )
    assert send(desk, b"%PDF-" + bytes(LARGEST_HAND_OFF - 5)).status_code == 200
    assert refusal(send(hall.terminal("CT-03"))) == (403, "role.not_allowed")


def test_an_address_that_never_was_is_a_page_too(hall: TestHall) -> None:
    for token in ("nothing", "%00", "é", "x" * 2000):
        answer = Phone(hall).get(f"/h/{token}")
        assert (answer.status_code, answer.headers["content-type"]) == (410, "text/html; charset=utf-8"), (
            token
        )


def test_the_hall_sweeps_by_itself(
    hall: TestHall, desk: TestTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(desk)
    hall.clock.time_ms += KEPT_MIN * MINUTE_MS
    monkeypatch.setattr(sweeping, "EVERY_S", 0.01)

    async def until_swept() -> None:
        sweeps = asyncio.create_task(sweeping.keep_sweeping(hall.hall.database, hall.clock.now_ms))
        async with asyncio.timeout(20):
            while _sealed(hall):
                await asyncio.sleep(0.01)
        sweeps.cancel()

    asyncio.run(until_swept())


def _sealed(hall: TestHall) -> bool:
    with hall.hall.database.reading() as session:
        return session.scalars(select(HandOff.sealed)).one() is not None
