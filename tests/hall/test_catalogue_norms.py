"""A norm is run step by step from its data: what is complete must be runnable, what is only a title must say so."""

from __future__ import annotations

import difflib
import itertools
from pathlib import Path

import pytest

from hall.catalogue import load_more
from hall.catalogue.load import CatalogueProblem
from offline_cache.wire_residents import FormField, Norm

NORMS = load_more.norms()
COMPLETE = [norm for norm in NORMS if not norm.sample]
BY_TITLE = [norm for norm in NORMS if norm.sample]
MOST_ALIKE = 0.6
MOST_CHOICES = 6  # of a page in elder mode
HANZI_A_LINE = 18


def questions(norm: Norm) -> list[FormField]:
    return [*(each for step in norm.steps for each in step.record), *norm.evaluation]


def width(line: str) -> float:
    """In hanzi: what is not Chinese takes half the room."""
    return sum(1.0 if ord(char) > 0x2E80 or char in "“”" else 0.5 for char in line)


def text_zh(norm: Norm) -> str:
    steps = [f"{step.title_zh}\n{step.text_zh}" for step in norm.steps]
    return "\n".join([*steps, *norm.standard.zh, *(each.label_zh for each in questions(norm))])


def words_en(norm: Norm) -> list[str]:
    steps = [f"{step.title_en} {step.text_en}" for step in norm.steps]
    return " ".join([*steps, *norm.standard.en, *(each.label_en for each in questions(norm))]).lower().split()


def test_ninety_six_norms_in_two_groups_of_which_ten_are_complete() -> None:
    assert (len(COMPLETE), len(BY_TITLE)) == (10, 86)
    assert [norm.code for norm in NORMS] == [f"no-{at:03d}" for at in range(1, 97)]
    for group in ("basic", "special"):
        assert sum(norm.group == group for norm in COMPLETE) >= 4
        assert sum(norm.group == group for norm in BY_TITLE) >= 30


def test_a_norm_known_by_title_says_that_it_is_a_sample_and_nothing_else() -> None:
    for norm in BY_TITLE:
        assert not norm.steps
        assert not norm.evaluation
        assert "样例" in norm.standard.zh[0]
        assert "Sample" in norm.standard.en[0]
    assert not any("样例" in text_zh(norm) for norm in COMPLETE)


def test_mediation_has_the_steps_of_the_published_norm() -> None:
    mediation = next(norm for norm in COMPLETE if norm.title_zh == "邻里纠纷调解")
    titles = [step.title_zh for step in mediation.steps]
    assert titles == ["接受调解请求", "互助志愿活动", "日常管理", "保留完善记录"]


@pytest.mark.parametrize("norm", COMPLETE, ids=lambda norm: norm.code)
def test_a_complete_norm_has_its_four_parts_in_both_languages(norm: Norm) -> None:
    assert 3 <= len(norm.steps) <= 6
    for step in norm.steps:
        assert all([step.title_zh, step.title_en, step.text_zh, step.text_en, step.record]), step.step
    names = [step.step for step in norm.steps]
    assert len(set(names)) == len(names)
    assert "evaluation" not in names, "the last row of a run is called that"
    assert len(norm.standard.zh) == len(norm.standard.en) >= 3
    assert len(norm.evaluation) >= 3
    assert all(not line.isascii() for line in norm.standard.zh)
    assert all(line.isascii() for line in norm.standard.en)


@pytest.mark.parametrize("norm", COMPLETE, ids=lambda norm: norm.code)
def test_what_a_complete_norm_records_can_be_asked(norm: Norm) -> None:
    for form in [*(step.record for step in norm.steps), norm.evaluation]:
        names = [each.field for each in form]
        assert len(set(names)) == len(names)
    for each in questions(norm):
        assert each.field.isidentifier() and each.field == each.field.lower(), each.field
        assert each.label_zh and each.label_en.isascii() and each.label_en, each.field
        assert bool(each.hint_zh) == bool(each.hint_en), each.field
        check_choices(each)
        assert each.sort != "id_number", "nothing here needs one"


def check_choices(question: FormField) -> None:
    assert (question.sort == "choice") == bool(question.choices), question.field
    if question.sort != "choice":
        return
    assert 2 <= len(question.choices) <= MOST_CHOICES, question.field
    for at in range(3):
        values = [choice[at] for choice in question.choices]
        assert all(values) and len(set(values)) == len(values), question.field


@pytest.mark.parametrize("norm", COMPLETE, ids=lambda norm: norm.code)
def test_chinese_lines_are_broken_to_fit(norm: Norm) -> None:
    lines = [line for step in norm.steps for line in (step.title_zh, *step.text_zh.split("\n"))]
    for line in [*lines, *norm.standard.zh, *(each.label_zh for each in questions(norm))]:
        assert 2 <= width(line) <= HANZI_A_LINE, line
        assert line[0] not in "。，、？；", line


def test_no_two_complete_norms_are_alike() -> None:
    for one, other in itertools.combinations(COMPLETE, 2):
        in_chinese = difflib.SequenceMatcher(None, text_zh(one), text_zh(other), autojunk=False).ratio()
        in_english = difflib.SequenceMatcher(None, words_en(one), words_en(other), autojunk=False).ratio()
        assert max(in_chinese, in_english) <= MOST_ALIKE, (one.code, other.code)


def test_a_norm_that_does_not_fit_is_refused_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "norms").mkdir()
    broken = tmp_path / "norms" / "broken.toml"
    broken.write_text('code = "no-001"\nversion = 1\ntitle_zh = "缺了分组"\n', encoding="utf-8")
    with pytest.raises(CatalogueProblem, match=r"broken\.toml, 缺了分组: group"):
        load_more.norms(tmp_path)
    broken.write_text("norms = 3\n", encoding="utf-8")
    with pytest.raises(CatalogueProblem, match=r"broken\.toml: there are no tables"):
        load_more.norms(tmp_path)
    broken.write_text("norms = \n", encoding="utf-8")
    with pytest.raises(CatalogueProblem, match=r"broken\.toml"):
        load_more.norms(tmp_path)


STEP = """
[[steps]]
step = "{name}"
title_zh = "一步"
title_en = "A step"
text_zh = "做一件事。"
text_en = "Do one thing."
record = [{{ field = "done", label_zh = "做了吗", label_en = "Done", sort = "{sort}" }}]
"""


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ("", "has steps, or says that it is a sample"),
        (STEP.format(name="evaluation", sort="yes_no"), "the name of the last row"),
        (STEP.format(name="one", sort="yes_no") * 2, "names of their own"),
        (STEP.format(name="one", sort="choice"), "done: choices belong"),
    ],
)
def test_a_norm_that_nobody_could_work_through_is_refused(tmp_path: Path, steps: str, problem: str) -> None:
    (tmp_path / "norms").mkdir()
    head = 'code = "no-001"\nversion = 1\ngroup = "basic"\ntitle_zh = "规范"\ntitle_en = "Norm"\nsample = false\n'
    text = f"{head}standard = {{ zh = [], en = [] }}\n{steps}"
    (tmp_path / "norms" / "one.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueProblem, match=f"one.toml, no-001: .*{problem}"):
        load_more.norms(tmp_path)
