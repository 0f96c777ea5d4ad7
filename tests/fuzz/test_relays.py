"""The judge of relay replies must see what it is there for: checks forgotten, echoes believed, replies missed."""

from __future__ import annotations

import pytest

from drivers.relays.modbus_frames import ReplyParser, framed
from tests.fuzz.streams import Stream
from tests.fuzz.targets_relays import PULSE, READ, STATES, first_reply, judge_replies, remainder


def test_the_long_division_knows_the_published_frames() -> None:
    for published in ("01 05 00 00 FF 00 8C 3A", "01 01 01 01 90 48", "01 85 02 C3 51"):
        frame = bytes.fromhex(published)
        assert remainder(frame) == 0
        assert remainder(frame[:-1] + bytes([frame[-1] ^ 1])) != 0
    assert remainder(framed(bytes(range(30)))) == 0


def test_the_judge_reads_echoes_as_a_person_would() -> None:
    assert first_reply(PULSE, PULSE, echoes=False) == PULSE
    assert first_reply(PULSE, PULSE, echoes=True) == b""
    assert first_reply(b"\0" + PULSE + b"\0" + PULSE, PULSE, echoes=True) == PULSE
    assert first_reply(READ + STATES[1], READ, echoes=False) == STATES[1]


def test_a_parser_without_a_check_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = STATES[1][:-1] + b"\0"
    stream = Stream([damaged])
    assert judge_replies(stream).passed
    monkeypatch.setattr("drivers.relays.modbus_frames.framed", lambda body: body + damaged[-2:])
    assert judge_replies(stream).wrong_accepts


def test_a_parser_that_believes_echoes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    believing = ReplyParser.__init__

    def credulous(self: ReplyParser, request: bytes, *, echoes: bool = False) -> None:
        believing(self, request, echoes=False)

    monkeypatch.setattr(ReplyParser, "__init__", credulous)
    assert judge_replies(Stream([PULSE], [PULSE])).wrong_accepts


def test_a_parser_that_misses_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReplyParser, "feed", lambda self, data: None)
    assert judge_replies(Stream([STATES[0]], [STATES[0]])).missed
