"""One look against everybody who is enrolled: the gallery beside face_recognition.face_distance on a list and on an array, and
beside one pass over the same memory, which no comparison of all of them can beat.

It is measured in a process with one BLAS thread, as recognition runs: `python -m benchmarks.face_matching`.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Result, against, median_ratio, take_turns

SIZES = (1_752, 10_000, 100_000)
ROUNDS = 5
LEAST_S = 0.15
DEADLINE_S = 300.0
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
PEERS = {
    "list": "face_recognition.face_distance on a list",
    "array": "face_recognition.face_distance on an array",
    "pass": "one pass over the vectors in memory",
}


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.face_matching"],
        env=os.environ | ONE_THREAD,
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        check=True,
        timeout=DEADLINE_S,
    )
    return [_result(*each) for each in json.loads(done.stdout)]


def _result(size: int, peer: str, ours: list[float], others: list[float]) -> Result:
    how = (
        f"A look at {size:,} enrolled vectors of 128, decided (threshold, margin, who), in {ROUNDS} rounds of at least "
        f"{LEAST_S:g} s in turn with the peer; the median of the rounds, one BLAS thread. The peer's nearest is taken with argmin."
    )
    has_goal = peer == "list" and size == SIZES[-1]
    return against(
        f"face_match_{size}_to_{peer}",
        statistics.median(ours),
        "ms",
        PEERS[peer],
        statistics.median(others),
        how,
        ratio=median_ratio(ours, others),
        ratio_at_most=0.1 if has_goal else None,
    )


def measured() -> list[tuple[int, str, list[float], list[float]]]:
    """For each size and peer: milliseconds a look, ours and the peer's, round by round."""
    import numpy

    from benchmarks.peers.plain_webcam_loop import nearest
    from kiosk.faces.matching import Gallery

    random = numpy.random.default_rng(1)
    rows = []
    for size in SIZES:
        vectors = random.normal(0, 0.06, (size, 128)).astype(numpy.float32)
        gallery = Gallery()
        gallery.replace([str(number) for number in range(size)], vectors)
        look = vectors[size // 2] + random.normal(0, 0.01, 128).astype(numpy.float32)
        # What face_recognition returns, and what its examples keep it in.
        as_doubles = vectors.astype(numpy.float64)
        as_list = list(as_doubles)
        double_look = look.astype(numpy.float64)
        if nearest(as_list, double_look) != size // 2 or nearest(as_doubles, double_look) != size // 2:
            raise RuntimeError("the peer found somebody else")
        if getattr(gallery.decide(look), "consent_id", "") != str(size // 2):
            raise RuntimeError("the gallery found somebody else")
        peers: dict[str, Callable[[], object]] = {
            "list": lambda known=as_list, seen=double_look: nearest(known, seen),
            "array": lambda known=as_doubles, seen=double_look: nearest(known, seen),
            "pass": lambda held=vectors: float(held.sum()),
        }
        for name, peer in peers.items():
            ours, others = take_turns(
                lambda gallery=gallery, look=look: _ms(lambda: gallery.decide(look)),
                lambda peer=peer: _ms(peer),
                ROUNDS,
            )
            rows.append((size, name, ours, others))
    return rows


def _ms(call: Callable[[], object]) -> float:
    """Milliseconds a call, over at least LEAST_S."""
    calls, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < LEAST_S:
        call()
        calls += 1
    return (time.perf_counter() - begun) * 1000 / calls


if __name__ == "__main__":
    print(json.dumps(measured()))
