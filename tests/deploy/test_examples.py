"""An example that does not load is worse than none: every shipped TOML goes through the terminal's own reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import Settings
from kiosk.config_errors import ConfigError

EXAMPLES = sorted((Path(__file__).parents[2] / "deploy").glob("*.example.toml"))


def test_there_are_examples() -> None:
    assert [example.name for example in EXAMPLES] == [
        "terminal.canteen-id-card.example.toml",
        "terminal.canteen-usb.example.toml",
        "terminal.canteen.example.toml",
        "terminal.front-desk.example.toml",
        "terminal.query-print.example.toml",
        "terminal.visitor.example.toml",
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_example_loads_for_production(example: Path) -> None:
    settings = Settings.load(example)
    name = example.name.removeprefix("terminal.").removesuffix(".example.toml")
    role = {"query-print": "query_print", "front-desk": "front_desk", "visitor": "visitor"}.get(
        name, "canteen"
    )
    assert (settings.terminal.role, settings.terminal.environment) == (role, "production")
    assert settings.devices.card_reader is not None
    assert settings.devices.receipt_printer is not None
    assert settings.terminal.data_dir.is_relative_to("/var/lib/service-hall")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_a_mistyped_key_of_the_example_is_named(example: Path, tmp_path: Path) -> None:
    mistyped = tmp_path / "terminal.toml"
    mistyped.write_text(example.read_text(encoding="utf-8").replace("hall_url", "hall_uri"), encoding="utf-8")
    with pytest.raises(ConfigError, match="hall_uri"):
        Settings.load(mistyped)
