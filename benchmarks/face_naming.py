"""How many faces are named correctly in a second of work: recognition beside the plain loop of face_recognition's own webcam
example, on the same generated video, both as fast as they can.

A face counts where its frame says the right name. Ours has to have seen signs of life first, and has to follow faces at the
video's own pace: its clock is the video's, so that running faster saves it no search.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy

from benchmarks import face_scenes
from benchmarks.measure import Result, against, take_turns
from drivers.cameras.sources import load_cv2
from drivers.emulators.faces import PEOPLE
from kiosk.faces.engine import DLIB_68

VISITORS = 4
ENROLLED = 8
FPS = 25
ROUNDS = 2
VISIT_TURNS = 4
PEER_FRAMES_EVERY = 4


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    cv2 = load_cv2()
    cv2.setNumThreads(1)
    names, vectors = face_scenes.enrolled(DLIB_68, ENROLLED)
    video = [
        (str(seed), frame)
        for seed in PEOPLE[:VISITORS]
        for frame in [*face_scenes.visit(seed, VISIT_TURNS), *[None] * face_scenes.EMPTY_FRAMES]
    ]
    empty = face_scenes.nobody(1)[0]
    frames = [(name if frame is not None else "", empty if frame is None else frame) for name, frame in video]
    ours, plain = _Score(), _Score()
    our_rates, peer_rates = take_turns(
        lambda: _ours(frames, names, vectors, ours), lambda: _plain(frames, names, vectors, plain), ROUNDS
    )
    how = (
        f"{VISITORS} visitors of {ENROLLED} enrolled, one after the other at 1280x720, {len(frames)} frames; the faces whose "
        f"frame says the right name, by the seconds that all frames took. Ours named {ours.right} of {ours.faces} faces "
        f"({ours.wrong} wrong), the peer {plain.right} of {plain.faces} ({plain.wrong} wrong) of every {PEER_FRAMES_EVERY}th "
        "frame, since all would take minutes. Peer: facerec_from_webcam.py without its window."
    )
    return [
        against(
            "faces_named_wrongly",
            ours.wrong,
            "faces",
            "faces that were shown",
            ours.faces,
            how,
            value_at_most=0,
        ),
        against(
            "faces_named_a_second",
            sum(our_rates) / ROUNDS,
            "faces/s",
            "face_recognition's webcam example",
            sum(peer_rates) / ROUNDS,
            how,
            ratio_at_least=5,
        ),
    ]


class _Score:
    """What was said about the faces of a video."""

    def __init__(self) -> None:
        self.faces = self.right = self.wrong = 0

    def note(self, expected: str, said: list[str]) -> None:
        self.faces += bool(expected)
        self.right += bool(expected) and expected in said
        self.wrong += sum(bool(name) and name != expected for name in said)


Frames = list[tuple[str, numpy.ndarray]]


def _ours(frames: Frames, names: list[str], vectors: numpy.ndarray, score: _Score) -> float:
    from kiosk.faces.engine import make_engine
    from kiosk.faces.liveness import LivingSigns
    from kiosk.faces.matching import Gallery
    from kiosk.faces.observation import Observer
    from kiosk.faces.pipeline import Pipeline

    gallery = Gallery()
    gallery.replace(names, vectors)
    pipeline = Pipeline(Observer(make_engine(DLIB_68)), gallery, LivingSigns)
    before, begun = score.right, time.perf_counter()
    for number, (expected, frame) in enumerate(frames):
        sight = pipeline.see(frame, number * 1_000_000_000 // FPS)
        score.note(expected, [face.consent_id for face in sight.faces])
    return (score.right - before) / (time.perf_counter() - begun)


def _plain(frames: Frames, names: list[str], vectors: numpy.ndarray, score: _Score) -> float:
    from benchmarks.peers.plain_webcam_loop import named

    known = list(vectors.astype(numpy.float64))
    before, begun = score.right, time.perf_counter()
    for expected, frame in frames[::PEER_FRAMES_EVERY]:
        score.note(expected, named(frame, known, names))
    return (score.right - before) / (time.perf_counter() - begun)
