"""When a card counts: a diner must be read once, at once, and never as somebody else. Time is the recording's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.base import (
    CardId,
    CardLifted,
    CardReading,
    CardSeen,
    CardUnreadable,
    DeviceGone,
    Health,
)
from drivers.cards.em4100 import Em4100Reader, nobody_known
from drivers.cards.em4100_frames import frame
from drivers.cards.numbers import em4100_card
from drivers.wire_log import RecordedTransport

CARD = em4100_card("01001293D8")
OTHER = em4100_card("2900DEB30A")


def everybody_known(card: CardId) -> bool:
    return True


def line(at_s: float, data: bytes) -> str:
    return f"{at_s:.3f} < {data.hex(' ')}"


def frames(card: CardId, start_s: float, count: int, every_s: float = 0.065) -> list[str]:
    return [line(start_s + number * every_s, frame(card.reveal())) for number in range(count)]


def play(
    lines: list[str], known: Callable[[CardId], bool] = nobody_known, for_s: float = 5.0
) -> list[CardReading]:
    """Every reading of a recording that starts at second 0."""
    transport = RecordedTransport(["0.0 <", *lines])
    reader = Em4100Reader(transport, known, monotonic_ns=transport.monotonic_ns)
    reader.open()
    readings = []
    while transport.monotonic_ns() < for_s * 1e9:
        reading = reader.read(0.25)
        if reading is not None:
            readings.append(reading)
    assert transport.finished
    return readings


def test_an_unknown_card_counts_after_two_equal_frames() -> None:
    seen, lifted = play(frames(CARD, 1.0, 4))
    assert seen == CardSeen(CARD, 1_065_000_000)
    assert lifted == CardLifted(CARD)


def test_a_known_card_counts_after_one_frame() -> None:
    assert play(frames(CARD, 1.0, 1), everybody_known) == [CardSeen(CARD, 1_000_000_000), CardLifted(CARD)]


def test_only_the_vouched_card_is_believed_at_once() -> None:
    readings = play(
        [*frames(OTHER, 1.0, 1), *frames(CARD, 2.0, 1)], known=lambda card: card == CARD, for_s=4.0
    )
    assert readings == [CardUnreadable("card.torn"), CardSeen(CARD, 2_000_000_000), CardLifted(CARD)]


def test_one_frame_of_an_unknown_card_is_no_card() -> None:
    assert play(frames(CARD, 1.0, 1)) == [CardUnreadable("card.torn")]


def test_two_different_frames_are_no_card() -> None:
    assert play([*frames(CARD, 1.0, 1), *frames(OTHER, 1.065, 1)]) == [CardUnreadable("card.torn")]


def test_two_equal_frames_far_apart_are_two_brief_touches() -> None:
    readings = play([*frames(CARD, 1.0, 1), *frames(CARD, 1.5, 1)])
    assert CardSeen not in {type(reading) for reading in readings}


def test_a_resting_card_is_seen_once_until_it_is_lifted() -> None:
    seen, lifted = play(frames(CARD, 1.0, 45), everybody_known)
    assert isinstance(seen, CardSeen)
    assert lifted == CardLifted(CARD)


def test_lifting_takes_300_ms_of_silence() -> None:
    transport = RecordedTransport(["0.0 <", *frames(CARD, 0.0, 1)])
    reader = Em4100Reader(transport, everybody_known, monotonic_ns=transport.monotonic_ns)
    reader.open()
    assert isinstance(reader.read(0.1), CardSeen)
    assert reader.read(0.299) is None
    assert reader.read(0.01) == CardLifted(CARD)
    assert transport.monotonic_ns() == 300_000_000


def test_two_lost_frames_are_not_a_lift() -> None:
    readings = play([*frames(CARD, 1.0, 3), *frames(CARD, 1.0 + 5 * 0.065, 3)], everybody_known)
    assert [type(reading) for reading in readings] == [CardSeen, CardLifted]


def test_the_same_card_again_after_a_lift_is_seen_again() -> None:
    readings = play([*frames(CARD, 1.0, 2), *frames(CARD, 2.0, 2)], everybody_known)
    assert [type(reading) for reading in readings] == [CardSeen, CardLifted, CardSeen, CardLifted]


def test_the_next_card_lifts_the_one_before() -> None:
    readings = play([*frames(CARD, 1.0, 2), *frames(OTHER, 1.1, 2)], everybody_known)
    assert readings == [
        CardSeen(CARD, 1_000_000_000),
        CardLifted(CARD),
        CardSeen(OTHER, 1_100_000_000),
        CardLifted(OTHER),
    ]


def test_time_in_which_nobody_listened_is_not_the_cards_silence() -> None:
    now_ns = [0]
    transport = RecordedTransport(
        ["< " + frame(CARD.reveal()).hex(), "> 00", "< " + frame(CARD.reveal()).hex()]
    )
    reader = Em4100Reader(
        transport, everybody_known, monotonic_ns=lambda: transport.monotonic_ns() + now_ns[0]
    )
    reader.open()
    assert isinstance(reader.read(0.01), CardSeen)
    now_ns[0] += 2_000_000_000
    assert reader.read(0.2) is None
    transport.write(b"\x00", 0.1)  # lets the second frame through
    assert reader.read(0.2) is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\x7f\x00", "card.noise"),
        (frame(CARD.reveal(), checksum=0), "card.checksum"),
        (frame(CARD.reveal())[:6], "card.torn"),
    ],
)
def test_trouble_on_the_line_is_told(data: bytes, code: str) -> None:
    assert play([line(1.0, data)]) == [CardUnreadable(code)]


def test_trouble_is_told_at_most_once_a_second() -> None:
    lines = [line(1.0 + number * 0.05, b"\xff\x02") for number in range(60)]
    readings = play(lines)
    assert {type(reading) for reading in readings} == {CardUnreadable}
    assert 2 <= len(readings) <= 4


def test_a_crackle_before_a_good_frame_is_nobodys_business() -> None:
    readings = play([line(1.0, b"\xff\xfe" + frame(CARD.reveal())[:5]), *frames(CARD, 1.02, 3)])
    assert [type(reading) for reading in readings] == [CardSeen, CardLifted]


@pytest.mark.parametrize("cut", range(1, 14))
def test_a_frame_cut_anywhere_by_time_is_one_card(cut: int) -> None:
    wire = frame(CARD.reveal())
    readings = play([line(1.0, wire[:cut]), line(1.03, wire[cut:])], everybody_known)
    assert readings == [CardSeen(CARD, 1_030_000_000), CardLifted(CARD)]


@pytest.mark.parametrize("cut", range(1, 14))
def test_a_frame_that_never_ends_is_no_card(cut: int) -> None:
    wire = frame(CARD.reveal())
    readings = play([line(1.0, wire[:cut]), line(1.5, wire[cut:])], everybody_known)
    assert {type(reading) for reading in readings} == {CardUnreadable}


def test_unplugged_in_the_middle_of_a_frame() -> None:
    wire = frame(CARD.reveal())
    transport = RecordedTransport([f"< {wire[:6].hex()}", "! gone", f"< {wire[6:].hex()}"])
    reader = Em4100Reader(transport, everybody_known, monotonic_ns=transport.monotonic_ns)
    reader.open()
    with pytest.raises(DeviceGone):
        reader.read(1.0)
    reader.open()
    assert reader.read(1.0) == CardUnreadable("card.noise")


def test_a_card_that_rests_through_a_loose_plug_is_the_same_card() -> None:
    wire = frame(CARD.reveal()).hex()
    transport = RecordedTransport([f"< {wire}", "! gone", f"< {wire}"])
    reader = Em4100Reader(transport, everybody_known, monotonic_ns=transport.monotonic_ns)
    reader.open()
    assert isinstance(reader.read(0.1), CardSeen)
    with pytest.raises(DeviceGone):
        reader.read(0.1)
    reader.open()
    assert reader.read(0.2) is None
    assert reader.read(0.2) == CardLifted(CARD)


def test_a_card_that_left_while_unplugged_is_lifted() -> None:
    transport = RecordedTransport([f"< {frame(CARD.reveal()).hex()}", "! gone"])
    reader = Em4100Reader(transport, everybody_known, monotonic_ns=transport.monotonic_ns)
    reader.open()
    assert isinstance(reader.read(0.1), CardSeen)
    with pytest.raises(DeviceGone):
        reader.read(0.1)
    reader.open()
    assert reader.read(0.5) == CardLifted(CARD)


def test_diagnostics_count_and_hold_no_card() -> None:
    transport = RecordedTransport([*frames(CARD, 0.0, 2), line(0.2, b"\xff"), line(0.3, b"\x02\x30\x02")])
    reader = Em4100Reader(transport, everybody_known, monotonic_ns=transport.monotonic_ns)
    reader.open()
    assert isinstance(reader.read(1.0), CardSeen)
    assert isinstance(reader.read(1.0), CardLifted)
    assert reader.read(1.0) == CardUnreadable("card.torn")
    diagnostics = reader.diagnostics()
    assert diagnostics["frames"] == "2"
    assert diagnostics["noise"] == "1"
    assert diagnostics["torn"] == "2"
    assert "1293" not in str(diagnostics)


def test_probe_says_what_is_wrong() -> None:
    transport = RecordedTransport(["! gone"])
    reader = Em4100Reader(transport, monotonic_ns=transport.monotonic_ns)
    assert reader.probe().health is Health.OK
    reader.open()
    status = reader.probe()
    assert (status.health, status.code) == (Health.DOWN, "device.gone")
