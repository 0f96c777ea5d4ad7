"""A technician's wishes are carried out by real threads on a real printer's bytes, and each is answered once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from drivers.emulators.printer import EmulatedPrinter
from drivers.printers.slip import QrCode, Slip
from kiosk import commands, events
from kiosk.config import Settings
from kiosk.equipment import Equipment
from kiosk.services.device_trials import DeviceTrials
from kiosk.services.diagnosis import Severity
from kiosk.services.signed_report import sign, verify_text
from kiosk.services.technical_slips import report_slip, trial_slip
from kiosk.services.technician import KEPT_REPORTS, Technician, kept_reports, read_report
from kiosk.services.trials import TrialResult
from offline_cache.clock import FileClockStore, SystemClock, TrustedClock
from offline_cache.db import StorageError
from offline_cache.hall_client import HallClient
from offline_cache.identity import Identity, TerminalKey
from offline_cache.wire import Enrolled
from tests.flows.technician import REPORT

DEADLINE_S = 15.0
ZONE = ZoneInfo("Asia/Shanghai")
CONFIGURATION = """\
[terminal]
id = "CT-03"
role = "canteen"
environment = "demo"
data_dir = "{directory}/data"
hall_url = "http://127.0.0.1:9"

[devices.receipt_printer]
kind = "escpos_tcp"
host = "{host}"
port = {port}

[voice]
enabled = false
"""

Event = TypeVar("Event")


class Bench:
    """A technician's services over one emulated printer, without a hall and without a queue of meals."""

    def __init__(self, directory: Path) -> None:
        self.printer = EmulatedPrinter(directory)
        host, port = self.printer.address
        path = directory / "terminal.toml"
        path.write_text(CONFIGURATION.format(directory=directory, host=host, port=port), encoding="utf-8")
        self.settings = Settings.load(path)
        self.data = self.settings.terminal.data_dir
        self.data.mkdir()
        self._said: list[object] = []
        self._news = threading.Condition()
        self.key = TerminalKey.load_or_make(self.data)
        enrolled = Enrolled(
            terminal_id="CT-03",
            name="CT-03",
            site_id="C3",
            role="canteen",
            hall_id="hall",
            card_key="00" * 32,
        )
        identity = Identity.save(self.data, self.key, enrolled)
        self.equipment = Equipment(
            self.settings, lambda card: "", lambda card: False, _no_queue, _refused, self.hear
        )
        trials = DeviceTrials(
            self.equipment,
            None,
            lambda: "",
            SystemClock().wall_ms,
            terminal_id="CT-03",
            zone=ZONE,
            locale="zh_CN",
        )
        clock = TrustedClock(SystemClock(), FileClockStore(self.data))
        self.technician = Technician(
            self.settings,
            self.equipment,
            clock,
            identity,
            HallClient("http://127.0.0.1:9", identity, connect_s=1.0, answer_s=1.0),
            trials,
            self.hear,
        )
        self.equipment.start()

    def hear(self, event: object) -> None:
        with self._news:
            self._said.append(event)
            self._news.notify_all()

    def answer(self, kind: type[Event]) -> Event:
        """The next answer of this kind."""
        with self._news:
            found = self._news.wait_for(
                lambda: [each for each in self._said if isinstance(each, kind)], DEADLINE_S
            )
            assert found, f"no {kind.__name__} among {self._said}"
            self._said.remove(found[0])
            return found[0]

    def sign(self, *results: TrialResult) -> events.ReportSigned:
        self.technician.perform(commands.MakeDiagnosis())
        self.answer(events.DiagnosisMade)
        self.technician.perform(commands.SignReport("T-07", results))
        return self.answer(events.ReportSigned)

    def close(self) -> None:
        self.technician.stop()
        self.equipment.stop()
        self.printer.close()


def _no_queue() -> Any:
    raise StorageError("there is no disk on this bench", "disk.closed")


def _refused(work: Callable[[], Any]) -> Future[Any]:
    """The disk has nothing to print: the printer's own queue stays empty."""
    done: Future[Any] = Future()
    done.set_exception(StorageError("there is no disk on this bench", "disk.closed"))
    return done


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def test_the_printer_is_tested_in_its_own_thread_without_the_disk(bench: Bench) -> None:
    bench.technician.perform(commands.StartTrial("receipt_printer"))
    result = bench.answer(events.TrialEnded).result
    assert (result.slot, result.severity, result.measure) == ("receipt_printer", Severity.OK, "seconds")
    assert bench.printer.page_count == 1
    assert bench.printer.question_marks == 0


