"""A world of one's own for real services: nothing that runs on this machine is seen or touched.

`enter()` starts the running program again in namespaces of its own (mounts, network, processes), with an empty `/run`
and only loopback. There a `pcscd`, a `cupsd` and their D-Bus can have their fixed ports and paths, and all of them end
with the program. Needs root, as `unshare` and `mount` do; without it `enter` says so and leaves with code 77.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from drivers.emulators.smart_card import SLOT_PORTS

INSIDE = "SERVICE_HALL_WORLD"
SCRATCH = Path("/run/scratch")
"""A place for temporary files in memory, gone with the world."""
CANNOT = 77
DEADLINE_S = 20
RESERVED_PORTS = Path("/proc/sys/net/ipv4/ip_local_reserved_ports")
_DIRECTORIES = ("dbus", "avahi-daemon", "pcscd", "cups", "lock", "user")


def is_inside() -> bool:
    """Whether this process lives in such a world."""
    return INSIDE in os.environ


def enter(command: Sequence[str]) -> None:
    """Go on in a world of one's own as `command`; returns at once where we are in one already."""
    if is_inside():
        return
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        print(
            "This needs root and util-linux: it starts services in namespaces of their own.", file=sys.stderr
        )
        raise SystemExit(CANNOT)
    sys.stdout.flush()
    sys.stderr.flush()
    world = ["unshare", "-mnpf", "--kill-child", "--mount-proc", "--propagation", "private"]
    os.execvp("unshare", [*world, sys.executable, "-m", "tests.stage.world", *command])


def main(command: Sequence[str]) -> None:
    """Inside the namespaces: makes the world ready, and becomes `command`."""
    _run("mount", "-t", "tmpfs", "-o", "mode=0755", "run", "/run")
    _run("ip", "link", "set", "lo", "up")
    for name in _DIRECTORIES:
        Path("/run", name).mkdir(mode=0o755)
    SCRATCH.mkdir()
    SCRATCH.chmod(0o1777)  # whatever the umask says: as /tmp is
    _keep_bytecode_in_memory()
    _reserve_ports()
    os.environ[INSIDE] = "1"
    os.execvp(command[0], list(command))


def _reserve_ports() -> None:
    """The virtual smart card reader listens on fixed ports in the midst of those that the kernel hands out to whoever asks
    for any: one of those came first now and then."""
    RESERVED_PORTS.write_text(",".join(map(str, SLOT_PORTS)), encoding="ascii")


def _keep_bytecode_in_memory() -> None:
    """Where a checkout may keep none: dozens of programs are started here, and each would compile everything anew."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(SCRATCH / "bytecode"))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=DEADLINE_S)


if __name__ == "__main__":
    main(sys.argv[1:])
