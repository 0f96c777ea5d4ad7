"""A rule in one .kv file applies to every class of its name, wherever that was written: two of one name draw over each
other, and the second one falls over properties of the first."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

SCREENS = Path(__file__).parents[2] / "screens"
RULE = re.compile(r"^<-?(\w+)(?:@[\w+]+)?>:", re.MULTILINE)


def test_every_rule_has_a_name_of_its_own() -> None:
    rules = Counter(name for path in SCREENS.rglob("*.kv") for name in RULE.findall(path.read_text("utf-8")))
    assert rules
    assert [name for name, count in rules.items() if count > 1] == []


def test_every_widget_has_a_name_of_its_own() -> None:
    names = Counter(
        node.name
        for path in SCREENS.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.bases
    )
    assert [name for name, count in names.items() if count > 1] == []
