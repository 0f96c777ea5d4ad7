"""What all benchmarks of readers have in common: from a device's last byte to the event, and how that is judged.

A device stamps when its last byte is out, so the line's own time is in no value. What is left is the kernel's part, to
carry the bytes over and to wake the program, and the driver's. The kernel's part is that of a bare reader as well: it is
measured in the same run, in turns, and the goal is held against what the driver takes beyond it. On a busy machine both
grow; the difference is what the driver can be blamed for.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.measure import Result, against, percentile

GOAL_MS = 5
PEER = "the same bytes by poll and read, unparsed"


def results(
    device: str, ours_ms: Sequence[float], bare_ms: Sequence[float], how: str, peer: str = PEER
) -> list[Result]:
    """Median and 99th percentile, in milliseconds; the latter at most GOAL_MS above that of the bare reader."""
    return [
        against(
            f"bytes_to_event_{device}_p{percent}",
            percentile(ours_ms, percent),
            "ms",
            peer,
            percentile(bare_ms, percent),
            how,
            above_peer_at_most=goal,
        )
        for percent, goal in ((50, None), (99, GOAL_MS))
    ]
