"""`kiosk`: run, enrol, queue, check-config, devices, faces, doctor. Each command's words say what it does and what comes next."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import devices_command, faces_command
from kiosk.config import Settings
from kiosk.config_errors import ConfigError
from kiosk.i18n import LOCALES, Translator
from kiosk.release import SOFTWARE
from kiosk.watchdog import Watchdog

if TYPE_CHECKING:
    from kiosk.loading import LoadingTerminal
    from kiosk.terminal import Terminal

WRONG_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 it failed (the reason is on standard error), 2 wrong words."""
    parser = _parser()
    chosen, others = parser.parse_known_args(arguments)
    if chosen.command is _queue:
        chosen.words += others
    elif others:
        parser.error(f"not understood: {' '.join(others)}")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = Settings.load(chosen.config) if chosen.config is not None else None
    except ConfigError as error:
        _complain(error)
        return 1
    command: Callable[[argparse.Namespace, Settings | None], int] = chosen.command
    return command(chosen, settings)


def _complain(error: ConfigError) -> None:
    """Where and what, then what it means and what to do: in every language, since the file that names one is not read."""
    print(f"{error.code}: {error}", file=sys.stderr)
    for locale in LOCALES:
        print("  ".join(("", *Translator(locale).sentence(error.code))), file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="A terminal of a community service hall.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run the terminal", allow_abbrev=False)
    run.add_argument(
        "--headless", action="store_true", help="no screen: pages as JSON lines on standard output"
    )
    run.set_defaults(command=_run)
    enrol = commands.add_parser("enrol", help="make this terminal known to the hall", allow_abbrev=False)
    enrol.add_argument(
        "--code", required=True, help="the one-time code that the hall gave out for this terminal"
    )
    enrol.set_defaults(command=_enrol)
    check = commands.add_parser(
        "check-config", help="check the configuration and print what it comes to", allow_abbrev=False
    )
    check.set_defaults(command=_check_config)
    waiting = commands.add_parser(
        "queue", help="what waits to be sent: list, verify, export, salvage", allow_abbrev=False
    )
    waiting.add_argument(
        "words", nargs="*", help="list (also when left out), verify, export FILE or salvage FILE"
    )
    waiting.set_defaults(command=_queue)
    doctor = commands.add_parser(
        "doctor", help="look at everything: devices, hall, clock, disk, certificate", allow_abbrev=False
    )
    doctor.add_argument("--json", action="store_true", help="one JSON object, signed, instead of a table")
    doctor.set_defaults(command=_doctor)
    for each in (run, enrol, check, waiting, doctor):
        each.add_argument("--config", type=Path, required=True, help="the terminal's TOML file")
    devices = commands.add_parser(
        "devices", help="what is plugged in: scan, export SLOT FILE, replay CASE, learn SLOT"
    )
    devices_command.add_words(devices)
    devices.set_defaults(command=_devices)
    faces = commands.add_parser("faces", help="face recognition: calibrate FOLDER")
    faces_command.add_words(faces)
    faces.set_defaults(command=_faces)
    return parser


def _check_config(chosen: argparse.Namespace, settings: Settings) -> int:
    print(json.dumps(settings.model_dump(mode="json"), indent=2, ensure_ascii=False))
    return 0


def _queue(chosen: argparse.Namespace, settings: Settings) -> int:
    from kiosk import queue

    return queue.run(chosen.words or ["list"], settings)


def _devices(chosen: argparse.Namespace, settings: Settings | None) -> int:
    return devices_command.run(chosen, settings)


def _faces(chosen: argparse.Namespace, settings: Settings | None) -> int:
    return faces_command.run(chosen, settings)


def _doctor(chosen: argparse.Namespace, settings: Settings) -> int:
    from kiosk import doctor

    return doctor.run(settings, as_json=chosen.json)


def _enrol(chosen: argparse.Namespace, settings: Settings) -> int:
    from offline_cache.db import StorageError
    from offline_cache.hall_client import HallClient, HallError
    from offline_cache.identity import Identity, IdentityError, TerminalKey

    directory = settings.terminal.data_dir
    try:
        key = TerminalKey.load_or_make(directory)
        enrolled = HallClient(settings.terminal.hall_url).enrol(chosen.code, key.public_text(), SOFTWARE)
        if enrolled.terminal_id != settings.terminal.id:
            print(
                f"identity.other_terminal: this code is for {enrolled.terminal_id}, the configuration says "
                f"{settings.terminal.id}. Ask the hall for a code for this terminal.",
                file=sys.stderr,
            )
            return 1
        Identity.save(directory, key, enrolled)
    except (HallError, IdentityError, StorageError) as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    print(f"{enrolled.terminal_id} is enrolled at {enrolled.site_id}.")
    return 0


# A thread that has the interpreter may keep it for so long before the screen gets its turn; the default is 5 ms.
SWITCH_S = 0.001


def _run(chosen: argparse.Namespace, settings: Settings) -> int:
    sys.setswitchinterval(SWITCH_S)
    run = _run_headless if chosen.headless else _run_with_face
    run(settings, Watchdog())
    return 0


def _run_headless(settings: Settings, watchdog: Watchdog) -> None:
    from kiosk.headless import run_headless
    from kiosk.terminal import Terminal

    terminal = Terminal(settings)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    watchdog.ready()
    with _stopped_at_the_end(terminal, watchdog):
        run_headless(terminal, stopping, sys.stdout, watchdog.alive)


def _run_with_face(settings: Settings, watchdog: Watchdog) -> None:
    from kiosk.loading import LoadingTerminal
    from screens import app

    terminal = LoadingTerminal(settings)
    with _stopped_at_the_end(terminal, watchdog):
        app.run(
            terminal,
            settings.screen,
            locale=settings.terminal.locale,
            on_first_frame=watchdog.ready,
            on_flip=terminal.drawn,
            on_frame=watchdog.alive,
        )


@contextmanager
def _stopped_at_the_end(terminal: Terminal | LoadingTerminal, watchdog: Watchdog) -> Iterator[None]:
    try:
        yield
    finally:
        watchdog.stopping()
        terminal.stop()
