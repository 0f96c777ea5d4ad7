"""J4's part on the drivers: 480 pulls, shared over every driver that reads a card in several steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.journeys import torn_blocks, torn_id_cards, torn_smart_cards
from tests.journeys.report import Journey
from tests.journeys.torn_reads import Place, Then, finds_out, judge, spread

SEED = 20261122
SHOWN = 5


@dataclass(frozen=True)
class Share:
    """One driver's part of the pulls."""

    driver: str
    pulls: int
    places: Callable[[], Iterable[Place]]


SHARES = (
    Share("PC/SC", 240, torn_smart_cards.places),
    Share("ID card (SAM)", 120, torn_id_cards.places),
    Share("PN532", 60, torn_blocks.pn532_places),
    Share("AA BB (M1)", 60, torn_blocks.aabb_places),
)
DRIVER_PULLS = 480


def check_drivers(journey: Journey) -> None:
    """Every share, the right driver and the wrong one; and how many pulls there were in all."""
    done = sum(_check_share(share, journey) for share in SHARES)
    journey.check("pulls on the drivers in all, none alike", DRIVER_PULLS, done)


def _check_share(share: Share, journey: Journey) -> int:
    """One driver's rows in the report. The number of its different pulls."""
    planned = spread(share.places(), share.pulls, SEED)
    wrong = [each for torn in planned for each in judge(torn)]
    others = [torn for torn in planned if torn.then is Then.OTHER_FIRST]
    refused = sum(torn.place.chip_is_known for torn in others)
    between = sum(torn.place.between for torn in planned)
    name = f"{share.driver}, {len(planned)} pulls ({between} between commands, {len(planned) - between} within answers)"
    journey.check(f"{name}: after which something was wrong", [], wrong[:SHOWN])
    journey.check_that(
        f"{share.driver}: another card came first in {len(others)}; refused where its chip is told, else a tap like any",
        refused > 0 and not wrong,
        "refused at least once, and nothing wrong",
        f"{refused} refused, {len(others) - refused} taken",
    )
    found = sum(map(finds_out, planned))
    journey.check(f"{share.driver}, control: found out when it accepts partial reads", len(planned), found)
    return len({(torn.place.told, torn.then) for torn in planned})
