"""Telling that a card is a bank card, without ever reading its number.

A bank card answers SELECT of a payment directory: `1PAY.SYS.DDF01` by contact, `2PAY.SYS.DDF01` by radio. That answer
is all that is asked for. The account number would come from GET PROCESSING OPTIONS, READ RECORD or GET DATA, and none
of them is ever sent to such a card: it is payment data, and no business of a hall.

The directory of a transport card may be there too and then names no payment application.
"""

from __future__ import annotations

from drivers.cards import tlv
from drivers.cards.session import Session

BY_RADIO = b"2PAY.SYS.DDF01"
BY_CONTACT = b"1PAY.SYS.DDF01"
APPLICATION = 0x4F
_TRANSPORT = bytes.fromhex("A000000632")


def is_bank_card(session: Session) -> bool:
    """Whether this is a bank card. Raises CardGone, DeviceError."""
    answer = session.selects(BY_RADIO if session.contactless else BY_CONTACT)
    if answer is None:
        return False
    try:
        named = tlv.find_all(answer.data, APPLICATION)
    except tlv.Malformed:
        return True  # a payment directory in disorder is still no meal card
    return not named or any(not bytes(name).startswith(_TRANSPORT) for name in named)
