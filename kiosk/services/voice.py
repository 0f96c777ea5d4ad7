"""The terminal's voice: fixed phrases and pages read aloud, on a thread of its own so that no card waits for a sentence.

A recorded file is played where the site has one (`<recordings>/<locale>/<code>.wav`); otherwise espeak-ng makes the
sentence once and it is kept. Measured with espeak-ng 1.51: its voice `cmn` reads most hanzi out as English spellings,
and `cmn-latn-pinyin` chooses the wrong reading of many characters (重庆, 银行), so pypinyin turns words into pinyin
first. The third tone before another third is changed by espeak-ng itself, 不 before a fourth tone by pypinyin.

What is read aloud may be somebody's: it is made sentence by sentence in memory, never as a file on the disk, and its words
are in no argument list that others could see.
"""

from __future__ import annotations

import hashlib
import subprocess
import threading
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk.services.phrases import PHRASES, TICKET_CHIME, ticket_call
from kiosk.services.player import Player, PlayFailed
from kiosk.services.sounds import ALARM_SOUNDS, SOUNDS, write_sound
from kiosk.services.spoken_file import SpokenFile

# Words a minute as espeak-ng counts; sentences come out at 3.5 to 4.2 hanzi a second.
SPEED = "200"
VOICES = {"zh_CN": "cmn-latn-pinyin", "en": "en"}
# The first run on a cold disk was seen to take 2 s, later ones 30 ms.
SYNTHESIS_DEADLINE_S = 10.0
PLAY_MARGIN_S = 3.0

_PAUSES = str.maketrans("，。？！；：", ",.?!;:")
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def to_pinyin(text: str) -> str:
    """Mandarin as pinyin with tone numbers; digits are said one by one, as a window's number is."""
    # Its dictionary takes 0.3 s and 57 MB: loaded when a sentence is made, not at each start of a terminal.
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(
        text.translate(_DIGITS), style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True
    )
    return " ".join(syllables).translate(_PAUSES)


