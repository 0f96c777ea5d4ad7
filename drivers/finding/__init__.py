"""Finding what is plugged in, for the person who cables a terminal: who answers where, and what the configuration says then.

Each way of plugging something in has its own module. Nothing here switches, prints or reads anybody's card unless a card
is laid on a reader for it; a port that a running terminal holds is only said to be taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from drivers.finding import (
    cameras,
    cups,
    gpio,
    keyboards,
    serial_ports,
    smart_cards,
    tcp_printers,
    usb_printers,
)
from drivers.finding.found import Finding

__all__ = ["Finding", "ask", "scan"]

SCAN_S = 45.0
AT_ONCE = 16

Search = Callable[[], list[Finding]]


def scan(
    *, directories: Iterable[Path] = (), addresses: Iterable[str] = (), listen_s: float = 0.0
) -> list[Finding]:
    """Everything that is found, in SCAN_S plus `listen_s` at most. `directories` hold further serial ports, `addresses`
    are network printers (`host:port`) or ports that are not looked for by themselves; readers that only speak when a card
    is there are listened to for `listen_s` seconds."""
    searches: list[tuple[str, Search]] = [
        ("PC/SC", smart_cards.search),
        ("CUPS", cups.search),
        ("/dev/input/by-id", keyboards.search),
        ("/dev/v4l/by-id", cameras.search),
        ("/dev/gpiochip*", gpio.search),
    ]
    ports = [*serial_ports.listed(), *serial_ports.in_directories(directories), *usb_printers.listed()]
    searches += [(where, _asking(where, listen_s)) for where in [*ports, *addresses]]
    return _all_at_once(searches, SCAN_S + listen_s)


def ask(where: str, listen_s: float = 0.0) -> Finding:
    """What is at one `host:port`, USB printer's file or serial port."""
    host, _, port = where.rpartition(":")
    if host and port.isdecimal() and not Path(where).exists():
        return tcp_printers.ask(host, int(port))
    if usb_printers.is_one(where):
        return usb_printers.ask(where)
    return serial_ports.ask(where, listen_s)


def _asking(where: str, listen_s: float) -> Search:
    return lambda: [ask(where, listen_s)]


def _all_at_once(searches: Sequence[tuple[str, Search]], limit_s: float) -> list[Finding]:
    pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="finding")
    under_way = [(where, pool.submit(search)) for where, search in searches]
    wait([future for _, future in under_way], timeout=limit_s)
    pool.shutdown(wait=False, cancel_futures=True)
    found: list[Finding] = []
    for where, future in under_way:
        found += future.result() if future.done() else [Finding(where, None, {}, "device.wedged")]
    return found
