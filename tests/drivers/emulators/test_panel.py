"""The panel is how a newcomer meets the terminal: its buttons must reach the devices, and both languages must be there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import CardSeen, PrintState
from drivers.cards.numbers import iso14443a_card
from drivers.emulators.box import CLOCK_NAME, Box, BoxServer
from drivers.emulators.clock import EmulatedClock
from drivers.kinds import Surroundings
from drivers.printers.slip import Slip, Title
from drivers.registry import make_printer, make_reader

CHROMIUM = Path("/usr/bin/chromium")
START_MS = 120_000
CARDS = [
    {"uid": "01001293d8", "label_zh": "孙＊ 82 岁", "label_en": "Sun, 82", "kind": "resident"},
    {"uid": "2900deb30a", "label_zh": "王师傅", "label_en": "Mr Wang", "kind": "staff", "pin": "204816"},
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    cards = tmp_path / "cards.json"
    cards.write_text(json.dumps(CARDS, ensure_ascii=False), encoding="utf-8")
    EmulatedClock(tmp_path / "state" / CLOCK_NAME).shift(7_200_000)  # as a demo that begins at noon
    box = Box(tmp_path / "state", "http://127.0.0.1:9", cards)
    yield box
    box.close()


def test_the_panel_works_the_devices(box: Box) -> None:
    from playwright.sync_api import expect, sync_playwright

    server = BoxServer(box)
    reader = make_reader("em4100_serial", {"port": box.reader.path}, Surroundings(known=lambda card: True))
    reader.open()
    complaints: list[str] = []
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox"], timeout=START_MS
        )
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(server.url)

        page.get_by_role("button", name="孙＊ 82 岁").click()
        assert isinstance(reader.read(10.0), CardSeen)
        expect(page.get_by_text("PIN 204816")).to_be_visible()

        page.get_by_role("button", name="断网").click()
        expect(page.locator("#network-state")).to_have_text("已断")
        page.get_by_role("button", name="恢复", exact=True).click()
        expect(page.locator("#network-state")).to_have_text("畅通")

        host, port = box.printer.address
        printer = make_printer("escpos_tcp", {"host": host, "port": port})
        assert printer.print(Slip(parts=(Title("请取餐"),)), "job-1").state is PrintState.PRINTED
        picture = page.get_by_role("img", name="slip 1")
        expect(picture).to_be_visible()
        assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") >= 384

        page.locator("#out-line").fill("0")
        with page.expect_response("**/printer/paper_out"):
            page.get_by_role("button", name="缺纸，于行").click()
        expect(page.locator("#said")).to_have_text("好了")
        assert printer.probe().code == "printer.paper_out"

        offset_ms = box.clock.state().offset_ms
        page.get_by_role("button", name="拨回 1 小时").click()
        expect(page.locator("#clock-state")).to_have_class("state warm")
        assert box.clock.state().offset_ms == offset_ms - 3_600_000
        page.get_by_role("button", name="对准").click()
        expect(page.locator("#clock-state")).to_have_class("state")
        assert abs(box.clock.state().offset_ms - offset_ms) < 1_000

        page.get_by_role("button", name="拔掉").click()
        expect(page.locator("#reader-state")).to_have_text("已拔掉")
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("button", name="Sun, 82")).to_be_visible()
        expect(page.locator("#reader-state")).to_have_text("unplugged")
        expect(page.get_by_text("模拟设备")).to_be_hidden()
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0
        browser.close()
    reader.close()
    server.close()
    assert complaints == []


def test_the_panel_shows_what_else_is_in_the_box(tmp_path: Path) -> None:
    from playwright.sync_api import expect, sync_playwright

    box = Box(tmp_path, "http://127.0.0.1:9", more=("pn532", "door"))
    server = BoxServer(box)
    reader = make_reader("pn532_serial", {"port": box.more["pn532"].section["port"]})
    reader.open()
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox"], timeout=START_MS
        )
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(30_000)
        page.goto(server.url)
        pn532, door = page.get_by_label("pn532", exact=True), page.get_by_label("door", exact=True)
        expect(door.locator("#door-state")).to_have_text("已连接")
        pn532.get_by_label("pn532 uid").fill("04A1B2C3D4E580")
        pn532.get_by_role("button", name="放上卡片").click()
        seen = reader.read(10.0)
        assert isinstance(seen, CardSeen)
        assert seen.card == iso14443a_card("04A1B2C3D4E580")
        expect(pn532.locator("#pn532-state")).to_have_text("已连接 · 有卡")
        door.get_by_role("button", name="拔掉").click()
        expect(door.locator("#door-state")).to_have_class("state warm")
        page.get_by_role("button", name="English").click()
        expect(door.get_by_role("button", name="Plug in")).to_be_visible()
        expect(page.get_by_text("门禁继电器")).to_be_hidden()
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0
        browser.close()
    reader.close()
    server.close()
    box.close()
