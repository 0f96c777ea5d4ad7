"""The services of the role query_print in one: who carries out which command of the resident's flow.

`perform` runs on the disk thread and returns soon; what the hall or a device has to be asked for goes on elsewhere, and
every answer is an event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from kiosk import commands
from kiosk import commands_resident as wishes
from kiosk.events_resident import (
    DocumentRefused,
    HandOffRefused,
    HourChanged,
    SessionWiped,
)
from kiosk.services.front_desk.service import DeskService
from kiosk.services.page_printing import PagePrintFinished
from kiosk.services.pinyin import Pinyin
from kiosk.services.printing import PrintAdvanced, PrintFinished
from kiosk.services.residents.day import part_of_day
from kiosk.services.residents.known import Known
from kiosk.services.residents.line import ResidentLine
from kiosk.services.residents.parts import Parts
from kiosk.services.residents.phone_codes import PhoneCodes
from kiosk.services.residents.records import NEEDS_ID_CARD
from kiosk.services.residents.session import Session
from kiosk.services.residents.sources import source_of, title_of
from kiosk.services.role_services import Line, Papers
from kiosk.services.supervision import DeviceHealthChanged
from offline_cache.disk import DiskThread
from offline_cache.hall_client import HallClient
from offline_cache.reference_residents import ResidentReference
from offline_cache.resident_calls import ResidentCalls
from offline_cache.sync import RowsSettled
from offline_cache.uploads import Uploads
from offline_cache.wire import RowKind
from offline_cache.wire_residents import NoticeReadBody

GONE = "item.gone"
CLEAN_UP_LOOKS = 60

WayOf = Callable[[str], str]
Further = Callable[[Papers, WayOf], Sequence[DeskService]]


def _none_further(_papers: Papers, _way_of: WayOf) -> Sequence[DeskService]:
    return ()


class ResidentDesk:
    """See kiosk.services.role_services.RoleServices. The constructor opens files and raises the StorageError family."""

    def __init__(self, papers: Papers, further: Further = _none_further) -> None:
        """`further` makes services whose commands are tried first, told how each person has identified herself here."""
        self._further = further(papers, self.way_of)
        self._parts = Parts.of(papers)
        self._phone_codes = PhoneCodes(self._parts.identifying, papers.doors.on_disk, papers.doors.publish)
        self._known = Known(papers.reference, papers.doors.publish)
        self._pinyin = Pinyin(papers.doors.publish)
        self._outbox = papers.outbox
        self._reference = papers.reference
        self._residents = ResidentReference(papers.reference)
        self._now = papers.clock.stamp
        self._zone = ZoneInfo(papers.settings.terminal.timezone)
        self._publish = papers.doors.publish
        self._session = Session()
        self._line: ResidentLine | None = None
        self._uploads: Uploads | None = None
        self._told_part: str | None = None
        self._looks = 0

    # --- as the role's services -------------------------------------------------------------------------------------

    def way_of(self, person_id: str) -> str:
        """How this person has identified herself in the session that is open; "" where she has not."""
        return self._session.ways.get(person_id, "")

    def begin(self) -> None:
        self._pinyin.start()
        for service in self._further:
            service.begin()
        self.refresh()

    def refresh(self) -> None:
        part = part_of_day(self._now(), self._zone)
        if part != self._told_part:
            self._told_part = part
            self._publish(HourChanged(part))
        if self._looks % CLEAN_UP_LOOKS == 0:
            self._parts.records.expire()
            self._parts.documents.drop_expired()
        self._looks += 1
        for service in self._further:
            service.refresh()

    @property
    def hears(self) -> tuple[type, ...]:
        own = (RowsSettled, PrintFinished, PrintAdvanced, PagePrintFinished, DeviceHealthChanged)
        further = [kind for service in self._further for kind in service.hears]
        return tuple(dict.fromkeys((*own, *further)))  # each is to be heard once

    def hear(self, event: object) -> None:
        for service in self._further:
            if isinstance(event, service.hears):
                service.hear(event)
        match event:
            case RowsSettled():
                if self._uploads is not None:
                    self._uploads.wake()
            case PrintFinished() | PrintAdvanced() | PagePrintFinished() | DeviceHealthChanged():
                self._parts.documents.heard(event)

    def check_pin(self, command: commands.CheckPin) -> None:
        self._parts.staff_check.check_pin(command)

    def open_lines(self, client: HallClient, disk: DiskThread) -> tuple[Line, ...]:
        papers_client = client.twin()
        line = ResidentLine(client)
        uploads = Uploads(
            ResidentCalls(papers_client),
            self._parts.blobs,
            on_disk=disk.call,
            unsent=lambda: self._outbox.status().unsent,
            hang_up=papers_client.hang_up,
        ).start()
        self._line, self._uploads = line, uploads
        self._parts.records.line = self._parts.hand_offs.line = self._phone_codes.line = self._known.line = (
            line
        )
        return line, uploads

    def close(self) -> None:
        try:
            self._wipe()
        finally:
            self._pinyin.stop()
            self._parts.cache.close()

    # --- commands ---------------------------------------------------------------------------------------------------

    def perform(self, command: commands.Command) -> bool:
        return any(service.perform(command) for service in self._further) or self._perform(command)

    def _perform(self, command: commands.Command) -> bool:
        parts = self._parts
        match command:
            case commands.IdentifyStaff(card_ref):
                parts.staff_check.identify(card_ref)
            case wishes.IdentifyResident(ask_id, card_ref, holder):
                parts.identifying.by_card(ask_id, card_ref, holder, self._session)
            case wishes.RedeemPhoneCode(ask_id, content):
                self._phone_codes.redeem(ask_id, content, self._session)
            case wishes.NoteNoticeRead():
                self._note_notice_read(command)
            case wishes.ListRecordKinds():
                parts.records.list_kinds(command)
            case wishes.AskRecord():
                parts.records.ask(command, self._session)
            case wishes.KnownOf():
                self._known.tell(command, self._session)
            case wishes.Convert():
                self._pinyin.convert(command)
            case wishes.EndSession(ask_id):
                self._end_session(ask_id)
            case _:
                return self._look_up(command) or self._print(command) or self._take_in(command)
        return True

    def _look_up(self, command: commands.Command) -> bool:
        parts = self._parts
        match command:
            case wishes.ListItems():
                parts.catalogue.list_items(command)
            case wishes.ListRoots():
                parts.catalogue.list_roots(command)
            case wishes.OpenItem():
                parts.catalogue.open_item(command)
            case wishes.ListPlaces():
                self._session.walks_slowly = command.elder
                parts.surroundings.list_places(command)
            case wishes.ListSlides():
                parts.surroundings.list_slides(command)
            case wishes.ShowSlide(slide_id):
                parts.surroundings.show_slide(slide_id)
            case _:
                return False
        return True

    def _print(self, command: commands.Command) -> bool:
        documents = self._parts.documents
        match command:
            case wishes.IssueDocument():
                self._issue(command)
            case wishes.PrintAgain():
                self._print_again(command)
            case wishes.BindDocument():
                documents.bind(command)
            case wishes.DismissDocument():
                documents.dismiss(command)
            case wishes.MakeHandOff():
                self._hand_off(command)
            case _:
                return False
        return True

    def _take_in(self, command: commands.Command) -> bool:
        papers, applications = self._parts.papers, self._parts.applications
        match command:
            case wishes.OpenCamera():
                papers.open_camera(command)
            case wishes.CloseCamera():
                papers.close_camera()
            case wishes.TakePhotograph():
                papers.photograph(command, self._session)
            case wishes.KeepSignature():
                papers.keep_signature(command, self._session)
            case wishes.DropPapers(names):
                papers.drop(names)
            case wishes.Submit():
                applications.submit(command, self._session)
            case wishes.RecordNormStep():
                applications.record_step(command)
            case wishes.Rate():
                applications.rate(command)
            case wishes.NoteCardForgotten():
                applications.note_card_forgotten(command)
            case _:
                return False
        return True

    # --- inside -----------------------------------------------------------------------------------------------------

    def _note_notice_read(self, wish: wishes.NoteNoticeRead) -> None:
        body = NoticeReadBody(person_id=wish.person_id, version=wish.version)
        self._outbox.append(RowKind.NOTICE_READ, body, self._now())
        self._reference.note_notice_read(wish.person_id, wish.version)

    def _issue(self, wish: wishes.IssueDocument) -> None:
        source = source_of(wish.sort, wish.key, self._session, self._residents)
        if source is None or (wish.person_id and not self._session.knows(wish.person_id)):
            self._publish(DocumentRefused(wish.ask_id, GONE))
        else:
            self._parts.place.refresh()
            self._parts.documents.issue(wish, source)

    def _print_again(self, wish: wishes.PrintAgain) -> None:
        documents = self._parts.documents
        kind = self._residents.record_kind(documents.kind_of(wish.number))
        if not self._session.knows(wish.person_id):
            self._publish(DocumentRefused(wish.ask_id, GONE))
        elif kind is not None and kind.strict and not self._session.showed_id_card(wish.person_id):
            self._publish(DocumentRefused(wish.ask_id, NEEDS_ID_CARD))
        else:
            documents.again(wish)

    def _hand_off(self, wish: wishes.MakeHandOff) -> None:
        source = source_of(wish.sort, wish.key, self._session, self._residents)
        if source is None:
            self._publish(HandOffRefused(wish.ask_id, GONE))
            return
        documents = self._parts.documents
        self._parts.place.refresh()
        self._parts.hand_offs.make(
            wish, title_of(source), lambda: documents.pdf(source, wish.locale), self._session
        )

    def _end_session(self, ask_id: int) -> None:
        try:
            self._wipe()
        finally:  # what was in memory is gone in any case; what the disk could not delete is encrypted
            self._publish(SessionWiped(ask_id))

    def _wipe(self) -> None:
        self._session.wipe()
        self._session = Session()
        if self._line is not None:
            self._line.hang_up()
        try:
            self._parts.papers.end_session()
        finally:
            self._parts.documents.end_session()
