"""What the desk answers from its own disk, and that a session which is over leaves nothing behind."""

from __future__ import annotations

import base64
import gc
import json
import os
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.base import Camera
from drivers.emulators.camera import EmulatedCamera
from drivers.registry import make
from kiosk import commands_resident as wishes
from kiosk.events import CardHolder
from kiosk.events_resident import (
    CameraTold,
    DocumentRefused,
    HandOffReady,
    HandOffRefused,
    HourChanged,
    ItemGone,
    ItemsTold,
    ItemTold,
    KnownTold,
    PaperKept,
    PaperRefused,
    PlacesTold,
    RecordKindsTold,
    RecordTold,
    RootsTold,
    SessionWiped,
    SlidesTold,
    SubmitRefused,
    Submitted,
)
from kiosk.services.devices import DeviceThread, look_after
from kiosk.services.pictures import PictureSeen
from kiosk.services.residents.camera import as_jpeg
from kiosk.services.residents.printable import Holder, RecordSource
from offline_cache import blobs
from offline_cache.reference_residents import ResidentReference
from offline_cache.wire_residents import LARGEST_PAPER, Place, RecordPage, ServiceItem
from tests.kiosk.residents.resident_world import ResidentWorld, ServedHall, sample
from tests.kiosk.residents.test_applications import STROKES, filled, items

TOP = Path(__file__).parents[3]


def listed(world: ResidentWorld, **narrowed: object) -> ItemsTold:
    return world.ask(wishes.ListItems(world.ask_id(), **narrowed), ItemsTold)  # type: ignore[arg-type]


# --- lists ------------------------------------------------------------------------------------------------------------


def test_the_catalogue_has_its_numbers(world: ResidentWorld) -> None:
    assert listed(world).count == 270
    assert listed(world, only="window").count == 40
    assert listed(world, only="everywhere").count == 16
    assert listed(world, only="norms").count == 96
    roots = world.ask(wishes.ListRoots(world.ask_id()), RootsTold).roots
    assert [root.sort for root in roots] == ["system"] * 6 + ["category"] * 8
    assert sum(listed(world, root=root.code).count for root in roots[:6]) == 270


def test_pages_of_a_list_do_not_overlap(world: ResidentWorld) -> None:
    seen: list[str] = []
    for first in range(0, 48, 6):
        seen += [item.code for item in listed(world, first=first, most=6).items]
    assert len(set(seen)) == 48
    shown = listed(world, most=300).items
    assert [item.sample for item in shown] == sorted(item.sample for item in shown), "samples come last"


def test_initials_find_what_contains_them_and_soon(world: ResidentWorld) -> None:
    listed(world)
    began = time.monotonic()
    found = listed(world, initials="YY", most=400)
    assert time.monotonic() - began < 0.2
    assert 0 < found.count == len(found.items) < 200
    assert all("yy" in item.initials for item in found.items)
    assert listed(world, initials="qqqqqq").count == 0


def test_an_item_a_norm_and_neither(world: ResidentWorld) -> None:
    item, norm = listed(world, most=1).items[0], listed(world, only="norms", most=1).items[0]
    told = world.ask(wishes.OpenItem(world.ask_id(), item.code), ItemTold)
    assert (told.item, told.norm) == (item, None)
    told = world.ask(wishes.OpenItem(world.ask_id(), norm.code), ItemTold)
    assert told.item is None and told.norm is not None and told.norm.code == norm.code
    assert world.ask(wishes.OpenItem(world.ask_id(), "nothing"), ItemGone).code == "item.gone"


def test_an_elder_walks_slower_and_so_less_far(world: ResidentWorld) -> None:
    def near(*, elder: bool) -> tuple[tuple[Place, int], ...]:
        return world.ask(wishes.ListPlaces(world.ask_id(), "", elder), PlacesTold).places

    adults, elders = near(elder=False), near(elder=True)
    assert adults and {place.place_id for place, _ in elders} <= {place.place_id for place, _ in adults}
    assert all(place.metres <= 1000 and minutes <= 15 for place, minutes in adults)
    assert all(place.metres <= 750 and minutes <= 15 for place, minutes in elders)
    assert [minutes for _, minutes in adults] == sorted(minutes for _, minutes in adults)
    slower = {place.place_id: minutes for place, minutes in elders}
    assert all(slower.get(place.place_id, 99) >= minutes for place, minutes in adults)
    sort = adults[0][0].sort
    only = world.ask(wishes.ListPlaces(world.ask_id(), sort, False), PlacesTold).places
    assert only and {place.sort for place, _ in only} == {sort}


