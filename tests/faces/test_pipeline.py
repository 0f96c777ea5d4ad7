"""Whom the pipeline greets, and whom it must not: the rules between a frame and an event, on people who are squares."""

from __future__ import annotations

from collections.abc import Iterable

import numpy

from kiosk.events_front_desk import FaceAlike, FaceGone, FaceNamed, FaceUnknown
from kiosk.faces.matching import Gallery
from kiosk.faces.observation import Observer
from kiosk.faces.pipeline import EAGER_ENCODINGS, Pipeline
from tests.faces.squares import FRAME_NS, SignsAtWill, Square, SquareEngine, frame, vector_of, walk

EMPTY: list[list[Square]] = [[]] * 30


class Stage:
    """A pipeline before which squares walk, 25 frames a second."""

    def __init__(self, *enrolled: int, signs: SignsAtWill | None = None, noise: float = 0.15) -> None:
        self.engine = SquareEngine(noise)
        self.gallery = Gallery()
        for person in enrolled:
            self.gallery.add(f"c{person}", vector_of(person)[None])
        self.signs: list[SignsAtWill] = []
        self._template = signs or SignsAtWill()
        self.pipeline = Pipeline(Observer(self.engine), self.gallery, self._make)
        self.now_ns = 0
        self.names: list[dict[int, str]] = []

    def _make(self) -> SignsAtWill:
        made = SignsAtWill(self._template.after, self._template.said)
        self.signs.append(made)
        return made

    def play(self, scenes: Iterable[Iterable[Square]]) -> list[object]:
        told: list[object] = []
        for scene in scenes:
            self.now_ns += FRAME_NS
            sight = self.pipeline.see(frame(*scene), self.now_ns)
            told += sight.greetings
            self.names.append({face.track: face.consent_id for face in sight.faces})
        return told


def alone(squares: Iterable[Square]) -> list[list[Square]]:
    return [[square] for square in squares]


def test_somebody_enrolled_is_named_once_and_gone_once() -> None:
    stage = Stage(1, 2, 3)
    told = stage.play([*alone(walk(2, 40)), *EMPTY])
    assert [type(event) for event in told] == [FaceNamed, FaceGone]
    named = told[0]
    assert isinstance(named, FaceNamed)
    assert named.consent_id == "c2"
    assert named.first_frame_ns == FRAME_NS
    assert 0 < named.distance < 300


def test_a_greeting_takes_two_encodings_and_signs_of_life() -> None:
    stage = Stage(1, signs=SignsAtWill(after=10))
    assert stage.play(alone(walk(1, 9))) == []
    assert stage.engine.encodings == 2
    assert [type(event) for event in stage.play([[Square(1, 190)]])] == [FaceNamed]


def test_a_picture_is_told_nothing_about_and_not_encoded_again() -> None:
    for said in ("flat", "undecided"):
        stage = Stage(1, signs=SignsAtWill(said=said))
        assert stage.play([*alone(walk(1, 60)), *EMPTY]) == []
        assert stage.engine.encodings <= 2


def test_a_stranger_is_told_once_and_his_numbers_are_overwritten() -> None:
    stage = Stage(1, 2)
    told = stage.play(alone(walk(7, 100, step=2)))
    assert told == [FaceUnknown(1, FRAME_NS)]
    assert stage.engine.encodings == 2
    assert all(not visitor.looks for visitor in stage.pipeline._visitors.values())


def test_what_was_held_of_a_stranger_is_zero() -> None:
    stage = Stage(1, signs=SignsAtWill(after=30))
    stage.play(alone(walk(7, 10)))
    (visitor,) = stage.pipeline._visitors.values()
    held = list(visitor.looks)
    assert len(held) == 2 and all(look.any() for look in held)
    stage.play(alone(walk(7, 25, start=190)))
    assert not any(look.any() for look in held)


def test_who_is_enrolled_meanwhile_is_not_greeted_by_one_look_alone() -> None:
    """Two looks agreed on a stranger; while signs of life are waited for, somebody is enrolled to whom only one of them is near."""
    stage = Stage(signs=SignsAtWill(after=20))
    stage.play(alone(walk(1, 10)))
    (visitor,) = stage.pipeline._visitors.values()
    first, second = visitor.looks
    away = (second - first) / numpy.linalg.norm(second - first)
    stage.gallery.add("c9", (second + numpy.float32(0.45) * away)[None])
    told = stage.play(alone(walk(1, 40, start=190, step=2)))
    assert [type(event) for event in told] == [FaceUnknown]
    assert stage.engine.encodings == 4


def test_what_signs_of_life_hold_of_a_frame_goes_with_the_greeting_and_with_who_leaves() -> None:
    stage = Stage(1)
    assert [type(event) for event in stage.play(alone(walk(1, 10)))] == [FaceNamed]
    assert [signs.is_wiped for signs in stage.signs if signs.frames] == [True]
    picture = Stage(1, signs=SignsAtWill(said="flat"))
    picture.play(alone(walk(1, 10)))
    assert [signs.is_wiped for signs in picture.signs if signs.frames] == [False]
    picture.play(EMPTY)
    assert [signs.is_wiped for signs in picture.signs if signs.frames] == [True]


def test_twins_are_a_question() -> None:
    stage = Stage()
    near = vector_of(1) + numpy.float32(0.01)
    stage.gallery.add("one", vector_of(1)[None])
    stage.gallery.add("other", near[None])
    (told,) = stage.play(alone(walk(1, 20)))
    assert isinstance(told, FaceAlike)
    assert set(told.consent_ids) == {"one", "other"}


