"""What somebody has to do before the camera, told pose by pose; and that whoever cheats gets nowhere."""

from __future__ import annotations

from collections.abc import Iterable

import numpy
import pytest

from kiosk.events_front_desk import ChallengeEnded, EnrolmentEncoded, EnrolmentFailed, PoseGuided
from kiosk.faces.enrolment import Enrolment, HeadTurn
from kiosk.faces.messages import LEFT, RIGHT
from kiosk.faces.observation import Observer
from tests.faces.squares import FRAME_NS, SignsAtWill, Square, SquareEngine, frame, vector_of

SECOND = 25


class Studio:
    """One enrolment, or one challenge, before which a square sits; `turns` are what its head does, for whoever judges it."""

    def __init__(self, *, challenge: str = "", first: str = LEFT) -> None:
        self.engine = SquareEngine()
        self.observer = Observer(self.engine)
        self.turns: set[str] = set()
        self.sitting: Enrolment | HeadTurn = (
            HeadTurn(5, challenge, self._signs)
            if challenge
            else Enrolment(5, self.observer, "model", self._signs, choose=lambda options: first)
        )
        self.now_ns = 0
        self.said: list[object] = []

    def _signs(self) -> SignsAtWill:
        return SignsAtWill(turns=self.turns)

    def play(self, scene: Iterable[Square], frames: int) -> list[object]:
        """What was said during these frames; none are shown once it is over."""
        said: list[object] = []
        for _ in range(frames):
            if self.sitting.is_over:
                break
            self.now_ns += FRAME_NS
            said += self.sitting.see(self.observer.observe(frame(*scene), self.now_ns))
        self.said += said
        return said

    def poses(self) -> list[tuple[str, int]]:
        """The poses that were asked for and how many were done, without repetition."""
        told = [(each.pose, each.done) for each in self.said if isinstance(each, PoseGuided)]
        return [pair for number, pair in enumerate(told) if number == 0 or told[number - 1] != pair]


def middle(person: int = 1, size: int = 120) -> Square:
    return Square(person, 320, size=size)


@pytest.mark.parametrize("first", [LEFT, RIGHT])
def test_three_poses_make_one_vector(first: str) -> None:
    second = RIGHT if first == LEFT else LEFT
    studio = Studio(first=first)
    studio.play([middle()], SECOND)
    assert not studio.sitting.is_over
    studio.turns |= {first}
    studio.play([middle()], 3)
    studio.turns.clear()
    studio.play([middle()], SECOND)
    studio.turns |= {second}
    said = studio.play([middle()], 3)
    assert studio.poses() == [("straight", 0), (first, 1), (second, 2), (second, 3)]
    assert [type(event) for event in said] == [EnrolmentEncoded, PoseGuided]
    encoded = said[0]
    assert isinstance(encoded, EnrolmentEncoded)
    (vector,) = encoded.vectors
    assert (encoded.ask_id, encoded.model_id) == (5, "model")
    assert float(numpy.linalg.norm(numpy.frombuffer(vector, "<f4") - vector_of(1))) < 0.15
    assert "vectors" not in repr(encoded)


def test_the_order_of_turns_is_not_known_before() -> None:
    firsts = {Enrolment(1, Observer(SquareEngine()), "m", SignsAtWill)._poses[1] for _ in range(40)}
    assert firsts == {LEFT, RIGHT}


def test_where_the_face_is_in_thousandths() -> None:
    studio = Studio()
    (guided, *_) = studio.play([Square(1, 320, 180, 128)], 1)
    assert isinstance(guided, PoseGuided)
    assert guided.box == (400, 322, 600, 677)


@pytest.mark.parametrize(
    ("scene", "advice"),
    [
        ([], "nobody"),
        ([Square(1, 200), Square(2, 450)], "several"),
        ([middle(size=50)], "closer"),
        ([Square(1, 320, size=330)], "back"),
        ([Square(1, 320, is_blurred=True)], "light"),
    ],
)
def test_advice(scene: list[Square], advice: str) -> None:
    studio = Studio()
    said = studio.play(scene, 10)
    assert {each.advice for each in said if isinstance(each, PoseGuided)} == {advice}
    assert studio.engine.encodings == 0


