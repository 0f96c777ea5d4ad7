"""Whoever finds a terminal's memory after a session must not find the number of the person who was there."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.documents import DocumentKind
from drivers.emulators.people import InventedCard, invented_card
from drivers.emulators.sam import EmulatedSam
from tests.stage.memory import PERTURBED, Needle, search

DEADLINE_S = 30.0


class Session:
    """A process with a session, and what it says of itself."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def heard(self) -> str:
        """Its next word. Raises TimeoutError."""
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], DEADLINE_S)[0]:
            raise TimeoutError("the session says nothing")
        return self.process.stdout.readline().strip()

    def go_on(self) -> None:
        """The word it waits for."""
        assert self.process.stdin is not None
        self.process.stdin.write("go on\n")
        self.process.stdin.flush()


@contextmanager
def session(port: str, *manner: str) -> Iterator[Session]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.memory.session", "sam_serial", port, *manner],
        env={**os.environ, **PERTURBED},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Session(process)
    finally:
        process.kill()
        process.communicate(timeout=DEADLINE_S)


def needles(card: InventedCard) -> list[Needle]:
    """What nobody may find: the number, the name, and three stretches of the photograph."""
    return [card.number, card.name, card.photo[:16], card.photo[500:516], card.photo[-16:]]


@pytest.mark.parametrize("keeps_found", [True, False], ids=["keeps finding", "hides what was read"])
def test_a_number_is_in_memory_during_a_session_and_not_after(keeps_found: bool, tmp_path: Path) -> None:
    card = invented_card(77 if keeps_found else 78)
    emulated = EmulatedSam(tmp_path, keeps_found=keeps_found)
    try:
        with session(emulated.path) as searched:
            assert searched.heard() == "ready"
            assert search(searched.process.pid, needles(card)) == []
            searched.go_on()
            emulated.rest(card)
            assert searched.heard() == "seen"
            during = search(searched.process.pid, needles(card))
            assert {hit.needle for hit in during} == {0, 1, 2, 3, 4}, "the search must be able to find"
            assert [hit.encoding for hit in during if hit.needle == 0] == ["UTF-8"], "the number exists once"
            searched.go_on()
            assert searched.heard().startswith("wiped 0 ")
            assert search(searched.process.pid, needles(card)) == []
    finally:
        emulated.close()


def test_a_session_that_keeps_a_copy_is_found(tmp_path: Path) -> None:
    card = invented_card(79, DocumentKind.HMT_RESIDENT)
    emulated = EmulatedSam(tmp_path)
    try:
        with session(emulated.path, "leaky") as searched:
            searched.heard()
            searched.go_on()
            emulated.rest(card)
            searched.heard()
            searched.go_on()
            assert searched.heard().startswith("wiped 19 ")
            assert {hit.needle for hit in search(searched.process.pid, needles(card))} == {0}
    finally:
        emulated.close()
