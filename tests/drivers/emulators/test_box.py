"""Journeys and the panel work the devices through the box: each route must do to the device what its name says."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from PIL import Image

from drivers.base import CardReader, CardReading, CardSeen, CardUnreadable, DeviceGone, PrintState
from drivers.cards.numbers import em4100_card
from drivers.emulators import box as box_module
from drivers.emulators.box import ACTIONS, Box, BoxServer
from drivers.emulators.client import BoxClient, BoxRefused
from drivers.kinds import Surroundings
from drivers.printers.slip import Slip, Title
from drivers.registry import make_printer, make_reader

UID = "01001293d8"
CARDS = [
    {"uid": UID, "label_zh": "孙＊", "label_en": "Sun", "kind": "resident"},
    {"uid": "00deadbeef", "label_zh": "陌生卡", "label_en": "Unknown", "kind": "unknown"},
]
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    cards = tmp_path / "cards.json"
    cards.write_text(json.dumps(CARDS, ensure_ascii=False), encoding="utf-8")
    box = Box(tmp_path / "state", NOWHERE, cards)
    yield box
    box.close()


@pytest.fixture
def server(box: Box) -> Iterator[BoxServer]:
    server = BoxServer(box)
    yield server
    server.close()


@pytest.fixture
def client(server: BoxServer) -> Iterator[BoxClient]:
    with BoxClient(server.url) as client:
        yield client


@pytest.fixture
def reader(box: Box) -> Iterator[CardReader]:
    reader = make_reader("em4100_serial", {"port": box.reader.path}, Surroundings(known=lambda card: True))
    reader.open()
    yield reader
    reader.close()


def next_reading(reader: CardReader) -> CardReading:
    reading = reader.read(5.0)
    assert reading is not None
    return reading


def test_a_tap_reaches_the_driver(client: BoxClient, reader: CardReader) -> None:
    stamp_ns = client.tap(UID, hold_s=0.05)
    seen = next_reading(reader)
    assert isinstance(seen, CardSeen)
    assert seen.card == em4100_card(UID)
    assert abs(seen.stamp_ns - stamp_ns) < 2_000_000_000


def test_a_card_rests_until_it_is_lifted(client: BoxClient, reader: CardReader) -> None:
    client.do("/reader/rest", uid=UID)
    assert isinstance(next_reading(reader), CardSeen)
    assert client.state()["reader"]["resting"] == UID.upper()
    client.do("/reader/lift")
    assert client.state()["reader"]["resting"] is None


@pytest.mark.parametrize(
    ("route", "body", "code"),
    [
        ("/reader/half_frame", {"uid": UID}, "card.torn"),
        ("/reader/bad_checksum", {"uid": UID}, "card.checksum"),
        ("/reader/noise", {"hex": "FF7E00"}, "card.noise"),
    ],
)
def test_trouble_on_the_line(
    client: BoxClient, reader: CardReader, route: str, body: dict[str, object], code: str
) -> None:
    client.do(route, **body)
    assert next_reading(reader) == CardUnreadable(code)


def test_the_reader_is_unplugged_and_plugged(client: BoxClient, reader: CardReader) -> None:
    client.do("/reader/unplug")
    with pytest.raises(DeviceGone):
        reader.read(5.0)
    assert client.state()["reader"]["plugged"] is False
    client.do("/reader/plug")
    reader.open()


def test_the_printer_prints_and_runs_out_of_paper(client: BoxClient, box: Box) -> None:
    host, port = box.printer.address
    printer = make_printer("escpos_tcp", {"host": host, "port": port})
    assert printer.print(Slip(parts=(Title("请取餐"),)), "job-1").state is PrintState.PRINTED
    assert client.page_count() == 1
    picture = Image.open(io.BytesIO(client.page_png(1)))
    assert picture.width >= 384
    with pytest.raises(BoxRefused, match="a slip from 1 to 1"):
        client.page_png(2)
    client.do("/printer/paper_out", at_line=0)
    assert printer.probe().code == "printer.paper_out"
    client.do("/printer/refill")
    assert printer.probe().code == ""
    client.do("/printer/cover_open")
    assert printer.probe().code == "printer.cover_open"
    client.do("/printer/cover_close")
    client.do("/printer/mute", on=True)
    assert printer.probe().code == "printer.silent"


def test_the_network_is_cut_and_restored(client: BoxClient, box: Box) -> None:
    client.do("/network/cut")
    assert client.state()["network"]["mode"] == "cut"
    client.do("/network/answer", status=500, content_type="text/html", body="<html>")
    answer = requests.get(box.network.url, timeout=5)
    assert (answer.status_code, answer.text) == (500, "<html>")
    client.do("/network/lose_next_reply")
    assert client.state()["network"]["losing"] is True
    client.do("/network/swallow")
    client.do("/network/restore")
    assert client.state()["network"]["mode"] == "open"


def test_the_clock_moves(client: BoxClient, box: Box) -> None:
    boot_id = box.clock.boot_id()
    assert client.do("/clock/set", wall_ms=1_700_000_000_000)["wall_ms"] - 1_700_000_000_000 < 5_000
    assert client.do("/clock/shift", ms=-3_600_000)["wall_ms"] < 1_700_000_000_000
    before_ms = box.clock.monotonic_ms()
    client.do("/clock/advance", ms=60_000)
    assert box.clock.monotonic_ms() >= before_ms + 60_000
    assert client.do("/clock/reboot")["boot_id"] != boot_id


def test_every_route_is_obeyed_and_documented(client: BoxClient) -> None:
    bodies = {"uid": UID, "hex": "00", "ms": 0, "wall_ms": 1_700_000_000_000, "status": 500}
    for route in ACTIONS:
        client.do(route, **bodies)
        assert route in str(box_module.__doc__)


@pytest.mark.parametrize(
    ("route", "body", "expected"),
    [
        ("/reader/tap", {}, "uid"),
        ("/reader/tap", {"uid": "01"}, "ten hex digits"),
        ("/reader/tap", {"uid": "xx001293d8"}, "hex digits"),
        ("/reader/tap", {"uid": UID, "hold_s": -1}, "not negative"),
        ("/reader/tap", {"uid": UID, "hold_s": "long"}, "hold_s"),
        ("/printer/paper_out", {"at_line": True}, "whole number"),
        ("/clock/advance", {"ms": -5}, "forwards"),
        ("/network/answer", {"status": 999}, "999"),
        ("/reader/eat", {}, "box.unknown_route"),
    ],
)
def test_a_wrong_request_is_refused_with_a_reason(
    client: BoxClient, route: str, body: dict[str, object], expected: str
) -> None:
    with pytest.raises(BoxRefused, match=expected):
        client.do(route, **body)


def test_a_page_from_elsewhere_cannot_work_the_devices(server: BoxServer) -> None:
    url = server.url + "reader/lift"
    assert requests.post(url, json={}, headers={"Host": "evil.example"}, timeout=5).status_code == 403
    assert requests.post(url, data={"a": "b"}, timeout=5).status_code == 400
    assert (
        requests.post(
            url, data="no json", headers={"Content-Type": "application/json"}, timeout=5
        ).status_code
        == 400
    )
    assert requests.get(server.url + "nothing", timeout=5).status_code == 404


def test_a_cards_file_of_something_else_is_refused(tmp_path: Path) -> None:
    cards = tmp_path / "cards.json"
    cards.write_text('{"uid": 1}')
    with pytest.raises(ValueError, match="list of cards"):
        Box(tmp_path / "state", NOWHERE, cards)


def test_the_program_says_its_addresses_and_ends_on_sigterm(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "drivers.emulators", "--state", str(tmp_path / "s"), "--hall", NOWHERE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        said = json.loads(program.stdout.readline())
        with BoxClient(said["panel"]) as client:
            assert client.state()["network"]["url"] == said["hall"]
        assert Path(said["reader"]).exists()
        assert Path(said["clock"]).exists()
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
    assert not Path(said["reader"]).is_symlink()


def test_the_program_says_why_it_cannot_start(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "drivers.emulators", "--state", str(tmp_path), "--hall", NOWHERE]
    missing = subprocess.run(
        [*command, "--cards", str(tmp_path / "none.json")], capture_output=True, text=True, timeout=30
    )
    assert missing.returncode == 2
    assert "none.json" in missing.stderr
