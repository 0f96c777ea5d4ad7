"""Looking into another process for what it should have forgotten: its whole memory, in every form a number or name takes.

A process that is searched runs with `PERTURBED` in its environment, so that the C library overwrites what is freed: what
is then found is still held by somebody. `tcache` is off there, because glibc does not overwrite what it puts into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PERTURBED: Mapping[str, str] = {
    "PYTHONMALLOC": "malloc",
    "MALLOC_PERTURB_": "165",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0",
}
BLOCK_BYTES = 1 << 24
# Pages of the kernel's that no process can keep anything in, and of devices, which may not be read at will.
_UNREADABLE = ("[vvar]", "[vsyscall]", "/dev/")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where something was found: which needle (by its place in the list, so that a report tells nobody's number), in
    which encoding, at which address or offset, and in which region or file."""

    needle: int
    encoding: str
    at: int
    where: str


Needle = str | bytes


def forms(needle: Needle) -> dict[str, bytes]:
    """A needle as it may lie about: UTF-8, UTF-16LE, GBK, and packed BCD for a number, two digits a byte, however the
    pairs fall. Forms that are the same bytes are told once; bytes are themselves."""
    if isinstance(needle, bytes):
        return {"bytes": needle}
    found: dict[str, bytes] = {}
    for name, encoding in (("UTF-8", "utf-8"), ("UTF-16LE", "utf-16-le"), ("GBK", "gbk")):
        try:
            octets = needle.encode(encoding)
        except UnicodeEncodeError:  # a name that GBK cannot say
            continue
        if octets not in found.values():
            found[name] = octets
    digits = needle.rstrip("Xx")
    if digits.isdecimal() and digits.isascii() and len(digits) >= 8:
        for shift in (0, 1):
            pairs = digits[shift : shift + (len(digits) - shift) // 2 * 2]
            found[f"BCD from digit {shift + 1}"] = bytes.fromhex(pairs)
    return found


def search(pid: int, needles: Sequence[Needle]) -> list[Hit]:
    """Every place in the memory of process `pid` that holds one of the needles. Needs the right to trace it. Raises
    ProcessLookupError when it has ended."""
    wanted = [
        (number, name, form) for number, needle in enumerate(needles) for name, form in forms(needle).items()
    ]
    hits: list[Hit] = []
    for start, region, block in _blocks(pid, max(len(form) for _, _, form in wanted) - 1):
        for number, name, form in wanted:
            hits += [Hit(number, name, start + at, region) for at in occurrences(block, form)]
    return list(dict.fromkeys(hits))  # a block begins with the end of the one before


def descendants(pid: int) -> list[int]:
    """The processes that it has started, and those that they have."""
    threads = Path(f"/proc/{pid}/task").iterdir()  # a child belongs to the thread that has started it
    found = [
        int(child)
        for thread in threads
        for child in (thread / "children").read_text(encoding="ascii").split()
    ]
    return [each for child in found for each in (child, *descendants(child))]


def command_of(pid: int) -> str:
    """Its command line."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()


def occurrences(block: bytes, form: bytes) -> Iterator[int]:
    """Each offset at which `form` stands in `block`."""
    at = block.find(form)
    while at >= 0:
        yield at
        at = block.find(form, at + 1)


def _blocks(pid: int, overlap: int) -> Iterator[tuple[int, str, bytes]]:
    """The readable memory: (address, name of the region, bytes)."""
    try:
        regions = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise ProcessLookupError(f"no process {pid}") from None
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in regions:
            addresses, rights, _, _, _, *name = line.split(maxsplit=5)
            region = name[0] if name else "anonymous"
            if "r" not in rights or region.startswith(_UNREADABLE):
                continue
            first, last = (int(address, 16) for address in addresses.split("-"))
            for start in range(first, last, BLOCK_BYTES):
                begin = max(first, start - overlap)
                try:
                    memory.seek(begin)
                    yield begin, region, memory.read(min(start + BLOCK_BYTES, last) - begin)
                except OSError:  # unmapped since, or backed by nothing that can be read
                    continue
