"""The judge of torn reads must pass every driver that waits for the whole card and find out every one that does not: else
its 480 pulls mean nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.journeys.torn_drivers import DRIVER_PULLS, SHARES, Share
from tests.journeys.torn_reads import Place, Then, Torn, finds_out, judge, spread

FEW = 15
EACH_SHARE = pytest.mark.parametrize("share", SHARES, ids=lambda share: share.driver)


@EACH_SHARE
def test_a_right_driver_passes_and_a_wrong_one_is_found_out(share: Share) -> None:
    for torn in spread(share.places(), FEW, seed=1):
        assert judge(torn) == []
        assert finds_out(torn)


@EACH_SHARE
@pytest.mark.parametrize("then", Then)
def test_a_wrong_driver_never_passes(share: Share, then: Then) -> None:
    place = next(iter(share.places()))
    assert judge(Torn(replace(place, make=place.make_wrong), then))


@EACH_SHARE
def test_a_share_is_so_many_different_pulls(share: Share) -> None:
    planned = spread(share.places(), share.pulls, seed=1)
    assert len({(torn.place.told, torn.then) for torn in planned}) == share.pulls
    assert {torn.then for torn in planned} == set(Then)


def test_another_card_that_is_taken_for_the_torn_one_is_found_out() -> None:
    def unrefusable(place: Place) -> bool:
        return not place.between and not place.chip_is_known

    place = next(filter(unrefusable, SHARES[1].places()))
    assert judge(Torn(place, Then.OTHER_FIRST)) == []
    told = judge(Torn(replace(place, chip_is_known=True), Then.OTHER_FIRST))
    assert any("another card was taken" in each for each in told)


def test_the_shares_are_all_the_pulls() -> None:
    assert sum(share.pulls for share in SHARES) == DRIVER_PULLS
