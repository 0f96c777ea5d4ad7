"""Draws numbers in a real window, each as a text of ours and as a label of Kivy's own, and says how many of them differ in any
pixel: one JSON line with `drawn`, `different`, and `controls`, how many differ where another number was set. Needs a display."""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from screens.gallery import Panel

COLUMNS, ROWS, WIDTH, HEIGHT = 4, 24, 250, 80
PAGES = 6
INK = "ink"


def main() -> int:
    from kivy.base import EventLoop
    from kivy.core.window import Window
    from kivy.uix.floatlayout import FloatLayout
    from kivy.uix.label import Label

    from screens import theme, tokens
    from screens.environment import configure_kivy
    from screens.gallery import window_pixels
    from screens.widgets.text import Text

    panel = Panel(COLUMNS * WIDTH, ROWS * HEIGHT, 0.248)
    configure_kivy(panel)
    theme.use(theme.Theme.of(panel))
    theme.register_fonts()
    Window.size = (panel.width, panel.height)
    Window.clearcolor = (1, 1, 1, 1)
    EventLoop.ensure_window()
    root = FloatLayout()
    Window.add_widget(root)
    EventLoop.start()
    dice = random.Random(1)

    def picture(widgets: list[Any]) -> Any:
        root.clear_widgets()
        for number, widget in enumerate(widgets):
            row, column = divmod(number, COLUMNS)
            root.add_widget(widget)
            widget.x, widget.center_y = column * WIDTH + 10, panel.height - row * HEIGHT - HEIGHT / 2
        for _turn in range(20):
            EventLoop.idle()
            if not Window.canvas.needs_redraw:
                break
        Window.dispatch("on_draw")
        return window_pixels(Window)

    def ours(number: str, em: int, strong: bool) -> Any:
        return Text(say=number, em=em, strong=strong, tone=INK, lead=1.35)

    def kivys(number: str, em: int, strong: bool) -> Any:
        label = Label(
            text=number,
            font_name=theme.TEXT_FONT,
            font_size=theme.u(em),
            bold=strong,
            color=theme.colour(INK),
            line_height=1.35 / tokens.FONT_LINE_EM,
            size_hint=(None, None),
        )
        label.texture_update()
        label.texture.mag_filter = label.texture.min_filter = "nearest"
        label.size = label.texture_size[0], round(label.font_size * 1.35)
        return label

    different = controls = 0
    for _page in range(PAGES):
        said = [
            (_number(dice), dice.choice((24, 38, 46, 50)), dice.random() < 0.5) for _ in range(COLUMNS * ROWS)
        ]
        drawn = picture([ours(*each) for each in said])
        peers = picture([kivys(*each) for each in said])
        wrong = picture([kivys(_other(number), em, strong) for number, em, strong in said])
        different += sum(_differ(drawn, peers, at) for at in range(len(said)))
        controls += sum(_differ(drawn, wrong, at) for at in range(len(said)))
    sys.stdout.write(
        json.dumps({"drawn": PAGES * COLUMNS * ROWS, "different": different, "controls": controls}) + "\n"
    )
    return 0


def _number(dice: random.Random) -> str:
    return dice.choice(
        (
            f"{dice.randrange(10**6) / 100:.2f}",
            f"{dice.randrange(1950, 2050)}-{dice.randrange(1, 13):02}",
            f"{dice.randrange(24):02}:{dice.randrange(60):02}",
            f"-{dice.randrange(10**4)}",
            f"{dice.randrange(1, 300)}\u00a0/\u00a0{dice.randrange(1, 300)}",
        )
    )


def _other(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def _differ(one: Any, other: Any, at: int) -> bool:
    """Whether they do by more than the rounding of a colour."""
    row, column = divmod(at, COLUMNS)
    box = (column * WIDTH, row * HEIGHT, (column + 1) * WIDTH, (row + 1) * HEIGHT)
    pixels = zip(one.crop(box).tobytes(), other.crop(box).tobytes(), strict=True)
    return any(abs(here - there) > 1 for here, there in pixels)


if __name__ == "__main__":
    raise SystemExit(main())
