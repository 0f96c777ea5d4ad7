"""`kiosk doctor` is asked when something is wrong: it must say what, beside a dead hall, a damaged file and no reader."""

from __future__ import annotations

import datetime
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from drivers.emulators.sam import EmulatedSam
from kiosk import cli
from kiosk.config import Settings
from kiosk.services.certificates import CertificateUnread, days_left
from kiosk.services.diagnosis import Report, Severity
from kiosk.services.examination import examine
from kiosk.services.signed_report import verify_document, verify_text
from offline_cache.clock import Stamp
from offline_cache.db import load_key
from offline_cache.identity import Identity, TerminalKey
from offline_cache.outbox import FILE_NAME, Outbox
from offline_cache.wire import Enrolled, RowKind
from tests.kiosk.slip_samples import meal_body, online_meal

CONFIGURATION = """\
[terminal]
id = "CT-03"
role = "canteen"
environment = "demo"
data_dir = "{directory}/data"
hall_url = "http://127.0.0.1:9"
locale = "{locale}"

[devices.card_reader]
kind = "em4100_serial"
port = "{directory}/reader"
"""
STAMP = Stamp(wall_ms=1_780_000_000_000, monotonic_ms=1, boot_id="boot", trusted=True)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return write(tmp_path, "en")


def write(directory: Path, locale: str) -> Path:
    path = directory / "terminal.toml"
    path.write_text(CONFIGURATION.format(directory=directory, locale=locale), encoding="utf-8")
    return path


def enrol(directory: Path, expires_at_ms: int | None = None) -> TerminalKey:
    key = TerminalKey.load_or_make(directory)
    enrolled = Enrolled(
        terminal_id="CT-03",
        name="CT-03",
        site_id="C3",
        role="canteen",
        hall_id="hall",
        card_key="00" * 32,
        expires_at_ms=expires_at_ms,
    )
    Identity.save(directory, key, enrolled)
    return key


def looked_at(config: Path) -> Report:
    return examine(Settings.load(config), {})


def found(report: Report, name: str) -> tuple[Severity, int | str, str]:
    item = report.item(name)
    assert item is not None
    return item.severity, item.value, item.code


def write_rows(directory: Path, rows: int) -> None:
    outbox = Outbox.open(directory, load_key(directory), "CT-03", STAMP)
    for _ in range(rows):
        outbox.append(RowKind.MEAL, meal_body(), STAMP, online_meal())
    outbox.close()


def test_a_new_machine_without_anything_is_told_all_of_it(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["doctor", "--config", str(config)]) == 1
    said = capsys.readouterr().out
    for code in ("device.gone", "network.unreachable", "identity.missing", "deny_list.never"):
        assert code in said
    assert "A device is unplugged" in said


def test_it_speaks_chinese(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(config.parent, "zh_CN")
    cli.main(["doctor", "--config", str(config)])
    said = capsys.readouterr().out
    assert "故障" in said
    assert "网络" in said


def test_as_json_it_is_signed_and_fits_a_code(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = enrol(config.parent / "data")
    reader = EmulatedSam(config.parent)
    section = f'kind = "sam_serial"\nport = "{reader.path}"'
    text = config.read_text("utf-8").partition("[devices.card_reader]")[0]
    config.write_text(f"{text}[devices.card_reader]\n{section}\n", encoding="utf-8")
    cli.main(["doctor", "--config", str(config), "--json"])
    reader.close()
    said = json.loads(capsys.readouterr().out)
    report = verify_document(said, key.public_text())
    assert verify_text(said["text"], key.public_text())
    by_name = {item["name"]: item for item in report["items"]}
    assert by_name["device.card_reader"]["severity"] == "ok"
    assert by_name["software"]["value"].startswith("service-hall-terminal")
    assert by_name["software"]["details"]["python"].startswith("3.")


def test_what_waits_and_what_follows_is_counted(config: Path) -> None:
    write_rows(config.parent / "data", 3)
    report = looked_at(config)
    assert found(report, "database") == (Severity.OK, "sound", "")
    assert found(report, "chain") == (Severity.OK, 4, ""), "the log's opening and three meals"
    assert found(report, "outbox_depth")[:2] == (Severity.OK, 4)
    severity, age_s, code = found(report, "outbox_oldest")
    assert (severity, code) == (Severity.FAULT, "sync.waiting")
    assert isinstance(age_s, int)
    assert age_s > 7 * 24 * 3600


def test_a_look_changes_nothing(config: Path) -> None:
    data = config.parent / "data"
    write_rows(data, 1)
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    looked_at(config)
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before


def test_a_damaged_file_is_said(config: Path) -> None:
    data = config.parent / "data"
    write_rows(data, 30)
    path = data / FILE_NAME
    octets = bytearray(path.read_bytes())
    for position in range(4096, len(octets), 512):
        octets[position] ^= 0xFF
    path.write_bytes(octets)
    severity, value, code = found(looked_at(config), "database")
    assert (severity, value) == (Severity.FAULT, "unsound")
    assert code.startswith("disk.")


def test_the_end_of_the_enrolment_is_counted_in_days(config: Path) -> None:
    data = config.parent / "data"
    now_ms = int(datetime.datetime.now(datetime.UTC).timestamp() * 1000)
    day_ms = 24 * 3600 * 1000
    enrol(data)
    assert found(looked_at(config), "enrolment") == (Severity.OK, "unlimited", "")
    for days, expected in (
        (100, (Severity.OK, 99, "")),
        (10, (Severity.WARN, 9, "enrolment.expires")),
        (-2, (Severity.FAULT, -3, "enrolment.expired")),
    ):
        enrol(data, now_ms + days * day_ms)
        assert found(looked_at(config), "enrolment") == expected


# --- certificates -----------------------------------------------------------------------------------------------------


@contextmanager
def tls_server(directory: Path, days: int) -> Iterator[int]:
    """Something that speaks TLS with a certificate that ends in `days`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hall.test")])
    now = datetime.datetime.now(datetime.UTC)
    ends = now + datetime.timedelta(days=days, minutes=5)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(min(now, ends) - datetime.timedelta(days=400))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    path = directory / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            connection, _ = server.accept()
            with connection, context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


@pytest.mark.parametrize("days", [61, 3, -4])
def test_the_end_of_a_certificate_is_read_even_of_one_that_is_over(tmp_path: Path, days: int) -> None:
    with tls_server(tmp_path, days) as port:
        assert days_left("127.0.0.1", port, 5.0) == days


def test_a_hall_that_does_not_speak_tls_has_no_certificate() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]
        hanging_up = threading.Thread(target=lambda: server.accept()[0].close())
        hanging_up.start()
        with pytest.raises(CertificateUnread) as caught:
            days_left("127.0.0.1", port, 5.0)
        hanging_up.join(5)
    assert caught.value.code == "certificate.unreachable"
