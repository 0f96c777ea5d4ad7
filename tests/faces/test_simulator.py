"""Journey 9's figures rest on a simulation: this says that it is not kinder than life, that it fails when it is, and that at our
setting no stranger of ten thousand is greeted where dlib's own would greet thousands."""

from __future__ import annotations

import numpy
import pytest

from kiosk.faces import simulator
from kiosk.faces.confidence import Rate
from kiosk.faces.simulator import People, SimulationTooKind, simulate


def test_ten_thousand_strangers_are_not_greeted_at_our_setting() -> None:
    figures = simulate(10_000, 50, seed=1)
    assert figures.one_to_one.share >= 0.005
    assert figures.plain.greeted.count > 1000, "dlib's own setting greets strangers"
    assert figures.ours.greeted.count == 0
    assert figures.ours.greeted.upper < 0.0004
    assert figures.ours.wrongly.count == 0
    # The setting has its price, and the figures must not hide it; the siblings are asked about.
    assert 0.05 < figures.ours.missed.share < 0.15
    assert figures.plain.missed.share < figures.ours.missed.share
    assert figures.ours.doubted.count > 100


def test_the_text_says_counts_rates_and_upper_limits() -> None:
    text = simulate(500, 50, seed=1).text()
    assert "500 looks of strangers against 50 enrolled" in text
    assert "false greetings of strangers" in text and "missed matches of enrolled" in text
    assert f"at most {Rate(0, 500).upper:8.4%}" in text


def test_strangers_who_are_too_unlike_each_other_fail_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(simulator, "SPREAD", 0.9)
    with pytest.raises(SimulationTooKind, match=r"0\.50% are wanted"):
        simulate(500, 50)
    assert simulator.main(["--looks", "500"]) == 1
    assert "kinder than life" in capsys.readouterr().err


def test_the_command_prints_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulator.main(["--looks", "300", "--seed", "3"]) == 0
    assert "300 looks" in capsys.readouterr().out


def test_one_seed_gives_one_result() -> None:
    assert simulate(200, 50, seed=4) == simulate(200, 50, seed=4)
    assert simulate(200, 50, seed=4).one_to_one != simulate(200, 50, seed=5).one_to_one


def test_siblings_are_nearer_than_strangers() -> None:
    residents = People(1).residents(50)
    siblings = numpy.linalg.norm(residents[0:8:2] - residents[1:8:2], axis=1)
    strangers = numpy.linalg.norm(residents[8:29] - residents[29:50], axis=1)
    assert siblings.max() < strangers.min()
