"""The emulated printer judges the driver, so it must itself obey the command reference, byte for byte."""

from __future__ import annotations

import pytest
from PIL import Image

from drivers.emulators.printer_interpreter import (
    HEAD_DOTS,
    PAPER_DOTS,
    Answered,
    CutAsked,
    Happening,
    Initialised,
    Interpreter,
    LinePrinted,
)


def run(machine: Interpreter, data: bytes) -> list[Happening]:
    machine.buffer += data
    happenings = []
    while (happening := machine.step()) is not None:
        happenings.append(happening)
    return happenings


def ink_box(page: Image.Image) -> tuple[int, int, int, int]:
    """Where the ink is on the page, without the paper's side margin."""
    box = page.convert("L").point(lambda level: 255 - level).getbbox()
    assert box is not None
    return box


@pytest.fixture
def machine() -> Interpreter:
    return Interpreter(80)


def test_one_byte_at_a_time_prints_the_same() -> None:
    data = (
        b"\x1b@\x1c&"
        + "孙＊ 12.00".encode("gbk")
        + b"\n"
        + bytes.fromhex("1D763000 0200 0200 8000 0001 1D564200")
    )
    whole, torn = Interpreter(80), Interpreter(80)
    expected = run(whole, data)
    happened = [happening for byte in data for happening in run(torn, bytes([byte]))]
    assert happened == expected == [Initialised(), LinePrinted(), LinePrinted(), CutAsked(feed=True)]
    assert torn.cut(True).tobytes() == whole.cut(True).tobytes()


def test_bytes_that_are_no_gbk_pair_come_out_as_question_marks(machine: Interpreter) -> None:
    run(machine, "㐂".encode("gb18030") + b"\n")
    assert machine.question_marks > 0


def test_chinese_is_garbage_after_it_was_switched_off(machine: Interpreter) -> None:
    run(machine, b"\x1c." + "孙".encode("gbk") + b"\n")
    assert machine.question_marks == 2


def test_raster_dots_fall_where_the_bits_are(machine: Interpreter) -> None:
    run(machine, bytes.fromhex("1D763000 0200 0200 8000 0001"))
    left, top, right, bottom = ink_box(machine.peek())
    assert (right - left, bottom - top) == (16, 2)


def test_graphics_store_and_print_give_the_same_dots_as_raster(machine: Interpreter) -> None:
    run(
        machine,
        bytes.fromhex("1D284C0E00 3070300101311000 0200 80000001".replace(" ", "")) + b"\x1d(L\x02\x0002",
    )
    left, top, right, bottom = ink_box(machine.peek())
    assert (right - left, bottom - top) == (16, 2)


@pytest.mark.parametrize(("align", "place"), [(0, "left"), (1, "center"), (2, "right")])
def test_alignment(machine: Interpreter, align: int, place: str) -> None:
    margin = (PAPER_DOTS[80] - HEAD_DOTS[80]) // 2
    run(machine, b"\x1ba" + bytes([align]) + bytes.fromhex("1D763000 0100 0100 FF"))
    left, _, right, _ = ink_box(machine.peek())
    expected = {"left": 0, "center": (576 - 8) // 2, "right": 576 - 8}[place]
    assert (left, right) == (margin + expected, margin + expected + 8)


def test_double_size_is_dot_doubled(machine: Interpreter) -> None:
    run(machine, "饭".encode("gbk") + b"\n")
    single = ink_box(machine.peek())
    larger = Interpreter(80)
    run(larger, b"\x1d!\x11" + "饭".encode("gbk") + b"\n")
    double = ink_box(larger.peek())
    assert double[2] - double[0] == 2 * (single[2] - single[0])
    assert double[3] - double[1] == 2 * (single[3] - single[1])


def test_bold_and_inverse_have_more_ink(machine: Interpreter) -> None:
    def ink(attributes: bytes) -> int:
        printer = Interpreter(80)
        run(printer, attributes + "饭".encode("gbk") + b"\n")
        return printer.peek().convert("L").histogram()[0]

    plain, bold, inverse = ink(b""), ink(b"\x1bE\x01"), ink(b"\x1dB\x01")
    assert plain < bold < inverse
    assert inverse == 24 * 24 - plain


def test_line_that_is_too_long_goes_on_below(machine: Interpreter) -> None:
    assert run(machine, b"0" * 49 + b"\n") == [LinePrinted(), LinePrinted()]


def test_feeds_and_spacing(machine: Interpreter) -> None:
    start = machine.printed_dots
    run(machine, b"\n\x1b3\x30\n\x1bJ\x05\x1b2\x1bd\x02")
    assert machine.printed_dots - start == 30 + 48 + 5 + 60


def test_answers_keep_their_place_in_the_order_of_printing(machine: Interpreter) -> None:
    assert run(machine, b"a\n\x1dr\x01b\n\x1d(H\x06\x00000042\x1da\x0f\x1dI\x43") == [
        LinePrinted(),
        Answered("fence", b"\x01"),
        LinePrinted(),
        Answered("echo", b"0042"),
        Answered("auto", b"\x0f"),
        Answered("info", b"\x43"),
    ]


@pytest.mark.parametrize(
    ("command", "feeds"),
    [("1D5600", False), ("1D5601", False), ("1D564200", True), ("1B69", False), ("1B6D", False)],
)
def test_cuts(machine: Interpreter, command: str, feeds: bool) -> None:
    assert run(machine, b"a\n" + bytes.fromhex(command))[-1] == CutAsked(feeds)


def test_qr_code_of_the_vector_is_readable_in_size(machine: Interpreter) -> None:
    run(
        machine,
        bytes.fromhex(
            "1D286B040031413200 1D286B0300314304 1D286B03003145301D286B080031503048454C4C4F 1D286B0300315130"
        ),
    )
    left, top, right, bottom = ink_box(machine.peek())
    assert (right - left, bottom - top) == (21 * 4, 21 * 4)


def test_long_slip_has_paper_to_its_end(machine: Interpreter) -> None:
    run(machine, b"a\n" * 60)
    page = machine.cut(feed=True)
    assert page.height > 60 * 30
    assert page.getpixel((0, page.height - 1)) != 0
