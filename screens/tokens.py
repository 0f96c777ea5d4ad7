"""The look, as numbers: colours, letter sizes and distances of the canteen's one mode and of the resident's three.

Sizes are pixels of the reference panel (15.6 inch, 1366x768, 0.252 mm a pixel); `screens.theme` turns them into the
pixels of the panel at hand, so that letters and buttons keep their millimetres.
"""

from __future__ import annotations

REFERENCE_WIDTH = 1366
REFERENCE_HEIGHT = 768
REFERENCE_MM_PER_PX = 0.252

COLOURS = {
    "paper": "#F6F2EA",
    "surface": "#FFFFFF",
    "sunken": "#ECE6DA",
    "line": "#DED6C7",
    "line_control": "#6E665A",
    "line_strong": "#6E665A",
    "ink": "#0F1716",
    "ink2": "#33403E",
    "primary": "#0A4F4B",
    "primary_deep": "#083B38",
    "primary_lift": "#1C726C",
    "primary_tint": "#DFECE9",
    "primary_soft": "#EEF5F2",
    "on_primary": "#FFFFFF",
    "on_primary2": "#FFFFFF",
    "accent": "#E58A3C",
    "accent_ink": "#6E2F04",
    "accent_tint": "#FBE6D0",
    "accent_soft": "#FDF4E8",
    "danger": "#8E1712",
    "danger_tint": "#FBE4E0",
    "on_danger": "#FFFFFF",
    "offline": "#33403E",
    "on_offline": "#FFFFFF",
    "none": "#FFFFFF00",
}

# Drawn pictures only, never behind or in text.
ILLUSTRATION_COLOURS = {
    "reader_wave": "#D3E8E3",
    "hill": "#E9EFE8",
    "house_far": "#D8E6E1",
    "house_near": "#C3D9D3",
    "window_day": "#B4D0C9",
    "window_lit": "#F3C58E",
    "sun": "#F0B57A",
    "tree": "#7FB0A6",
    "trunk": "#5D8F86",
    "ground": "#A9CAC2",
}

# The scrim of a question laid over a page; it ends above the bottom bar.
SCRIM = (16 / 255, 24 / 255, 22 / 255, 0.62)

CONTRAST_FLOOR = 7.0
RESIDENT_TEXT_FLOOR = 40
STAFF_TEXT_FLOOR = 36
TARGET_FLOOR_MM = 20.0
TARGET_GAP_MM = 3.0

# Technicians are not all old: buttons and letters of their pages may be smaller, by so much.
TECHNICAL_TARGET_FLOOR_MM = 12.0
TECHNICAL_TEXT_FLOOR = 28

TOP_BAR = 76
BANNER = 68
BOTTOM_BAR = 112
MARGIN = 32
HELP_BUTTON = (316, 84)

# The upright panel of residents' terminals: 21.5 inch, 1080x1920. Its pages are laid out in its own pixels.
PORTRAIT_WIDTH = 1080
PORTRAIT_HEIGHT = 1920
PORTRAIT_MM_PER_PX = 0.248
PORTRAIT_TOP_BAR = 120
PORTRAIT_BOTTOM_BAR = 168
PORTRAIT_MARGIN = 48
PORTRAIT_HELP_BUTTON = (420, 120)

# Noto Sans CJK SC, as measured in the font: one line of it is 1.448 em high, its baseline 0.288 em from the bottom.
FONT_LINE_EM = 1.448
FONT_DESCENT_EM = 0.288

# --- the resident's terminal: three modes ---------------------------------------------------------------------------

MODES = ("normal", "elder", "dark")

_NORMAL = {
    "line_control": "#928A7B",
    "line_strong": "#857C6C",
    "ink": "#1A2422",
    "ink2": "#465250",
    "primary": "#0E5C58",
    "primary_deep": "#0A4744",
    "on_primary2": "#D3E8E3",
    "accent_ink": "#8A3D08",
    "danger": "#A8201A",
}

_DARK = {
    "paper": "#0B1211",
    "surface": "#16201E",
    "sunken": "#060A0A",
    "line": "#4C5A57",
    "line_control": "#9FB0AC",
    "line_strong": "#9FB0AC",
    "ink": "#FFFFFF",
    "ink2": "#DCE5E2",
    "primary": "#86DDD0",
    "primary_deep": "#B5F0E6",
    "primary_lift": "#1F3B38",
    "primary_tint": "#1F3B38",
    "primary_soft": "#182B29",
    "on_primary": "#04201D",
    "on_primary2": "#04201D",
    "accent": "#FFB36B",
    "accent_ink": "#FFC68F",
    "accent_tint": "#3A2812",
    "accent_soft": "#2A1E10",
    "danger": "#FF9E94",
    "danger_tint": "#431A17",
    "on_danger": "#2A0502",
    "offline": "#E7ECEA",
    "on_offline": "#0B1211",
}

COLOUR_SETS = {
    "canteen": COLOURS,
    "normal": {**COLOURS, **_NORMAL},
    "elder": COLOURS,
    "dark": {**COLOURS, **_DARK},
}

_NORMAL_TYPE = {
    "caption": 34,
    "label": 36,
    "body": 38,
    "row": 44,
    "button": 48,
    "title": 64,
    "display": 76,
    "hero": 144,
}
_ELDER_TYPE = {
    "caption": 42,
    "label": 44,
    "body": 46,
    "row": 54,
    "button": 56,
    "title": 76,
    "display": 84,
    "hero": 168,
}

# Letter sizes of the upright panel by what they are for. Who asks for the dark set has asked for large letters before.
TYPE = {"canteen": _ELDER_TYPE, "normal": _NORMAL_TYPE, "elder": _ELDER_TYPE, "dark": _ELDER_TYPE}

CONTRAST_FLOORS = {"canteen": 7.0, "normal": 4.5, "elder": 7.0, "dark": 7.0}
TARGET_FLOORS_MM = {"canteen": 20.0, "normal": 12.0, "elder": 20.0, "dark": 20.0}

# What is read 600 mm away is 0.7 degrees high: hanzi in the normal mode, capital letters as well in the others.
CHARACTER_FLOOR_MM = 7.33
HANZI_EM = 0.875
CAPITAL_EM = 0.733

PERSON_BAR = 96
PORTRAIT_BANNER = 84
PORTRAIT_HELP_FROM_BOTTOM = 23
"""The help button's rectangle is (612, 1777, 420, 120): one pixel nearer to the bottom than its bar's middle."""

# The lying panel of a front desk: 23.8 inch, 1920x1080, read 700 mm away. Its pages are laid out in its own pixels.
DESK_WIDTH = 1920
DESK_HEIGHT = 1080
DESK_MM_PER_PX = 0.274
DESK_TOP_BAR = 92
DESK_BOTTOM_BAR = 104
DESK_MARGIN = 36
DESK_HELP_BUTTON = (320, 76)
DESK_HELP_FROM_BOTTOM = 13
DESK_BANNER = 68
DESK_TEXT_FLOOR = 36
DESK_COLUMNS = (436, 624)
DESK_GAP = 24

# The bar of an alarm pushes what is below it down. On an upright panel its buttons stand below its words.
DESK_ALARM_BAR = 148
PORTRAIT_ALARM_BAR = 318
