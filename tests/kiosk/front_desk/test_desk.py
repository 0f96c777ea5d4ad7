"""The whole desk beside a real hall: a consent given at one terminal and taken back at another ends at the first, and paper
says so only then. And the desk's own parts: who is signed in, and which of its services hears what."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from hall.services import feed
from kiosk.commands_front_desk import (
    KeepConsent,
    MayAsk,
    NoteVisit,
    OpenPersonCard,
    SignStaff,
    StartEnrolment,
    Withdraw,
)
from kiosk.config import FrontDeskSection, Settings
from kiosk.equipment import Equipment
from kiosk.events import ButtonCalled
from kiosk.events_front_desk import (
    AlarmsTold,
    ArrivalsTold,
    ConsentKept,
    ConsentRefused,
    ConsentStanding,
    EnrolmentEncoded,
    FaceNamed,
    PersonCardTold,
    RecognitionChanged,
    WithdrawalTold,
)
from kiosk.faces.recognition import ASSUMED_STRANGERS, Recognition
from kiosk.services.front_desk.consent_desk import consent_services
from kiosk.services.front_desk.desk import FrontDesk, recognition_of
from kiosk.services.front_desk.templates import Templates
from kiosk.services.residents.desk import ResidentDesk
from kiosk.services.role_services import Papers
from offline_cache.db import DiskFull
from offline_cache.sync import ReferenceChanged
from offline_cache.wire import ReferenceKind, RowKind, Staff
from tests.kiosk.front_desk.face_world import MODEL, PlayedRecognition, vector
from tests.kiosk.residents.resident_world import ResidentWorld, ServedHall, sample


class DeskBesideHall(ResidentWorld):
    """A front desk whose recognition is played; nothing else is. Time stands still, and a withdrawal ends whatever was consented to
    in the same instant: each test that enrols has a person of its own."""

    def __init__(self, directory: Path, hall: ServedHall, role: str = "front_desk") -> None:
        directory.mkdir()
        self.recognition = PlayedRecognition()
        super().__init__(directory, hall, role, self._make_desk)

    def _make_desk(self, papers: Papers) -> FrontDesk:
        self.recognition = PlayedRecognition()
        played: Any = self.recognition
        return FrontDesk(papers, lambda settings, publish: played)

    def hear(self, event: object) -> None:
        self.disk.call(partial(self.desk.hear, event))

    def enrol(self, name: str) -> str:
        """A whole enrolment of a sample resident; the consent's id."""
        who = self.identify(name)
        self.perform(StartEnrolment(900))
        self.hear(EnrolmentEncoded(900, MODEL, (vector(len(name)),)))
        wish = KeepConsent(self.ask_id(), who.person_id, "recognition", 1)
        consent_id = self.ask(wish, ConsentKept).consent_id
        self.end_session()
        return consent_id


def exchange(*worlds: ResidentWorld) -> None:
    """Each terminal sends, then each hears, as its sync would."""
    for world in worlds:
        assert world.push() == []
    for world in worlds:
        world.pull()
        kinds = frozenset({ReferenceKind.CONSENT, ReferenceKind.WITHDRAWAL, ReferenceKind.VISIT})
        world.disk.call(partial(world.desk.hear, ReferenceChanged(kinds)))


def employ(world: ResidentWorld) -> str:
    """A member of the desk's staff, as the hall knows her."""
    staff = Staff(
        staff_id="desk-1",
        name="李某",
        card_ref="f" * 64,
        pin_salt="",
        pin_hash="",
        site_ids=[world.identity.enrolled.site_id],
        duties=["desk"],
    )
    with world.hall.hall.database.writing() as session:
        feed.publish(session, [feed.Record(ReferenceKind.STAFF, staff.staff_id, staff)])
    return staff.staff_id


@pytest.fixture
def desk(hall: ServedHall, tmp_path: Path) -> Iterator[DeskBesideHall]:
    world = DeskBesideHall(tmp_path / "desk", hall)
    yield world
    world.leave()


@pytest.fixture
def query_print(hall: ServedHall, tmp_path: Path) -> Iterator[ResidentWorld]:
    def make(papers: Papers) -> ResidentDesk:
        return ResidentDesk(papers, consent_services)

    (tmp_path / "query").mkdir()
    world = ResidentWorld(tmp_path / "query", hall, make=make)
    yield world
    world.leave()


