"""The pictures that pages are compared with: half size, 8-bit palette, in baseline/<size>/<locale>/<page>.png.

`python -m tests.screens.baselines GALLERY_DIR SIZE` takes them anew from a gallery that somebody has looked at.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

BASELINES = Path(__file__).parent / "baseline"
COLOURS = 64
# What another font renderer or another processor's rounding may change; a moved word changes far more.
MEAN_TOLERANCE = 0.6
CELL = 16
CELL_TOLERANCE = 24.0


def halved(picture: Path) -> Image.Image:
    image = Image.open(picture).convert("RGB")
    return image.reduce(2)


def keep(picture: Path, baseline: Path) -> None:
    baseline.parent.mkdir(parents=True, exist_ok=True)
    small = halved(picture).quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(baseline, optimize=True)


def difference(picture: Path, baseline: Path) -> tuple[float, float]:
    """How far a picture is from its baseline, 0 to 255: on average, and in the cell that differs most."""
    drawn, kept = halved(picture), Image.open(baseline).convert("RGB")
    if drawn.size != kept.size:
        return 255.0, 255.0
    apart = ImageChops.difference(drawn, kept).convert("L")
    cells = apart.resize((apart.width // CELL, apart.height // CELL), Image.Resampling.BOX)
    return ImageStat.Stat(apart).mean[0], float(cells.getextrema()[1])


def main() -> None:
    gallery, size = Path(sys.argv[1]), sys.argv[2]
    for picture in sorted(gallery.glob("*/*.png")):
        keep(picture, BASELINES / size / picture.parent.name / picture.name)


if __name__ == "__main__":
    main()
