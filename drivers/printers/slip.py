"""What a slip says, without a dot of how it looks.

A slip is a frozen document. A queued print is kept on disk as JSON, so a slip goes there and back unchanged:
`Slip.from_json(slip.to_json()) == slip`. Layout is in `drivers.printers.layout`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from drivers.base import DeviceError


class SlipDamaged(DeviceError):
    """A stored slip cannot be read back. The message says which part is wrong, never what it said."""

    code = "slip.damaged"


@dataclass(frozen=True, slots=True)
class Logo:
    """The house mark with the name of the place beside it."""

    name: str


@dataclass(frozen=True, slots=True)
class Title:
    """What this slip is, in the largest Chinese characters, centred."""

    text: str


@dataclass(frozen=True, slots=True)
class Inverted:
    """White on a black band: what must not be overlooked (离线·待核, 时间待核, 补打)."""

    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A label at the left edge and its value at the right edge of one line. `small` is for long tables."""

    left: str
    right: str
    bold: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells, with tabs between them. Rows that follow each other, also over a rule, are one table
    with the same columns. `align` has a letter for each cell, l or r; a row that does not fit goes on in the next line.
    """

    cells: str
    align: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """A white-on-black word at the left edge, plain text at the right edge."""

    tag: str
    right: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, wrapped. `align` is left, center or right; `small` is for what staff alone look up."""

    text: str
    align: str = "left"
    small: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""

    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """The one sum that matters, in the largest digits."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Number:
    """A short number that is read across a room (A017), centred, the largest thing on any slip."""

    text: str


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code, centred. Its modules are at least 6 dots wide."""

    text: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty paper: `lines` times the height of a line of small text."""

    lines: int = 1


Part = Logo | Title | Inverted | Pair | Row | Tag | Text | Rule | Amount | Number | QrCode | Feed

_PARTS: dict[str, type[Part]] = {
    kind.__name__.lower(): kind
    for kind in (Logo, Title, Inverted, Pair, Row, Tag, Text, Rule, Amount, Number, QrCode, Feed)
}


@dataclass(frozen=True, slots=True)
class Slip:
    """A whole slip. `copy_mark` is printed as a band under the title of every copy after the first."""

    parts: tuple[Part, ...]
    copy_mark: str = ""

    def marked(self, copy_mark: str) -> Slip:
        """The same slip as a marked copy."""
        return replace(self, copy_mark=copy_mark)

    def texts(self) -> Iterator[str]:
        """Every string that goes on paper as characters (a QR code's content does not)."""
        for part in self.parts:
            if isinstance(part, QrCode):
                continue
            yield from (
                value
                for field in fields(part)
                if field.name != "align" and isinstance(value := getattr(part, field.name), str)
            )
        yield self.copy_mark

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values."""
        return {
            "parts": [{"part": type(part).__name__.lower(), **asdict(part)} for part in self.parts],
            "copy_mark": self.copy_mark,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Slip:
        """The slip that `to_json` gave. Raises SlipDamaged for anything else."""
        parts = stored.get("parts")
        copy_mark = stored.get("copy_mark", "")
        if not isinstance(parts, list) or not isinstance(copy_mark, str):
            raise SlipDamaged("a slip is a list of parts and a copy mark")
        return cls(tuple(_part(index, part) for index, part in enumerate(parts)), copy_mark)


def _part(index: int, stored: object) -> Part:
    if not isinstance(stored, dict) or stored.get("part") not in _PARTS:
        raise SlipDamaged(f"part {index} is of no known kind")
    kind = _PARTS[stored["part"]]
    values = {name: value for name, value in stored.items() if name != "part"}
    try:
        part = kind(**values)
    except TypeError:
        raise SlipDamaged(f"part {index} has other fields than a {kind.__name__}") from None
    for field in fields(part):
        if type(getattr(part, field.name)).__name__ != field.type:
            raise SlipDamaged(f"part {index}: {field.name} must be {field.type}")
    return part
