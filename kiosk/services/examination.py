"""Looking at everything a technician asks about: each `_…` function looks at one thing and gives its items.

The files are read in copies, so that a running terminal never waits; the hall is asked what anybody may ask.
"""

from __future__ import annotations

import platform
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.config import Settings
from kiosk.equipment import make_clock
from kiosk.release import SOFTWARE
from kiosk.services.certificates import CertificateUnread, days_left
from kiosk.services.diagnosis import DEVICE_PREFIX, HEALTH, DeviceFacts, Item, Report, Severity, Unit
from offline_cache import deliveries, log_file, outbox, reference
from offline_cache.clock import ClockMemory, FileClockStore, TrustedClock
from offline_cache.copies import copied
from offline_cache.db import Connection, StorageError, check_integrity, load_key, open_file, reading
from offline_cache.hall_client import HallClient, HallError, TimeAnswer
from offline_cache.identity import Identity, IdentityError
from offline_cache.wire import ReferenceKind

DAY_MS = 24 * 3600 * 1000
CONNECT_S = 3.0
ANSWER_S = 5.0
OFFSET_WARN_MS = 5_000
OFFSET_FAULT_MS = 300_000
FREE_WARN_PERCENT = 15
FREE_FAULT_PERCENT = 3
EXPIRY_WARN_DAYS = 30
LIBRARIES = ("kivy", "pyserial", "pyscard", "sqlcipher3-wheels", "sqlcipher3", "opencv-python-headless")


@dataclass(frozen=True, slots=True)
class _ReadOnlyStore:
    """The clock's memory, which a look must not change: it is the running terminal's."""

    directory: Path

    def load(self) -> ClockMemory:
        return FileClockStore(self.directory).load()

    def save(self, memory: ClockMemory) -> None:
        return


