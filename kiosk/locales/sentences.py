"""What each stable code means to people, and what to do next: msgids, translated by the catalogue.

A code that is not named has the sentence of its family, the part up to the dot or colon.
"""

from __future__ import annotations

Sentence = tuple[str, str]

UNKNOWN: Sentence = ("Something needs a look", "Please call a technician")

_CARD_AGAIN: Sentence = ("The card was not read", "Put it on the reader once more")
_REPLUG: Sentence = ("A device does not answer", "Check its plug; it comes back by itself")
_SETUP: Sentence = ("The settings file is not right", "A technician corrects the line it names")
_SERVING_GOES_ON = "Meals go on; look at it after the meal"

SENTENCES: dict[str, Sentence] = {
    # cards
    "card": _CARD_AGAIN,
    "card.torn": _CARD_AGAIN,
    "card.checksum": _CARD_AGAIN,
    "card.noise": _CARD_AGAIN,
    "card.incomplete": ("The card was taken away too early", "Put the same card back, hold it still"),
    "card.bank": ("That is a bank card, it was not read", "Use a meal or social security card"),
    "card.needs_psam": ("That card is protected", "It needs a reader with a PSAM"),
    "card.unsupported": ("That is another kind of card", "Use a kind that this reader is set to"),
    "card.denied": ("The key does not open that card", "A technician checks the key"),
    "pcsc": ("The card service needs a look", "Please call a technician"),
    "pcsc.service_down": ("The card service does not run", "It comes back by itself; else restart"),
    "pcsc.reader_unclear": ("There are several card readers", "A technician names the one meant"),
    "card.weak_reads": ("Some reads of cards failed", "Clean the reader, test it again"),
    # any device
    "device": _REPLUG,
    "device.fault": ("A device reports a fault", "Switch it off and on again"),
    "device.gone": ("A device is unplugged", "Plug it in; it comes back by itself"),
    "device.timeout": _REPLUG,
    "device.busy": ("Another program holds a device", "A technician closes that program"),
    "device.denied": ("A device may not be opened", "A technician checks the access rights"),
    "device.protocol": ("A device speaks another language", "A technician checks its kind and speed"),
    "device.wedged": ("A device is stuck", "Unplug it, wait, plug it in again"),
    # cameras
    "camera": ("The camera needs a look", "Check its cable; it comes back by itself"),
    "camera.frozen": ("The camera shows a still picture", "Unplug it, wait, plug it in again"),
    "camera.black": ("The camera sees nothing but black", "Switch on the light, uncover the lens"),
    "camera.covered": ("Something covers the camera's lens", "Take it away, wipe the lens"),
    "camera.stalled": ("The camera sends no more pictures", "Check its cable; it comes back by itself"),
    "camera.no_picture": ("The camera gives no picture", "A technician checks address and password"),
    "camera.library": ("The camera's program is missing", "A technician runs the set-up again"),
    # door relays
    "relay": ("The door relay needs a look", "Open by hand; call a technician"),
    "relay.software_pulse": ("This relay cannot time a door itself", "Accept that in the settings, or change it"),
    "relay.no_pulse": ("This relay board has no timer", "A technician fits a board with a timer"),
    "relay.refused": ("The relay board refused", "A technician checks address and channels"),
    "relay.channel": ("There is no such relay", "A technician checks address and channels"),
    "relay.duration": ("The door would be open too long", "A technician sets 30 seconds or less"),
    "relay.interrupted": ("The door was shut before its time", "Please try again"),
    "relay.library": ("The relay's program is missing", "A technician runs the set-up again"),
    # the slip printer
    "printer": ("The printer needs a look", "Meals go on; slips can be printed later"),
    "printer.paper_near_end": ("The paper is nearly used up", "Put in a new roll after the meal"),
    "printer.paper_out": ("The paper is used up", "Put in a new roll; all records are safe"),
    "printer.cover_open": ("The printer cover is open", "Close it; printing goes on"),
    "printer.cutter": ("The printer's cutter is stuck", "Switch it off, clear the paper, switch on"),
    "printer.gone": ("The printer is unplugged", "Check its plug and cable"),
    "printer.offline": ("The printer is switched off-line", "Check its buttons and its cover"),
    "printer.silent": ("The printer does not answer", "Switch it off and on again"),
    "printer.stalled": ("The printer has stopped half-way", "Look at the paper, then print again"),
    "printer.stopped": ("The printer has stopped half-way", "Look at the paper, then print again"),
    "printer.power_cut": ("Power was off while printing", "Print the slip again if it is missing"),
    "printer.profile": ("The printer's kind is not known", "A technician checks the settings"),
    "printer.glyph_missing": ("A character could not be printed", "A technician checks the fonts"),
    "printer.print_bad": ("The print is not as it should be", "Clean the head, put the paper in anew"),
    "relay.not_heard": ("The relay was not heard", "Check its wires and its power"),
    "screen.inexact": ("Touches are felt beside the finger", "Clean the glass, calibrate the screen"),
    "slip": ("A slip could not be made", "The meal is recorded; call a technician"),
    "font": ("A font is missing", "A technician runs the set-up again"),
    # the disk
    "disk": ("The disk needs a look", "Please call a technician today"),
    "disk.full": ("The disk is nearly full", "Meals go on; call a technician today"),
    "disk.read_only": ("Meals cannot be recorded here", "Use another machine; call a technician"),
    "disk.damaged": ("A file on the disk is damaged", "Meals go on; call a technician today"),
    "disk.failed": ("The disk did not take a record", "Use another machine; call a technician"),
    "disk.closed": ("The disk is being closed", "Wait until the machine has restarted"),
    "disk.slow": ("The disk is slow", "Meals go on; call a technician today"),
    "disk.format": ("Another release wrote these records", "A technician brings that release back"),
    "disk.key_missing": ("The key of the disk is missing", "A technician brings it back"),
    "disk.key_wrong": ("The key does not fit the disk", "A technician brings the right one"),
    "disk.log_quarantined": ("Old records were set aside, safe", "Meals go on; call a technician today"),
    "log": ("The records need a look", "Meals go on; call a technician today"),
    "log.fork": ("The hall knows other records", "Meals go on; call a technician today"),
    "reference": ("Resident data is being renewed", "Meals go on; nothing to do"),
    # the hall and the time
    "hall": ("The hall does not take our records", "Meals go on; they are kept and sent later"),
    "sync": ("Records wait to be sent", "Meals go on; they are sent by themselves"),
    "clock": ("The time of this machine is unsure", "Staff choose the meal with their PIN"),
    "request": ("The hall did not accept a request", "Please call a technician"),
    "token": ("The hall does not know this machine", "A technician enrols it again"),
    "terminal": ("The hall does not know this machine", "A technician enrols it again"),
    "role": ("This machine may not do that", "Please ask the hall"),
    "enrolment": ("The enrolment code is not valid", "Ask the hall for a new code"),
    "row": ("The hall did not take a record", "It is kept; the office looks at it"),
    "meal": ("The hall did not take a meal", "It is kept; the office looks at it"),
    "meal_voided": ("The meal could not be taken back", "The office puts it right"),
    "settlement": ("The accounts of this meal differ", "Please ask the office"),
    "review": ("The office looks into this", "Nothing to do here"),
    # limits that never refuse a meal
    "over_limit": ("A limit was passed, meals go on", "The office looks at it later"),
    "over_limit:meal": ("A dear meal was served", "The office looks at it later"),
    "over_limit:card": ("One card, many meals offline", "The office looks at it later"),
    "over_limit:count": ("Many meals wait to be sent", "Bring the network back soon"),
    "over_limit:amount": ("Much money waits to be sent", "Bring the network back soon"),
    "over_limit:hours": ("The network is down for long", "Bring the network back soon"),
    "over_limit:deny_list": ("The list of lost cards is old", "Bring the network back soon"),
    "over_limit:entitlements": ("The benefits data is old", "Bring the network back soon"),
    # staff
    "staff": ("This was not done", "Please try again"),
    "staff.pin_wrong": ("The PIN is not right", "Please enter it again"),
    "staff.pin_locked": ("Locked after five tries", "Open again in five minutes"),
    "staff.nobody_found": ("Nobody was found", "Check the digits, enter them again"),
    "staff.offline": ("This needs the network", "Try again when it is back"),
    "staff.closed": ("This meal is already closed", "The office can still put it right"),
    "staff.not_own_row": ("That meal was at another machine", "Take it back at that machine"),
    "staff.not_allowed": ("Your duties do not include this", "Please ask a colleague"),
    "staff.already_voided": ("This meal was taken back before", "Nothing more to do"),
    "staff.not_found": ("That record is not here", "Look for it in the list again"),
    # voice and set-up
    "voice.not_heard": ("The notes were not heard", "Check the loudspeaker and its volume"),
    "voice": ("The voice is silent", _SERVING_GOES_ON),
    "config": _SETUP,
}


def sentence_of(code: str) -> Sentence:
    """The msgids for a code, else for its family, else ones that are true of any trouble."""
    family = code.replace(":", ".").partition(".")[0]
    return SENTENCES.get(code) or SENTENCES.get(family) or UNKNOWN
