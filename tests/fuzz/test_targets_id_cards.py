"""The judges of the identity card reader must be able to see: a planted defect has to be found."""

from __future__ import annotations

from dataclasses import replace

from drivers.cards.sam_frames import reply_frame
from tests.fuzz.campaign import Campaign
from tests.fuzz.streams import Stream
from tests.fuzz.targets_id_cards import (
    CARDS,
    HOST_TIMEOUT,
    PREAMBLE,
    TARGETS,
    framed,
    judge_frames,
    judge_people,
    numbers_in,
    parsed,
    read_body,
    seen_by_driver,
    shown,
    whole_frames,
)
from tests.fuzz.verdict import Verdict

FRAMES, DRIVER, REDACTION = TARGETS
OK = b"\x00\x00\x90"


def test_the_judge_frames_as_the_protocol_says() -> None:
    for card in CARDS:
        assert framed(read_body(card)) == reply_frame(OK, read_body(card)[3:])


def test_the_judge_reads_by_itself() -> None:
    one = read_body(CARDS[0])
    assert whole_frames(b"\xaa" + framed(one) + b"\x01" + framed(OK)) == [one, OK]
    assert whole_frames(framed(one)[:-1] + b"\x00") == []
    assert whole_frames(PREAMBLE + HOST_TIMEOUT + framed(OK)) == [OK]
    for card in CARDS:
        assert numbers_in(framed(read_body(card))) == {card.number}
        assert numbers_in(framed(read_body(card))[:-1]) == set()


def test_a_parser_that_forgets_the_checksum_is_found() -> None:
    def credulous(stream: Stream) -> Verdict:
        data = stream.data
        starts = [at for at in range(len(data)) if data.startswith(PREAMBLE, at)]
        bodies = [data[at + 7 : at + 6 + int.from_bytes(data[at + 5 : at + 7], "big")] for at in starts]
        return judge_frames(stream, [body for body in bodies if len(body) >= 3])

    assert Campaign(replace(FRAMES, judge=credulous)).run(0, 200, seed=1).wrong_accepts > 0


def test_a_parser_that_loses_a_split_frame_is_found() -> None:
    def forgetful(stream: Stream) -> Verdict:
        return judge_frames(stream, [body for piece in stream.pieces for body in parsed([piece])])

    assert Campaign(replace(FRAMES, judge=forgetful)).run(0, 200, seed=1).missed > 0


def test_a_driver_that_believes_part_of_a_read_is_found() -> None:
    torn = Stream([framed(read_body(CARDS[0]))[:900]])
    assert judge_people(torn, [CARDS[0].number]).wrong_accepts == 1


def test_the_driver_is_really_tried() -> None:
    """Most of its streams hold a card that it believes in."""
    pieces = [
        framed(OK),
        framed(b"\x00\x00\x9f" + bytes(4)),
        framed(OK + bytes(8)),
        framed(read_body(CARDS[0])),
    ]
    assert seen_by_driver(pieces) == [CARDS[0].number]
    seen = 0

    def counted(stream: Stream) -> Verdict:
        nonlocal seen
        found = seen_by_driver(stream.pieces)
        seen += bool(found)
        return judge_people(stream, found)

    Campaign(replace(DRIVER, judge=counted)).run(0, 1000, seed=1)
    assert seen > 30


def test_a_redaction_that_lets_a_name_through_is_found() -> None:
    assert shown(framed(read_body(CARDS[0])), CARDS[0]) == 5
    assert shown(framed(OK + CARDS[0].chip), CARDS[0]) == 1
