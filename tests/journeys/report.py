"""What a journey proves: its checks, its moments for the page, and the report that both become."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
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
    """One instant, seen from every side: the screen, the paper, and what the hall stored."""

    caption: str
    screen: Path | None = None
    slips: tuple[Path, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    note: str = ""


@dataclass(slots=True)
class Journey:
    """The record of one journey while it is played. Pictures are kept in `directory`."""

    name: str
    title: str
    directory: Path
    role: str = "canteen"
    locale: str = "zh_CN"
    mode: str = "normal"
    checks: list[Check] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    seconds: float = 0.0
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
        rows: Sequence[dict[str, Any]] = (),
        note: str = "",
    ) -> None:
        """Keep a moment for the page."""
        number = len(self.moments) + 1
        self.moments.append(
            Moment(
                caption,
                self._keep(screen, f"{number:03d}-screen.png") if screen else None,
                tuple(
                    self._keep(slip, f"{number:03d}-slip-{part}.png") for part, slip in enumerate(slips, 1)
                ),
                tuple(rows),
                note,
            )
        )

    def _keep(self, picture: Image.Image, name: str) -> Path:
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / name
        colours = picture.convert("P", palette=Image.Palette.ADAPTIVE) if picture.mode == "RGB" else picture
        colours.save(path, optimize=False)
        return path

    def finish(self) -> None:
        self.seconds = round(time.monotonic() - self._began, 1)

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
