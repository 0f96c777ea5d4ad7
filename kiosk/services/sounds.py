"""The short sounds of a terminal, made here as 16-bit mono waves: nobody's recording, nothing to ship.

Notes begin and end softly, because a loudspeaker clicks where a sine is cut off.
"""

from __future__ import annotations

import array
import math
import sys
import wave
from pathlib import Path

RATE_HZ = 22_050
LOUDNESS = 0.35
FADE_S = 0.004

# (frequency in Hz, seconds); 0 Hz is silence
SOUNDS: dict[str, tuple[tuple[float, float], ...]] = {
    "tick": ((1_800, 0.030),),
    "card": ((880, 0.120),),
    "served": ((660, 0.090), (880, 0.090)),
    "attention": ((330, 0.160), (0, 0.080), (330, 0.160)),
    # Longer, and as high as ears hear best that hear little: for somebody who has turned away already.
    "alarm": ((990, 0.250), (0, 0.100), (990, 0.250), (0, 0.100), (990, 0.250)),
    # At a desk until somebody answers: two tones, a little shorter than the second after which it begins again.
    "emergency": ((960, 0.220), (770, 0.220), (960, 0.220), (770, 0.220)),
    # For the whole hall, where the desk has not answered.
    "bell": ((1_175, 0.150), (0, 0.050)) * 4,
    "chime": ((784, 0.250), (587, 0.350)),
}
# Somebody has called for help.
ALARM_SOUNDS = frozenset({"emergency", "bell"})


def write_sound(name: str, path: Path) -> None:
    """Write the sound `name` to `path` as a WAV file."""
    samples = array.array("h")
    for frequency, seconds in SOUNDS[name]:
        samples.extend(_note(frequency, seconds))
    if sys.byteorder == "big":
        samples.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(samples.itemsize)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())


def _note(frequency: float, seconds: float) -> array.array[int]:
    count = round(seconds * RATE_HZ)
    fade = FADE_S * RATE_HZ
    return array.array(
        "h",
        (
            round(
                32_767
                * LOUDNESS
                * min(1.0, position / fade, (count - position) / fade)
                * math.sin(2 * math.pi * frequency * position / RATE_HZ)
            )
            for position in range(count)
        ),
    )
