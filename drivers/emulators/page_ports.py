"""The emulated print service's port: IPP requests in, answers out, for the queue of an `EmulatedPagePrinter`.

Obeyed: Create-Job, Send-Document, Cancel-Job (with purge-job), Get-Jobs, Get-Job-Attributes, Get-Printer-Attributes,
Resume-Printer, Validate-Job. A job belongs to its requesting-user-name; others may neither see its name nor end it.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from drivers.printers import ipp
from drivers.printers.ipp import Group, Operation, Status, Tag

if TYPE_CHECKING:
    from drivers.emulators.page_printer import EmulatedPagePrinter, SpooledJob

VALIDATE_JOB = 0x0004
LONGEST_REQUEST = 64 << 20
STOP_POLL_S = 0.02
MUTE_S = 60.0
FORMATS = ("application/pdf",)
UNNAMED = ("application/octet-stream",)  # what `lp` says of every file: the queue is to look for itself

Facts = Mapping[str, tuple[ipp.Value, ...]]
Answer = tuple[int, tuple[tuple[int, tuple[ipp.Attribute, ...]], ...]]


class PagePorts:
    """The port. `plug` and `unplug` open and close it under one number."""

    def __init__(self, printer: EmulatedPagePrinter, port: int) -> None:
        self.port = port
        self._printer = printer
        self._server: _Server | None = None
        self._muted = threading.Event()
        self._heard = threading.Event()
        self._heard.set()
        self._losing: dict[int, bool] = {}

    @property
    def plugged(self) -> bool:
        return self._server is not None

    def plug(self) -> None:
        """The first time a free port where none was given. Twice is harmless."""
        if self._server is None:
            self._server = _Server(("127.0.0.1", self.port), self)
            self.port = self._server.server_address[1]
            serve = self._server.serve_forever
            threading.Thread(
                target=serve, args=(STOP_POLL_S,), name="emulated-page-port", daemon=True
            ).start()

    def unplug(self) -> None:
        """Twice is harmless."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.hang_up()
            server.server_close()

    def mute(self, on: bool) -> None:
        (self._heard.clear if on else self._heard.set)()

    def lose_next(self, operation: int, obeyed: bool) -> None:
        self._losing[operation] = obeyed

    def reply(self, request: ipp.Message) -> ipp.Message | None:
        """What is answered; None when the answer is lost."""
        if not self._heard.wait(MUTE_S):
            return None
        obeyed = self._losing.pop(request.code, None)
        if obeyed is False:
            return None
        with self._printer.changed:
            status, groups = self._obey(request)
        if obeyed:
            return None
        general = (
            ipp.attribute("attributes-charset", Tag.CHARSET, "utf-8"),
            ipp.attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
        )
        return ipp.Message(
            status, request.request_id, ((Group.OPERATION, general), *groups), version=request.version
        )

    # --- requests, under the printer's lock -------------------------------------------------------------------------

    def _obey(self, request: ipp.Message) -> Answer:
        facts = request.first(Group.OPERATION)
        uri = next(iter(ipp.words(facts.get("printer-uri", ()))), "")
        if not uri.endswith(f"/printers/{self._printer.queue}"):
            return Status.NOT_FOUND, ()
        verbs: Mapping[int, Callable[[ipp.Message, Facts], Answer]] = {
            Operation.GET_PRINTER_ATTRIBUTES: self._printer_attributes,
            Operation.GET_JOBS: self._list_jobs,
            Operation.GET_JOB_ATTRIBUTES: self._job_attributes,
            Operation.CREATE_JOB: self._create,
            Operation.SEND_DOCUMENT: self._take_document,
            Operation.CANCEL_JOB: self._cancel,
            Operation.RESUME_PRINTER: self._resume,
            VALIDATE_JOB: lambda request, facts: (Status.OK, ()),
        }
        verb = verbs.get(request.code)
        return verb(request, facts) if verb else (Status.OPERATION_UNKNOWN, ())

    def _printer_attributes(self, request: ipp.Message, facts: Facts) -> Answer:
        printer = self._printer
        uri = f"ipp://localhost:{self.port}/printers/{printer.queue}"
        described = (
            ipp.attribute("printer-uri-supported", Tag.URI, uri),
            ipp.attribute("printer-name", Tag.NAME, printer.queue),
            ipp.attribute("printer-state", Tag.ENUM, printer.state),
            ipp.attribute("printer-state-reasons", Tag.KEYWORD, *printer.reasons),
            ipp.attribute("printer-is-accepting-jobs", Tag.BOOLEAN, printer.accepting),
            ipp.attribute("device-uri", Tag.URI, "ipp://emulated.invalid/ipp/print"),
            ipp.attribute("printer-make-and-model", Tag.TEXT, "Emulated A4 printer"),
            ipp.attribute("document-format-supported", Tag.MIME, *FORMATS, *UNNAMED),
            ipp.attribute("ipp-versions-supported", Tag.KEYWORD, "1.1", "2.0"),
        )
        return Status.OK, ((Group.PRINTER, _wanted(described, facts)),)

    def _list_jobs(self, request: ipp.Message, facts: Facts) -> Answer:
        which = next(iter(ipp.words(facts.get("which-jobs", ()))), "not-completed")
        mine = facts.get("my-jobs") == (True,)
        listed = [
            job
            for job in self._printer.jobs.values()
            if (not mine or job.user == _user(facts))
            and (which == "all" or job.ended == (which == "completed"))
        ]
        return Status.OK, tuple((Group.JOB, _described(job, facts)) for job in listed)

    def _job_attributes(self, request: ipp.Message, facts: Facts) -> Answer:
        job = self._job(facts)
        return (Status.NOT_FOUND, ()) if job is None else (Status.OK, ((Group.JOB, _described(job, facts)),))

    def _create(self, request: ipp.Message, facts: Facts) -> Answer:
        if not self._printer.accepting:
            return Status.NOT_ACCEPTING, ()
        name = next(iter(ipp.words(facts.get("job-name", ()))), "untitled")
        copies = next(iter(ipp.numbers(request.first(Group.JOB).get("copies", ()))), 1)
        job = self._printer.new_job(name, _user(facts), copies)
        return Status.OK, ((Group.JOB, _described(job, {})),)

    def _take_document(self, request: ipp.Message, facts: Facts) -> Answer:
        job = self._job(facts)
        if job is None:
            return Status.NOT_FOUND, ()
        if job.user != _user(facts):
            return Status.NOT_AUTHORIZED, ()
        if job.ended:
            return Status.NOT_POSSIBLE, ()
        if facts.get("document-format", FORMATS) not in (FORMATS, UNNAMED):
            return Status.DOCUMENT_FORMAT, ()
        self._printer.take_document(job, request.document, facts.get("last-document") == (True,))
        return Status.OK, ((Group.JOB, _described(job, {})),)

    def _cancel(self, request: ipp.Message, facts: Facts) -> Answer:
        job = self._job(facts)
        if job is None:
            return Status.NOT_FOUND, ()
        if job.user != _user(facts):
            return Status.NOT_AUTHORIZED, ()
        purge = facts.get("purge-job") == (True,)
        if job.ended and not purge:
            return Status.NOT_POSSIBLE, ()
        if not job.ended:
            self._printer.end(job, 7, "job-canceled-by-user")
        if purge:
            self._printer.forget(job)
        return Status.OK, ()

    def _resume(self, request: ipp.Message, facts: Facts) -> Answer:
        self._printer.resume()
        return Status.OK, ()

    def _job(self, facts: Facts) -> SpooledJob | None:
        number = next(iter(ipp.numbers(facts.get("job-id", ()))), 0)
        return self._printer.jobs.get(number)


