"""The frame of a page: one statement on top, facts below, and at most one button. Everything that goes in is escaped."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

from fastapi.responses import HTMLResponse

Language = Literal["zh", "en"]

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
HEADERS = {
    "Cache-Control": "no-store",
    # No script, no picture from elsewhere, and no address of ours handed on: it is the key to a document.
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Vary": "Accept-Language, Cookie",
}
HALL_NAME = {"zh": "社区服务大厅", "en": "Community service hall"}
SIGNS = {
    "good": '<circle cx="28" cy="28" r="26" fill="none"/><path d="M16 29l8 8 17-18" fill="none"/>',
    "warm": '<circle cx="28" cy="28" r="26" fill="none"/><path d="M28 13v16l10 7" fill="none"/>',
    "bad": '<path d="M18 3h20l15 15v20L38 53H18L3 38V18zM28 15v17M28 39v4" fill="none"/>',
}
Tone = Literal["good", "warm", "bad"]


@dataclass(frozen=True)
class Page:
    """`tone` is drawn as shape and colour beside the title. `facts` are (label, value); `button` is (label, address)."""

    tone: Tone
    title: str
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    button: tuple[str, str] | None = None


def preferred_language(accepted: str) -> Language:
    """Chinese or English by an Accept-Language header (RFC 9110 section 12.5.4); Chinese when it names neither."""
    best: tuple[float, Language] = (0.0, "zh")
    for part in accepted.split(","):
        name, _, weight = part.strip().partition(";q=")
        language = name.partition("-")[0].strip().lower()
        if language in ("zh", "en") and _weight(weight) > best[0]:
            best = (_weight(weight), "zh" if language == "zh" else "en")
    return best[1]


def _weight(text: str) -> float:
    try:
        weight = float(text or 1)
    except ValueError:
        return 0.0
    return weight if math.isfinite(weight) else 0.0


def respond(page: Page, language: Language, status: int = 200) -> HTMLResponse:
    return HTMLResponse(render(page, language), status, HEADERS)


def render(page: Page, language: Language) -> str:
    sign = f'<svg viewBox="0 0 56 56" stroke="currentColor" stroke-width="5" aria-hidden="true">{SIGNS[page.tone]}</svg>'
    text = f"<p>{escape(page.text)}</p>" if page.text else ""
    return f"""<!DOCTYPE html>
<html lang="{"zh-CN" if language == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(page.title)}</title>
<style>{STYLE}</style>
</head>
<body>
<header>{HALL_NAME[language]}</header>
<main>
<div class="state {page.tone}">{sign}<h1>{escape(page.title)}</h1></div>
{text}
{_facts(page.facts)}
{_button(page.button)}
</main>
</body>
</html>
"""


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = [f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in facts if value]
    return f"<dl>{''.join(rows)}</dl>" if rows else ""


def _button(button: tuple[str, str] | None) -> str:
    if button is None:
        return ""
    label, address = button
    return f'<a class="button" href="{escape(address)}">{escape(label)}</a>'
