"""What a reader of face_recognition writes first: the loop of its own example `facerec_from_webcam.py`, each frame at full size,
every face encoded, the nearest known one named if compare_faces agrees. Only drawing and the window are left out.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its model package asks for pkg_resources, which is on its way out
    import face_recognition

import numpy


def named(frame: Any, known_encodings: Sequence[Any], known_names: Sequence[str]) -> list[str]:
    """The names of the faces of one frame (height x width x 3, BGR, uint8), "" for unknown ones."""
    rgb = numpy.ascontiguousarray(frame[:, :, ::-1])
    names = []
    for encoding in face_recognition.face_encodings(rgb, face_recognition.face_locations(rgb)):
        matches = face_recognition.compare_faces(known_encodings, encoding)
        best = int(numpy.argmin(face_recognition.face_distance(known_encodings, encoding)))
        names.append(known_names[best] if matches[best] else "")
    return names


def nearest(known_encodings: Any, encoding: Any) -> int:
    """Which known encoding is the nearest: a list of arrays, or one array of them."""
    return int(numpy.argmin(face_recognition.face_distance(known_encodings, encoding)))