def test_encodings_that_do_not_agree_greet_nobody() -> None:
    """0.5 apart from each other: a face that is seen badly."""
    stage = Stage(1, noise=0.36)
    assert stage.play(alone(walk(1, 20))) == []
    assert stage.engine.encodings == EAGER_ENCODINGS


def test_a_face_that_cannot_be_seen_well_is_not_encoded() -> None:
    for square in (
        Square(1, 300, is_blurred=True),
        Square(1, 300, size=50),
        Square(1, 10),
    ):
        stage = Stage(1)
        assert stage.play([[square]] * 20) == []
        assert stage.engine.encodings == 0


def test_two_people_are_two_tracks() -> None:
    stage = Stage(1, 2)
    scenes = list(zip(walk(1, 30, start=100), walk(2, 30, start=400), strict=True))
    told = stage.play(scenes)
    assert {event.consent_id for event in told if isinstance(event, FaceNamed)} == {"c1", "c2"}
    assert len(stage.names[-1]) == 2
    assert set(stage.names[-1].values()) == {"c1", "c2"}


def test_people_who_pass_each_other_do_not_swap_names() -> None:
    """Neither can be told from the other while they cover each other, so both begin anew."""
    stage = Stage(1, 2)
    one = walk(1, 60, start=120, step=6)
    other = walk(2, 60, start=480, step=-6)
    said: dict[int, set[str]] = {}
    for scene in zip(one, other, strict=True):
        stage.play([scene])
        for track, name in stage.names[-1].items():
            said.setdefault(track, set()).add(name)
    assert all(len(names - {""}) <= 1 for names in said.values())
    assert set(stage.names[-1].values()) == {"c1", "c2"}
    by_place = {
        face.box.centre[0] < 320: face.consent_id
        for face in stage.pipeline.see(frame(one[-1], other[-1]), stage.now_ns + FRAME_NS).faces
    }
    assert by_place == {True: "c2", False: "c1"}


def test_a_track_that_becomes_somebody_else_is_over() -> None:
    """Somebody steps exactly where another one stood: found out by the next look at who was named."""
    stage = Stage(1, 2)
    assert [type(event) for event in stage.play(alone(walk(1, 20)))] == [FaceNamed]
    told = stage.play(alone(walk(2, 120, start=230, step=0.5)))
    assert [type(event) for event in told] == [FaceGone, FaceNamed]
    assert isinstance(told[1], FaceNamed) and told[1].consent_id == "c2"


def test_a_hand_before_the_face_does_not_end_a_track() -> None:
    stage = Stage(1)
    squares = walk(1, 30, step=1)
    stage.play(alone(squares))
    told = stage.play([*EMPTY[:10], *alone(walk(1, 10, start=180, step=1))])
    assert told == []
    assert list(stage.names[-1].values()) == ["c1"]


class TestCorrections:
    def test_this_track_is_not_greeted_as_her_again(self) -> None:
        stage = Stage(1)
        stage.play(alone(walk(1, 20)))
        needs = stage.pipeline.lower(1, "c1")
        assert needs is not None and needs < 0.3
        assert stage.play(alone(walk(1, 200, start=230, step=0.5))) == []
        assert set(stage.names[-1].values()) == {""}

    def test_before_it_was_greeted(self) -> None:
        stage = Stage(1, signs=SignsAtWill(after=10))
        stage.play(alone(walk(1, 5)))
        assert stage.pipeline.lower(1, "c1") is None
        (told,) = stage.play(alone(walk(1, 20, start=170)))
        assert isinstance(told, FaceUnknown)

    def test_one_that_has_left_the_picture(self) -> None:
        """Staff say so when they have spoken to her."""
        stage = Stage(1)
        stage.play([*alone(walk(1, 20)), *EMPTY])
        needs = stage.pipeline.lower(1, "c1")
        assert needs is not None and needs < 0.3
        assert stage.pipeline.lower(1, "c1") is None

    def test_one_that_nobody_was_taken_for(self) -> None:
        stage = Stage(1)
        stage.play([*alone(walk(1, 20)), *EMPTY])
        assert stage.pipeline.lower(1, "c2") is None
        assert stage.pipeline.lower(7, "c1") is None


class TestWithdrawal:
    def test_before_the_greeting(self) -> None:
        stage = Stage(1, signs=SignsAtWill(after=10))
        stage.play(alone(walk(1, 9)))
        stage.gallery.remove("c1")
        stage.pipeline.withdrawn("c1")
        assert stage.play(alone(walk(1, 10, start=190))) == [FaceUnknown(1, FRAME_NS)]

    def test_while_she_stands_there(self) -> None:
        stage = Stage(1)
        stage.play(alone(walk(1, 20)))
        stage.gallery.remove("c1")
        stage.pipeline.withdrawn("c1")
        assert stage.play(alone(walk(1, 150, start=230, step=0.5))) == []
        assert set(stage.names[-1].values()) == {""}


def test_forgetting_ends_every_track_and_wipes_it() -> None:
    stage = Stage(1)
    stage.play(alone(walk(1, 20)))
    (visitor,) = stage.pipeline._visitors.values()
    held = list(visitor.looks)
    assert stage.pipeline.forget() == [FaceGone(1)]
    assert not any(look.any() for look in held)
    (again,) = stage.play(alone(walk(1, 20, start=230)))
    assert isinstance(again, FaceNamed) and again.track == 2


def test_an_empty_hall_is_searched_once_in_two_seconds() -> None:
    stage = Stage(1)
    searched = []
    detect = stage.engine.detect
    stage.engine.detect = lambda picture: searched.append(stage.now_ns) or detect(picture)  # type: ignore[func-returns-value,method-assign]
    stage.play([[]] * 250)
    # The first frame is all new, and so is looked at twice: reduced, and closely.
    assert len(searched) == 2 + 4
