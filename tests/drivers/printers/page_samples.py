"""A PDF by hand: small, of any number of pages, its text plain on odd pages and compressed on even ones."""

from __future__ import annotations

import zlib


def pdf(pages: int = 1, text: str = "A4") -> bytes:
    """A4 pages, each with `text` (ASCII) and its number in 20 points."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for number in range(1, pages + 1):
        drawn = f"BT /F1 20 Tf 72 720 Td ({text} {number}) Tj ET".encode("ascii")
        compressed = number % 2 == 0
        packed = zlib.compress(drawn) if compressed else drawn
        how = b"/Filter/FlateDecode" if compressed else b""
        objects.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(packed), how, packed))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b" ".join(kids))
    return _assembled(objects)


def _assembled(objects: list[bytes]) -> bytes:
    document = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(document))
        document += b"%d 0 obj%s\nendobj\n" % (number, content)
    start = len(document)
    document += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        document += b"%010d 00000 n \n" % place
    document += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(document)
