"""How much an input mattered is made again on scales of its own, and is then what backpropagation finds where it can."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import Layer, Network, bptt
from explorer.engine.gradient.inputs import log_inputs
from explorer.engine.norms import log_norms

from ...shipped import VARIETY

NETWORKS = {name: [Layer(name, 3)] for name in VARIETY} | {
    "both ways": [Layer("mgu", 3, direction="both")],
    "in a row": [Layer("lstm", 3), Layer("mgu", 2)],
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("at", ["every", "last"])
@pytest.mark.parametrize("cut", [{}, {"window": 3}])
def test_weights_of_inputs_are_those_of_backpropagation(name: str, at: str, cut: dict[str, int]) -> None:
    net = Network.random(layers=NETWORKS[name], inputs=2, outputs=2, seed=3)
    x = np.random.default_rng(0).normal(size=(9, 2))
    gradient = bptt(net.forward(x), np.zeros(9, dtype=int) if at == "every" else 1, at=at, **cut)
    assert log_inputs(gradient.items) == pytest.approx(log_norms(gradient.x), abs=1e-10)


def test_input_of_long_ago_is_weak_and_no_zero() -> None:
    net = Network.random(cell="mingru", inputs=1, hidden=3, outputs=2, bias=30.0)
    gradient = bptt(net.forward(np.ones((60, 1))), 1, at="last")
    assert (gradient.x[0] == 0.0).all()
    found = log_inputs(gradient.items)
    assert -4000.0 < found[0] < -745.0
    assert np.diff(found[:40]) == pytest.approx(found[1] - found[0], abs=1e-4)
