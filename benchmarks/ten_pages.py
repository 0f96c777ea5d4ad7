"""A record of ten A4 pages as PDF, beside the same rows set by typst alone as one plain table."""

from __future__ import annotations

import json
import time
from datetime import UTC

from benchmarks.measure import Result, against, percentile, take_turns
from drivers import fonts
from kiosk.services.residents.document_pages import document_pdf, page_count, pages_content
from kiosk.services.residents.imprint import Imprint
from kiosk.services.residents.printable import Holder, RecordSource, printable
from offline_cache.wire_residents import Column, RecordPage

ROUNDS = 8
PAGES = 10
ROWS = 350
IMPRINT = Imprint(
    "QP01-20261120-0042",
    "和顺社区服务大厅",
    "Heshun Community Hall",
    "QP-01",
    "2026-11-20 10:02",
    url="https://hall.example/v/QP01-20261120-0042?s=" + "A" * 86,
)
PLAIN = """
#set page(paper: "a4")
#set text(font: "Noto Sans CJK SC", lang: "zh")
#table(columns: 4, ..json(bytes(sys.inputs.rows)).flatten())
"""


def results() -> list[Result]:
    import typst

    faces = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[fonts.font_path(fonts.REGULAR).parent],
    )
    content, rows = _record(), json.dumps(_rows())

    def ours() -> float:
        begun = time.perf_counter()
        document_pdf(content)
        return (time.perf_counter() - begun) * 1000

    def bare() -> float:
        begun = time.perf_counter()
        typst.compile(
            PLAIN.encode(),
            format="pdf",
            font_paths=faces,
            ignore_system_fonts=True,
            sys_inputs={"rows": rows},
        )
        return (time.perf_counter() - begun) * 1000

    pages = page_count(document_pdf(content))  # and the fonts are read
    if pages != PAGES:
        raise ValueError(f"the measured record has {pages} pages, not {PAGES}: choose ROWS anew")
    bare()
    made, plain = take_turns(ours, bare, ROUNDS)
    how = f"{ROUNDS} PDFs of {ROWS} rows each, in turns, fonts read before; medians"
    peer = "typst alone: the same rows as one plain table"
    return [against("a4_record_of_10_pages", percentile(made, 50), "ms", peer, percentile(plain, 50), how)]


def _rows() -> list[list[str]]:
    return [
        [f"{2000 + number // 12}-{number % 12 + 1:02}", str(77_600 + number), str(37_200 + number), "已到账"]
        for number in range(ROWS)
    ]


def _record() -> dict[str, object]:
    columns = [("月份", "text"), ("养老（元）", "money"), ("医疗（元）", "money"), ("状态", "state")]
    page = RecordPage(
        kind="social_insurance",
        person_id="",
        title_zh="社保缴费记录",
        title_en="Social insurance",
        columns=[Column(label_zh=label, label_en=label, sort=sort) for label, sort in columns],
        rows=_rows(),
        count=ROWS,
        as_of_ms=0,
    )
    source = RecordSource(page, Holder("赵＊", "320305 ******** 0024"))
    return pages_content(printable(source, "zh_CN", 0, UTC), IMPRINT)
