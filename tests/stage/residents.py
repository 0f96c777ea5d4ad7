"""The people who come to the service hall, and the identity cards that an emulated reader lays down for them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path

from drivers.cards import id_text
from drivers.documents import DocumentKind
from drivers.emulators.people import PHOTO_BYTES, InventedCard


@dataclass(frozen=True, slots=True)
class HallResident:
    """`uid` is the hall's own card of this person (EM4100, hex), `label` who it is in words. `person_id` "": nobody whom
    the hall knows."""

    person_id: str
    uid: str
    label: str
    id_card: InventedCard = field(repr=False)

    @property
    def name(self) -> str:
        return self.id_card.name


def read_residents(path: Path) -> dict[str, HallResident]:
    """Everybody of a file that `hall seed --id-cards` wrote, by the family name in front of the label."""
    return {
        entry["label_en"].partition(",")[0]: HallResident(
            entry["person_id"], entry["uid"], entry["label_en"], _card(entry["kind"], entry["fields"])
        )
        for entry in json.loads(path.read_text("utf-8"))
    }


def _card(kind: str, fields: dict[str, str]) -> InventedCard:
    which = DocumentKind(kind)
    number = fields["number"]
    return InventedCard(
        kind=which,
        number=number,
        name=fields.get("name") or fields["name_latin"],
        text=id_text.compose(which, fields),
        photo=random.Random(f"photograph of {number}").randbytes(PHOTO_BYTES),
    )
