"""A resting card is one reading: polls that miss it now and then must not make two meals of it."""

from __future__ import annotations

import pytest

from drivers.base import CardLifted
from drivers.cards.numbers import iso14443a_card
from drivers.cards.presence import LIFTED_AFTER_NS, Presence

CARD = iso14443a_card("901F2AA4")
POLL_NS = 30_000_000


@pytest.fixture
def presence() -> Presence:
    resting = Presence()
    resting.rests("a", CARD)
    return resting


def test_it_is_free_until_a_chip_was_read() -> None:
    presence = Presence()
    assert presence.polled("a", 0) is None
    assert presence.free
    presence.rests("a", CARD)
    assert not presence.free


def test_missed_every_second_poll_it_rests(presence: Presence) -> None:
    for poll in range(100):
        assert presence.polled("a" if poll % 2 else None, poll * POLL_NS) is None
    assert not presence.free


def test_it_has_left_when_nothing_was_found_long_enough(presence: Presence) -> None:
    assert presence.polled(None, 0) is None
    assert presence.polled(None, LIFTED_AFTER_NS - 1) is None
    assert presence.polled(None, LIFTED_AFTER_NS) == CardLifted(CARD)
    assert presence.free
    assert presence.polled(None, 2 * LIFTED_AFTER_NS) is None


def test_one_miss_after_a_long_pause_is_one_miss(presence: Presence) -> None:
    assert presence.polled("a", 0) is None
    assert presence.polled(None, 60 * LIFTED_AFTER_NS) is None
    assert presence.polled("a", 61 * LIFTED_AFTER_NS) is None
    assert not presence.free


def test_of_two_cards_in_a_purse_one_counts(presence: Presence) -> None:
    for poll in range(100):
        assert presence.polled("b" if poll % 3 else "a", poll * POLL_NS) is None


def test_the_next_card_counts_when_the_first_has_left(presence: Presence) -> None:
    assert presence.polled("b", 0) is None
    assert presence.polled("b", LIFTED_AFTER_NS) == CardLifted(CARD)
    assert presence.free


def test_what_was_no_card_leaves_without_a_word() -> None:
    presence = Presence()
    presence.rests("a", None)
    assert presence.polled(None, 0) is None
    assert presence.polled(None, LIFTED_AFTER_NS) is None
    assert presence.free


def test_while_the_reader_was_away_nothing_was_missing(presence: Presence) -> None:
    assert presence.polled(None, 0) is None
    presence.unheard()
    assert presence.polled(None, 10 * LIFTED_AFTER_NS) is None
    assert not presence.free
