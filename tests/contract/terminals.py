"""A terminal as a test needs it: a key, a log that chains its rows, and pushes that are sent twice."""

from __future__ import annotations

import base64
import gzip
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offline_cache.wire import GENESIS_HASH, Line, LogRow, MealBody, PushAnswer, RowKind, chain_hash

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
DATE = "2026-03-02"
LUNCH_MS = 1_772_422_200_000  # 2026-03-02 11:30 in Shanghai
MINUTE_MS = 60_000
BAND = Line(
    code="age", fund="zone_meal_fund", amount=550, public=True, label_zh="高龄补贴", label_en="Age subsidy"
)
WELFARE = Line(
    code="welfare", fund="welfare_card", amount=200, public=True, label_zh="福利卡", label_en="Welfare"
)
DAY_FUND = Line(
    code="day_line", fund="day_fund", amount=500, public=True, label_zh="日补", label_en="Day fund"
)


def meal_body(person_id: str | None, **changes: Any) -> dict[str, Any]:
    """A lunch at C3 on 12.00, paid from the purse; the own part follows from the lines unless it is given."""
    lines = changes.pop("lines", [BAND] if person_id else [])
    list_price = changes.get("list_price", 1200)
    own_part = list_price - sum(line.amount for line in lines)
    facts: dict[str, Any] = {
        "site_id": "C3",
        "operator_id": "OP-1",
        "person_id": person_id,
        "card_ref": None if person_id is None else f"{person_id}-card",
        "service_date": DATE,
        "period": "lunch",
        "period_declared": False,
        "tariff_id": "plain",
        "tariff_version": 1,
        "band": "age_75",
        "list_price": list_price,
        "lines": lines,
        "own_part": own_part,
        "purse_part": own_part if person_id else 0,
        "cash_part": 0 if person_id else own_part,
        "owed_part": 0,
        "welfare_part": sum(line.amount for line in lines if line.code == "welfare"),
        "subsidised": bool(lines),
        "identified_by": "card" if person_id else "guest",
        "staff_id": None,
        "online": True,
        "flags": [],
    }
    return MealBody.model_validate({**facts, **changes}).model_dump(mode="json")


@dataclass
class LogWriter:
    """Writes one log as a terminal does."""

    terminal_id: str
    log_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    rows: list[LogRow] = field(default_factory=list)

    def add(
        self, kind: RowKind, body: dict[str, Any], at_ms: int = LUNCH_MS, trusted: bool = True, **columns: Any
    ) -> LogRow:
        row = {
            "txn_id": str(uuid.uuid4()),
            "terminal_id": self.terminal_id,
            "log_id": self.log_id,
            "seq": len(self.rows) + 1,
            "kind": kind.value,
            "occurred_at_ms": at_ms,
            "monotonic_ms": at_ms - LUNCH_MS + 36_000_000,
            "boot_id": "boot-1",
            "clock_trusted": trusted,
            "body": body,
            "prev_hash": self.rows[-1].hash if self.rows else GENESIS_HASH,
            **columns,
        }
        self.rows.append(LogRow.model_validate({**row, "hash": chain_hash(row)}))
        return self.rows[-1]

    def meal(
        self, person_id: str | None, at_ms: int = LUNCH_MS, trusted: bool = True, **changes: Any
    ) -> LogRow:
        return self.add(RowKind.MEAL, meal_body(person_id, **changes), at_ms, trusted)

    def void(self, meal: LogRow, at_ms: int = LUNCH_MS + MINUTE_MS) -> LogRow:
        body = {"meal_txn_id": meal.txn_id, "staff_id": "S-1", "reason": "wrong diner"}
        return self.add(RowKind.MEAL_VOIDED, body, at_ms)

    def close(self, at_ms: int = LUNCH_MS + 120 * MINUTE_MS, **changes: Any) -> LogRow:
        body = {
            "site_id": "C3", "operator_id": "OP-1", "service_date": DATE, "period": "lunch", "served": 1, "voided": 0,
            "list_total": 1200, "own_total": 650, "staff_id": "S-1",
        }  # fmt: skip
        return self.add(RowKind.PERIOD_CLOSED, {**body, **changes}, at_ms)


class TestTerminal:
    """An enrolled terminal, talking to a hall through `http`."""

    __test__ = False

    def __init__(self, http: httpx.Client, code: str, now_ms: Any) -> None:
        self.http = http
        self.key = Ed25519PrivateKey.generate()
        self._now_ms = now_ms
        answer = http.post(
            "/v1/enrolments", json={"code": code, "public_key": self.public_key, "software": "test"}
        )
        assert answer.status_code == 200, answer.text
        self.enrolled = answer.json()
        self.terminal_id: str = self.enrolled["terminal_id"]
        self.log = LogWriter(self.terminal_id)
        self.token = self.fetch_token().json()["access_token"]

    @property
    def public_key(self) -> str:
        raw = self.key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def assertion(self, **changes: Any) -> str:
        now_s = self._now_ms() // 1000
        claims = {
            "iss": self.terminal_id,
            "sub": self.terminal_id,
            "aud": self.enrolled["hall_id"],
            "jti": str(uuid.uuid4()),
            "iat": now_s,
            "exp": now_s + 120,
            **changes,
        }
        return jwt.encode(claims, self.key, algorithm="EdDSA")

    def fetch_token(
        self, assertion: str | None = None, grant_type: str = "client_credentials"
    ) -> httpx.Response:
        form = {
            "grant_type": grant_type,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
        }
        return self.http.post("/v1/token", data=form)

    def send(self, rows: list[LogRow], log_id: str | None = None) -> httpx.Response:
        push = {"log_id": log_id or rows[0].log_id, "rows": [row.model_dump(mode="json") for row in rows]}
        headers = {**self.headers, "Content-Encoding": "gzip", "Content-Type": "application/json"}
        return self.http.post(
            "/v1/transactions", content=gzip.compress(json.dumps(push).encode()), headers=headers
        )

    def push(self, *rows: LogRow) -> PushAnswer:
        """Push twice, as after a lost reply, and check that the second time changed nothing."""
        first = PushAnswer.model_validate(self.send(list(rows)).raise_for_status().json())
        again = PushAnswer.model_validate(self.send(list(rows)).raise_for_status().json())
        assert [each.result.replace("new", "seen") for each in first.results] == [
            each.result for each in again.results
        ]
        assert [each.code for each in first.results] == [each.code for each in again.results]
        assert (again.expected_seq, again.log_marked) == (first.expected_seq, first.log_marked)
        return first

    def pull(self, cursor: int = 0, limit: int = 500) -> dict[str, Any]:
        answer = self.http.get("/v1/changes", params={"cursor": cursor, "limit": limit}, headers=self.headers)
        page: dict[str, Any] = answer.raise_for_status().json()
        return page

    def account(self, person_id: str) -> dict[str, Any] | None:
        """The newest account, pulled from the start."""
        changes = self.pull(limit=5000)["changes"]
        return next(
            (each["data"] for each in changes if (each["kind"], each["id"]) == ("account", person_id)), None
        )
