"""Scanners, typing devices and radio receivers, each with a judge that reads the protocol in its own way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from drivers.buttons.codes import button_of
from drivers.buttons.receiver import RadioReceiver
from drivers.buttons.rf_frames import Family, FrameParser, bridge_frame, generic_frame
from drivers.keyboard import redaction as typed_redaction
from drivers.keyboard.input_events import EVENT, EventParser, NotInputEvents
from drivers.keyboard.typed import TypedLine, Typist
from drivers.scanners import line_frames, ssi_frames
from drivers.scanners.line_frames import LineParser
from drivers.scanners.ssi_frames import DECODE_DATA, SCANNER, Packet, PacketParser, packet
from drivers.wire_log import RecordedTransport
from tests.fuzz.streams import Stream
from tests.fuzz.streams_scanners import (
    bridge_stream,
    generic_radio_stream,
    line_stream,
    ssi_stream,
    typed_stream,
)
from tests.fuzz.target import Target
from tests.fuzz.verdict import Verdict

SSI_SAMPLES = [
    packet(DECODE_DATA, b"\xf1" + code, source=SCANNER) for code in (b"1234", b"ABCDEF", b"\x04\xf3\x00")
]
LINE_SAMPLES = [b"code-one\r\n", b"two\r", "三\n".encode()]
RADIO_CODES = (b"\xd0\x03\x58", b"\xfd\x03\xdf", b"\xaa\xa4\x55")
RADIO_SAMPLES = [make(code) for make in (generic_frame, bridge_frame) for code in RADIO_CODES]


def compared(accepted: Iterable[bytes], valid: Iterable[bytes], said: Iterable[bytes]) -> Verdict:
    """What was believed against what the stream holds and what was truly said, each as whole frames."""
    believed, whole = Counter(accepted), Counter(valid)
    return Verdict(
        streams=1,
        wrong_accepts=(believed - whole).total(),
        missed=(whole - believed).total(),
        undetectable=((believed & whole) - Counter(said)).total(),
    )


def whole_packets(data: bytes) -> list[bytes]:
    """Every packet that stands in the stream from left to right: sum and checksum together are zero."""
    found = []
    while data:
        end = data[0] + 2
        body = data[: end - 2]
        right = len(body) >= 4 and len(data) >= end and body[2] == 0
        if right and (sum(body) + 256 * data[end - 2] + data[end - 1]) % 65536 == 0:
            found.append(data[:end])
            data = data[end:]
        else:
            data = data[1:]
    return found


def parse_packets(pieces: Iterable[bytes]) -> list[bytes]:
    """The packet parser's packets, as bytes."""
    parser = PacketParser()
    found = [item for piece in pieces for item in parser.feed(piece)] + list(parser.abandon())
    return [
        packet(item.opcode, item.data, source=item.source, status=item.status)
        for item in found
        if isinstance(item, Packet)
    ]


def _judge_ssi(stream: Stream) -> Verdict:
    return compared(parse_packets(stream.pieces), whole_packets(stream.data), stream.said)


def _judge_ssi_redaction(stream: Stream) -> Verdict:
    clean = ssi_frames.redact("<", stream.data)
    leaks = sum(whole[5:-2] in clean for whole in stream.said)
    same = len(clean) == len(stream.data) and len(whole_packets(clean)) == len(whole_packets(stream.data))
    return Verdict(streams=1, wrong_accepts=leaks, missed=not same)


def _judge_lines(stream: Stream) -> Verdict:
    parser = LineParser()
    accepted = [code for piece in stream.pieces for code in parser.feed(piece)] + list(parser.abandon())
    valid = [code for code in re.split(rb"[\r\n]", stream.data) if code]
    return compared(accepted, valid, (whole.strip() for whole in stream.said))


def _judge_line_redaction(stream: Stream) -> Verdict:
    clean = line_frames.redact("<", stream.data)
    leaks = sum(whole.strip() in clean for whole in stream.said)
    ends = [byte if byte in b"\r\n" else 0 for byte in stream.data]
    same = ends == [byte if byte in b"\r\n" else 0 for byte in clean]
    return Verdict(streams=1, wrong_accepts=leaks, missed=not same)


# --- what was typed ---------------------------------------------------------------------------------------------------


