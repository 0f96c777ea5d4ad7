"""What `kiosk devices scan` prints for people: a line a place, and the sections to paste into the configuration."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.finding import Finding
from kiosk.i18n import Translator

_WORDS = {
    "nothing": ("什么也没找到。", "Nothing was found."),
    "well": ("正常", "well"),
    "may_be": ("可能是", "may be"),
    "paste": ("以下内容可粘贴到配置文件：", "To paste into the configuration:"),
}


def table(found: Sequence[Finding], translator: Translator) -> str:
    """Places, kinds and how they are; then TOML."""
    if not found:
        return translator.of(*_WORDS["nothing"]) + "\n"
    wide = max(len(finding.where) for finding in found)
    lines = [_line(finding, wide, translator) for finding in found]
    sections = [f"# {finding.where}\n{finding.toml()}" for finding in found if finding.kind]
    if sections:
        lines += ["", translator.of(*_WORDS["paste"]), "", "\n".join(sections).rstrip()]
    return "\n".join(lines) + "\n"


def _line(finding: Finding, wide: int, translator: Translator) -> str:
    kind = finding.kind or "-"
    if finding.may_be:
        kind = f"{translator.of(*_WORDS['may_be'])} {', '.join(finding.may_be)}"
    how = translator.of(*_WORDS["well"])
    if finding.code:
        what, next_step = (part.replace("\n", " ") for part in translator.sentence(finding.code))
        how = f"{finding.code}: {what}. {next_step}"
    return f"{finding.where:<{wide}}  {kind:<20}  {how}"
