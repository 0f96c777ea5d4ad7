"""What the virtual printer runs for each job: its paper tray. `page_tray.py DIRECTORY FILE`, file content on FILE.

`DIRECTORY/faults.json` says `{"fault": NAME}`, read anew all the time:

    none        the document is copied to `paper/`: it came out
    paper_out   it waits without paper, and says so; goes on when the fault is taken away
    jam         the same with a jam
    slow        `seconds` of warming up
    abort       the job fails
    lies        it says that all is well, and nothing comes out
    mute_wait   it waits and says nothing, like a printer whose sensor is broken
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

LONGEST_S = 60.0
SAID = {"paper_out": "media-empty-error", "jam": "media-jam-error"}


def say(line: str) -> None:
    """The printer reads what its command says of it from standard error."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def fault(directory: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((directory / "faults.json").read_text())
    return found


def wait_until_well(directory: Path, name: object) -> None:
    # A process of its own, beside a file that a test writes: looking again is all there is.
    end = time.monotonic() + LONGEST_S
    while fault(directory)["fault"] == name and time.monotonic() < end:
        time.sleep(0.05)


def main(directory: Path, document: Path) -> int:
    now = fault(directory)
    name = now["fault"]
    if name == "abort":
        say("ERROR: the fuser is broken")
        return 1
    if name == "lies":
        say("ATTR: job-impressions=1 job-impressions-completed=1")
        return 0
    if name == "slow":
        time.sleep(float(str(now["seconds"])))
    if name in SAID or name == "mute_wait":
        if name in SAID:
            say(f"STATE: +{SAID[str(name)]}")
        wait_until_well(directory, name)
        if name in SAID:
            say(f"STATE: -{SAID[str(name)]}")
    number = len(list((directory / "paper").iterdir())) + 1
    part = directory / f"{os.getpid()}.part"
    shutil.copyfile(document, part)
    part.rename(directory / "paper" / f"{number:04}.pdf")
    say("ATTR: job-impressions=1 job-impressions-completed=1")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
