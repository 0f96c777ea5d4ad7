"""The way to a family's telephone: what a carrier of messages is to the hall, and a sandbox in its place.

No carrier is connected. `SandboxFamilyMessages` writes what it is given into a table of its own and answers as it is set to;
nobody is told anything by it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal, Protocol

from fastapi.concurrency import run_in_threadpool

from hall.database import Database
from hall.models_front_desk import SandboxMessage

SandboxAnswer = Literal["ok", "fail", "never"]


@dataclass(frozen=True)
class Outgoing:
    """`message_id` stays the same for every attempt, so that a carrier can tell a repeat; `attempt` counts from 1."""

    message_id: str
    attempt: int
    phone: str = field(repr=False)
    text: str = field(repr=False)


class FamilyMessageFailed(Exception):
    """The carrier said that it did not take the message."""


class FamilyMessages(Protocol):
    async def send(self, message: Outgoing) -> None:
        """Returns once the carrier has taken the message. Raises FamilyMessageFailed. Who calls sets the deadline."""


class SandboxFamilyMessages:
    """`answer`: ok, fail, or never, like a carrier whose line is dead."""

    def __init__(self, database: Database, answer: SandboxAnswer) -> None:
        self._database = database
        self._answer = answer

    async def send(self, message: Outgoing) -> None:
        await run_in_threadpool(self._keep, message)
        if self._answer == "fail":
            raise FamilyMessageFailed
        if self._answer == "never":
            await asyncio.Event().wait()

    def _keep(self, message: Outgoing) -> None:
        kept = SandboxMessage(
            message_id=message.message_id,
            attempt=message.attempt,
            phone=message.phone,
            text=message.text,
            answer=self._answer,
        )
        with self._database.writing() as session:
            session.merge(kept)
