"""A4 printers: the queues of this machine's CUPS, by its own command."""

from __future__ import annotations

import os
import re
import subprocess

from drivers.finding.found import Finding

WHERE = "CUPS"
ASK_S = 10.0
_QUEUE = re.compile(r"^device for (?P<queue>\S+): (?P<scheme>[\w-]+):")


def search() -> list[Finding]:
    """Every queue; that the service does not run is a finding as well."""
    try:
        said = subprocess.run(
            ["lpstat", "-v"],
            capture_output=True,
            text=True,
            timeout=ASK_S,
            check=False,
            env=os.environ | {"LC_ALL": "C"},
        )
    except FileNotFoundError:
        return []  # a terminal without A4 needs no CUPS
    except subprocess.TimeoutExpired:
        return [Finding(WHERE, None, {}, "device.timeout")]
    if "not running" in said.stderr or "Unable to connect" in said.stderr or "Bad file" in said.stderr:
        return [Finding(WHERE, None, {}, "cups.service_down")]
    queues = [match for line in said.stdout.splitlines() if (match := _QUEUE.match(line))]
    return [
        Finding(f"{WHERE} {each['queue']}", "cups", {"queue": each["queue"]}, "", {"by": each["scheme"]})
        for each in queues
    ]
