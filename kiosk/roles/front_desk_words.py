"""What the desk's pages say: titles, what came of an alarm or a call, and the codes of its own. As in resident_words."""

from __future__ import annotations

from kiosk.views import CHOOSE, Choice

TODAYS_APPOINTMENTS = "Appointments today"
NO_APPOINTMENTS = "There is no appointment today"
RESIDENTS_NEEDS = "What residents need"
NO_NEEDS = "No need is open"
WHICH_WINDOW = "To which window?"
NO_WINDOWS = "No window is known yet"
LOOKING_UP = "One moment please"
SOMETHING_UNDER_WAY = "Something is under way"
AT_WINDOW = "Window {window}"
MATTER_STATES = {"ready": "Ready", "open": "Under way", "waiting": "Waiting"}

WHAT_CAME_OF_ALARM = "What came of it?"
ALARM_OUTCOMES = (
    Choice(CHOOSE, "Somebody went there", icon="users-fill", value="on_site"),
    Choice(CHOOSE, "Settled by telephone", icon="phone-call-fill", value="by_phone"),
    Choice(CHOOSE, "Ambulance, fire or police", icon="first-aid-fill", value="emergency_services"),
    Choice(CHOOSE, "A false alarm", icon="prohibit-fill", value="false_alarm"),
)
WHAT_CAME_OF_CARE = {
    "remind": "What came of the reminder?",
    "call": "What came of the call?",
    "visit": "What came of the visit?",
}
CARE_OUTCOMES = (
    Choice(CHOOSE, "All is well", icon="check-circle-fill", value="well"),
    Choice(CHOOSE, "Not at home", "Somebody knows where", "house-fill", value="away"),
    Choice(CHOOSE, "Nobody answered", icon="phone-x-fill", value="no_answer"),
    Choice(CHOOSE, "Help is needed", icon="hand-heart-fill", value="needs_help"),
)

# --- notices, by their codes in kiosk.locales.sentences ----------------------------------------------------------------

CARD_FIRST = "desk.card_first"
BY_CARD = "faces.by_card"