def test_what_was_given_here_is_taken_back_there_and_deleted_here(
    desk: DeskBesideHall, query_print: ResidentWorld
) -> None:
    consent_id = desk.enrol("Zhao")
    exchange(desk, query_print)
    who = query_print.identify("Zhao")
    standing = query_print.ask(MayAsk(query_print.ask_id(), who.person_id), ConsentStanding)
    assert standing.state == "enrolled"

    wish = Withdraw(query_print.ask_id(), who.person_id, "zh_CN")
    told = query_print.ask(wish, WithdrawalTold)
    assert (told.state, told.waiting) == ("pending", (desk.terminal_id,))
    assert set(desk.recognition.templates) == {consent_id}

    exchange(query_print, desk)
    assert desk.recognition.templates == {}
    exchange(desk, query_print)
    last = query_print.of(WithdrawalTold)[-1]
    assert (last.state, last.number, last.deleted) == ("deleted", told.number, (desk.terminal_id,))


def test_her_way_is_her_session(desk: DeskBesideHall) -> None:
    """Who laid her card down before is not here any more."""
    person_id = desk.identify("Zhao").person_id
    desk.end_session()
    desk.perform(StartEnrolment(900))
    desk.hear(EnrolmentEncoded(900, MODEL, (vector(1),)))
    refused = desk.ask(KeepConsent(901, person_id, "recognition", 1), ConsentRefused)
    assert refused.code == "consent.card_needed"


def test_a_face_is_a_visit_and_a_card_that_the_hall_adds_to(desk: DeskBesideHall) -> None:
    consent_id = desk.enrol("Sun")
    exchange(desk)
    staff_id = employ(desk)
    desk.perform(SignStaff(staff_id, "in"))
    desk.hear(FaceNamed(1, consent_id, 311, 5))
    visit_id = desk.of(ArrivalsTold)[-1].newest
    desk.perform(OpenPersonCard(70, visit_id, staff_id))
    desk.until(lambda: len(desk.of(PersonCardTold)) >= 2)  # from the disk, and from the hall
    first, more = desk.of(PersonCardTold)[:2]
    assert (first.ask_id, more.ask_id) == (70, 70)
    assert first.card.consented and first.card.masked_name == more.card.masked_name == "孙＊"
    exchange(desk)
    looks = [row.body["what"] for row in desk.rows(RowKind.CARD_VIEWED)]
    assert looks == ["card"]


def test_recognition_runs_while_the_desk_does(desk: DeskBesideHall) -> None:
    consent_id = desk.enrol("Qian")
    before = desk.recognition
    desk.restart()
    assert not before.is_running
    assert desk.recognition.is_running and desk.recognition.is_watching
    assert set(desk.recognition.templates) == {consent_id}


def test_each_event_is_heard_once(desk: DeskBesideHall) -> None:
    kinds = desk.desk.hears
    assert len(kinds) == len(set(kinds))
    assert {FaceNamed, EnrolmentEncoded, ReferenceChanged} <= set(kinds)


def test_a_lost_gallery_is_said_as_long_as_it_is_so(desk: DeskBesideHall) -> None:
    desk.enrol("Feng")
    desk.close()
    (path,) = (desk.directory / "faces").glob("gallery.db")
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)
    desk.open()
    assert isinstance(desk.desk, FrontDesk)
    desk.said.clear()
    desk.desk._recognised(RecognitionChanged(""))
    desk.desk._recognised(RecognitionChanged("camera.covered"))
    assert desk.of(RecognitionChanged) == [
        RecognitionChanged("faces.gallery_damaged"),
        RecognitionChanged("camera.covered"),
    ]


def test_a_screen_at_the_door_shows_nobody_to_anybody(hall: ServedHall, tmp_path: Path) -> None:
    door = DeskBesideHall(tmp_path / "door", hall, "visitor")
    try:
        door.perform(NoteVisit(hall.card_of(sample("Zhao"))))
        assert door.of(ArrivalsTold)
        before = len(door.said)
        door.perform(OpenPersonCard(1, door.of(ArrivalsTold)[-1].newest, ""))
        assert door.said[before:] == []
    finally:
        door.leave()


# --- one service's trouble is not the others' -------------------------------------------------------------------------


def refuse(*_: object) -> None:
    raise DiskFull("no room")


