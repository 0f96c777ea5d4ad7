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
    "relay.software_pulse": (
        "This relay cannot time a door itself",
        "Accept that in the settings, or change it",
    ),
    "relay.no_pulse": ("This relay board has no timer", "A technician fits a board with a timer"),
    "relay.refused": ("The relay board refused", "A technician checks address and channels"),
    "relay.channel": ("There is no such relay", "A technician checks address and channels"),
    "relay.duration": ("The door would be open too long", "A technician sets 30 seconds or less"),
    "relay.interrupted": ("The door was shut before its time", "Please try again"),
    "relay.library": ("The relay's program is missing", "A technician runs the set-up again"),
    # call buttons
    "button": ("The call buttons need a look", "Please call a technician"),
    "button.list": ("The list of call buttons is damaged", "A technician mends the line it names"),
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
    # smart cards, scanners, buttons
    "card.damaged": ("The data on the card is damaged", "Use another card; the issuer changes it"),
    "id_reader": ("The ID card reader needs a look", "Please call a technician"),
    "id_reader.photo_decoder": ("The photo cannot be decoded", "A technician checks the photo plug-in"),
    "id_reader.sam_fault": ("The ID reader's module reports a fault", "Switch it off and on; else change it"),
    "id_reader.sam_unauthorised": (
        "The ID reader's module is not released",
        "Its supplier has to release it",
    ),
    "pcsc.library": ("The card service's library is missing", "A technician runs the set-up again"),
    "scan": ("The code was not read", "Hold it to the scanner once more"),
    # page printers
    "cups": ("The page printer needs a look", "Please call a technician"),
    "cups.service_down": ("The print service does not run", "It comes back by itself; else restart"),
    "cups.queue_missing": ("The page printer is not set up", "A technician adds its queue to CUPS"),
    "cups.refused": ("The print service refused", "A technician checks its permissions"),
    "cups.rejecting": ("The page printer takes no jobs", "A technician lets its queue accept jobs"),
    "cups.paused": ("The page printer is paused", "A technician lets its queue go on"),
    "cups.queue_busy": ("The page printer has other work", "Wait until it is done, then print again"),
    "cups.job_aborted": ("The pages were not printed", "Print them again"),
    "cups.job_canceled": ("Somebody stopped this print", "Print it again if it is wanted"),
    "cups.job_vanished": ("The print service lost the job", "Look at the paper, then print again"),
    "cups.filter_missing": ("The page printer's driver is missing", "A technician installs it"),
    "cups.no_back_channel": ("The page printer says nothing of itself", "Look at its own display"),
    "cups.not_purged": ("A print job could not be deleted", "A technician clears the print queue"),
    "cups.bad_document": ("The pages could not be made", "Print them again; else call for help"),
    "cups.spool_full": ("The print service has no room left", "A technician clears the print queue"),
    "printer.cancelled": ("Somebody stopped this print", "Print it again if it is wanted"),
    "printer.fault": ("The printer reports a fault", "Switch it off and on again"),
    "printer.width": ("The paper's width is not right", "A technician checks the settings"),
    "printer.output_full": ("The paper tray above is full", "Take the pages away"),
    "printer.paper_jam": ("Paper is stuck in the printer", "Open it and pull the paper out"),
    "printer.toner_low": ("The toner is nearly used up", "Keep a new one ready"),
    "printer.toner_out": ("The toner is used up", "Put in a new one"),
    "printer.tray_missing": ("A paper tray is not in its place", "Push it in"),
    # what a search finds
    "finding": ("More has to be known of this device", "A technician looks at it"),
    "finding.types": ("A keyboard, or a reader that types", "Hold a card to it and see"),
    "finding.lines": ("Its lines cannot be told apart", "Say which line the relay is on"),
    # case files
    "case": ("The case file cannot be used", "Export it again at the machine"),
    "case.missing": ("There is no such case file", "Look for its name again"),
    "case.no_slot": ("This machine has no such device", "Use a name from its settings file"),
    "case.kind": ("The case names an unknown kind", "Use the release that made the case"),
    "case.no_wire": ("This kind of device has no wire log", "Look at the history in the case file"),
    "terminal.not_running": ("This machine is not running", "Start it, then ask again"),
    # the network, certificates, enrolment
    "network": ("The network needs a look", "Check the cable and the router"),
    "network.name": ("The hall's address is not found", "Check the network, then the address"),
    "network.unreachable": ("The hall cannot be reached", "Check the cable and the router"),
    "hall.unreachable": ("The hall is not reached", "Records are kept and sent later"),
    "hall.silent": ("The hall does not answer", "Records are kept and sent later"),
    "clock.offset": ("The clock is not that of the hall", "It is set right at the next contact"),
    "certificate": ("The hall's certificate needs a look", "Please tell the hall"),
    "certificate.expires": ("The hall's certificate ends soon", "Please tell the hall to renew it"),
    "certificate.expired": ("The hall's certificate has ended", "Please tell the hall to renew it"),
    "enrolment.expires": ("This machine's enrolment ends soon", "Ask the hall for a new code"),
    "enrolment.expired": ("This machine's enrolment has ended", "Ask the hall for a new code"),
    "identity": ("This machine is not enrolled", "Ask the hall for a code"),
    "deny_list": ("The list of lost cards needs a look", "Bring the network back soon"),
    "deny_list.never": ("The list of lost cards never came", "Bring the network back soon"),
    "deny_list.old": ("The list of lost cards is some days old", "Bring the network back soon"),
    "log.broken": ("The records do not follow each other", "Please call a technician today"),
    "sync.waiting": ("Records wait to be sent for long", "Bring the network back soon"),
    # the settings file
    "config.missing": ("There is no settings file", "Copy an example to that place"),
    "config.unreadable": ("The settings file cannot be read", "A technician checks its access rights"),
    "config.tariff": ("A price list cannot be used", "A technician corrects the line it names"),
    "config.syntax": ("The settings file has a slip of the pen", "A technician corrects the line it names"),
    "config.unknown_key": ("The settings hold a word nobody knows", "Use one of the words that are listed"),
    "config.missing_key": ("Something is missing in the settings", "Add the line that is named"),
    "config.value": ("A value in the settings cannot be", "Correct it as it says"),
    "config.unknown_kind": ("The settings name an unknown device", "Use one of the kinds that are listed"),
    "config.wrong_slot": ("A device stands in the wrong place", "Use one of the kinds that are listed"),
    "config.port_twice": ("Two devices have the same port", "Give each its own; look with devices scan"),
    "config.unstable_port": ("That port may change its number", "Use its by-path name from devices scan"),
    "config.emulated_in_production": (
        "Emulated devices are not for real use",
        "Use real ones, or the demo environment",
    ),
    "config.hall_url": ("The hall's address is not right", "Write it as https://…"),
    "config.plain_http": ("The hall's address is not protected", "Write it as https://…"),
}


def sentence_of(code: str) -> Sentence:
    """The msgids for a code, else for its family, else ones that are true of any trouble."""
    family = code.replace(":", ".").partition(".")[0]
    return SENTENCES.get(code) or SENTENCES.get(family) or UNKNOWN