def test_a_printer_without_paper_says_so(bench: Bench) -> None:
    bench.printer.paper_out()
    bench.technician.perform(commands.StartTrial("receipt_printer"))
    result = bench.answer(events.TrialEnded).result
    assert (result.severity, result.code) == (Severity.FAULT, "printer.paper_out")


def test_what_is_not_there_is_a_result_and_no_silence(bench: Bench) -> None:
    for slot, code in (
        ("camera", "device.gone"),
        ("door", "device.gone"),
        ("sound", "voice.disabled"),
        ("teapot", "device.untestable"),
    ):
        bench.technician.perform(commands.StartTrial(slot))
        assert bench.answer(events.TrialEnded).result.code == code


def test_a_report_is_signed_with_the_results_and_kept(bench: Bench) -> None:
    result = TrialResult("receipt_printer", Severity.OK, "seconds", "1.8")
    signed = bench.sign(result)
    assert "receipt_printer" in verify_text(signed.text, bench.key.public_text())
    (path,) = kept_reports(bench.data / "reports")
    assert read_report(path)["report"]["trials"] == [result.as_json()]
    assert path.stat().st_mode & 0o077 == 0


def test_signing_again_replaces_and_only_five_are_kept(bench: Bench) -> None:
    for _ in range(KEPT_REPORTS + 2):
        bench.sign()
        bench.technician.perform(commands.SignReport("T-07", (TrialResult("sound", Severity.OK, "heard"),)))
        bench.answer(events.ReportSigned)
    kept = kept_reports(bench.data / "reports")
    assert len(kept) == KEPT_REPORTS
    assert all(read_report(path)["report"]["trials"] for path in kept)


def test_the_report_is_printed_and_a_pulled_printer_is_told(bench: Bench) -> None:
    bench.sign()
    bench.technician.perform(commands.PrintReport())
    assert bench.answer(events.ReportPrinted).code == ""
    assert bench.printer.page_count == 1
    bench.printer.unplug()
    bench.technician.perform(commands.PrintReport())
    assert bench.answer(events.ReportPrinted).code.startswith("printer.")


def test_nothing_signed_is_nothing_to_print_or_send(bench: Bench) -> None:
    bench.technician.perform(commands.PrintReport())
    bench.technician.perform(commands.UploadReport())
    assert bench.answer(events.ReportPrinted).code == "report.none"
    assert bench.answer(events.ReportUploaded).code == "report.none"


def test_a_hall_that_is_not_there_is_told(bench: Bench) -> None:
    bench.sign()
    bench.technician.perform(commands.UploadReport())
    assert bench.answer(events.ReportUploaded).code == "hall.unreachable"


def test_the_buffer_is_cleared_only_by_a_technician_s_hand(bench: Bench) -> None:
    bench.technician.perform(commands.StartTrial("receipt_printer"))
    bench.answer(events.TrialEnded)
    assert b"\x10\x05\x02" not in bench.printer.received
    bench.technician.perform(commands.ResetPrinter("receipt_printer"))
    bench.technician.perform(commands.StartTrial("sound"))  # waits behind the reset
    bench.answer(events.TrialEnded)
    assert b"\x10\x05\x02" in bench.printer.received


def test_other_commands_are_not_a_technician_s(bench: Bench) -> None:
    assert bench.technician.perform(commands.ListMeals()) is False


# --- the slips --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_the_report_slip_says_what_the_page_says(tmp_path: Path, locale: str) -> None:
    signed = sign(REPORT, TerminalKey.load_or_make(tmp_path), staff_id="T-07")
    results = (TrialResult("card_reader", Severity.OK, "reads", "10/10"),)
    slip = report_slip(REPORT, results, "T-07", signed, ZONE, locale)
    said = "\n".join(slip.texts())
    assert "2026-11-20 15:00:12" in said and "T-07" in said and signed.mark in said and "10/10" in said
    assert [part.text for part in slip.parts if isinstance(part, QrCode)] == [signed.text]
    assert Slip.from_json(json.loads(json.dumps(slip.to_json()))) == slip


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_the_trial_slip_has_what_printers_get_wrong(locale: str) -> None:
    said = "\n".join(trial_slip("CT-03", REPORT.made_ms, ZONE, locale).texts())
    assert all(char in said for char in "㛃𬭩请¥0A")
