"""Pinyin letters to Chinese characters by libpinyin 2.8 (GPL-3), as a process of its own: letters in, candidates out.

    python -I pinyin_engine.py USER_DIRECTORY

Each line of standard input holds letters; each line of standard output answers one with JSON, [[characters, letters used],
…]. The first line says that the engine is ready. It ends with its input. Nothing is learned: training and saving are never
called, and USER_DIRECTORY stays empty. Only the standard library is imported here, so that it starts fast and whoever
talks to it links nothing of libpinyin.

Source of functions and flags: pinyin.h of libpinyin 2.8.1 and pinyin_custom2.h (the option bits).
"""

from __future__ import annotations

import ctypes
import json
import sys
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_uint32, c_void_p
from pathlib import Path

LIBRARY = "libpinyin.so.15"
LIBRARIES = Path("/usr/lib")
DATA = ("*/libpinyin/data", "libpinyin/data")
READY = "ready"
MISSING = 3
MOST_CANDIDATES = 40

# Without IS_PINYIN there are no candidates; USE_TONE must stay off. The last are the fuzzy and corrected spellings.
IS_PINYIN, PINYIN_INCOMPLETE, USE_DIVIDED_TABLE, USE_RESPLIT_TABLE = 1 << 1, 1 << 3, 1 << 7, 1 << 8
PINYIN_CORRECT_ALL = 0xFF << 21
WHOLE = IS_PINYIN | USE_DIVIDED_TABLE | USE_RESPLIT_TABLE | PINYIN_CORRECT_ALL
# Phrases sorted without their longer continuations first: 社区 before 社区居民.
SORT = 0x2 | 0x4 | 0x8 | 0x10
NBEST_MATCH = 1

# Initials whose best known word nobody wants to see on a public screen are not completed.
BLOCKED_INITIALS = frozenset(
    {"cb", "cn", "ds", "jb", "jr", "lj", "qj", "sb", "sj", "sq", "xj", "yd", "yj", "yp"}
)

_RETURNS_A_POINTER = ("pinyin_init", "pinyin_alloc_instance")
_SIGNATURES = {
    "pinyin_init": (c_char_p, c_char_p),
    "pinyin_alloc_instance": (c_void_p,),
    "pinyin_set_options": (c_void_p, c_uint32),
    "pinyin_reset": (c_void_p,),
    "pinyin_parse_more_full_pinyins": (c_void_p, c_char_p),
    "pinyin_guess_sentence": (c_void_p,),
    "pinyin_guess_candidates": (c_void_p, c_size_t, c_uint),
    "pinyin_get_n_candidate": (c_void_p, POINTER(c_uint)),
    "pinyin_get_candidate": (c_void_p, c_uint, POINTER(c_void_p)),
    "pinyin_get_candidate_type": (c_void_p, c_void_p, POINTER(c_int)),
    "pinyin_get_candidate_string": (c_void_p, c_void_p, POINTER(c_char_p)),
    "pinyin_choose_candidate": (c_void_p, c_size_t, c_void_p),
}


class EngineMissing(Exception):
    """The library or its data are not installed."""


class Engine:
    """One libpinyin. Raises EngineMissing."""

    def __init__(self, user_directory: str) -> None:
        try:
            self._library = ctypes.CDLL(LIBRARY)
        except OSError as error:
            raise EngineMissing(LIBRARY) from error
        for name, parameters in _SIGNATURES.items():
            function = getattr(self._library, name)
            function.argtypes = parameters
            # A pointer taken for an int loses its upper half.
            function.restype = c_void_p if name in _RETURNS_A_POINTER else c_int
        data = next((found for pattern in DATA for found in LIBRARIES.glob(pattern)), None)
        if data is None:
            raise EngineMissing(DATA[0])
        self._context = self._library.pinyin_init(bytes(data), user_directory.encode())
        if not self._context:
            raise EngineMissing(str(data))
        self._instance = self._library.pinyin_alloc_instance(self._context)

    def candidates(self, letters: str) -> list[tuple[str, int]]:
        """(characters, how many of the letters they are made of), the best first. `letters` are a to z, v for ü, and '."""
        library, instance = self._library, self._instance
        completes = letters not in BLOCKED_INITIALS
        library.pinyin_set_options(self._context, WHOLE | (PINYIN_INCOMPLETE if completes else 0))
        library.pinyin_reset(instance)
        library.pinyin_parse_more_full_pinyins(instance, letters.encode("ascii"))
        library.pinyin_guess_sentence(instance)
        library.pinyin_guess_candidates(instance, 0, SORT)
        count = c_uint()
        library.pinyin_get_n_candidate(instance, byref(count))
        found: dict[str, int] = {}
        for number in range(min(count.value, 2 * MOST_CANDIDATES)):
            characters, used = self._candidate(number, len(letters))
            found.setdefault(characters, used)
        return list(found.items())[:MOST_CANDIDATES]

    def _candidate(self, number: int, letters: int) -> tuple[str, int]:
        library, instance = self._library, self._instance
        candidate, kind, text = c_void_p(), c_int(), c_char_p()
        library.pinyin_get_candidate(instance, number, byref(candidate))
        library.pinyin_get_candidate_type(instance, candidate, byref(kind))
        library.pinyin_get_candidate_string(instance, candidate, byref(text))
        characters = (text.value or b"").decode("utf-8")
        if kind.value == NBEST_MATCH:
            return characters, letters
        # The only way to learn how far a candidate reaches; it is forgotten by the next reset.
        return characters, int(library.pinyin_choose_candidate(instance, 0, candidate))


def main() -> int:
    """Answers until its input ends. 3: there is no engine here."""
    try:
        engine = Engine(sys.argv[1])
    except EngineMissing:
        return MISSING
    _say(READY)
    for line in sys.stdin:
        _say(json.dumps(engine.candidates(line.strip())))
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
