"""What a slip is made from beside the meal's row: handed by the services that write rows to the one that words slips."""

from __future__ import annotations

from dataclasses import dataclass

from offline_cache import wire


@dataclass(frozen=True, slots=True)
class SlipFacts:
    """`name` is masked already, empty for a guest. `service_day` and `clock` are the local "YYYY-MM-DD" and "HH:MM"
    of the row's stamp; `seq` is the row's number in its log. `balance` is fen after the meal, None where it is not
    shown. `voided`: the slip of a meal that was taken back (退餐单)."""

    site: wire.Site
    terminal_id: str
    seq: int
    name: str
    card_tail: str
    service_day: str
    clock: str
    clock_trusted: bool
    balance: int | None = None
    voided: bool = False
