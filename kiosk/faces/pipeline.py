"""From frames to greetings: whose face is before the camera, said once, and only when it is worth saying. Pure, over an
engine, a gallery and the frames that it is shown.

A track is encoded when its face is good, and believed when two encodings agree with each other and in what the gallery says
to them. What comes of it is said when the face has shown signs of life: of a picture nothing is ever said. A stranger's numbers
are overwritten as soon as he is known to be one, and he is not encoded again.

    good face -> encoded -> encoded again, agrees -> living -> FaceNamed | FaceAlike | FaceUnknown -> … -> FaceGone

At most one face is encoded a frame, so that those who move meanwhile are not lost.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy

from kiosk.events_front_desk import FaceAlike, FaceGone, FaceNamed, FaceUnknown
from kiosk.faces import quality
from kiosk.faces.engine import FaceBox
from kiosk.faces.matching import Decision, Gallery, Named, OneOfTwo, Unknown
from kiosk.faces.observation import Observation, ObservedFace, Observer

LIVING, FLAT = "living", "flat"
# Two encodings of one face that moves a little differ by 0.1 to 0.3, those of two people hardly ever by less than 0.45.
AGREE = 0.4
# A face whose encodings do not agree after so many is given time to come nearer.
EAGER_ENCODINGS = 4
PATIENT_NS = 1_000_000_000
# Staff say 不是本人 when they have spoken to somebody, who has long left the picture then.
REMEMBERED_TRACKS = 500
# Somebody who was named is looked at again now and then: two people who pass each other must not swap names.
CONFIRM_NS = 3_000_000_000
# Two looks at one person seconds apart differ more than two at once do; two people are farther apart than this.
STILL_THE_SAME = 0.5

Told = FaceNamed | FaceAlike | FaceUnknown
Greeting = Told | FaceGone


class Signs(Protocol):
    """What kiosk.faces.liveness says of one track."""

    def add(self, grey: numpy.ndarray, box: FaceBox, points: numpy.ndarray) -> None: ...

    def wipe(self) -> None: ...

    @property
    def verdict(self) -> str:
        """living, flat or undecided."""
        ...


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face in this frame. `consent_id` of who it was named as, "" while nobody was."""

    track: int
    box: FaceBox
    consent_id: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a frame showed: everybody in it, and what there is to say that was not said before."""

    faces: tuple[SeenFace, ...]
    greetings: tuple[Greeting, ...]


@dataclass(slots=True, eq=False)
class _Visitor:
    """What is known of one track."""

    signs: Signs
    looks: list[numpy.ndarray] = field(default_factory=list, repr=False)
    encodings: int = 0
    encoded_ns: int = 0
    told: Told | None = None
    barred: set[str] = field(default_factory=set)

    @property
    def agreed(self) -> bool:
        return len(self.looks) == 2

    @property
    def consent_id(self) -> str:
        return self.told.consent_id if isinstance(self.told, FaceNamed) else ""

    def wipe(self) -> None:
        for look in self.looks:
            look[:] = 0.0
        self.looks.clear()


class Pipeline:
    """Greets whom it is shown. `signs` makes the judge of one track. Used by one thread."""

    def __init__(self, observer: Observer, gallery: Gallery, signs: Callable[[], Signs]) -> None:
        self.observer = observer
        self._gallery = gallery
        self._signs = signs
        self._visitors: dict[int, _Visitor] = {}
        self._named: OrderedDict[int, FaceNamed] = OrderedDict()

    def see(self, frame: numpy.ndarray, stamp_ns: int) -> Sight:
        """One frame (height x width x 3, BGR, uint8), stamped in monotonic nanoseconds when it was taken."""
        observation = self.observer.observe(frame, stamp_ns, self._settled(stamp_ns))
        greetings: list[Greeting] = [*self.ended(observation)]
        for face in observation.faces:
            visitor = self._visitors.setdefault(face.track, _Visitor(self._signs()))
            if visitor.told is None:
                visitor.signs.add(observation.grey, face.box, face.points)
        greetings += self._encode_one(observation)
        for face in observation.faces:
            greetings += self._greet(face)
        faces = (SeenFace(face.track, face.box, self._name_of(face.track)) for face in observation.faces)
        return Sight(tuple(faces), tuple(greetings))

    def ended(self, observation: Observation) -> list[FaceGone]:
        """Who has left the picture, where nobody is to be greeted now."""
        return [gone for number in observation.ended for gone in self._end(number)]

    def lower(self, track: int, consent_id: str) -> float | None:
        """不是本人: this track is not greeted as this person again, and others need to be nearer to her than it was. Returns the
        distance that she needs from now on, None where the track was not taken for her alone or is long forgotten."""
        visitor = self._visitors.get(track)
        if visitor is not None:
            visitor.barred.add(consent_id)
        told = self._named.get(track)
        if told is None or told.consent_id != consent_id:
            return None
        del self._named[track]
        if visitor is not None:
            visitor.told = FaceUnknown(track, told.first_frame_ns)
            visitor.wipe()
        return self._gallery.correct(consent_id, told.distance / 1000)

    def withdrawn(self, consent_id: str) -> None:
        """Nobody is greeted by this consent any more, whoever stands there now included."""
        for track, visitor in self._visitors.items():
            told = visitor.told
            is_named = isinstance(told, FaceNamed) and told.consent_id == consent_id
            if told is not None and (is_named or isinstance(told, FaceAlike)):
                visitor.told = FaceUnknown(track, told.first_frame_ns)
                visitor.wipe()

    def forget(self) -> list[FaceGone]:
        """Everybody: nobody looks any more. Every number of theirs is overwritten."""
        gone = [event for number in list(self._visitors) for event in self._end(number)]
        self.observer.forget()
        return gone

    # --- one track --------------------------------------------------------------------------------------------------------

    def _encode_one(self, observation: Observation) -> list[FaceGone]:
        """Encodes the face that is the most worth it, if one is."""
        due = [face for face in observation.faces if self._is_due(face, observation.stamp_ns)]
        if not due:
            return []
        face = min(due, key=lambda face: (self._visitors[face.track].encodings, -face.box.width))
        visitor = self._visitors[face.track]
        look = self.observer.encode(observation, face)
        visitor.encodings += 1
        visitor.encoded_ns = observation.stamp_ns
        if isinstance(visitor.told, FaceNamed):
            return self._confirm(face.track, visitor, look)
        self._take(visitor, look)
        return []

    def _settled(self, now_ns: int) -> set[int]:
        """Tracks of which everything is known for now."""
        return {
            track
            for track, visitor in self._visitors.items()
            if visitor.told is not None
            and not (isinstance(visitor.told, FaceNamed) and now_ns - visitor.encoded_ns >= CONFIRM_NS)
        }

    def _is_due(self, face: ObservedFace, now_ns: int) -> bool:
        visitor = self._visitors[face.track]
        if face.advice != quality.GOOD or visitor.signs.verdict == FLAT:
            return False
        waited_ns = now_ns - visitor.encoded_ns
        if isinstance(visitor.told, FaceNamed):
            return waited_ns >= CONFIRM_NS
        if visitor.told is not None or visitor.agreed:
            return False
        return visitor.encodings < EAGER_ENCODINGS or waited_ns >= PATIENT_NS

    def _take(self, visitor: _Visitor, look: numpy.ndarray) -> None:
        """The newest two looks count, once they agree."""
        if visitor.looks and not self._agree(visitor, visitor.looks[0], look):
            visitor.wipe()
        visitor.looks.append(look)

    def _agree(self, visitor: _Visitor, first: numpy.ndarray, second: numpy.ndarray) -> bool:
        """Whether two looks are of one face, and the gallery says the same to both."""
        if float(numpy.linalg.norm(first - second)) >= AGREE:
            return False
        decisions = (self._gallery.decide(look, visitor.barred) for look in (first, second))
        return len({_who(decision) for decision in decisions}) == 1

    def _confirm(self, track: int, visitor: _Visitor, look: numpy.ndarray) -> list[FaceGone]:
        """Whether it is still the one who was named; a track that has become somebody else is over."""
        is_same = any(float(numpy.linalg.norm(look - held)) < STILL_THE_SAME for held in visitor.looks)
        look[:] = 0.0
        if is_same:
            return []
        self.observer.drop(track)
        return self._end(track)

    def _greet(self, face: ObservedFace) -> list[Greeting]:
        visitor = self._visitors.get(face.track)
        if visitor is None or visitor.told is not None or not visitor.agreed:
            return []
        if visitor.signs.verdict != LIVING:
            return []
        # Asked anew: the gallery may have changed while signs of life were waited for.
        first, decision = (self._gallery.decide(look, visitor.barred) for look in visitor.looks)
        if _who(first) != _who(decision):
            visitor.wipe()
            return []
        visitor.told = _greeting(face, decision)
        visitor.signs.wipe()
        if isinstance(visitor.told, FaceNamed):
            self._remember(visitor.told)
        else:
            visitor.wipe()
        return [visitor.told]

    def _remember(self, named: FaceNamed) -> None:
        """Who this track was taken for and how near, without anything of the face."""
        self._named[named.track] = named
        if len(self._named) > REMEMBERED_TRACKS:
            self._named.popitem(last=False)

    def _end(self, track: int) -> list[FaceGone]:
        visitor = self._visitors.pop(track, None)
        if visitor is None:
            return []
        visitor.wipe()
        visitor.signs.wipe()
        return [] if visitor.told is None else [FaceGone(track)]

    def _name_of(self, track: int) -> str:
        visitor = self._visitors.get(track)
        return "" if visitor is None else visitor.consent_id


def _who(decision: Decision) -> frozenset[str]:
    if isinstance(decision, Named):
        return frozenset({decision.consent_id})
    return frozenset(decision.consent_ids) if isinstance(decision, OneOfTwo) else frozenset()


def _greeting(face: ObservedFace, decision: Decision) -> Told:
    match decision:
        case Named(consent_id, distance):
            return FaceNamed(face.track, consent_id, round(distance * 1000), face.first_ns)
        case OneOfTwo(consent_ids):
            return FaceAlike(face.track, consent_ids, face.first_ns)
        case Unknown():
            return FaceUnknown(face.track, face.first_ns)
