"""The fonts for screens/, which does not look at drivers/ itself: where they lie, and what is drawn with which."""

from drivers.fonts import BOLD, HANAZONO_A, HANAZONO_B, REGULAR, FontMissing, font_path, runs

__all__ = ["BOLD", "FALLBACKS", "REGULAR", "FontMissing", "font_path", "runs"]

FALLBACKS = (HANAZONO_A, HANAZONO_B)
"""What draws the characters that REGULAR and BOLD lack."""
