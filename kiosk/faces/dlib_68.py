"""The engine with 68 landmarks: brows, eyes, nose, mouth and jaw.

Its landmark file was trained on the iBUG 300-W set, whose licence excludes commercial use: see docs/faces.md.
"""

from __future__ import annotations

from pathlib import Path

from kiosk.faces.dlib_engine import DlibEngine
from kiosk.faces.engine import DLIB_68
from kiosk.faces.models import LANDMARK_MODELS

LANDMARK_MODEL = LANDMARK_MODELS[DLIB_68]


def load(encoder: Path | None = None) -> DlibEngine:
    """Loads the engine from disk. Raises ModelMissing and ModelDamaged."""
    return DlibEngine(DLIB_68, LANDMARK_MODEL, f"{LANDMARK_MODEL}.dat", encoder)
