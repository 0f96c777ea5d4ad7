"""`python -m hall`: serve, seed, and what an officer needs at the machine."""

from __future__ import annotations

import argparse
import getpass
import json
import logging
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias

from hall import auth, seed, seed_residents
from hall.auth import ROLES
from hall.catalogue.load import CatalogueProblem
from hall.catalogue.whole import shipped
from hall.clock import HallClock, ShiftedClock, SystemClock, local_date
from hall.database import Database
from hall.errors import HallProblem
from hall.server import HallServer
from hall.services import cards as card_services
from hall.services import catalogue, identities
from hall.services.residents import phone_codes
from hall.settings import ENROLMENT_DAYS, Settings, database_url, public_url

Commands: TypeAlias = (
    "argparse._SubParsersAction[argparse.ArgumentParser]"  # add_subparsers gives no public name
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status."""
    chosen = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        status: int = chosen.run(chosen)
    except HallProblem as problem:
        print(f"{problem.problem.code}: {problem.problem.message}")
        return 1
    except seed.SeedProblem as problem:
        print(f"seed: {problem}")
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hall", description="The central hall of community service terminals."
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    serve = _command(commands, "serve", _serve, 'serve the API; prints {"url": …} when ready')
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8700, help="0 takes a free one")
    serve.add_argument(
        "--clock-file", type=Path, help="demo: JSON file whose offset_ms shifts the hall's clock"
    )

    serve.add_argument(
        "--enrolment-days",
        type=int,
        default=ENROLMENT_DAYS,
        help="how long a terminal may call before it is renewed (%(default)s)",
    )

    serve.add_argument(
        "--public-url",
        default=public_url(),
        help="where phones find this hall (or set HALL_PUBLIC_URL); where it serves if not given",
    )

    serve.add_argument(
        "--family-messages",
        choices=("ok", "fail", "never"),
        default="ok",
        help="how the sandbox in place of a carrier answers; nobody is told anything (%(default)s)",
    )

    sow = _command(commands, "seed", _seed, "fill an empty database with a generated town")
    sow.add_argument("--residents", type=int, default=seed.RESIDENTS)
    sow.add_argument("--days", type=int, default=seed.DAYS, help="days of menus and orders, back and forward")
    sow.add_argument(
        "--from", dest="start", type=date.fromisoformat, help="the day in the middle; today if not given"
    )
    sow.add_argument("--small", action="store_true", help="300 residents and 3 days, for tests")
    sow.add_argument("--tariffs", type=Path, default=seed.TARIFFS, help="directory of tariff TOML files")
    sow.add_argument("--tariff", default=seed.TARIFF, help="id of the tariff that all canteens use")
    sow.add_argument("--cards", type=Path, help="write the cards worth tapping to this JSON file")
    sow.add_argument(
        "--id-cards",
        type=Path,
        help="write the identity cards of the service hall's people to this JSON file",
    )
    sow.add_argument("--all-cards", type=Path, help="write every card to this JSON file")

    code = _command(commands, "enrol-code", _enrol_code, "print a one-time code that enrols a terminal")
    code.add_argument("terminal_id")
    code.add_argument("site_id")
    code.add_argument("role", choices=sorted(ROLES))

    summary = "print a bearer token for an officer, or for a platform that reports alarms"
    token = _command(commands, "operator-token", _operator_token, summary)
    token.add_argument("name")
    token.add_argument("--kind", choices=("officer", "platform"), default="officer")

    summary = (
        "let a resident identify with an ID card, whose number is asked for (or read from standard input)"
    )
    id_card = _command(commands, "register-id-card", _register_id_card, summary)
    id_card.add_argument("person_id")

    phone = _command(
        commands, "phone-code", _phone_code, "print a one-time code, as a resident's phone would show it"
    )
    phone.add_argument("--person", required=True, help="person_id of a resident")
    phone.add_argument("--clock-file", type=Path, help="as of serve: a code lives by the hall's clock")

    _command(
        commands, "publish-catalogue", _publish_catalogue, "tell terminals what has changed in the catalogue"
    )

    renew = _command(commands, "renew", _renew, "let an enrolled terminal go on; it needs no new code")
    renew.add_argument("terminal_id")
    renew.add_argument("--days", type=int, default=ENROLMENT_DAYS, help="from today (%(default)s)")

    revoke = _command(commands, "revoke", _revoke, "shut a terminal out at once")
    revoke.add_argument("terminal_id")
    return parser


def _command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], summary: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary)
    parser.set_defaults(run=run)
    parser.add_argument(
        "--database", default=database_url(), help="SQLAlchemy URL (or set HALL_DATABASE_URL)"
    )
    return parser


def _serve(chosen: argparse.Namespace) -> int:
    clock: HallClock = ShiftedClock(chosen.clock_file) if chosen.clock_file else SystemClock()
    settings = Settings(
        database=chosen.database,
        clock=clock,
        enrolment_days=chosen.enrolment_days,
        public_url=chosen.public_url,
        family_messages=chosen.family_messages,
    )
    server = HallServer(
        settings, chosen.host, chosen.port, lambda url: print(json.dumps({"url": url}), flush=True)
    )
    server.run()
    return 0 if server.started else 1


def _opened(url: str) -> Database:
    database = Database(url)
    database.migrate()
    return database


def _seed(chosen: argparse.Namespace) -> int:
    town = seed.Town(
        residents=seed.SMALL_RESIDENTS if chosen.small else chosen.residents,
        days=seed.SMALL_DAYS if chosen.small else chosen.days,
        start=chosen.start or local_date(SystemClock().now_ms()),
        tariffs=chosen.tariffs,
        tariff=chosen.tariff,
    )
    database = _opened(chosen.database)
    cards = seed.sow(database, town)
    if chosen.cards:
        seed.write_cards(chosen.cards, [card for card in cards if card.kind != seed.ORDINARY])
    if chosen.id_cards:
        seed_residents.write_id_cards(chosen.id_cards, town.start)
    if chosen.all_cards:
        seed.write_cards(chosen.all_cards, cards)
    database.close()
    return 0


def _enrol_code(chosen: argparse.Namespace) -> int:
    database = _opened(chosen.database)
    with database.writing() as session:
        code = identities.invite(
            session, chosen.terminal_id, chosen.site_id, chosen.role, SystemClock().now_ms()
        )
    print(code)
    database.close()
    return 0


def _operator_token(chosen: argparse.Namespace) -> int:
    database = _opened(chosen.database)
    with database.writing() as session:
        print(identities.appoint(session, chosen.name, SystemClock().now_ms(), chosen.kind))
    database.close()
    return 0


def _register_id_card(chosen: argparse.Namespace) -> int:
    """The number is no argument: those stand in the shell's history and in the list of processes."""
    number = getpass.getpass("ID number: ") if sys.stdin.isatty() else sys.stdin.readline()
    database = _opened(chosen.database)
    with database.writing() as session:
        card_services.register_id_card(session, chosen.person_id, number.strip().upper())
    database.close()
    return 0


def _phone_code(chosen: argparse.Namespace) -> int:
    clock: HallClock = ShiftedClock(chosen.clock_file) if chosen.clock_file else SystemClock()
    database = _opened(chosen.database)
    with database.writing() as session:
        key = auth.signing_key(identities.identity(session))
        print(phone_codes.make(session, key, chosen.person, clock.now_ms()).code)
    database.close()
    return 0


def _publish_catalogue(chosen: argparse.Namespace) -> int:
    database = _opened(chosen.database)
    try:
        with database.writing() as session:
            told = catalogue.publish(session, shipped(), SystemClock().now_ms())
    except (CatalogueProblem, catalogue.VersionProblem) as problem:
        print(f"publish-catalogue: {problem}")
        return 1
    finally:
        database.close()
    for kind in told.changed:
        print(f"{kind}: {told.changed[kind]} told, {told.removed[kind]} removed")
    return 0


def _renew(chosen: argparse.Namespace) -> int:
    database = _opened(chosen.database)
    with database.writing() as session:
        ends_ms = identities.renew(session, chosen.terminal_id, chosen.days, SystemClock().now_ms())
    print(f"{chosen.terminal_id} is enrolled until {local_date(ends_ms)}.")
    database.close()
    return 0


def _revoke(chosen: argparse.Namespace) -> int:
    database = _opened(chosen.database)
    with database.writing() as session:
        identities.revoke(session, chosen.terminal_id, SystemClock().now_ms())
    database.close()
    return 0
