"""People who are known by their faces at a terminal before a journey begins: their consents in its log, their templates in its
gallery, written by the terminal's own code while it does not run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy

from drivers.cameras.sources import load_cv2
from drivers.emulators.faces import SimulatedFace
from kiosk.faces.engine import FaceEngine, make_engine
from kiosk.faces.models import model_id_of
from kiosk.faces.simulator import People
from kiosk.services.front_desk.ledger import RECOGNITION
from offline_cache.chain import new_txn_id
from offline_cache.clock import Stamp
from offline_cache.db import load_key
from offline_cache.face_gallery import FaceGallery, Template
from offline_cache.outbox import Outbox
from offline_cache.wire import RowKind
from offline_cache.wire_front_desk import ConsentGivenBody
from tests.stage.camera_faces import SIZE
from tests.stage.people import Person
from tests.stage.terminal import TerminalProcess

ENGINE = "dlib_5"
TEXT_VERSION = 1
YEAR_MS = 365 * 86_400_000
BOOT = "0" * 8 + "-0000-4000-8000-" + "0" * 12


@dataclass(frozen=True, slots=True)
class Enrolled:
    """`seed` is of the drawn face, 0 for somebody who is numbers alone."""

    person: Person
    seed: int
    vector: bytes


@cache
def _engine() -> FaceEngine:
    return make_engine(ENGINE)


@cache
def encoding_of(seed: int) -> bytes:
    """The encoding of a drawn face that looks straight into the camera: 128 float32."""
    cv2 = load_cv2()
    rgb = cv2.cvtColor(SimulatedFace(seed).frame(size=SIZE), cv2.COLOR_BGR2RGB)
    (box,) = _engine().detect(rgb)
    return _engine().encode(rgb, box).astype("<f4").tobytes()


def crowd(people: Sequence[Person], seeds: Sequence[int], twins: int) -> list[Enrolled]:
    """So many people: the first ones with faces of `seeds`, of which each of the first `twins` belongs to two of them; the others are
    simulated numbers, siblings among them, that look like nobody who is drawn."""
    faces = [seed for number, seed in enumerate(seeds) for _ in range(2 if number < twins else 1)]
    numbers = People(1).templates(People(1).residents(len(people) - len(faces)))
    middle = numpy.mean([numpy.frombuffer(encoding_of(seed), "<f4") for seed in seeds], axis=0)
    vectors = [encoding_of(seed) for seed in faces]
    vectors += [(middle + row).astype("<f4").tobytes() for row in numbers]
    known = [*faces, *(0 for _ in numbers)]
    return [Enrolled(*each) for each in zip(people, known, vectors, strict=True)]


def enrol(terminal: TerminalProcess, people: Sequence[Enrolled], wall_ms: int, engine: str = ENGINE) -> None:
    """Into the files of a terminal that is stopped. `engine` is by which their vectors were made."""
    directory: Path = terminal.data_dir
    key = load_key(directory)
    stamp = Stamp(wall_ms, time.monotonic_ns() // 1_000_000, BOOT, trusted=True)
    outbox = Outbox.open(directory, key, terminal.terminal_id, stamp)
    gallery = FaceGallery.open(directory, key, terminal.terminal_id)
    model_id, until_ms = model_id_of(engine), wall_ms + YEAR_MS
    for each in people:
        body = ConsentGivenBody(
            consent_id=new_txn_id(),
            person_id=each.person.person_id,
            purpose=RECOGNITION,
            text_version=TEXT_VERSION,
            given_by="self",
            until_ms=until_ms,
            model_id=model_id,
        )
        outbox.append(RowKind.CONSENT_GIVEN, body, stamp)
        gallery.keep(Template(body.consent_id, (each.vector,), model_id, wall_ms, until_ms=until_ms))
    gallery.close()
    outbox.close()
