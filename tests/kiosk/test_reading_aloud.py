"""What is read aloud is heard by everybody around: no name, no number, and silence at the second touch."""

from __future__ import annotations

import shutil
import subprocess
import threading
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.commands import ReadAloud
from kiosk.services.reading_aloud import ReadingAloud, sentences_of
from kiosk.services.sounds import SOUNDS
from kiosk.services.spoken_file import SpokenFile
from kiosk.services.voice import Voice

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
WAIT_S = 10.0


@pytest.mark.parametrize(
    ("text", "locale", "spoken"),
    [
        ("请放好身份证", "zh_CN", ("请放好身份证",)),
        ("第一行\n第二行", "zh_CN", ("第一行", "第二行")),
        ("赵＊，您好", "zh_CN", ("，您好",)),
        ("欧阳＊", "zh_CN", ()),
        ("证件 320305 ******** 0024", "zh_CN", ("证件",)),
        ("证件 320305********002X。", "zh_CN", ("证件 。",)),
        ("共 12 条", "zh_CN", ("共 1 2 条",)),
        ("合计 1,234.50 元", "zh_CN", ("合计 1 2 3 4点5 0 元",)),
        ("Total 1,234.50", "en", ("Total 1 2 3 4 point 5 0",)),
        ("—— ……", "zh_CN", ()),
        ("", "en", ()),
    ],
)
def test_what_is_spoken_of_a_text(text: str, locale: str, spoken: tuple[str, ...]) -> None:
    assert sentences_of(text, locale) == spoken


@given(st.text(alphabet="赵钱0123456789*＊ ，。Xx\n", max_size=60))
def test_no_star_and_nothing_before_one_is_spoken(text: str) -> None:
    said = "".join(sentences_of(text, "zh_CN"))
    assert "*" not in said
    assert "＊" not in said


class Recorder:
    """A voice that writes down what it was asked to say."""

    def __init__(self) -> None:
        self.read_out: list[tuple[tuple[str, ...], str]] = []
        self.hushed = 0
        self.phrases: list[tuple[str, str]] = []

    def speak(self, code: str, locale: str = "") -> None:
        self.phrases.append((code, locale))

    def read(self, sentences: Sequence[str], locale: str) -> None:
        self.read_out.append((tuple(sentences), locale))

    def hush(self) -> None:
        self.hushed += 1


def test_what_is_somebodys_is_not_said_into_the_hall() -> None:
    voice = Recorder()
    ReadingAloud(voice, headset=False).perform(ReadAloud("合计", "en", private=True))
    assert not voice.read_out
    assert voice.phrases == [("headset_only", "en")], "it says why"
    ReadingAloud(voice, headset=True).perform(ReadAloud("合计", "zh_CN", private=True))
    assert voice.read_out == [(("合计",), "zh_CN")]


def test_an_empty_text_is_silence() -> None:
    voice = Recorder()
    ReadingAloud(voice, headset=False).perform(ReadAloud("", "zh_CN", private=True))
    assert (voice.read_out, voice.hushed) == ([], 1)


def test_without_a_voice_nothing_happens() -> None:
    ReadingAloud(None, headset=False).perform(ReadAloud("合计", "zh_CN"))


class Loudspeaker:
    """A player that holds each sentence until it is let go or stopped, and notes how long each is."""

    def __init__(self) -> None:
        self.heard_s: list[float] = []
        self.playing = threading.Event()
        self.let_go = threading.Event()

    def play(self, path: Path, deadline_s: float) -> None:
        with wave.open(str(path)) as sound:
            self.heard_s.append(sound.getnframes() / sound.getframerate())
        self.playing.set()
        assert self.let_go.wait(WAIT_S)

    def stop(self) -> None:
        self.let_go.set()


@pytest.fixture
def loudspeaker() -> Loudspeaker:
    return Loudspeaker()


@pytest.fixture
def voice(tmp_path: Path, loudspeaker: Loudspeaker) -> Iterator[Voice]:
    voice = Voice(tmp_path / "cache", loudspeaker)
    voice.start()
    yield voice
    voice.stop()


@needs_espeak
@pytest.mark.parametrize(("text", "locale"), [("请把身份证放好", "zh_CN"), ("Please place your card", "en")])
def test_a_sentence_is_heard_and_leaves_no_file(
    voice: Voice, loudspeaker: Loudspeaker, tmp_path: Path, text: str, locale: str
) -> None:
    loudspeaker.let_go.set()
    ReadingAloud(voice, headset=False).perform(ReadAloud(text, locale))
    assert voice.wait_until_quiet(WAIT_S)
    (seconds,) = loudspeaker.heard_s
    assert 0.8 < seconds < 5
    assert not list((tmp_path / "cache").iterdir())


@needs_espeak
def test_a_second_touch_stops_it_in_the_middle(voice: Voice, loudspeaker: Loudspeaker) -> None:
    reading = ReadingAloud(voice, headset=False)
    reading.perform(ReadAloud("第一句\n第二句\n第三句", "zh_CN"))
    assert loudspeaker.playing.wait(WAIT_S)
    reading.perform(ReadAloud("", "zh_CN"))
    assert voice.wait_until_quiet(WAIT_S)
    assert len(loudspeaker.heard_s) == 1


@needs_espeak
def test_a_phrase_ends_the_reading(voice: Voice, loudspeaker: Loudspeaker) -> None:
    voice.read(("第一句", "第二句"), "zh_CN")
    assert loudspeaker.playing.wait(WAIT_S)
    voice.speak("swipe_card")
    assert voice.wait_until_quiet(WAIT_S)
    assert len(loudspeaker.heard_s) == 2


@needs_espeak
def test_what_espeak_writes_to_a_pipe_is_a_whole_sound() -> None:
    made = subprocess.run(
        ["espeak-ng", "-v", "en", "--stdin", "--stdout"], input=b"one two", capture_output=True, check=True
    )
    with SpokenFile(made.stdout) as file, wave.open(str(file.path)) as sound:
        assert 0.3 < sound.getnframes() / sound.getframerate() < 4
    assert not file.path.exists()


@needs_espeak
@pytest.mark.parametrize("name", ["emergency", "bell"])
def test_an_alarm_is_heard_at_once_though_a_page_is_read(
    voice: Voice, loudspeaker: Loudspeaker, name: str
) -> None:
    """A notice takes most of a minute: whoever pressed a call box cannot wait for its end."""
    voice.read(["第一句", "第二句", "第三句"], "zh_CN")
    assert loudspeaker.playing.wait(WAIT_S)
    voice.sound(name)
    assert voice.wait_until_quiet(WAIT_S)
    assert len(loudspeaker.heard_s) == 2
    assert loudspeaker.heard_s[1] == pytest.approx(sum(seconds for _, seconds in SOUNDS[name]), abs=0.01)


@needs_espeak
def test_any_other_sound_does_not_end_what_is_read(voice: Voice, loudspeaker: Loudspeaker) -> None:
    voice.read(["第一句", "第二句"], "zh_CN")
    assert loudspeaker.playing.wait(WAIT_S)
    voice.sound("card")
    loudspeaker.let_go.set()
    assert voice.wait_until_quiet(WAIT_S)
    assert len(loudspeaker.heard_s) == 2
    assert min(loudspeaker.heard_s) > 0.3, "two sentences, and no short tone"
