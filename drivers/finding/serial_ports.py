"""Serial ports: each is asked the questions of the kinds that can answer, in an order in which no question does harm.

The order is `Kind.probe_order`. A printer is asked first, by real-time status at each usual speed: what the others are
asked would be letters to it. Relay boards that switch on four bytes and cannot be asked are never asked, and no question
holds such bytes. Whoever only transmits (a 125 kHz reader, a plain scanner, a radio receiver) is found by listening; a card
that lies on a reader already is heard before the first question.
"""

from __future__ import annotations

import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from drivers import registry
from drivers.base import DeviceError, DeviceStatus
from drivers.finding.found import FOREIGN, UNREACHABLE, Finding, answered
from drivers.kinds import Kind, Link, Options
from drivers.replay import replay
from drivers.transport import SerialTransport
from drivers.wire_log import LoggedTransport, WireLog

BY_PLACE = Path("/dev/serial/by-path")
BY_NAME = Path("/dev/serial/by-id")
HEARD = ("em4100_serial", "line_serial")
"""Kinds that are found by what they say, the one with a checksum first."""
LISTEN_BAUD = 9600
DOUBT_S = 0.4
READ_S = 0.2
READ_BYTES = 256


def listed() -> list[str]:
    """Every serial port under its stable name: by the socket it is plugged into, else by what it calls itself."""
    found: dict[Path, str] = {}
    for directory in (BY_PLACE, BY_NAME):
        for link in sorted(directory.glob("*")):
            found.setdefault(link.resolve(), str(link))
    return list(found.values())


def in_directories(directories: Iterable[Path]) -> list[str]:
    """The character devices, and links to them, in some directories."""
    return [
        str(path) for each in directories for path in sorted(each.iterdir()) if _is_character_device(path)
    ]


def _is_character_device(path: Path) -> bool:
    try:
        return stat.S_ISCHR(path.stat().st_mode)
    except OSError:
        return False  # a link to what is unplugged


def ask(port: str, listen_s: float = 0.0) -> Finding:
    """What is at one serial port. Who only transmits is listened to for `listen_s`, 0 for not at all."""
    heard = _card_heard(port) if listen_s else None
    return heard or _asked(port, listen_s)


def _asked(port: str, listen_s: float) -> Finding:
    foreign = False
    for kind, options in questions(port):
        status = registry.make(kind.name, options).probe()
        if status.code in UNREACHABLE:
            return Finding(port, None, options, _plain(status))
        if answered(status):
            return _unless_a_card_spoke(
                Finding(port, kind.name, _as_said(options, status), status.code, dict(status.details))
            )
        foreign = foreign or status.code == FOREIGN
    heard = listen(port, listen_s) if listen_s else None
    if heard is not None:
        return heard
    return Finding(port, None, {"port": port}, FOREIGN if foreign else "device.timeout", may_be=_mute_kinds())


def questions(port: str) -> Iterator[tuple[Kind, Options]]:
    """Who is asked, with what options, in order."""
    asked = [kind for kind in registry.KINDS.values() if kind.probe_order is not None]
    for kind in sorted(asked, key=lambda kind: kind.probe_order or 0):
        for baud in kind.probe_bauds or (kind.options["baud"].default,):
            yield kind, {"port": port, "baud": baud}


def listen(port: str, listen_s: float) -> Finding | None:
    """Waits for a card or a code at a reader that speaks by itself; None when nothing that is known was heard."""
    log = WireLog()
    transport = LoggedTransport(SerialTransport(port, LISTEN_BAUD), log)
    deadline = time.monotonic() + listen_s
    try:
        transport.open()
        while time.monotonic() < deadline:
            if transport.read(READ_BYTES, READ_S) and (found := _recognised(port, log)):
                return found
    except DeviceError as error:
        return Finding(port, None, {"port": port}, error.reason)
    finally:
        transport.close()
    return _recognised(port, log)


def _recognised(port: str, log: WireLog) -> Finding | None:
    lines = log.export(lambda direction, stream: stream)  # stays in this process
    for kind in HEARD:
        played = replay(kind, {"port": port, "baud": LISTEN_BAUD}, lines)
        if any(each.what.startswith(("CardSeen", "CodeScanned")) for each in played):
            return Finding(port, kind, {"port": port, "baud": LISTEN_BAUD}, "")
    return None


def _card_heard(port: str) -> Finding | None:
    """A reader that speaks because a card lies on it. Only what has a checksum is believed so soon."""
    heard = listen(port, DOUBT_S)
    return heard if heard is not None and heard.kind == "em4100_serial" else None


def _unless_a_card_spoke(finding: Finding) -> Finding:
    """A frame that crossed the question looks like an answer to it, so a printer's answer is doubted for a moment."""
    if finding.kind != "escpos_serial":
        return finding
    return _card_heard(finding.where) or finding


def _as_said(options: Options, status: DeviceStatus) -> Options:
    """With the speed that the driver found by itself."""
    said = status.details.get("baud", "")
    return {**options, "baud": int(said)} if said.isdecimal() else options


def _plain(status: DeviceStatus) -> str:
    return "device.gone" if status.code == "printer.gone" else status.code


def _mute_kinds() -> tuple[str, ...]:
    """The kinds on a serial line that nobody can ask."""
    return tuple(
        sorted(
            kind.name
            for kind in registry.KINDS.values()
            if kind.link is Link.SERIAL and kind.probe_order is None
        )
    )
