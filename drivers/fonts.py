"""The fonts that names are drawn with, on paper and on the screen, and which of them has which character.

Nobody's font lies in the project. `python -m drivers.fonts` takes the Simplified Chinese faces out of Debian's
fonts-noto-cjk (the first face of that collection is the Japanese one, whose glyph forms differ) and Hanazono out of
fonts-hanazono, and puts them into a cache directory: `$SERVICE_HALL_FONTS`, else `~/.cache/service-hall/fonts`.
Together they draw 87,875 Chinese characters, so that nobody's name needs to be a box.

Which font covers what is kept beside them as sorted ranges, because reading the fonts' own tables takes 0.4 s.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from drivers.base import DeviceError

REGULAR = "NotoSansSC-Regular.otf"
BOLD = "NotoSansSC-Bold.otf"
HANAZONO_A = "HanaMinA.ttf"
HANAZONO_B = "HanaMinB.ttf"

ORDER = (REGULAR, HANAZONO_A, HANAZONO_B)
"""Fonts in the order in which a character is looked for. The bold face has the same characters as the regular."""

SC_FAMILY = "Noto Sans CJK SC"
COVERAGE = "coverage.json"
SYSTEM_FONTS = Path("/usr/share/fonts")

_COLLECTIONS = {
    REGULAR: "opentype/noto/NotoSansCJK-Regular.ttc",
    BOLD: "opentype/noto/NotoSansCJK-Bold.ttc",
}
_FILES = {
    HANAZONO_A: "truetype/hanazono/HanaMinA.ttf",
    HANAZONO_B: "truetype/hanazono/HanaMinB.ttf",
}


class FontMissing(DeviceError):
    """A font is not on this machine. The message names the Debian packages that bring it."""

    code = "font.missing"


def directory() -> Path:
    """Where the fonts of this user are kept."""
    named = os.environ.get("SERVICE_HALL_FONTS")
    return Path(named) if named else Path.home() / ".cache" / "service-hall" / "fonts"


def font_path(name: str) -> Path:
    """The file of a font by its name, such as REGULAR. Raises FontMissing."""
    path = directory() / name
    if not path.is_file():
        raise FontMissing(
            f"{path} is missing: install fonts-noto-cjk and fonts-hanazono, then run python -m drivers.fonts"
        )
    return path


def covers(char: str) -> str | None:
    """The name of the first font that has this character, None where no font has it. Raises FontMissing."""
    point = ord(char)
    for name, bounds in _coverage(directory()):
        # Bounds are [start, end) pairs: an odd position in the sorted list is inside a range.
        if bisect_right(bounds, point) % 2:
            return name
    return None


def runs(text: str) -> list[tuple[str, str]]:
    """`text` cut into (font name, piece) so that each piece is drawn with one font.

    A character that no font has goes with the regular face, which shows its own sign for that.
    """
    pieces: list[tuple[str, str]] = []
    for char in text:
        name = covers(char) or REGULAR
        if pieces and pieces[-1][0] == name:
            pieces[-1] = (name, pieces[-1][1] + char)
        else:
            pieces.append((name, char))
    return pieces


def install(target: Path | None = None, source: Path | None = None) -> list[Path]:
    """Puts what is missing into the cache, and returns the files that were written: none at a second run.

    Each file appears whole or not at all, so that a terminal that starts meanwhile never reads half a font.
    Raises FontMissing when a system package is not installed.
    """
    cache = target or directory()
    system = source or SYSTEM_FONTS
    cache.mkdir(parents=True, exist_ok=True)
    written = [
        _write_whole(cache / name, lambda part, name=name: _produce(name, system, part))  # type: ignore[misc]
        for name in (REGULAR, BOLD, HANAZONO_A, HANAZONO_B)
        if not (cache / name).is_file()
    ]
    coverage = cache / COVERAGE
    if written or not coverage.is_file():
        written.append(_write_whole(coverage, lambda part: _measure(cache, part)))
    _coverage.cache_clear()
    return written


def _write_whole(path: Path, produce: Callable[[Path], None]) -> Path:
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        produce(Path(part))
        Path(part).chmod(0o644)
        Path(part).replace(path)
    finally:
        Path(part).unlink(missing_ok=True)
    return path


def _produce(name: str, source: Path, part: Path) -> None:
    origin = source / (_COLLECTIONS.get(name) or _FILES[name])
    if not origin.is_file():
        package = "fonts-noto-cjk" if name in _COLLECTIONS else "fonts-hanazono"
        raise FontMissing(f"{origin} is missing: install the package {package}")
    if name in _COLLECTIONS:
        _take_face(origin, SC_FAMILY, part)
    else:
        shutil.copyfile(origin, part)


def _take_face(collection: Path, family: str, part: Path) -> None:
    from fontTools.ttLib import TTCollection

    with TTCollection(str(collection), lazy=True) as faces:
        for face in faces:
            if face["name"].getDebugName(1) == family:
                face.save(str(part))
                return
    raise FontMissing(f"{collection} has no face of the family {family}: is it the package fonts-noto-cjk?")


def _measure(cache: Path, part: Path) -> None:
    from fontTools.ttLib import TTFont

    table = {}
    for name in ORDER:
        with TTFont(str(cache / name), lazy=True) as font:
            table[name] = _bounds(font.getBestCmap())
    part.write_text(json.dumps(table, separators=(",", ":")), encoding="ascii")


def _bounds(points: Iterable[int]) -> list[int]:
    bounds: list[int] = []
    for point in sorted(points):
        if bounds and bounds[-1] == point:
            bounds[-1] = point + 1
        else:
            bounds += [point, point + 1]
    return bounds


@lru_cache(maxsize=4)
def _coverage(cache: Path) -> tuple[tuple[str, array[int]], ...]:
    path = cache / COVERAGE
    try:
        table = json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise FontMissing(
            f"{path} is missing: install fonts-noto-cjk and fonts-hanazono, then run python -m drivers.fonts"
        ) from None
    return tuple((name, array("I", table[name])) for name in ORDER)


def main() -> int:
    """Sets the fonts up and says where they are. Exit code 1 when a package is missing."""
    try:
        written = install()
    except FontMissing as error:
        sys.stderr.write(f"{FontMissing.code}: {error}\n")
        return 1
    sys.stdout.write(f"{directory()}: {len(written)} files written\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
