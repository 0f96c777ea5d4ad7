"""What the judge is handed: what people did and saw, what came out of the printer, and what the books say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]  # one offline_cache.wire.LogRow as JSON


@dataclass(frozen=True, slots=True)
class Tap:
    """A card that was held to the reader. `own_part` is what its holder must pay in fen, by hand from the tariff."""

    round: int
    person_id: str
    own_part: int


@dataclass(frozen=True, slots=True)
class SeenVerdict:
    """A page that said 请取餐: the diner walks off with a meal from here on. `own_part` in fen, as it was shown."""

    round: int
    txn_id: str
    own_part: int


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """A slip at the printer. `seq` as printed on it; `copy` when it says 补打; `complete` when it was cut."""

    seq: int
    copy: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class Purse:
    """A balance at the hall in fen, before the first tap and after everything was sent."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of one world: one hall, one terminal, many lives of it. `log` and `hall` are in the order of seq."""

    taps: tuple[Tap, ...] = ()
    verdicts: tuple[SeenVerdict, ...] = ()
    slips: tuple[PrintedSlip, ...] = ()
    offered: frozenset[str] = frozenset()
    log: tuple[Row, ...] = ()
    hall: tuple[Row, ...] = ()
    purses: dict[str, Purse] = field(default_factory=dict)
