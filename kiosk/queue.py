"""`kiosk queue`: looking after what the hall has not answered yet, at the machine and without its screen.

`list`, `verify` and `export` only read, also beside a running terminal. `salvage` adds rows of a damaged log to the
terminal's own, which sends them on with the rest; a running terminal is asked to do it. No name and no number of a person is printed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.config import Settings
from kiosk.services.status import ask
from offline_cache import deliveries, log_file, salvage
from offline_cache.copies import copied
from offline_cache.db import Connection, StorageError, load_key, open_file, reading, transaction
from offline_cache.outbox import FILE_NAME

OK, FAULTY, UNUSABLE = 0, 1, 2
SOCKET = "status.sock"
SALVAGE_S = 40.0

_WORDS: dict[str, tuple[str, str]] = {
    "unsent": (
        "未上传 {unsent} 条，最早一条 {oldest}。",
        "{unsent} rows not sent yet, the oldest of {oldest}.",
    ),
    "all_sent": ("全部已上传。", "Everything has been sent."),
    "refused": (
        "中心拒收 {log} 第 {seq} 条（{kind}）：{code}",
        "The hall refused {log} row {seq} ({kind}): {code}",
    ),
    "prints": ("小票 {state}：{count} 张", "Slips {state}: {count}"),
    "unbroken": ("链完整：{logs} 个日志，{rows} 条。", "The chain is unbroken: {logs} logs, {rows} rows."),
    "broken": (
        "链在日志 {log} 第 {seq} 条断开（{reason}）；其前 {rows} 条完好。",
        "The chain breaks at row {seq} of log {log} ({reason}); the {rows} rows before it are good.",
    ),
    "exported": ("已导出 {rows} 条到 {file}。", "{rows} rows written to {file}."),
    "unreadable": (
        "{file} 无法读取：没有可抢救的内容。",
        "Nothing in {file} can be read: there is nothing to salvage.",
    ),
    "salvaged": (
        "{file} 中读出 {found} 条，其中 {brought} 条未上传，已转入本机日志，将随下次同步上传。",
        "{found} rows of {file} can be read; {brought} of them were unsent, are in this terminal's log now and go "
        "with the next sync.",
    ),
    "no_log": (
        "{file} 不存在：本机尚未记录任何交易。",
        "{file} is not there: this terminal has recorded nothing yet.",
    ),
    "disk": ("磁盘错误（{code}）：{message}", "The disk cannot be used ({code}): {message}"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a command found: an exit status, figures for `--json`, and sentences as (key, values)."""

    status: int
    figures: Mapping[str, Any]
    sentences: Sequence[tuple[str, Mapping[str, Any]]] = field(default_factory=list)


def run(arguments: Sequence[str], settings: Settings) -> int:
    """Runs `kiosk queue …`. Returns 0; 1 when the chain is broken or nothing could be salvaged; 2 when the disk or the
    key cannot be used. Raises SystemExit for arguments that are not understood, as argparse does."""
    chosen = _parser().parse_args(arguments)
    language = 0 if settings.terminal.locale == "zh_CN" else 1
    try:
        report: Report = chosen.act(chosen, settings)
    except StorageError as error:
        report = _failed(error.code, str(error))
    except FileNotFoundError as error:
        report = Report(UNUSABLE, {"code": "queue.no_log"}, [("no_log", {"file": error.filename})])
    lines = [_WORDS[key][language].format(**values) for key, values in report.sentences]
    if chosen.json:
        lines = [json.dumps(report.figures, ensure_ascii=False)]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return report.status


def _failed(code: str, message: str) -> Report:
    return Report(UNUSABLE, {"code": code}, [("disk", {"code": code, "message": message})])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk queue", description="What the hall has not answered yet.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(
        name: str, act: Callable[[argparse.Namespace, Settings], Report], help: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help)
        command.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
        command.set_defaults(act=act)
        return command

    add("list", _list, "unsent and refused rows, and the states of slips")
    add("verify", _verify, "check the hash chain of every log")
    add("export", _export, "write every row as stored, one JSON object a line").add_argument(
        "file", type=Path
    )
    add("salvage", _salvage, "bring unsent rows of a damaged log file over").add_argument("file", type=Path)
    return parser


