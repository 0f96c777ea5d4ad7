"""What is said to the box: the body of a request, read with types, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Value = TypeVar("Value")
Reply = dict[str, object]


class BadRequest(ValueError):
    """A request that cannot be obeyed; the message says what was expected."""


class UnknownRoute(ValueError):
    """There is no such route, or no such slip."""


class Said:
    """The body of a request, read with types. Raises BadRequest."""

    def __init__(self, body: Mapping[str, object]) -> None:
        self._body = body

    def text(self, name: str, default: str | None = None) -> str:
        """A string."""
        return self._get(name, str, default)

    def integer(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        value = self._get(name, int, default)
        if isinstance(value, bool):
            raise BadRequest(f"{name}: a whole number")
        return value

    def seconds(self, name: str, default: float) -> float:
        """A duration, not negative."""
        value = float(self._get(name, (int, float), default))
        if value < 0:
            raise BadRequest(f"{name}: seconds, not negative")
        return value

    def truth(self, name: str, default: bool) -> bool:
        """true or false."""
        return self._get(name, bool, default)

    def octets(self, name: str) -> bytes:
        """Bytes in hex."""
        try:
            return bytes.fromhex(self.text(name))
        except ValueError as error:
            raise BadRequest(f"{name}: hex digits") from error

    def uid(self) -> str:
        """A card: ten hex digits."""
        uid = self.octets("uid")
        if len(uid) != 5:
            raise BadRequest("uid: ten hex digits")
        return uid.hex()

    def optional_integer(self, name: str) -> int | None:
        """A whole number, or null."""
        return None if self._body.get(name) is None else self.integer(name)

    def _get(self, name: str, kind: type[Value] | tuple[type, ...], default: Value | None) -> Value:
        value = self._body.get(name, default)
        if not isinstance(value, kind):
            raise BadRequest(f"{name}: a value of the right type")
        return value  # type: ignore[return-value]
