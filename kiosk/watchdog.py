"""Telling systemd that the terminal is up, alive and going down: the notify protocol of sd_notify(3).

Without systemd (no $NOTIFY_SOCKET) every call is silent, so that a terminal runs the same from a shell.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


class Watchdog:
    """Speaks to the service manager that started this process.

    `interval_s` is how often `alive` is wanted: half of WatchdogSec, or None where no watchdog was asked for. It is
    called from the main loop on purpose: a frozen screen stops it, and systemd restarts the terminal.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        microseconds = environment.get("WATCHDOG_USEC", "")
        meant_for_us = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.interval_s = int(microseconds) / 2e6 if microseconds.isdigit() and meant_for_us else None

    def ready(self) -> None:
        """The first page is drawn."""
        self._send("READY=1")

    def alive(self) -> None:
        """The main loop still turns."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Devices are being closed; the disk is being written."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        # A leading @ stands for the NUL of Linux's abstract sockets.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as notify:
            # Full buffer or a manager that has gone: no reason to stop serving meals, and never to wait.
            notify.setblocking(False)
            try:
                notify.sendto(message.encode("ascii"), address)
            except OSError:
                return
