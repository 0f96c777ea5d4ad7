"""Every smart card is spoken to by these commands; an answer that was cut off must never pass for a short one."""

from __future__ import annotations

import pytest

from drivers.cards import apdu, tlv
from drivers.cards.apdu import Answer, CardGone, Command, NotReadable, exchange

READ = Command(0x00, apdu.READ_RECORD, 0x07, 0x04, expected=11)


class Script:
    """Answers in turn, and keeps what was asked."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, command: bytes) -> bytearray:
        self.asked.append(command.hex().upper())
        return bytearray.fromhex(self._answers.pop(0))


@pytest.mark.parametrize(
    ("command", "written"),
    [
        (Command(0xFF, apdu.GET_DATA, expected=256), "FFCA000000"),
        (Command(0xFF, 0x82, 0x00, 0x00, bytes.fromhex("A0A1A2A3A4A5")), "FF82000006A0A1A2A3A4A5"),
        (Command(0x00, apdu.READ_RECORD, 0x07, 0x04, expected=11), "00B207040B"),
        (Command(0x80, 0x5C, 0x00, 0x02, expected=4), "805C000204"),
        (apdu.select_file(0xEF05), "00A4020002EF05"),
        (apdu.select_application(bytes.fromhex("A000000632010105")), "00A4040008A000000632010105"),
        (
            apdu.select_application("sx1.sh.社会保障".encode("gbk")),
            "00A404000F7378312E73682EC9E7BBE1B1A3D5CF",
        ),
    ],
)
def test_commands_are_written_as_published(command: Command, written: str) -> None:
    assert bytes(command).hex().upper() == written


def test_a_command_prints_without_its_data() -> None:
    assert "a0a1" not in repr(Command(0xFF, 0x82, data=bytes.fromhex("A0A1A2A3A4A5"))).lower()


def test_a_whole_answer_is_data_and_status() -> None:
    assert exchange(Script("070941313233343536374290 00"), READ) == Answer(
        0x9000, bytearray.fromhex("0709413132333435363742")
    )


def test_what_waits_is_fetched() -> None:
    script = Script("6103", "AABBCC 6102", "DDEE 9000")
    assert exchange(script, READ).data == bytes.fromhex("AABBCCDDEE")
    assert script.asked == ["00B207040B", "00C0000003", "00C0000002"]


def test_a_wrong_length_is_corrected_once() -> None:
    script = Script("6C0A", "01 9000")
    assert exchange(script, READ).data == b"\x01"
    assert script.asked[1] == "00B207040A"
    assert exchange(Script("6C0A", "6C0A"), READ).status == 0x6C0A


def test_an_error_is_an_answer() -> None:
    answer = exchange(Script("6A82"), READ)
    assert (answer.status, answer.succeeded) == (apdu.FILE_NOT_FOUND, False)


@pytest.mark.parametrize("cut", ["", "90", "0709", "0709413132", "07094131323334353637"])
def test_an_answer_without_a_status_word_means_that_the_card_has_gone(cut: str) -> None:
    with pytest.raises(CardGone):
        exchange(Script(cut), READ)


def test_a_card_that_never_ends_is_none() -> None:
    with pytest.raises(NotReadable):
        exchange(Script(*["AA 6101"] * 9), READ)


def test_the_raw_answer_is_zeroed_once_its_data_is_out() -> None:
    raw = bytearray.fromhex("3131303130319000")
    answer = exchange(lambda command: raw, READ)
    assert raw == b""
    assert bytes(answer.data) == b"110101"
    answer.wipe()
    assert answer.data == b""


# --- tags and lengths -----------------------------------------------------------------------------------------------

FCI = bytes.fromhex(
    "6F31 8408A000000632010105 A525 9F080102 9F0C1E 01011000FFFFFFFF02010310100000000000001720240101204012310000"
)


def test_a_value_is_found_by_its_path() -> None:
    found = tlv.find(FCI, 0x6F, 0xA5, 0x9F0C)
    assert found is not None and len(found) == 30
    assert tlv.find(FCI, 0x6F, 0xA5, 0x9F0D) is None
    assert [bytes(name) for name in tlv.find_all(FCI, 0x84)] == [bytes.fromhex("A000000632010105")]


def test_every_cut_of_it_is_damaged() -> None:
    for length in range(1, len(FCI)):
        with pytest.raises(tlv.Malformed):
            list(tlv.deep_items(FCI[:length]))


@pytest.mark.parametrize(
    "damaged", ["9F", "9FFF", "9FFFFF01", "84", "8480", "848300000100", "8402AA", "848201"]
)
def test_damage_is_said(damaged: str) -> None:
    with pytest.raises(tlv.Malformed):
        list(tlv.items(bytes.fromhex(damaged)))


def test_long_lengths_and_fillers_are_understood() -> None:
    long = b"\x00\xff" + b"\x84\x81\x80" + bytes(128) + b"\x00"
    (item,) = tlv.items(long)
    assert (item.tag, item.end - item.start) == (0x84, 128)
