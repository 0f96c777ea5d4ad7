"""From the first frame with a face to the desk that says who has come: a whole terminal, headless, with its hall, its disk, its
recognition and an emulated camera at 1280x720, on this machine's cores.

Beside it runs what `face_greeting` measures: the same visits to recognition's own event. The peer is the soonest that anybody can
be greeted at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import face_scenes
from benchmarks.face_greeting import (
    CYCLE,
    DEPTH_FRAME,
    ENROLLED,
    FPS,
    P50_MS,
    P99_MS,
    CameraOfVisits,
    camera_of_visits,
)
from benchmarks.measure import Result, against, percentile
from drivers.emulators.faces import PEOPLE
from kiosk.faces.engine import DLIB_68
from tests.stage.enrolled import Enrolled, enrol
from tests.stage.hall import SeededTown, today
from tests.stage.stage import Stage
from tests.stage.terminal import Page, TerminalProcess
from tests.stage.waiting import Overdue

DESK = "FD-01"
RESIDENTS, DAYS = 60, 2
GROWN_UP = 18
ROUNDS = 4
READY_S = 60.0
SECOND_VISIT_S = 31 * 60
LEAST_SEEN = 0.9


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True, exist_ok=True)
    town = SeededTown.make(directory / "town", RESIDENTS, DAYS, today())
    with camera_of_visits() as camera:
        own: dict[str, dict[str, Any]] = {
            DESK: {"more_devices": {"camera": {"kind": "camera_http", "url": camera.url}}}
        }
        with Stage(directory / "stage", town, terminals=(DESK,), at="09:00", own=own) as stage:
            people = _enrolled(stage)
            waits_ms, came = _visits(stage, camera)
            wrong = _wrong(stage, people, came)
    how = (
        f"{len(came)} arrivals of {ENROLLED} enrolled in {ROUNDS} rounds, {FPS} frames a second by Motion JPEG over loopback, a face of "
        f"{face_scenes.WIDTH:.0f} pixels that turns: from taking the first frame with the face to the page of the desk that lists "
        f"the arrival, its row on the disk. {wrong} were listed as somebody else. Peer: when the frame is taken that shows half of the turn."
    )
    soonest = DEPTH_FRAME / FPS * 1000
    peer = "the frame that shows depth"
    return [
        against(
            "face_at_desk", len(came) - wrong, "visits", "everybody who came", ROUNDS * ENROLLED, how,
            ratio_at_least=LEAST_SEEN,
        ),
        against("face_at_desk_wrong", wrong, "visits", "everybody who came", ROUNDS * ENROLLED, how, value_at_most=0),
        *(
            against(f"face_to_desk_p{percent}", percentile(waits_ms, percent), "ms", peer, soonest, how, value_at_most=limit)
            for percent, limit in ((50, P50_MS), (99, P99_MS))
            if waits_ms
        ),
    ]  # fmt: skip


def _enrolled(stage: Stage) -> dict[str, str]:
    """Everybody's person_id by the name of the face; the terminal runs, and knows them."""
    desk = stage[DESK]
    names, vectors = face_scenes.enrolled(DLIB_68, ENROLLED)
    grown_up = [person for person in stage.town.people if person.age_on(stage.day) >= GROWN_UP]
    people = [
        Enrolled(person, seed, vector.astype("<f4").tobytes())
        for person, seed, vector in zip(grown_up, PEOPLE, vectors, strict=False)
    ]
    desk.stop()
    enrol(desk, people, stage.wall_ms(), DLIB_68)
    desk.start()
    desk.wait_status("recognition is at work", lambda status: status["recognition"] == "", READY_S)
    return {name: each.person.person_id for name, each in zip(names, people, strict=True)}


def _visits(stage: Stage, camera: CameraOfVisits) -> tuple[list[float], list[str]]:
    """How long each waited in ms, and whose face it was, in the order in which they were listed."""
    desk = stage[DESK]
    camera.begin()
    waits_ms: list[float] = []
    came: list[str] = []
    for _ in range(ROUNDS):
        after = desk.seen_bytes()
        for _ in range(ENROLLED):
            page = _next_arrival(desk, after)
            if page is None:
                break
            name, first_ns = camera.visit_at(page["ns"])
            waits_ms.append((page["ns"] - first_ns) / 1e6)
            came.append(name)
        stage.let_pass(SECOND_VISIT_S)
    return waits_ms, came


def _next_arrival(desk: TerminalProcess, after: int) -> Page | None:
    """The first page that lists more than the one before; None when nobody is listed for a whole round."""
    known = max((page["arrived"] for page in desk.pages() if page["view"] == "DeskBoard"), default=0)
    try:
        return desk.wait_page(
            "somebody is listed",
            after,
            lambda page: page["view"] == "DeskBoard" and page["arrived"] > known,
            ENROLLED * CYCLE / FPS,
        )
    except Overdue:
        return None


def _wrong(stage: Stage, people: dict[str, str], came: list[str]) -> int:
    """How many of the rows at the hall name somebody else than who stood there."""
    desk = stage[DESK]
    desk.wait_status(
        "the hall has every row", lambda status: status["online"] and not status["queued"], READY_S
    )
    noted = [row["body"] for row in stage.hall.rows(DESK) if row["kind"] == "visit_noted"]
    named = [body["person_id"] for body in noted if body["how"] == "face"]
    return sum(people[name] != person_id for name, person_id in zip(came, named, strict=False))
