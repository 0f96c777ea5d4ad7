"""A4 pages as PDF, from a template beside this module and data that never becomes part of it.

A template is `templates/<name>.typ`, set by typst. Its data arrives as one JSON text in `sys.inputs.data`: what a person
is called cannot become markup. The same template and data give the same bytes. Only the fonts of `drivers.fonts` are
used and all are embedded, so that a name comes out of every printer as it should.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from drivers import fonts
from drivers.base import DeviceError

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "templates"
TRIAL_PAGE = "trial_page"

RARE = ("㛃", "𬭩", "𠅤", "䶮", "\U00020001", "\U00020003")
"""Characters of people's names that printers are known to lose; the last two are in no font but Hanazono."""

_NEVER = 0  # seconds since 1970: a PDF that says when it was made is another one each time


class PageError(DeviceError):
    """A page could not be set. The message says where in the template; it holds nothing of the data."""

    code = "cups.bad_document"


def page_pdf(template: str, data: Mapping[str, object], directory: Path = TEMPLATES) -> bytes:
    """The template of that name in `directory` with this data (JSON-ready) as PDF. Raises PageError, FontMissing."""
    import typst

    try:
        document = typst.Compiler(
            directory / f"{template}.typ",
            root=directory,
            font_paths=_fonts(fonts.font_path(fonts.REGULAR).parent),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ).compile(format="pdf", timestamp=_NEVER)
    except typst.TypstError as error:
        raise PageError(f"{template}: {error.message}") from None
    assert isinstance(document, bytes)
    return document


def missing(data: object) -> int:
    """How many characters in this data no font has; they stand on paper as an empty box. Raises FontMissing."""
    return sum(fonts.covers(char) is None for text in _texts(data) for char in text if not char.isspace())


def trial_page(terminal: str, printed_at: str, printer: str) -> bytes:
    """The page a technician prints: rulers, margins, Chinese, rare characters. One page A4. `printed_at` is local time
    as people read it; `printer` whatever names the printer. Raises PageError, FontMissing."""
    return page_pdf(
        TRIAL_PAGE, {"terminal": terminal, "printed_at": printed_at, "printer": printer, "rare": RARE}
    )


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _texts(value)


@lru_cache(maxsize=2)
def _fonts(directory: Path) -> typst.Fonts:
    """The fonts of the cache and no others. Reading them takes a third of a second, once."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[directory])