def test_the_playlist_dims_in_the_evening(world: ResidentWorld) -> None:
    def slides() -> SlidesTold:
        return world.ask(wishes.ListSlides(world.ask_id()), SlidesTold)

    assert slides().brightness == 100 and slides().slides
    world.machine.monotonic += 9 * 3_600_000
    assert slides().brightness == 35
    world.machine.monotonic += 12 * 3_600_000
    assert slides().brightness == 100


def test_the_pictures_of_the_playlist_are_shown(world: ResidentWorld) -> None:
    slides = world.ask(wishes.ListSlides(world.ask_id()), SlidesTold).slides
    pictured = [slide.slide_id for slide in slides if slide.picture]
    for slide_id in ("nothing", *pictured):
        world.perform(wishes.ShowSlide(slide_id))
    shown = world.of(PictureSeen)
    assert pictured and [event.slide_id for event in shown] == pictured
    assert all(event.picture.shape[2] == 3 for event in shown)


def png(side: int) -> bytes:
    """A PNG that says to be so many dots wide and high, and holds next to nothing."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(bytes(100))), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("picture", [b"GIF89a", b"\x89PNG", png(60_000)], ids=["other", "cut", "giant"])
def test_a_picture_that_cannot_be_read_is_not_shown(
    world: ResidentWorld, monkeypatch: pytest.MonkeyPatch, picture: bytes
) -> None:
    told = world.ask(wishes.ListSlides(world.ask_id()), SlidesTold).slides[0]
    damaged = told.model_copy(update={"picture": base64.b64encode(picture).decode()})
    monkeypatch.setattr(ResidentReference, "slide", lambda *_: damaged)
    world.perform(wishes.ShowSlide(told.slide_id))
    assert world.of(PictureSeen) == []


def test_the_part_of_the_day_is_said_when_it_changes(world: ResidentWorld) -> None:
    for _ in range(3):
        world.disk.call(world.desk.refresh)
    world.machine.monotonic += 2 * 3_600_000
    world.disk.call(world.desk.refresh)
    assert [event.part for event in world.of(HourChanged)] == ["morning", "noon"]


def test_what_is_known_of_a_person_is_told_to_her_only(world: ResidentWorld) -> None:
    def known(name: str) -> KnownTold:
        return world.ask(wishes.KnownOf(world.ask_id(), sample(name).person_id), KnownTold)

    world.identify("Zhao")
    name, phone, address = known("Zhao").values
    assert name == ("name", "赵样本", "赵＊")
    assert phone == ("phone", sample("Zhao").phone, "*******0101")
    assert address[1] == sample("Zhao").address and address[2].endswith("＊")
    assert known("Sun").values == ()
    world.network.cut()
    assert known("Zhao").values == (name,)


# --- hand-offs and papers -----------------------------------------------------------------------------------------------


def test_a_guide_goes_to_the_phone(world: ResidentWorld) -> None:
    item = listed(world, only="window", most=1).items[0]
    wish = wishes.MakeHandOff(world.ask_id(), "", "guide", item.code, "zh_CN")
    ready = world.ask(wish, HandOffReady)
    assert 0 < ready.seconds <= 3600
    assert item.code not in ready.url and "http" in ready.url
    world.network.cut()
    again = wishes.MakeHandOff(world.ask_id(), "", "guide", item.code, "zh_CN")
    assert world.ask(again, HandOffRefused).code == "hall.unreachable"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "https://hall.example/" + "a" * 5000,
        "https://a b/h",
    ],
    ids=lambda url: url[:20],
)
def test_an_address_that_no_phone_opens_is_no_code(world: ResidentWorld, url: str) -> None:
    item = listed(world, only="window", most=1).items[0]
    world.client.pull(0)
    said = {"hand_off_id": "1", "url": url, "expires_at_ms": world.machine.wall + 60_000}
    answered(world, said)
    wish = wishes.MakeHandOff(world.ask_id(), "", "guide", item.code, "zh_CN")
    assert world.ask(wish, HandOffRefused).code == "hall.wrong_answer"


@pytest.mark.parametrize(
    "wrong",
    [{"address": "长" * 100_000}, {"person_id": sample("Sun").person_id}, {"person_id": ""}],
    ids=["as long as a book", "another person's", "nobody's"],
)
def test_a_wrong_address_is_not_filled_in(world: ResidentWorld, wrong: dict[str, str]) -> None:
    world.identify("Zhao")
    world.client.pull(0)
    person = sample("Zhao")
    right = {
        "person_id": person.person_id,
        "name": "赵样本",
        "phone": person.phone,
        "address": person.address,
    }
    answered(world, right | wrong)
    known = world.ask(wishes.KnownOf(world.ask_id(), sample("Zhao").person_id), KnownTold)
    assert [name for name, _, _ in known.values] == ["name"]


def test_what_only_the_id_card_opens_is_not_printed_again_for_another_card(world: ResidentWorld) -> None:
    """There is no printer here: whoever is let through hears of that."""

    def waits(kind: str) -> str:
        told = world.ask(wishes.AskRecord(world.ask_id(), person, kind, None), RecordTold)
        wish = wishes.IssueDocument(world.ask_id(), person, "record", str(told.ask_id), "slip", 1, "zh_CN")
        source = RecordSource(told.record, Holder("赵＊", ""))
        return world.disk.call(lambda: world.desk._parts.documents._rows.issue(wish, source)).number

    def refused(number: str) -> str:
        return world.ask(wishes.PrintAgain(world.ask_id(), person, number), DocumentRefused).code

    person = sample("Zhao").person_id
    listed = world.ask(wishes.ListRecordKinds(world.ask_id()), RecordKindsTold).kinds
    kinds = {kind.strict: kind.kind for kind in listed if not kind.years}
    world.identify("Zhao")
    strict, plain = waits(kinds[True]), waits(kinds[False])
    for way in ("hall_card", "social_security_card"):
        world.end_session()
        assert [number for number, _, _ in world.identify("Zhao", CardHolder(way)).waiting] == [strict, plain]
        assert (refused(strict), refused(plain)) == ("record.needs_id_card", "printer.none")
    world.identify("Zhao")
    assert refused(strict) == "printer.none"


def answered(world: ResidentWorld, said: dict[str, Any]) -> None:
    """Whatever is asked from now on is answered with this."""
    world.network.answer(200, "application/json", json.dumps(said).encode())


def test_a_record_of_an_earlier_session_cannot_be_taken(world: ResidentWorld) -> None:
    person = world.identify("Zhao").person_id
    record = wishes.AskRecord(world.ask_id(), person, "points", None)
    world.ask(record, RecordTold)
    key = str(record.ask_id)
    world.ask(wishes.MakeHandOff(world.ask_id(), person, "record", key, "en"), HandOffReady)
    world.end_session()
    wish = wishes.MakeHandOff(world.ask_id(), person, "record", key, "en")
    assert world.ask(wish, HandOffRefused).code == "item.gone"


def test_papers_follow_their_row_to_the_hall_and_leave(world: ResidentWorld) -> None:
    world.identify("Zhao")
    item = next(item for item in items(world) if item.signature)
    wish = filled(world, item)
    world.ask(wish, Submitted)
    kept = world.directory / "papers" / "kept"
    assert [path.name for path in kept.iterdir()] == [wish.signature]
    assert world.push() == []
    world.until(lambda: not list(kept.iterdir()))


def test_papers_wait_while_the_hall_is_away_also_over_a_restart(world: ResidentWorld) -> None:
    world.identify("Zhao")
    world.network.cut()
    item = next(item for item in items(world) if item.signature)
    world.ask(filled(world, item), Submitted)
    kept = world.directory / "papers" / "kept"
    world.restart()
    assert len(list(kept.iterdir())) == 1
    world.network.restore()
    assert world.push() == []
    world.until(lambda: not list(kept.iterdir()))


def test_a_paper_that_was_dropped_cannot_be_sent_in(world: ResidentWorld) -> None:
    world.identify("Zhao")
    item = next(item for item in items(world) if item.signature)
    wish = filled(world, item)
    world.perform(wishes.DropPapers((wish.signature,)))
    assert world.ask(wish, SubmitRefused).code == "paper.gone"


def test_papers_that_fill_their_room_stop_the_photographs_and_no_application(
    world: ResidentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.identify("Zhao")
    world.network.cut()
    item = next(item for item in items(world) if item.signature)
    ready = filled(world, item)
    monkeypatch.setattr(blobs, "MOST_BYTES", 1)
    other = wishes.KeepSignature(world.ask_id(), "0,0 1000,1000;0,1000 1000,0")
    assert world.ask(other, PaperRefused).code == "paper.no_room"
    assert world.ask(ready, Submitted).number
    bare = next(item for item in items(world) if not item.signature)
    assert world.ask(filled(world, bare), Submitted).number


def test_a_dot_is_no_signature(world: ResidentWorld) -> None:
    wish = wishes.KeepSignature(world.ask_id(), "500,500")
    assert world.ask(wish, PaperRefused).code == "signature.too_short"


# --- the camera ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def camera(world: ResidentWorld) -> Iterator[EmulatedCamera]:
    emulated = EmulatedCamera(fps=20)

    def made() -> Camera:
        driver = make("camera_http", {"url": emulated.url})
        assert hasattr(driver, "newest")
        return driver  # type: ignore[return-value]

    thread = DeviceThread("camera", made, look_after(), world.publish)
    thread.start()
    world.devices["camera"] = thread
    world.restart()
    yield emulated
    thread.end()
    thread.stop(3.0)
    emulated.close()


def test_pictures_come_until_the_page_is_left(world: ResidentWorld, camera: EmulatedCamera) -> None:
    wish = wishes.OpenCamera(world.ask_id())
    assert world.ask(wish, CameraTold).code == ""
    world.until(lambda: len(world.of(PictureSeen)) >= 3)
    world.perform(wishes.CloseCamera())
    time_to_end = len(world.of(PictureSeen)) + 2
    paper = world.ask(wishes.TakePhotograph(world.ask_id(), "household"), PaperKept)
    assert paper.paper == "household" and 0 < paper.size <= LARGEST_PAPER
    assert len(world.of(PictureSeen)) <= time_to_end


def test_a_photograph_is_nowhere_in_the_clear_and_gone_with_the_session(
    world: ResidentWorld, camera: EmulatedCamera
) -> None:
    world.identify("Zhao")
    kept = world.ask(wishes.TakePhotograph(world.ask_id(), "household"), PaperKept)
    (file,) = (world.directory / "papers" / "taken").iterdir()
    assert file.name == kept.sha256
    assert not file.read_bytes().startswith(b"\xff\xd8\xff")
    world.end_session()
    assert not file.exists()


def test_without_a_camera_it_says_so(world: ResidentWorld) -> None:
    assert world.ask(wishes.OpenCamera(world.ask_id()), CameraTold).code == "camera.none"
    taken = wishes.TakePhotograph(world.ask_id(), "household")
    assert world.ask(taken, PaperRefused).code == "camera.none"


def test_a_covered_lens_and_a_noisy_giant() -> None:
    import numpy

    assert as_jpeg(numpy.full((480, 640, 3), 12, numpy.uint8)).code == "paper.unclear"
    noise = numpy.frombuffer(os.urandom(1500 * 2000 * 3), numpy.uint8).reshape(1500, 2000, 3)
    photograph = as_jpeg(noise)
    assert photograph.code == "" and 0 < len(photograph.content) <= LARGEST_PAPER
    assert "content" not in repr(photograph)


# --- the end ------------------------------------------------------------------------------------------------------------


def test_a_session_that_is_over_leaves_nothing(world: ResidentWorld) -> None:
    person = world.identify("Zhao").person_id
    told = world.ask(wishes.AskRecord(world.ask_id(), person, "social_insurance", 2025), RecordTold)
    rows = [list(row) for row in told.record.rows]
    assert rows and records_in_memory(rows)
    del told
    world.ask(wishes.KeepSignature(world.ask_id(), STROKES), PaperKept)
    wish = wishes.EndSession(world.ask_id(), "left")
    world.ask(wish, SessionWiped)
    world.said.clear()
    world.until(lambda: not records_in_memory(rows))
    assert list((world.directory / "papers" / "taken").iterdir()) == []
    again = wishes.AskRecord(world.ask_id(), person, "points", None)
    world.perform(again)
    assert type(world.said[-1]).__name__ == "RecordRefused"


def records_in_memory(rows: list[list[str]]) -> list[RecordPage]:
    """Every record in this process that has these rows."""
    gc.collect()
    return [each for each in gc.get_objects() if isinstance(each, RecordPage) and each.rows == rows]


def test_each_role_loads_its_own_services_only() -> None:
    program = (
        "import sys\n"
        "import kiosk.terminal\n"
        "from kiosk.roles import ROLES\n"
        "ROLES[sys.argv[1]].flow(lambda command: None, 'zh_CN')\n"
        "print(*sorted(name for name in sys.modules if name.startswith(('kiosk', 'offline_cache'))))\n"
    )

    def loaded(role: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", program, role],
            cwd=TOP,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return set(done.stdout.split())

    canteen, resident = loaded("canteen"), loaded("query_print")
    assert "kiosk.roles.canteen" in canteen and "kiosk.roles.resident" in resident
    assert not {name for name in canteen if "resident" in name} - SHARED
    assert not {"kiosk.roles.canteen", "kiosk.services.canteen", "kiosk.services.meals"} & resident


# A face knows every page that there is.
SHARED = {"kiosk.views_resident"}


def test_the_item_shapes_are_what_the_hall_has(served_hall: ServedHall, world: ResidentWorld) -> None:
    assert all(isinstance(item, ServiceItem) for item in listed(world, most=400).items)
    assert world.reference.skipped == 0
