"""Who is at the terminal, and what was told to her: everything of it is forgotten with the session."""

from __future__ import annotations

from dataclasses import dataclass, field

from offline_cache.wire_residents import ApplicationBody, RecordPage


@dataclass(slots=True)
class Session:
    """`ways` maps each person who has identified herself in it to how she did (CardHolder.way, or phone_code): two when
    an agent laid down another's card too. `records` are those on show, by the ask_id of the wish; `receipts` are the
    applications sent in, by number. `is_over`: what is answered now is told to nobody."""

    ways: dict[str, str] = field(default_factory=dict)
    records: dict[int, RecordPage] = field(default_factory=dict, repr=False)
    receipts: dict[str, ApplicationBody] = field(default_factory=dict, repr=False)
    is_over: bool = False

    def knows(self, person_id: str) -> bool:
        """Whether this person has identified herself here: of nobody else anything is told."""
        return person_id in self.ways

    def wipe(self) -> None:
        """Forgets everything, for whoever still holds on to the session too."""
        self.is_over = True
        self.ways.clear()
        self.records.clear()
        self.receipts.clear()
