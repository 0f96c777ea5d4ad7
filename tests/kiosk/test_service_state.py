"""A terminal that shuts without need feeds nobody, and one that stays open without its reader fools them: both judged
by one small object, apart from threads and devices."""

from __future__ import annotations

import pytest

from drivers.base import DeviceStatus, Health
from kiosk.service_state import ServiceState

READERS = ("card_reader", "id_card_reader")
DOWN = DeviceStatus(Health.DOWN, "device.gone")
OK = DeviceStatus(Health.OK, "")


def state(*configured: str) -> ServiceState:
    return ServiceState([READERS], configured)


def test_a_needed_device_that_is_lost_is_the_reason() -> None:
    service = state("card_reader", "receipt_printer")
    assert service.code() == ""
    service.device_is("card_reader", DOWN)
    assert service.code() == "device.gone"
    service.device_is("card_reader", OK)
    assert service.code() == ""


@pytest.mark.parametrize("health", [Health.OK, Health.DEGRADED])
def test_a_device_that_limps_still_serves(health: Health) -> None:
    service = state("card_reader")
    service.device_is("card_reader", DeviceStatus(health, "device.slow"))
    assert service.code() == ""


def test_a_stuck_device_counts_as_lost() -> None:
    service = state("card_reader")
    service.device_is("card_reader", DeviceStatus(Health.WEDGED, "device.wedged"))
    assert service.code() == "device.wedged"


def test_one_of_two_readers_is_enough() -> None:
    service = state(*READERS)
    service.device_is("card_reader", DOWN)
    assert service.code() == ""
    service.device_is("id_card_reader", DeviceStatus(Health.DOWN, "device.silent"))
    assert service.code() == "device.gone"


def test_what_is_not_needed_or_not_configured_is_not_asked_for() -> None:
    service = state("receipt_printer")
    service.device_is("receipt_printer", DOWN)
    assert service.code() == ""


def test_the_disk_comes_first() -> None:
    service = state("card_reader")
    service.device_is("card_reader", DOWN)
    service.disk_trouble = "disk.full"
    assert service.code() == "disk.full"


def test_only_a_device_without_another_beside_it_is_alone() -> None:
    assert state("card_reader", "receipt_printer").is_alone("card_reader")
    assert not state(*READERS).is_alone("card_reader")
    assert not state("receipt_printer").is_alone("receipt_printer")
