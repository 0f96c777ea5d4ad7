"""Only an enrolled terminal may send meals, only while it is not revoked, and nobody can send its old words again."""

from __future__ import annotations

import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hall.models import Terminal
from hall.settings import ENROLMENT_DAYS
from tests.contract.conftest import TestHall

DAY_MS = 24 * 3_600_000


def invite(hall: TestHall, terminal_id: str = "CT-03") -> str:
    return hall.invite(terminal_id, "C3", "canteen")


def test_time_is_for_everybody(hall: TestHall) -> None:
    assert hall.http.get("/v1/time").json() == {"hall_time_ms": hall.clock.now_ms()}


def test_enrolment_gives_a_name_a_site_and_the_card_key(hall: TestHall) -> None:
    terminal = hall.terminal()
    enrolled = terminal.enrolled
    assert (enrolled["terminal_id"], enrolled["site_id"], enrolled["role"]) == ("CT-03", "C3", "canteen")
    assert len(bytes.fromhex(enrolled["card_key"])) == 32
    (shown,) = hall.get("/v1/terminals")
    assert (shown["state"], shown["software"], shown["last_seen_ms"]) == (
        "enrolled",
        "test",
        hall.clock.now_ms(),
    )


def test_a_code_is_good_once_but_a_lost_answer_may_be_asked_for_again(hall: TestHall) -> None:
    code = invite(hall)
    mine = {"code": code, "public_key": "A" * 43, "software": "test"}
    first = hall.http.post("/v1/enrolments", json=mine)
    assert first.status_code == 200
    assert hall.http.post("/v1/enrolments", json=mine).json() == first.json()
    stolen = hall.http.post("/v1/enrolments", json={**mine, "public_key": "B" * 42 + "A"})
    assert (stolen.status_code, stolen.json()["code"]) == (403, "enrolment.code_used")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"code": "WRONG"}, 403, "enrolment.code_unknown"),
        ({"public_key": "short"}, 422, "enrolment.key_malformed"),
        ({"public_key": "&" * 43}, 422, "enrolment.key_malformed"),
        ({"extra": 1}, 422, "request.malformed"),
    ],
)
def test_bad_enrolments(hall: TestHall, changes: dict[str, object], status: int, code: str) -> None:
    body = {"code": invite(hall), "public_key": "A" * 43, "software": "test", **changes}
    answer = hall.http.post("/v1/enrolments", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_code_grows_old(hall: TestHall) -> None:
    code = invite(hall)
    hall.clock.time_ms += DAY_MS + 1
    answer = hall.http.post("/v1/enrolments", json={"code": code, "public_key": "A" * 43, "software": "test"})
    assert answer.json()["code"] == "enrolment.code_expired"


def test_the_hall_keeps_no_secret_in_the_clear(hall: TestHall) -> None:
    code = invite(hall)
    with hall.hall.database.reading() as session:
        kept = session.connection().exec_driver_sql("SELECT code_hash FROM enrolment_codes").scalars().all()
        tokens = session.connection().exec_driver_sql("SELECT token_hash FROM operators").scalars().all()
    assert code not in kept
    assert hall.officer["Authorization"].removeprefix("Bearer ") not in tokens


# --- tokens -----------------------------------------------------------------------------------------------------


def test_an_assertion_is_used_up(hall: TestHall) -> None:
    terminal = hall.terminal()
    assertion = terminal.assertion()
    assert terminal.fetch_token(assertion).status_code == 200
    answer = terminal.fetch_token(assertion)
    assert (answer.status_code, answer.json()["code"]) == (401, "token.replayed")


def test_bad_assertions(hall: TestHall) -> None:
    terminal = hall.terminal()
    now_s = hall.clock.now_ms() // 1000
    forged = jwt.encode(
        jwt.decode(terminal.assertion(), options={"verify_signature": False}),
        Ed25519PrivateKey.generate(),
        "EdDSA",
    )
    symmetric = jwt.encode(
        jwt.decode(terminal.assertion(), options={"verify_signature": False}), "secret" * 8, algorithm="HS256"
    )
    cases = {
        "not a jwt": "token.assertion_malformed",
        forged: "token.signature_wrong",
        symmetric: "token.assertion_malformed",
        terminal.assertion(aud="another hall"): "token.audience_wrong",
        terminal.assertion(exp=now_s - 61): "token.assertion_expired",
        terminal.assertion(exp=now_s + 361): "token.lifetime_too_long",
        terminal.assertion(exp="soon"): "token.assertion_malformed",
        terminal.assertion(jti=""): "",
        terminal.assertion(sub="CT-99", iss="CT-99"): "token.terminal_unknown",
        terminal.assertion(iss="CT-99"): "token.terminal_unknown",
    }
    for assertion, code in cases.items():
        answer = terminal.fetch_token(assertion)
        assert (answer.status_code, answer.json().get("code", "")) == (401 if code else 200, code), code


def test_a_terminal_whose_clock_is_a_minute_off_still_gets_a_token(hall: TestHall) -> None:
    terminal = hall.terminal()
    now_s = hall.clock.now_ms() // 1000
    assert terminal.fetch_token(terminal.assertion(exp=now_s - 30)).status_code == 200
    assert terminal.fetch_token(terminal.assertion(exp=now_s + 330)).status_code == 200


def test_another_grant_is_not_given(hall: TestHall) -> None:
    terminal = hall.terminal()
    answer = terminal.fetch_token(grant_type="password")
    assert (answer.status_code, answer.json()["code"]) == (400, "token.grant_unsupported")


def test_a_token_expires_by_the_hall_s_clock(hall: TestHall) -> None:
    terminal = hall.terminal()
    hall.clock.time_ms += 899_000
    terminal.pull()
    hall.clock.time_ms += 1_000
    answer = hall.http.get("/v1/changes", headers=terminal.headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "token.expired")


def test_the_token_lists_the_routes_of_its_role(hall: TestHall) -> None:
    claims = jwt.decode(hall.terminal().token, options={"verify_signature": False})
    sync = ["POST /v1/transactions", "GET /v1/changes", "GET /v1/events"]
    routes = [*sync, "POST /v1/help-calls", "POST /v1/reports"]
    assert (claims["sub"], claims["role"], claims["routes"]) == ("CT-03", "canteen", routes)


def test_a_token_that_the_hall_did_not_sign(hall: TestHall) -> None:
    claims = jwt.decode(hall.terminal().token, options={"verify_signature": False})
    for key, algorithm in ((Ed25519PrivateKey.generate(), "EdDSA"), ("x" * 64, "HS256")):
        headers = {"Authorization": f"Bearer {jwt.encode(claims, key, algorithm=algorithm)}"}
        answer = hall.http.get("/v1/changes", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "token.invalid")


def test_revocation_works_at_once(hall: TestHall) -> None:
    terminal = hall.terminal()
    terminal.pull()
    assert hall.post("/v1/terminals/CT-03/revocation").status_code == 204
    assert hall.post("/v1/terminals/CT-03/revocation").status_code == 204
    answer = hall.http.get("/v1/changes", headers=terminal.headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "token.terminal_revoked")
    assert terminal.fetch_token().json()["code"] == "token.terminal_revoked"
    assert hall.post("/v1/terminals/CT-99/revocation").json()["code"] == "terminal.unknown"
    again = hall.terminal()
    again.pull()
    assert hall.http.get("/v1/changes", headers=again.headers).status_code == 200


def test_a_new_enrolment_shuts_the_old_key_out(hall: TestHall) -> None:
    old = hall.terminal()
    hall.terminal()
    assert old.fetch_token().json()["code"] == "token.signature_wrong"


def test_the_hall_s_clock_is_not_the_machine_s(hall: TestHall) -> None:
    assert abs(hall.clock.now_ms() - time.time() * 1000) > DAY_MS
    assert hall.terminal().fetch_token().status_code == 200


# --- the end of an enrolment --------------------------------------------------------------------------------------


def test_an_enrolment_says_when_it_ends(hall: TestHall) -> None:
    terminal = hall.terminal()
    ends_ms = hall.clock.now_ms() + ENROLMENT_DAYS * DAY_MS
    assert terminal.enrolled["expires_at_ms"] == ends_ms
    assert terminal.fetch_token().json()["enrolment_expires_at_ms"] == ends_ms
    (shown,) = hall.get("/v1/terminals")
    assert shown["enrolment_expires_at_ms"] == ends_ms


def test_after_its_end_there_is_no_token_and_none_is_good_any_more(hall: TestHall) -> None:
    terminal = hall.terminal()
    hall.clock.time_ms += ENROLMENT_DAYS * DAY_MS - 1
    terminal.token = terminal.fetch_token().json()["access_token"]
    terminal.pull()
    hall.clock.time_ms += 1
    answer = hall.http.get("/v1/changes", headers=terminal.headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "identity.expired")
    answer = terminal.fetch_token()
    assert (answer.status_code, answer.json()["code"]) == (401, "identity.expired")


def test_only_who_has_the_key_learns_that_it_ended(hall: TestHall) -> None:
    terminal = hall.terminal()
    hall.clock.time_ms += ENROLMENT_DAYS * DAY_MS
    claims = jwt.decode(terminal.assertion(), options={"verify_signature": False})
    forged = jwt.encode(claims, Ed25519PrivateKey.generate(), "EdDSA")
    assert terminal.fetch_token(forged).json()["code"] == "token.signature_wrong"


def test_a_renewed_enrolment_goes_on_with_the_same_key(hall: TestHall) -> None:
    terminal = hall.terminal()
    hall.clock.time_ms += (ENROLMENT_DAYS + 1) * DAY_MS
    assert hall.post("/v1/terminals/CT-03/renewal").status_code == 204
    answer = terminal.fetch_token().json()
    assert answer["enrolment_expires_at_ms"] == hall.clock.now_ms() + ENROLMENT_DAYS * DAY_MS
    terminal.token = answer["access_token"]
    terminal.pull()


def test_what_was_never_enrolled_or_is_revoked_cannot_be_renewed(hall: TestHall) -> None:
    assert hall.post("/v1/terminals/CT-03/renewal").json()["code"] == "terminal.unknown"
    invite(hall)
    assert hall.post("/v1/terminals/CT-03/renewal").json()["code"] == "terminal.not_enrolled"
    terminal = hall.terminal()
    hall.post("/v1/terminals/CT-03/revocation")
    answer = hall.post("/v1/terminals/CT-03/renewal")
    assert (answer.status_code, answer.json()["code"]) == (409, "terminal.not_enrolled")
    assert terminal.fetch_token().json()["code"] == "token.terminal_revoked"


def test_an_enrolment_from_before_there_was_an_end_goes_on(hall: TestHall) -> None:
    terminal = hall.terminal()
    with hall.hall.database.writing() as session:
        session.get_one(Terminal, "CT-03").enrolment_expires_at_ms = None
    hall.clock.time_ms += 10 * ENROLMENT_DAYS * DAY_MS
    assert terminal.fetch_token().json()["enrolment_expires_at_ms"] is None
