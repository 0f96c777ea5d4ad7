"""What the resident's terminal says: tiles, titles, choices and the phrases that are spoken.

Labels are catalogue msgids: plain English sentences, translated by the face. What comes from the hall carries both
languages already and goes out as "data:" and the text of the language that the page is drawn in.
"""

from __future__ import annotations

from kiosk import views
from kiosk.views import Choice
from kiosk.views_resident import (
    ACT_FOR,
    AGAIN,
    APPLY,
    PRINT,
    TAKE_ALONG,
    WAIT,
    WINDOW,
    Row,
)

# --- the first page -------------------------------------------------------------------------------------------------

RECORDS = "records"
GUIDES = "guides"
NEED = "need"
AT_THE_DOOR = "at_the_door"
MEALS = "meals"
POINTS = "points"
PLACES = "places"
APPLICATIONS = "applications"

TILES = (
    Row(RECORDS, "Look up and print", "Insurance, certificates, payments", "printer-fill"),
    Row(GUIDES, "How to get things done", "What to bring, where to go", "files-fill"),
    Row(NEED, "Say what you need", "A neighbour's dispute, a lamp, a worry", "chats-circle-fill"),
    Row(AT_THE_DOOR, "Service at your door", "Hairdressing, cleaning, shopping", "hand-heart-fill"),
    Row(MEALS, "Meals", "Balance and past meals", "bowl-food-fill"),
    Row(POINTS, "Volunteer points", "Your points and your hours", "gift-fill"),
    Row(PLACES, "Services nearby", "Within a quarter of an hour", "map-trifold-fill"),
    Row(APPLICATIONS, "My applications", "How far they are", "folder-open-fill"),
)

# --- steppers -------------------------------------------------------------------------------------------------------

QUERY_STEPS = ("Place card", "Choose record", "Look at it", "Print")
APPLY_STEPS = ("Fill in", "Papers", "Sign", "Look at it")

# --- titles ---------------------------------------------------------------------------------------------------------

WHICH_RECORD = "Which record would you like?"
NO_RECORDS = "No record can be looked up here yet"
EARLIER = "Earlier"
ONE_MOMENT = "One moment please"
FETCHING_RECORD = "Your record is being fetched"
FETCHING_KINDS = "We look up what there is"
NOTHING_THERE = "You can look at another year,\nor ask a person."
IS_BEING_SENT = "It is being sent in"
MAKING_CODE = "The code is being made"
NEXT = "Next"
NOT_NOW = "Not now"
WAITING_DOCUMENTS = "This is waiting for you"
WAITING_DOCUMENTS_HINT = "Touch it to print it"
PRINTED = "It is done"
TAKEN_ALONG = "It is on your phone now"
KEPT_FOR_YOU = "It is kept for you"

# What a rating is about, by the subject that is kept.
SUBJECTS = {
    "record": "Looking up a record",
    "guide": "Looking up a guide",
    "route": "Finding the way",
    "receipt": "Applying for something",
    "application": "Applying for something",
}

# --- what can be done -----------------------------------------------------------------------------------------------

BY_PHONE = Choice(TAKE_ALONG, "Send it to my phone", "Scan a code, nothing to install", "device-mobile-fill")
WAIT_HERE = Choice(WAIT, "Wait a little", "Come back later and place your card", "hourglass-fill")
AT_WINDOW = Choice(WINDOW, "Print it at the window", "Say the number, show your ID card", "storefront-fill")
PRINT_AGAIN = Choice(AGAIN, "Print it again", "Under the same number", "printer-fill")
TRY_AGAIN = Choice(AGAIN, "Try again", icon="arrow-clockwise-bold")
ASK_A_PERSON = Choice(views.HELP, "Ask a person", icon="headset-fill")
GO_BACK = Choice(views.BACK, "Back", icon="arrow-left-bold")
DONE = Choice(views.DONE, "Done", icon="check-bold")
PRINT_IT = Choice(PRINT, "Print", icon="printer-fill")
TAKE_IT = Choice(TAKE_ALONG, "To my phone", icon="device-mobile-fill")
APPLY_HERE = Choice(APPLY, "Apply here", icon="pencil-simple-fill")
APPLY_FOR = Choice(ACT_FOR, "For somebody else", icon="users-fill")
NEW_CODE = Choice(AGAIN, "Show a new code", icon="qr-code-bold")

RECORD_IS_SAFE = "Your record is safely kept."
NOTHING_TWICE = "Nothing is charged twice,\nnothing has to be filled in again."

# --- phrases, by their codes in kiosk.services.phrases ---------------------------------------------------------------

