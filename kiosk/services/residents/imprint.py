"""What makes a document this terminal's own: number, place, moment, digest and signature.

The digest is SHA-256 over the canonical JSON (RFC 8785) of everything on paper but the verification code, which holds the
signature. The signature is Ed25519 (RFC 8032) over the ASCII bytes of "<number> <digest>", in URL-safe base64 without
padding. The code on paper leads to `<public_url>/v/<number>?s=<signature>`, where the hall knows the digest.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from kiosk.services.residents.printable import Printable
from offline_cache.identity import TerminalKey
from offline_cache.wire import canonical


@dataclass(frozen=True, slots=True)
class Imprint:
    """`printed_at` is the local "YYYY-MM-DD HH:MM" of the issue, "" while the time is not trusted. `url` is what the
    verification code says."""

    number: str
    place_zh: str
    place_en: str
    terminal_id: str
    printed_at: str
    digest: str = ""
    signature: str = ""
    url: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def signed(imprint: Imprint, document: Printable, key: TerminalKey, public_url: str) -> Imprint:
    """The imprint with digest, signature and verification address. `public_url` is the hall's, as phones reach it."""
    said = {
        "number": imprint.number,
        "place_zh": imprint.place_zh,
        "place_en": imprint.place_en,
        "terminal_id": imprint.terminal_id,
        "printed_at": imprint.printed_at,
        "document": document.as_json(),
    }
    digest = hashlib.sha256(canonical(said)).hexdigest()
    raw = key.private.sign(f"{imprint.number} {digest}".encode("ascii"))
    signature = base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
    return Imprint(
        imprint.number,
        imprint.place_zh,
        imprint.place_en,
        imprint.terminal_id,
        imprint.printed_at,
        digest,
        signature,
        f"{public_url.rstrip('/')}/v/{imprint.number}?s={signature}",
    )
