"""Conditions of lessons."""

from __future__ import annotations

from functools import cache

import pytest

from explorer.engine.errors import BadExploration
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.exploration.fields import with_values
from explorer.workspace.lessons.condition import condition
from explorer.workspace.looks.analysis import analyse
from explorer.workspace.looks.measures import Scene


@cache
def three() -> Scene:
    one = preset("toggle").exploration
    recipes = [with_values(one, {"activation": name}).recipe for name in ("tanh", "sigmoid", "relu")]
    return Scene.worked_out(replace(one, networks=tuple(recipes), active=0))


@cache
def one_unit(gain: float) -> Scene:
    return Scene.worked_out(with_values(preset("one-unit").exploration, {"gain": gain}))


@pytest.mark.parametrize(
    "text",
    [
        "end_gain < 0.5", "end_gain>0.4", "verdict = preserved", "verdict[1] = gone", "verdict != gone",
        "end_gain[2] > 1e4 * end_gain[0]", "end_gain[1] < end_gain", "gain = 1.6", "activation[2] = relu",
        "gamma[1] = 0.25", "horizon >= 36", "hidden = 24", "rho[0] = rho[1]", "end_gain > 0", "end_gain[0] <= 1.0",
    ],
)  # fmt: skip
def test_it_holds(text: str):
    assert condition(text).holds(three())


@pytest.mark.parametrize("text", ["end_gain < 1e-6", "verdict = gone", "end_gain[0] > end_gain[2]", "rate > 0"])
def test_it_does_not_hold(text: str):
    assert not condition(text).holds(three())


def test_a_gain_far_outside_float64_is_a_number():
    # tanh(40 s) rests where its slope is 4 sech²(40): ln of it is 2 ln 2 + ln 40 − 80 to all digits, twenty times over.
    assert condition("end_gain < 1e-630").holds(one_unit(40.0))
    assert condition("end_gain > 1e-640").holds(one_unit(40.0))
    assert not condition("end_gain = 0").holds(one_unit(40.0))


def test_of_what_is_not_known_nothing_holds():
    assert not condition("loss < 1e9").holds(three())
    assert not condition("loss >= 0").holds(three())


@pytest.mark.parametrize("text", ["", "gain", "gain <", "gain < < 2", "2 < gain", "gain == 2", "gain[10] = 1", "é < 1"])
def test_what_says_nothing_is_refused(text: str):
    with pytest.raises(BadExploration, match="is no condition"):
        condition(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("verdict < gone", "compares a number with a word"),
        ("end_gain = gone", "compares a number with a word"),
        ("end_gain > rho", "compares a gain with something else"),
        ("end_gain[3] > 1", "There is no network 3: 3 are shown"),
        ("end_gian > 1", "There is no setting “end_gian”"),
    ],
)
def test_what_can_not_be_compared_is_refused(text: str, said: str):
    with pytest.raises(BadExploration, match=said):
        condition(text).holds(three())


def test_an_estimate_is_no_answer():
    wide = with_values(Exploration(), {"hidden": 600, "steps": 60})
    analysis = analyse(wide, most=1e3)
    assert analysis.estimated
    estimated = Scene(wide, analysis.feed, (analysis.run,))
    assert not condition("end_gain > 0").holds(estimated)
    assert condition("hidden = 600").holds(estimated)
