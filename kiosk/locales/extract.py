"""Which words a catalogue must hold: `python -m kiosk.locales.extract` writes messages.pot.

A msgid is a literal in a call of `text` or `plural`, in Python or in a layout; and, in the modules that keep their
words in tables, every literal that begins like a sentence.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATE = Path(__file__).parent / "messages.pot"
ASKING = {"text": 1, "plural": 2}
TABLES = ("kiosk/roles", "screens/pages", "kiosk/i18n.py", "kiosk/locales/sentences.py")
NO_WORDS = ("screens/pages/registry.py",)
IN_LAYOUT = re.compile(r'words\.text\("((?:[^"\\]|\\.)*)"')
SENTENCE = re.compile(r"(?![A-Z_]+$)([A-Z]|\{\w+\}).*", re.DOTALL)

Message = str | tuple[str, str]


def messages(root: Path = ROOT) -> dict[Message, list[str]]:
    """Every msgid (a pair for a plural), with the files that use it."""
    found: dict[Message, list[str]] = {}
    for path in sorted([*root.glob("kiosk/**/*.py"), *root.glob("screens/**/*.py")]):
        place = str(path.relative_to(root))
        if path == Path(__file__) or place in NO_WORDS:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        asked = list(_asked_for(tree))
        tabled = _tabled(tree) if place.startswith(TABLES) else ()
        for message in (*asked, *tabled):
            if not (
                isinstance(message, str) and any(message in pair for pair in asked if isinstance(pair, tuple))
            ):
                found.setdefault(message, []).append(place)
    for path in sorted(root.glob("screens/**/*.kv")):
        for literal in IN_LAYOUT.findall(path.read_text(encoding="utf-8")):
            found.setdefault(ast.literal_eval(f'"{literal}"'), []).append(str(path.relative_to(root)))
    return found


def _asked_for(tree: ast.AST) -> Iterator[Message]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKING:
            wanted = node.args[: ASKING[node.func.attr]]
            literals = [
                arg.value for arg in wanted if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            ]
            if node.func.attr == "plural" and len(literals) == 2:
                yield literals[0], literals[1]
            else:
                yield from (literal for literal in literals if literal)


def _tabled(tree: ast.AST) -> Iterable[str]:
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    in_formats = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation | in_formats
        and SENTENCE.fullmatch(node.value)
    ]


def template() -> bytes:
    """The .pot file: every msgid, sorted, with the files that use it."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    catalog = Catalog(project="service-hall-terminal", charset="utf-8")
    for message, places in sorted(messages().items(), key=lambda item: str(item[0])):
        catalog.add(message, locations=[(place, 0) for place in dict.fromkeys(places)])
    text = io.BytesIO()
    write_po(text, catalog, omit_header=True, sort_output=False, include_lineno=False)
    return text.getvalue()


if __name__ == "__main__":
    TEMPLATE.write_bytes(template())
