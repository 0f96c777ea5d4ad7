"""A yes has to be somebody's own, a no has to cost nothing and leave nothing behind, and neither may be said and not be so."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.commands_front_desk import KeepConsent, MayAsk, RefuseConsent, TellConsentText
from kiosk.commands_resident import EndSession
from kiosk.events_front_desk import (
    ConsentKept,
    ConsentRefused,
    ConsentStanding,
    ConsentTextTold,
    DeskRefused,
    RecognitionChanged,
)
from kiosk.services.front_desk import consents
from offline_cache.db import DiskFull
from offline_cache.face_gallery import DIRECTORY, FILE_NAME
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import Consent, ConsentText, DeskPerson
from tests.kiosk.canteen_world import card_of
from tests.kiosk.front_desk.face_world import (
    CHILD,
    MODEL,
    MOTHER,
    NOBODY_KNOWS,
    QIAN,
    WU,
    FaceWorld,
    vector,
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FaceWorld]:
    world = FaceWorld(tmp_path)
    yield world
    world.close()


def standing(world: FaceWorld, person_id: str = WU) -> ConsentStanding:
    world.ways[person_id] = "id_card"
    world.perform(MayAsk(1, person_id))
    return world.last(ConsentStanding)


def bodies(world: FaceWorld, kind: RowKind) -> list[dict[str, object]]:
    return [row.body for row in world.rows(kind)]


def text(version: int) -> ConsentText:
    return ConsentText(
        purpose="recognition",
        version=version,
        title_zh="刷脸",
        title_en="Face",
        lead_zh="",
        lead_en="",
        lines=[],
        full_zh=[],
        full_en=[],
    )


# --- yes ----------------------------------------------------------------------------------------------------------


def test_a_yes_is_a_row_a_template_and_matched_from_then_on(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    (body,) = bodies(world, RowKind.CONSENT_GIVEN)
    assert (body["consent_id"], body["person_id"], body["given_by"]) == (consent_id, WU, "self")
    assert (body["purpose"], body["model_id"], body["text_version"]) == ("recognition", MODEL, 1)
    assert world.recognition.templates == {consent_id: (vector(1),)}
    assert world.last(ConsentKept).until == "2027-11-20"
    assert (standing(world).state, standing(world).until) == ("enrolled", "2027-11-20")


def test_it_is_matched_again_after_a_restart(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.restart()
    assert world.recognition.templates == {consent_id: (vector(1),)}
    assert bodies(world, RowKind.TEMPLATE_DELETED) == []
    assert standing(world).state == "enrolled"


def test_no_row_holds_a_number_of_a_face(world: FaceWorld) -> None:
    world.enrol(WU)
    path = world.directory / "export.jsonl"
    world.outbox.export(path)
    rows = path.read_bytes()
    assert b"consent_given" in rows
    for written in (vector(1), vector(1).hex().encode(), base64.b64encode(vector(1))):
        assert written[:32] not in rows


def test_whoever_showed_no_card_cannot_consent(world: FaceWorld) -> None:
    world.poses()
    for way in ("", "phone_code"):
        world.ways[WU] = way
        world.perform(KeepConsent(5, WU, "recognition", 1))
        assert world.last(ConsentRefused) == ConsentRefused(5, "consent.card_needed")
    assert bodies(world, RowKind.CONSENT_GIVEN) == []
    assert world.recognition.templates == {}


def test_without_three_poses_nothing_is_kept(world: FaceWorld) -> None:
    world.ways[WU] = "id_card"
    world.perform(KeepConsent(5, WU, "recognition", 1))
    assert world.last(ConsentRefused) == ConsentRefused(5, "face.time")
    assert bodies(world, RowKind.CONSENT_GIVEN) == []


@pytest.mark.parametrize(
    ("person", "way", "code", "is_held"),
    [
        (CHILD, "id_card", "consent.guardian_needed", True),
        (WU, "phone_code", "consent.card_needed", False),
    ],
)
def test_a_face_whose_consent_is_refused_is_held_for_nobody_but_her_guardian(
    world: FaceWorld, person: str, way: str, code: str, is_held: bool
) -> None:
    world.ways[person] = way
    world.poses()
    world.perform(KeepConsent(5, person, "recognition", 1))
    assert world.last(ConsentRefused) == ConsentRefused(5, code)
    assert world.desk.enrolment is not None
    assert world.desk.enrolment.held() == is_held


def test_poses_are_good_for_one_person_only(world: FaceWorld) -> None:
    world.enrol(WU)
    world.ways[QIAN] = "id_card"
    world.perform(KeepConsent(5, QIAN, "recognition", 1))
    assert world.last(ConsentRefused).code == "face.time"
    assert len(world.recognition.templates) == 1


def test_a_second_enrolment_takes_the_place_of_the_first(world: FaceWorld) -> None:
    first = world.enrol(WU, 1)
    second = world.enrol(WU, 2)
    assert world.recognition.templates == {second: (vector(2),)}
    assert bodies(world, RowKind.TEMPLATE_DELETED) == [{"consent_id": first, "reason": "replaced"}]
    world.restart()
    assert set(world.recognition.templates) == {second}


def test_preferred_help_is_kept_without_a_face(world: FaceWorld) -> None:
    world.ways[WU] = "id_card"
    world.perform(KeepConsent(5, WU, "preferred_help", 1, help=("wheelchair", "large_print", "unheard_of")))
    (body,) = bodies(world, RowKind.CONSENT_GIVEN)
    assert (body["help"], body["model_id"]) == (["large_print", "wheelchair"], "")
    assert standing(world).help == ("large_print", "wheelchair")
    assert standing(world).state == "may_ask"  # each purpose is asked for by itself
    assert world.recognition.templates == {}


def test_the_newest_wishes_count_after_a_year_none(world: FaceWorld) -> None:
    world.ways[WU] = "id_card"
    world.perform(KeepConsent(5, WU, "preferred_help", 1, help=("wheelchair",)))
    world.second()
    world.perform(KeepConsent(6, WU, "preferred_help", 1, help=("write_down",)))
    assert standing(world).help == ("write_down",)
    world.months(13)
    assert standing(world).help == ()


def test_a_terminal_without_a_camera_enrols_nobody(tmp_path: Path) -> None:
    world = FaceWorld(tmp_path, recognises=False)
    world.ways[WU] = "id_card"
    world.perform(KeepConsent(5, WU, "recognition", 1))
    assert world.last(ConsentRefused).code == "faces.none"
    world.close()


# --- children -----------------------------------------------------------------------------------------------------


def test_a_child_needs_a_guardian(world: FaceWorld) -> None:
    assert standing(world, CHILD).state == "too_young"
    world.poses()
    world.perform(KeepConsent(5, CHILD, "recognition", 1))
    assert world.last(ConsentRefused) == ConsentRefused(5, "consent.guardian_needed")
    assert world.recognition.templates == {}


@pytest.mark.parametrize(
    ("guardian", "way"), [(MOTHER, ""), (CHILD, "id_card"), (MOTHER, "phone_code"), (NOBODY_KNOWS, "id_card")]
)
def test_not_everybody_is_a_guardian(world: FaceWorld, guardian: str, way: str) -> None:
    world.ways[CHILD] = "id_card"
    world.ways[guardian] = way
    world.poses()
    world.perform(KeepConsent(5, CHILD, "recognition", 1, guardian))
    assert world.last(ConsentRefused).code in ("consent.guardian_needed", "consent.card_needed")
    assert bodies(world, RowKind.CONSENT_GIVEN) == []


def test_another_child_is_no_guardian(world: FaceWorld) -> None:
    world.resident("sister", "林大某", "2009-01-01")
    world.ways.update({CHILD: "id_card", "sister": "id_card"})
    world.poses()
    world.perform(KeepConsent(5, CHILD, "recognition", 1, "sister"))
    assert world.last(ConsentRefused).code == "consent.guardian_needed"


def test_a_guardian_with_her_card_may(world: FaceWorld) -> None:
    world.ways[MOTHER] = "id_card"
    world.enrol(CHILD, guardian_id=MOTHER)
    (body,) = bodies(world, RowKind.CONSENT_GIVEN)
    assert (body["given_by"], body["guardian_id"], body["person_id"]) == ("guardian", MOTHER, CHILD)


def test_who_is_of_age_consents_alone_whoever_stands_beside_her(world: FaceWorld) -> None:
    world.ways[MOTHER] = "id_card"
    world.enrol(QIAN, guardian_id=MOTHER)
    (body,) = bodies(world, RowKind.CONSENT_GIVEN)
    assert (body["given_by"], body["guardian_id"]) == ("self", "")


def test_whose_age_nobody_knows_is_taken_for_a_child(world: FaceWorld) -> None:
    assert standing(world, NOBODY_KNOWS).state == "too_young"


def test_the_fourteenth_birthday_is_the_first_day(world: FaceWorld) -> None:
    world.resident("today", "何某", "2012-11-20")
    world.resident("tomorrow", "何某", "2012-11-21")
    assert (standing(world, "today").state, standing(world, "tomorrow").state) == ("may_ask", "too_young")


# --- no -----------------------------------------------------------------------------------------------------------


def test_a_no_is_counted_and_says_nothing_of_anybody(world: FaceWorld) -> None:
    world.poses()
    world.perform(RefuseConsent("recognition", 3))
    (body,) = bodies(world, RowKind.CONSENT_REFUSED)
    assert body == {"purpose": "recognition", "text_version": 3}
    assert standing(world).state == "may_ask"


def test_a_card_shown_later_is_noted_without_another_row(world: FaceWorld) -> None:
    world.perform(RefuseConsent("recognition", 3))
    world.perform(RefuseConsent("recognition", 3, card_of(WU)))
    assert len(world.outbox.rows_since([RowKind.CONSENT_REFUSED], 0)) == 1
    assert standing(world, WU).state == "asked_before"
    assert standing(world, QIAN).state == "may_ask"


def test_a_no_of_the_next_person_is_another_one(world: FaceWorld) -> None:
    world.perform(RefuseConsent("recognition", 3))
    assert not any(service.perform(EndSession(1, "left")) for service in world.services)
    world.perform(RefuseConsent("recognition", 3, card_of(WU)))
    assert len(world.outbox.rows_since([RowKind.CONSENT_REFUSED], 0)) == 2


def test_every_no_counts_though_nobody_showed_a_card(world: FaceWorld) -> None:
    """Who says no and walks on ends no session: there was none."""
    for _ in range(3):
        world.perform(RefuseConsent("recognition", 3))
    assert len(world.outbox.rows_since([RowKind.CONSENT_REFUSED], 0)) == 3


def test_who_is_asked_after_somebody_who_walked_on_is_counted_too(world: FaceWorld) -> None:
    world.perform(RefuseConsent("recognition", 3))
    world.perform(TellConsentText(8, "recognition"))
    world.perform(RefuseConsent("recognition", 3, card_of(WU)))
    assert len(world.outbox.rows_since([RowKind.CONSENT_REFUSED], 0)) == 2


def test_nobody_is_asked_again_for_ninety_days_across_restarts(world: FaceWorld) -> None:
    world.perform(RefuseConsent("recognition", 1, card_of(WU)))
    world.months(2)
    world.restart()
    assert standing(world).state == "asked_before"
    world.months(1)
    assert standing(world).state == "may_ask"


def test_the_note_of_a_no_leads_to_nobody(world: FaceWorld) -> None:
    world.perform(RefuseConsent("recognition", 1, card_of(WU)))
    world.close()
    for path in world.directory.glob("refusals.db*"):
        assert card_of(WU).encode() not in path.read_bytes()
        assert bytes.fromhex(card_of(WU)) not in path.read_bytes()
    world.open()


def test_who_says_yes_after_a_no_is_not_one_who_said_no(world: FaceWorld) -> None:
    world.perform(RefuseConsent("recognition", 1, card_of(WU)))
    consent_id = world.enrol(WU)
    world.consent_told(consent_id, WU, "FD-01", "deleted")
    assert standing(world).state == "may_ask"


@pytest.mark.parametrize("person", [CHILD, NOBODY_KNOWS, WU])
def test_a_child_that_said_no_still_needs_a_guardian(world: FaceWorld, person: str) -> None:
    """Who changes her mind is not to stand before the camera alone."""
    world.perform(RefuseConsent("recognition", 1, card_of(person)))
    said = standing(world, person)
    assert (said.state, said.needs_guardian) == ("asked_before", person != WU)


# --- how somebody stands ------------------------------------------------------------------------------------------


def test_of_who_is_not_here_nothing_is_told(world: FaceWorld) -> None:
    world.enrol(WU)
    world.ways.clear()
    world.said.clear()
    world.perform(MayAsk(9, WU))
    assert world.said == [DeskRefused(9, "consent.card_needed")]


def test_a_newer_text_asks_anew(world: FaceWorld) -> None:
    world.enrol(WU)
    world.told(ReferenceKind.CONSENT_TEXT, {"recognition": text(1)})
    assert standing(world).state == "enrolled"
    world.told(ReferenceKind.CONSENT_TEXT, {"recognition": text(2)})
    assert standing(world).state == "may_ask"


def test_enrolled_elsewhere_may_be_asked_where_faces_are_looked_at(world: FaceWorld) -> None:
    world.consent_told("c9", WU, "VT-01")
    assert standing(world).state == "may_ask"


def test_enrolled_elsewhere_is_enrolled_where_none_are(tmp_path: Path) -> None:
    world = FaceWorld(tmp_path, recognises=False)
    world.consent_told("c9", WU, "VT-01")
    assert standing(world).state == "enrolled"
    world.close()


def test_a_full_hall_enrols_nobody_more(world: FaceWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consents, "MOST_PEOPLE", 2)
    world.consent_told("c1", "one", "VT-01")
    world.consent_told("c2", "one", "FD-02")
    assert standing(world).state == "may_ask"  # two consents, one person
    world.consent_told("c3", "two", "VT-01")
    assert standing(world).state == "full"
    world.poses()
    world.perform(KeepConsent(5, WU, "recognition", 1))
    assert world.last(ConsentRefused).code == "consent.full"


def test_what_the_hall_tells_of_her_wishes_is_told_on(world: FaceWorld) -> None:
    world.told(ReferenceKind.DESK_PERSON, {WU: DeskPerson(person_id=WU, help=["speak_slowly"])})
    assert standing(world).help == ("speak_slowly",)


def test_the_text_is_told_from_the_disk(world: FaceWorld) -> None:
    world.perform(TellConsentText(1, "recognition"))
    assert world.last(ConsentTextTold) == ConsentTextTold(1, None)
    world.told(ReferenceKind.CONSENT_TEXT, {"recognition": text(4)})
    world.perform(TellConsentText(2, "recognition"))
    assert world.last(ConsentTextTold) == ConsentTextTold(2, text(4))


# --- a power cut, a disk that fails, and time ---------------------------------------------------------------------


def test_a_consent_without_a_template_is_told_as_deleted(
    world: FaceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power went after the row and before the template."""

    class PowerCut(BaseException):
        pass

    def cut(*_: object) -> None:
        raise PowerCut

    assert world.desk.templates is not None
    monkeypatch.setattr(world.desk.templates, "keep", cut)
    with pytest.raises(PowerCut):
        world.enrol(WU)
    world.restart()
    (given,) = bodies(world, RowKind.CONSENT_GIVEN)
    assert bodies(world, RowKind.TEMPLATE_DELETED) == [
        {"consent_id": given["consent_id"], "reason": "damaged"}
    ]
    assert world.recognition.templates == {}
    assert standing(world).state == "may_ask"
    world.restart()
    assert len(bodies(world, RowKind.TEMPLATE_DELETED)) == 1  # said once


