"""The pages as phones show them: Debian's Chromium opens what a hall really serves, in both languages, takes a document
along once, and finds nothing that spills over a narrow screen or runs a script."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest

from hall.clock import local_date
from hall.server import HallServer
from hall.services import feed, identities
from hall.services.feed import Record
from hall.settings import Settings
from hall.state import Hall
from offline_cache.wire import ReferenceKind, Resident, RowKind, Site
from tests.contract.terminals import TestTerminal

CHROMIUM = Path("/usr/bin/chromium")
START_MS = 120_000
DEADLINE_S = 30
NUMBER = "QP01-20260302-0042"
DIGEST = hashlib.sha256(b"what is on paper").hexdigest()
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PHONE = {"width": 360, "height": 640}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]


@dataclass(frozen=True)
class Served:
    url: str
    hall: Hall
    desk: TestTerminal


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A hall on a port of its own, with a terminal that has told of one document."""
    said: Queue[str] = Queue()
    server = HallServer(Settings(database=f"sqlite:///{tmp_path / 'hall.sqlite3'}"), "127.0.0.1", 0, said.put)
    thread = threading.Thread(target=server.run, name="hall", daemon=True)
    thread.start()
    url = said.get(timeout=DEADLINE_S)
    hall: Hall = server.hall
    with httpx.Client(base_url=url, timeout=DEADLINE_S) as http:
        yield Served(url, hall, _desk(hall, http))
    server.should_exit = True
    thread.join(DEADLINE_S)
    assert not thread.is_alive()


def _desk(hall: Hall, http: httpx.Client) -> TestTerminal:
    site = Site(
        site_id="H1", name_zh="和顺社区服务大厅", name_en="Heshun community service hall", operator_id="OP-1",
        tariff_id="plain", areas=[], periods=[], phone="0000",
    )  # fmt: skip
    resident = Resident(person_id="P1", name="赵样本", birth_date="1958-01-01", short_number="1", home=[])
    with hall.database.writing() as session:
        feed.publish(
            session, [Record(ReferenceKind.SITE, "H1", site), Record(ReferenceKind.RESIDENT, "P1", resident)]
        )
        code = identities.invite(session, "QP-01", "H1", "query_print", hall.now_ms())
    desk = TestTerminal(http, code, hall.now_ms)
    body = {
        "number": NUMBER, "person_id": "P1", "kind": "social_insurance", "title_zh": "社保缴费记录",
        "title_en": "Social insurance payments", "medium": "slip", "rows": 12, "pages": 1, "copies": 1, "digest": DIGEST,
        "signature": signature(desk), "as_of_ms": hall.now_ms(),
    }  # fmt: skip
    desk.push(desk.log.add(RowKind.DOCUMENT_ISSUED, body))
    return desk


def signature(desk: TestTerminal) -> str:
    return base64.urlsafe_b64encode(desk.key.sign(f"{NUMBER} {DIGEST}".encode())).rstrip(b"=").decode()


def day_of(hall: Hall) -> str:
    return f"{local_date(hall.now_ms()):%Y%m%d}"


def handed_off(desk: TestTerminal) -> str:
    handed = {
        "sort": "record", "title_zh": "社保缴费记录", "title_en": "Social insurance payments",
        "pdf_base64": base64.b64encode(PDF).decode(),
    }  # fmt: skip
    answer = desk.http.post("/v1/hand-offs", json=handed, headers=desk.headers)
    url: str = answer.raise_for_status().json()["url"]
    return url


class Phone:
    """A browser of its own, as wide as a small phone. `complaints` are what its console said."""

    def __init__(self, browser: Any, locale: str) -> None:
        self._context = browser.new_context(viewport=PHONE, locale=locale)
        self.page = self._context.new_page()
        self.page.set_default_timeout(DEADLINE_S * 1000)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._said)

    def _said(self, said: Any) -> None:
        # That a page answered 403, 404 or 410 is no fault of it.
        if said.type == "error" and "the server responded with a status of" not in said.text:
            self.complaints.append(said.text)

    def open(self, url: str) -> str:
        """The headline. The page fits the width of the screen, and its buttons are as large as a thumb."""
        self.page.goto(url)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(overflow) <= 0
        for button in self.page.locator("a.button").all():
            assert button.bounding_box()["height"] >= 48
        return str(self.page.locator("h1").inner_text())

    def fact(self, label: str) -> str:
        return str(self.page.locator("dl div", has_text=label).locator("dd").inner_text())


@pytest.fixture
def phones() -> Iterator[Any]:
    """Makes phones: `phones(locale)`."""
    from playwright.sync_api import sync_playwright

    made: list[Phone] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox"], timeout=START_MS
        )

        def make(locale: str) -> Phone:
            made.append(Phone(browser, locale))
            return made[-1]

        yield make
        browser.close()
    assert [phone.complaints for phone in made] == [[] for _ in made]


def test_one_phone_takes_the_document_along_and_the_next_finds_it_taken(served: Served, phones: Any) -> None:
    url = handed_off(served.desk)
    assert url.startswith(f"{served.url}/h/")
    first, second = phones("zh-CN"), phones("en-GB")
    assert first.open(url) == "社保缴费记录"
    assert first.page.locator("html").get_attribute("lang") == "zh-CN"
    with first.page.expect_download() as download:
        first.page.get_by_role("link", name="保存到手机").click()
    assert download.value.suggested_filename == "document.pdf"
    assert Path(download.value.path()).read_bytes() == PDF
    assert second.open(url) == "Another phone has opened this"
    assert second.page.locator("a").count() == 0
    assert first.open(url) == "社保缴费记录"
    assert first.page.evaluate("document.cookie") == ""  # no script could read it
    other = handed_off(served.desk)
    assert second.open(other) == "Social insurance payments"
    assert second.open(f"{served.url}/h/nothing") == "This document is no longer here"


def test_a_paper_is_verified_in_the_phone_s_language(served: Served, phones: Any) -> None:
    address = f"{served.url}/v/{NUMBER}?s={signature(served.desk)}"
    chinese, english = phones("zh-CN"), phones("en-US")
    assert chinese.open(address) == "这份材料是真的"
    assert (chinese.fact("姓名"), chinese.fact("打印地点")) == ("赵＊", "和顺社区服务大厅")
    assert chinese.fact("编号") == NUMBER
    assert english.open(address) == "This document is genuine"
    assert english.fact("Issued at") == "Heshun community service hall"
    assert english.open(address[:-6]) == "The signature does not match"
    assert chinese.open(f"{served.url}/v/QP01-{day_of(served.hall)}-9999?s=x") == "还没有收到这份材料的记录"
    assert chinese.open(f"{served.url}/v/QP77-20260302-0001?s=x") == "没有这个编号"
    with served.hall.database.writing() as session:
        officer = identities.appoint(session, "window 1", served.hall.now_ms())
    revocation = served.desk.http.post(
        f"/v1/documents/{NUMBER}/revocation",
        json={"reason": "x"},
        headers={"Authorization": f"Bearer {officer}"},
    )
    assert revocation.status_code == 200
    assert chinese.open(address) == "这份材料已经作废"
    # The style came with the page, and its policy let it in: the headline stands on its tinted ground.
    tint = chinese.page.locator(".state").evaluate("element => getComputedStyle(element).backgroundColor")
    assert tint == "rgb(251, 228, 224)"
