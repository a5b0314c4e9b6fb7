"""What the lessons that ship say: the engine is asked whether it is so."""

from __future__ import annotations

from functools import cache

import pytest

from explorer.engine.network.drawn import heeded
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.lessons.lesson import Step
from explorer.workspace.lessons.library import lesson, names
from explorer.workspace.lessons.marking import ranking, right_options, told
from explorer.workspace.looks.measures import Scene, measured

BEGINNINGS = ("init", "gain", "bias", "forget_bias", "input_scale")
STEPS = [(name, i) for name in names() for i in range(len(lesson(name).steps))]
LANGUAGES = ("en", "zh_CN")


@cache
def analysed(exploration: Exploration) -> Scene:
    return Scene.worked_out(exploration)


def step(name: str, i: int) -> Step:
    return lesson(name).steps[i]


@pytest.mark.parametrize(("name", "i"), STEPS)
def test_what_a_step_says_is_so(name: str, i: int):
    shown = analysed(step(name, i).revealed)
    assert [one.text for one in step(name, i).holds if not one.holds(shown)] == []


@pytest.mark.parametrize(("name", "i"), STEPS)
def test_a_step_that_tells_numbers_relies_on_facts(name: str, i: int):
    one = step(name, i)
    assert not one.told["en"] or one.holds
    for language in LANGUAGES:
        assert "–" not in told(one.told, analysed(one.revealed), language).split()


@pytest.mark.parametrize(("name", "i"), [(name, i) for name, i in STEPS if step(name, i).predict])
def test_one_answer_is_right(name: str, i: int):
    one = step(name, i)
    assert one.predict is not None
    shown = analysed(one.revealed)
    if one.predict.kind == "choice":
        assert len(right_options(one.predict, shown)) == 1
    if one.predict.kind == "rank":
        values = [measured(shown, one.predict.by.name, n) for n in ranking(one.predict, shown)]
        assert len(set(values)) == len(values) > 1
        assert None not in values


@pytest.mark.parametrize(("name", "i"), [(name, i) for name, i in STEPS if step(name, i).trial])
def test_a_trial_is_not_done_before_it_is_tried_and_can_be(name: str, i: int):
    one = step(name, i)
    assert one.trial is not None
    assert not all(goal.holds(analysed(one.revealed)) for goal in one.trial.goal)
    if one.trial.answer is not None:
        assert [goal.text for goal in one.trial.goal if not goal.holds(analysed(one.trial.answer))] == []
    else:
        assert one.revealed.task is not None


@pytest.mark.parametrize(("name", "i"), [(name, i) for name, i in STEPS if step(name, i).trial])
def test_what_is_tried_changes_the_network_that_is_in_hand(name: str, i: int):
    trial, layer = step(name, i).trial, step(name, i).revealed.layer
    assert trial is not None
    if trial.answer is not None:
        turned = [one for one in BEGINNINGS if getattr(layer, one) != getattr(trial.answer.layer, one)]
        assert set(turned) <= heeded(trial.answer.layer.recurrence)


def test_the_panel_where_a_step_is_tried_is_the_one_that_has_what_its_answer_changes():
    panels = {name: [one.tried_in for one in lesson(name).steps] for name in names()}
    assert panels["tanh-or-relu"] == [None] * 6
    assert panels["truncation"] == [None, "train", "train", "train", None]
    assert panels["forget-bias"] == ["build"] * 4 + [None]
    # What only a training reaches has no answer.
    assert panels["the-sum-hides-its-terms"] == [None, None, "train", None, None]


@pytest.mark.parametrize("name", names())
def test_a_lesson_has_words_in_both_languages(name: str):
    one = lesson(name)
    assert 4 <= len(one.steps) <= 6
    assert 5 <= one.minutes <= 10
    for words in (one.title, one.about, *(text for s in one.steps for text in (s.say, s.ask, s.told))):
        assert bool(words["en"]) == bool(words["zh_CN"])
        assert not words["en"] or words["en"] != words["zh_CN"]


@pytest.mark.parametrize("name", names())
def test_a_lesson_ends_with_what_it_comes_to(name: str):
    last = lesson(name).steps[-1]
    assert last.predict is None
    assert last.trial is None
    assert last.say["en"].startswith("In short: ")
    assert last.say["zh_CN"].startswith("小结：")
    assert last.holds


def test_ten_lessons_ship():
    assert len(names()) == 10


def test_what_is_revealed_of_a_horizon_does_not_say_again_how_far_it_reaches():
    """The answer is told before it, to who predicted and to who did not."""
    asked = [step for name in names() for step in lesson(name).steps if step.predict and step.predict.kind == "horizon"]
    assert asked
    assert not any("{horizon}" in said for step in asked for said in step.told.values())
