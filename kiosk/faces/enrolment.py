"""An enrolment, and the head turn that is asked for beyond a greeting: what somebody has to do before the camera. Pure.

An enrolment is three poses: straight, and a turn of the head to either side, in an order that nobody knows before. The straight
face is encoded twice, and the two must agree; after each turn the same track is encoded again and must be the same person,
so that a picture held up for the first pose is not vouched for by whoever turns his head in the others. A turn is tried
twice. This raises the price of a deception; it is no certified attack detection.

One vector comes of it, the mean of the straight ones: each more would be one more chance for a stranger.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy

from kiosk.events_front_desk import ChallengeEnded, EnrolmentEncoded, EnrolmentFailed, PoseGuided
from kiosk.faces import quality
from kiosk.faces.messages import LEFT, RIGHT
from kiosk.faces.observation import Observation, ObservedFace, Observer
from kiosk.faces.pipeline import AGREE, Signs

STRAIGHT = "straight"
NOBODY, SEVERAL = "nobody", "several"
FACE_NOBODY, FACE_SEVERAL, FACE_PICTURE = "face.nobody", "face.several", "face.picture"
FACE_QUALITY, FACE_TIME = "face.quality", "face.time"
MOST_TURNED_STRAIGHT = 0.12
# The same person after a turn of the head, in other light on the other cheek.
SAME_PERSON = 0.5
TRIES = 2
NOBODY_NS, SEVERAL_NS = 10_000_000_000, 5_000_000_000
STRAIGHT_NS, TRY_NS = 20_000_000_000, 8_000_000_000
GUIDED_NS = 100_000_000

Told = PoseGuided | EnrolmentEncoded | EnrolmentFailed | ChallengeEnded


class TurnSigns(Signs, Protocol):
    """Signs of life that also say whether the head was turned."""

    def turned(self, direction: str) -> bool: ...


class Sitting(Protocol):
    """What somebody is being asked to do before the camera, frame by frame."""

    ask_id: int
    is_over: bool
    failed_as_picture: bool

    def see(self, observation: Observation) -> list[Told]: ...

    def wipe(self) -> None: ...


@dataclass(slots=True)
class _Since:
    """Since when something has been so without a break."""

    advice: str = ""
    since_ns: int = 0

    def note(self, advice: str, now_ns: int) -> int:
        """For how long it has been so now."""
        if advice != self.advice:
            self.advice, self.since_ns = advice, now_ns
        return now_ns - self.since_ns


class Guide:
    """Finds the one face that counts, and says what to do. A pose is guided when what it says has changed."""

    def __init__(self, ask_id: int, total: int) -> None:
        self._ask_id = ask_id
        self._total = total
        self._alone = _Since()
        self._said: PoseGuided | None = None
        self._said_ns = 0

    def only_face(self, observation: Observation) -> tuple[ObservedFace | None, str, str]:
        """The one face there; else what to say about it, and once that has lasted too long, the code to end with."""
        faces = observation.faces
        advice = "" if len(faces) == 1 else SEVERAL if faces else NOBODY
        lasted_ns = self._alone.note(advice, observation.stamp_ns)
        if advice == NOBODY and lasted_ns >= NOBODY_NS:
            return None, advice, FACE_NOBODY
        if advice == SEVERAL and lasted_ns >= SEVERAL_NS:
            return None, advice, FACE_SEVERAL
        return (None if advice else faces[0]), advice, ""

    def say(
        self, observation: Observation, pose: str, face: ObservedFace | None, advice: str, done: int
    ) -> list[PoseGuided]:
        """One PoseGuided, where it is news."""
        guided = PoseGuided(self._ask_id, pose, _thousandths(observation, face), advice, done, self._total)
        said = self._said
        is_news = said is None or (said.pose, said.advice, said.done) != (pose, advice, done)
        if not is_news and observation.stamp_ns - self._said_ns < GUIDED_NS:
            return []
        if guided == said:
            return []
        self._said, self._said_ns = guided, observation.stamp_ns
        return [guided]


class Turn:
    """One turn of the head, tried TRIES times. `direction` is the left or the right of whoever turns."""

    def __init__(self, direction: str, signs: Callable[[], TurnSigns]) -> None:
        self.direction = direction
        self.turned_track: int | None = None
        self._make = signs
        self._signs: TurnSigns | None = None
        self._track: int | None = None
        self._tries = 0
        self._began_ns: int | None = None

    def waiting(self, now_ns: int) -> bool:
        """Whether there is time left; called with every frame, so that a try ends though nobody is there."""
        if self._began_ns is None:
            self._began_ns = now_ns
        if now_ns - self._began_ns >= TRY_NS:
            self._tries += 1
            self.wipe()
            self._began_ns, self.turned_track = now_ns, None
        return self._tries < TRIES

    def see(self, observation: Observation, face: ObservedFace) -> bool:
        """Whether this face has turned as it was asked to."""
        if self._signs is None or self._track != face.track:
            self.wipe()
            self._signs, self._track, self.turned_track = self._make(), face.track, None
        if self.turned_track is None:
            self._signs.add(observation.grey, face.box, face.points)
            if self._signs.turned(self.direction):
                self.turned_track = face.track
        return self.turned_track is not None

    def wipe(self) -> None:
        """Overwrites what is held of the last frame."""
        if self._signs is not None:
            self._signs.wipe()
            self._signs = None


class HeadTurn:
    """A challenge: one turn of the head, and who turned it is not looked at."""

    def __init__(self, ask_id: int, direction: str, signs: Callable[[], TurnSigns]) -> None:
        self.ask_id = ask_id
        self.is_over = False
        self.failed_as_picture = False
        self._guide = Guide(ask_id, 1)
        self._turn = Turn(direction, signs)

    def see(self, observation: Observation) -> list[Told]:
        """What there is to say after this frame."""
        face, advice, code = self._guide.only_face(observation)
        if not self._turn.waiting(observation.stamp_ns):
            self.failed_as_picture = True
            code = FACE_PICTURE
        if code:
            return self._end(ChallengeEnded(self.ask_id, False, code))
        has_turned = face is not None and self._turn.see(observation, face)
        advice = advice or quality.TURN
        guided = self._guide.say(
            observation, self._turn.direction, face, "" if has_turned else advice, int(has_turned)
        )
        return [*guided, *(self._end(ChallengeEnded(self.ask_id, True)) if has_turned else ())]

    def wipe(self) -> None:
        """Overwrites what is held of the last frame."""
        self._turn.wipe()
        self.is_over = True

    def _end(self, told: Told) -> list[Told]:
        self.is_over = True
        return [told]


class Enrolment:
    """Three poses of one person. `choose` decides in which order heads turn."""

    def __init__(
        self,
        ask_id: int,
        observer: Observer,
        model_id: str,
        signs: Callable[[], TurnSigns],
        choose: Callable[[Sequence[str]], str] = random.choice,
    ) -> None:
        self.ask_id = ask_id
        self.is_over = False
        self.failed_as_picture = False
        first = choose((LEFT, RIGHT))
        self._poses = (STRAIGHT, first, RIGHT if first == LEFT else LEFT)
        self._observer = observer
        self._model_id = model_id
        self._signs = signs
        self._guide = Guide(ask_id, len(self._poses))
        self._looks: list[numpy.ndarray] = []
        self._turn: Turn | None = None
        self._done = 0
        self._began_ns: int | None = None

    def see(self, observation: Observation) -> list[Told]:
        """What there is to say after this frame."""
        if self._began_ns is None:
            self._began_ns = observation.stamp_ns
        face, advice, code = self._guide.only_face(observation)
        code = code or self._overdue(observation.stamp_ns, face)
        if code:
            return self._fail(code)
        pose = self._poses[self._done]
        if face is not None:
            advice, is_other = self._pose(observation, face)
            if is_other:
                return self._fail(FACE_PICTURE)
        if self._done == len(self._poses):
            return [self._encoded(), *self._guide.say(observation, pose, face, "", self._done)]
        return [*self._guide.say(observation, self._poses[self._done], face, advice, self._done)]

    def wipe(self) -> None:
        """Overwrites what was taken of the face."""
        for look in self._looks:
            look[:] = 0.0
        self._looks.clear()
        if self._turn is not None:
            self._turn.wipe()
        self.is_over = True

    def _pose(self, observation: Observation, face: ObservedFace) -> tuple[str, bool]:
        """What to say about this face, and whether it has become somebody else's."""
        if self._poses[self._done] == STRAIGHT:
            return self._straight(observation, face), False
        if self._turn is None:
            self._turn = Turn(self._poses[self._done], self._signs)
        if not self._turn.see(observation, face):
            return quality.TURN, False
        if face.advice != quality.GOOD:
            return "" if face.advice == quality.TURN else face.advice, False
        look = self._observer.encode(observation, face)
        is_other = float(numpy.linalg.norm(look - self._looks[0])) >= SAME_PERSON
        look[:] = 0.0
        if not is_other:
            self._turn.wipe()
            self._done, self._turn = self._done + 1, None
        return "", is_other

    def _straight(self, observation: Observation, face: ObservedFace) -> str:
        if face.advice != quality.GOOD:
            return face.advice
        if abs(quality.turn(face.points)) > MOST_TURNED_STRAIGHT:
            return quality.TURN
        look = self._observer.encode(observation, face)
        if self._looks and float(numpy.linalg.norm(look - self._looks[-1])) >= AGREE:
            self._looks.clear()
        self._looks.append(look)
        if len(self._looks) == 2:
            self._done += 1
        return quality.GOOD

    def _overdue(self, now_ns: int, face: ObservedFace | None) -> str:
        """Why it took too long, "" when it did not."""
        assert self._began_ns is not None
        if self._turn is not None:
            if self._turn.waiting(now_ns):
                return ""
            return FACE_PICTURE
        if now_ns - self._began_ns < STRAIGHT_NS:
            return ""
        return FACE_QUALITY if face is not None and face.advice else FACE_TIME

    def _fail(self, code: str) -> list[Told]:
        self.failed_as_picture = code == FACE_PICTURE
        self.wipe()
        return [EnrolmentFailed(self.ask_id, code)]

    def _encoded(self) -> EnrolmentEncoded:
        mean = ((self._looks[0] + self._looks[1]) / 2).astype("<f4")
        self.wipe()
        return EnrolmentEncoded(self.ask_id, self._model_id, (mean.tobytes(),))


def _thousandths(observation: Observation, face: ObservedFace | None) -> tuple[int, int, int, int] | None:
    """Where the face is, in thousandths of the picture, within it."""
    if face is None:
        return None
    height, width = observation.grey.shape
    box = face.box
    left, right = (min(1000, max(0, 1000 * side // width)) for side in (box.left, box.right))
    top, bottom = (min(1000, max(0, 1000 * side // height)) for side in (box.top, box.bottom))
    return left, top, right, bottom
