"""What counts as a scan: one for a code that is held in sight, text that is somebody's, and no noise."""

from __future__ import annotations

import pytest

from drivers.base import CodeScanned
from drivers.scanners.scans import Scans

S = 1_000_000_000


def contents(scans: Scans) -> list[str]:
    found = []
    while (scan := scans.next_scan()) is not None:
        found.append(scan.content.reveal())
    return found


def test_a_code_in_sight_is_one_scan_until_it_was_gone_for_two_seconds() -> None:
    scans = Scans()
    for at_ns in (0, 1 * S, 2 * S, 3 * S, 5 * S):
        scans.take(b"held", at_ns)
    assert contents(scans) == ["held", "held"]
    assert scans.counts == {"scans": 2, "repeated": 3, "unreadable": 0}


def test_another_code_between_makes_it_a_new_scan() -> None:
    scans = Scans()
    for code in (b"one", b"two", b"one"):
        scans.take(code, 0)
    assert contents(scans) == ["one", "two", "one"]


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ("取餐码".encode(), "取餐码"),
        ("取餐码".encode("gb18030"), "取餐码"),
        ("㐂𠮷".encode("gb18030"), "㐂𠮷"),
        (b"]C1\x1d0112345", "]C1\x1d0112345"),
        (b"code\r\n", "code"),
    ],
)
def test_text_is_utf_8_or_gb_18030(wire: bytes, text: str) -> None:
    scans = Scans()
    scans.take(wire, 0)
    assert contents(scans) == [text]


@pytest.mark.parametrize(("encoding", "text"), [("auto", "һ¥"), ("utf-8", "һ¥"), ("gb18030", "一楼")])
def test_what_is_right_in_both_encodings_is_decided_by_the_option(encoding: str, text: str) -> None:
    scans = Scans(encoding)
    scans.take("一楼".encode("gb18030"), 0)
    assert contents(scans) == [text]


@pytest.mark.parametrize("wire", [b"\xff\xff\xff", b"a\0b", b"\x02\x03", b"\x7f"])
def test_noise_is_no_scan(wire: bytes) -> None:
    scans = Scans()
    scans.take(wire, 0)
    assert contents(scans) == []
    assert scans.counts["unreadable"] == 1


def test_nothing_of_a_scan_is_printed_or_kept() -> None:
    scans = Scans()
    scans.take(b"SECRET", 0)
    scan = scans.next_scan()
    assert isinstance(scan, CodeScanned)
    assert "SECRET" not in f"{scan} {scan!r}"
    scan.content.wipe()
    assert b"SECRET" not in b"".join(value for value in vars(scans).values() if isinstance(value, bytes))
