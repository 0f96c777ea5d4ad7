"""A recognition process without recognition, for tests of who keeps it alive: it does what the options of its camera say.

`python -m tests.faces.scripted_process`; every message it hears is written to the file `options["heard"]` as its name. Faults it makes
once only ("once") end with the file `options["heard"]` being there already.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from kiosk.events_front_desk import ChallengeEnded, EnrolmentFailed, FaceNamed, FaceUnknown, PoseGuided
from kiosk.faces.messages import Begin, Challenge, Condition, Enrol, Load, Lower, Lowered, Ready, WatchFaces
from kiosk.faces.process import Pipe

NOT_BEGUN, NO_MODEL = 4, {"no_model": 3, "bad_model": 5}
SLOW_START_S = 0.8


def main() -> int:
    pipe = Pipe(sys.stdin.buffer, os.fdopen(os.dup(1), "wb"))
    pipe.start()
    begin = pipe.next(5.0)
    if not isinstance(begin, Begin):
        return NOT_BEGUN
    heard = Path(begin.options["heard"])
    is_first = not heard.exists()
    _note(heard, begin)
    fault = begin.options["fault"]
    if fault in NO_MODEL:
        return NO_MODEL[fault]
    if fault == "dies" or (fault == "dies_once" and is_first):
        return 1
    if fault == "slow_start":
        pipe.ended.wait(SLOW_START_S)
    pipe.say(Ready("scripted"))
    pipe.say(Condition(""))
    if fault == "gibberish_once" and is_first:
        os.write(1, b"\xff" * 64)
    if fault == "hangs_once" and is_first:
        signal.pause()
    while not pipe.ended.is_set():
        pipe.beat()
        message = pipe.next(0.05)
        if message is not None:
            _note(heard, message)
            _answer(pipe, begin, message)
    return 0


def _answer(pipe: Pipe, begin: Begin, message: Any) -> None:
    match message:
        case WatchFaces():
            pipe.say(FaceNamed(begin.first_track, "c1", 300, 1))
            pipe.say(FaceUnknown(begin.first_track + 1, 1))
        case Enrol(ask_id):
            pipe.say(PoseGuided(ask_id - 1, "straight", None, "nobody", 0, 3))
            pipe.say(PoseGuided(ask_id, "straight", None, "nobody", 0, 3))
            if begin.options["fault"] == "fails_enrolment":
                pipe.say(EnrolmentFailed(ask_id, "face.time"))
        case Challenge(ask_id, _):
            pipe.say(ChallengeEnded(ask_id, True))
        case Lower(_, consent_id):
            pipe.say(Lowered(consent_id, 0.28))


def _note(heard: Path, message: Any) -> None:
    said = type(message).__name__
    if isinstance(message, Load):
        said += f" {','.join(message.consent_ids)} {len(message.vectors)} {message.needs}"
    with heard.open("a", encoding="utf-8") as file:
        file.write(f"{said}\n")


if __name__ == "__main__":
    sys.exit(main())
