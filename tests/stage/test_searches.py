"""A search that finds nothing is worth something only if it finds what was put there."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stage import disk_search, memory
from tests.stage.memory import BLOCK_BYTES, Hit, forms, occurrences

NUMBER = "109900190001010018"
NAME = "样本甲"
PLANT = """
import sys
kept = []
for line in sys.stdin:
    kept.append(bytearray.fromhex(line))
    print(len(kept), flush=True)
"""
PLANT_OVER_AN_EDGE = """
import ctypes, sys
block_bytes, planted = int(sys.argv[1]), bytes.fromhex(sys.argv[2])
held = bytearray(3 * block_bytes)
address = ctypes.addressof(ctypes.c_char.from_buffer(held))
ranges = [[int(end, 16) for end in line.split()[0].split("-")] for line in open("/proc/self/maps")]
first = next(first for first, last in ranges if first <= address < last)
edge = first + ((address - first) // block_bytes + 1) * block_bytes - address
held[edge - 4 : edge + 6] = planted
print(address + edge - 4, flush=True)
sys.stdin.read()
"""


def test_the_forms_of_a_number() -> None:
    assert forms("10990019000101001X") == {
        "UTF-8": b"10990019000101001X",
        "UTF-16LE": "10990019000101001X".encode("utf-16-le"),
        "BCD from digit 1": bytes.fromhex("1099001900010100"),
        "BCD from digit 2": bytes.fromhex("0990019000101001"),
    }


def test_the_forms_of_a_name() -> None:
    assert set(forms(NAME)) == {"UTF-8", "UTF-16LE", "GBK"}
    assert set(forms("样\U00020bb7")) == {"UTF-8", "UTF-16LE"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "gbk", "BCD", "BCD, one digit on"])
def test_a_planted_number_and_name_are_found_in_another_process(encoding: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PLANT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert memory.search(process.pid, [NUMBER, NAME]) == []
        if encoding.startswith("BCD"):
            said = NUMBER if encoding == "BCD" else f"0{NUMBER}0"
        else:
            said = (NUMBER + NAME).encode(encoding).hex()
        process.stdin.write(said + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "1\n"
        hits = memory.search(process.pid, [NUMBER, NAME])
        assert {hit.needle for hit in hits} == ({0} if encoding.startswith("BCD") else {0, 1})
        assert NUMBER not in repr(hits)
        process.stdin.close()


def test_what_lies_across_two_blocks_is_found_once() -> None:
    """The search reads in blocks; another process holds a number right over the edge of one."""
    planted = bytes.fromhex("713e0955d218c4209b66")
    command = [sys.executable, "-c", PLANT_OVER_AN_EDGE, str(BLOCK_BYTES), planted.hex()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        address = int(process.stdout.readline())
        hits = memory.search(process.pid, [planted])
        assert [hit.at for hit in hits].count(address) == 1
        process.stdin.close()


def test_a_process_that_has_ended_cannot_be_searched() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(timeout=20)
    with pytest.raises(ProcessLookupError):
        memory.search(process.pid, [NUMBER])


def test_every_occurrence_is_told() -> None:
    assert list(occurrences(b"aaXaaXaa", b"aa")) == [0, 3, 6]
    assert list(occurrences(b"aaa", b"aa")) == [0, 1]


def test_a_directory_is_searched_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "d00001-001").write_bytes(b"%PDF" + NUMBER.encode("utf-16-le"))
    (tmp_path / "log.txt").write_text(f"a name {NAME}", encoding="gbk")
    (tmp_path / "empty").touch()
    (tmp_path / NUMBER).touch()
    (tmp_path / "bits").write_bytes(b"\x00" + bytes.fromhex(NUMBER))
    (tmp_path / "quiet").write_text("nobody")
    hits = disk_search.search([tmp_path], [NUMBER, NAME])
    assert {(Path(hit.where).name[:6], hit.needle, hit.encoding.split()[0], hit.at) for hit in hits} == {
        ("d00001", 0, "UTF-16LE", 4),
        ("log.tx", 1, "GBK", 7),
        (NUMBER[:6], 0, "UTF-8", -1),
        ("bits", 0, "BCD", 1),
    }


def test_a_database_is_searched_as_it_lies_on_the_disk(tmp_path: Path) -> None:
    """Also a row that was deleted: SQLite leaves its bytes in the page."""
    with sqlite3.connect(tmp_path / "db.sqlite") as database:
        database.execute("CREATE TABLE people (number TEXT)")
        database.execute("INSERT INTO people VALUES (?)", (NUMBER,))
        database.commit()
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("DELETE FROM people")
    database.close()
    assert [hit.needle for hit in disk_search.search([tmp_path], [NUMBER])] == [0]


def test_a_directory_that_is_not_there_is_no_clean_one(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        disk_search.search([tmp_path / "nowhere"], [NUMBER])


def test_a_hit_says_where_and_not_what() -> None:
    assert repr(Hit(0, "UTF-8", 7, "[heap]")) == "Hit(needle=0, encoding='UTF-8', at=7, where='[heap]')"
