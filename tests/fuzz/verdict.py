"""What a stream did to a parser, and the sum of many."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields


@dataclass(slots=True)
class Verdict:
    """Counts over streams. `wrong_accepts`: believed, though no whole valid frame in the stream said so. `missed`: said
    whole, not found. `undetectable`: damaged on its way, yet valid by the protocol's own check, so nobody could tell."""

    streams: int = 0
    crashes: int = 0
    wrong_accepts: int = 0
    missed: int = 0
    undetectable: int = 0

    def add(self, other: Verdict) -> None:
        """Counts another one in."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    @property
    def passed(self) -> bool:
        """Whether nothing was done wrong; the undetectable is not the parser's fault."""
        return not (self.crashes or self.wrong_accepts or self.missed)

    def to_dict(self) -> dict[str, int]:
        """For the report."""
        return asdict(self)
