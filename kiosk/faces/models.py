"""The model files: where they lie, and by which name vectors of them are known.

They come with the package face_recognition_models, which is found without importing it: its import warns, and would bring
the path of the 68-point file along. No dlib is loaded here, so that a terminal can ask for a `model_id`.
"""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path

from kiosk.faces.engine import DLIB_5, DLIB_68

PACKAGE = "face_recognition_models"
ENCODER = "dlib_face_recognition_resnet_model_v1.dat"
# Each engine's own; the file has the same name with .dat.
LANDMARK_MODELS = {
    DLIB_68: "shape_predictor_68_face_landmarks",
    DLIB_5: "shape_predictor_5_face_landmarks",
}
MISSING, DAMAGED = "faces.model_missing", "faces.model_damaged"


class ModelMissing(Exception):
    """A model file is not there; the message is its path."""

    code = MISSING


class ModelDamaged(Exception):
    """A model file is there and is no model of this kind; the message is its path."""

    code = DAMAGED


def shipped(file_name: str) -> Path:
    """Where a model file lies that comes with the package. Raises ModelMissing."""
    try:
        distribution = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError as error:
        raise ModelMissing(PACKAGE) from error
    return there(Path(str(distribution.locate_file(f"{PACKAGE}/models/{file_name}"))))


def there(path: Path) -> Path:
    """The same path. Raises ModelMissing where no file is."""
    if not path.is_file():
        raise ModelMissing(str(path))
    return path


def encoder_file(chosen: Path | None) -> Path:
    """The encoder that was chosen, else the one that comes with the package. Raises ModelMissing."""
    return shipped(ENCODER) if chosen is None else there(chosen)


def model_id(encoder: Path, landmark_model: str) -> str:
    """By which a template says what it was made with: two that differ in it cannot be compared.

    The landmarks are part of it, because they decide how a face is turned and cut out before it is encoded.
    Raises ModelMissing and ModelDamaged.
    """
    try:
        with there(encoder).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:  # not ours to read, or on a disk that fails
        raise ModelDamaged(str(encoder)) from error
    return f"{digest}-{landmark_model}"


def model_id_of(engine: str, encoder: Path | None = None) -> str:
    """The `model_id` that this engine will have, without loading it. Raises ModelMissing and ModelDamaged; KeyError for an engine nobody knows."""
    return model_id(encoder_file(encoder), LANDMARK_MODELS[engine])
