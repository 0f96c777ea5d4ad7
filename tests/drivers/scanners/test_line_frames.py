"""Plain lines: where a code ends, and what is too long to be one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanners.line_frames import LineParser, redact
from drivers.scanners.scans import LONGEST


def parse(*pieces: bytes) -> list[bytes]:
    parser = LineParser()
    return [code for piece in pieces for code in parser.feed(piece)]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_each_end_ends_a_code(end: bytes) -> None:
    assert parse(b"one" + end + b"two" + end) == [b"one", b"two"]


@given(st.lists(st.binary(max_size=9), max_size=8))
def test_the_cut_makes_no_difference(pieces: list[bytes]) -> None:
    assert parse(*pieces) == parse(b"".join(pieces))


def test_an_end_that_comes_later_is_no_empty_code() -> None:
    assert parse(b"one\r", b"\n", b"\n\r") == [b"one"]


def test_a_code_without_its_end_waits_until_it_is_abandoned() -> None:
    parser = LineParser()
    assert list(parser.feed(b"half")) == []
    assert parser.pending
    assert list(parser.abandon()) == [b"half"]
    assert not parser.pending


def test_what_is_too_long_is_dropped_to_its_end() -> None:
    parser = LineParser()
    assert list(parser.feed(bytes([65]) * LONGEST + b"\r")) == [bytes([65]) * LONGEST]
    assert list(parser.feed(bytes([65]) * (LONGEST + 1))) == []
    assert list(parser.feed(b"its rest\rnext\r")) == [b"next"]
    assert parser.too_long == 1


@given(st.binary(max_size=80))
def test_redaction_keeps_ends_and_nothing_else(stream: bytes) -> None:
    clean = redact("<", stream)
    assert [byte if byte in b"\r\n" else 0 for byte in clean] == [
        byte if byte in b"\r\n" else 0 for byte in stream
    ]
    assert not clean.strip(b"\r\n0123456789")


def test_equal_codes_stay_equal_and_others_different() -> None:
    one, two, three, _ = redact("<", b"SECRET\rother1\rSECRET\r").split(b"\r")
    assert one == three != two
    assert redact("<", b"SECRET\r").strip() == one  # also from one call to the next
