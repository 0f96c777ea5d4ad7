"""What a technician's wishes set going: a look at everything, tests of devices, a signed report kept, printed and sent.

Nothing here runs on the main thread, nor on the disk's: looking takes seconds, and the hall may never answer. Every
wish is answered by an event through `publish`. Reports are kept in `data_dir/reports`, the newest five.
"""

from __future__ import annotations

import json
import logging
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from drivers.base import DeviceError, PrintState
from kiosk import commands, events
from kiosk.config import Settings
from kiosk.equipment import Equipment
from kiosk.services.device_trials import DeviceTrials
from kiosk.services.diagnosis import Report
from kiosk.services.signed_report import SignedReport, sign
from kiosk.services.technical_slips import report_slip
from offline_cache.clock import TrustedClock
from offline_cache.db import StorageError, write_durably
from offline_cache.hall_client import HallClient, HallError
from offline_cache.identity import Identity

log = logging.getLogger(__name__)

KEPT_REPORTS = 5
REPORTS = "reports"

Publish = Callable[[object], None]


class Technician:
    """Carries out the commands of the role `diagnostics`. `client` reaches the hall on a connection of its own."""

    def __init__(
        self,
        settings: Settings,
        equipment: Equipment,
        clock: TrustedClock,
        identity: Identity,
        client: HallClient,
        trials: DeviceTrials,
        publish: Publish,
    ) -> None:
        self._settings = settings
        self._equipment = equipment
        self._clock = clock
        self._identity = identity
        self._client = client
        self._trials = trials
        self._zone = ZoneInfo(settings.terminal.timezone)
        self._publish = publish
        self._report: Report | None = None
        self._signed: tuple[SignedReport, Report, commands.SignReport] | None = None
        self._stops: dict[str, threading.Event] = {}
        # Looking and sending wait for the hall; a test must not wait behind them.
        self._looking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="technician")
        self._testing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="trial")

    def perform(self, command: commands.Command) -> bool:
        """From the main thread; returns at once. False for a command that is not a technician's."""
        match command:
            case commands.MakeDiagnosis():
                self._submit(self._looking, self._diagnose)
            case commands.StartTrial(slot):
                stopped = self._stops[slot] = threading.Event()
                self._submit(self._testing, lambda: self._try(slot, stopped))
            case commands.StopTrial(slot):
                if slot in self._stops:
                    self._stops[slot].set()
            case commands.SignReport():
                self._submit(self._looking, lambda: self._sign(command))
            case commands.PrintReport():
                self._submit(self._testing, self._print)
            case commands.UploadReport():
                self._submit(self._looking, self._upload)
            case commands.ResetPrinter():
                self._submit(self._testing, self._reset_printer)
            case _:
                return False
        return True

    def stop(self) -> None:
        """Nothing new begins; what waits for the hall is not waited for."""
        for stopped in self._stops.values():
            stopped.set()
        self._client.hang_up()
        self._looking.shutdown(wait=False, cancel_futures=True)
        self._testing.shutdown(wait=False, cancel_futures=True)

    # --- the report ---------------------------------------------------------------------------------------------

    def _diagnose(self) -> None:
        # Loaded when asked for: the first page waits for nothing that only a technician needs.
        from kiosk.services.examination import examine

        self._report = examine(self._settings, self._equipment.facts(), self._clock)
        self._publish(events.DiagnosisMade(self._report))

    def _sign(self, command: commands.SignReport) -> None:
        if self._report is None:
            return
        key = self._identity.key
        signed = sign(self._report, key, staff_id=command.staff_id, trials=command.results)
        self._signed = (signed, self._report, command)
        self._keep(signed, self._report)
        self._publish(events.ReportSigned(signed.text, signed.mark))

    def _keep(self, signed: SignedReport, report: Report) -> None:
        """One file a diagnosis: signing it again with more results replaces it."""
        directory = self._settings.terminal.data_dir / REPORTS
        try:
            directory.mkdir(mode=0o700, exist_ok=True)
            write_durably(directory / f"{report.made_ms:015d}.json", signed.document)
            for old in kept_reports(directory)[:-KEPT_REPORTS]:
                old.unlink(missing_ok=True)
        except (OSError, StorageError) as error:
            log.warning("the report is not kept: %s", type(error).__name__)

    def _print(self) -> None:
        self._publish(events.ReportPrinted(self._printed()))

    def _printed(self) -> str:
        """The code of what went wrong, "" for nothing."""
        if self._signed is None:
            return "report.none"
        signed, report, command = self._signed
        locale = self._settings.terminal.locale
        slip = report_slip(report, command.results, command.staff_id, signed, self._zone, locale)
        try:
            outcome = self._trials.print_slip(slip, f"report-{report.made_ms}")
        except DeviceError as error:
            return error.reason
        except TimeoutError:
            return "device.timeout"
        good = outcome.state in (PrintState.PRINTED, PrintState.PROBABLY)
        return "" if good else outcome.code or "printer.stopped"

    def _upload(self) -> None:
        if self._signed is None:
            self._publish(events.ReportUploaded("report.none"))
            return
        try:
            self._client.report(self._signed[0].document)
        except HallError as error:
            log.warning("the hall did not take the report: %s", error.code)
            self._publish(events.ReportUploaded(error.code))
        else:
            self._publish(events.ReportUploaded(""))

    # --- devices ------------------------------------------------------------------------------------------------

    def _try(self, slot: str, stopped: threading.Event) -> None:
        result = self._trials.run(slot, self._publish, stopped)
        log.info("test of %s: %s %s", slot, result.severity.value, result.code)
        self._publish(events.TrialEnded(result))

    def _reset_printer(self) -> None:
        try:
            self._trials.clear_printer()
        except (DeviceError, TimeoutError) as error:
            log.warning("the printer was not reset: %s", type(error).__name__)

    def _submit(self, executor: ThreadPoolExecutor, work: Callable[[], None]) -> None:
        executor.submit(_said_aloud, work, self._publish)


def _said_aloud(work: Callable[[], None], publish: Publish) -> None:
    """A mistake of ours in a pool's thread would be lost in a Future that nobody asks."""
    try:
        work()
    except Exception as error:
        where = "".join(traceback.format_tb(error.__traceback__))
        log.critical("technician: %s\n%s", type(error).__name__, where)
        raise


def kept_reports(directory: Path) -> list[Path]:
    """The reports in `directory`, oldest first."""
    return sorted(directory.glob("*.json"))


def read_report(path: Path) -> dict[str, Any]:
    """A kept report as it was signed: {"report", "public_key", "signature"}."""
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document
