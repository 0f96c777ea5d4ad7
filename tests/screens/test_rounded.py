"""Rounded areas are drawn in pieces: a gap between two of them, or a wrong corner, would be seen on every button."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.screen

RED, BLUE, NONE = (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.0)


def test_a_corner_is_clear_outside_its_line_at_the_edge_and_filled_within() -> None:
    from screens.widgets.rounded import _covered, _mixed

    assert _mixed(RED, BLUE, _covered(-2), _covered(-5)) == bytes(4)
    assert _mixed(RED, BLUE, _covered(1), _covered(-2)) == bytes((0, 0, 255, 255))
    assert _mixed(RED, BLUE, _covered(9), _covered(6)) == bytes((255, 0, 0, 255))
    assert _mixed(RED, BLUE, 1, 0.5) == bytes((128, 0, 128, 255))
    assert _mixed(NONE, BLUE, _covered(9), _covered(6)) == bytes(4)


@pytest.mark.parametrize(("width", "height"), [(300.0, 128.0), (61.5, 61.5), (40.0, 200.4), (300.4, 96.6)])
@pytest.mark.parametrize("border", [0, 3])
def test_core_and_rim_cover_each_pixel_once(width: float, height: float, border: int) -> None:
    from screens.widgets.rounded import core_pieces, corner, rim_pieces

    shape = (10.3, 20.6, width, height, corner(width, height, 24), border)
    left, bottom = round(10.3), round(20.6)
    right, top = round(10.3 + width), round(20.6 + height)
    drawn: dict[tuple[int, int], int] = {}
    for box, _ in [*core_pieces(shape), *rim_pieces(shape)]:
        for x in range(int(box[0]), int(box[2])):
            for y in range(int(box[1]), int(box[3])):
                drawn[x, y] = drawn.get((x, y), 0) + 1
    assert set(drawn) == {(x, y) for x in range(left, right) for y in range(bottom, top)}
    assert set(drawn.values()) == {1}


def test_a_corner_takes_no_more_than_half_of_a_small_area() -> None:
    from screens.widgets.rounded import corner

    assert corner(300, 100, 24) == 24
    assert corner(20, 100, 24) == 10
    assert corner(0, 0, 24) == 1


def test_what_has_no_size_is_not_drawn() -> None:
    from screens.widgets.rounded import core_pieces, rim_pieces

    assert [*core_pieces((5, 5, 0, 0, 1, 2)), *rim_pieces((5, 5, 0, 0, 1, 2))] == []
