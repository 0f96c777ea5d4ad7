"""The judges of scanners, typing devices and radio receivers must be able to see: planted defects have to be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from drivers.buttons.rf_frames import Family
from drivers.scanners import line_frames, ssi_frames
from tests.fuzz.campaign import Campaign
from tests.fuzz.streams import Stream
from tests.fuzz.targets_scanners import (
    TARGETS,
    compared,
    parse_packets,
    parse_typed,
    radio_codes,
    typed_lines,
    whole_packets,
)
from tests.fuzz.verdict import Verdict

BY_NAME = {target.name: target for target in TARGETS}


def campaign(name: str, judge: Callable[[Stream], Verdict]) -> Verdict:
    return Campaign(replace(BY_NAME[name], judge=judge)).run(0, 300, seed=1)


def any_checksum(data: bytes) -> list[bytes]:
    """Packets by their length alone."""
    found = []
    while data:
        end = data[0] + 2
        if data[0] >= 4 and len(data) >= end and data[2] == 0:
            found.append(data[:end])
            data = data[end:]
        else:
            data = data[1:]
    return found


def test_a_packet_parser_that_forgets_the_checksum_is_found() -> None:
    verdict = campaign(
        "ssi_packets",
        lambda stream: compared(any_checksum(stream.data), whole_packets(stream.data), stream.said),
    )
    assert verdict.wrong_accepts > 0


def test_a_packet_parser_that_loses_split_packets_is_found() -> None:
    def forgetful(stream: Stream) -> Verdict:
        accepted = [found for piece in stream.pieces for found in parse_packets([piece])]
        return compared(accepted, whole_packets(stream.data), stream.said)

    assert campaign("ssi_packets", forgetful).missed > 0


def test_a_typist_that_joins_what_a_gap_parts_is_found() -> None:
    def patient(stream: Stream) -> Verdict:
        without_times = [b"".join(_without_times(stream.data))]
        return compared(parse_typed(without_times), typed_lines(stream.pieces), [])

    assert campaign("typed_lines", patient).wrong_accepts > 0


def _without_times(data: bytes) -> list[bytes]:
    return [bytes(16) + data[at + 16 : at + 24] for at in range(0, len(data) - 23, 24)]


def test_a_redaction_that_does_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((ssi_frames, "ssi_redaction"), (line_frames, "line_redaction")):
        monkeypatch.setattr(module, "redact", lambda direction, stream: stream)
        assert Campaign(BY_NAME[name]).run(0, 200, seed=1).wrong_accepts > 0


@pytest.mark.parametrize(
    ("family", "wire", "codes"),
    [
        (Family.GENERIC, "FD 03 A1 B2 C4 5F DF 00 FD 11 22 33 44 55 DF", ["A1B2C4", "1122334455"]),
        (Family.BRIDGE, "AA AA A4 24 E0 01 40 03 84 D0 03 58 55", ["D00358"]),
    ],
)
def test_the_judge_reads_radio_frames_by_itself(family: Family, wire: str, codes: list[str]) -> None:
    assert [code.hex().upper() for code in radio_codes(family, bytes.fromhex(wire))] == codes
