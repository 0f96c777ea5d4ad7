"""Ed25519 signatures and URL-safe base64 without padding, as terminals and the hall write them."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decoded(text: str) -> bytes:
    """Raises ValueError for what is not URL-safe base64 without padding."""
    if not text.isascii() or "=" in text:
        raise ValueError("not URL-safe base64 without padding")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not URL-safe base64 without padding") from error


def is_signed(public_key: str, signature: str, message: bytes) -> bool:
    """Whether `signature` is this key's over `message`; both are in base64. What is garbled is not signed."""
    try:
        key = Ed25519PublicKey.from_public_bytes(decoded(public_key))
        key.verify(decoded(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
