"""The bars are read by staff at a glance: they must never show a time or a network that is not so."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from kiosk.services.bars import Bars, QueueChanged, TimeTold

ELEVEN_TWENTY_ONE = 1_795_144_860_000  # 2026-11-20 03:21 UTC
DAY_MS = 86_400_000


def bars() -> Bars:
    return Bars("3", "1", ZoneInfo("Asia/Shanghai"), "和顺社区餐厅", "Heshun canteen")


def test_local_time_from_utc() -> None:
    chrome = replace(bars(), online=True, time=TimeTold(ELEVEN_TWENTY_ONE, True, ELEVEN_TWENTY_ONE)).chrome()
    assert (chrome.clock, chrome.date, chrome.banner) == ("11:21", "2026-11-20", "")


def test_untrusted_time_is_not_shown_and_goes_before_offline() -> None:
    chrome = replace(
        bars(), time=TimeTold(ELEVEN_TWENTY_ONE, False, ELEVEN_TWENTY_ONE - 2 * DAY_MS - 1)
    ).chrome()
    assert (chrome.clock, chrome.date, chrome.banner, chrome.last_sync_days) == ("", "", "clock_untrusted", 2)


def test_offline_says_since_when() -> None:
    chrome = replace(
        bars(),
        time=TimeTold(ELEVEN_TWENTY_ONE, True, None),
        queue=QueueChanged(12, ELEVEN_TWENTY_ONE - 60_000),
    ).chrome()
    assert (chrome.banner, chrome.queued, chrome.offline_since, chrome.last_sync_days) == (
        "offline",
        12,
        "11:20",
        None,
    )


def test_each_source_speaks_for_its_own_notices() -> None:
    told = bars().noticing("receipt_printer", ["printer.paper_near_end"]).noticing("disk", ["disk.full"])
    assert told.chrome().notices == ("disk.full", "printer.paper_near_end")
    assert told.noticing("receipt_printer", []).chrome().notices == ("disk.full",)
