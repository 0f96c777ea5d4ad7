"""What is asked of CUPS, one method a request: a queue, its jobs of one user, and their ends.

Every method has a deadline of its own and raises DeviceError: ServiceDown, QueueMissing, DeviceTimeout, DeviceDenied,
ProtocolError (something else answers there), Refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import DeviceDenied, DeviceError, PageJob
from drivers.printers import ipp
from drivers.printers.cups_states import REJECTING, JobState, QueueState, stem
from drivers.printers.ipp import Group, Operation, Status, Tag
from drivers.printers.ipp_link import IppLink

ANSWER_S = 2.0
SEND_S = 10.0
SLOWEST_BYTES_PER_S = 500_000

_QUEUE_FACTS = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "device-uri",
    "printer-make-and-model",
)
_JOB_FACTS = ("job-id", "job-name", "job-state", "job-state-reasons", "number-of-documents")


class QueueMissing(DeviceError):
    """CUPS is there, and has no queue of that name."""

    code = "cups.queue_missing"


class Refused(DeviceError):
    """CUPS understood and would not. The message holds its status."""

    code = "cups.refused"


class CupsService:
    """One queue of one CUPS, seen as the user `user`, whose jobs alone are looked at. `answer_s` is how long an answer may
    take, that to a document aside."""

    def __init__(self, link: IppLink, queue: str, user: str, answer_s: float = ANSWER_S) -> None:
        self.name = f"{link.name} {queue}"
        self._link = link
        self._uri = f"ipp://localhost/printers/{queue}"
        self._queue = queue
        self._user = user
        self._answer_s = answer_s

    def queue(self) -> QueueState:
        """How the queue is."""
        wanted = ipp.attribute("requested-attributes", Tag.KEYWORD, *_QUEUE_FACTS)
        facts = self._ask(Operation.GET_PRINTER_ATTRIBUTES, wanted).first(Group.PRINTER)
        return QueueState(
            state=_number(facts, "printer-state"),
            reasons=_reasons(facts, "printer-state-reasons"),
            accepting=facts.get("printer-is-accepting-jobs") != (False,),
            device_uri=_word(facts, "device-uri"),
            model=_word(facts, "printer-make-and-model"),
        )

    def jobs(self) -> list[JobState]:
        """This user's jobs on this queue, those that ended included."""
        reply = self._ask(
            Operation.GET_JOBS,
            ipp.attribute("requested-attributes", Tag.KEYWORD, *_JOB_FACTS),
            ipp.attribute("which-jobs", Tag.KEYWORD, "all"),
            ipp.attribute("my-jobs", Tag.BOOLEAN, True),
        )
        return [_job(facts) for facts in reply.attributes(Group.JOB)]

    def job(self, number: int) -> JobState | None:
        """One job, None where CUPS has none of that number."""
        try:
            reply = self._ask(
                Operation.GET_JOB_ATTRIBUTES,
                ipp.attribute("job-id", Tag.INTEGER, number),
                ipp.attribute("requested-attributes", Tag.KEYWORD, *_JOB_FACTS),
            )
        except QueueMissing:
            return None  # the same status says that there is no such job
        return _job(reply.first(Group.JOB))

    def create(self, job: PageJob, media: str) -> int:
        """A new job without a document yet: its number. It carries its id as its name, and nothing else. Pages are printed
        in their own size: fitted to what a printer can reach, a ruler would lie."""
        described = (
            ipp.attribute("copies", Tag.INTEGER, job.copies),
            ipp.attribute("media", Tag.KEYWORD, media),
            ipp.attribute("print-scaling", Tag.KEYWORD, "none"),
        )
        name = ipp.attribute("job-name", Tag.NAME, job.job_id)
        reply = self._ask(Operation.CREATE_JOB, name, job=described)
        return _number(reply.first(Group.JOB), "job-id")

    def send(self, number: int, document: bytes) -> None:
        """The document of a job, a PDF, whole."""
        self._ask(
            Operation.SEND_DOCUMENT,
            ipp.attribute("job-id", Tag.INTEGER, number),
            ipp.attribute("document-format", Tag.MIME, "application/pdf"),
            ipp.attribute("last-document", Tag.BOOLEAN, True),
            document=document,
            timeout_s=sending_s(document),
        )

    def end(self, number: int) -> None:
        """Ends a job, whatever its state, and deletes it with its files. One that is gone already is no error."""
        try:
            self._ask(
                Operation.CANCEL_JOB,
                ipp.attribute("job-id", Tag.INTEGER, number),
                ipp.attribute("purge-job", Tag.BOOLEAN, True),
            )
        except QueueMissing:
            return

    def resume(self) -> None:
        """A paused queue goes on. CUPS lets members of its system group do that, over its socket file."""
        self._ask(Operation.RESUME_PRINTER, privileged=True)

    def _ask(
        self,
        operation: Operation,
        *attributes: ipp.Attribute,
        job: tuple[ipp.Attribute, ...] = (),
        document: bytes = b"",
        timeout_s: float | None = None,
        privileged: bool = False,
    ) -> ipp.Message:
        asked = (
            ipp.attribute("attributes-charset", Tag.CHARSET, "utf-8"),
            ipp.attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
            ipp.attribute("printer-uri", Tag.URI, self._uri),
        )
        # job-id stands right behind its printer (RFC 8011, 3.1.5), the user behind both.
        numbered = tuple(each for each in attributes if each.name == "job-id")
        others = tuple(each for each in attributes if each.name != "job-id")
        user = ipp.attribute("requesting-user-name", Tag.NAME, self._user)
        groups = [(int(Group.OPERATION), (*asked, *numbered, user, *others))]
        if job:
            groups.append((int(Group.JOB), job))
        reply = self._link.exchange(
            operation, tuple(groups), timeout_s or self._answer_s, document, privileged
        )
        self._judge(reply)
        return reply

    def _judge(self, reply: ipp.Message) -> None:
        status = reply.code
        if status < 0x0100:
            return
        if status == Status.NOT_FOUND:
            raise QueueMissing(f"CUPS has no queue {self._queue}")
        if status in (Status.FORBIDDEN, Status.NOT_AUTHENTICATED, Status.NOT_AUTHORIZED):
            raise DeviceDenied(f"{self.name}: CUPS does not let this user do that")
        if status == Status.DOCUMENT_FORMAT:
            raise Refused(f"{self.name}: no PDF", code="cups.bad_document")
        if status == Status.NOT_ACCEPTING:
            raise Refused(f"{self.name} takes no jobs", code=REJECTING)
        raise Refused(f"{self.name}: CUPS answers 0x{status:04x}")


def sending_s(document: bytes) -> float:
    """How long a document may take to CUPS."""
    return SEND_S + len(document) / SLOWEST_BYTES_PER_S


def _job(facts: Mapping[str, tuple[ipp.Value, ...]]) -> JobState:
    return JobState(
        number=_number(facts, "job-id"),
        state=_number(facts, "job-state"),
        reasons=_reasons(facts, "job-state-reasons"),
        documents=next(iter(ipp.numbers(facts.get("number-of-documents", ()))), 0),
        name=_word(facts, "job-name"),
    )


def _number(facts: Mapping[str, tuple[ipp.Value, ...]], name: str) -> int:
    found = ipp.numbers(facts.get(name, ()))
    if not found:
        raise ipp.IppDamaged(f"an answer without {name}")
    return found[0]


def _word(facts: Mapping[str, tuple[ipp.Value, ...]], name: str) -> str:
    return next(iter(ipp.words(facts.get(name, ()))), "")


def _reasons(facts: Mapping[str, tuple[ipp.Value, ...]], name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in ipp.words(facts.get(name, ()))) - {"none"}
