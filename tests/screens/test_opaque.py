"""An area that is drawn unmixed would show what opacity hides: it is mixed as soon as anything above it is paled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

pytestmark = pytest.mark.screen


@dataclass
class Lying:
    """A widget as far as it matters here; a window is its own parent."""

    opacity: float
    parent: Any


@pytest.mark.parametrize(
    ("own", "above", "wholly"), [(1, 1, True), (0, 1, False), (1, 0, False), (1, 0.5, False), (0.5, 1, False)]
)
def test_only_what_nothing_pales_is_seen_wholly(own: float, above: float, wholly: bool) -> None:
    from screens.widgets.opaque import is_seen_wholly

    window = Lying(1, None)
    window.parent = window
    assert is_seen_wholly(Lying(own, Lying(above, window))) is wholly
    assert is_seen_wholly(Lying(own, Lying(above, None))) is wholly
