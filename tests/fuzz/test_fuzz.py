"""The fuzzing judge must be able to see: planted defects have to be found, or its zero means nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from drivers.cards.em4100_frames import frame, xor_of
from drivers.printers.status import Echo, Fence, RealTime
from tests.fuzz import campaign as campaigns
from tests.fuzz.campaign import Campaign, Outcome, parts, run_all
from tests.fuzz.streams import Stream
from tests.fuzz.targets import TARGETS, Target, judge_answers, judge_cards, parse_frames, valid_cards
from tests.fuzz.verdict import Verdict

UID = bytes.fromhex("01001293D8")
OTHER = bytes.fromhex("2900DEB30A")
FRAMES = TARGETS[0]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_parsers_pass_a_short_campaign(target: Target) -> None:
    campaign = Campaign(replace(target, share=1.0))
    verdict = campaign.run(examples=60, streams=600, seed=1)
    assert verdict.streams >= 600
    assert verdict.passed, campaign.failures


def test_a_parser_that_forgets_the_checksum_is_found() -> None:
    def credulous(stream: Stream) -> Verdict:
        shape = frame(UID)
        data = stream.data
        believed = Counter(
            bytes.fromhex(data[at + 1 : at + 11].decode())
            for at in range(len(data))
            if data[at : at + 1] == b"\x02"
            and len(data[at : at + 14]) == len(shape)
            and data[at + 13] == 3
            and all(digit in b"0123456789ABCDEF" for digit in data[at + 1 : at + 13])
        )
        return judge_cards(stream, believed)

    verdict = Campaign(replace(FRAMES, judge=credulous)).run(0, 500, seed=1)
    assert verdict.wrong_accepts > 0
    assert not verdict.passed


def test_a_parser_that_loses_a_split_frame_is_found() -> None:
    def forgetful(stream: Stream) -> Verdict:
        return judge_cards(stream, sum((parse_frames([piece]) for piece in stream.pieces), Counter()))

    assert Campaign(replace(FRAMES, judge=forgetful)).run(0, 200, seed=1).missed > 0


def test_a_parser_that_crashes_is_found_and_shown() -> None:
    def crashing(stream: Stream) -> Verdict:
        raise IndexError(len(stream.data))

    campaign = Campaign(replace(FRAMES, judge=crashing))
    assert campaign.run(0, 10, seed=1).crashes == 10
    assert "IndexError" in campaign.failures[0]


def test_damage_that_the_checksum_cannot_see_is_counted_apart() -> None:
    one, two = bytearray(UID), bytearray(UID)
    one[1] ^= 0x10
    one[2] ^= 0x10
    assert xor_of(bytes(one)) == xor_of(bytes(two))
    stream = Stream([frame(bytes(one))], said=[])
    verdict = judge_cards(stream, parse_frames(stream.pieces))
    assert verdict == Verdict(streams=1, undetectable=1)
    assert verdict.passed


def test_the_judge_reads_frames_by_itself() -> None:
    assert valid_cards(frame(UID) + b"\xff" + frame(OTHER) + frame(UID)) == {UID: 2, OTHER: 1}
    assert valid_cards(frame(UID, checksum=0) + frame(OTHER)[:9]) == {}


def test_an_invented_answer_of_the_printer_is_found() -> None:
    stream = Stream([b"\x12"])
    assert judge_answers(stream, [RealTime(0x12)], [RealTime(0x12)]).passed
    assert judge_answers(stream, [Echo(b"job1")], [Echo(b"job1")]).wrong_accepts == 1
    assert judge_answers(stream, [RealTime(0x12)], [Fence(0x12)]).missed == 1


def test_in_parts_and_in_other_processes_it_is_the_same_campaign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaigns, "STREAMS_A_PART", 30)
    monkeypatch.setattr(campaigns, "TARGETS", (FRAMES,))
    assert len(list(parts(FRAMES, 10, 100, seed=3))) == 1 + 4
    (outcome,) = run_all(10, 100, seed=3)
    assert outcome == Outcome(FRAMES.name, Campaign(FRAMES).run(10, 100, seed=3), [])


def test_what_another_process_found_is_counted_and_shown() -> None:
    total = Outcome("one", Verdict(streams=5, crashes=1), ["first"])
    total.add(Outcome("one", Verdict(streams=6, crashes=9), [f"more {number}" for number in range(9)]))
    assert total.verdict == Verdict(streams=11, crashes=10)
    assert total.failures == ["first", "more 0", "more 1", "more 2", "more 3"]


def test_the_last_line_is_the_report() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--examples", "10", "--streams", "100"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    report = json.loads(ran.stdout.splitlines()[-1])
    assert report["streams"] >= 200
    assert {report[name] for name in ("crashes", "wrong_accepts", "missed")} == {0}
    assert "undetectable" in report
