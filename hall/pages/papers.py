"""What the hall says of a paper to whoever scans the code on it."""

from __future__ import annotations

from datetime import datetime

from hall.clock import LOCAL_TIME
from hall.pages.page import Language, Page, Tone
from hall.services.residents.verification import Paper, PaperState

TONES: dict[PaperState, Tone] = {
    PaperState.GOOD: "good",
    PaperState.REVOKED: "bad",
    PaperState.AWAITED: "warm",
    PaperState.UNKNOWN: "bad",
    PaperState.MISMATCH: "bad",
}
STATUS = {PaperState.AWAITED: 404, PaperState.UNKNOWN: 404, PaperState.MISMATCH: 404}
SAID: dict[Language, dict[PaperState, tuple[str, str]]] = {
    "zh": {
        PaperState.GOOD: ("这份材料是真的", "请核对纸上的内容和下面是否一致。"),
        PaperState.REVOKED: ("这份材料已经作废", "请不要再使用。需要时请到大厅重新打印。"),
        PaperState.AWAITED: ("还没有收到这份材料的记录", "打印它的机器可能还没有联网，请过一会儿再查。"),
        PaperState.UNKNOWN: ("没有这个编号", "请核对纸上的编号，或到大厅窗口询问。"),
        PaperState.MISMATCH: ("核对不上", "编号和签名不一致。请不要使用，可到大厅窗口询问。"),
    },
    "en": {
        PaperState.GOOD: ("This document is genuine", "Please compare the paper with what stands below."),
        PaperState.REVOKED: (
            "This document was withdrawn",
            "Please do not use it any more. The hall prints a new one.",
        ),
        PaperState.AWAITED: (
            "Not yet reported",
            "The machine that printed it may be offline. Please try again later.",
        ),
        PaperState.UNKNOWN: (
            "There is no such number",
            "Please check the number on the paper, or ask at the hall.",
        ),
        PaperState.MISMATCH: (
            "The signature does not match",
            "Number and signature do not belong together. Please do not use it; ask at the hall.",
        ),
    },
}
LABELS: dict[Language, dict[str, str]] = {
    "zh": {
        "number": "编号", "kind": "材料", "name": "姓名", "issued": "打印时间", "place": "打印地点",
        "copies": "已打印", "revoked": "作废时间",
    },
    "en": {
        "number": "Number", "kind": "Document", "name": "Name", "issued": "Issued", "place": "Issued at",
        "copies": "Printed", "revoked": "Withdrawn",
    },
}  # fmt: skip


def paper_page(paper: Paper, language: Language) -> Page:
    title, text = SAID[language][paper.state]
    return Page(TONES[paper.state], title, text, tuple(_facts(paper, language)))


def status_of(paper: Paper) -> int:
    return STATUS.get(paper.state, 200)


def _facts(paper: Paper, language: Language) -> list[tuple[str, str]]:
    labels = LABELS[language]
    facts = [(labels["number"], paper.number)]
    if paper.state in (PaperState.GOOD, PaperState.REVOKED):
        facts += [
            (labels["kind"], paper.title_zh if language == "zh" else paper.title_en),
            (labels["name"], paper.masked_name),
            (labels["issued"], _moment(paper.issued_at_ms, language)),
            (labels["place"], paper.site_zh if language == "zh" else paper.site_en),
            (labels["copies"], _copies(paper.copies, language)),
        ]
    if paper.state is PaperState.REVOKED:
        facts.append((labels["revoked"], _moment(paper.revoked_at_ms, language)))
    return facts


def _moment(time_ms: int, language: Language) -> str:
    moment = datetime.fromtimestamp(time_ms / 1000, LOCAL_TIME)
    if language == "zh":
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
    return f"{moment:%Y-%m-%d %H:%M}"


def _copies(copies: int, language: Language) -> str:
    if language == "zh":
        return f"{copies} 份"
    return "1 copy" if copies == 1 else f"{copies} copies"
