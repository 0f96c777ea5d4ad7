"""The record sources of applications and of certificates: what a person finds of them at any terminal."""

from __future__ import annotations

from hall.clock import local_date
from hall.database import Database
from hall.models_applications import Certificate
from hall.services.applications.applications import ApplicationLine, applications_of
from hall.services.applications.certificates import certificates_of
from hall.services.residents.record_source import Asked, SourcePage, by_offset
from offline_cache.wire_residents import Column

STATES = {
    "received": ("已受理", "Received"),
    "papers_awaited": ("等待材料", "Waiting for papers"),
    "assigned": ("正在办理", "Being worked on"),
    "done": ("已办结", "Done"),
    "refused": ("不予办理", "Refused"),
    "fed_back": ("已答复", "Answered"),
}


class ApplicationsSource:
    """Newest first; a year is the year in which it was submitted."""

    def page(self, database: Database, asked: Asked) -> SourcePage:
        with database.reading() as session:
            lines = [
                line
                for line in applications_of(session, asked.person_id)
                if asked.year in (None, local_date(line.submitted_at_ms).year)
            ]
        first, end, next_cursor = by_offset(asked, len(lines))
        shown = lines[first:end]
        columns = (
            Column(label_zh="编号", label_en="Number"),
            Column(
                label_zh="事项", label_en="Item", english={line.title_zh: line.title_en for line in shown}
            ),
            Column(label_zh="提交日期", label_en="Submitted", sort="date"),
            Column(label_zh="办结期限", label_en="Due", sort="date"),
            Column(label_zh="状态", label_en="State", sort="state", english=dict(STATES.values())),
        )
        rows = [_application(line) for line in shown]
        return SourcePage(columns=columns, rows=rows, count=len(lines), next_cursor=next_cursor)


def _application(line: ApplicationLine) -> list[str]:
    submitted = local_date(line.submitted_at_ms).isoformat()
    return [line.number, line.title_zh, submitted, line.due, STATES[line.state][0]]


class CertificatesSource:
    """Newest first; what a certificate says is in its row, so that it can be printed wherever its person stands."""

    def page(self, database: Database, asked: Asked) -> SourcePage:
        with database.reading() as session:
            certificates = [
                each
                for each in certificates_of(session, asked.person_id)
                if asked.year in (None, local_date(each.issued_at_ms).year)
            ]
        first, end, next_cursor = by_offset(asked, len(certificates))
        shown = certificates[first:end]
        titles = {each.title_zh: each.title_en for each in shown if each.title_en}
        texts = {"".join(each.text_zh): " ".join(each.text_en) for each in shown if each.text_en}
        columns = (
            Column(label_zh="证明", label_en="Certificate", english=titles),
            Column(label_zh="内容", label_en="What it says", english=texts),
            Column(label_zh="开具日期", label_en="Issued", sort="date"),
            Column(label_zh="有效期至", label_en="Valid until", sort="date"),
            Column(label_zh="办件编号", label_en="Application"),
        )
        rows = [_certificate(each) for each in shown]
        return SourcePage(columns=columns, rows=rows, count=len(certificates), next_cursor=next_cursor)


def _certificate(issued: Certificate) -> list[str]:
    day = local_date(issued.issued_at_ms).isoformat()
    return [issued.title_zh, "".join(issued.text_zh), day, issued.valid_until, issued.number]
