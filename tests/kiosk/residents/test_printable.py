"""A slip is what a person carries home and an office believes: names stay masked, money is written as money, the code
leads to the hall, and nothing that the hall sends makes paper that nobody can read."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.base import PrintState
from drivers.emulators.printer import EmulatedPrinter
from drivers.printers.escpos import EscPosPrinter
from drivers.printers.layout import layout
from drivers.printers.lines import PAPERS, QrLine
from drivers.printers.slip import QrCode, Row, Slip
from drivers.transport import TcpTransport
from kiosk.services.residents.document_pages import document_pdf, pages_content
from kiosk.services.residents.document_slips import MOST_LINES, SlipTooLong, document_slip, lines_of
from kiosk.services.residents.imprint import Imprint, signed
from kiosk.services.residents.printable import (
    Holder,
    NormSource,
    Printable,
    ReceiptSource,
    Source,
    money,
    printable,
)
from offline_cache.identity import TerminalKey
from offline_cache.wire_residents import Column, FormField, Lines, Norm, NormStep
from tests.kiosk.residents.document_samples import AS_OF_MS, ZHAO, guide, record, route
from tests.stage.codes import decoded

ZONE = ZoneInfo("Asia/Shanghai")
HALL = "https://hall.example.org"
RARE = "\U00020001"

RECEIPT = ReceiptSource(
    "QP01-20261120-0007", "老年优待证办理", "Senior card", ZHAO, AS_OF_MS, awaited=(("照片", "A photograph"),)
)
NORM = NormSource(
    Norm(
        code="N01",
        version=1,
        group="basic",
        title_zh="邻里纠纷调解",
        title_en="Settling quarrels",
        initials="lljftj",
        sample=False,
        steps=[
            NormStep(
                step="ask",
                title_zh="受理",
                title_en="Take it in",
                text_zh="听双方说。",
                text_en="Hear both.",
                record=[FormField(field="who", label_zh="双方", label_en="Both", sort="text")],
            )
        ],
        standard=Lines(zh=["三天内回复。"], en=["Answer in three days."]),
        evaluation=[],
    )
)


def made(source: Source, locale: str = "zh_CN") -> Printable:
    return printable(source, locale, AS_OF_MS, ZONE)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> TerminalKey:
    return TerminalKey.load_or_make(tmp_path_factory.mktemp("key"))


def imprint(document: Printable, key: TerminalKey, at: str = "2026-11-20 10:02") -> Imprint:
    unsigned = Imprint("QP01-20261120-0042", "和顺社区服务大厅", "Heshun Hall", "QP-01", at)
    return signed(unsigned, document, key, HALL)


def slip_of(source: Source, key: TerminalKey, locale: str = "zh_CN") -> Slip:
    document = made(source, locale)
    return Slip.from_json(document_slip(document, imprint(document, key)))


def printed(slip: Slip, directory: Path, width_mm: int) -> Image.Image:
    """What comes out of the emulated machine."""
    machine = EmulatedPrinter(directory, width_mm=width_mm)
    driver = EscPosPrinter(TcpTransport(*machine.address), width_mm)
    try:
        assert driver.print(slip, "1").state is PrintState.PRINTED
        assert machine.wait_for_pages(1)
        assert machine.question_marks == 0
        return machine.pages[0]
    finally:
        driver.close()
        machine.close()


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        ("123450", "1,234.50"),
        ("0", "0.00"),
        ("5", "0.05"),
        ("-5", "-0.05"),
        ("-0", "0.00"),
        ("100000000000", "1,000,000,000.00"),
        ("未缴", "未缴"),
        ("", ""),
        ("12.5", "12.5"),
        ("１２", "１２"),
    ],
)
def test_money_is_written_with_its_thousands(fen: str, written: str) -> None:
    assert money(fen) == written


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize(
    "source", [record(), guide(), route(), RECEIPT, NORM], ids=lambda s: type(s).__name__
)
@pytest.mark.parametrize("width_mm", [58, 80])
def test_every_source_fits_both_papers_in_both_languages(
    source: Source, locale: str, width_mm: int, key: TerminalKey
) -> None:
    lines = layout(slip_of(source, key, locale), width_mm)
    assert 10 < len(lines) < MOST_LINES
    paper = PAPERS[width_mm]
    assert all(line.image.width <= paper.dots for line in lines if hasattr(line, "image"))
    (code,) = [line for line in lines if isinstance(line, QrLine)]
    assert code.module >= 6


@pytest.mark.parametrize("width_mm", [58, 80])
def test_the_code_on_paper_leads_to_the_hall(width_mm: int, key: TerminalKey, tmp_path: Path) -> None:
    slip = slip_of(record(), key)
    picture = printed(slip, tmp_path, width_mm).convert("L")
    said = decoded(picture)
    (code,) = [part for part in slip.parts if isinstance(part, QrCode)]
    assert said == code.text
    assert said.startswith(f"{HALL}/v/QP01-20261120-0042?s=")


def test_what_identifies_a_person_is_masked_on_paper(key: TerminalKey) -> None:
    said = "\n".join(slip_of(record(), key).texts())
    assert "赵＊" in said
    assert "320305********0024" in said
    assert "仅供本人查询使用" in said


def test_a_table_stands_in_columns(key: TerminalKey) -> None:
    slip = slip_of(record(), key)
    rows = [part for part in slip.parts if isinstance(part, Row)]
    assert rows[0].cells == "月份\t养老￥\t医疗￥"
    assert rows[-1] == Row("合计\t4,656.00\t2,232.00", "lrr", bold=True)
    texts = [
        "".join(piece.text for piece in line.pieces) for line in layout(slip, 80) if hasattr(line, "pieces")
    ]
    months = [text for text in texts if text.startswith(("01月", "06月"))]
    assert len(months) == 2
    assert months[0][4:] == months[1][4:]  # figures one below the other


def test_words_in_a_table_are_in_the_language_of_the_paper() -> None:
    columns = [Column(label_zh="状态", label_en="State", english={"已到账": "Paid in", "合计": "Total"})]
    found = record(columns=columns, rows=[["已到账"], ["待查"]], total=["合计"], count=2)
    english, chinese = made(found, "en").table, made(found, "zh_CN").table
    assert english is not None and chinese is not None
    assert (english.rows, english.total) == ((("Paid in",), ("待查",)), ("Total",))
    assert (chinese.rows, chinese.total) == ((("已到账",), ("待查",)), ("合计",))


def test_columns_that_do_not_fit_go_on_in_the_next_line(key: TerminalKey) -> None:
    heads = ("日期", "事项名称", "状态", "金额￥")
    sorts = ("date", "text", "state", "money")
    columns = [Column(label_zh=h, label_en=h, sort=s) for h, s in zip(heads, sorts, strict=True)]
    row = ["2026-02-03", "临时救助金申请（因病致困家庭）", "办理中", "120000"]
    wide = record(columns=columns, rows=[row], total=[])
    said = [
        "".join(piece.text for piece in line.pieces)
        for line in layout(slip_of(wide, key), 58)
        if hasattr(line, "pieces")
    ]
    for cell in ("2026-02-03", "临时救助金申请（因病致困家庭）", "办理中", "1,200.00"):
        assert any(cell in line for line in said), cell


@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("char", ["赵", RARE])
def test_a_name_of_sixty_characters_prints_whole(
    width_mm: int, char: str, key: TerminalKey, tmp_path: Path
) -> None:
    """The machine that prints it knows no character beyond GBK, and would put a question mark."""
    slip = slip_of(record(2, Holder(char * 59 + "＊", "320305 ******** 0024")), key)
    short = slip_of(record(2), key)
    added = (
        printed(slip, tmp_path / "long", width_mm).height
        - printed(short, tmp_path / "short", width_mm).height
    )
    assert added > 3 * 48  # four lines more, of letters as large as before


@pytest.mark.parametrize("char", ["赵", RARE])
@pytest.mark.parametrize("sort", ["record", "receipt"])
def test_a_name_of_sixty_characters_stands_whole_on_a4_and_on_receipts(
    sort: str, char: str, key: TerminalKey, tmp_path: Path
) -> None:
    name = char * 59 + "＊"
    holder = Holder(name, "320305 ******** 0024")
    source = record(2, holder) if sort == "record" else replace(RECEIPT, holder=holder)
    document = made(source)
    assert name in "".join(slip_of(source, key).texts()).replace("\n", "")
    pdf = tmp_path / "pages.pdf"
    pdf.write_bytes(document_pdf(pages_content(document, imprint(document, key))))
    read = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, check=True, timeout=30)
    assert name in "".join(read.stdout.decode().split())


def test_no_rows_are_said_in_words(key: TerminalKey) -> None:
    assert "没有记录" in "\n".join(slip_of(record(0), key).texts())


def test_a_slip_as_long_as_a_corridor_is_not_made(key: TerminalKey) -> None:
    document = made(record(10_000))
    assert lines_of(document) > MOST_LINES
    with pytest.raises(SlipTooLong):
        document_slip(document, imprint(document, key))


@pytest.mark.parametrize("letters", [1, 12, 60, 1000])
def test_however_long_its_cells_no_slip_is_longer_than_anybody_carries_home(
    key: TerminalKey, letters: int
) -> None:
    column = {"label_zh": "事由", "label_en": "What for"}
    for rows in (1, 10, 50, 150, 185):
        cells = [["敬" * letters]] * rows
        document = made(record(rows, columns=[Column(**column)], rows=cells, total=[]))
        try:
            slip = Slip.from_json(document_slip(document, imprint(document, key)))
        except SlipTooLong:
            continue
        assert len(layout(slip, 80)) < 1.5 * MOST_LINES


def test_an_untrusted_time_is_not_printed_as_a_time(key: TerminalKey) -> None:
    document = made(record())
    slip = Slip.from_json(document_slip(document, imprint(document, key, at="")))
    said = "\n".join(slip.texts())
    assert "时间待核" in said
    assert "10:02" not in said


def test_an_empty_english_text_falls_back_to_the_chinese(key: TerminalKey) -> None:
    assert made(record(title_en=""), "en").title == "社保缴费记录"


CELL = st.text(max_size=40)
COLUMNS = st.lists(st.sampled_from(["text", "money", "count", "date", "state"]), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(sorts=COLUMNS, rows=st.lists(st.lists(CELL, max_size=10), max_size=5), name=CELL)
def test_whatever_the_hall_sends_can_be_laid_out(
    key: TerminalKey, sorts: list[str], rows: list[list[str]], name: str
) -> None:
    columns = [Column.model_validate({"label_zh": s, "label_en": s, "sort": s}) for s in sorts]
    source = record(columns=columns, rows=rows, total=[], holder=Holder(name, ""))
    slip = slip_of(source, key)
    for width_mm in (58, 80):
        for line in layout(slip, width_mm):
            if hasattr(line, "image"):
                assert line.image.width <= PAPERS[width_mm].dots
