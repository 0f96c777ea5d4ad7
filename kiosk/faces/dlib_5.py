"""The engine with 5 landmarks: the corners of the eyes and the base of the nose. The 68-point file is never opened.

Its landmark file is in the public domain (CC0), so this is the engine for whoever may not use the other's.
"""

from __future__ import annotations

from pathlib import Path

from kiosk.faces.dlib_engine import DlibEngine
from kiosk.faces.engine import DLIB_5
from kiosk.faces.models import LANDMARK_MODELS

LANDMARK_MODEL = LANDMARK_MODELS[DLIB_5]


def load(encoder: Path | None = None) -> DlibEngine:
    """Loads the engine from disk. Raises ModelMissing and ModelDamaged."""
    return DlibEngine(DLIB_5, LANDMARK_MODEL, f"{LANDMARK_MODEL}.dat", encoder)
