"""The rule by which somebody is greeted by name. A mistake here greets a stranger as somebody else, or never anybody."""

from __future__ import annotations

import time

import numpy
import pytest

from kiosk.faces.engine import DIMENSIONS
from kiosk.faces.matching import (
    ASSUMED,
    MARGIN,
    Gallery,
    Named,
    OneOfTwo,
    Strangers,
    Unknown,
    threshold,
)

LENGTH = 1.4  # about that of dlib's encodings


def direction(seed: int) -> numpy.ndarray:
    vector = numpy.random.default_rng(seed).normal(size=DIMENSIONS).astype(numpy.float32)
    return vector / numpy.linalg.norm(vector)


def person(seed: int) -> numpy.ndarray:
    """Far from every other seed's: two of them are about 2 apart."""
    return direction(seed) * LENGTH


def look(of: numpy.ndarray, distance: float, seed: int = 999) -> numpy.ndarray:
    """A look exactly that far from a vector."""
    return of + direction(seed) * numpy.float32(distance)


def gallery_of(*vectors: numpy.ndarray) -> Gallery:
    gallery = Gallery()
    gallery.replace([f"c{number}" for number in range(len(vectors))], numpy.array(vectors))
    return gallery


class TestThreshold:
    @pytest.mark.parametrize("vectors", [1, 5, 50, 1_752, 100_000])
    def test_a_stranger_is_greeted_once_in_a_thousand_over_the_whole_gallery(self, vectors: int) -> None:
        rng = numpy.random.default_rng(7)
        limit = threshold(vectors, Strangers(0.83, 0.0893), 0.001)
        # Sampled where it can be: the chance of one pair, by many draws, times the pairs.
        if vectors <= 50:
            drawn = rng.normal(0.83, 0.0893, size=(40_000, vectors)).min(axis=1)
            assert 0.0004 < (drawn < limit).mean() < 0.0016
        assert limit == pytest.approx(
            {1: 0.554, 5: 0.514, 50: 0.463, 1_752: 0.396, 100_000: 0.329}[vectors], abs=0.001
        )

    def test_it_never_rises_with_the_gallery(self) -> None:
        limits = [threshold(vectors) for vectors in range(1, 3_000, 7)]
        assert limits == sorted(limits, reverse=True)

    def test_strangers_that_look_more_alike_need_a_stricter_one(self) -> None:
        assert threshold(50, Strangers(0.75, 0.0893)) < threshold(50, ASSUMED)

    def test_it_is_never_negative(self) -> None:
        assert threshold(10**9, Strangers(0.3, 0.1)) == 0.0

    def test_what_is_assumed_is_no_better_than_dlibs_own_setting(self) -> None:
        """One pair in 200 nearer than 0.6 is the least that anybody has measured on faces that it was not trained on."""
        rng = numpy.random.default_rng(3)
        drawn = rng.normal(ASSUMED.mean, ASSUMED.deviation, 200_000)
        assert (drawn < 0.6).mean() >= 0.0045

    def test_the_gallery_follows_its_size(self) -> None:
        gallery = gallery_of(person(1))
        before = gallery.threshold
        gallery.add("more", numpy.array([person(2), person(3)]))
        assert gallery.threshold == threshold(3) < before
        gallery.remove("more")
        assert gallery.threshold == before


class TestDecisions:
    def test_nobody_is_enrolled(self) -> None:
        assert Gallery().decide(person(1)) == Unknown()

    def test_the_nearest_below_the_threshold_is_named(self) -> None:
        gallery = gallery_of(*(person(seed) for seed in range(50)))
        decision = gallery.decide(look(person(17), gallery.threshold - 0.01))
        assert isinstance(decision, Named)
        assert decision.consent_id == "c17"
        assert decision.distance == pytest.approx(gallery.threshold - 0.01, abs=1e-4)

    def test_at_the_threshold_nobody_is(self) -> None:
        gallery = gallery_of(*(person(seed) for seed in range(50)))
        assert gallery.decide(look(person(17), gallery.threshold + 0.001)) == Unknown()

    @pytest.mark.parametrize(("apart", "asks"), [(MARGIN - 0.005, True), (MARGIN + 0.005, False)])
    def test_two_who_are_nearly_equally_near_are_asked(self, apart: float, asks: bool) -> None:
        here = person(1)
        gallery = gallery_of(look(here, 0.3, 5), look(here, 0.3 + apart, 6), person(9))
        decision = gallery.decide(here)
        assert decision == OneOfTwo(("c0", "c1")) if asks else isinstance(decision, Named)

    def test_a_look_alike_beyond_the_threshold_still_counts(self) -> None:
        """Else a twin whose picture is a little worse would be greeted by the other's name."""
        here = person(1)
        limit = threshold(2)
        gallery = gallery_of(look(here, limit - 0.01, 5), look(here, limit + 0.02, 6))
        assert gallery.decide(here) == OneOfTwo(("c0", "c1"))

    def test_only_two_are_named_of_many_alike(self) -> None:
        here = person(1)
        gallery = gallery_of(*(look(here, 0.2 + number / 100, number) for number in range(5)))
        assert gallery.decide(here) == OneOfTwo(("c0", "c1"))

    def test_several_vectors_of_one_consent_are_one_person(self) -> None:
        here = person(1)
        gallery = Gallery()
        gallery.add("one", numpy.array([look(here, 0.3, 5), look(here, 0.31, 6), look(here, 0.2, 7)]))
        decision = gallery.decide(here)
        assert isinstance(decision, Named)
        assert decision.distance == pytest.approx(0.2, abs=1e-4)

    def test_it_is_what_plain_distances_say(self) -> None:
        rng = numpy.random.default_rng(11)
        vectors = rng.normal(size=(500, DIMENSIONS)).astype(numpy.float32) / 8
        gallery = gallery_of(*vectors)
        for vector in vectors[:20] + rng.normal(size=(20, DIMENSIONS)).astype(numpy.float32) / 60:
            plain = numpy.linalg.norm(vectors.astype(float) - vector.astype(float), axis=1)
            assert gallery.distances(vector) == pytest.approx(plain, abs=1e-5)

    def test_the_same_vector_is_at_no_distance(self) -> None:
        gallery = gallery_of(*(person(seed) for seed in range(200)))
        for seed in range(200):
            decision = gallery.decide(person(seed))
            assert isinstance(decision, Named)
            assert 0.0 <= decision.distance < 2e-3