def examine(settings: Settings, devices: DeviceFacts, clock: TrustedClock | None = None) -> Report:
    """Looks at everything now. Takes some seconds, asks the hall, and reads copies of the files: neither for the main
    thread nor for the disk thread. Raises nothing: what could not be looked at is an item that says why.

    `clock` is the running terminal's own; without it the time is read as a terminal would that starts now.
    """
    directory = settings.terminal.data_dir
    clock = clock or TrustedClock(make_clock(settings), _ReadOnlyStore(directory))
    items = [
        *_devices(settings, devices),
        *_hall(settings, clock),
        _trust(clock),
        *_looked_at("disk_space", lambda: [_space(directory)]),
        *_log(settings, clock),
        *_looked_at("deny_list_age", lambda: [_deny_list(settings, clock)]),
        _software(),
        *_certificate(settings),
        _enrolment(directory, clock),
    ]
    return Report(settings.terminal.id, time.time_ns() // 1_000_000, tuple(items))


def _looked_at(name: str, look: Callable[[], list[Item]]) -> list[Item]:
    """What `look` found; the item `name` with the code of what the disk did where it cannot look."""
    try:
        return look()
    except StorageError as error:
        return [Item(name, Severity.FAULT, code=error.code)]
    except OSError as error:
        return [Item(name, Severity.UNKNOWN, code="disk.failed", details={"reason": error.strerror or ""})]


def _devices(settings: Settings, devices: DeviceFacts) -> Iterator[Item]:
    for slot, section in settings.devices.filled().items():
        facts = devices.get(slot)
        if facts is None:
            yield Item(DEVICE_PREFIX + slot, Severity.UNKNOWN, details={"kind": section.kind})
            continue
        severity = HEALTH.get(str(facts["health"]), Severity.UNKNOWN)
        details = {key: str(value) for key, value in dict(facts.get("details", {})).items()}
        yield Item(
            DEVICE_PREFIX + slot,
            severity,
            code=str(facts["code"]),
            details={"kind": section.kind} | details,
        )


# --- the hall and the time --------------------------------------------------------------------------------------------


def _hall(settings: Settings, clock: TrustedClock) -> list[Item]:
    network = _network(settings.terminal.hall_url)
    if network.severity is Severity.FAULT:
        unasked = Item("hall", Severity.FAULT, code=network.code)
        return [network, unasked, Item("clock_offset", Severity.UNKNOWN, code=network.code)]
    try:
        answer = HallClient(settings.terminal.hall_url, connect_s=CONNECT_S, answer_s=ANSWER_S).time()
    except HallError as error:
        unasked = Item("hall", Severity.FAULT, code=error.code)
        return [network, unasked, Item("clock_offset", Severity.UNKNOWN, code=error.code)]
    hall = Item("hall", Severity.OK, answer.round_trip_ms, Unit.MS)
    return [network, hall, _offset(answer, clock.stamp().wall_ms)]


def _network(hall_url: str) -> Item:
    address = _address(hall_url)
    started = time.monotonic()
    try:
        socket.create_connection(address, timeout=CONNECT_S).close()
    except socket.gaierror:
        return Item("network", Severity.FAULT, code="network.name")
    except OSError:
        return Item("network", Severity.FAULT, code="network.unreachable")
    return Item("network", Severity.OK, int((time.monotonic() - started) * 1000), Unit.MS)


def _address(hall_url: str) -> tuple[str, int]:
    parts = urlsplit(hall_url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _offset(answer: TimeAnswer, here_ms: int) -> Item:
    offset_ms = here_ms - (answer.hall_time_ms + answer.round_trip_ms // 2)
    severity = _above(abs(offset_ms), OFFSET_WARN_MS, OFFSET_FAULT_MS)
    code = "" if severity is Severity.OK else "clock.offset"
    return Item("clock_offset", severity, offset_ms, Unit.MS, code)


def _above(value: int, warn: int, fault: int) -> Severity:
    if value > fault:
        return Severity.FAULT
    return Severity.WARN if value > warn else Severity.OK


def _trust(clock: TrustedClock) -> Item:
    if clock.stamp().trusted:
        return Item("clock_trust", Severity.OK, "trusted")
    return Item("clock_trust", Severity.WARN, "untrusted", code="clock.untrusted")


def _certificate(settings: Settings) -> list[Item]:
    if urlsplit(settings.terminal.hall_url).scheme != "https":
        return [Item("certificate", Severity.OK, "none")]
    try:
        days = days_left(*_address(settings.terminal.hall_url), timeout_s=CONNECT_S)
    except CertificateUnread as error:
        return [Item("certificate", Severity.UNKNOWN, code=error.code)]
    return [_expiry("certificate", days)]


def _expiry(name: str, days: int) -> Item:
    if days < 0:
        return Item(name, Severity.FAULT, days, Unit.DAYS, f"{name}.expired")
    if days < EXPIRY_WARN_DAYS:
        return Item(name, Severity.WARN, days, Unit.DAYS, f"{name}.expires")
    return Item(name, Severity.OK, days, Unit.DAYS)


# --- the disk ---------------------------------------------------------------------------------------------------------


def _space(directory: Path) -> Item:
    usage = shutil.disk_usage(directory)
    percent = usage.free * 100 // usage.total
    severity = _above(-percent, -FREE_WARN_PERCENT, -FREE_FAULT_PERCENT)
    code = "" if severity is Severity.OK else "disk.full"
    return Item("disk_space", severity, percent, Unit.PERCENT, code)


def _log(settings: Settings, clock: TrustedClock) -> list[Item]:
    """The log's file, its chain and what waits in it."""
    path = settings.terminal.data_dir / outbox.FILE_NAME
    try:
        with _copy(path) as connection:
            whole = check_integrity(connection, path)
            return [
                Item("database", Severity.OK, "sound", details={"checked": "all" if whole else "part"}),
                _chain(connection),
                *_waiting(connection, settings, clock.stamp().wall_ms),
            ]
    except FileNotFoundError:
        return [Item("database", Severity.OK, "empty")]
    except StorageError as error:
        return [Item("database", Severity.FAULT, "unsound", code=error.code)]


@contextmanager
def _copy(path: Path) -> Iterator[Connection]:
    """Raises FileNotFoundError, StorageError."""
    if not path.exists():
        raise FileNotFoundError(2, "not there", str(path))
    key = load_key(path.parent)
    with copied(path) as copy, closing(open_file(copy, key, read_only=True)) as connection, reading():
        yield connection


def _chain(connection: Connection) -> Item:
    found = log_file.verify_chain(connection)
    if found.unbroken:
        return Item("chain", Severity.OK, found.rows, Unit.ROWS)
    log_id, seq = found.first_bad or ("", 0)
    where = {"log_id": log_id, "seq": str(seq), "reason": found.reason}
    return Item("chain", Severity.FAULT, found.rows, Unit.ROWS, "log.broken", where)


def _waiting(connection: Connection, settings: Settings, now_ms: int) -> list[Item]:
    unsent = deliveries.count_pending(connection)
    refused = deliveries.count_refused(connection)
    depth = Item("outbox_depth", Severity.OK, unsent, Unit.ROWS, details={"refused": str(refused)})
    oldest_ms = deliveries.oldest_pending_ms(connection)
    if oldest_ms is None:
        return [depth, Item("outbox_oldest", Severity.OK, 0, Unit.SECONDS)]
    age_s = max(0, now_ms - oldest_ms) // 1000
    limits = settings.limits
    severity = _above(age_s, limits.offline_hours_soft * 3600, limits.offline_hours_flag * 3600)
    code = "" if severity is Severity.OK else "sync.waiting"
    return [depth, Item("outbox_oldest", severity, age_s, Unit.SECONDS, code)]


def _deny_list(settings: Settings, clock: TrustedClock) -> Item:
    directory = settings.terminal.data_dir
    path = directory / reference.FILE_NAME
    age_s = None
    if path.exists():
        key = load_key(directory)
        with copied(path) as copy, closing(reference.Reference.open(copy.parent, key)) as told, reading():
            age_s = told.age_s(ReferenceKind.DENY, clock.stamp().wall_ms)
    if age_s is None:
        return Item("deny_list_age", Severity.WARN, code="deny_list.never")
    if age_s > settings.limits.deny_list_hours * 3600:
        return Item("deny_list_age", Severity.WARN, age_s, Unit.SECONDS, "deny_list.old")
    return Item("deny_list_age", Severity.OK, age_s, Unit.SECONDS)


# --- this machine -----------------------------------------------------------------------------------------------------


def _software() -> Item:
    return Item("software", Severity.OK, SOFTWARE, details=_versions())


def _versions() -> Mapping[str, str]:
    installed = {each.metadata["Name"].lower(): each.version for each in metadata.distributions()}
    found = {name: installed[name] for name in LIBRARIES if name in installed}
    return {"python": sys.version.split()[0], "system": platform.platform(terse=True)} | found


def _enrolment(directory: Path, clock: TrustedClock) -> Item:
    try:
        enrolled = Identity.load(directory).enrolled
    except IdentityError as error:
        return Item("enrolment", Severity.FAULT, code=error.code)
    except OSError:
        return Item("enrolment", Severity.UNKNOWN, code="identity.damaged")
    if enrolled.expires_at_ms is None:
        return Item("enrolment", Severity.OK, "unlimited")
    return _expiry("enrolment", (enrolled.expires_at_ms - clock.stamp().wall_ms) // DAY_MS)
