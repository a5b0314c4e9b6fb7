"""How weights begin: which settings of a layer those of a cell heed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from explorer.engine import Recurrence
from explorer.engine.network.drawn import Beginning, drawn, heeded
from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.step import sized
from tests.shipped import VARIETY

OTHERS = {"init": "shift", "gain": 0.7, "bias": 0.3, "forget_bias": 2.0, "input_scale": 0.4, "chrono": 30}
OWN = {
    "window": Recurrence.parse("h = tanh(U_0 @ x + U_1 @ x[1])"),
    "told": Recurrence.parse("h = tanh(W @ h + U @ x + b)", start={"W": 0.0, "U": 1.0, "b": {"uniform": [0, 1]}}),
    "fixed": Recurrence.parse("h = A @ h + U @ x", fixed={"A": "lmu"}),
    "kept": Recurrence.parse("h = tanh(W @ h + U @ x)", fixed={"W": "drawn"}),
    "oblong": Recurrence.parse("h = tanh(A @ (B @ h) + U @ x)", sizes={"A": ["n", 3], "B": [3, "n"]}),
}


@pytest.mark.parametrize("name", [*VARIETY, *OWN])
def test_a_setting_is_heeded_where_another_value_of_it_gives_other_weights(name: str):
    recurrence = OWN[name] if name in OWN else cell(name).recurrence
    step, usual = sized(recurrence, 1, 8), Beginning()
    begun = drawn(step, usual)
    found = set()
    for setting, value in OTHERS.items():
        other = drawn(step, dataclasses.replace(usual, **{setting: value}))
        if any(not np.array_equal(begun[weight], other[weight]) for weight in begun):
            found.add(setting)
    assert heeded(recurrence) == found


def test_a_chrono_start_spreads_memories_up_to_T_and_lets_in_the_opposite() -> None:
    # Tallec and Ollivier 2018: b_f = ln U[1, T − 1], b_i = −b_f; at b_f = ln τ a gate keeps for about τ steps.
    step = sized(cell("lstm").recurrence, 1, 2000)
    weights = drawn(step, Beginning(seed=3, chrono=101))
    np.testing.assert_array_equal(weights["b_i"], -weights["b_f"])
    memories = np.exp(weights["b_f"])
    assert 1.0 <= memories.min() < 1.3
    assert 99.0 < memories.max() <= 100.0
    assert abs(memories.mean() - 50.5) < 2.0
    np.testing.assert_array_equal(
        drawn(sized(step.recurrence, 1, 8), Beginning(seed=3, chrono=101))["b_f"], weights["b_f"][:8]
    )
    np.testing.assert_array_equal(weights["b_g"], 0.0)
