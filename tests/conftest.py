"""Every test run moves into a world of its own first, so that the real services it starts meet no others; and what
Hypothesis tries is the same in every run, since a suite that fails by chance is soon believed no more. New streams are
what `make fuzz` is for."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

from tests.stage import world

settings.register_profile(
    "suite", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


def pytest_cmdline_main(config: pytest.Config) -> None:
    """Start again inside, before anything is collected; workers of pytest-xdist are inside already."""
    if os.geteuid() == 0 and not hasattr(config, "workerinput"):
        capture = config.pluginmanager.getplugin("capturemanager")
        if capture is not None:
            capture.suspend_global_capture(in_=True)
        # Thousands of commits wait for no disk there: what a test is about is never how long a disk takes. Whoever wants
        # to look at the files afterwards, or has little memory, sets TMPDIR.
        os.environ.setdefault("TMPDIR", str(world.SCRATCH))
        world.enter([sys.executable, "-m", "pytest", *config.invocation_params.args])
