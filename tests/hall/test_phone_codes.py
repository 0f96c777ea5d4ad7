"""A phone's code opens a session without a card: it must be good once, for a minute by the hall's clock, and give nobody
away to whoever reads it off the screen."""

from __future__ import annotations

import base64
import contextlib
import io
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hall.cli import main
from hall.database import Database
from hall.services import feed, identities
from hall.services.residents import phone_codes
from hall.settings import Settings
from hall.state import Hall
from offline_cache.wire import ReferenceKind, Resident
from tests.contract.conftest import TestHall
from tests.contract.terminals import TestTerminal

MOST_CHARACTERS = 122  # what a QR code of version 7 (45 modules) holds at error correction M


@pytest.fixture
def desk(hall: TestHall) -> TestTerminal:
    return hall.terminal("QP-01", "C3", "query_print")


def make(hall: TestHall, person: str = "P1") -> str:
    answer = hall.post("/v1/phone-codes", {"person_id": person})
    assert answer.status_code == 200, answer.text
    assert answer.json()["expires_at_ms"] == hall.clock.now_ms() + 60_000
    return str(answer.json()["code"])


def redeem(desk: TestTerminal, code: str) -> httpx.Response:
    return desk.http.post("/v1/residents/phone-codes", json={"code": code}, headers=desk.headers)


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code in (404, 409, 410)
    return str(answer.json()["code"])


def test_a_code_is_good_once(hall: TestHall, desk: TestTerminal) -> None:
    code = make(hall)
    assert redeem(desk, code).json() == {"person_id": "P1"}
    assert refusal(redeem(desk, code)) == "phone_code.used"
    assert refusal(redeem(hall.terminal("QP-02", "C3", "query_print"), code)) == "phone_code.used"


def test_a_code_lives_a_minute_by_the_hall_s_clock(hall: TestHall, desk: TestTerminal) -> None:
    late, in_time = make(hall), make(hall)
    hall.clock.time_ms += 59_999
    assert redeem(desk, in_time).json() == {"person_id": "P1"}
    hall.clock.time_ms += 1
    assert refusal(redeem(desk, late)) == "phone_code.expired"


def test_an_expired_code_stays_expired_when_the_hall_has_forgotten_it(
    hall: TestHall, desk: TestTerminal
) -> None:
    code = make(hall)
    hall.clock.time_ms += 60_000 + phone_codes.KEPT_MS + 1
    with hall.hall.database.writing() as session:
        phone_codes.forget_old(session, hall.clock.now_ms())
    desk.token = desk.fetch_token().json()["access_token"]
    assert refusal(redeem(desk, code)) == "phone_code.expired"


def test_what_the_hall_did_not_sign_is_unknown(hall: TestHall, desk: TestTerminal) -> None:
    code = make(hall)
    raw = bytearray(base64.urlsafe_b64decode(code.removeprefix("SH1.") + "="))
    raw[16] ^= 1  # a later end
    longer = "SH1." + base64.urlsafe_b64encode(raw).decode().rstrip("=")
    with hall.hall.database.writing() as session:
        foreign = phone_codes.make(session, Ed25519PrivateKey.generate(), "P1", hall.clock.now_ms()).code
    for wrong in (
        "",
        "SH1.",
        "SH1.====",
        "SH1.é",
        code[4:],
        code[:-2],
        code + "A",
        longer,
        foreign,
        desk.token[:600],
        "x" * 600,
    ):
        assert refusal(redeem(desk, wrong)) == "phone_code.unknown", wrong[:8]
    assert redeem(desk, code).status_code == 200


def test_a_code_says_nothing_of_the_person_and_fits_a_small_qr_code(hall: TestHall) -> None:
    first, second = make(hall), make(hall)
    raw = base64.urlsafe_b64decode(first.removeprefix("SH1.") + "=")
    assert first != second
    assert len(first) <= MOST_CHARACTERS
    assert b"P1" not in raw[:22]
    assert len(raw) == 16 + 6 + 64


def test_only_officers_make_codes_and_only_the_residents_terminals_redeem_them(
    hall: TestHall, desk: TestTerminal
) -> None:
    answer = hall.http.post("/v1/phone-codes", json={"person_id": "P1"}, headers=desk.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "role.not_allowed")
    assert hall.post("/v1/phone-codes", {"person_id": "P-nobody"}).json()["code"] == "resident.unknown"
    assert redeem(hall.terminal("CT-03"), make(hall)).json()["code"] == "role.not_allowed"


def test_the_command_prints_a_code_of_this_hall(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hall.sqlite3'}"
    database = Database(url)
    database.migrate()
    resident = Resident(person_id="P1", name="样本", birth_date="1950-01-01", short_number="1", home=[])
    with database.writing() as session:
        identities.identity(session)
        feed.publish(session, [feed.Record(ReferenceKind.RESIDENT, "P1", resident)])
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(["phone-code", "--person", "P1", "--database", url]) == 0
        assert main(["phone-code", "--person", "P2", "--database", url]) == 1
    code, complaint = printed.getvalue().splitlines()
    assert complaint.startswith("resident.unknown")
    hall = Hall(Settings(database=url))
    hall.open()
    with hall.database.writing() as session:
        assert phone_codes.redeem(session, hall.public_key, code, "QP-01", hall.now_ms()) == "P1"
    hall.close()
    database.close()
