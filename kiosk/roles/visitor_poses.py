"""What is said aloud while somebody stands before the camera: she may not see the screen, or not be able to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

# By the words of views_front_desk.PosePage: the phrases of the voice.
SAY_POSE: Mapping[str, str] = MappingProxyType(
    {"straight": "pose_straight", "left": "pose_left", "right": "pose_right"}
)
SAY_ADVICE: Mapping[str, str] = MappingProxyType(
    {advice: f"face_{advice}" for advice in ("nobody", "several", "closer", "back", "light", "still", "turn")}
)
SAY_DONE = "poses_done"

# A face sways: advice is worth words once it has stood for so long, and not into what was said just now.
STANDS_S, PAUSE_S = 2.0, 4.0
# A try at a turn takes as long as this, and the next one begins without a sign.
AGAIN_S = 8.0


class PoseVoice:
    """Says each pose when it comes and again when nothing comes of it, and advice that stands. Times in seconds."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._pose = ""
        self._advice = ""
        self._stood_s = 0.0
        self._quiet_s = 0.0
        self._said: set[str] = set()

    def guided(self, pose: str, advice: str) -> None:
        """What is asked for now, and what keeps it from being enough."""
        if advice != self._advice:
            self._advice, self._stood_s = advice, 0.0
        if pose != self._pose:
            self._pose = pose
            self._begin()

    def done(self) -> None:
        """That was all."""
        self._say(SAY_DONE)

    def pass_time(self, seconds: float) -> None:
        self._stood_s += seconds
        self._quiet_s += seconds
        phrase = self._phrase_of_advice()
        if self._quiet_s >= AGAIN_S:
            self._begin()
        elif phrase and phrase not in self._said and self._stood_s >= STANDS_S and self._quiet_s >= PAUSE_S:
            self._speak(phrase)

    def _phrase_of_advice(self) -> str:
        if (self._pose, self._advice) == ("straight", "turn"):
            return SAY_POSE["straight"]  # the head is turned, and should not be
        return SAY_ADVICE.get(self._advice, "")

    def _begin(self) -> None:
        self._said.clear()
        self._speak(SAY_POSE[self._pose])

    def _speak(self, phrase: str) -> None:
        self._quiet_s = 0.0
        self._said.add(phrase)
        self._say(phrase)
