"""Cards at the hall: an identity card is made known by a digest, and a blocked card goes onto every terminal's deny list."""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal

from sqlalchemy.orm import Session

from hall.errors import HallProblem
from hall.services import feed, identities
from offline_cache.wire import Card, Deny, ReferenceKind

# A terminal makes the same of a number that it has read: drivers.documents.IdNumber.card, kiosk's card_reference.
_ID_NUMBER_FAMILY = "id_number"
_DIGEST_OF = b"service hall card of the ID number "
_NUMBER_CHARACTERS = 18
_TAIL_CHARACTERS = 4


def register_id_card(session: Session, person_id: str, number: str) -> str:
    """Let a resident identify with the identity card of this number; answers its card_ref. Of the number only the keyed
    digest is kept, and its last four characters for slips. Raises HallProblem: resident.unknown (404),
    card.number_malformed (422)."""
    if person_id not in feed.find(session, ReferenceKind.RESIDENT, [person_id]):
        raise HallProblem(404, "resident.unknown", "There is no such resident.")
    if not _is_whole(number):
        # Not quoted: the message is printed and logged.
        raise HallProblem(
            422, "card.number_malformed", "This is no ID number; its check character is looked at."
        )
    card_key = bytes.fromhex(identities.identity(session).card_key)
    reference = id_card_ref(card_key, number)
    card = Card(card_ref=reference, person_id=person_id, tail=number[-_TAIL_CHARACTERS:], state="active")
    feed.publish(session, [feed.Record(ReferenceKind.CARD, reference, card)])
    return reference


def id_card_ref(card_key: bytes, number: str) -> str:
    """By what an identity card is known: hex HMAC-SHA256 of "id_number:" and the hex digest of the number."""
    digest = hashlib.sha256(_DIGEST_OF + number.encode("ascii")).hexdigest()
    return hmac.new(card_key, f"{_ID_NUMBER_FAMILY}:{digest}".encode(), hashlib.sha256).hexdigest()


def _is_whole(number: str) -> bool:
    """Seventeen digits and the check character of ISO 7064 MOD 11-2 (GB 11643)."""
    digits, last = number[:-1], number[-1:]
    if len(number) != _NUMBER_CHARACTERS or not (digits.isascii() and digits.isdecimal()):
        return False
    weighted = sum(int(digit) << place for place, digit in enumerate(reversed(digits), start=1))
    return last == "10X98765432"[weighted % 11]


def block(session: Session, card_ref: str, reason: Literal["lost", "closed"]) -> None:
    """Block a card. One that the hall does not know is denied as well: somebody has it in hand."""
    known = feed.find(session, ReferenceKind.CARD, [card_ref])
    records = [feed.Record(ReferenceKind.DENY, card_ref, Deny(card_ref=card_ref, reason=reason))]
    if card_ref in known:
        card = Card.model_validate({**known[card_ref], "state": reason})
        records.append(feed.Record(ReferenceKind.CARD, card_ref, card))
    feed.publish(session, records)
