"""What is looked at and what is followed: an empty hall costs nothing, and a track is one face or it is over."""

from __future__ import annotations

import numpy
import pytest

from drivers.emulators.faces import hall, with_noise
from kiosk.faces import detection, quality
from kiosk.faces.engine import DLIB_5, FaceBox
from kiosk.faces.motion import MotionGate, Region
from kiosk.faces.tracking import LOST_NS, MOST_TRACKS, Tracker
from tests.faces.conftest import engine_named, somebody


def grey_of(frame: numpy.ndarray) -> numpy.ndarray:
    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()
    grey: numpy.ndarray = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    return grey


class TestMotion:
    def test_everything_is_new_at_first(self) -> None:
        gate = MotionGate()
        assert gate.moving(numpy.zeros((720, 1280), numpy.uint8)) == Region(0, 0, 1280, 720)

    def test_a_sensors_noise_is_no_motion(self) -> None:
        gate = MotionGate()
        for number in range(30):
            moving = gate.moving(grey_of(with_noise(hall().astype(numpy.float32), number)))
            assert number == 0 or moving is None

    def test_somebody_who_comes_is_where_it_moves(self) -> None:
        gate = MotionGate()
        gate.moving(grey_of(hall()))
        moving = gate.moving(grey_of(somebody(72).frame(scale=90, x=900, y=300)))
        assert moving is not None
        assert moving.contains((900, 300))
        assert moving.left > 500

    def test_what_stays_becomes_background(self) -> None:
        gate = MotionGate()
        frame = numpy.full((720, 1280), 90, numpy.uint8)
        gate.moving(frame)
        frame = frame.copy()
        frame[200:400, 300:500] = 200
        states = [gate.moving(frame) is not None for _ in range(80)]
        assert states[0] and not states[-1]

    def test_a_lamp_that_is_switched_on_is_everywhere(self) -> None:
        gate = MotionGate()
        gate.moving(numpy.full((720, 1280), 60, numpy.uint8))
        assert gate.moving(numpy.full((720, 1280), 90, numpy.uint8)) == Region(0, 0, 1280, 720)

    def test_another_size_begins_anew(self) -> None:
        gate = MotionGate()
        gate.moving(numpy.zeros((720, 1280), numpy.uint8))
        assert gate.moving(numpy.zeros((480, 640), numpy.uint8)) == Region(0, 0, 640, 480)


class TestDetection:
    @pytest.mark.parametrize("scale", [190, 280])
    def test_large_faces_all_over_the_reduced_frame(self, scale: int) -> None:
        frame = grey_of(somebody(72).frame(scale=scale, x=500))
        (box,) = detection.all_over(engine_named(DLIB_5), frame)
        assert box.centre == pytest.approx((500, 360), abs=scale / 3)
        assert box.width == pytest.approx(scale, rel=0.35)

    def test_a_face_of_80_pixels_closely(self) -> None:
        frame = grey_of(somebody(72).frame(scale=85, x=500, y=300))
        region = Region(430, 230, 600, 400)
        (box,) = detection.closely(engine_named(DLIB_5), frame, region)
        assert box.centre == pytest.approx((500, 300), abs=30)

    @pytest.mark.parametrize("scale", [85, 130, 220])
    def test_a_face_is_followed_without_its_box_jumping(self, scale: int) -> None:
        engine, face = engine_named(DLIB_5), somebody(72)
        first = grey_of(face.frame(scale=scale, x=400))
        (box,) = detection.closely(engine, first, Region(250, 200, 550, 520))
        widths = []
        for number in range(1, 16):
            x = 400 + number * scale / 30
            found = detection.around(engine, grey_of(face.frame(scale=scale, x=x, number=number)), box)
            assert found is not None, number
            assert found.centre[0] == pytest.approx(x, abs=scale / 4)
            widths.append(found.width)
            box = found
        assert max(widths) < 1.3 * min(widths)

    def test_where_nobody_is_any_more(self) -> None:
        box = FaceBox(400, 300, 500, 400)
        assert detection.around(engine_named(DLIB_5), grey_of(hall()), box) is None
        assert detection.around(engine_named(DLIB_5), grey_of(hall()), box.moved(5000, 0)) is None

    def test_two_answers_for_one_face_are_one(self) -> None:
        box = FaceBox(100, 100, 200, 200)
        far = box.moved(300, 0)
        assert detection.merged([box.moved(4, 4), far], [box]) == [box, far]


