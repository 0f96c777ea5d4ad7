"""A configuration that cannot keep a door shut, or shows a camera's password, is stopped at its line, in words of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import Settings
from kiosk.config_errors import ConfigError
from kiosk.i18n import Translator
from kiosk.services.cases import without_secrets

TERMINAL = """\
[terminal]
id = "DR-01"
role = "canteen"
environment = "{environment}"
data_dir = "state"
hall_url = "https://hall.example.org"

"""


def refused(tmp_path: Path, devices: str, environment: str = "production") -> ConfigError:
    path = tmp_path / "terminal.toml"
    path.write_text(TERMINAL.format(environment=environment) + devices, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Settings.load(path)
    return caught.value


@pytest.mark.parametrize("consent", ["", "accept_software_pulse = false\n"])
def test_a_software_timed_door_needs_consent(tmp_path: Path, consent: str) -> None:
    section = f'[devices.door]\nkind = "relay_gpio"\nchip = "/dev/gpiochip0"\nline = 17\n{consent}'
    error = refused(tmp_path, section)
    assert error.code == "relay.software_pulse"
    assert error.field == "devices.door.accept_software_pulse"
    assert error.line == (12 if consent else 8)
    for locale in ("zh_CN", "en"):
        assert Translator(locale).sentence(error.code) != Translator(locale).sentence("no.such_code")


def test_an_emulated_camera_is_refused_in_production(tmp_path: Path) -> None:
    section = '[devices.camera]\nkind = "camera_http"\nurl = "http://a:hunter2@127.0.0.1:8123/video.mjpg"\n'
    error = refused(tmp_path, section)
    assert error.code == "config.emulated_in_production"
    assert "hunter2" not in str(error)


def test_a_wrong_address_is_not_repeated(tmp_path: Path) -> None:
    section = '[devices.camera]\nkind = "camera_rtsp"\nurl = "admin:hunter2@10.0.0.5/live"\n'
    error = refused(tmp_path, section, environment="demo")
    assert (error.code, error.line) == ("config.value", 10)
    assert "hunter2" not in str(error)
    assert "rtsp://" in error.expected


@pytest.mark.parametrize(
    "url",
    [
        "rtsp://admin:hunter2@10.0.0.5/",
        "rtsp://10.0.0.5/?token=hunter2",
        "rtsp://10.0.0.5/user=admin_password=hunter2_channel=1.sdp",
    ],
)
def test_a_case_file_holds_no_password_of_a_camera(url: str) -> None:
    said = str(without_secrets({"url": url}))
    assert "10.0.0.5" in said
    assert "hunter2" not in said


def test_a_camera_is_no_door(tmp_path: Path) -> None:
    error = refused(tmp_path, '[devices.door]\nkind = "camera_http"\nurl = "http://10.0.0.5/"\n')
    assert error.code == "config.wrong_slot"
    assert "relay_modbus_serial" in error.expected
