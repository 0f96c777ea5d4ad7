"""A Kivy window of the terminal's size with one line of text, and nothing else: `python bare_window.py [--flip]`.

Says READY=1 on $NOTIFY_SOCKET at its first frame, as the terminal does. It imports nothing of ours.
"""

from __future__ import annotations

import os
import socket

os.environ.update(
    KIVY_NO_ARGS="1", KIVY_NO_CONFIG="1", KIVY_NO_FILELOG="1", KIVY_NO_CONSOLELOG="1", KIVY_WINDOW="sdl2"
)

from kivy.config import Config

Config.set("graphics", "width", "1366")
Config.set("graphics", "height", "768")
Config.set("graphics", "multisamples", "0")
Config.set("graphics", "maxfps", "60")

from kivy.app import App  # noqa: E402
from kivy.core.window import Window  # noqa: E402
from kivy.uix.label import Label  # noqa: E402


def say_ready(*_: object) -> None:
    Window.unbind(on_flip=say_ready)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])


class BareWindow(App):  # type: ignore[misc]
    def build(self) -> Label:
        Window.bind(on_flip=say_ready)
        return Label(text="Hello", font_size=96)


BareWindow().run()
