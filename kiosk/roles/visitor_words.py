"""What is said to a visitor: tiles, titles, choices and notes of the screen at the door. As in resident_words."""

from __future__ import annotations

from kiosk import views
from kiosk.views import Choice
from kiosk.views_front_desk import FACE, MY_HELP, TAKE_TICKET, WITHDRAW
from kiosk.views_resident import AGAIN, Row

# --- the first page -------------------------------------------------------------------------------------------------

TICKET_TILE = Row(TAKE_TICKET, "Take a number", "For any window, no card needed", "ticket-fill")
FACE_TILE = Row(FACE, "Known by your face", "It is up to you", "user-focus-fill")
WITHDRAW_TILE = Row(WITHDRAW, "Withdraw consent", "Stopped and deleted", "arrow-u-up-left-bold")
HELP_TILE = Row(MY_HELP, "My help", "Large print, a chair", "hand-heart-fill")

# --- numbers to wait with ---------------------------------------------------------------------------------------------

MAKING_TICKET = "Your number is being made"
WHICH_QUEUE = "What have you come for?"

# --- consent ----------------------------------------------------------------------------------------------------------

FETCHING_TEXT = "We look up what it is about"
FETCHING_STANDING = "We look up what you have agreed to"
KEEPING = "It is being kept"
# Below the lines, by purpose: the other way, and the small print.
OTHER_WAYS = {
    "recognition": "Without it: your ID card, your telephone,\nor a member of staff.",
    "preferred_help": "Without it: tell us each time\nwhat would help you.",
}
SMALL_PRINT = {
    "recognition": "Under 14, with a guardian and both cards.\nWho shows a card is not asked again for 90 days.",
    "preferred_help": "Under 14, with a guardian and both cards.",
}
BOTH_CARDS = ("Your card", "Guardian's card")
POSES_TITLE = "Please look at the camera"
FACE_KEPT = "You are known by your face now"
HELP_KEPT = "We know how to help you now"
WHICH_HELP = "What would help you?"
WHICH_HELP_HINT = "Only what you choose is kept"
KEEP_HELP = "Keep this"
HELP_WISHES = {
    "large_print": ("Large print", "text-aa-fill"),
    "speak_slowly": ("Speak slowly", "chats-circle-fill"),
    "speak_up": ("Speak up", "speaker-high-fill"),
    "write_down": ("Write it down for me", "pencil-fill"),
    "wheelchair": ("Room for a wheelchair", "wheelchair-fill"),
    "sit_down": ("A seat to wait on", "armchair-fill"),
    "come_along": ("Come along with me", "users-fill"),
}

# --- taking it back -----------------------------------------------------------------------------------------------------

WITHDRAWING = "Your consent is being taken back"
WITHDRAWN = "Your consent is taken back"

# --- what can be done -----------------------------------------------------------------------------------------------

TAKE_A_NUMBER = Choice(TAKE_TICKET, "Take a number", icon="ticket-fill")
CHANGED_MY_MIND = Choice(AGAIN, "I have changed my mind", icon="arrow-counter-clockwise-bold")
TAKE_IT_BACK = Choice(WITHDRAW, "Take it back", "Stopped here at once", "arrow-u-up-left-bold")
KEEP_AS_IT_IS = Choice(views.BACK, "Leave it as it is", icon="arrow-left-bold")
