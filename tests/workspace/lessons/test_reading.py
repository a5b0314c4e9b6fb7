"""How a lesson's file is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.engine.errors import BadFile
from explorer.workspace.disk.files import save
from explorer.workspace.disk.presets import default, preset
from explorer.workspace.lessons.lesson import Lesson
from explorer.workspace.lessons.reading import lesson_of, read_lesson

TEXT = """title = "A try"
[[step]]
preset = "vanishing-tanh"
set = { gain = 1.0 }
say = "Here is tanh."
ask = "What comes of it?"
[step.predict]
kind = "choice"
options = [
  { say = "tanh", when = "end_gain[0] > end_gain[1]" },
  { say = "ReLU", when = "end_gain[1] > end_gain[0]" },
]
[step.reveal]
set = { gain = 2.0 }
networks = [{ activation = "tanh" }, { activation = "relu" }]
say = "It is {end_gain[0]} and {end_gain[1]}: {{so}}."
holds = ["end_gain[0] > 0"]
[step.try]
say = "Turn the gain."
goal = ["gain > 2", "verdict = gone"]
answer = { gain = 0.1 }
[[step]]
say = { en = "And on.", zh_CN = "继续。" }
"""


def read(text: str) -> Lesson:
    return lesson_of(text, "mine", Path("mine.toml"))


def test_a_step_shows_its_setting_and_then_what_is_revealed():
    step = read(TEXT).steps[0]
    assert step.setting == preset("vanishing-tanh").exploration.with_recipe(gain=1.0)
    assert [network.activation for network in step.revealed.networks] == ["tanh", "relu"]
    assert {network.gain for network in step.revealed.networks} == {2.0}
    assert step.trial is not None
    assert step.trial.answer == step.revealed.with_recipe(gain=0.1)
    assert not step.covered


def test_a_step_without_a_preset_goes_on_from_what_the_last_one_revealed():
    first, second = read(TEXT).steps
    assert second.setting == first.revealed
    assert read('title = "x"\n[[step]]\nsay = "y"').steps[0].setting == default().exploration


def test_what_is_asked_about_the_present_setting_is_covered():
    text = 'title = "x"\n[[step]]\nsay = "y"\nask = "z"\n[step.predict]\nkind = "verdict"\n'
    assert read(text).steps[0].covered
    assert not read(text + "[step.reveal]\nset = { gain = 3.0 }\n").steps[0].covered


def test_one_text_is_the_same_in_both_languages_and_a_missing_one_is_the_other():
    lesson = read(TEXT)
    assert lesson.title == {"en": "A try", "zh_CN": "A try"}
    assert lesson.steps[1].say["zh_CN"] == "继续。"
    assert read('title = "x"\n[[step]]\nsay = { zh_CN = "只有中文" }').steps[0].say["en"] == "只有中文"


def test_a_file_is_found_beside_the_lesson(tmp_path: Path):
    own = default().exploration.with_recipe(gain=1.23)
    save(tmp_path / "own.gflow", own)
    (tmp_path / "mine.toml").write_text('title = "x"\n[[step]]\nfile = "own.gflow"\nsay = "y"', encoding="utf-8")
    assert read_lesson(tmp_path / "mine.toml").steps[0].setting == own


@pytest.mark.parametrize(
    ("found", "written", "line", "said"),
    [
        ('title = "A try"', 'title = "A try', 1, "this is no TOML."),
        ('say = "Here', 'sya = "Here', 5, "a lesson has no “sya” here."),
        ('say = "Here is tanh."', "say = 3", 5, "a lesson has something else here"),
        ('kind = "choice"', 'kind = "choise"', 8, "a lesson has something else here"),
        ("end_gain[0] > end", "end_gian[0] > end", 9, "There is no quantity “end_gian”; did you mean “end_gain”?"),
        ("{end_gain[0]} and", "{end_gian[0]} and", 16, "There is no quantity “end_gian”; did you mean “end_gain”?"),
        ("{end_gain[0]} and", "{end_gain[0] and", 16, "a “{” here is not closed"),
        ("{end_gain[0]} and", "{end_gain[0]:.2f} and", 16, "a “{” here is not closed, or holds more"),
        ("vanishing-tanh", "vanish-tanh", 3, "There is no preset “vanish-tanh”; did you mean “vanishing-tanh”?"),
        ('say = "Here', 'shows = "curvs"\nsay = "Here', 5, "There is no card “curvs”; did you mean “curves”?"),
        ("gain = 1.0", "gian = 1.0", 4, "There is no setting “gian”; did you mean “gain”?"),
        ('"relu" }]', '"rel" }]', 15, "There is no activation “rel”; did you mean “relu”?"),
        ('"verdict = gone"', '"verdict gone"', 20, "“verdict gone” is no condition;"),
        ("answer = { gain = 0.1 }", "answer = { gain = -1 }", 21, "gain is -1.0; it must lie between"),
        ('{ en = "And', '{ ne = "And', 23, "There is no language “ne”; choose one of en, zh_CN."),
        ('kind = "choice"', 'kind = "verdict"', 7, "a choice needs options, and nothing else has any."),
    ],
)
def test_what_is_wrong_is_told_with_its_line(found: str, written: str, line: int, said: str):
    assert found in TEXT
    with pytest.raises(BadFile) as refusal:
        read(TEXT.replace(found, written))
    assert str(refusal.value).startswith(f"“mine.toml”, line {line}: {said}")


def test_a_lesson_of_no_steps_is_refused():
    with pytest.raises(BadFile, match=r"“mine\.toml”, line 2: "):
        read('title = "x"\nstep = []')
