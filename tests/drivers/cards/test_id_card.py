"""When an identity card counts: once, whole, and never as somebody else, whichever firmware the reader has. Time is the
test's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.base import (
    CardIncomplete,
    CardLifted,
    CardReading,
    CardSeen,
    CardUnreadable,
    DeviceError,
    DeviceGone,
    Health,
)
from drivers.cards.id_talk import RESET
from drivers.cards.sam_frames import Command, State, reply_frame
from drivers.documents import Document, IdNumber
from drivers.emulators.people import InventedCard, invented_card
from drivers.emulators.sam_module import Condition, Pull
from tests.drivers.cards.sam_in_time import Stage

ZHAO = invented_card(1)
QIAN = invented_card(2)
FIRMWARES = pytest.mark.parametrize(
    "keeps_found", [True, False], ids=["keeps finding", "hides what was read"]
)
WHOLE_READ_BYTES = 1295


def kinds(readings: list[CardReading]) -> list[type[CardReading]]:
    return [type(reading) for reading in readings]


def opened(**options: bool) -> Stage:
    stage = Stage(**options)
    stage.reader.open()
    return stage


def damaged(card: InventedCard) -> InventedCard:
    """The same person with another last digit but two: the check character is wrong."""
    at = 122 + 2 * 15
    digit = (card.text[at] - ord("0") + 1) % 10 + ord("0")
    return replace(card, text=card.text[:at] + bytes([digit]) + card.text[at + 1 :])


@FIRMWARES
def test_a_card_at_rest_is_one_reading(keeps_found: bool) -> None:
    stage = opened(keeps_found=keeps_found)
    stage.module.put(ZHAO)
    assert kinds(stage.readings(60)) == [CardSeen]
    assert stage.numbers == [ZHAO.number]


@FIRMWARES
def test_a_card_that_comes_back_after_a_while_is_seen_again(keeps_found: bool) -> None:
    stage = opened(keeps_found=keeps_found)
    stage.module.put(ZHAO)
    stage.readings(5)
    stage.module.put(None)
    stage.readings(3)
    stage.module.put(ZHAO)
    assert CardSeen in kinds(stage.readings(5))
    assert stage.numbers == [ZHAO.number, ZHAO.number]


def test_a_card_that_is_only_shaken_is_not_seen_again() -> None:
    stage = opened(keeps_found=True)
    stage.module.put(ZHAO)
    stage.readings(5)
    for _ in range(5):
        stage.module.put(None)
        stage.readings(0.4)
        stage.module.put(ZHAO)
        assert stage.readings(3) == []


def test_a_reader_that_hides_what_was_read_bears_shaking_for_a_second() -> None:
    stage = opened(keeps_found=False)
    stage.module.put(ZHAO)
    stage.readings(0.7)
    stage.module.put(None)
    stage.readings(0.4)
    stage.module.put(ZHAO)
    assert stage.readings(10) == []


@FIRMWARES
def test_another_card_quickly_put_in_its_place_is_seen(keeps_found: bool) -> None:
    stage = opened(keeps_found=keeps_found)
    stage.module.put(ZHAO)
    stage.readings(5)
    stage.module.put(None)
    stage.readings(0.4)
    stage.module.put(QIAN)
    lifted, seen = stage.readings(5)
    assert isinstance(seen, CardSeen)
    assert lifted == CardLifted(IdNumber(ZHAO.number.encode()).card())
    assert stage.numbers == [ZHAO.number, QIAN.number]


def test_a_reader_that_keeps_finding_tells_when_the_card_is_lifted() -> None:
    stage = opened(keeps_found=True)
    assert stage.reader.tracks_presence is None
    stage.module.put(ZHAO)
    stage.readings(5)
    assert stage.reader.tracks_presence is True
    stage.module.put(None)
    assert kinds(stage.readings(5)) == [CardLifted]


def test_lifting_takes_three_absences_and_a_second() -> None:
    stage = opened(keeps_found=True)
    stage.module.put(ZHAO)
    stage.readings(5)
    stage.module.put(None)
    gone = stage.seconds()
    while not stage.readings(0.01):
        pass
    assert 1.0 <= stage.seconds() - gone <= 1.7


def test_a_reader_that_hides_what_was_read_does_not_claim_to_know_of_presence() -> None:
    stage = opened(keeps_found=False)
    stage.module.put(ZHAO)
    stage.readings(5)
    assert stage.reader.tracks_presence is False
    stage.module.put(None)
    stage.readings(5)
    for card in (QIAN, ZHAO, QIAN):
        stage.module.put(card)
        assert kinds(stage.readings(5)) == [CardSeen]
        stage.module.put(None)
        assert stage.readings(5) == []
    assert stage.line.asked.count(RESET.command) == 1


@FIRMWARES
def test_a_card_that_is_gone_at_once_teaches_nothing_of_presence(keeps_found: bool) -> None:
    stage = opened(keeps_found=keeps_found)
    for _ in range(5):
        stage.module.put(ZHAO)
        while not stage.numbers:
            stage.readings(0.01)
        stage.numbers.clear()
        stage.module.put(None)
        stage.readings(3)
    assert stage.reader.tracks_presence is None
    assert stage.line.asked.count(RESET.command) == 3


def test_a_terminal_that_listens_late_learns_nothing_of_presence() -> None:
    stage = opened(keeps_found=False)
    stage.module.put(ZHAO)
    while not stage.numbers:
        stage.readings(0.01)
    stage.line.read(1, 5.0)  # the caller was away
    stage.readings(3)
    assert stage.reader.tracks_presence is None


@FIRMWARES
@pytest.mark.parametrize("command", [Command.SELECT, Command.READ])
def test_a_card_pulled_between_the_steps_is_incomplete(command: Command, keeps_found: bool) -> None:
    stage = opened(keeps_found=keeps_found)
    stage.module.put(ZHAO)
    stage.module.pull = Pull(command)
    assert kinds(stage.readings(5)) == [CardIncomplete]
    stage.module.put(ZHAO)
    assert kinds(stage.readings(5)) == [CardSeen]


@FIRMWARES
@pytest.mark.parametrize("after", [*range(0, WHOLE_READ_BYTES, 37), WHOLE_READ_BYTES - 1])
def test_a_card_pulled_at_any_byte_is_incomplete(after: int, keeps_found: bool) -> None:
    stage = opened(keeps_found=keeps_found)
    stage.module.put(ZHAO)
    stage.module.pull = Pull(Command.READ, after)
    assert kinds(stage.readings(10)) == [CardIncomplete]
    assert not stage.numbers


def test_a_card_pulled_before_its_appended_address_is_incomplete() -> None:
    stage = opened(appended_address=True)
    stage.module.put(ZHAO)
    stage.module.pull = Pull(Command.READ_ADDRESS)
    assert kinds(stage.readings(5)) == [CardIncomplete]


def test_an_interrupted_chip_is_known_again() -> None:
    stage = opened()
    card = invented_card(1, says_chip=True)
    stage.module.put(card)
    stage.module.pull = Pull(Command.READ)
    (incomplete,) = stage.readings(5)
    stage.module.put(card)
    (seen,) = stage.readings(5)
    assert isinstance(incomplete, CardIncomplete) and isinstance(seen, CardSeen)
    assert incomplete.chip and incomplete.chip == seen.chip
    stage.module.put(None)
    stage.readings(3)
    stage.module.put(invented_card(2, says_chip=True))
    other = stage.readings(5)[-1]
    assert isinstance(other, CardSeen) and other.chip != seen.chip


@FIRMWARES
def test_another_card_laid_at_once_and_pulled_is_incomplete(keeps_found: bool) -> None:
    """The first card does not yet count as gone, but the chip says that this is not it."""
    stage = opened(keeps_found=keeps_found)
    stage.module.put(invented_card(1, says_chip=True))
    stage.readings(5)
    stage.module.put(None)
    stage.readings(0.4)
    stage.module.put(invented_card(2, says_chip=True))
    stage.module.pull = Pull(Command.READ)
    assert kinds(stage.readings(5)) == [CardLifted, CardIncomplete]


def test_a_shaken_card_that_is_pulled_for_good_is_only_lifted() -> None:
    stage = opened(keeps_found=True)
    card = invented_card(1, says_chip=True)
    stage.module.put(card)
    stage.readings(5)
    stage.module.put(None)
    stage.readings(0.4)
    stage.module.put(card)
    stage.module.pull = Pull(Command.READ)
    assert kinds(stage.readings(5)) == [CardLifted]


def test_the_appended_address_takes_the_place_of_the_first() -> None:
    stage = opened(appended_address=True)
    stage.module.put(invented_card(1, appended_address="示例省样本市新路9号"))
    reading = stage.reader.read(3)
    assert isinstance(reading, CardSeen) and reading.document is not None
    assert reading.document.address.reveal() == "示例省样本市新路9号"


def test_a_card_without_an_appended_address_keeps_its_own() -> None:
    stage = opened(appended_address=True)
    stage.module.put(ZHAO)
    reading = stage.reader.read(3)
    assert isinstance(reading, CardSeen) and reading.document is not None
    assert reading.document.address.reveal().startswith("示例省")
    assert bytes(reading.document.photo) == ZHAO.photo


def test_the_stamp_is_that_of_the_last_byte_of_the_read() -> None:
    stage = opened()
    stage.module.put(ZHAO)
    (seen,) = stage.readings(2)
    assert isinstance(seen, CardSeen)
    assert seen.stamp_ns == 400_000_000  # found at 0, and the card's own time


def test_a_read_goes_on_in_the_next_call() -> None:
    stage = Stage(card_s=2.0)
    stage.reader.open()
    stage.module.put(ZHAO)
    for _ in range(3):
        assert stage.reader.read(0.5) is None
    assert isinstance(stage.reader.read(0.6), CardSeen)
    assert stage.line.asked.count(Command.READ) == 1


def test_a_flicker_of_the_field_is_tried_again_without_a_word() -> None:
    stage = opened()
    stage.module.put(ZHAO)
    failures = iter([True])
    stage.line.spoil = lambda command, frame: (
        reply_frame(bytes([0, 0, State.NOT_READ]))
        if command is Command.READ and next(failures, False)
        else frame
    )
    assert kinds(stage.readings(5)) == [CardSeen]


def test_a_locked_up_chip_is_freed_by_a_reset() -> None:
    stage = opened()
    stage.module.put(ZHAO)
    stage.module.locked_up = True
    assert kinds(stage.readings(5)) == [CardSeen]
    assert stage.line.asked.count(Command.RESET) == 1


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.NOT_SELECTED, "card.unsupported"),
        (State.UNKNOWN_CARD, "card.unsupported"),
        (State.CARD_REJECTED_MODULE, "card.unsupported"),
        (State.WRONG_INFORMATION, "card.damaged"),
    ],
)
def test_a_card_that_is_no_identity_card_is_told_once(state: State, code: str) -> None:
    stage = opened()
    stage.module.refuses = state
    stage.module.put(ZHAO)
    assert stage.readings(20) == [CardUnreadable(code)]


@FIRMWARES
def test_a_damaged_line_is_tried_again_and_then_told(keeps_found: bool) -> None:
    stage = opened(keeps_found=keeps_found)
    stage.module.put(ZHAO)

    def spoil(command: Command, frame: bytes) -> bytes:
        return frame[:600] + bytes([frame[600] ^ 1]) + frame[601:] if command is Command.READ else frame

    stage.line.spoil = spoil
    assert stage.readings(20) == [CardUnreadable("card.checksum")]
    assert stage.line.asked.count(Command.READ) == 3


@FIRMWARES
def test_a_number_whose_check_character_is_wrong_is_no_card(keeps_found: bool) -> None:
    stage = opened(keeps_found=keeps_found)
    stage.module.put(damaged(ZHAO))
    assert stage.readings(20) == [CardUnreadable("card.damaged")]


def test_an_unknown_layout_is_no_card() -> None:
    stage = opened()
    stage.module.put(replace(ZHAO, text=ZHAO.text[:248] + b"Q\0" + ZHAO.text[250:]))
    assert stage.readings(20) == [CardUnreadable("card.damaged")]


def test_a_reply_of_another_shape_is_no_card() -> None:
    stage = opened()
    stage.module.put(replace(ZHAO, text=ZHAO.text[:200]))
    assert stage.readings(20) == [CardUnreadable("card.damaged")]


def test_the_wrappers_frame_for_a_timeout_is_a_silence() -> None:
    stage = opened()
    stage.module.put(ZHAO)
    timeouts = iter([True])
    stage.line.spoil = lambda command, frame: (
        bytes.fromhex("AA AA AA 96 69 00 05 05 05 05")
        if command is Command.READ and next(timeouts, False)
        else frame
    )
    assert kinds(stage.readings(3)) == [CardSeen]


def test_a_module_that_did_not_understand_is_asked_again() -> None:
    stage = opened()
    stage.module.put(ZHAO)
    misheard = iter([True])
    stage.line.spoil = lambda command, frame: (
        reply_frame(bytes([0, 0, State.HOST_CHECKSUM]))
        if command is Command.READ and next(misheard, False)
        else frame
    )
    assert kinds(stage.readings(3)) == [CardSeen]


@pytest.mark.parametrize("condition", [Condition.HUNG, Condition.MUTE])
def test_a_module_that_hangs_is_woken_by_a_reset(condition: Condition) -> None:
    stage = opened()
    stage.module.condition = condition
    if condition is Condition.MUTE:
        stage.line.at(1.2, lambda: setattr(stage.module, "condition", Condition.WELL))
    stage.readings(4)
    stage.module.put(ZHAO)
    assert kinds(stage.readings(4)) == [CardSeen]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (Condition.DEAD, "id_reader.sam_fault"),
        (Condition.MUTE, "id_reader.sam_fault"),
        (Condition.UNAUTHORISED, "id_reader.sam_unauthorised"),
    ],
)
def test_a_module_that_fails_while_open_says_how(condition: Condition, code: str) -> None:
    stage = opened()
    stage.module.condition = condition
    with pytest.raises(DeviceError) as caught:
        stage.readings(10)
    assert caught.value.reason == code


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (Condition.DEAD, "id_reader.sam_fault"),
        (Condition.MUTE, "device.timeout"),
        (Condition.UNAUTHORISED, "id_reader.sam_unauthorised"),
    ],
)
def test_a_module_that_is_not_well_does_not_open(condition: Condition, code: str) -> None:
    stage = Stage()
    stage.module.condition = condition
    with pytest.raises(DeviceError) as caught:
        stage.reader.open()
    assert caught.value.reason == code
    assert stage.reader.probe().code == code


def test_another_device_at_the_port_is_told_from_a_silent_one() -> None:
    stage = Stage()
    stage.line.spoil = lambda command, frame: b"\x02" + b"01001293D8" + b"58\x03"
    with pytest.raises(DeviceError) as caught:
        stage.reader.open()
    assert caught.value.reason == "device.protocol"


def test_a_pulled_cable_is_gone_and_the_same_card_is_no_new_one() -> None:
    stage = opened()
    stage.module.put(ZHAO)
    stage.readings(3)
    stage.line.unplug()
    with pytest.raises(DeviceGone):
        stage.readings(3)
    stage.line.plugged = True
    stage.reader.open()
    assert stage.readings(5) == []


def test_probing_does_not_disturb_a_read() -> None:
    stage = Stage(card_s=1.0)
    stage.reader.open()
    stage.module.put(ZHAO)
    assert stage.reader.read(0.5) is None
    assert stage.reader.probe().health is Health.OK
    assert isinstance(stage.reader.read(1.0), CardSeen)
    assert stage.reader.probe().health is Health.OK
    assert stage.readings(3) == []


def test_a_document_that_was_handed_over_is_the_receivers() -> None:
    stage = opened()
    stage.module.put(ZHAO)
    seen = stage.reader.read(1.0)
    assert isinstance(seen, CardSeen) and seen.document is not None
    stage.reader.close()
    assert seen.document.number.reveal() == ZHAO.number


@pytest.mark.parametrize("until", ["told of the card before", "reading the appended address"])
def test_a_document_that_nobody_took_is_wiped_at_close(until: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = opened(appended_address=True, logged=False)
    wiped: list[str] = []
    wipe = Document.wipe

    def noted(document: Document) -> None:
        wiped.append(document.number.reveal())
        wipe(document)

    stage.module.put(ZHAO)
    stage.readings(3)
    monkeypatch.setattr(Document, "wipe", noted)
    stage.module.put(None)
    stage.readings(0.4)
    stage.module.put(QIAN)
    if until == "told of the card before":
        while not isinstance(stage.reader.read(0.1), CardLifted):
            pass
    else:
        stage.line.spoil = lambda command, frame: b"" if command is Command.READ_ADDRESS else frame
        while stage.line.asked[-1] is not Command.READ_ADDRESS:
            stage.reader.read(0.05)
    stage.reader.close()
    assert wiped == [QIAN.number]


def test_reading_a_closed_reader_is_an_error() -> None:
    with pytest.raises(DeviceGone):
        Stage().reader.read(0.1)


def test_the_wire_log_holds_nobody_even_in_memory() -> None:
    stage = opened()
    stage.module.put(ZHAO)
    stage.readings(3)
    kept = stage.log.export(lambda direction, stream: stream)  # as it lies in memory
    received = b"".join(bytes.fromhex(line.split("<")[1]) for line in kept if "<" in line)
    assert len(received) > WHOLE_READ_BYTES
    assert ZHAO.number.encode("utf-16-le") not in received
    assert ZHAO.name.encode("utf-16-le") not in received
    assert ZHAO.photo[:8] not in received
