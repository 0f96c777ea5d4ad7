"""`kiosk queue` is what a technician has when a terminal holds money that the hall does not: it must say what is there,
change nothing by looking, and bring rows over exactly once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk import queue
from kiosk.config import Settings, TerminalSection
from offline_cache.db import load_key, open_file
from offline_cache.outbox import Outbox
from offline_cache.wire import RowKind
from tests.offline_cache.model_hall import ModelHall
from tests.offline_cache.rows import meal, slip, stamp
from tests.offline_cache.sending import push_all, push_once


def settings_for(directory: Path, locale: str = "zh_CN") -> Settings:
    terminal = TerminalSection.model_validate(
        {
            "id": "CT-03",
            "role": "canteen",
            "data_dir": directory,
            "hall_url": "http://127.0.0.1:1",
            "locale": locale,
        }
    )
    return Settings.model_construct(terminal=terminal)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    """Three meals: one accepted, one refused, one unsent; and still running beside the command."""
    opened = Outbox.open(tmp_path, load_key(tmp_path), "CT-03", stamp())
    for number in range(2):
        opened.append(RowKind.MEAL, meal(number), stamp(number), slip(number))
    push_all(opened, ModelHall(refuses=lambda row: row.seq == 3))
    opened.append(RowKind.MEAL, meal(2), stamp(2), slip(2))
    return opened


def run_json(
    arguments: list[str], directory: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, object]]:
    status = queue.run([*arguments, "--json"], settings_for(directory))
    return status, json.loads(capsys.readouterr().out)


def test_list_says_what_is_unsent_and_refused(
    outbox: Outbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, figures = run_json(["list"], tmp_path, capsys)
    assert status == 0
    assert figures == {
        "unsent": 1,
        "oldest_ms": stamp(2).wall_ms,
        "refused": [{"log_id": outbox.log_id, "seq": 3, "kind": "meal", "code": "row.not_applicable"}],
        "prints": {"queued": 3},
    }
    outbox.close()


@pytest.mark.parametrize(("locale", "expected"), [("zh_CN", "未上传 1 条"), ("en", "1 rows not sent yet")])
def test_it_speaks_the_terminals_language(
    outbox: Outbox, tmp_path: Path, capsys: pytest.CaptureFixture[str], locale: str, expected: str
) -> None:
    queue.run(["list"], settings_for(tmp_path, locale))
    said = capsys.readouterr().out
    assert said.startswith(expected)
    assert "person-" not in said
    outbox.close()


def test_verify_is_content_with_a_good_chain(
    outbox: Outbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_json(["verify"], tmp_path, capsys) == (0, {"unbroken": True, "rows": 4, "logs": 1})
    outbox.close()


def test_verify_names_the_first_bad_row(
    outbox: Outbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_id = outbox.log_id
    outbox.close()
    connection = open_file(tmp_path / "log.db", load_key(tmp_path))
    connection.execute("DROP TRIGGER transactions_keep")
    connection.execute("UPDATE transactions SET occurred_at_ms = 1 WHERE seq = 3")
    connection.close()
    status, figures = run_json(["verify"], tmp_path, capsys)
    assert status == 1
    assert figures["first_bad"] == {"log_id": log_id, "seq": 3, "reason": "hash"}
    assert queue.run(["verify"], settings_for(tmp_path)) == 1
    assert f"{log_id} 第 3 条" in capsys.readouterr().out


def test_export_writes_the_rows_as_stored(
    outbox: Outbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "rows.jsonl"
    assert queue.run(["export", str(target)], settings_for(tmp_path)) == 0
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [row["seq"] for row in rows] == [1, 2, 3, 4]
    assert rows[3] == outbox.rows_to_send()[0].model_dump(mode="json")
    outbox.close()


def test_looking_changes_nothing(outbox: Outbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = outbox.status()
    for arguments in (["list"], ["verify"], ["export", str(tmp_path / "rows.jsonl")]):
        queue.run(arguments, settings_for(tmp_path))
    assert outbox.status() == before
    assert outbox.prints().unfinished() == []
    outbox.close()


def test_salvage_brings_rows_that_the_terminal_then_sends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old"
    key = load_key(old)
    lost = Outbox.open(old, key, "CT-03", stamp())
    hall = ModelHall()
    for number in range(5):
        lost.append(RowKind.MEAL, meal(number), stamp(number))
    push_once(lost, hall, 3)
    lost.close()
    new = tmp_path / "new"
    new.mkdir()
    for name in ("key", "key.mark"):
        (new / name).write_bytes((old / name).read_bytes())
    running = Outbox.open(new, key, "CT-03", stamp())
    running.append(RowKind.MEAL, meal(9), stamp(9))
    running.close()
    status, figures = run_json(["salvage", str(old / "log.db")], new, capsys)
    assert (status, figures) == (0, {"readable": True, "found": 6, "brought": 3})
    _, figures = run_json(["salvage", str(old / "log.db")], new, capsys)
    assert figures["brought"] == 0
    running = Outbox.open(new, key, "CT-03", stamp())
    push_all(running, hall)
    assert len(hall.meal_ids()) == len(set(hall.meal_ids())) == 6
    running.close()


def test_salvage_says_so_when_nothing_can_be_read(
    outbox: Outbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rubbish = tmp_path / "rubbish.db"
    rubbish.write_bytes(bytes(5000))
    outbox.close()
    assert queue.run(["salvage", str(rubbish)], settings_for(tmp_path)) == 1
    assert "没有可抢救的内容" in capsys.readouterr().out


def test_a_terminal_without_a_log_is_told_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert queue.run(["list"], settings_for(tmp_path)) == 2
    assert "不存在" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_missing_key_is_told_by_its_code(
    outbox: Outbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outbox.close()
    (tmp_path / "key").unlink()
    status, figures = run_json(["list"], tmp_path, capsys)
    assert (status, figures) == (2, {"code": "disk.key_missing"})
