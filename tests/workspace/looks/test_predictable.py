"""How often to force: as often as a small error doubles."""

import pytest

from explorer.engine.errors import BadExploration
from explorer.workspace.exploration.exploration import Exploration, Signal, replace
from explorer.workspace.looks.predictable import forced_at_predictability, predictable_steps


def linear(gain: float) -> Exploration:
    """λ₁ is ln of the gain."""
    start = Exploration().with_recipe(activation="identity", hidden=4, init="orthogonal", gain=gain)
    return replace(start, sequence=Signal(steps=30))


@pytest.mark.parametrize(("gain", "steps"), [(2 ** (1 / 7), 7), (4.0, 1)])
def test_steps_between_forcings_are_those_in_which_a_small_error_doubles(gain: float, steps: int) -> None:
    assert predictable_steps(linear(gain)) == steps
    settings = forced_at_predictability(linear(gain).with_settings(window=9)).settings
    assert (settings.force, settings.window) == (steps, 0)


def test_where_no_error_grows_nothing_says_how_often_to_force() -> None:
    with pytest.raises(BadExploration, match="no small error grows"):
        predictable_steps(linear(0.9))
