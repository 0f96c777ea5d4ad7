"""What a phone reads of a picture."""

from __future__ import annotations

import numpy
from PIL import Image


def decoded(picture: Image.Image) -> str:
    """The text of the QR code in it, "" where none is read. Each of OpenCV's two detectors misses one code now and then that the
    other one, and any phone, reads."""
    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()
    pixels = numpy.array(picture.convert("L"))
    readings = (each.detectAndDecode(pixels)[0] for each in (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco()))
    return next((text for text in readings if text), "")
