"""The voice must never hold up a card, say what it should in real pinyin, and admit when nobody can hear it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.services.phrases import PHRASES, ticket_call
from kiosk.services.player import Player, PlayFailed, ProgramPlayer, SilentPlayer
from kiosk.services.sounds import SOUNDS, write_sound
from kiosk.services.voice import Voice, duration_s, to_pinyin

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


class Loudspeaker:
    """A player that writes down what it plays, and can be held in the middle of a sentence."""

    def __init__(self) -> None:
        self.played: list[Path] = []
        self.playing = threading.Event()
        self.release = threading.Event()
        self.release.set()
        self.failure = ""

    def play(self, path: Path, deadline_s: float) -> None:
        self.played.append(path)
        self.playing.set()
        assert self.release.wait(10), "the test forgot to let the sentence end"
        if self.failure:
            raise PlayFailed(self.failure)

    def stop(self) -> None:
        self.release.set()

    @property
    def said(self) -> list[str]:
        return [path.stem.partition("-")[0] for path in self.played]


@pytest.fixture
def loudspeaker() -> Loudspeaker:
    return Loudspeaker()


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Every phrase as a recording, so that what is under test here needs no speech engine."""
    for locale in ("zh_CN", "en"):
        (tmp_path / "recorded" / locale).mkdir(parents=True)
        for code in PHRASES:
            write_sound("tick", tmp_path / "recorded" / locale / f"{code}.wav")
    return tmp_path / "recorded"


@pytest.fixture
def voice(tmp_path: Path, loudspeaker: Loudspeaker, recordings: Path) -> Iterator[Voice]:
    voice = Voice(tmp_path / "cache", loudspeaker, recordings_dir=recordings)
    voice.start()
    yield voice
    voice.stop()


def test_a_phrase_comes_after_its_sound(voice: Voice, loudspeaker: Loudspeaker) -> None:
    voice.speak("take_meal")
    assert voice.wait_until_quiet(5)
    assert loudspeaker.said == ["served", "take_meal"]


def test_speaking_returns_while_the_last_sentence_is_still_heard(
    voice: Voice, loudspeaker: Loudspeaker
) -> None:
    """The loudspeaker is held: were speak() to wait for it, this test would end in the fixture's assertion."""
    loudspeaker.release.clear()
    voice.speak("offline")
    assert loudspeaker.playing.wait(5)
    voice.speak("take_meal")
    assert loudspeaker.said == ["offline"]
    loudspeaker.release.set()
    assert voice.wait_until_quiet(5)


def test_a_newer_phrase_replaces_the_one_that_waits(voice: Voice, loudspeaker: Loudspeaker) -> None:
    loudspeaker.release.clear()
    voice.speak("offline")
    assert loudspeaker.playing.wait(5)
    voice.speak("already_used")
    voice.speak("staff_coming")
    loudspeaker.release.set()
    assert voice.wait_until_quiet(5)
    assert loudspeaker.said == ["offline", "staff_coming"]


def test_the_language_of_the_moment_is_spoken(voice: Voice, loudspeaker: Loudspeaker) -> None:
    voice.speak("read_done", "en")
    assert voice.wait_until_quiet(5)
    voice.speak("read_done")
    assert voice.wait_until_quiet(5)
    assert [path.parent.name for path in loudspeaker.played] == ["en", "zh_CN"]


def test_an_unknown_phrase_is_a_mistake_of_the_caller(voice: Voice) -> None:
    with pytest.raises(KeyError):
        voice.speak("good_morning_mr_sun")


def test_a_sound_is_heard_alone_and_never_late(voice: Voice, loudspeaker: Loudspeaker) -> None:
    voice.sound("card")
    assert voice.wait_until_quiet(5)
    loudspeaker.release.clear()
    loudspeaker.playing.clear()
    voice.speak("offline")
    assert loudspeaker.playing.wait(5)
    voice.sound("card")
    loudspeaker.release.set()
    assert voice.wait_until_quiet(5)
    assert loudspeaker.said == ["card", "offline"]


