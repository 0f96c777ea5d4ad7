"""Made-up card numbers for logs that leave the machine, so that they still replay and name nobody.

The same number becomes the same made-up one in both directions of a log, and in every log of one run of the program;
which one cannot be reckoned by who has only the log, because the salt is forgotten with the process.
"""

from __future__ import annotations

import hashlib
import secrets

_SALT = secrets.token_bytes(32)
RANDOM_UID = 0x08  # the first byte of a UID of four bytes that is drawn at each tap
_FIRST_BYTE = 0x01
MASK = 0x11


def invented(number: bytes) -> bytes:
    """As many bytes as `number` has (64 at most), drawn from it and the salt. AA, which some lines have to escape, is not
    among them; a number of nothing but 00 or FF, which is nobody's, stays."""
    if not number.strip(b"\x00") or not number.strip(b"\xff"):
        return number
    drawn = hashlib.blake2b(number, key=_SALT, digest_size=64).digest()[: len(number)]
    return drawn.replace(b"\xaa", b"\xa9")


def invented_uid(uid: bytes) -> bytes:
    """A made-up UID of the same length; its last four bytes follow from the last four of the real one, as a card's proof
    of its key uses them alone. One that says of itself that it is drawn anew at each tap still says so."""
    if len(uid) > 4:
        return invented_uid(uid[:-4]) + invented_uid(uid[-4:])
    if not any(uid):
        return uid
    first = RANDOM_UID if uid[0] == RANDOM_UID else _FIRST_BYTE
    return bytes([first]) + invented(uid)[1:]
