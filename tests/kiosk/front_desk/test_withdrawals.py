"""Taking it back is as easy as giving it: it works at once, and paper says that it is done only when it is done everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import DeviceStatus, Health, PrintState
from kiosk.commands_front_desk import KeepConsent, MayAsk, PrintWithdrawal, Withdraw
from kiosk.commands_resident import EndSession
from kiosk.events_front_desk import ConsentStanding, DeskRefused, FaceNamed, WithdrawalTold
from kiosk.services.front_desk.consent_slips import WithdrawalSaid, pending_slip, proof_slip
from kiosk.services.slips import Place
from offline_cache.db import DiskFull
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import Withdrawal
from tests.kiosk.front_desk.face_world import QIAN, WU, FaceWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FaceWorld]:
    world = FaceWorld(tmp_path)
    yield world
    world.close()


def withdraw(world: FaceWorld, person_id: str = WU, staff_id: str = "") -> WithdrawalTold:
    world.perform(Withdraw(world.ask_id(), person_id, "zh_CN", staff_id))
    return world.last(WithdrawalTold)


def hall_says(world: FaceWorld, number: str, deleted: list[str], waiting: list[str]) -> None:
    withdrawal = Withdrawal(
        request_id=number,
        person_id=WU,
        requested_ms=world.machine.wall,
        state="pending" if waiting else "deleted",
        deleted=deleted,
        waiting=waiting,
    )
    world.told(ReferenceKind.WITHDRAWAL, {number: withdrawal})


def deleted_rows(world: FaceWorld) -> list[dict[str, object]]:
    return [row.body for row in world.rows(RowKind.TEMPLATE_DELETED)]


def slip_text(world: FaceWorld, key: str) -> str:
    job = world.outbox.prints().job(key)
    assert job is not None
    return str(job.slip)


# --- taking it back -----------------------------------------------------------------------------------------------


def test_it_stops_here_at_once_and_is_written(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    other = world.enrol(QIAN, 2)
    told = withdraw(world)
    assert set(world.recognition.templates) == {other}
    assert world.desk.templates is not None and world.desk.templates.until_ms(consent_id) is None
    (row,) = world.rows(RowKind.CONSENTS_WITHDRAWN)
    assert row.body == {"request_id": told.number, "person_id": WU, "staff_id": ""}
    assert deleted_rows(world) == [{"consent_id": consent_id, "reason": "withdrawn"}]
    assert told.number == "FD01-20261120-0001"
    # The hall has not spoken yet: nobody here knows what other machines hold.
    assert (told.state, told.deleted, told.waiting) == ("pending", ("FD-01",), ())


def test_a_greeting_that_was_on_its_way_greets_nobody(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    withdraw(world)
    world.hear(FaceNamed(1, consent_id, 300, 1))
    assert world.rows(RowKind.VISIT_NOTED) == []


def test_the_row_comes_before_the_word_that_it_is_deleted(world: FaceWorld) -> None:
    world.enrol(WU)
    withdraw(world)
    kinds = [
        row.kind for row in world.outbox.rows_since([RowKind.CONSENTS_WITHDRAWN, RowKind.TEMPLATE_DELETED], 0)
    ]
    assert kinds == [RowKind.CONSENTS_WITHDRAWN, RowKind.TEMPLATE_DELETED]


def test_machines_of_others_are_waited_for(world: FaceWorld) -> None:
    world.enrol(WU)
    world.consent_told("c9", WU, "VT-01")
    told = withdraw(world)
    assert (told.deleted, told.waiting) == (("FD-01",), ("VT-01",))


def test_each_answer_of_a_machine_is_told_while_the_page_is_open(world: FaceWorld) -> None:
    world.enrol(WU)
    number = withdraw(world).number
    hall_says(world, number, ["FD-01"], ["VT-01"])
    assert world.last(WithdrawalTold).waiting == ("VT-01",)
    hall_says(world, number, ["FD-01", "VT-01"], [])
    assert (world.last(WithdrawalTold).state, world.last(WithdrawalTold).deleted) == (
        "deleted",
        ("FD-01", "VT-01"),
    )
    count = len(world.of(WithdrawalTold))
    hall_says(world, number, ["FD-01", "VT-01"], [])
    assert len(world.of(WithdrawalTold)) == count  # nothing new


def test_nothing_is_told_to_who_has_gone(world: FaceWorld) -> None:
    world.enrol(WU)
    number = withdraw(world).number
    for service in world.services:
        service.perform(EndSession(1, "left"))
    world.said.clear()
    hall_says(world, number, ["FD-01"], [])
    assert world.of(WithdrawalTold) == []


def test_who_consented_to_nothing_is_told_so(world: FaceWorld) -> None:
    world.ways[WU] = "id_card"
    assert (withdraw(world).state, withdraw(world).number) == ("none", "")
    assert world.rows(RowKind.CONSENTS_WITHDRAWN) == []


def test_while_the_hall_is_away_it_is_written_even_if_nothing_is_known(world: FaceWorld) -> None:
    world.ways[WU] = "id_card"
    world.online = False
    told = withdraw(world)
    assert (told.state, told.number) == ("pending", "FD01-20261120-0001")
    assert withdraw(world).number == told.number  # and not twice


def test_her_wishes_for_help_go_too(world: FaceWorld) -> None:
    world.ways[WU] = "id_card"
    world.perform(KeepConsent(5, WU, "preferred_help", 1, help=("wheelchair",)))
    assert withdraw(world).state == "pending"
    world.perform(MayAsk(6, WU))
    assert world.last(ConsentStanding).help == ()


def test_asked_again_it_is_the_same_one(world: FaceWorld) -> None:
    world.enrol(WU)
    first = withdraw(world)
    assert withdraw(world).number == first.number
    assert len(world.rows(RowKind.CONSENTS_WITHDRAWN)) == 1


def test_the_proof_can_be_fetched_later_anywhere(world: FaceWorld) -> None:
    world.ways[WU] = "id_card"
    hall_says(world, "QP01-20261119-0003", ["FD-01"], [])
    told = withdraw(world)
    assert (told.state, told.number) == ("deleted", "QP01-20261119-0003")


def test_a_consent_given_since_is_taken_back_by_a_new_one(world: FaceWorld) -> None:
    world.enrol(WU)
    first = withdraw(world).number
    world.second()
    again = world.enrol(WU, 2)
    assert set(world.recognition.templates) == {again}
    assert withdraw(world).number != first
    assert world.recognition.templates == {}


def test_nobody_takes_back_what_is_anothers(world: FaceWorld) -> None:
    world.enrol(WU)
    world.ways = {QIAN: "id_card"}
    world.perform(Withdraw(9, WU, "zh_CN", "staff-1"))
    assert world.last(DeskRefused) == DeskRefused(9, "consent.card_needed")
    assert len(world.recognition.templates) == 1


def test_staff_may_do_it_for_somebody(world: FaceWorld) -> None:
    world.enrol(WU)
    world.ways.clear()
    world.sign_in("staff-1")
    withdraw(world, staff_id="staff-1")
    (row,) = world.rows(RowKind.CONSENTS_WITHDRAWN)
    assert row.body["staff_id"] == "staff-1"


# --- what others say ----------------------------------------------------------------------------------------------


def test_what_was_taken_back_elsewhere_is_deleted_here_at_once(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.consent_told(consent_id, WU, "FD-01", "revoked", request_id="QP01-20261120-0001")
    assert world.recognition.templates == {}
    assert deleted_rows(world) == [{"consent_id": consent_id, "reason": "withdrawn"}]
    world.consent_told(consent_id, WU, "FD-01", "revoked", request_id="QP01-20261120-0001")
    assert len(deleted_rows(world)) == 1


def test_what_is_revoked_at_another_machine_is_that_machines(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.consent_told("c9", WU, "VT-01", "revoked", request_id="r")
    assert set(world.recognition.templates) == {consent_id}
    assert deleted_rows(world) == []


# --- a power cut and a full disk ----------------------------------------------------------------------------------


def test_a_power_cut_before_the_template_goes_is_mended_at_the_next_start(
    world: FaceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCut(BaseException):
        pass

    def cut() -> None:
        raise PowerCut

    consent_id = world.enrol(WU)
    assert world.desk.templates is not None
    monkeypatch.setattr(world.desk.templates, "tidy", cut)
    with pytest.raises(PowerCut):
        withdraw(world)
    assert world.recognition.templates == {}  # it was matched no more all the same
    world.restart()
    assert world.recognition.templates == {}
    assert deleted_rows(world) == [{"consent_id": consent_id, "reason": "withdrawn"}]


def test_a_full_disk_stops_matching_and_deletes_later(
    world: FaceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent_id = world.enrol(WU)
    assert world.desk.templates is not None
    gallery = world.desk.templates._gallery

    def full(_: object) -> None:
        raise DiskFull("no room")

    with monkeypatch.context() as patched:
        patched.setattr(gallery, "delete", full)
        with pytest.raises(DiskFull):
            withdraw(world)
    assert world.last(WithdrawalTold).state == "pending"
    assert world.last(WithdrawalTold).waiting == ("FD-01",)
    assert world.recognition.templates == {}
    assert deleted_rows(world) == []
    world.second(61)
    assert deleted_rows(world) == [{"consent_id": consent_id, "reason": "withdrawn"}]


def test_a_disk_that_refuses_to_delete_the_first_keeps_nobody_else_in_matching(
    world: FaceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise DiskFull("no room")

    consents = {person: world.enrol(person, seed) for seed, person in enumerate((WU, QIAN))}
    assert world.desk.templates is not None
    monkeypatch.setattr(world.desk.templates._gallery, "delete", full)
    for person, consent_id in consents.items():
        with pytest.raises(DiskFull):
            world.consent_told(consent_id, person, "FD-01", "revoked", request_id="r")
    assert world.recognition.templates == {}


# --- paper --------------------------------------------------------------------------------------------------------


def test_before_all_have_answered_the_slip_says_what_is_missing(world: FaceWorld) -> None:
    world.enrol(WU)
    number = withdraw(world).number
    hall_says(world, number, ["FD-01"], ["VT-01"])
    world.perform(PrintWithdrawal(world.ask_id(), number, "zh_CN"))
    assert world.last(WithdrawalTold).slip == "printing"
    (key,) = world.printer.waiting  # type: ignore[union-attr]
    said = slip_text(world, key)
    assert "受理单" in said and "VT-01" in said and number in said and "吴＊" in said
    assert "所有机器" not in said
    world.printed(key)
    assert world.last(WithdrawalTold).slip == "printed"


def test_the_proof_prints_when_all_have_deleted(world: FaceWorld) -> None:
    world.enrol(WU)
    number = withdraw(world).number
    world.perform(PrintWithdrawal(world.ask_id(), number, "zh_CN"))
    hall_says(world, number, ["FD-01", "VT-01"], [])
    world.perform(PrintWithdrawal(world.ask_id(), number, "zh_CN"))
    pending, proof = world.printer.waiting  # type: ignore[union-attr]
    assert "撤回凭证" in slip_text(world, proof) and "所有机器" in slip_text(world, proof)
    assert "吴某某" not in slip_text(world, proof)
    world.printed(pending)
    assert world.last(WithdrawalTold).slip == "printing"  # the other paper
    world.printed(proof, PrintState.FAILED)
    assert world.last(WithdrawalTold).slip == "failed"


def test_the_same_paper_again_says_so(world: FaceWorld) -> None:
    world.enrol(WU)
    number = withdraw(world).number
    for _ in range(2):
        world.perform(PrintWithdrawal(world.ask_id(), number, "zh_CN"))
        key = world.printer.waiting[-1]  # type: ignore[union-attr]
        world.printed(key)
    job = world.outbox.prints().job(key)
    assert job is not None and job.copy == 2


@pytest.mark.parametrize("printer", ["none", "down"])
def test_without_paper_it_is_said_and_stays_withdrawn(world: FaceWorld, printer: str) -> None:
    if printer == "none":
        world.printer = None
        world.restart()
    else:
        assert world.printer is not None
        world.printer.status = DeviceStatus(Health.DOWN, "printer.paper_out")
    world.enrol(WU)
    number = withdraw(world).number
    world.perform(PrintWithdrawal(world.ask_id(), number, "zh_CN"))
    assert (world.last(WithdrawalTold).slip, world.last(WithdrawalTold).state) == ("failed", "pending")
    assert world.outbox.prints().job(f"{number}/pending") is None


def test_what_has_not_printed_is_not_spat_out_to_the_next_person(world: FaceWorld) -> None:
    world.enrol(WU)
    number = withdraw(world).number
    world.perform(PrintWithdrawal(world.ask_id(), number, "zh_CN"))
    for service in world.services:
        service.perform(EndSession(1, "left"))
    assert world.printer.withdrawn == [f"{number}/pending"]  # type: ignore[union-attr]
    world.restart()
    assert world.outbox.prints().unfinished() == []


def test_no_paper_for_a_number_that_nobody_looks_at(world: FaceWorld) -> None:
    world.perform(PrintWithdrawal(8, "FD01-20261120-0001", "zh_CN"))
    assert world.last(DeskRefused) == DeskRefused(8, "consent.no_withdrawal")


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("make", [proof_slip, pending_slip])
def test_slips_name_the_machines_in_both_languages(make: object, locale: str) -> None:
    said = WithdrawalSaid("FD01-20261120-0001", "吴＊", "", ("FD-01", "VT-01"), ("QP-02",))
    place = Place("幸福里服务大厅", "Xingfuli Hall", "010-0000-0000", "FD-01")
    slip = str(make(said, place, locale))  # type: ignore[operator]
    for part in ("FD01-20261120-0001", "吴＊", "FD-01", "VT-01", "QP-02", "010-0000-0000"):
        assert part in slip
    assert ("时间待核" if locale == "zh_CN" else "to be checked") in slip