def test_stopping_cuts_a_sentence_short(tmp_path: Path, loudspeaker: Loudspeaker, recordings: Path) -> None:
    voice = Voice(tmp_path / "cache", loudspeaker, recordings_dir=recordings)
    voice.start()
    loudspeaker.release.clear()
    voice.speak("take_meal")
    assert loudspeaker.playing.wait(5)
    voice.stop(timeout_s=5)
    assert not [thread for thread in threading.enumerate() if thread.name == "voice"]
    assert loudspeaker.said == ["served"]


def test_health_is_reported_when_it_changes(
    tmp_path: Path, loudspeaker: Loudspeaker, recordings: Path
) -> None:
    codes: list[str] = []
    voice = Voice(tmp_path / "cache", loudspeaker, recordings_dir=recordings, report=codes.append)
    voice.start()
    for failure in ("", "", "voice.silent", "voice.silent", ""):
        loudspeaker.failure = failure
        voice.speak("read_done")
        assert voice.wait_until_quiet(5)
    voice.stop()
    assert codes == ["", "voice.silent", ""]


def test_a_missing_engine_is_said_and_the_thread_lives(tmp_path: Path, loudspeaker: Loudspeaker) -> None:
    codes: list[str] = []
    voice = Voice(tmp_path, loudspeaker, report=codes.append, engine=str(tmp_path / "not-there"))
    voice.start()
    voice.speak("read_done")
    assert voice.wait_until_quiet(5)
    voice.sound("tick")
    assert voice.wait_until_quiet(5)
    voice.stop()
    assert codes == ["voice.no_engine", ""]
    assert loudspeaker.said == ["tick"]


@needs_espeak
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_phrase_is_made_once_and_kept(tmp_path: Path, loudspeaker: Loudspeaker, locale: str) -> None:
    voice = Voice(tmp_path, loudspeaker, locale=locale)
    voice.start()
    for code in PHRASES:
        voice.speak(code)
        assert voice.wait_until_quiet(20)
    spoken = {path for path in loudspeaker.played if path.stem.partition("-")[0] in PHRASES}
    assert len(spoken) == len(PHRASES)
    assert all(0.3 < duration_s(path) < 8 for path in spoken)
    made_at = {path: path.stat().st_mtime_ns for path in spoken}
    voice.speak("take_meal")
    assert voice.wait_until_quiet(5)
    voice.stop()
    assert made_at == {path: path.stat().st_mtime_ns for path in spoken}


@needs_espeak
def test_a_file_that_a_power_cut_left_empty_is_made_again(tmp_path: Path, loudspeaker: Loudspeaker) -> None:
    voice = Voice(tmp_path, loudspeaker)
    voice.start()
    voice.speak("read_done")
    assert voice.wait_until_quiet(20)
    kept = loudspeaker.played[-1]
    kept.write_bytes(b"")
    voice.speak("read_done")
    assert voice.wait_until_quiet(20)
    voice.stop()
    assert duration_s(kept) > 0.3


@needs_espeak
def test_the_engine_does_not_spell_in_english() -> None:
    """With its plain Mandarin voice espeak-ng switches to English, which its phonemes show as (en)."""
    for phrase in PHRASES.values():
        heard = subprocess.run(
            ["espeak-ng", "-v", "cmn-latn-pinyin", "-q", "-x", to_pinyin(phrase.zh)],
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        ).stdout
        assert "(en)" not in heard, phrase.zh


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("重庆银行", "chong2 qing4 yin2 hang2"),
        ("长大", "zhang3 da4"),
        ("余额不够", "yu2 e2 bu2 gou4"),
        ("打印纸用完了", "da3 yin4 zhi3 yong4 wan2 le5"),
        ("请到12号窗口", "qing3 dao4 yi1 er4 hao4 chuang1 kou3"),
    ],
)  # fmt: skip
def test_readings(text: str, pinyin: str) -> None:
    assert to_pinyin(text) == pinyin


def test_every_phrase_has_both_languages_and_a_real_sound() -> None:
    for code, phrase in PHRASES.items():
        assert phrase.zh, code
        assert phrase.en.isascii(), code
        assert phrase.sound in {"", *SOUNDS}, code
        assert "!" not in phrase.zh + phrase.en and "！" not in phrase.zh, code


