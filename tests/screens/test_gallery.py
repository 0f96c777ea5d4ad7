"""Every page looks as it did when somebody last looked at it: a change of the look must be meant, and seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.i18n import LOCALES
from kiosk.views import CommonView
from kiosk.views_front_desk import FrontDeskView
from kiosk.views_resident import ResidentView
from screens import tokens
from screens.front_desk_samples import desk_samples
from screens.resident_samples import resident_samples
from screens.samples import samples
from screens.visitor_samples import visitor_samples
from tests.screens.baselines import BASELINES, CELL_TOLERANCE, MEAN_TOLERANCE, difference
from tests.screens.conftest import SIZES, Drawn, names_on

pytestmark = pytest.mark.screen


def test_every_view_has_a_sample() -> None:
    resident = [shown for mode in tokens.MODES for shown in resident_samples("zh_CN", mode).values()]
    at_the_desk = [*desk_samples("zh_CN").values(), *visitor_samples("zh_CN", "normal").values()]
    drawn = {type(shown.view) for shown in [*samples().values(), *resident, *at_the_desk]}
    assert drawn == {*CommonView.__args__, *ResidentView.__args__, *FrontDeskView.__args__}


@pytest.mark.parametrize(("size", "name"), [(size, name) for size in SIZES for name in names_on(size)])
@pytest.mark.parametrize("locale", LOCALES)
def test_a_page_looks_like_its_baseline(
    galleries: dict[str, Drawn], size: str, locale: str, name: str
) -> None:
    baseline = BASELINES / size / locale / f"{name}.png"
    mean, worst = difference(galleries[size].picture(locale, name), baseline)
    assert mean <= MEAN_TOLERANCE
    assert worst <= CELL_TOLERANCE


def test_the_baselines_stay_small_and_none_is_left_over() -> None:
    kept = list(BASELINES.glob("*/*/*.png"))
    assert sum(path.stat().st_size for path in kept) < 25_000_000
    assert {path.stem for path in kept} == {name for size in SIZES for name in names_on(size)}


def test_a_difference_is_seen(tmp_path: Path, galleries: dict[str, Drawn]) -> None:
    """The comparison can fail: one digit of a balance is enough."""
    drawn = galleries["1366x768"]
    mean, worst = difference(
        drawn.picture("zh_CN", "served_guest"), BASELINES / "1366x768" / "zh_CN" / "served.png"
    )
    assert mean > MEAN_TOLERANCE or worst > CELL_TOLERANCE
    mean, worst = difference(
        drawn.picture("zh_CN", "staff_pin"), BASELINES / "1366x768" / "zh_CN" / "staff_pin_wrong.png"
    )
    assert worst > CELL_TOLERANCE
