"""How weights begin: which settings of a layer those of a cell heed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from explorer.engine import Recurrence
from explorer.engine.network.drawn import Beginning, drawn, heeded
from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.readings.step import sized

OTHERS = {"init": "shift", "gain": 0.7, "bias": 0.3, "forget_bias": 2.0, "input_scale": 0.4}
OWN = {
    "window": Recurrence.parse("h = tanh(U_0 @ x + U_1 @ x[1])"),
    "told": Recurrence.parse("h = tanh(W @ h + U @ x + b)", start={"W": 0.0, "U": 1.0, "b": {"uniform": [0, 1]}}),
    "fixed": Recurrence.parse("h = A @ h + U @ x", fixed={"A": "lmu"}),
    "kept": Recurrence.parse("h = tanh(W @ h + U @ x)", fixed={"W": "drawn"}),
    "oblong": Recurrence.parse("h = tanh(A @ (B @ h) + U @ x)", sizes={"A": ["n", 3], "B": [3, "n"]}),
}


@pytest.mark.parametrize("name", [*names(), *OWN])
def test_a_setting_is_heeded_where_another_value_of_it_gives_other_weights(name: str):
    recurrence = OWN[name] if name in OWN else cell(name).recurrence
    step, usual = sized(recurrence, 1, 8), Beginning()
    begun = drawn(step, usual, recurrence.forget)
    found = set()
    for setting, value in OTHERS.items():
        other = drawn(step, dataclasses.replace(usual, **{setting: value}), recurrence.forget)
        if any(not np.array_equal(begun[weight], other[weight]) for weight in begun):
            found.add(setting)
    assert heeded(recurrence) == found
