"""A name is typed on a public screen: characters come in time or not at all, nothing typed is kept, and an engine that
falls over costs the candidates of one moment."""

from __future__ import annotations

import logging
import os
import queue
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.commands_resident import Convert
from kiosk.events_resident import Converted
from kiosk.services.pinyin import ENGINE, MOST_LETTERS, EngineFailed, EngineProcess, Pinyin
from kiosk.services.pinyin_engine import BLOCKED_INITIALS, MISSING, MOST_CANDIDATES, Engine, EngineMissing

WAIT_S = 8.0


def is_installed() -> bool:
    try:
        Engine(tempfile.mkdtemp(prefix="pinyin-test-"))
    except EngineMissing:
        return False
    return True


needs_libpinyin = pytest.mark.skipif(
    not is_installed(), reason="libpinyin15 and libpinyin-data are not installed"
)


class Typist:
    """Types letters, and waits for what they may mean."""

    def __init__(self, command: tuple[str, ...] = ENGINE) -> None:
        self._answers: queue.Queue[object] = queue.Queue()
        self.pinyin = Pinyin(self._answers.put, command)
        self._ask_id = 0

    def type(self, letters: str) -> Converted:
        self._ask_id += 1
        self.pinyin.convert(Convert(self._ask_id, letters))
        answer = self._answers.get(timeout=WAIT_S)
        assert isinstance(answer, Converted)
        assert (answer.ask_id, answer.letters) == (self._ask_id, letters)
        return answer


@pytest.fixture
def typing() -> Iterator[Callable[..., Typist]]:
    typists: list[Typist] = []

    def begin(*command: str) -> Typist:
        typist = Typist(command or ENGINE)
        typist.pinyin.start()
        typists.append(typist)
        return typist

    yield begin
    for typist in typists:
        typist.pinyin.stop()


@pytest.fixture(scope="module")
def engine() -> Iterator[EngineProcess]:
    process = EngineProcess()
    process.start()
    yield process
    process.stop()


@needs_libpinyin
@pytest.mark.parametrize(
    ("letters", "characters", "within"),
    [
        ("shequ", "社区", 1),
        ("tuixiuzhengming", "退休证明", 1),
        ("woyaobanlijuzhuzheng", "我要办理居住证", 1),
        ("xi'an", "西安", 1),
        ("nv", "女", 1),
        ("zhangsan", "张三", 2),
        ("tuix", "退休", 4),
        ("xq", "小区", 10),
    ],
)
def test_what_residents_type(engine: EngineProcess, letters: str, characters: str, within: int) -> None:
    found = [said for said, _ in engine.ask(letters)]
    assert characters in found[:within]
    assert len(found) <= MOST_CANDIDATES
    assert len(set(found)) == len(found)


@needs_libpinyin
def test_each_candidate_says_which_letters_it_is_made_of(engine: EngineProcess) -> None:
    used = dict(engine.ask("tuixiuzhengming"))
    assert (used["退休证明"], used["退休"], used["退"]) == (len("tuixiuzhengming"), len("tuixiu"), len("tui"))


@needs_libpinyin
@pytest.mark.parametrize("initials", sorted(BLOCKED_INITIALS))
def test_initials_with_a_bad_name_are_not_completed(engine: EngineProcess, initials: str) -> None:
    assert all(len(said) == 1 for said, _ in engine.ask(initials))


@needs_libpinyin
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=MOST_LETTERS))
def test_any_letters_give_candidates_that_are_made_of_them(engine: EngineProcess, letters: str) -> None:
    for characters, used in engine.ask(letters):
        assert characters
        assert 0 < used <= len(letters)


@needs_libpinyin
def test_the_same_letters_mean_the_same_however_often_they_are_typed(engine: EngineProcess) -> None:
    first = engine.ask("zhangsan")
    for _ in range(20):
        engine.ask("zhangsan")
    assert engine.ask("zhangsan") == first


@needs_libpinyin
def test_the_engine_keeps_nothing(tmp_path: Path) -> None:
    process = subprocess.run(
        [*ENGINE, str(tmp_path)], input=b"zhangsan\nshequ\n", capture_output=True, timeout=20, check=True
    )
    assert len(process.stdout.splitlines()) == 3
    assert not list(tmp_path.iterdir())


@needs_libpinyin
def test_letters_become_an_event(typing: Callable[..., Typist]) -> None:
    answer = typing().type("shequ")
    assert answer.candidates[0] == "社区"
    assert answer.used[0] == len("shequ")


@needs_libpinyin
def test_an_engine_that_was_killed_is_started_again_for_these_letters(typing: Callable[..., Typist]) -> None:
    typist = typing()
    typist.type("shequ")
    process = typist.pinyin._engine._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait(WAIT_S)
    assert typist.type("shequ").candidates[0] == "社区"


@pytest.mark.parametrize(
    "letters", ["", "社区", "she qu", "SHEQU", "a\nb", "1", "a" * (MOST_LETTERS + 1), "\0"]
)
def test_what_is_no_letter_reaches_no_engine(typing: Callable[..., Typist], letters: str) -> None:
    assert typing(sys.executable, "-c", "print('ready'); raise SystemExit").type(letters).candidates == ()


def script(text: str) -> tuple[str, ...]:
    """A program in the engine's place."""
    return (sys.executable, "-c", textwrap.dedent(text))


SILENT = "import sys\nprint('ready', flush=True)\nfor line in sys.stdin: pass"
FALLS_OVER = "import sys\nprint('ready', flush=True)\nsys.stdin.readline()"
SAYS_NONSENSE = "import sys\nprint('ready', flush=True)\nfor line in sys.stdin: print('{', flush=True)"


@pytest.mark.parametrize(
    "program", [SILENT, FALLS_OVER, SAYS_NONSENSE, "print('hello')", "raise SystemExit(1)"]
)
def test_an_engine_that_fails_gives_no_candidates_and_says_nothing_of_the_letters(
    typing: Callable[..., Typist], caplog: pytest.LogCaptureFixture, program: str
) -> None:
    with caplog.at_level(logging.WARNING):
        typist = typing(*script(program))
        assert typist.type("zhangsan").candidates == ()
    assert "pinyin." in caplog.text
    assert "zhangsan" not in caplog.text


def test_an_engine_that_is_silent_costs_its_deadline_and_no_more(typing: Callable[..., Typist]) -> None:
    typist = typing(*script(SILENT))
    typist.type("a")
    began = time.monotonic()
    assert typist.type("b").candidates == ()
    assert time.monotonic() - began < 2.0


@pytest.mark.parametrize("command", [("/nonexistent/engine",), script(f"raise SystemExit({MISSING})")])
def test_without_an_engine_there_are_no_candidates(
    typing: Callable[..., Typist], caplog: pytest.LogCaptureFixture, command: tuple[str, ...]
) -> None:
    with caplog.at_level(logging.WARNING):
        typist = typing(*command)
        assert [typist.type(letters).candidates for letters in ("a", "ab", "abc")] == [(), (), ()]
    assert caplog.text.count("pinyin.missing") == 1, "said once, not at every letter"


def test_what_is_missing_is_said_as_such() -> None:
    with pytest.raises(EngineFailed, match=r"pinyin\.missing"):
        EngineProcess(("/nonexistent/engine",)).start()


def test_its_directory_is_thrown_away() -> None:
    process = EngineProcess(script(SILENT))
    process.start()
    assert process._directory is not None
    directory = Path(process._directory.name)
    assert directory.is_dir()
    process.stop()
    assert not directory.exists()
