"""Working the box from another process: what journeys and scripts call."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import requests

CALL_TIMEOUT_S = 10.0


class BoxRefused(RuntimeError):
    """The box said no; the message holds its code and what it expected."""


class BoxClient:
    """Calls the routes of `drivers.emulators.box` at `url`, the panel's address."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False  # loopback, never by a proxy

    def __enter__(self) -> BoxClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; the box runs on."""
        self._session.close()

    def tap(self, uid: str, hold_s: float = 0.2) -> int:
        """Taps a card; the monotonic ns after the last byte of its first frame."""
        return int(self.do("/reader/tap", uid=uid, hold_s=hold_s)["last_byte_ns"])

    def do(self, route: str, **body: object) -> dict[str, Any]:
        """One action, `do("/printer/paper_out", at_line=5)`. Raises BoxRefused, requests.RequestException."""
        answer = self._session.post(urljoin(self._url, route), json=body, timeout=CALL_TIMEOUT_S)
        return dict(_accepted(answer).json())

    def state(self) -> dict[str, Any]:
        """How every device is."""
        return dict(self._get("/state").json())

    def page_count(self) -> int:
        """How many slips were cut."""
        return int(self._get("/printer/pages").json()["count"])

    def page_png(self, number: int) -> bytes:
        """A slip as PNG, counted from 1. Raises BoxRefused when there is none."""
        return self._get(f"/printer/pages/{number}.png").content

    def _get(self, route: str) -> requests.Response:
        return _accepted(self._session.get(urljoin(self._url, route), timeout=CALL_TIMEOUT_S))


def _accepted(answer: requests.Response) -> requests.Response:
    if not answer.ok:
        raise BoxRefused(answer.text)
    return answer
