"""The real terminal with a witness and a finger, as a program: `python -m tests.stage.watched --config FILE …`.

It does what `kiosk run` does, with two additions that live here and not in the product. The witness writes down each
page that was shown, before anything else happens: what stands in that file, the world has seen, whatever befell the
process a microsecond later. The finger comes by a unix socket: it presses a button as the face would, or says where on
the glass the buttons are, so that a real touch can be sent there.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from kiosk.config import Settings
from kiosk.headless import run_headless
from kiosk.services.meals import Meals
from kiosk.services.status import short_name
from kiosk.terminal import Terminal
from kiosk.views import Shown, View
from tests.stage.fingertips import touch_together

ANSWER_S = 5.0


@dataclass
class Wish:
    """Something to be done on the terminal's main thread, and what came of it."""

    what: dict[str, Any]
    done: threading.Event = field(default_factory=threading.Event)
    answer: Any = None


class Finger:
    """Takes one JSON request a connection: {"press": [action, value]}, {"buttons": true}, {"drawn": true} for all that is
    on the glass, or {"touches": [[[x, y], …], …]}: fingers that go down together, one group after the other."""

    def __init__(self, path: Path, terminal: Terminal, drawn: Callable[[], dict[str, Any]]) -> None:
        self._terminal = terminal
        self._drawn = drawn
        path.unlink(missing_ok=True)
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_name(path) as name:
            self._server.bind(name)
        self._server.listen(4)
        terminal.bus.subscribe(Wish, self._fulfil)
        threading.Thread(target=self._serve, name="finger", daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._server.accept()
            with connection, connection.makefile("rwb") as stream:
                wish = Wish(json.loads(stream.readline()))
                self._terminal.bus.publish(wish)
                wish.done.wait(ANSWER_S)
                stream.write(json.dumps(wish.answer, ensure_ascii=False).encode() + b"\n")

    def _fulfil(self, wish: Wish) -> None:
        if "press" in wish.what:
            self._terminal.press(*wish.what["press"])
            wish.answer = True
        elif "touches" in wish.what:
            for together in wish.what["touches"]:
                touch_together(together)
            wish.answer = len(wish.what["touches"])
        elif "drawn" in wish.what:
            wish.answer = self._drawn()
        else:
            wish.answer = self._drawn().get("buttons", [])
        wish.done.set()


def run(
    settings: Settings, seen: TextIO, finger: Path, *, face: bool, make_meals: Callable[..., Meals] = Meals
) -> None:
    """One terminal until SIGTERM, or until it is killed."""
    terminal = Terminal(settings, make_meals=make_meals)
    try:
        if face:
            _run_with_face(settings, terminal, seen, finger)
        else:
            stopping = threading.Event()
            signal.signal(signal.SIGTERM, lambda *_: stopping.set())
            Finger(finger, terminal, dict)
            run_headless(terminal, stopping, seen)
    finally:
        terminal.stop()


def _run_with_face(settings: Settings, terminal: Terminal, seen: TextIO, finger: Path) -> None:
    from screens.app import Face

    def drawn(view: View) -> None:
        terminal.drawn(view)
        frame = _frame()
        if frame is not None and frame.shown is not None:
            _write(frame.shown, seen)

    Finger(finger, terminal, _drawn)
    Face(terminal, settings.screen, locale=settings.terminal.locale, on_flip=drawn).run()


def _frame() -> Any:
    """What the window holds: the frame, or None while the start page is still there."""
    from kivy.core.window import Window

    from screens.frame import Frame

    return next((child for child in Window.children if isinstance(child, Frame)), None)


def _drawn() -> dict[str, Any]:
    """What is on the glass, as screens.inspection has it: texts, and buttons as {kind, say, enabled, at: [x, y, width,
    height] from the top left}."""
    from screens.inspection import inspect

    frame = _frame()
    return inspect(frame) if frame is not None else {}


def _write(shown: Shown, seen: TextIO) -> None:
    """One line, in the form that a terminal without a face writes."""
    chrome = {"banner": shown.chrome.banner, "online": shown.chrome.online}
    line = {"ns": time.monotonic_ns(), "view": type(shown.view).__name__, **asdict(shown.view), **chrome}
    seen.write(json.dumps(line, ensure_ascii=False) + "\n")
    seen.flush()


def main(make_meals: Callable[..., Meals] = Meals) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--seen", type=Path, required=True)
    parser.add_argument("--finger", type=Path, required=True)
    parser.add_argument("--face", action="store_true")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with chosen.seen.open("a", encoding="utf-8") as seen:
        run(Settings.load(chosen.config), seen, chosen.finger, face=chosen.face, make_meals=make_meals)


if __name__ == "__main__":
    main()