@pytest.mark.parametrize(
    ("scene", "seconds", "code"),
    [
        ([], 10, "face.nobody"),
        ([Square(number, 60 + 100 * number, size=70) for number in range(6)], 5, "face.several"),
        ([middle(size=50)], 20, "face.quality"),
    ],
)
def test_what_lasts_too_long(scene: list[Square], seconds: int, code: str) -> None:
    studio = Studio()
    studio.play(scene, (seconds - 1) * SECOND)
    assert not studio.sitting.is_over
    studio.play(scene, 2 * SECOND)
    assert studio.said[-1] == EnrolmentFailed(5, code)
    assert studio.sitting.is_over
    assert not studio.sitting.failed_as_picture


def test_a_head_that_does_not_turn_is_a_picture_after_two_tries() -> None:
    studio = Studio()
    studio.play([middle()], 15 * SECOND)
    assert not studio.sitting.is_over
    studio.play([middle()], 5 * SECOND)
    assert studio.said[-1] == EnrolmentFailed(5, "face.picture")
    assert studio.sitting.failed_as_picture


def test_the_other_direction_is_no_answer() -> None:
    studio = Studio(first=LEFT)
    studio.turns |= {RIGHT}
    studio.play([middle()], 20 * SECOND)
    assert studio.said[-1] == EnrolmentFailed(5, "face.picture")


def test_a_picture_held_up_first_is_not_vouched_for_by_who_turns() -> None:
    studio = Studio()
    studio.play([middle(1)], SECOND)
    studio.turns |= {LEFT}
    studio.play([middle(2)], SECOND)
    assert studio.said[-1] == EnrolmentFailed(5, "face.picture")
    assert not any(isinstance(each, EnrolmentEncoded) for each in studio.said)


def test_somebody_who_looks_in_is_waited_for() -> None:
    studio = Studio()
    studio.play([middle()], SECOND)
    studio.play([middle(), Square(2, 550, size=90)], 2 * SECOND)
    studio.play([middle()], 10)
    studio.turns |= {LEFT, RIGHT}
    studio.play([middle()], SECOND)
    assert any(isinstance(each, EnrolmentEncoded) for each in studio.said)


def test_wiping_leaves_no_numbers() -> None:
    studio = Studio()
    studio.play([middle()], SECOND)
    assert isinstance(studio.sitting, Enrolment)
    held = list(studio.sitting._looks)
    assert len(held) == 2
    studio.sitting.wipe()
    assert not any(look.any() for look in held)
    assert studio.sitting.is_over


def test_boxes_are_not_told_more_than_ten_times_a_second() -> None:
    studio = Studio()
    told = []
    for number in range(SECOND):
        told += studio.play([Square(1, 100 + 4 * number, is_blurred=True)], 1)
    assert 8 <= len(told) <= 11


class TestHeadTurn:
    def test_turned(self) -> None:
        studio = Studio(challenge=RIGHT)
        studio.play([middle()], 10)
        assert studio.poses() == [(RIGHT, 0)]
        studio.turns |= {RIGHT}
        studio.play([middle()], 1)
        assert studio.said[-1] == ChallengeEnded(5, True)
        assert studio.engine.encodings == 0

    def test_not_turned_twice(self) -> None:
        studio = Studio(challenge=RIGHT)
        studio.turns |= {LEFT}
        studio.play([middle()], 20 * SECOND)
        assert studio.said[-1] == ChallengeEnded(5, False, "face.picture")
        assert studio.sitting.failed_as_picture

    def test_nobody_there(self) -> None:
        studio = Studio(challenge=RIGHT)
        studio.play([], 20 * SECOND)
        assert studio.said[-1] == ChallengeEnded(5, False, "face.nobody")