def typed_lines(pieces: Iterable[bytes]) -> list[bytes]:
    """The lines of digits that a piecewise reading of the events gives, worked out from the fields' bytes."""
    lines: list[bytes] = []
    held, line, shifts = b"", b"", set[int]()
    last_us, dropped = 0, False
    for piece in pieces:
        held += piece
        while len(held) >= 24:
            fields, held = held[:24], held[24:]
            seconds, micros = (int.from_bytes(fields[at : at + 8], "little", signed=True) for at in (0, 8))
            kind, code = (int.from_bytes(fields[at : at + 2], "little") for at in (16, 18))
            value, at_us = int.from_bytes(fields[20:], "little", signed=True), seconds * 1_000_000 + micros
            if kind > 31 or code > 767 or seconds < 0 or not 0 <= micros < 1_000_000:
                held, line, shifts, last_us, dropped = b"", b"", set(), 0, False
                break
            if kind == 0 and code in (0, 3):
                dropped = code == 3
                line, shifts = (b"", set()) if dropped else (line, shifts)
            if kind != 1 or dropped:
                continue
            if code in (42, 54):
                shifts = shifts - {code} if value == 0 else shifts | {code}
            elif value == 1 and (code in _DIGITS or code in (28, 96)):
                line = line if at_us - last_us < 150_000 else b""
                if code in _DIGITS:
                    line, last_us = line + _DIGITS[code][bool(shifts)], at_us
                elif line:
                    lines.append(line)
                    line = b""
    return lines


_DIGITS = {
    2 + place: (b"1234567890"[place : place + 1], b"!@#$%^&*()"[place : place + 1]) for place in range(10)
} | {
    code: (sign, sign)  # those of the keypad, which a flipped bit may make of the others
    for code, sign in zip(
        (71, 72, 73, 75, 76, 77, 79, 80, 81, 82, 55), map(bytes, zip(b"7894561230*")), strict=True
    )
}


def parse_typed(pieces: Iterable[bytes]) -> list[bytes]:
    """The lines that the two parsers give, begun anew where a read holds no events, as `Keyboard` does."""
    events, typist = EventParser(), Typist()
    lines: list[bytes] = []
    for piece in pieces:
        try:
            found = typist.feed(events.feed(piece))
            lines.extend(
                item.octets for item in found if isinstance(item, TypedLine)
            )  # keeps those before a raise
        except NotInputEvents:
            typist = Typist()
    return lines


def _judge_typed(stream: Stream) -> Verdict:
    believed = parse_typed(stream.pieces)
    valid = typed_lines(stream.pieces)
    # A flipped bit may make any key of a digit, and the judge knows digits only.
    accepted = [line for line in believed if not line.strip(b"1234567890!@#$%^&*()")]
    if len(accepted) != len(believed):
        return Verdict(streams=1, wrong_accepts=(Counter(accepted) - Counter(valid)).total())
    return compared(accepted, valid, (line for whole in stream.said for line in typed_lines([whole])))


def _judge_typed_redaction(stream: Stream) -> Verdict:
    clean = typed_redaction.redact("<", stream.data)
    whole = len(stream.data) - len(stream.data) % EVENT.size
    keys = [(fields[3], fields[4]) for fields in EVENT.iter_unpack(stream.data[:whole]) if fields[2] == 1]
    clean_keys = [(fields[3], fields[4]) for fields in EVENT.iter_unpack(clean[:whole]) if fields[2] == 1]
    return Verdict(
        streams=1,
        missed=len(clean) != len(stream.data) or len(keys) != len(clean_keys),
        wrong_accepts=any(code in (42, 54) for code, _ in clean_keys),
    )


# --- radio ------------------------------------------------------------------------------------------------------------

_WHOLE = {
    Family.GENERIC: re.compile(rb"\xfd(?:\x03(...).|(.....))\xdf", re.DOTALL),
    Family.BRIDGE: re.compile(rb"\xaa\xa4......(...)\x55", re.DOTALL),
}


def radio_codes(family: Family, data: bytes) -> list[bytes]:
    """What every frame in the stream says, by pattern."""
    return [next(group for group in match.groups() if group) for match in _WHOLE[family].finditer(data)]


