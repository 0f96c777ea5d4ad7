"""What is drawn where: texts, buttons and areas of a frame as plain data, for tests and for a technician's eyes.

Positions are pixels of the panel from the top left: [x, y, width, height].
"""

from __future__ import annotations

from typing import Any

from screens.theme import mode, unit
from screens.widgets.surface import Surface
from screens.widgets.text import Text
from screens.widgets.touch import HelpButton, Touchable

Found = dict[str, Any]


def inspect(frame: Any) -> dict[str, Any]:
    """Everything that can be seen in `frame`, parents before children."""
    found: dict[str, list[Found]] = {"texts": [], "buttons": [], "surfaces": []}
    _visit(frame, frame, "paper", [0, 0, frame.width, frame.height], found)
    return {"unit": unit(), "mode": mode(), "size": [frame.width, frame.height], **found}


def _visit(frame: Any, widget: Any, fill: str, box: list[float], found: dict[str, list[Found]]) -> None:
    if widget.opacity == 0 or widget.width <= 0 or (widget.height <= 0 and not widget.children):
        return
    if isinstance(widget, Surface):
        fill = widget.fill if widget.fill != "none" else fill
        box = _placed(frame, widget)
        found["surfaces"].append(
            {"kind": type(widget).__name__, "fill": fill, "edge": widget.edge, "at": box}
        )
    fill = getattr(widget, "lies_on", fill)
    if isinstance(widget, Touchable):
        found["buttons"].append(
            {
                "kind": type(widget).__name__,
                "say": getattr(widget, "say", ""),
                "enabled": widget.enabled,
                "at": box,
            }
        )
    if isinstance(widget, Text) and widget.say:
        found["texts"].append(_text(frame, widget, fill, box))
    for child in reversed(widget.children):
        _visit(frame, child, fill, box, found)


def _text(frame: Any, text: Text, fill: str, box: list[float]) -> Found:
    width, height = text.drawn_size
    drawn = [
        text.center_x - width / 2,
        frame.height - text.center_y - height / 2,
        width,
        height,
    ]
    return {
        "say": text.say,
        "drawn": text.drawn,
        "tone": text.tone,
        "on": fill,
        "px": text.font_size,
        "at": drawn,
        "in": box,
        "room": text.room,
    }


def _placed(frame: Any, widget: Any) -> list[float]:
    return [widget.x, frame.height - widget.top, widget.width, widget.height]


def help_button(drawn: dict[str, Any]) -> Found:
    """The one 人工帮助 of a page."""
    (button,) = [button for button in drawn["buttons"] if button["kind"] == HelpButton.__name__]
    return button
