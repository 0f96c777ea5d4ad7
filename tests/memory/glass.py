"""`python -m tests.memory.glass`: a window that shows a number when told, for a search of what Kivy and SDL then hold.

Told by lines on standard input: `show` draws the number in a text of the product, `replace` draws another in its place,
`remove` takes the text away, `copy` puts the number on Kivy's clipboard. Each is answered by its own word, once some
frames have been drawn after it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

from drivers.emulators.people import invented_card
from screens.environment import configure_kivy, prepare_environment

SEED = 91
FRAMES = 5


@dataclass(frozen=True, slots=True)
class Panel:
    """A small one."""

    width: int = 640
    height: int = 320
    mm_per_px: float = 0.25
    fullscreen: bool = False
    show_cursor: bool = False


def main() -> None:
    prepare_environment()
    configure_kivy(Panel())
    from kivy.base import runTouchApp
    from kivy.clock import Clock
    from kivy.core.clipboard import Clipboard
    from kivy.uix.boxlayout import BoxLayout

    from screens import theme

    theme.use(theme.Theme.of(Panel()))
    theme.register_fonts()
    from screens.widgets.text import Text

    box, text = BoxLayout(), Text(say="ready")
    box.add_widget(text)

    def show() -> None:
        text.say = invented_card(SEED).number

    def replace() -> None:
        text.say = "next, please"

    deeds: dict[str, Callable[[], object]] = {
        "show": show,
        "replace": replace,
        "remove": lambda: box.remove_widget(text),
        "copy": lambda: Clipboard.copy(invented_card(SEED).number),
    }

    def after(frames: int, deed: Callable[[], object]) -> None:
        Clock.schedule_once(lambda _: after(frames - 1, deed) if frames else deed(), 0.02)

    def listen() -> None:
        for line in sys.stdin:
            word = line.strip()

            def do(_: float, word: str = word) -> None:
                deeds[word]()
                after(FRAMES, lambda: print(word, flush=True))

            Clock.schedule_once(do)

    threading.Thread(target=listen, daemon=True).start()
    after(FRAMES, lambda: print("ready", flush=True))
    runTouchApp(box)


if __name__ == "__main__":
    main()
