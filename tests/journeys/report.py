"""What a journey proves: its checks, its moments for the page, and the report that both become."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that had to hold. `expected` and `got` are JSON values."""

    what: str
    expected: Any
    got: Any
    passed: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant, seen from every side: the screen, the paper, and (by txn_id) what the hall stored."""

    caption: str
    screen: Path | None = None
    slips: tuple[Path, ...] = ()
    txn_ids: tuple[str, ...] = ()
    note: str = ""

    def with_rows(self, txn_ids: Sequence[str]) -> Moment:
        """The same moment, once it is known what was written down then."""
        return replace(self, txn_ids=tuple(txn_ids))


@dataclass(slots=True)
class Journey:
    """The record of one journey while it is played. Pictures are kept in `directory`. `touches` and `visit_s` are those of
    the person, from her first touch to the last page; None where nobody was counted."""

    name: str
    title: str
    directory: Path
    role: str = "canteen"
    locale: str = "zh_CN"
    mode: str = "normal"
    checks: list[Check] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0
    touches: int | None = None
    visit_s: float | None = None
    _began: float = field(default_factory=time.monotonic)

    def check(self, what: str, expected: Any, got: Any) -> bool:
        """Hold `got` against `expected` for equality, and write it down either way."""
        return self._note(what, expected, got, bool(expected == got))

    def check_that(self, what: str, holds: bool, expected: Any, got: Any) -> bool:
        """For what is no equality (a bound, an order): `holds` is the verdict, `expected` says the bound in words."""
        return self._note(what, expected, got, holds)

    def _note(self, what: str, expected: Any, got: Any, passed: bool) -> bool:
        self.checks.append(Check(what, expected, got, passed))
        mark = "ok  " if passed else "FAIL"
        print(f"  {mark} {what}" + ("" if passed else f": expected {expected!r}, got {got!r}"), flush=True)
        return passed

    def show(
        self,
        caption: str,
        screen: Image.Image | None = None,
        slips: Sequence[Image.Image] = (),
        txn_ids: Sequence[str] = (),
        note: str = "",
    ) -> None:
        """Keep a moment for the page. The rows of `txn_ids` are looked up at the end: some are sent days later."""
        number = len(self.moments) + 1
        self.moments.append(
            Moment(
                caption,
                self._keep(screen, f"{number:03d}-screen.png") if screen else None,
                tuple(
                    self._keep(slip, f"{number:03d}-slip-{part}.png") for part, slip in enumerate(slips, 1)
                ),
                tuple(txn_ids),
                note,
            )
        )

    def hall_has(self, entries: Iterable[dict[str, Any]]) -> None:
        """Entries of the hall's ledger, for the page."""
        self.stored.update({entry["row"]["txn_id"]: entry for entry in entries})

    def _keep(self, picture: Image.Image, name: str) -> Path:
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / name
        flat = picture.quantize(64, Image.Quantize.FASTOCTREE) if picture.mode == "RGB" else picture
        flat.save(path)
        return path

    @contextmanager
    def played(self) -> Iterator[None]:
        """Its time runs within the block."""
        self._began = time.monotonic()
        with self.to_its_end():
            yield
        self.finish()

    @contextmanager
    def to_its_end(self) -> Iterator[None]:
        """That the block breaks off is a failed check like any other, and the next journey is played."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever broke it off, the report must say so
            traceback.print_exc()
            self.check("the journey was played to its end", "yes", f"{type(error).__name__}: {error}")

    def finish(self) -> None:
        self.seconds = round(time.monotonic() - self._began, 1)

    @property
    def anchor(self) -> str:
        """Tells it from the same journey in other looks."""
        return f"{self.name}-{self.locale}-{self.mode}"

    @property
    def passed(self) -> bool:
        """A journey without a check has shown nothing, and so has not passed."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        return {
            "journey": self.name,
            "role": self.role,
            "locale": self.locale,
            "mode": self.mode,
            "checks": [
                {"what": check.what, "expected": check.expected, "got": check.got, "passed": check.passed}
                for check in self.checks
            ],
            "passed": self.passed,
            "seconds": self.seconds,
        }


def write_report(journeys: Sequence[Journey], path: Path) -> None:
    """build/tour/report.json: only what was played is in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = [journey.as_json() for journey in journeys]
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
