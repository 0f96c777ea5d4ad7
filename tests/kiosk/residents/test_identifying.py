"""Whose card it is decides what is told to whom: every card that cannot be taken is refused by its own code, and a
person is named in masked form only."""

from __future__ import annotations

from dataclasses import replace

from drivers.documents import PrivateText
from kiosk import commands_resident as wishes
from kiosk.events import NOTHING_SAID, CardHolder
from kiosk.events_resident import ResidentIdentified, ResidentUnknown
from offline_cache.wire import Change, Changes, Deny, ReferenceKind, RowKind
from tests.kiosk.residents.resident_world import ID_CARD, ResidentWorld, sample


def refused(world: ResidentWorld, card_ref: str, holder: CardHolder = NOTHING_SAID) -> str:
    wish = wishes.IdentifyResident(world.ask_id(), card_ref, holder)
    return world.ask(wish, ResidentUnknown).code


def test_a_resident_is_greeted_masked(world: ResidentWorld) -> None:
    said = world.identify("Zhao")
    assert (said.initial, said.masked_name, said.masked_number) == ("赵", "赵＊", "109900 ******** 0024")
    assert not said.elder
    assert "赵样本" not in repr(said)


def test_the_halls_own_card_shows_its_tail(world: ResidentWorld) -> None:
    assert world.identify("Zhao", NOTHING_SAID).masked_number == "尾号 0101"


def test_from_seventy_on_somebody_is_an_elder(world: ResidentWorld) -> None:
    assert [world.identify(name).elder for name in ("Sun", "Li", "Zhao", "Qian")] == [
        True,
        True,
        False,
        False,
    ]


def test_the_privacy_notice_is_shown_until_it_was_read_also_after_a_restart(world: ResidentWorld) -> None:
    first = world.identify("Zhao")
    assert first.notice_version >= 1 and first.notice_zh and first.notice_en
    world.perform(wishes.NoteNoticeRead(first.person_id, first.notice_version))
    assert world.identify("Zhao").notice_zh == ()
    assert world.identify("Sun").notice_zh == first.notice_zh
    world.restart()
    assert world.identify("Zhao").notice_version == 0
    assert [row.body["version"] for row in world.rows(RowKind.NOTICE_READ)] == [first.notice_version]
    assert world.push() == []


def test_a_card_nobody_knows(world: ResidentWorld) -> None:
    assert refused(world, "0" * 64) == "card.unknown_here"


def test_a_foreigners_card_of_sixty_letters_is_like_any_other(world: ResidentWorld) -> None:
    said = world.identify("a name")
    assert said.masked_name == "M＊"


def test_an_expired_card_is_refused_only_while_the_date_is_trusted(world: ResidentWorld) -> None:
    card = world.hall.card_of(sample("Zhao"))
    assert refused(world, card, replace(ID_CARD, valid_to="2026-11-19")) == "card.expired"
    assert world.identify("Zhao", replace(ID_CARD, valid_to="2026-11-20")).person_id
    world.machine.boot += 1
    world.machine.wall -= 10**9
    assert not world.clock.stamp().trusted
    assert world.identify("Zhao", replace(ID_CARD, valid_to="2026-11-19")).person_id


def test_a_lost_card_and_one_that_was_blocked_here(world: ResidentWorld) -> None:
    lost, blocked = (world.hall.card_of(sample(name)) for name in ("Sun", "Li"))
    deny = Change(
        kind=ReferenceKind.DENY,
        id=lost,
        data=Deny(card_ref=lost, reason="lost").model_dump(mode="json"),
    )
    page = Changes(
        cursor=10**9, more=False, changes=[deny], applied={}, refused={}, hall_time_ms=world.machine.wall
    )
    world.disk.call(lambda: world.reference.apply(page))
    world.disk.call(lambda: world.reference.block_here([blocked]))
    assert (refused(world, lost), refused(world, blocked)) == ("card.lost", "card.lost")


def test_a_code_that_is_none_is_refused_without_asking(world: ResidentWorld) -> None:
    world.network.cut()
    for content in (b"\xff\xfe", b"", b"x" * 601):
        wish = wishes.RedeemPhoneCode(world.ask_id(), PrivateText(content))
        assert world.ask(wish, ResidentUnknown).code == "phone_code.unknown"
        assert not wish.content


def test_a_code_on_the_phone_works_once(world: ResidentWorld) -> None:
    person = sample("Qian").person_id
    answer = world.hall.phone_code(person)
    first = wishes.RedeemPhoneCode(world.ask_id(), PrivateText(answer.encode()))
    said = world.ask(first, ResidentIdentified)
    assert (said.person_id, said.masked_number) == (person, "尾号 0103")
    assert not first.content
    again = wishes.RedeemPhoneCode(world.ask_id(), PrivateText(answer.encode()))
    assert world.ask(again, ResidentUnknown).code == "phone_code.used"


def test_a_code_cannot_be_asked_about_without_the_hall(world: ResidentWorld) -> None:
    world.network.cut()
    wish = wishes.RedeemPhoneCode(world.ask_id(), PrivateText(b"anything"))
    assert world.ask(wish, ResidentUnknown).code == "hall.unreachable"
