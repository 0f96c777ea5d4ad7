"""A document that names what is not there sends people the wrong way: links, commands and codes are checked."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from kiosk import cli

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_every_make_command_is_a_target(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s])", (ROOT / name).read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert named and named <= targets


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/operations.md", "docs/devices.md"])
def test_every_command_of_the_terminal_is_one(name: str) -> None:
    named = re.findall(r"\bkiosk ((?:devices )?[a-z-]+)\b", (ROOT / name).read_text(encoding="utf-8"))
    assert named
    for words in sorted(set(named)):
        with pytest.raises(SystemExit) as ended:
            cli.main([*words.split(), "--help"])
        assert ended.value.code == 0, words


def test_both_readmes_show_the_same_pictures_and_commands() -> None:
    def facts(name: str) -> list[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return re.findall(r"^    make \w+|\]\(docs/[^)]+\)|`make \w+`", text, re.MULTILINE)

    assert facts("README.md") == facts("README.zh-CN.md")


def test_the_table_of_codes_is_the_catalogue() -> None:
    """When it is not: python docs/code_table.py"""
    code_table = runpy.run_path(str(ROOT / "docs" / "code_table.py"))
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert code_table["renewed"](page) == page


def test_decisions_are_numbered_once_and_titled() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [record.name[:4] for record in records]
    assert numbers and len(set(numbers)) == len(numbers)
    for record in records:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", record.name)
        assert record.read_text(encoding="utf-8").startswith("# ")