def test_a_template_without_a_consent_is_deleted(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.close()
    for path in world.directory.glob("log.db*"):  # the log is lost, and the hall has told nothing
        path.unlink()
    (world.directory / "unsent.journal").unlink(missing_ok=True)
    world.open()
    assert world.recognition.templates == {}
    assert bodies(world, RowKind.TEMPLATE_DELETED) == [{"consent_id": consent_id, "reason": "damaged"}]


def test_a_consent_that_the_hall_knows_outlives_the_log(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.consent_told(consent_id, WU, "FD-01")
    world.close()
    for path in world.directory.glob("log.db*"):
        path.unlink()
    (world.directory / "unsent.journal").unlink(missing_ok=True)
    world.open()
    assert set(world.recognition.templates) == {consent_id}


def test_a_disk_that_takes_the_row_and_not_the_template_takes_the_consent_back(
    world: FaceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiskFull("no room")

    assert world.desk.templates is not None
    monkeypatch.setattr(world.desk.templates._gallery, "keep", full)
    world.ways[WU] = "id_card"
    world.poses()
    with pytest.raises(DiskFull):
        world.perform(KeepConsent(5, WU, "recognition", 1))
    assert world.last(ConsentRefused) == ConsentRefused(5, "disk.full")
    assert world.of(ConsentKept) == []
    assert [body["reason"] for body in bodies(world, RowKind.TEMPLATE_DELETED)] == ["damaged"]
    assert standing(world).state == "may_ask"


def test_a_damaged_gallery_is_left_and_the_hall_is_told(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.close()
    path = world.directory / DIRECTORY / FILE_NAME
    content = bytearray(path.read_bytes())
    content[2048 * 2 + 50] ^= 1
    path.write_bytes(content)
    world.said.clear()
    world.open()
    assert world.of(RecognitionChanged) == [RecognitionChanged("faces.gallery_damaged")]
    assert world.recognition.templates == {}
    assert bodies(world, RowKind.TEMPLATE_DELETED) == [{"consent_id": consent_id, "reason": "damaged"}]
    again = world.enrol(WU, 2)
    assert set(world.recognition.templates) == {again}


def test_a_template_of_another_model_is_refused_deleted_and_told(world: FaceWorld) -> None:
    world.ways[WU] = "id_card"
    world.poses(model_id="of another encoder")
    world.perform(KeepConsent(5, WU, "recognition", 1))
    consent_id = world.last(ConsentKept).consent_id
    world.restart()
    assert world.of(RecognitionChanged) == [RecognitionChanged("faces.other_model")]
    assert world.recognition.templates == {}
    assert bodies(world, RowKind.TEMPLATE_DELETED) == [{"consent_id": consent_id, "reason": "other_model"}]


def test_twelve_unused_months_end_it(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.months(12)
    world.second(61)
    assert set(world.recognition.templates) == {consent_id}  # 360 days
    world.months(1)
    world.second(61)
    assert world.recognition.templates == {}
    assert bodies(world, RowKind.TEMPLATE_DELETED) == [{"consent_id": consent_id, "reason": "expired"}]
    assert standing(world).state == "may_ask"


def test_a_clock_that_jumped_deletes_nobody(world: FaceWorld) -> None:
    world.enrol(WU)
    world.close()
    world.machine.wall += 3 * 365 * 86_400_000
    world.machine.boot += 1
    world.machine.monotonic = 1
    world.open()
    assert not world.clock.stamp().trusted
    world.second(61)
    assert len(world.recognition.templates) == 1
    assert bodies(world, RowKind.TEMPLATE_DELETED) == []


def test_the_hall_may_end_a_consent_by_time(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    over = Consent(
        consent_id=consent_id,
        person_id=WU,
        purpose="recognition",
        terminal_id="FD-01",
        text_version=1,
        given_ms=world.machine.wall,
        until_ms=world.machine.wall,
        state="revoked",
    )
    world.told(ReferenceKind.CONSENT, {consent_id: over})
    assert bodies(world, RowKind.TEMPLATE_DELETED) == [{"consent_id": consent_id, "reason": "expired"}]


def test_a_consent_that_the_hall_does_not_take_allows_nothing(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.settle({RowKind.CONSENT_GIVEN: "consent_given.text_unknown"})
    assert world.recognition.templates == {}
    assert bodies(world, RowKind.TEMPLATE_DELETED) == [{"consent_id": consent_id, "reason": "damaged"}]
    world.restart()
    assert world.recognition.templates == {}
    assert standing(world).state == "may_ask"


def test_a_consent_that_the_hall_takes_stays(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.settle()
    assert set(world.recognition.templates) == {consent_id}