def _judge_radio(family: Family, stream: Stream) -> Verdict:
    parser = FrameParser(family)
    accepted = [frame.body for piece in stream.pieces for frame in parser.feed(piece)]
    said = [code for whole in stream.said for code in radio_codes(family, whole)]
    return compared(accepted, radio_codes(family, stream.data), said)


def _judge_generic(stream: Stream) -> Verdict:
    return _judge_radio(Family.GENERIC, stream)


def _judge_bridge(stream: Stream) -> Verdict:
    return _judge_radio(Family.BRIDGE, stream)


def _judge_receiver(stream: Stream) -> Verdict:
    """The whole driver, which knows every button of the stream: no press without two of its frames."""
    codes = Counter(radio_codes(Family.GENERIC, stream.data))
    lines = [f"{number * 0.02:.2f} < {piece.hex()}" for number, piece in enumerate(stream.pieces)]
    transport = RecordedTransport(lines)
    receiver = RadioReceiver(
        transport,
        Family.GENERIC,
        [button_of(code) for code in codes],
        monotonic_ns=transport.monotonic_ns,
    )
    receiver.open()
    pressed = Counter[tuple[str, int]]()
    while not transport.finished:
        while (press := receiver.read(1.0)) is not None:
            pressed[press.address, press.key] += 1
    said = Counter(code for whole in stream.said for code in radio_codes(Family.GENERIC, whole))
    verdict = Verdict(streams=1)
    for code, frames in codes.items():
        button = button_of(code)
        presses = pressed.pop((button.address, button.key), 0)
        verdict.wrong_accepts += presses > frames // 2
        verdict.undetectable += presses > 0 and said[code] < 2
    verdict.wrong_accepts += pressed.total()
    return verdict


_NOISE = st.binary(max_size=16)
_SSI_PARTS = (
    st.sampled_from(SSI_SAMPLES),
    st.lists(st.sampled_from(b"\x00\x04\x05\xf3\xd0"), max_size=12).map(bytes),
    _NOISE,
)
_LINE_PARTS = (
    st.sampled_from(LINE_SAMPLES),
    st.sampled_from([b"\r", b"\n", b"\0"]),
    _NOISE,
)
_RADIO_PARTS = (
    st.sampled_from(RADIO_SAMPLES),
    st.lists(st.sampled_from(b"\xfd\xdf\xaa\xa4\x55\x03"), max_size=14).map(bytes),
    _NOISE,
)
_KEY_EVENTS = st.builds(
    lambda ms, kind, code, value: EVENT.pack(ms // 1000, ms % 1000 * 1000, kind, code, value),
    st.integers(0, 400),
    st.sampled_from([0, 1, 1, 1]),
    st.sampled_from([0, 2, 3, 3, 11, 28, 42]),
    st.sampled_from([1, 1, 1, 0, 2]),
)


def _target(
    name: str,
    generate: Callable[[Random], Stream],
    judge: Callable[[Stream], Verdict],
    parts: tuple[SearchStrategy[bytes], ...],
    samples: Iterable[bytes] = (),
    share: float = 1.0,
) -> Target:
    return Target(name, generate, judge, parts, share, {whole: whole for whole in samples})


TARGETS = (
    _target("ssi_packets", ssi_stream, _judge_ssi, _SSI_PARTS, SSI_SAMPLES),
    _target("ssi_redaction", ssi_stream, _judge_ssi_redaction, _SSI_PARTS, share=0.2),
    _target("line_codes", line_stream, _judge_lines, _LINE_PARTS, LINE_SAMPLES),
    _target("line_redaction", line_stream, _judge_line_redaction, _LINE_PARTS, share=0.2),
    _target("typed_lines", typed_stream, _judge_typed, (_KEY_EVENTS, _NOISE)),
    _target("typed_redaction", typed_stream, _judge_typed_redaction, (_KEY_EVENTS, _NOISE), share=0.2),
    _target("rf_generic", generic_radio_stream, _judge_generic, _RADIO_PARTS, RADIO_SAMPLES),
    _target("rf_bridge", bridge_stream, _judge_bridge, _RADIO_PARTS, RADIO_SAMPLES),
    _target("rf_receiver", generic_radio_stream, _judge_receiver, _RADIO_PARTS, RADIO_SAMPLES, share=0.2),
)
