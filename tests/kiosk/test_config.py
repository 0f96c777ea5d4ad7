"""A technician edits this file in a hall: each slip of the finger must name its line and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import Settings
from kiosk.config_errors import ConfigError

GOOD = """\
[terminal]
id = "CT-03"
role = "canteen"
environment = "demo"
data_dir = "state"
hall_url = "http://127.0.0.1:8000"

[devices.card_reader]
kind = "em4100_serial"
port = "/dev/pts/7"

[devices.receipt_printer]
kind = "escpos_tcp"
host = "127.0.0.1"
"""

SERIAL_PRINTER = 'kind = "escpos_serial"\nport = "/dev/pts/8"\n'


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "terminal.toml"
    path.write_text(text, encoding="utf-8")
    return Settings.load(path)


def test_a_whole_file_loads_with_its_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD)
    assert settings.devices.receipt_printer is not None
    assert settings.devices.receipt_printer.options == {"host": "127.0.0.1"}
    assert settings.limits.offline_hours_flag == 168


@pytest.mark.parametrize(
    ("change", "code", "line", "field", "expected"),
    [
        (("role =", "rolle ="), "config.unknown_key", 3, "terminal.rolle", "role"),
        (
            ('host = "127.0.0.1"', 'baudd = 9600\nhost = "127.0.0.1"'),
            "config.unknown_key",
            14,
            "baudd",
            "width_mm",
        ),
        (
            ("[devices.card_reader]", "[devices.card_raeder]"),
            "config.unknown_key",
            8,
            "card_raeder",
            "card_reader",
        ),
        (('id = "CT-03"\n', ""), "config.missing_key", 1, "terminal.id", "not there"),
        (('"canteen"', '"cantene"'), "config.value", 3, "terminal.role", "canteen"),
        (
            ('role = "canteen"', 'timezone = "Asia/Shanghia"\nrole = "canteen"'),
            "config.value",
            3,
            "timezone",
            "Asia/Shanghai",
        ),
        (
            ('"escpos_tcp"', '"escpos_tpc"'),
            "config.unknown_kind",
            13,
            "receipt_printer.kind",
            "escpos_serial",
        ),
        (("http://127.0.0.1:8000", "http://hall.example"), "config.plain_http", 6, "hall_url", "https://"),
        (("http://127.0.0.1:8000", "hall.example"), "config.hall_url", 6, "hall_url", "https://"),
        (('id = "CT-03"', "id = CT-03"), "config.syntax", 2, "TOML", "line 2"),
        (('"demo"', '"production"'), "config.emulated_in_production", 10, "card_reader.port", "real device"),
    ],
)
def test_a_slip_names_its_line(
    tmp_path: Path, change: tuple[str, str], code: str, line: int, field: str, expected: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, GOOD.replace(*change))
    assert (caught.value.code, caught.value.line) == (code, line)
    assert field in caught.value.field
    assert expected in caught.value.expected


@pytest.mark.parametrize(
    "emulated",
    [
        GOOD.replace("/dev/pts/7", "/dev/ttyUSB0"),
        GOOD.replace("/dev/pts/7", "/dev/ttyUSB0").replace(
            'kind = "escpos_tcp"\nhost = "127.0.0.1"\n', SERIAL_PRINTER
        ),
        GOOD.replace("/dev/pts/7", "/dev/ttyUSB0").replace('127.0.0.1"\n', '10.0.0.9"\n')
        + '[clock]\nkind = "emulated"\npath = "clock.json"\n',
    ],
)
def test_production_refuses_what_is_emulated(tmp_path: Path, emulated: str) -> None:
    load(tmp_path, emulated)
    with pytest.raises(ConfigError, match="real device"):
        load(tmp_path, emulated.replace('"demo"', '"production"'))


@pytest.mark.parametrize("port", ["/dev/ttyUSB0", "/dev/ttyACM1"])
def test_production_refuses_a_port_that_may_change_its_number(tmp_path: Path, port: str) -> None:
    real = GOOD.replace("/dev/pts/7", port).replace('127.0.0.1"\n', '10.0.0.9"\n')
    load(tmp_path, real)
    with pytest.raises(ConfigError, match="by-path") as caught:
        load(tmp_path, real.replace('"demo"', '"production"'))
    assert (caught.value.code, caught.value.field) == ("config.unstable_port", "devices.card_reader.port")
    assert caught.value.line is not None
    stays = real.replace(port, "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0")
    load(tmp_path, stays.replace('"demo"', '"production"'))


def test_a_pty_behind_a_link_is_still_emulated(tmp_path: Path) -> None:
    link = tmp_path / "reader"
    link.symlink_to("/dev/pts/7")
    with pytest.raises(ConfigError, match="real device"):
        load(tmp_path, GOOD.replace("/dev/pts/7", str(link)).replace('"demo"', '"production"'))


def test_a_missing_file_says_where_examples_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings.load(tmp_path / "none.toml")
    assert caught.value.code == "config.missing"
    assert "deploy/" in str(caught.value)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "terminal.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError) as caught:
        Settings.load(path)
    assert caught.value.code == "config.unreadable"