class TestChanges:
    def test_who_is_removed_is_unknown_and_others_are_not(self) -> None:
        gallery = gallery_of(*(person(seed) for seed in range(100)))
        for number in (0, 99, 50, 98, 1):
            gallery.remove(f"c{number}")
        gallery.remove("c50")
        assert len(gallery) == 95
        for seed in range(100):
            decision = gallery.decide(person(seed))
            is_gone = seed in (0, 99, 50, 98, 1)
            assert decision == Unknown() if is_gone else isinstance(decision, Named)
            if isinstance(decision, Named):
                assert decision.consent_id == f"c{seed}"

    def test_nothing_of_who_is_removed_stays_in_memory(self) -> None:
        gallery = gallery_of(person(1), person(2), person(3))
        gallery.remove("c1")
        held = gallery._vectors
        assert not any(numpy.allclose(row, person(2)) for row in held)
        gallery.clear()
        assert not gallery._vectors.any() and not gallery._squares.any()

    def test_adding_takes_the_place_of_what_was_there(self) -> None:
        gallery = gallery_of(person(1))
        gallery.add("c0", person(2)[None])
        assert gallery.decide(person(1)) == Unknown()
        assert isinstance(gallery.decide(person(2)), Named)

    def test_it_grows_beyond_any_capacity(self) -> None:
        gallery = Gallery()
        for seed in range(300):
            gallery.add(f"p{seed}", person(seed)[None])
        decisions = [gallery.decide(person(seed)) for seed in range(300)]
        assert [each.consent_id for each in decisions if isinstance(each, Named)] == [
            f"p{seed}" for seed in range(300)
        ]

    @pytest.mark.parametrize(
        "vectors",
        [
            numpy.zeros((1, 127)),
            numpy.zeros((2, 128)),
            numpy.full((1, 128), numpy.nan),
            numpy.full((1, 128), numpy.inf),
        ],
    )
    def test_what_is_no_vector_is_refused(self, vectors: numpy.ndarray) -> None:
        gallery = gallery_of(person(1))
        with pytest.raises(ValueError, match=r"vector"):
            gallery.replace(["one"], vectors)
        assert isinstance(gallery.decide(person(1)), Named)


class TestCorrections:
    def test_who_was_mistaken_is_not_greeted_by_that_name_again(self) -> None:
        gallery = gallery_of(*(person(seed) for seed in range(5)))
        wrong = look(person(3), 0.45)
        assert isinstance(gallery.decide(wrong), Named)
        needs = gallery.correct("c3", 0.45)
        assert needs < 0.45
        assert gallery.decide(wrong) == Unknown()
        assert isinstance(gallery.decide(look(person(3), needs - 0.02)), Named)
        assert isinstance(gallery.decide(look(person(2), 0.45)), Named)

    def test_a_milder_correction_changes_nothing(self) -> None:
        gallery = gallery_of(person(1))
        strict = gallery.correct("c0", 0.3)
        assert gallery.correct("c0", 0.5) == strict

    def test_a_barred_consent_is_not_considered(self) -> None:
        gallery = gallery_of(person(1), person(2))
        assert gallery.decide(person(1), barred={"c0"}) == Unknown()

    def test_a_new_consent_begins_without_it(self) -> None:
        gallery = gallery_of(person(1))
        gallery.correct("c0", 0.3)
        gallery.add("c0", person(1)[None])
        assert isinstance(gallery.decide(look(person(1), 0.4)), Named)


def test_a_hundred_thousand_are_matched_in_a_moment() -> None:
    """Ten times faster than a list of vectors, each measured by itself; the benchmark compares with the library's own call."""
    rng = numpy.random.default_rng(5)
    vectors = rng.normal(size=(100_000, DIMENSIONS)).astype(numpy.float32)
    gallery = Gallery()
    gallery.replace([str(number) for number in range(len(vectors))], vectors)

    def fastest(work: object) -> float:
        durations = []
        for _ in range(5):
            began = time.perf_counter()
            assert callable(work)
            work()
            durations.append(time.perf_counter() - began)
        return min(durations)

    sample = list(vectors[:10_000])
    one_by_one = 10 * fastest(lambda: [numpy.linalg.norm(held - vectors[7]) for held in sample])
    assert fastest(lambda: gallery.decide(vectors[7])) * 10 < one_by_one
