"""Replies of relay boards over Modbus RTU: a door is not open because noise said so."""

from __future__ import annotations

from functools import cache
from random import Random

from hypothesis import strategies as st

from drivers.relays import modbus_frames as frames
from drivers.relays.modbus_frames import Refusal, ReplyParser
from tests.fuzz.streams import Stream, cut, flipped
from tests.fuzz.target import Target
from tests.fuzz.verdict import Verdict

READ = frames.read_coils(1, 8)
PULSE = frames.flash_on(1, 1, 7)
REQUESTS = (READ, PULSE)
STATES = [frames.framed(bytes([1, 1, 1, states])) for states in (0, 1, 0x80)]
REFUSALS = [frames.framed(bytes([1, function, 2])) for function in (0x81, 0x85)]
FOREIGN = [frames.flash_on(2, 1, 7), frames.flash_on(1, 2, 7), frames.framed(bytes([1, 1, 2, 1, 0]))]
SAMPLES = {frame: frame for frame in (*STATES, *REFUSALS, *REQUESTS)}
PARTS = (
    st.sampled_from([*SAMPLES, *FOREIGN]),
    st.lists(st.sampled_from(READ + PULSE + STATES[0] + b"\x85\xff"), max_size=12).map(bytes),
    st.binary(max_size=12),
)


def reply_stream(draw: Random) -> Stream:
    """What comes back over a bad RS-485 line: echoes, replies to this and other questions, torn and flipped."""
    said: list[bytes] = []
    data = bytearray()
    for _ in range(draw.randint(1, 5)):
        whole = draw.choice((*STATES, *REFUSALS, *REQUESTS, *FOREIGN))
        damage = draw.randrange(6)
        if damage == 0:
            data += flipped(whole, draw.randint(1, 4), draw)
        elif damage == 1:
            data += whole[: draw.randrange(len(whole))]
        elif damage == 2:
            data += draw.randbytes(draw.randint(1, 9))
        else:
            said.append(whole)
            data += whole
    return Stream(cut(bytes(data), draw), said)


@cache
def remainder(frame: bytes) -> int:
    """A frame's check the long way, as a division of polynomials over its bits: 0 for a frame that is whole."""
    reversed_bytes = bytes(int(f"{byte:08b}"[::-1], 2) for byte in frame)
    bits = 8 * len(frame)
    value = int.from_bytes(reversed_bytes, "big") ^ 0xFFFF << bits - 16
    for position in range(bits - 1, 15, -1):
        if value >> position & 1:
            value ^= 0x18005 << position - 16
    return value


def first_reply(data: bytes, request: bytes, *, echoes: bool) -> bytes:
    """The frame that answers `request` and is whole first, found by looking at every piece of the stream; b"" for none."""
    is_write = request[1] == 5
    own_words = 0
    begin = 0
    for end in range(1, len(data) + 1):
        heard = data[begin:end]
        if heard[-8:] == request:
            own_words += 1
            if is_write and own_words == (2 if echoes else 1):
                return request
            begin = end
            continue
        refusal, states = heard[-5:], heard[-6:]
        if refusal[:2] == bytes([1, request[1] + 0x80]) and len(refusal) == 5 and remainder(refusal) == 0:
            return refusal
        if not is_write and states[:3] == b"\1\1\1" and len(states) == 6 and remainder(states) == 0:
            return states
    return b""


def parsed(pieces: list[bytes], request: bytes, *, echoes: bool) -> bytes:
    """What the parser takes for the reply, as bytes of the wire."""
    parser = ReplyParser(request, echoes=echoes)
    for piece in pieces:
        reply = parser.feed(piece)
        if isinstance(reply, Refusal):
            return frames.framed(bytes([1, request[1] | frames.REFUSED, reply.number]))
        if reply is not None:
            return reply
    return b""


def judge_replies(stream: Stream) -> Verdict:
    """Both questions, on a line that echoes and one that does not."""
    verdict = Verdict(streams=1)
    for request in REQUESTS:
        for echoes in (False, True):
            told = parsed(stream.pieces, request, echoes=echoes)
            true = first_reply(stream.data, request, echoes=echoes)
            verdict.wrong_accepts += told not in (b"", true)
            verdict.missed += told != true and not told
            verdict.undetectable += bool(told) and told == true and told not in stream.said
    return verdict


TARGETS = (Target("modbus_replies", reply_stream, judge_replies, PARTS, samples=SAMPLES),)