def test_what_the_disk_refuses_to_the_gallery_keeps_no_alarm_from_being_passed_on(
    desk: DeskBesideHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(desk.desk, FrontDesk) and desk.desk._consents.templates is not None
    monkeypatch.setattr(desk.desk._consents.templates, "tidy", refuse)
    desk.hear(ButtonCalled("D0035", 8, 1))

    def look() -> None:
        with contextlib.suppress(DiskFull):
            desk.disk.call(desk.desk.refresh)

    for _ in range(61):
        look()
    desk.wait(120)
    look()
    assert [row.body["step"] for row in desk.rows(RowKind.ALARM_STEPPED)] == ["escalated"]


def test_an_alarm_is_heard_of_though_a_template_cannot_be_deleted(
    desk: DeskBesideHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(desk.desk, FrontDesk) and desk.desk._consents.templates is not None
    desk.hear(ButtonCalled("D0035", 8, 1))
    monkeypatch.setattr(desk.desk._consents.templates, "tidy", refuse)
    desk.said.clear()
    with pytest.raises(DiskFull):
        desk.hear(ReferenceChanged(frozenset({ReferenceKind.CONSENT, ReferenceKind.ALARM})))
    assert len(desk.of(AlarmsTold)) == 1


def test_a_desk_begins_with_its_alarms_though_the_disk_refuses_something_else(
    desk: DeskBesideHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.hear(ButtonCalled("D0035", 8, 1))
    desk.close()
    with monkeypatch.context() as patched:
        patched.setattr(Templates, "begin", refuse)
        with pytest.raises(DiskFull):
            desk.open()
    assert [alarm.state for alarm in desk.of(AlarmsTold)[-1].alarms] == ["raised"]
    assert desk.recognition.is_watching


# --- who is signed in ---------------------------------------------------------------------------------------------


def test_whoever_signs_in_takes_the_place_of_who_was(desk: DeskBesideHall) -> None:
    for staff_id, signed, why in (
        ("a", "in", ""),
        ("a", "in", ""),
        ("b", "in", ""),
        ("a", "out", "asked"),
        ("b", "out", "idle"),
    ):
        desk.perform(SignStaff(staff_id, signed, why))
    rows = [
        (row.body["staff_id"], row.body["signed"], row.body["why"]) for row in desk.rows(RowKind.STAFF_SIGNED)
    ]
    assert rows == [("a", "in", ""), ("a", "out", "other"), ("b", "in", ""), ("b", "out", "idle")]


# --- whose camera it is -------------------------------------------------------------------------------------------


def settings(role: str, *, faces: bool = True, camera: bool = True) -> Settings:
    document: dict[str, Any] = {
        "terminal": {
            "id": "FD-01",
            "role": role,
            "environment": "demo",
            "data_dir": "/nowhere",
            "hall_url": "http://127.0.0.1:1",
        },
        "front_desk": {"faces": faces},
    }
    if camera:
        document["devices"] = {"camera": {"kind": "usb_camera", "path": "/dev/video0"}}
    return Settings.model_validate(document)


@pytest.mark.parametrize("role", ["front_desk", "visitor"])
@pytest.mark.parametrize(("faces", "camera"), [(True, True), (False, True), (True, False)])
def test_the_camera_of_a_desk_is_recognitions_or_nobodys(role: str, faces: bool, camera: bool) -> None:
    chosen = settings(role, faces=faces, camera=camera)
    equipment = Equipment(chosen, lambda card: "", lambda card: False, lambda: None, lambda work: None, print)  # type: ignore[arg-type, return-value]
    assert "camera" not in equipment.threads and equipment.device("camera") is None
    made = recognition_of(chosen, print)
    assert isinstance(made, Recognition) == (faces and camera)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({}, ASSUMED_STRANGERS),
        ({"strangers_mean": 0.79, "strangers_deviation": 0.101}, (0.79, 0.101)),
    ],
)
def test_recognition_is_told_how_far_strangers_are_apart_here(
    figures: dict[str, float], expected: tuple[float, float]
) -> None:
    chosen = settings("front_desk")
    section = FrontDeskSection.model_validate(figures)
    made = recognition_of(chosen.model_copy(update={"front_desk": section}), print)
    assert made is not None
    assert made._settings.strangers == expected


@pytest.mark.parametrize("alone", ["strangers_mean", "strangers_deviation"])
def test_one_figure_about_strangers_needs_the_other(alone: str) -> None:
    with pytest.raises(ValidationError, match="together"):
        FrontDeskSection.model_validate({alone: 0.5})


def test_a_residents_camera_stays_hers() -> None:
    equipment = Equipment(
        settings("query_print"),
        lambda card: "",
        lambda card: False,
        lambda: None,  # type: ignore[arg-type, return-value]
        lambda work: None,  # type: ignore[arg-type, return-value]
        print,
    )
    assert equipment.device("camera") is not None