def test_sounds_have_their_length_and_do_not_clip(tmp_path: Path) -> None:
    for name, notes in SOUNDS.items():
        path = tmp_path / f"{name}.wav"
        write_sound(name, path)
        assert duration_s(path) == pytest.approx(sum(seconds for _, seconds in notes), abs=0.001)
        with wave.open(str(path), "rb") as file:
            loudest = max(abs(value) for value in memoryview(file.readframes(file.getnframes())).cast("h"))
        assert 5_000 < loudest < 20_000


def test_a_player_that_fails_is_silence_and_one_that_hangs_is_wedged(tmp_path: Path) -> None:
    path = tmp_path / "tick.wav"
    write_sound("tick", path)
    hangs = "import threading; threading.Event().wait()"
    cases: list[tuple[Player, float, str]] = [
        (ProgramPlayer((sys.executable, "-c", "raise SystemExit(1)")), 30, "voice.silent"),
        (ProgramPlayer((str(tmp_path / "not-there"),)), 30, "voice.silent"),
        (SilentPlayer(), 30, "voice.silent"),
        (ProgramPlayer((sys.executable, "-c", hangs)), 0.3, "voice.wedged"),
    ]
    for player, deadline_s, code in cases:
        with pytest.raises(PlayFailed) as failed:
            player.play(path, deadline_s)
        assert failed.value.code == code


def test_a_player_is_cut_short_without_complaint(tmp_path: Path) -> None:
    started = tmp_path / "started"
    program = f"import pathlib, threading; pathlib.Path({str(started)!r}).touch(); threading.Event().wait()"
    player = ProgramPlayer((sys.executable, "-c", program))
    failures: list[PlayFailed] = []

    def play() -> None:
        try:
            player.play(tmp_path / "sentence.wav", deadline_s=10)
        except PlayFailed as error:
            failures.append(error)

    playing = threading.Thread(target=play)
    playing.start()
    deadline = threading.Event()
    for _ in range(500):
        if started.exists():
            break
        deadline.wait(0.01)
    player.stop()
    playing.join(5)
    assert not playing.is_alive()
    assert failures == []


def test_a_start_does_not_load_the_dictionary() -> None:
    """57 MB and a third of a second, for sentences that were made long ago."""
    program = "import sys, kiosk.services.voice; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


@needs_espeak
def test_a_ticket_is_called_after_a_chime(voice: Voice, loudspeaker: Loudspeaker) -> None:
    voice.call_ticket("A017", "1")
    assert voice.wait_until_quiet(15)
    assert loudspeaker.said[0] == "chime"
    assert len(loudspeaker.played) == 2


@needs_espeak
def test_a_call_is_not_hushed_with_the_page_that_is_left(voice: Voice, loudspeaker: Loudspeaker) -> None:
    loudspeaker.release.clear()
    voice.sound("tick")
    assert loudspeaker.playing.wait(5)
    voice.call_ticket("A017", "1")
    voice.hush()
    loudspeaker.release.set()
    assert voice.wait_until_quiet(15)
    assert loudspeaker.said[:2] == ["tick", "chime"]


@pytest.mark.parametrize(("number", "window"), [("李四", "1"), ("A017", "李四"), ("A17", "1"), ("A017", "")])
def test_nothing_but_a_ticket_and_a_window_gets_into_a_call(voice: Voice, number: str, window: str) -> None:
    with pytest.raises(ValueError, match="only a ticket"):
        voice.call_ticket(number, window)


def test_a_ticket_is_called_in_both_languages() -> None:
    assert ticket_call("A017", "1", "zh_CN") == "请 A017 号到 1 号窗口"
    assert ticket_call("A017", "1", "en") == "Number A017, please go to window 1"


def test_the_sound_of_an_alarm_ends_within_the_second_after_which_it_begins_again() -> None:
    assert 0.8 <= sum(seconds for _, seconds in SOUNDS["emergency"]) < 1.0
