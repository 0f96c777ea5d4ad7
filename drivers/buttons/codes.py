"""Which button a frame is from, and which buttons were learned, pure but for the file of the learned ones.

A button is written `D0035:8`: address in hex, key in decimal. Where the layout of a receiver's frames is not known, the
address is the whole body in hex, with `..` for the byte that jitters, and the key is 0: `11A2B3..04:0`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from drivers.base import DeviceError
from drivers.buttons.rf_frames import CODE_BYTES

TEXT_PATTERN = r"[0-9A-F]{5}:(1[0-5]|[0-9])|([0-9A-F]{2}|\.\.){2,}:0"

SAME_PRESS_NS = 200_000_000
PRESSES_TO_LEARN = 3
_JITTERING_BYTES = 1


class ButtonListDamaged(DeviceError):
    """The file of learned buttons cannot be read, or has a line that is no button."""

    code = "button.list"


@dataclass(frozen=True, slots=True)
class Button:
    """One key of one button."""

    address: str
    key: int

    def __str__(self) -> str:
        return f"{self.address}:{self.key}"

    def sent(self, body: bytes) -> bool:
        """Whether this body of a frame is from it."""
        if len(body) == CODE_BYTES:
            return button_of(body) == self
        said = body.hex().upper()
        pairs = zip(self.address, said, strict=False)
        return len(said) == len(self.address) and all(mine in (".", heard) for mine, heard in pairs)


def parsed(text: str) -> Button:
    """The button of this text. Raises ValueError."""
    if not re.fullmatch(TEXT_PATTERN, text):
        raise ValueError(f"no button: {text!r}; one is written like D0035:8")
    address, _, key = text.partition(":")
    return Button(address, int(key))


def button_of(body: bytes) -> Button:
    """The button that sends exactly this body."""
    said = body.hex().upper()
    return Button(said[:-1], int(said[-1], 16)) if len(body) == CODE_BYTES else Button(said, 0)


def button_of_all(bodies: Iterable[bytes]) -> Button | None:
    """The button that sends all these bodies: what does not change is its code, one byte may. None where they are from
    several, or no button can be told from them."""
    first, *others = set(bodies)
    if not others:
        return button_of(first)
    if len(first) == CODE_BYTES or any(len(body) != len(first) for body in others):
        return None
    changing = [place for place in range(len(first)) if len({body[place] for body in (first, *others)}) > 1]
    if len(changing) > _JITTERING_BYTES:
        return None
    (place,) = changing
    said = first.hex().upper()
    return Button(f"{said[: 2 * place]}..{said[2 * place + 2 :]}", 0)


class Lesson:
    """Learns a button from three presses: each two frames or more, a silence between them. Another button's frame begins
    anew with that one."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []
        self._presses = 0
        self._frames = 0
        self._last_ns = 0

    def frame(self, body: bytes, now_ns: int) -> Button | None:
        """A frame was heard; the button, once it is learned."""
        pressed_anew = now_ns - self._last_ns > SAME_PRESS_NS
        self._last_ns = now_ns
        button = button_of_all([*self._bodies, body])
        if button is None or (pressed_anew and self._frames < 2):
            self._bodies, self._presses, self._frames = [body], 1, 1
            return None
        self._bodies.append(body)
        self._presses += pressed_anew
        self._frames = 1 if pressed_anew else self._frames + 1
        return button if self._presses == PRESSES_TO_LEARN and self._frames == 2 else None


def read_list(path: Path) -> tuple[Button, ...]:
    """The buttons in a file: one a line, `#` before a remark. No file: none. Raises ButtonListDamaged."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ButtonListDamaged(f"{path}: {error}") from error
    texts = [line.partition("#")[0].strip() for line in lines]
    try:
        return tuple(parsed(text) for text in texts if text)
    except ValueError as error:
        raise ButtonListDamaged(f"{path}: {error}") from error


def add_to_list(path: Path, button: Button, remark: str = "") -> None:
    """Adds a learned button to the file, which is replaced as a whole; one that is there already stays as it is. Raises
    ButtonListDamaged, OSError."""
    if button in read_list(path):
        return
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if before and not before.endswith("\n"):
        before += "\n"
    line = f"{button}  # {' '.join(remark.split())}" if remark.strip() else str(button)
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(f"{before}{line}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