class Voice:
    """Says phrases and plays sounds, one after another; a newer one replaces one that still waits.

    `report` hears "" when sound works, else voice.silent, voice.wedged or voice.no_engine; only when it changes, and
    on the voice's own thread.
    """

    def __init__(
        self,
        cache_dir: Path,
        player: Player,
        *,
        locale: str = "zh_CN",
        recordings_dir: Path | None = None,
        report: Callable[[str], None] = lambda code: None,
        engine: str = "espeak-ng",
    ) -> None:
        self._cache_dir = cache_dir
        self._player = player
        self._locale = locale
        self._recordings_dir = recordings_dir
        self._report = report
        self._engine = engine
        self._reported: str | None = None
        self._turn = threading.Condition()
        self._phrase: tuple[str, str] | None = None
        self._sound: str | None = None
        self._call: tuple[str, str] | None = None
        self._reading: tuple[tuple[str, ...], str] | None = None
        self._is_reading = False
        self._busy = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)

    def start(self) -> None:
        self._cache_dir.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def speak(self, code: str, locale: str = "") -> None:
        """Say a phrase of kiosk.services.phrases in a language ("": the terminal's own); returns at once. Raises KeyError
        for a code that is not there."""
        PHRASES[code]
        with self._turn:
            self._phrase = (code, locale or self._locale)
            self._turn.notify_all()
        self.hush()

    def read(self, sentences: Sequence[str], locale: str) -> None:
        """Read these aloud, one after another, instead of what is being read; returns at once. A phrase ends it."""
        self.hush()
        with self._turn:
            self._reading = (tuple(sentences), locale)
            self._turn.notify_all()

    def call_ticket(self, number: str, window: str, locale: str = "") -> None:
        """Call somebody by her ticket; returns at once. No page that is left hushes it. Raises ValueError as
        phrases.ticket_call."""
        locale = locale or self._locale
        sentence = ticket_call(number, window, locale)
        self.hush()
        with self._turn:
            self._call = (sentence, locale)
            self._turn.notify_all()

    def hush(self) -> None:
        """Nothing is read aloud any more, from the middle of a word on. Phrases and sounds go on."""
        with self._turn:
            self._reading = None
            was_reading, self._is_reading = self._is_reading, False
        if was_reading:
            self._player.stop()

    def sound(self, name: str) -> None:
        """Play a sound of kiosk.services.sounds; returns at once. Dropped while something is heard: late, it would lie. A page that is
        read ends for one of ALARM_SOUNDS."""
        SOUNDS[name]
        with self._turn:
            interrupts = name in ALARM_SOUNDS and (self._is_reading or self._reading is not None)
        if interrupts:
            self.hush()
        with self._turn:
            if interrupts or not self._busy:
                self._sound = name
                self._turn.notify_all()

    def wait_until_quiet(self, timeout_s: float) -> bool:
        """Whether everything asked for has been said within `timeout_s`."""
        with self._turn:
            return self._turn.wait_for(self._is_quiet, timeout_s)

    def stop(self, timeout_s: float = 3.0) -> None:
        """Fall silent, mid-sentence if need be."""
        with self._turn:
            self._stopping = True
            self._phrase = self._sound = self._call = self._reading = None
            self._is_reading = False
            self._turn.notify_all()
        self._player.stop()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _is_quiet(self) -> bool:
        return not (self._phrase or self._sound or self._call or self._reading or self._busy)

    def _run(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._stopping or not self._is_quiet())
                if self._stopping:
                    return
                phrase, sound, call, reading = self._phrase, self._sound, self._call, self._reading
                self._phrase = self._sound = self._call = self._reading = None
                self._busy = True
                self._is_reading = reading is not None
            self._report_change(self._play_turn(phrase, sound, call, reading))
            with self._turn:
                self._busy = self._is_reading = False
                self._turn.notify_all()

    def _play_turn(
        self,
        phrase: tuple[str, str] | None,
        sound: str | None,
        call: tuple[str, str] | None,
        reading: tuple[tuple[str, ...], str] | None,
    ) -> str:
        """Play what is due and return the health code of it."""
        try:
            if sound:
                self._play(self._sound_file(sound))
            if phrase:
                code, locale = phrase
                lead_in = PHRASES[code].sound
                if lead_in:
                    self._play(self._sound_file(lead_in))
                self._play(self._phrase_file(code, locale))
            if call:
                self._play(self._sound_file(TICKET_CHIME))
                self._say(*call)
            if reading:
                self._read(*reading)
        except PlayFailed as error:
            return error.code
        except (OSError, subprocess.SubprocessError):
            return "voice.no_engine"
        return ""

    def _read(self, sentences: Sequence[str], locale: str) -> None:
        for sentence in sentences:
            if not self._is_reading:
                return
            self._say(sentence, locale, lambda: self._is_reading)

    def _say(self, sentence: str, locale: str, is_wanted: Callable[[], bool] = lambda: True) -> None:
        words = to_pinyin(sentence) if locale == "zh_CN" else sentence
        with SpokenFile(self._spoken(words, VOICES[locale])) as file:
            if is_wanted():
                self._play(file.path)

    def _spoken(self, words: str, voice: str) -> bytes:
        """A sentence as espeak-ng writes it, in memory. Raises OSError, SubprocessError."""
        made = subprocess.run(
            [self._engine, "-v", voice, "-s", SPEED, "--stdin", "--stdout"],
            check=True,
            input=words.encode(),
            capture_output=True,
            timeout=SYNTHESIS_DEADLINE_S,
        )
        return made.stdout

    def _report_change(self, code: str) -> None:
        if code != self._reported:
            self._reported = code
            self._report(code)

    def _play(self, path: Path) -> None:
        if not self._stopping:
            self._player.play(path, duration_s(path) + PLAY_MARGIN_S)

    def _sound_file(self, name: str) -> Path:
        path = self._cache_dir / f"{name}-{_fingerprint(str(SOUNDS[name]))}.wav"
        if not duration_s(path):
            unfinished = path.with_suffix(".part")
            write_sound(name, unfinished)
            unfinished.replace(path)
        return path

    def _phrase_file(self, code: str, locale: str) -> Path:
        """The recording of this phrase, or a made one. Raises OSError, SubprocessError when it cannot be made."""
        if self._recordings_dir is not None:
            recorded = self._recordings_dir / locale / f"{code}.wav"
            if recorded.is_file():
                return recorded
        text = PHRASES[code].text(locale)
        path = self._cache_dir / f"{code}-{_fingerprint(VOICES[locale] + SPEED + text)}.wav"
        if not duration_s(path):
            self._synthesise(to_pinyin(text) if locale == "zh_CN" else text, VOICES[locale], path)
        return path

    def _synthesise(self, words: str, voice: str, path: Path) -> None:
        """Make the file whole, or not at all: it appears under its name only when espeak-ng has finished."""
        unfinished = path.with_suffix(".part")
        subprocess.run(
            [self._engine, "-v", voice, "-s", SPEED, "-w", str(unfinished), words],
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SYNTHESIS_DEADLINE_S,
        )
        unfinished.replace(path)


def duration_s(path: Path) -> float:
    """Seconds of a WAV file; 0 for one that is not there, or that a power cut left empty."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes() / file.getframerate()
    except (FileNotFoundError, wave.Error, EOFError):
        return 0.0


def _fingerprint(text: str) -> str:
    """Tells a kept file from one made of other words, so that an upgrade speaks anew."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
