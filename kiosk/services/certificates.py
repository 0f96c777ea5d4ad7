"""For how long the hall's TLS certificate is still good. Whether it can be trusted is for each real call to judge."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime

from cryptography import x509


class CertificateUnread(Exception):
    """`code` is stable: certificate.unreachable, certificate.damaged."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def days_left(host: str, port: int, timeout_s: float) -> int:
    """Whole days until the certificate that `host` shows is over, negative when it is. Raises CertificateUnread."""
    # Not verified on purpose: one that is over, or for another name, is what somebody wants to see here.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=timeout_s) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            shown = secured.getpeercert(binary_form=True)
    except OSError as error:
        raise CertificateUnread("certificate.unreachable") from error
    try:
        ends = x509.load_der_x509_certificate(shown or b"").not_valid_after_utc
    except ValueError as error:
        raise CertificateUnread("certificate.damaged") from error
    return (ends - datetime.now(UTC)).days