@contextmanager
def _log(settings: Settings) -> Iterator[Connection]:
    """The log as it is now, in a copy: a running terminal shares its file with nobody."""
    path, key = _file_and_key(settings)
    with copied(path) as copy, closing(open_file(copy, key, read_only=True)) as connection, reading():
        yield connection


def _file_and_key(settings: Settings) -> tuple[Path, bytes]:
    directory = settings.terminal.data_dir
    path = directory / FILE_NAME
    if not path.exists():
        raise FileNotFoundError(2, "no log", str(path))
    return path, load_key(directory)


def _list(chosen: argparse.Namespace, settings: Settings) -> Report:
    with _log(settings) as connection:
        unsent = deliveries.count_pending(connection)
        oldest_ms = deliveries.oldest_pending_ms(connection)
        refused = deliveries.refused_rows(connection)
        prints = connection.execute(
            "SELECT state, count(*) FROM prints GROUP BY state ORDER BY state"
        ).fetchall()
    figures = {
        "unsent": unsent,
        "oldest_ms": oldest_ms,
        "refused": [
            {"log_id": row.log_id, "seq": row.seq, "kind": row.kind, "code": row.code} for row in refused
        ],
        "prints": dict(prints),
    }
    sentences: list[tuple[str, Mapping[str, Any]]] = [("all_sent", {})]
    if oldest_ms is not None:
        oldest = datetime.fromtimestamp(oldest_ms / 1000, UTC).astimezone(
            ZoneInfo(settings.terminal.timezone)
        )
        sentences = [("unsent", {"unsent": unsent, "oldest": f"{oldest:%Y-%m-%d %H:%M}"})]
    for row in refused:
        sentences.append(("refused", {"log": row.log_id, "seq": row.seq, "kind": row.kind, "code": row.code}))
    sentences += [("prints", {"state": state, "count": count}) for state, count in prints]
    return Report(OK, figures, sentences)


def _verify(chosen: argparse.Namespace, settings: Settings) -> Report:
    with _log(settings) as connection:
        report = log_file.verify_chain(connection)
    figures: dict[str, Any] = {"unbroken": report.unbroken, "rows": report.rows, "logs": report.logs}
    if report.first_bad is None:
        return Report(OK, figures, [("unbroken", {"logs": report.logs, "rows": report.rows})])
    log_id, seq = report.first_bad
    first_bad = {"log_id": log_id, "seq": seq, "reason": report.reason}
    words = {"log": log_id, "seq": seq, "reason": report.reason, "rows": report.rows}
    return Report(FAULTY, {**figures, "first_bad": first_bad}, [("broken", words)])


def _export(chosen: argparse.Namespace, settings: Settings) -> Report:
    with _log(settings) as connection:
        rows = log_file.export_rows(connection, chosen.file)
    return Report(OK, {"rows": rows}, [("exported", {"rows": rows, "file": chosen.file})])


def _salvage(chosen: argparse.Namespace, settings: Settings) -> Report:
    if not chosen.file.exists():
        raise FileNotFoundError(2, "no file", str(chosen.file))
    figures = _ask_the_running_terminal(chosen.file.absolute(), settings) or _salvage_here(
        chosen.file, settings
    )
    if "code" in figures:
        return _failed(str(figures["code"]), "")
    if not figures["found"]:
        return Report(FAULTY, figures, [("unreadable", {"file": chosen.file})])
    return Report(OK, figures, [("salvaged", {"file": chosen.file, **figures})])


def _ask_the_running_terminal(damaged: Path, settings: Settings) -> dict[str, Any]:
    """What it says it has salvaged, nothing where none is running."""
    try:
        return ask(settings.terminal.data_dir / SOCKET, SALVAGE_S, {"ask": "salvage", "file": str(damaged)})
    except OSError:
        return {}


def _salvage_here(damaged: Path, settings: Settings) -> dict[str, Any]:
    path, key = _file_and_key(settings)
    with closing(open_file(path, key)) as connection, reading():
        found = salvage.read_damaged(damaged, key)
        with transaction(connection):
            brought = salvage.bring_over(connection, found)
    return {"readable": found.readable, "found": len(found.rows), "brought": brought}
