"""Who is at the terminal, and what was told to her: everything of it is forgotten with the session."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.services.residents.printable import Holder, ReceiptSource, RecordSource

NOBODY = Holder("", "")
ID_CARD = "id_card"


@dataclass(slots=True)
class Session:
    """`ways` maps each person who has identified herself in it to how she did (CardHolder.way, or phone_code): two when
    an agent laid down another's card too. `records` are those on show, by the ask_id of the wish; `receipts` are of the
    applications sent in, by number; `walks_slowly`: the pace at which places were asked for. `is_over`: what is answered now is told to nobody."""

    ways: dict[str, str] = field(default_factory=dict)
    holders: dict[str, Holder] = field(default_factory=dict, repr=False)
    records: dict[int, RecordSource] = field(default_factory=dict, repr=False)
    receipts: dict[str, ReceiptSource] = field(default_factory=dict, repr=False)
    walks_slowly: bool = False
    is_over: bool = False

    def knows(self, person_id: str) -> bool:
        """Whether this person has identified herself here: of nobody else anything is told."""
        return person_id in self.ways

    def showed_id_card(self, person_id: str) -> bool:
        """Whether the ID card itself lay here: what is strict is told and printed for no other card."""
        return self.ways.get(person_id) == ID_CARD

    def holder(self, person_id: str) -> Holder:
        """How paper may name this person; no word of one who is not here."""
        return self.holders.get(person_id, NOBODY)

    def wipe(self) -> None:
        """Forgets everything, for whoever still holds on to the session too."""
        self.is_over = True
        self.ways.clear()
        self.holders.clear()
        self.records.clear()
        self.receipts.clear()
