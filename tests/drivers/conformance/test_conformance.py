"""A terminal treats all its devices alike: whatever they are, they open, fail, come back and report in the same way."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import cast

import pytest

from drivers.base import (
    CardReader,
    DeviceBusy,
    DeviceError,
    DeviceGone,
    DeviceStatus,
    DeviceTimeout,
    Health,
)
from tests.drivers.conformance.subjects import ALL, LIVE, READERS, Subject

PROBE_S = 6.0


@pytest.fixture
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    with ExitStack() as stack:
        yield stack.enter_context(request.param(tmp_path / "device"))


def subjects(table: dict[str, object]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("subject", table.values(), ids=table.keys(), indirect=True)


def in_time(started: float, limit_s: float) -> bool:
    return time.monotonic() - started < limit_s


@subjects(ALL)
def test_making_a_driver_touches_nothing(subject: Subject) -> None:
    subject.unplug()
    driver = subject.make()
    assert driver.diagnostics()
    driver.close()


@subjects(ALL)
def test_open_and_close_may_be_said_twice(subject: Subject) -> None:
    driver = subject.make()
    driver.open()
    driver.open()
    driver.close()
    driver.close()
    driver.open()
    driver.close()


@subjects(LIVE)
def test_close_leaves_the_device_to_the_next_opener(subject: Subject) -> None:
    first, second = subject.make(), subject.make()
    first.open()
    if subject.exclusive:
        with pytest.raises(DeviceBusy):
            second.open()
        assert second.probe().code == "device.busy"
    first.close()
    second.open()
    second.close()


@subjects(READERS)
def test_a_read_of_nothing_ends_in_time(subject: Subject) -> None:
    reader = cast(CardReader, subject.make())
    reader.open()
    for timeout_s in (0.0, 0.05):
        started = time.monotonic()
        reader.read(timeout_s)
        assert in_time(started, timeout_s + 1.0)
    reader.close()


@subjects(LIVE)
def test_an_unplugged_device_is_gone_and_comes_back(subject: Subject) -> None:
    driver = subject.make()
    driver.open()
    subject.unplug()
    started = time.monotonic()
    status = driver.probe()
    assert status.health is Health.DOWN
    assert status.code.endswith(subject.gone)
    with pytest.raises(DeviceGone):
        driver.open()
    assert in_time(started, PROBE_S)
    driver.close()
    subject.plug()
    driver.open()
    assert driver.probe().health is not Health.DOWN
    driver.close()


@subjects(LIVE)
def test_probe_is_bounded_when_the_device_says_nothing(subject: Subject) -> None:
    driver = subject.make()
    subject.mute()
    for opened in (False, True):
        if opened:
            with suppress(DeviceTimeout):  # from a driver that greets its device
                driver.open()
        started = time.monotonic()
        assert isinstance(driver.probe(), DeviceStatus)
        assert in_time(started, PROBE_S)
    driver.close()


@subjects(ALL)
def test_probe_of_a_healthy_device_is_ok_and_json_ready(subject: Subject) -> None:
    driver = subject.make()
    driver.open()
    status = driver.probe()
    assert status.health is Health.OK, status
    json.dumps(dict(status.details))
    driver.close()


@subjects(ALL)
def test_diagnostics_are_json_ready_and_hold_nothing_that_was_read(subject: Subject) -> None:
    driver = subject.make()
    driver.open()
    subject.use()
    if hasattr(driver, "read"):
        assert isinstance(driver.read(2.0), subject.reading)
    said = json.dumps(dict(driver.diagnostics()))
    assert not [secret for secret in subject.secrets if secret in said]
    driver.close()


@subjects(LIVE)
def test_every_error_has_a_stable_code(subject: Subject) -> None:
    subject.unplug()
    with pytest.raises(DeviceError) as caught:
        subject.make().open()
    assert caught.value.reason.count(".") == 1


@subjects(ALL)
def test_what_leaves_in_a_case_is_redacted_whatever_the_bytes(subject: Subject) -> None:
    """A log begins and ends anywhere, and another device may hang on the port: redacting never fails and never moves a
    byte. A camera has no wire log."""
    driver = subject.make()
    if driver.kind.startswith("camera"):
        assert not hasattr(driver, "redact")
        return
    chance = random.Random(7)
    redact = cast(Callable[[str, bytes], bytes], driver.redact)  # type: ignore[attr-defined]
    for length in (0, 1, 2, 7, 64, 500):
        for direction in (">", "<"):
            stream = chance.randbytes(length)
            clean = redact(direction, stream)
            assert len(clean) == length
    driver.close()
