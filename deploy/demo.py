"""`make demo`: a hall and a terminal on emulated devices, until the window is closed or Ctrl-C is pressed."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from deploy.programs import TOP, Program, ProgramFailed, run
from deploy.scene import Town, device_box, enrolled_terminal, town
from drivers.emulators.people import invented_card

# Which journey is played where there is no display.
JOURNEYS = {"canteen": "lunch", "query_print": "J1"}
# What a hall's terminal carries beside card reader and slip printer; each is called as the slot it fills.
MORE_DEVICES = ("id_card_reader", "code_scanner", "page_printer", "camera", "door", "call_buttons")
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
    with town(directory) as place, device_box(place, MORE_DEVICES) as devices:
        host, port = devices["printer"].rsplit(":", 1)
        config = enrolled_terminal(
            place, devices["hall"], devices["reader"], (host, int(port)), devices["devices"], role=role
        )
        print(f"Tap cards and jam the paper:  {devices['panel']}")
        print(f"Lay down an ID card:          specimen {SPECIMEN} is {_owner_of_specimen(place)}")
        print(f"Look after the devices:       tap the card of the technician (技术员), PIN {_pin(place)}")
        if role == "query_print":
            print(f"A code on the phone:          scan what this says: {_phone_code_command(place)}")
        print(f"The hall:                     {place.url}/openapi.json")
        print(f"Logs, slips and the disk:     {directory}", flush=True)
        terminal = Program("terminal", ["kiosk", "run", "--config", str(config)], directory)
        try:
            status = terminal.wait()
        finally:
            terminal.stop()
        if status not in (0, -signal.SIGTERM):
            raise ProgramFailed(f"the terminal ended with {status}:\n{terminal.last_words()}")
        return 0


def _owner_of_specimen(place: Town) -> str:
    """The label of the resident whom the hall knows by the specimen's identity card, which it is told once."""
    owner = [card for card in _cards(place) if card["kind"] == "age_75"][1]
    done = place.directory / "id-card-known"
    if not done.exists():
        command = ["hall", "register-id-card", owner["person_id"], "--database", place.database]
        run(command, typed=f"{invented_card(SPECIMEN).number}\n")
        done.touch()
    return f"“{owner['label_zh']} · {owner['label_en']}”"


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