SAY_PLACE_CARD = "place_id"
SAY_READ = "read_done"
SAY_PRINTING = "printing"
SAY_GO_ON = "go_on"
SAY_CARD_LEFT = "card_left"
SAY_CARD_STILL_THERE = "card_still_there"
SAY_CARD_FORGOTTEN = "card_forgotten"
SAY_PAPER_OUT = "paper_out"
SAY_STILL_THERE = "still_there"
SAY_STAFF_COMING = "staff_coming"
SAY_NEED = "say_need"
SAY_CARD_AGAIN = "tap_again"


def data(text: str) -> str:
    """A label that is shown as it is; an empty one stays empty."""
    return f"data:{text}" if text else ""


def say_take(belongings: tuple[str, ...]) -> str:
    """The phrase about what FinishedPage tells to take; "" for nothing."""
    paper = bool({"slip", "pages"} & set(belongings))
    if "id_card" in belongings:
        return "take_id_and_slip" if paper else "take_id"
    if "card" in belongings:
        return "take_card_and_slip" if paper else "take_card"
    return "take_slip" if paper else ""


def trouble_choices(*, on_paper_later: bool, phone: bool, bindable: bool) -> tuple[Choice, ...]:
    """What is left when a print did not end. `on_paper_later`: the printer goes on by itself once it is mended."""
    choices = [BY_PHONE] if phone else []
    if on_paper_later and bindable:
        choices.append(WAIT_HERE)
    if not on_paper_later:
        choices.append(PRINT_AGAIN)
    if bindable:
        choices.append(AT_WINDOW)
    return tuple(choices) or (ASK_A_PERSON,)


# --- applications ---------------------------------------------------------------------------------------------------

RELATIONS = {
    "spouse": "My husband or wife",
    "child": "My father or mother",
    "parent": "My child",
    "relative": "Another relative",
    "staff": "I work for the community",
    "other": "Somebody else",
}
WHICH_RELATION = "Whom do you act for?"
STATEMENT = ("What I have filled in is true.",)
AGENT_STATEMENT = ("What I have filled in is true.", "I act with this person's consent.")
PHOTOGRAPHED = "Photographed"
BROUGHT = "To be brought to the window"
LEFT_OUT = "Left out"
SIGNATURE = "Signature"
SIGNED_HERE = "Signed"
SEND_IT_IN = "Send it in"
RECEIVED = "We have received it"
FOR_WHAT = "What for"
FOR_WHOM = "For whom"
ANSWER_BY = "Answer by"
ANSWER_NOT_TAKEN = "field.not_taken"

# --- guides ---------------------------------------------------------------------------------------------------------

FETCHING_GUIDES = "We look it up for you"
WHICH_GUIDE = "What is it about?"
NO_GUIDES = "There is nothing here yet"
SEARCH_TITLE = "Type the first letter of each syllable"
SAMPLE = "Sample"
ANYWHERE = "In any hall"
WAYS_IN = (
    Row("window", "Done at the window", "Forty things, here in this hall", "storefront-fill"),
    Row("everywhere", "Done in any hall", "Wherever you live", "map-pin-fill"),
)
NORMS_ROW = Row("norms", "How the community works", "Steps, records, standards", "list-checks-fill")
CONDITIONS = "Who may apply"
MATERIALS = "What to bring"
FEE = "Fee"
TIME = "How long it takes"
PLACE = "Where"

# --- norms ----------------------------------------------------------------------------------------------------------

NO_NEEDS = "There is nothing here yet"
WHAT_NEED = "What do you need?"
STEPS = "Step by step"
STANDARD = "What you can count on"
BEGIN = Choice(APPLY, "Begin", icon="pencil-simple-fill")
GO_ON = Choice(views.NEXT, "Next", icon="arrow-right-bold")
ENOUGH = Choice(views.DONE, "Enough for today", "What is written down is kept", "check-bold")

# --- places ---------------------------------------------------------------------------------------------------------

FETCHING_PLACES = "We look around for you"
WHICH_PLACE = "Where would you like to go?"
NO_PLACES = "No place is known nearby yet"
ALL_PLACES = "All"
MORE = "more"
MORE_SORTS = "More"
OTHER_PLACES = "Other"
PLACE_SORTS = {
    "bank": "Banks",
    "bus": "Buses",
    "canteen": "Canteens",
    "charity": "Charity shops",
    "day_care": "Day care",
    "elder_school": "Classes",
    "haircut": "Hairdressers",
    "health": "Health",
    "hospital": "Hospitals",
    "legal": "Legal advice",
    "library": "Libraries",
    "market": "Markets",
    "nursery": "Nurseries",
    "park": "Parks",
    "pharmacy": "Pharmacies",
    "police": "Police",
    "post": "Post",
    "repair": "Repairs",
    "school": "Schools",
    "sport": "Sport",
    "toilet": "Toilets",
}