def _user(facts: Facts) -> str:
    return next(iter(ipp.words(facts.get("requesting-user-name", ()))), "anonymous")


def _described(job: SpooledJob, facts: Facts) -> tuple[ipp.Attribute, ...]:
    described: tuple[ipp.Attribute, ...] = (
        ipp.attribute("job-id", Tag.INTEGER, job.number),
        ipp.attribute("job-state", Tag.ENUM, job.state),
        ipp.attribute("job-state-reasons", Tag.KEYWORD, *job.reasons),
        ipp.attribute("number-of-documents", Tag.INTEGER, len(job.documents)),
    )
    if not facts or job.user == _user(facts):
        described = (*described, ipp.attribute("job-name", Tag.NAME, job.name))
    return _wanted(described, facts)


def _wanted(described: tuple[ipp.Attribute, ...], facts: Facts) -> tuple[ipp.Attribute, ...]:
    asked = set(ipp.words(facts.get("requested-attributes", ())))
    if not asked or asked & {"all", "job-description", "printer-description"}:
        return described
    return tuple(each for each in described if each.name in asked)


class _Server(ThreadingHTTPServer):
    """A thread a connection, none of which holds up the end."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], ports: PagePorts) -> None:
        self.ports = ports
        self._connections: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Remembers each connection, to be broken by `hang_up`."""
        self._connections = {known for known in self._connections if known.fileno() >= 0}
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def hang_up(self) -> None:
        """Breaks every connection."""
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """One IPP request."""
        body = self._body()
        try:
            request = ipp.decode(body)
        except ipp.IppDamaged:
            self._send(HTTPStatus.BAD_REQUEST, "text/plain", b"no IPP request")
            return
        reply = self.server.ports.reply(request)
        if reply is None:
            self.close_connection = True
            return
        self._send(HTTPStatus.OK, "application/ipp", ipp.encode(reply))

    def do_GET(self) -> None:
        """Somebody's browser."""
        self._send(HTTPStatus.OK, "text/plain", b"An emulated print service. It speaks IPP.\n")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: requests are no news."""

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(min(int(self.headers.get("Content-Length", "0")), LONGEST_REQUEST))
        pieces: list[bytes] = []
        while length := int(self.rfile.readline().partition(b";")[0], 16):
            pieces.append(self.rfile.read(length))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)
