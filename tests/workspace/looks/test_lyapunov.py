"""The exponents that the window shows, and what theory expects beside them."""

import numpy as np
import pytest

from explorer.engine import lyapunov_exponents, mean_field
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal
from explorer.workspace.exploration.layers import LayerRecipe
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.lyapunov import Spectrum, asked, spectrum


def found(exploration: Exploration) -> Spectrum:
    (one,) = spectrum(*asked(inspect(analyse(exploration))), lambda: False, lambda _: None)
    return one


def test_exponents_are_those_of_the_engine_over_all_steps():
    exploration = Exploration(networks=(Recipe(hidden=5),), sequence=Signal(steps=30))
    shown = found(exploration)
    trace = inspect(analyse(exploration)).analysis.run.trace
    np.testing.assert_array_equal(shown.exponents, lyapunov_exponents(trace))
    assert shown.ends[0] == 1
    assert shown.ends[-1] == 30


def test_theory_is_told_of_random_simple_networks_alone():
    signal = Signal(steps=30)
    assert found(Exploration(networks=(Recipe(hidden=5, init="identity"),), sequence=signal)).expected is None
    assert found(Exploration(networks=(Recipe(hidden=5, cell="lstm"),), sequence=signal)).expected is None
    told = found(Exploration(networks=(Recipe(hidden=5, activation="relu", gain=2.0),), sequence=signal)).expected
    assert told == pytest.approx(np.full(len(told), mean_field("relu", 2.0).rate))


@pytest.mark.parametrize("init", ["gaussian", "orthogonal"])
def test_all_exponents_lie_near_those_that_theory_expects_of_such_a_start(init: str):
    shown = found(Exploration(networks=(Recipe(hidden=64, gain=2.0, init=init, seed=0),), sequence=Signal(steps=60)))
    assert shown.limit is not None
    # Of 64 units; the last ones are those that hang most on single units.
    np.testing.assert_allclose(shown.exponents[:48], shown.limit[:48], atol=0.06, rtol=0.1)


def test_a_layer_has_its_own_exponents_where_the_map_shows_it():
    recipe = Recipe(hidden=4, above=(LayerRecipe(cell="gru", hidden=3),))
    exploration = Exploration(networks=(recipe,), sequence=Signal(steps=20))
    assert len(found(exploration).exponents) == 7
    layer = found(exploration.with_lens(into="2", out_of="2"))
    assert (layer.part, len(layer.exponents)) == ("2", 3)
    assert found(exploration.with_lens(into="2", out_of="1")).part == ""
