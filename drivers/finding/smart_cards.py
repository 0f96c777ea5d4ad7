"""Smart card readers, as the service `pcscd` lists them. No card is touched."""

from __future__ import annotations

from drivers.finding.found import Finding

WHERE = "PC/SC"


def search() -> list[Finding]:
    """Every reader that the service knows; that it does not run is a finding as well."""
    try:
        from smartcard import scard
    except ImportError:
        return [Finding(WHERE, None, {}, "pcsc.library")]
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        return [Finding(WHERE, None, {}, "pcsc.service_down")]
    try:
        result, names = scard.SCardListReaders(context, [])
    finally:
        scard.SCardReleaseContext(context)
    if result == scard.SCARD_E_NO_READERS_AVAILABLE:
        return []
    if result != scard.SCARD_S_SUCCESS:
        return [Finding(WHERE, None, {}, "pcsc.service_down")]
    return [Finding(f"{WHERE} {name}", "pcsc", {"reader": name}, "") for name in names]
