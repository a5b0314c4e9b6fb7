"""Trust: a right gradient agrees with the other ways, a wrong one is found out, and what can't be done is said."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from explorer.engine import Network
from explorer.engine.errors import Stopped
from explorer.engine.gradient.check import Deviation, from_tangents
from explorer.engine.gradient.objective import Objective
from explorer.workspace.disk.presets import preset, presets
from explorer.workspace.exploration.exploration import Exploration, Signal
from explorer.workspace.exploration.task import Aim
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.judging import Judged
from explorer.workspace.looks.trust import AGREES, Trust, deviation, examined, forward_is, trust
from tests.engine.gradients import changed


def judged(steps: int = 10, at: str = "last", window: int = 0, **recipe: object) -> Judged:
    exploration = Exploration(sequence=Signal(steps=steps), aim=Aim(at=at)).with_recipe(**({"hidden": 4} | recipe))  # type: ignore[arg-type]
    exploration = exploration.with_lens(quantity="W").with_settings(window=window).with_selection(t=steps, k=0)
    found = inspect(analyse(exploration)).judged
    assert found is not None
    return found


def checked(found: Judged) -> list[Trust]:
    return list(trust(found, lambda: False, lambda _: None))


@pytest.mark.parametrize("at", ["every", "last", "mean"])
@pytest.mark.parametrize("readout", ["softmax", "sigmoid", "identity"])
def test_right_gradient_of_the_simple_cell_agrees_with_every_way(at: str, readout: str):
    first, last = checked(judged(at=at, readout=readout))
    assert (first.made, last.made) == ("pending", "done")
    assert first.forward is None
    assert last.forward is not None
    assert last.forward < 1e-12
    assert last.items < 1e-12
    assert last.verdict == "agrees"


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_right_gradient_of_a_gated_cell_agrees_with_every_way(cell: str):
    *_, found = checked(judged(cell=cell))
    assert found.made == "done"
    assert found.forward is not None
    assert found.forward < 1e-12
    assert found.tangents < 1e-12
    assert found.differences.tried
    assert found.verdict == "agrees"


def test_truncated_gradient_is_compared_with_the_sum_of_what_it_keeps():
    *_, found = checked(judged(window=3))
    assert found.cut is not None
    assert found.cut < 1e-12
    assert found.verdict == "agrees"
    assert checked(judged())[-1].cut is None


def test_rtrl_is_left_out_where_it_would_take_hours():
    assert forward_is(judged().trace) == "pending"
    wide = Network.random(
        cell="rnn", activation="tanh", inputs=1, hidden=200, outputs=2, init="gaussian", gain=1.0, bias=0.0, seed=0
    )
    assert forward_is(wide.forward(np.ones((2000, 1)))) == "costly"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_gradient_that_overflowed_has_nothing_to_compare():
    (found,) = checked(judged(steps=400, activation="relu", gain=50.0, bias=1.0))
    assert found.made == "overflow"
    assert found.verdict == "no number"


def test_deviation_names_the_parameter_that_is_wrong():
    found = judged().full
    wrong = changed(found, W=found.W * 1.001)
    assert deviation(found, found) == (0.0, "")
    value, where = deviation(wrong, found)
    assert where == "W"
    assert value == pytest.approx(0.001 / 1.001, rel=1e-9)


def test_deviation_compares_numbers_whose_squares_underflow():
    found = judged().full
    tiny = dataclasses.replace(found, x=np.full_like(found.x, 1e-200))
    other = dataclasses.replace(found, x=np.full_like(found.x, 2e-200))
    assert deviation(tiny, other) == (pytest.approx(0.5), "x")


def test_wrong_gradient_is_found_out():
    right = judged()
    full = changed(right.full, W=right.full.W * 1.01)
    *_, found = checked(dataclasses.replace(right, full=full, cut=full))
    assert found.verdict == "differs"
    assert found.parameter == "W"


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("name", ["W", "U", "s0"])
def test_gradient_on_the_screen_is_what_is_compared_in_every_cell(cell: str, name: str):
    right = judged(cell=cell)
    full = changed(right.full, **{name: 2.0 * getattr(right.full, name)})
    *_, found = checked(dataclasses.replace(right, full=full, cut=full))
    assert found.verdict == "differs"
    assert found.tangents.parameter == name


@pytest.mark.parametrize(
    ("tangents", "differences", "forward", "verdict"),
    [(1e-15, 1e-10, 1e-15, "agrees"), (1e-15, 1e-5, 1e-15, "doubtful"), (1e-15, 1e-10, 1e-6, "doubtful"),
     (1e-15, 0.1, 1e-15, "differs"), (1e-3, 1e-10, 1e-15, "differs"), (1e-7, 1e-10, 1e-15, "doubtful"),
     (1e-15, 1e-10, math.nan, "no number"), (math.nan, 1e-10, 1e-15, "no number")],
)  # fmt: skip
def test_verdict_is_that_of_the_worst_comparison(tangents: float, differences: float, forward: float, verdict: str):
    found = Trust(Deviation(tangents, tried=3), Deviation(differences, tried=3), 0.0, None, "done", forward)
    assert found.verdict == verdict


def test_where_no_difference_can_measure_the_verdict_rests_on_tangents():
    nothing = Deviation(0.0, tried=0, unmeasured=("W",))
    assert Trust(Deviation(1e-15, tried=4), nothing, 0.0).verdict == "agrees"
    assert Trust(Deviation(0.5, tried=4), nothing, 0.0).verdict == "differs"


@pytest.mark.parametrize(
    "network", [{"gain": 5.0, "hidden": 24}, {"gain": 3.0, "hidden": 32}, {"gain": 50.0, "hidden": 16}], ids=str
)
def test_right_gradient_of_a_large_gain_agrees(network: dict[str, object]):
    *_, found = checked(judged(steps=80, at="every", **network))
    assert found.verdict == "agrees"
    assert found.forward is not None
    assert found.forward < 1e-9


def test_gradients_of_the_presets_are_right():
    for one in presets():
        shown = inspect(analyse(one.exploration.with_lens(quantity="delta"))).judged
        assert shown is not None
        asked = Objective.of(shown.trace, shown.targets, shown.loss, shown.at)
        assert from_tangents(shown.full, asked) < AGREES["tangents"], one.name


def test_gradient_whose_terms_cancel_agrees():
    # Its inputs add up to nothing, and the identity hands all of them on alike.
    found = inspect(analyse(preset("identity-relu").exploration.with_lens(quantity="U"))).judged
    assert found is not None
    assert np.abs(found.full.U).max() < 1e-9 * np.abs(found.full.b).max()
    assert checked(found)[-1].verdict == "agrees"


def test_chaos_is_trusted_without_differences():
    chaos = preset("chaos").exploration.with_lens(quantity="W")
    found = inspect(analyse(chaos)).judged
    assert found is not None
    first, *_ = checked(found)
    assert first.verdict == "agrees"
    assert {"W", "U"} <= set(first.differences.unmeasured)


def test_job_gives_lags_first_then_trust_and_stops_when_told():
    found = judged()
    lags, *rest = examined(found, "U", True, lambda: False, lambda _: None)
    assert lags.trust is None
    assert lags.lags.name == "U"
    assert [result.trust.made for result in rest if result.trust] == ["pending", "done"]
    assert len(list(examined(found, "W", False, lambda: False, lambda _: None))) == 1
    with pytest.raises(Stopped):
        list(examined(found, "W", True, lambda: True, lambda _: None))
