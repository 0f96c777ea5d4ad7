"""Blocking cards: the card changes state, and every terminal gets it on the deny list."""

from __future__ import annotations

from typing import Literal

from sqlalchemy.orm import Session

from hall.services import feed
from offline_cache.wire import Card, Deny, ReferenceKind


def block(session: Session, card_ref: str, reason: Literal["lost", "closed"]) -> None:
    """Block a card. One that the hall does not know is denied as well: somebody has it in hand."""
    known = feed.find(session, ReferenceKind.CARD, [card_ref])
    records = [feed.Record(ReferenceKind.DENY, card_ref, Deny(card_ref=card_ref, reason=reason))]
    if card_ref in known:
        card = Card.model_validate({**known[card_ref], "state": reason})
        records.append(feed.Record(ReferenceKind.CARD, card_ref, card))
    feed.publish(session, records)
