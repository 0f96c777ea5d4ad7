"""build/tour/index.html: every screen, slip and hall row side by side, in one page without a network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from tests.journeys.report import Check, Journey, Moment

_STYLE = """
:root { --paper:#f6f4ef; --ink:#20302f; --soft:#5d6b69; --line:#d9d5ca; --teal:#0f6b66; --rust:#a4471c; --card:#fff }
* { box-sizing:border-box }
body { margin:0; background:var(--paper); color:var(--ink); font:17px/1.5 "Noto Sans CJK SC","Noto Sans SC",sans-serif }
main, header { max-width:1480px; margin:0 auto; padding:24px 28px }
h1 { margin:0; font-size:30px } h2 { margin:48px 0 4px; font-size:25px } h3 { margin:0 0 10px; font-size:18px }
p { margin:4px 0 12px; color:var(--soft) }
nav a { display:inline-block; margin:0 10px 10px 0; padding:6px 16px; border:2px solid var(--line); border-radius:18px;
  color:var(--ink); text-decoration:none; background:var(--card) }
.yes { color:var(--teal) } .no { color:var(--rust); font-weight:700 }
table { border-collapse:collapse; width:100%; background:var(--card) }
td, th { text-align:left; vertical-align:top; padding:6px 12px; border-bottom:1px solid var(--line); overflow-wrap:anywhere }
details { margin:8px 0 16px } summary { cursor:pointer; color:var(--soft) }
.moment { display:grid; grid-template-columns:minmax(0,1.7fr) minmax(0,.75fr) minmax(0,1.2fr); gap:20px;
  margin:18px 0; padding:18px; background:var(--card); border:1px solid var(--line); border-radius:16px }
.moment h3, .moment .note { grid-column:1/-1; margin:0 }
.moment img { max-width:100%; display:block; border:1px solid var(--line); border-radius:8px; margin-bottom:10px }
.moment img.slip { background:#fff; padding:8px; border-radius:3px }
.moment pre { margin:0 0 10px; padding:10px; background:var(--paper); border-radius:8px; font-size:13px; line-height:1.4;
  white-space:pre-wrap; overflow-wrap:anywhere }
.moment.tall { grid-template-columns:minmax(0,.8fr) minmax(0,.75fr) minmax(0,1.2fr) }
.none { color:var(--soft); font-size:15px }
@media (max-width:900px) { .moment { grid-template-columns:1fr } }
"""

_LEFT_OUT = ("prev_hash", "boot_id", "log_id", "monotonic_ms")  # long, and checked as a chain instead


def write_page(journeys: Sequence[Journey], path: Path) -> None:
    """Write the page; pictures are linked by paths relative to it, so that the folder can be carried away."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_page(journeys, path.parent), encoding="utf-8")


def _page(journeys: Sequence[Journey], home: Path) -> str:
    links = "".join(
        f'<a href="#{escape(journey.anchor)}">{_mark(journey.passed)} {escape(_short(journey))}</a>'
        for journey in journeys
    )
    sections = "".join(_section(journey, home) for journey in journeys)
    passed = sum(journey.passed for journey in journeys)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Tour</title>'
        f"<style>{_STYLE}</style></head><body><header><h1>Acceptance journeys</h1>"
        f"<p>{passed} of {len(journeys)} passed. Left the screen as it stood, then the slip as printed, then what the "
        f"hall stored.</p><nav>{links}</nav></header><main>{sections}</main></body></html>\n"
    )


def _short(journey: Journey) -> str:
    looks = (journey.locale, journey.mode)
    return journey.name if looks == ("zh_CN", "normal") else " · ".join((journey.name, *looks))


def _counted(journey: Journey) -> str:
    """What the person needed, where somebody counted."""
    if journey.touches is None or journey.visit_s is None:
        return ""
    return f" · {journey.touches} touches in {journey.visit_s:g} s"


def _mark(passed: bool) -> str:
    return '<span class="yes">✓</span>' if passed else '<span class="no">✗</span>'


def _section(journey: Journey, home: Path) -> str:
    failed = [check for check in journey.checks if not check.passed]
    loud = _table(failed) if failed else ""
    return (
        f'<section id="{escape(journey.anchor)}"><h2>{_mark(journey.passed)} {escape(journey.title)}</h2>'
        f"<p>{escape(journey.role)} · {escape(journey.locale)} · {escape(journey.mode)} · "
        f"{len(journey.checks)} checks · {journey.seconds:g} s{_counted(journey)}</p>{loud}"
        f"<details><summary>All checks</summary>{_table(journey.checks)}</details>"
        + "".join(_moment(moment, journey, home) for moment in journey.moments)
        + "</section>"
    )


def _table(checks: Iterable[Check]) -> str:
    rows = "".join(
        f"<tr><td>{_mark(check.passed)}</td><td>{escape(check.what)}</td><td>{_value(check.expected)}</td>"
        f"<td>{_value(check.got)}</td></tr>"
        for check in checks
    )
    return f"<table><tr><th></th><th>What</th><th>Expected</th><th>Got</th></tr>{rows}</table>"


def _value(value: Any) -> str:
    return escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _moment(moment: Moment, journey: Journey, home: Path) -> str:
    screen = (
        _image(moment.screen, home, "screen", moment.caption)
        if moment.screen
        else _none("no screen was kept")
    )
    slips = "".join(_image(slip, home, "slip", moment.caption) for slip in moment.slips) or _none("no slip")
    entries = [journey.stored[txn_id] for txn_id in moment.txn_ids if txn_id in journey.stored]
    rows = "".join(f"<pre>{escape(_entry(entry))}</pre>" for entry in entries) or _none("no row at the hall")
    kind = "moment tall" if journey.role == "query_print" else "moment"  # an upright panel
    note = f'<p class="note">{escape(moment.note)}</p>' if moment.note else ""
    return (
        f'<article class="{kind}"><h3>{escape(moment.caption)}</h3>{note}'
        f"<div>{screen}</div><div>{slips}</div><div>{rows}</div></article>"
    )


def _image(path: Path, home: Path, kind: str, caption: str) -> str:
    where = escape(path.relative_to(home).as_posix())
    return f'<img class="{kind}" loading="lazy" src="{where}" alt="{escape(caption)}">'


def _none(words: str) -> str:
    return f'<div class="none">{escape(words)}</div>'


def _entry(entry: dict[str, Any]) -> str:
    row = {key: value for key, value in entry["row"].items() if key not in _LEFT_OUT}
    row["hash"] = f"{row['hash'][:12]}…"
    became = {key: value for key, value in entry.items() if key != "row" and value not in ("", None)}
    return json.dumps({**became, **row}, ensure_ascii=False, indent=1)
