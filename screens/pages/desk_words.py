"""What the desk's codes are called on its pages: how somebody came, what became of it, what help she asked for."""

from __future__ import annotations

from kiosk.i18n import Translator

# how somebody was known: (word, sign)
HOW = {
    "face": ("By face", "user-focus-fill"),
    "card": ("By card", "identification-card-fill"),
    "ticket": ("By number", "ticket-fill"),
    "staff": ("By staff", "users-fill"),
    "one_of": ("Look alike", "users-fill"),
}

CONSENTED = ("Agreed to face recognition", "user-focus-fill")

# what became of a visit: (word, sign)
VISITS = {
    "received": ("Helped", "check-circle-fill"),
    "handed_over": ("Sent on", "arrow-circle-right-fill"),
    "not_this_person": ("It was somebody else", "prohibit-fill"),
}

# a matter's state: (word, sign, warm)
MATTERS = {
    "ready": ("Ready", "check-circle-fill", False),
    "open": ("Under way", "clock-fill", True),
    "waiting": ("Waiting", "hourglass-fill", True),
}

# what is next for somebody on the care list: (word, sign)
CARE = {
    "remind": ("Remind", "bell-bold"),
    "call": ("Call", "phone-call-bold"),
    "visit": ("Visit", "door-bold"),
}

# what came of it today: (word, sign)
CARE_DONE = {
    "well": ("All well", "check-circle-fill"),
    "away": ("Away", "clock-fill"),
    "no_answer": ("No answer", "clock-fill"),
    "needs_help": ("Needs help", "hand-heart-fill"),
}

HELP = {
    "large_print": "Large print",
    "speak_slowly": "Speak slowly",
    "speak_up": "Speak up",
    "write_down": "Write it down",
    "wheelchair": "Room for a wheelchair",
    "sit_down": "A seat",
    "come_along": "Come along",
}

# a ticket's state: (word, sign, warm)
TICKETS = {
    "waiting": ("Waiting", "hourglass-fill", False),
    "called": ("Called", "megaphone-simple-fill", True),
    "came": ("Arrived", "check-circle-fill", False),
    "absent": ("Not here", "clock-fill", True),
}


def listed(codes: tuple[str, ...], names: dict[str, str], words: Translator) -> str:
    """Codes as one line of words; a code without a word is left out."""
    parts = [words.text(names[code]) for code in codes if code in names]
    return (", " if words.locale == "en" else "、").join(parts)


def day_of(date: str, words: Translator) -> str:
    """11月13日 of an ISO date, without its weekday."""
    day = words.day(date)
    return day.split(" ")[0] if words.locale != "en" else day.partition(" ")[2]
