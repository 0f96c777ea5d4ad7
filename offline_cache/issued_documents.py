"""Documents that were issued to somebody: whose each is, under which number, and until when it may still be printed.

What a document says stands in `prints`, put there in the commit of its row. It is overwritten as soon as the document is
delivered, dismissed or expired; number, person and pick-up number stay, and say nothing that the log does not say.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from offline_cache.db import Connection, reading
from offline_cache.prints import Commit, insert_print

NOTHING: dict[str, Any] = {}
_COLUMNS = (
    "txn_id, number, person_id, title_zh, title_en, medium, until_ms, over, pick_up, state, copy, code, slip"
)
_FROM = "FROM issued_documents JOIN prints USING (txn_id)"


@dataclass(frozen=True, slots=True)
class NewDocument:
    """What is kept of a document when it is issued. `content` is what its medium is made of; `until_ms` when it goes."""

    number: str
    person_id: str
    title_zh: str
    title_en: str
    medium: str
    until_ms: int
    content: dict[str, Any] = field(repr=False)

    def insert(self, connection: Connection, txn_id: str) -> None:
        """Inside the commit of its row."""
        insert_print(connection, txn_id, self.content, held=self.medium == "pages")
        connection.execute(
            "INSERT INTO issued_documents (txn_id, number, person_id, title_zh, title_en, medium, until_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (txn_id, self.number, self.person_id, self.title_zh, self.title_en, self.medium, self.until_ms),
        )


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A document as the disk knows it. `state`, `copy` and `code` are those of its newest print; `over`: what it said is
    gone. `pick_up` "" while it was not bound."""

    txn_id: str
    number: str
    person_id: str
    title_zh: str
    title_en: str
    medium: str
    until_ms: int
    over: bool
    pick_up: str
    state: str
    copy: int
    code: str
    content: dict[str, Any] = field(repr=False)


class IssuedDocuments:
    """The documents of the outbox. To be used on the disk thread; each change is one durable commit."""

    def __init__(self, connection: Callable[[], Connection], commit: Commit) -> None:
        self._connection = connection
        self._commit = commit

    def numbered(self, number: str) -> IssuedDocument | None:
        return self._one("WHERE number = ?", number)

    def of_print(self, txn_id: str) -> IssuedDocument | None:
        return self._one("WHERE txn_id = ?", txn_id)

    def waiting(self, person_id: str, now_ms: int) -> list[IssuedDocument]:
        """What this person has not got yet and still can, oldest first."""
        found = self._all("WHERE person_id = ? AND over = 0 AND until_ms > ?", person_id, now_ms)
        return sorted(found, key=lambda document: document.number)

    def open(self) -> list[IssuedDocument]:
        """Everything of which the content is still here."""
        return self._all("WHERE over = 0")

    def bound_on(self, day: str) -> int:
        """How many pick-up numbers were given out on this local day."""
        with reading():
            found = (
                self._connection()
                .execute("SELECT count(*) FROM issued_documents WHERE bound_on = ?", (day,))
                .fetchone()
            )
        return int(found[0])

    def forget(self, txn_id: str) -> None:
        """Nobody needs it on paper any more: what it said is overwritten."""
        self._commit(lambda: forget_within(self._connection(), txn_id))

    def _one(self, where: str, *values: object) -> IssuedDocument | None:
        found = self._all(where, *values)
        return found[0] if found else None

    def _all(self, where: str, *values: object) -> list[IssuedDocument]:
        with reading():
            found = self._connection().execute(f"SELECT {_COLUMNS} {_FROM} {where}", values).fetchall()
        return [_document(columns) for columns in found]


def forget_within(connection: Connection, txn_id: str) -> None:
    """`IssuedDocuments.forget` inside somebody's commit."""
    connection.execute("UPDATE prints SET slip = '{}', held = 1 WHERE txn_id = ?", (txn_id,))
    connection.execute("UPDATE issued_documents SET over = 1 WHERE txn_id = ?", (txn_id,))


def bind_within(connection: Connection, txn_id: str, pick_up: str, day: str, until_ms: int) -> None:
    """It waits for its person under a pick-up number, inside the commit of its row; nothing prints it by itself."""
    connection.execute("UPDATE prints SET held = 1 WHERE txn_id = ?", (txn_id,))
    connection.execute(
        "UPDATE issued_documents SET pick_up = ?, bound_on = ?, until_ms = ? WHERE txn_id = ?",
        (pick_up, day, until_ms, txn_id),
    )


def _document(columns: tuple[Any, ...]) -> IssuedDocument:
    known = dict(zip((field.name for field in fields(IssuedDocument)), columns, strict=True))
    return IssuedDocument(**known | {"over": bool(known["over"]), "content": json.loads(known["content"])})
