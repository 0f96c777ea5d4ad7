"""What is said to a visitor: tiles, titles, choices and notes of the screen at the door. As in resident_words."""

from __future__ import annotations

from kiosk.views_front_desk import FACE, MY_HELP, TAKE_TICKET, WITHDRAW
from kiosk.views_resident import Row

TICKET_TILE = Row(TAKE_TICKET, "Take a number", "For any window, no card needed", "ticket-fill")
FACE_TILE = Row(FACE, "Be known by your face", "Would you like it? It is up to you", "scan-fill")
WITHDRAW_TILE = Row(
    WITHDRAW, "Take back a consent", "Everything is stopped and deleted", "arrow-u-up-left-bold"
)
HELP_TILE = Row(MY_HELP, "The help you would like", "Speak slowly, large print, a chair", "hand-heart-fill")
MAKING_TICKET = "Your number is being made"
