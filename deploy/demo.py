"""`make demo`: a hall and a terminal on emulated devices, until the window is closed or Ctrl-C is pressed."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import Any

from deploy.programs import TOP, Program, ProgramFailed, run
from deploy.scene import Town, device_box, enrolled_terminal, town
from drivers.emulators.people import invented_card
from hall.sample_residents import RESIDENTS

# Which journey is played where there is no display.
JOURNEYS = {"canteen": "lunch", "query_print": "J1", "front_desk": "J14", "visitor": "J8"}
# What a terminal carries beside card reader and slip printer: the device of the box by the slot that it fills.
_EVERY_DEVICE = {
    name: name
    for name in ("id_card_reader", "code_scanner", "page_printer", "camera", "door", "call_buttons")
}
MORE_DEVICES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "canteen": _EVERY_DEVICE,
        "query_print": _EVERY_DEVICE,
        "front_desk": {
            "id_card_reader": "id_card_reader",
            "camera": "entrance_camera",
            "door": "door",  # its relay is the bell of the hall
            "call_buttons": "call_buttons",
        },
        "visitor": {
            "id_card_reader": "id_card_reader",
            "code_scanner": "code_scanner",
            "camera": "entrance_camera",
        },
    }
)
FRONT_OF_THE_HALL = ("front_desk", "visitor")
SITE_STAFF = "S-H1-"
VISITOR = 108  # a resident of whom the desk knows more than most
SPECIMEN = 1  # whose identity card the panel offers first


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--role", choices=sorted(JOURNEYS), default="canteen")
    parser.add_argument("--directory", type=Path, default=TOP / "build" / "demo")
    chosen = parser.parse_args(arguments)
    if not os.environ.get("DISPLAY"):
        return play(JOURNEYS[chosen.role])
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return show(chosen.directory.resolve(), chosen.role)
    except KeyboardInterrupt:
        print("\nStopped. `make demo` goes on where this one ended.")
        return 0
    except ProgramFailed as failure:
        print(failure, file=sys.stderr)
        return 1


def play(journey: str) -> int:
    """No display: the same programs on a virtual one, with somebody at the screen."""
    print(f"There is no display here: playing the journey {journey} on a virtual one.", flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "tests.journeys", journey])


def show(directory: Path, role: str) -> int:
    """Returns the terminal's exit code when it ends."""
    print(
        "Starting the hall and the devices; the first time a town is made up …",
        flush=True,
    )
    wanted = MORE_DEVICES[role]
    with town(directory) as seeded:
        place = with_cards_of_the_hall(seeded) if role in FRONT_OF_THE_HALL else seeded
        with device_box(place, tuple(wanted.values())) as devices:
            return _run(place, devices, role)


def _run(place: Town, devices: Mapping[str, Any], role: str) -> int:
    host, port = devices["printer"].rsplit(":", 1)
    more = {slot: devices["devices"][name] for slot, name in MORE_DEVICES[role].items()}
    config = enrolled_terminal(place, devices["hall"], devices["reader"], (host, int(port)), more, role=role)
    print(f"Tap cards and jam the paper:  {devices['panel']}")
    for line in _hints(place, role):
        print(line)
    print(f"The hall:                     {place.url}/openapi.json")
    print(f"Logs, slips and the disk:     {place.directory}", flush=True)
    terminal = Program("terminal", ["kiosk", "run", "--config", str(config)], place.directory)
    try:
        status = terminal.wait()
    finally:
        terminal.stop()
    if status not in (0, -signal.SIGTERM):
        raise ProgramFailed(f"the terminal ended with {status}:\n{terminal.last_words()}")
    return 0


def _hints(place: Town, role: str) -> Iterator[str]:
    """What can be tried, with the names and codes of this town."""
    if role in FRONT_OF_THE_HALL:
        staff = next(card for card in _cards(place) if card["kind"] == "staff")
        yield f"Staff of the hall:            tap the card “{staff['label_zh']}”, PIN {staff['pin']}"
        yield "Somebody at the entrance:     have number 1 come to 门口摄像头 in the panel"
    specimen, owner = _specimen(place, role)
    yield f"Lay down an ID card:          specimen {specimen} is {owner}"
    yield f"Look after the devices:       tap the card of the technician (技术员), PIN {_pin(place)}"
    if role == "query_print":
        yield f"A code on the phone:          scan what this says: {_phone_code_command(place)}"
    if role == "front_desk":
        yield "Somebody calls for help:      press a call box or a bracelet in the panel"


def with_cards_of_the_hall(place: Town) -> Town:
    """The same town, whose panel offers the cards of the service hall's people and staff instead of the canteens'."""
    every = json.loads(place.all_cards.read_text(encoding="utf-8"))
    staff = [card | {"kind": "staff"} for card in every if card["person_id"].startswith(SITE_STAFF)]
    technicians = [card for card in every if card["kind"] == "technician"]
    residents = [
        {
            "uid": person.uid,
            "label_zh": person.label_zh,
            "label_en": person.label_en,
            "kind": "resident",
            "person_id": person.person_id,
        }
        for person in RESIDENTS
        if person.known
    ]
    cards = place.directory / "hall-cards.json"
    cards.write_text(json.dumps([*residents, *staff, *technicians], ensure_ascii=False), encoding="utf-8")
    return replace(place, cards=cards)


def _specimen(place: Town, role: str) -> tuple[int, str]:
    """An identity card of the panel, and the label of whom the hall knows by it: it is told once."""
    if role in FRONT_OF_THE_HALL:
        visitor = next(person for person in RESIDENTS if person.serial == VISITOR)
        specimen = SPECIMEN + 1  # the first is somebody's whom the canteens know
        person_id, label_zh, label_en = visitor.person_id, visitor.label_zh, visitor.label_en
    else:
        owner = [card for card in _cards(place) if card["kind"] == "age_75"][1]
        specimen, person_id, label_zh, label_en = (
            SPECIMEN, owner["person_id"], owner["label_zh"], owner["label_en"]
        )  # fmt: skip
    done = place.directory / f"id-card-{specimen}-known"
    if not done.exists():
        command = ["hall", "register-id-card", person_id, "--database", place.database]
        run(command, typed=f"{invented_card(specimen).number}\n")
        done.touch()
    return specimen, f"“{label_zh} · {label_en}”"


def _phone_code_command(place: Town) -> str:
    person = next(card["person_id"] for card in _cards(place) if card["kind"] == "age_75")
    clock = place.directory / "hall-clock.json"
    return f"{sys.executable} -m hall phone-code --person {person} --clock-file {clock} --database {place.database}"


def _pin(place: Town) -> str:
    return next(card["pin"] for card in _cards(place) if card["kind"] == "technician")


def _cards(place: Town) -> list[dict[str, str]]:
    cards: list[dict[str, str]] = json.loads(place.cards.read_text(encoding="utf-8"))
    return cards


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
