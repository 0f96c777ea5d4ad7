"""A card in the virtual reader, in a process of its own: `python -m benchmarks.emulated_cards`. Says "ready", and answers
each line with the stamp (monotonic ns) after the last answer that its card gave."""

from __future__ import annotations

import sys

from drivers.emulators.smart_card import EmulatedSlot
from drivers.emulators.smart_cards import SocialSecurityCard


def main() -> None:
    """Until its standard input ends."""
    slot = EmulatedSlot()
    slot.insert(SocialSecurityCard(uid=b"\x04\x11\x22\x33\x44\x55\x66"))
    print("ready", flush=True)
    for _ in sys.stdin:
        print(slot.last_answer_ns, flush=True)
    slot.close()


if __name__ == "__main__":
    main()
