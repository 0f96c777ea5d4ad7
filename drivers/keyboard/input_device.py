"""An input device's file, `/dev/input/by-id/…-event-kbd`, as a transport of `struct input_event` bytes.

The file is grabbed (EVIOCGRAB), or what is typed would also land in the program on the screen; stamps are asked for by
the monotonic clock (EVIOCSCLOCKID). What waited in the file before `open` is not there: the kernel keeps a queue for each
opener. Needs the group `input`. Source: <linux/input.h>.

A pseudo-terminal, which is what an emulated keyboard is plugged in by, is read in the same way; nothing else listens to
it, so there is nothing to grab. Any other file is refused: device.protocol.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import termios
import time
from pathlib import Path

from drivers.base import ProtocolError
from drivers.transport import FileTransport

EVIOCGRAB = 0x40044590
EVIOCSCLOCKID = 0x400445A0
_NO_INPUT_DEVICE = frozenset({errno.ENOTTY, errno.EINVAL})


class InputDeviceTransport(FileTransport):
    """The file. `grabbed` says whether the kernel gives its events to nobody else."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(path)
        self.grabbed = False

    def _attach(self) -> int:
        self.grabbed = False
        descriptor = super()._attach()
        try:
            fcntl.ioctl(descriptor, EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
            fcntl.ioctl(descriptor, EVIOCGRAB, 1)
            self.grabbed = True
        except OSError as error:
            if error.errno not in _NO_INPUT_DEVICE:
                raise
            self._take_pseudo_terminal(descriptor)
        return descriptor

    def _take_pseudo_terminal(self, descriptor: int) -> None:
        if not (os.isatty(descriptor) and os.ttyname(descriptor).startswith("/dev/pts/")):
            self._detach()
            raise ProtocolError(f"{self.name}: no input device")
        termios.tcflush(descriptor, termios.TCIFLUSH)