class TestTracking:
    box = FaceBox(100, 100, 200, 200)

    def test_one_face_keeps_its_number(self) -> None:
        tracker = Tracker(first=40)
        (track,) = tracker.begin([self.box], 0)
        for number in range(1, 20):
            tracker.follow([(track, self.box.moved(number * 10, 0))], number)
            tracker.begin([self.box.moved(number * 10 + 3, 2)], number)
        assert tracker.live == [track]
        assert (track.number, track.first_ns, track.last_ns) == (40, 0, 19)

    def test_one_that_is_not_seen_is_waited_for_and_then_over(self) -> None:
        tracker = Tracker()
        (track,) = tracker.begin([self.box], 0)
        tracker.follow([(track, None)], LOST_NS)
        assert not track.is_seen and tracker.end(LOST_NS) == []
        assert tracker.begin([self.box.moved(20, 0)], LOST_NS) == []
        assert track.is_seen
        tracker.follow([(track, None)], 3 * LOST_NS)
        assert tracker.end(3 * LOST_NS) == [track]

    def test_a_face_of_another_size_is_not_the_same(self) -> None:
        tracker = Tracker()
        (track,) = tracker.begin([self.box], 0)
        tracker.follow([(track, FaceBox(50, 50, 250, 250))], 1)
        assert not track.is_seen

    def test_two_that_cover_each_other_are_both_over(self) -> None:
        tracker = Tracker()
        one, other = tracker.begin([self.box, self.box.moved(120, 0)], 0)
        tracker.follow([(one, self.box.moved(20, 0)), (other, self.box.moved(70, 0))], 1)
        assert set(map(id, tracker.end(1))) == {id(one), id(other)}

    def test_there_are_never_too_many(self) -> None:
        tracker = Tracker()
        crowd = [self.box.moved(110 * number, 0) for number in range(12)]
        assert len(tracker.begin(crowd, 0)) == MOST_TRACKS


class TestQuality:
    @pytest.mark.parametrize("yaw", [-24, 0, 24])
    def test_a_turn_is_where_the_nose_is(self, yaw: int) -> None:
        engine = engine_named(DLIB_5)
        grey = grey_of(somebody(72).frame(scale=200, yaw=yaw, size=(480, 400)))
        (box,) = engine.detect(grey)
        turned = quality.turn(engine.landmarks(grey, box))
        assert abs(turned) < 0.06 if yaw == 0 else turned * yaw > 0

    @pytest.mark.parametrize(
        ("gain", "shift", "advice"), [(1.0, 0, ""), (0.15, 0, "light"), (0.2, 200, "light")]
    )
    def test_light(self, gain: float, shift: int, advice: str) -> None:
        engine = engine_named(DLIB_5)
        grey = grey_of(somebody(72).frame(scale=200, size=(480, 400)))
        (box,) = engine.detect(grey)
        points = engine.landmarks(grey, box)
        lit = numpy.clip(grey * gain + shift, 0, 255).astype(numpy.uint8)
        assert quality.advice(lit, box, points) == advice

    def test_a_face_that_touches_the_edge(self) -> None:
        """Boxes are a little larger than faces, so a whole face may have one that reaches beyond the frame."""
        engine = engine_named(DLIB_5)
        frame = grey_of(somebody(72).frame(scale=200, size=(640, 480)))
        (box,) = engine.detect(frame)
        for right, down in ((-box.left - 9, 0), (0, -box.top - 9), (-box.left - 9, -box.top - 9)):
            moved, begin = box.moved(right, down), (max(0, -down), max(0, -right))
            grey = numpy.ascontiguousarray(frame[begin[0] :, begin[1] :])
            assert quality.advice(grey, moved, engine.landmarks(grey, moved)) == quality.GOOD

    def test_a_face_that_moves_too_fast_is_blurred(self) -> None:
        from drivers.cameras.sources import load_cv2

        engine = engine_named(DLIB_5)
        grey = grey_of(somebody(72).frame(scale=200, size=(480, 400)))
        (box,) = engine.detect(grey)
        blurred = load_cv2().blur(grey, (25, 25))
        assert quality.advice(blurred, box, engine.landmarks(grey, box)) == "still"
