"""Areas that hide what lies below them are not mixed with it, and of one colour without a picture: drawn in software, a pixel
that is only written costs a third of one that is looked up in a picture, read and mixed first, and what it covers
altogether is not drawn at all (decision 0053).

In a .kv file: `Color:`, then `Opaque:` with `of: self.proxy_ref` and the same `rgba`, the area's instructions, then `Mixed:`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kivy.factory import Factory
from kivy.graphics import Callback
from kivy.graphics import opengl as gl

from screens.theme import Rgba

WHOLLY = 1
VERTEX_SHADER = b"""
attribute vec2 vPosition;
uniform vec2 scale;
void main(void) { gl_Position = vec4(vPosition * scale - 1.0, 0.0, 1.0); }
"""
FRAGMENT_SHADER = """
#ifdef GL_ES
precision mediump float;
#endif
void main(void) {{ gl_FragColor = vec4({}, {}, {}, {}); }}
"""
POSITION = 0
"""Where Kivy puts the corners of what it draws, in every one of its programs."""


class OneColour:
    """The processor's program for areas of this one colour: one that looks its colour up takes twice as long. Nothing of ours
    is turned or scaled: pixels are the panel's own."""

    def __init__(self, rgba: Rgba) -> None:
        self._program = gl.glCreateProgram()
        fragment_shader = FRAGMENT_SHADER.format(*map(float, rgba)).encode()
        for sort, source in ((gl.GL_VERTEX_SHADER, VERTEX_SHADER), (gl.GL_FRAGMENT_SHADER, fragment_shader)):
            shader = gl.glCreateShader(sort)
            gl.glShaderSource(shader, source)
            gl.glCompileShader(shader)
            gl.glAttachShader(self._program, shader)
        gl.glBindAttribLocation(self._program, POSITION, b"vPosition")
        gl.glLinkProgram(self._program)
        self._scale = gl.glGetUniformLocation(self._program, b"scale")

    def begin(self) -> None:
        _, _, width, height = _integers(gl.GL_VIEWPORT)
        if not _before:
            _before.extend(_integers(gl.GL_CURRENT_PROGRAM))
        gl.glUseProgram(self._program)
        gl.glUniform2f(self._scale, 2 / width, 2 / height)


_before: list[int] = []
"""The program that was in use when the first of ours began, while one of ours is."""


def _integers(name: int) -> tuple[int, ...]:
    found = gl.glGetIntegerv(name)
    return tuple(found) if isinstance(found, (list, tuple)) else (found,)


@lru_cache(maxsize=256)
def one_colour(rgba: Rgba) -> OneColour:
    """Kept: the modes have some thirty colours of areas each."""
    return OneColour(rgba)


class Opaque(Callback):
    """What is drawn until the next Mixed replaces what lies below, where its colour and its widget are seen as they are.

    Opacity is a matter of mixing: something that is hidden by it would come to light here.
    """

    def __init__(self) -> None:
        super().__init__(self._begin)
        self.of: Any = None
        self.rgba: Rgba = (0.0, 0.0, 0.0, 0.0)

    def _begin(self, _instruction: Any) -> None:
        if self.rgba[3] == WHOLLY and is_seen_wholly(self.of):
            gl.glDisable(gl.GL_BLEND)
            one_colour(self.rgba).begin()


class Mixed(Callback):
    """What is drawn from here on is mixed with what lies below it, as Kivy does everywhere."""

    def __init__(self) -> None:
        super().__init__(_mix)


def is_seen_wholly(widget: Any) -> bool:
    """Whether neither it nor anything it lies in is hidden or paled by its opacity."""
    while widget is not None and widget.opacity == WHOLLY:
        above = widget.parent
        if above is None or above is above.parent:
            return True
        widget = above
    return False


def _mix(_instruction: Any) -> None:
    if _before:
        gl.glUseProgram(_before.pop())
    gl.glEnable(gl.GL_BLEND)


Factory.register("Opaque", cls=Opaque)
Factory.register("Mixed", cls=Mixed)
