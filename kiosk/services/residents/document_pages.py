"""A document on pages of A4: what the template is given, and the PDF that comes of it.

What is kept on the disk until it is delivered is the data, not the PDF: it is smaller, and another copy says 补打.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from drivers.printers.pages import page_pdf
from kiosk.services.residents.document_words import WORDS
from kiosk.services.residents.imprint import Imprint
from kiosk.services.residents.printable import Printable

TEMPLATE = "document"
BEGIN_S = 6
PAGE_S = 3
NARROWEST, WIDEST = 8, 30  # half-width cells
_QUIET = 4  # modules of white around a QR code, ISO/IEC 18004
_PAGE_COUNT = re.compile(rb"/Count (\d+)")


def pages_content(document: Printable, imprint: Imprint) -> dict[str, Any]:
    """Plain JSON values: everything that is on the pages."""
    return {"document": document.as_json(), "imprint": imprint.as_json()}


def document_pdf(content: Mapping[str, Any], copy: int = 1) -> bytes:
    """The pages of `pages_content`, from the second copy on marked 补打. Raises PageError, FontMissing."""
    imprint, document = content["imprint"], content["document"]
    words = WORDS[document["locale"]]
    data = {
        "document": document,
        "imprint": imprint,
        "words": {name: said for name, said in asdict(words).items() if isinstance(said, str)},
        "weights": _weights(document["table"]),
        "latin": not words.chinese,
        "place": words.of(imprint["place_zh"], imprint["place_en"]),
        "printed": imprint["printed_at"] or words.time_untrusted,
        "qr": qr_svg(imprint["url"]) if imprint["url"] else "",
        "copy_mark": words.reprint if copy > 1 else "",
    }
    return page_pdf(TEMPLATE, data)


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of ours has."""
    return max((int(count) for count in _PAGE_COUNT.findall(pdf)), default=1)


def seconds_of(pages: int) -> int:
    """About how long one copy takes, in seconds, on a printer that had to be woken."""
    return BEGIN_S + PAGE_S * pages


def _weights(table: Mapping[str, Any] | None) -> list[int]:
    """Columns as wide as their widest cell, within bounds: a long text wraps, and a short one still has air."""
    from drivers.printers.raster import cells

    if table is None:
        return []
    rows = (table["heads"], *table["rows"], table["total"] or table["heads"])
    return [min(WIDEST, max(NARROWEST, *map(cells, column))) for column in zip(*rows, strict=True)]


def qr_svg(text: str) -> str:
    """A QR code as a drawing, with its white border: dark modules as one path of unit squares."""
    import qrcode  # type: ignore[import-untyped]

    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    side = len(matrix) + 2 * _QUIET
    squares = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z"
        for y, line in enumerate(matrix)
        for x, dark in enumerate(line)
        if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{squares}" fill="#000"/></svg>'
    )
