"""The bars are read by staff at a glance: they must never show a time or a network that is not so."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from kiosk.services.bars import Bars, QueueChanged, TimeTold

ELEVEN_TWENTY_ONE = 1_795_144_860_000  # 2026-11-20 03:21 UTC
DAY_MS = 86_400_000


def bars() -> Bars:
    return Bars("和顺社区餐厅", "Heshun canteen", "3", "1", ZoneInfo("Asia/Shanghai"))


def test_local_time_from_utc() -> None:
    told = bars()
    told.online = True
    told.time = TimeTold(ELEVEN_TWENTY_ONE, True, ELEVEN_TWENTY_ONE)
    chrome = told.chrome()
    assert (chrome.clock, chrome.date, chrome.banner) == ("11:21", "2026-11-20", "")


def test_untrusted_time_is_not_shown_and_goes_before_offline() -> None:
    told = bars()
    told.time = TimeTold(ELEVEN_TWENTY_ONE, False, ELEVEN_TWENTY_ONE - 2 * DAY_MS - 1)
    chrome = told.chrome()
    assert (chrome.clock, chrome.date, chrome.banner, chrome.last_sync_days) == ("", "", "clock_untrusted", 2)


def test_offline_says_since_when() -> None:
    told = bars()
    told.time = TimeTold(ELEVEN_TWENTY_ONE, True, None)
    told.queue = QueueChanged(12, ELEVEN_TWENTY_ONE - 60_000)
    chrome = told.chrome()
    assert (chrome.banner, chrome.queued, chrome.offline_since, chrome.last_sync_days) == (
        "offline",
        12,
        "11:20",
        None,
    )


def test_a_notice_is_news_once() -> None:
    told = bars()
    assert told.notice("printer.paper_near_end", True)
    assert not told.notice("printer.paper_near_end", True)
    assert told.chrome().notices == ("printer.paper_near_end",)
    assert told.notice("printer.paper_near_end", False)
    assert told.chrome().notices == ()
