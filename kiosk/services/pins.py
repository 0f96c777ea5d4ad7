"""Checking a PIN: slow on purpose, in constant time, and locked for five minutes after five wrong ones.

Runs on a thread of its own choosing, never on the main one and never on the disk's: a scrypt takes some 50 ms, and a
PIN that names nobody is tried against everybody at the site. The count survives a restart through `memory`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from offline_cache import wire
from offline_cache.clock import Stamp
from offline_cache.db import write_durably

WRONG_BEFORE_LOCK = 5
LOCK_MS = 300_000


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many wrong PINs in a row; when the last of them fell, while it locks."""

    wrong: int = 0
    locked_wall_ms: int = 0
    locked_monotonic_ms: int = 0
    locked_boot_id: str = ""


class AttemptMemory(Protocol):
    def load(self) -> Attempts: ...

    def save(self, attempts: Attempts) -> None:
        """On the disk when it returns. Raises StorageError."""
        ...


class FileAttempts:
    """`pins.json` in the data directory. A file nobody can read leaves one try: damaging it gains nothing."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "pins.json"

    def load(self) -> Attempts:
        try:
            return Attempts(**json.loads(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return Attempts()
        except (OSError, ValueError, TypeError):
            return Attempts(WRONG_BEFORE_LOCK - 1)

    def save(self, attempts: Attempts) -> None:
        write_durably(self._path, json.dumps(asdict(attempts)).encode())


@dataclass(frozen=True, slots=True)
class PinVerdict:
    """`staff` None: wrong or locked. `left` tries until the lock, `locked_s` seconds it still lasts; `locked_now`: it
    was this PIN that locked."""

    staff: wire.Staff | None
    left: int
    locked_s: int
    locked_now: bool = False


class Pins:
    """The one count of wrong PINs of this terminal: whoever they were for, so that nobody gets five tries a name."""

    def __init__(self, memory: AttemptMemory) -> None:
        self._memory = memory
        self._attempts = memory.load()

    def check(self, pin: str, candidates: Sequence[wire.Staff], stamp: Stamp) -> PinVerdict:
        """Raises StorageError where the count cannot be kept: then no PIN is accepted either."""
        locked_ms = self._locked_ms(stamp)
        if locked_ms:
            return PinVerdict(None, 0, -(-locked_ms // 1000))
        # Counted before it is checked: pulling the plug in between saves no try.
        wrong = 0 if self._attempts.locked_boot_id else self._attempts.wrong
        self._remember(self._after_wrong(wrong + 1, stamp))
        staff = _whose(pin, candidates)
        if staff is not None:
            self._remember(Attempts())
            return PinVerdict(staff, WRONG_BEFORE_LOCK, 0)
        left = max(0, WRONG_BEFORE_LOCK - wrong - 1)
        return PinVerdict(None, left, -(-self._locked_ms(stamp) // 1000), locked_now=left == 0)

    def _after_wrong(self, wrong: int, stamp: Stamp) -> Attempts:
        if wrong < WRONG_BEFORE_LOCK:
            return Attempts(wrong)
        return Attempts(wrong, stamp.wall_ms, stamp.monotonic_ms, stamp.boot_id)

    def _locked_ms(self, stamp: Stamp) -> int:
        attempts = self._attempts
        if not attempts.locked_boot_id:
            return 0
        if attempts.locked_boot_id == stamp.boot_id:
            elapsed_ms = stamp.monotonic_ms - attempts.locked_monotonic_ms
        else:
            # After a restart only the wall clock is left; one that went back must not lock for ever.
            elapsed_ms = max(0, stamp.wall_ms - attempts.locked_wall_ms)
        return min(LOCK_MS, max(0, LOCK_MS - elapsed_ms))

    def _remember(self, attempts: Attempts) -> None:
        self._memory.save(attempts)
        self._attempts = attempts


def _whose(pin: str, candidates: Sequence[wire.Staff]) -> wire.Staff | None:
    """Whose PIN it is. Everybody is tried, found or not: how long it takes says nothing."""
    found: wire.Staff | None = None
    for staff in candidates:
        if hmac.compare_digest(pin_hash(pin, staff.pin_salt), staff.pin_hash) and found is None:
            found = staff
    return found


def pin_hash(pin: str, salt_hex: str) -> str:
    """scrypt of a PIN's digits as lower-case hex; parameters as in wire.Staff."""
    return hashlib.scrypt(
        pin.encode("ascii", "replace"), salt=bytes.fromhex(salt_hex), n=16384, r=8, p=1, dklen=32
    ).hex()
