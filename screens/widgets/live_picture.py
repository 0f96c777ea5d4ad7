"""A camera's frames on the glass."""

from __future__ import annotations

from typing import Any

from kivy.graphics.texture import Texture

from screens.widgets.picture import Picture


class LivePicture(Picture):
    """A camera's frames, drawn from memory. What was drawn last goes when `clear` is called."""

    def show(self, pixels: Any) -> None:
        """`pixels` is height x width x 3, BGR, uint8."""
        height, width = pixels.shape[:2]
        frame = Texture.create(size=(width, height), colorfmt="bgr")
        frame.flip_vertical()
        frame.blit_buffer(pixels.tobytes(), colorfmt="bgr", bufferfmt="ubyte")
        self.texture = frame

    def clear(self) -> None:
        self.texture = None
