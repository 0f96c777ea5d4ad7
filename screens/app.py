"""The face of a terminal: a window that draws what the terminal shows and hands back what was pressed."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any, Protocol

from kiosk.i18n import Translator
from kiosk.views import Shown, View
from screens import theme
from screens.environment import Screen, configure_kivy

TICK_S = 1.0
QUIET_S = 1.0
ENDING = (signal.SIGTERM, signal.SIGINT)


class Bus(Protocol):
    """The terminal's queue of events. `wake` is called, from any thread, when there is something to drain."""

    wake: Callable[[], object]

    def drain(self) -> int: ...


class Terminal(Protocol):
    """What a face needs of a terminal. Everything here is called on the main thread.

    `start` is called after the first frame is on the screen; the terminal then says what to show through `on_shown`.
    """

    on_shown: Callable[[Shown], object]

    @property
    def bus(self) -> Bus: ...

    def start(self) -> None: ...

    def press(self, action: str, value: str = "") -> None: ...

    def tick(self) -> None: ...


class Face:
    """Draws one terminal. `run` blocks until `stop`, the window's end, SIGTERM or SIGINT; what was opened by the
    terminal is the caller's to close afterwards.

    `on_first_frame` is called once, after the first flip. `on_flip` is called with a View after the flip that first
    shows it. `on_frame` is called once a second by the drawing loop itself: a frozen loop stops calling it, which is
    what a watchdog wants to know.
    """

    def __init__(
        self,
        terminal: Terminal,
        screen: Screen,
        *,
        locale: str = "zh_CN",
        on_first_frame: Callable[[], object] | None = None,
        on_flip: Callable[[View], object] | None = None,
        on_frame: Callable[[], object] | None = None,
    ) -> None:
        self._terminal = terminal
        self._screen = screen
        self._words = Translator(locale)
        self._on_first_frame = on_first_frame
        self._on_flip = on_flip
        self._on_frame = on_frame
        self._undrawn: View | None = None
        self._frame: Any = None
        self._first_frame_drawn = False
        self._build: Callable[[], object] = lambda: None
        self._clear_up: Any = None

    def run(self) -> None:
        """Open the window and draw until the end. Raises FontMissing when set-up was not run."""
        configure_kivy(self._screen)
        theme.use(theme.Theme.of(self._screen))
        theme.register_fonts()

        from kivy.base import runTouchApp
        from kivy.core.window import Window

        from screens.pages.starting import StartingPage

        Window.clearcolor = theme.colour("paper")
        Window.clear = lambda: _clear(Window.clearcolor)
        Window.bind(on_flip=self._flip, on_request_close=self._refuse_to_close)
        self._terminal.on_shown = self._show
        before = {number: signal.signal(number, lambda *_: self.stop()) for number in ENDING}
        try:
            runTouchApp(StartingPage(self._words, lambda action, value: None))
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Leave `run` after the current frame. May be called from any thread or signal handler."""
        from kivy.base import stopTouchApp
        from kivy.clock import Clock

        Clock.schedule_once(lambda _dt: stopTouchApp(), 0)

    def use_locale(self, locale: str) -> None:
        """Speak another language from the next frame on. Raises ValueError for one without a catalogue."""
        if locale != self._words.locale:
            self._words = Translator(locale)
            if self._frame is not None:
                self._frame.use(self._words)

    def _flip(self, window: Any) -> bool:
        # Kivy calls its own flip after its listeners; what is to be told after the flip has to do the flip itself.
        window.flip()
        view, self._undrawn = self._undrawn, None
        if view is not None and self._on_flip is not None:
            self._on_flip(view)
        if not self._first_frame_drawn:
            self._first_frame_drawn = True
            if self._on_first_frame is not None:
                self._on_first_frame()
            self._after_first_frame()
        return True

    def _after_first_frame(self) -> None:
        from kivy.clock import Clock

        drain = Clock.create_trigger(lambda _dt: self._terminal.bus.drain(), -1)
        self._terminal.bus.wake = drain
        Clock.schedule_interval(self._tick, TICK_S)
        Clock.schedule_once(lambda _dt: self._terminal.start(), 0)
        drain()

    def _tick(self, _dt: float) -> None:
        self._terminal.tick()
        if self._on_frame is not None:
            self._on_frame()

    def _show(self, shown: Shown) -> None:
        if self._frame is None:
            self._open_frame(shown)
        self._frame.show(shown)
        self._build()
        self._clear_up.cancel()
        self._clear_up()
        self._undrawn = shown.view
        # Two diners can see the same picture; the second one is still drawn, so that its flip can be told.
        self._frame.canvas.ask_update()

    def _open_frame(self, shown: Shown) -> None:
        from kivy.clock import Clock
        from kivy.core.window import Window

        from screens.frame import Frame

        self._frame = Frame(self._words, self._terminal.press)
        self._frame.show(shown)
        for child in list(Window.children):
            Window.remove_widget(child)
        Window.add_widget(self._frame)
        self._build = self._building_pages()
        self._clear_up = Clock.create_trigger(lambda _dt: self._frame.clear_up(), QUIET_S)

    def _building_pages(self) -> Callable[[], object]:
        """What starts building: one page a frame, so that a tap waits for one of them at most, until all are there."""
        from kivy.clock import Clock

        trigger: Callable[[], object] = Clock.create_trigger(
            lambda _dt: bool(self._frame.build_next()), 1 / 20, interval=True
        )
        return trigger

    def _refuse_to_close(self, *_: object) -> bool:
        return bool(getattr(self._screen, "fullscreen", False))


def _clear(rgba: theme.Rgba) -> None:
    """Kivy clears depths and stencils as well, as many bytes again; nothing here is drawn by either."""
    from kivy.graphics import opengl

    opengl.glClearColor(*rgba)
    opengl.glClear(opengl.GL_COLOR_BUFFER_BIT)


def run(
    terminal: Terminal,
    screen: Screen,
    *,
    locale: str = "zh_CN",
    on_first_frame: Callable[[], object] | None = None,
    on_flip: Callable[[View], object] | None = None,
    on_frame: Callable[[], object] | None = None,
) -> None:
    """Give `terminal` a face until it is stopped."""
    Face(
        terminal, screen, locale=locale, on_first_frame=on_first_frame, on_flip=on_flip, on_frame=on_frame
    ).run()
