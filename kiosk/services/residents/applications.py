"""Applications, steps of norms, ratings, cards left behind: one commit each, with or without the hall.

Runs on the disk thread. The number is minted first and used up even when the commit fails after it: a number that was
perhaps seen is never given to anybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta, tzinfo

import uuid_utils
from pydantic import BaseModel

from kiosk import commands_resident as commands
from kiosk.events_resident import NormStepKept, SubmitRefused, Submitted
from kiosk.services.residents.day import local_time
from kiosk.services.residents.forms import first_wrong
from kiosk.services.residents.printable import ReceiptSource
from kiosk.services.residents.session import Session
from offline_cache.blobs import Blobs
from offline_cache.clock import Stamp
from offline_cache.db import StorageError
from offline_cache.numbers import Numbers
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference
from offline_cache.reference_residents import ResidentReference
from offline_cache.wire import RowKind
from offline_cache.wire_residents import (
    Agent,
    ApplicationBody,
    CardForgottenBody,
    FormField,
    Norm,
    NormRunBody,
    Paper,
    RatingBody,
    ServiceItem,
)

GONE, NOT_ALLOWED, NO_AGENT = "item.gone", "application.not_allowed", "application.no_agent"
PAPER_GONE = "paper.gone"
EVALUATION = "evaluation"
AUTHORISED_DAYS = 30
"""How long what an agent was authorised to do for somebody may be finished at a window."""


class Refused(Exception):
    """It cannot be taken; `code` is one of SubmitRefused's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Applications:
    """Answers Submit and RecordNormStep through `publish`, and keeps what asks for no answer. `kept` is called when papers
    wait for the hall."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        reference: Reference,
        blobs: Blobs,
        numbers: Numbers,
        site_id: str,
        zone: tzinfo,
        now: Callable[[], Stamp],
        online: Callable[[], bool],
        publish: Callable[[object], None],
    ) -> None:
        self._outbox = outbox
        self._reference = reference
        self._catalogue = ResidentReference(reference)
        self._blobs = blobs
        self._numbers = numbers
        self._site_id = site_id
        self._zone = zone
        self._now = now
        self._online = online
        self._publish = publish

    # --- applications -------------------------------------------------------------------------------------------

    def submit(self, wish: commands.Submit, session: Session) -> None:
        """Publishes Submitted or SubmitRefused. `due` is left to the hall, which knows the working calendar."""
        try:
            receipt = self._submitted(wish, session)
        except Refused as refusal:
            self._publish(SubmitRefused(wish.ask_id, refusal.code))
        except StorageError as error:
            self._publish(SubmitRefused(wish.ask_id, error.code))
        else:
            session.receipts[receipt.number] = receipt
            self._publish(Submitted(wish.ask_id, receipt.number, "", self._online()))

    def _submitted(self, wish: commands.Submit, session: Session) -> ReceiptSource:
        item = self._catalogue.item(wish.item)
        if item is None or item.sample:
            raise Refused(GONE)
        form = _checked(item.form, dict(wish.form))
        self._check_people(wish, item, session)
        self._check_papers(wish, item)
        resident = self._reference.resident(wish.person_id)
        body = ApplicationBody(
            number=self._mint(),
            item=item.code,
            item_version=item.version,
            person_id=wish.person_id,
            agent=self._agent(wish) if wish.agent_id else None,
            form=form,
            papers=[Paper(paper=paper, sha256=sha256, size=size) for paper, sha256, size in wish.papers],
            signature=wish.signature,
            accept_site=self._site_id,
            home=list(resident.home) if resident is not None else [],
        )
        stamp = self._now()
        self._write_down(body, stamp)
        return ReceiptSource(
            number=body.number,
            item_zh=item.title_zh,
            item_en=item.title_en,
            holder=session.holder(wish.person_id),
            submitted_ms=stamp.wall_ms,
            awaited=_awaited(item, body),
        )

    def _write_down(self, body: ApplicationBody, stamp: Stamp) -> None:
        """The papers first: a kill in between leaves papers that the hall asks for nothing with, not a row without them."""
        names = [paper.sha256 for paper in body.papers]
        try:
            for name in names:
                if self._blobs.has_taken(name):
                    self._blobs.keep(name)
            self._outbox.append(RowKind.APPLICATION_SUBMITTED, body, stamp)
        except StorageError:
            for name in names:
                with suppress(StorageError):  # what the disk said first is what counts
                    self._blobs.take_back(name)
            raise

    def _check_people(self, wish: commands.Submit, item: ServiceItem, session: Session) -> None:
        """Who stands here has shown who she is, and so has whom she acts for, unless she signs for that."""
        here = wish.agent_id or wish.person_id
        if not session.knows(here):
            raise Refused(NOT_ALLOWED)
        if not wish.agent_id:
            return
        if not item.agent_allowed:
            raise Refused(NO_AGENT)
        if wish.proof == "card" and not session.knows(wish.person_id):
            raise Refused(NOT_ALLOWED)

    def _check_papers(self, wish: commands.Submit, item: ServiceItem) -> None:
        names = {sha256 for _, sha256, _ in wish.papers}
        if not all(self._blobs.has_taken(sha256) for sha256 in names):
            raise Refused(PAPER_GONE)
        needs_signature = item.signature or (wish.agent_id and wish.proof == "signed")
        if (wish.signature and wish.signature not in names) or (needs_signature and not wish.signature):
            raise Refused("form.signature")

    def _agent(self, wish: commands.Submit) -> Agent:
        ends = local_time(self._now(), self._zone).date() + timedelta(days=AUTHORISED_DAYS)
        return Agent.model_validate(
            {
                "authorisation_id": str(uuid_utils.uuid7()),
                "agent_id": wish.agent_id,
                "relation": wish.relation or "other",
                "proof": wish.proof or "signed",
                "until": ends.isoformat(),
            }
        )

    # --- norms --------------------------------------------------------------------------------------------------

    def record_step(self, wish: commands.RecordNormStep) -> None:
        """Publishes NormStepKept or SubmitRefused. The first step of a run mints its number."""
        try:
            number = self._recorded(wish)
        except Refused as refusal:
            self._publish(SubmitRefused(wish.ask_id, refusal.code))
        except StorageError as error:
            self._publish(SubmitRefused(wish.ask_id, error.code))
        else:
            self._publish(NormStepKept(wish.ask_id, number, wish.step))

    def _recorded(self, wish: commands.RecordNormStep) -> str:
        norm = self._catalogue.norm(wish.norm)
        if norm is None or norm.sample:
            raise Refused(GONE)
        record = _checked(_questions(norm, wish.step), dict(wish.record))
        body = NormRunBody(
            number=wish.number or self._mint(),
            norm=norm.code,
            norm_version=norm.version,
            step=wish.step,
            person_id=wish.person_id or None,
            staff_id=None,
            record=record,
        )
        self._append(RowKind.NORM_STEP_RECORDED, body)
        return body.number

    # --- what asks for no answer ----------------------------------------------------------------------------------

    def rate(self, wish: commands.Rate) -> None:
        self._append(RowKind.RATING_GIVEN, RatingBody(subject=wish.subject, score=wish.score))

    def note_card_forgotten(self, wish: commands.NoteCardForgotten) -> None:
        body = CardForgottenBody(card_ref=wish.card_ref, seconds=wish.seconds)
        self._append(RowKind.CARD_FORGOTTEN, body)

    # --- inside -------------------------------------------------------------------------------------------------

    def _mint(self) -> str:
        return self._numbers.mint(f"{local_time(self._now(), self._zone):%Y%m%d}")

    def _append(self, kind: RowKind, body: BaseModel) -> None:
        self._outbox.append(kind, body, self._now())


def _checked(questions: list[FormField], entered: Mapping[str, str]) -> dict[str, str]:
    """What was entered, without blanks around it. Raises Refused form.<field>."""
    wrong = first_wrong(questions, entered)
    if wrong:
        raise Refused(f"form.{wrong}")
    return {name: answer.strip() for name, answer in entered.items() if answer.strip()}


def _awaited(item: ServiceItem, body: ApplicationBody) -> tuple[tuple[str, str], ...]:
    """The papers that come to the window: asked for, and not photographed here."""
    here = {paper.paper for paper in body.papers}
    return tuple(
        (asked.label_zh, asked.label_en)
        for asked in item.papers
        if asked.required and asked.paper not in here
    )


def _questions(norm: Norm, step: str) -> list[FormField]:
    if step == EVALUATION:
        return norm.evaluation
    found = next((each for each in norm.steps if each.step == step), None)
    if found is None:
        raise Refused(GONE)
    return found.record
