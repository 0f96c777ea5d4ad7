"""A consent is the only ground on which a face may be kept, so the ledger must know each one, and a withdrawal must end all
of a person's at once, on every terminal, whatever reached the hall first."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from hall.services.front_desk import consent_counts, timers
from offline_cache.wire import LogRow, ReferenceKind, RowKind
from tests.contract.terminals import LUNCH_MS, MINUTE_MS, TestTerminal
from tests.hall.desks import DAY_MS, YEAR_MS, DeskHall, code_of, consent, deletion, visit, withdrawal


def state(desks: DeskHall, id: str = "c-1") -> str:
    told = desks.told(ReferenceKind.CONSENT, id)
    assert told is not None
    return str(told["state"])


def test_the_ledger_says_who_agreed_to_what_where_and_until_when(desks: DeskHall) -> None:
    assert code_of(desks.desk, consent(desks.desk)) == ""
    (line,) = desks.hall.get("/v1/consents", person="P1")
    assert line == {
        "consent_id": "c-1", "person_id": "P1", "purpose": "recognition", "terminal_id": "FD-01", "text_version": 1,
        "given_ms": LUNCH_MS, "given_by": "self", "guardian_id": "", "staff_id": "S-1", "until_ms": LUNCH_MS + YEAR_MS,
        "state": "active", "request_id": "",
    }  # fmt: skip
    told = desks.told(ReferenceKind.CONSENT, "c-1")
    assert told is not None
    assert (told["terminal_id"], told["state"]) == ("FD-01", "active")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person_id": "NOBODY"}, "consent_given.person_unknown"),
        ({"text_version": 7}, "consent_given.text_unknown"),
        ({"until_ms": LUNCH_MS}, "consent_given.until_wrong"),
        ({"help": ["speak_up"]}, "consent_given.help_unknown"),
        ({"purpose": "preferred_help", "help": ["diabetes"]}, "consent_given.help_unknown"),
        ({"purpose": "preferred_help", "help": ["speak_up", "speak_up"]}, "consent_given.help_unknown"),
        ({"person_id": "CHILD"}, "consent_given.guardian_missing"),
        ({"person_id": "CHILD", "given_by": "guardian"}, "consent_given.guardian_missing"),
        ({"person_id": "CHILD", "given_by": "guardian", "guardian_id": "CHILD"}, "consent_given.guardian_missing"),
        ({"person_id": "CHILD", "given_by": "guardian", "guardian_id": "TEEN"}, "consent_given.guardian_missing"),
        ({"person_id": "CHILD", "given_by": "guardian", "guardian_id": "P1"}, ""),
        ({"person_id": "TEEN"}, ""),
    ],
)  # fmt: skip
def test_what_is_no_consent_is_refused(desks: DeskHall, changes: dict[str, Any], code: str) -> None:
    assert code_of(desks.desk, consent(desks.desk, **changes)) == code
    assert (desks.told(ReferenceKind.CONSENT, "c-1") is not None) == (code == "")


def test_one_consent_is_given_once(desks: DeskHall) -> None:
    assert code_of(desks.desk, consent(desks.desk)) == ""
    assert code_of(desks.other, consent(desks.other)) == "consent_given.repeated"


def test_a_withdrawal_ends_every_consent_and_waits_for_every_terminal(desks: DeskHall) -> None:
    asker = desks.hall.terminal("QP-01", "C7", "query_print")
    desks.desk.push(consent(desks.desk, "c-1"))
    desks.other.push(consent(desks.other, "c-2"))
    desks.desk.push(consent(desks.desk, "h-1", purpose="preferred_help", help=["speak_up"]))
    person = desks.told(ReferenceKind.DESK_PERSON, "P1")
    assert person is not None
    assert person["help"] == ["speak_up"]

    asker.push(withdrawal(asker))
    assert [state(desks, id) for id in ("c-1", "c-2", "h-1")] == ["revoked", "revoked", "deleted"]
    assert desks.told(ReferenceKind.DESK_PERSON, "P1") is None  # nothing else is said of her
    request = desks.told(ReferenceKind.WITHDRAWAL, "w-1")
    assert request is not None
    assert (request["state"], request["waiting"]) == ("pending", ["FD-01", "FD-02"])

    desks.desk.push(deletion(desks.desk, "c-1"))
    request = desks.told(ReferenceKind.WITHDRAWAL, "w-1")
    assert request is not None
    assert (request["state"], request["deleted"], request["waiting"]) == ("pending", ["FD-01"], ["FD-02"])
    desks.other.push(deletion(desks.other, "c-2"))
    request = desks.told(ReferenceKind.WITHDRAWAL, "w-1")
    assert request is not None
    assert (request["state"], request["deleted"]) == ("deleted", ["FD-01", "FD-02"])
    kinds = {change["kind"] for change in asker.pull(limit=5000)["changes"]}
    assert {"consent", "withdrawal"} <= kinds


def test_only_the_terminal_that_held_it_can_say_that_it_is_gone(desks: DeskHall) -> None:
    desks.desk.push(consent(desks.desk))
    desks.other.push(withdrawal(desks.other))
    desks.other.push(deletion(desks.other))
    assert state(desks) == "revoked"
    desks.desk.push(deletion(desks.desk))
    assert state(desks) == "deleted"


def test_the_order_of_arrival_changes_nothing(desks: DeskHall) -> None:
    """Given, taken back, deleted, and given anew elsewhere: rows of three terminals."""
    ends = []
    for at, order in enumerate(list(permutations(range(4)))[::4]):
        terminals = {
            name: desks.hall.terminal(f"{name}-{at}", "C3", "front_desk") for name in ("A", "B", "C")
        }
        person = {"person_id": "P1" if at % 2 else "P2"}
        first, asker, last = terminals.values()
        steps: list[tuple[TestTerminal, LogRow]] = [
            (first, consent(first, f"old-{at}", LUNCH_MS, **person)),
            (first, deletion(first, f"old-{at}", LUNCH_MS + 5 * MINUTE_MS)),
            (asker, withdrawal(asker, f"w-{at}", person["person_id"], LUNCH_MS + MINUTE_MS)),
            (last, consent(last, f"new-{at}", LUNCH_MS + 10 * MINUTE_MS, **person)),
        ]
        for place in order:
            terminal, row = steps[place]
            assert terminal.send([row]).json()["results"][0]["result"] == "new"
        request = desks.told(ReferenceKind.WITHDRAWAL, f"w-{at}")
        assert request is not None
        ends.append(
            (state(desks, f"old-{at}"), state(desks, f"new-{at}"), request["state"], len(request["deleted"]))
        )
        # Later rounds must not withdraw this one.
        last.push(deletion(last, f"new-{at}", LUNCH_MS + 11 * MINUTE_MS))
    assert {end[:3] for end in ends} == {("deleted", "active", "deleted")}


def test_a_late_consent_that_is_older_than_a_withdrawal_is_revoked_on_arrival(desks: DeskHall) -> None:
    desks.other.push(withdrawal(desks.other))
    request = desks.told(ReferenceKind.WITHDRAWAL, "w-1")
    assert request is not None
    assert request["state"] == "deleted"
    desks.desk.push(consent(desks.desk, at_ms=LUNCH_MS - MINUTE_MS))
    assert state(desks) == "revoked"
    request = desks.told(ReferenceKind.WITHDRAWAL, "w-1")
    assert request is not None
    assert (request["state"], request["waiting"]) == ("pending", ["FD-01"])


def test_where_no_clock_can_say_the_withdrawal_came_last(desks: DeskHall) -> None:
    desks.desk.push(consent(desks.desk, at_ms=LUNCH_MS + 30 * MINUTE_MS, trusted=False))
    desks.other.push(withdrawal(desks.other, at_ms=LUNCH_MS))
    assert state(desks) == "revoked"


def test_in_one_log_the_order_of_rows_says_what_came_last(desks: DeskHall) -> None:
    rows = [
        withdrawal(desks.desk, at_ms=LUNCH_MS + MINUTE_MS, trusted=False),
        consent(desks.desk, at_ms=LUNCH_MS, trusted=False),
    ]
    desks.desk.push(*rows)
    assert state(desks) == "active"


def test_a_consent_ends_unused_and_lasts_when_used(desks: DeskHall) -> None:
    desks.desk.push(consent(desks.desk, "c-1", until_ms=LUNCH_MS + 10 * DAY_MS))
    desks.desk.push(consent(desks.desk, "c-2", person_id="P2", until_ms=LUNCH_MS + 10 * DAY_MS))
    desks.hall.clock.time_ms = LUNCH_MS + 6 * DAY_MS
    desks.desk.token = desks.desk.fetch_token().json()["access_token"]
    desks.desk.push(visit(desks.desk, at_ms=LUNCH_MS + 6 * DAY_MS))
    told = desks.told(ReferenceKind.CONSENT, "c-1")
    assert told is not None
    assert told["until_ms"] == LUNCH_MS + 16 * DAY_MS
    desks.hall.clock.time_ms = LUNCH_MS + 11 * DAY_MS
    timers.turn_day(desks.database, desks.now_ms())
    assert (state(desks, "c-1"), state(desks, "c-2")) == ("active", "revoked")
    desks.hall.clock.time_ms = LUNCH_MS + 17 * DAY_MS
    timers.turn_day(desks.database, desks.now_ms())
    assert state(desks, "c-1") == "revoked"


def test_people_are_counted_once_and_alarms_are_raised_at_the_limits(
    desks: DeskHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consent_counts, "NEAR", 2)
    monkeypatch.setattr(consent_counts, "FULL", 3)
    desks.desk.push(consent(desks.desk, "c-1"))
    desks.other.push(consent(desks.other, "c-2"))  # the same person elsewhere
    desks.desk.push(consent(desks.desk, "h-1", purpose="preferred_help", person_id="P3"))
    assert desks.hall.get("/v1/consents/count") == {"persons": 1, "alarm": ""}
    desks.desk.push(consent(desks.desk, "c-3", person_id="P2"))
    assert desks.hall.get("/v1/consents/count") == {"persons": 2, "alarm": "near"}
    desks.desk.push(consent(desks.desk, "c-4", person_id="P4"))
    assert desks.hall.get("/v1/consents/count") == {"persons": 3, "alarm": "full"}
    terminal = next(each for each in desks.hall.get("/v1/terminals") if each["terminal_id"] == "FD-01")
    assert [each["kind"] for each in terminal["alarms"]] == ["consents.near", "consents.full"]
    desks.desk.push(withdrawal(desks.desk, person_id="P4"))
    assert desks.hall.get("/v1/consents/count") == {"persons": 2, "alarm": "near"}


def test_the_real_limits_leave_time_before_a_hundred_thousand() -> None:
    assert (consent_counts.NEAR, consent_counts.FULL) == (80_000, 95_000)


def test_a_refusal_is_a_number_and_nobody_s(desks: DeskHall) -> None:
    for _ in range(3):
        row = desks.door.log.add(RowKind.CONSENT_REFUSED, {"purpose": "recognition", "text_version": 1})
        assert code_of(desks.door, row) == ""
    named = {"purpose": "recognition", "text_version": 1, "person_id": "P1"}
    assert (
        code_of(desks.door, desks.door.log.add(RowKind.CONSENT_REFUSED, named)) == "consent_refused.malformed"
    )
    refusals = desks.hall.get("/v1/consents/refusals")
    assert refusals == [{"purpose": "recognition", "text_version": 1, "refused": 3}]
