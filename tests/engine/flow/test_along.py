"""A network's flow goes by the structure of its J, and says what the dense products say."""

import numpy as np
import pytest

from explorer.engine import Layer, Network, TooBig, gradient_flow, limits, lyapunov_exponents
from explorer.engine.flow.along import Along
from explorer.engine.flow.dense import Dense
from explorer.engine.flow.fitting import check_fits
from explorer.engine.flow.forms import form_of
from explorer.engine.flow.kronecker import Kronecker
from explorer.engine.flow.units import Units
from explorer.engine.recurrence import library
from explorer.engine.recurrence.readings.step import sized

from .test_structures import assert_nats


def trace(*cells, steps=30, width=5):
    layers = [Layer(cell, width) for cell in cells]
    return Network.random(layers=layers, inputs=3, outputs=2, seed=0).forward(
        np.random.default_rng(0).standard_normal((steps, 3))
    )


@pytest.mark.parametrize(
    ("cell", "form"),
    [("mingru", Units), ("lru", Units), ("deltanet", Kronecker), ("cornn", Dense), ("lstm", Dense), ("rnn", Dense)],
)
def test_a_cell_s_flow_goes_by_the_structure_of_its_jacobian(cell, form):
    run = trace(cell)
    assert isinstance(form_of(run.only), form)
    flow, plain = gradient_flow(run), Dense(Along(run.only)).pairs()
    assert_nats(flow.log_norm, plain.log_norm)
    np.testing.assert_allclose(
        lyapunov_exponents(run), Dense(Along(run.only)).exponents(0, (run.only.steps,))[0], atol=1e-9
    )


def test_blocks_of_a_stack_are_named_by_layer_and_part():
    run = trace("lstm", "gru")
    flow, J = gradient_flow(run), run.jacobians()
    P = np.linalg.multi_dot(J[::-1])
    assert flow.block("2", "1").log_norm[30, 0] == pytest.approx(np.log(np.linalg.norm(P[10:, :10])), abs=1e-9)
    assert flow.block("1/c", "1/h").log_norm[30, 0] == pytest.approx(np.log(np.linalg.norm(P[5:10, :5])), abs=1e-9)
    assert np.isneginf(flow.block("1", "2").log_norm[30, 0])


def test_the_lower_layer_of_a_stack_has_the_flow_that_it_has_alone():
    run = trace("gru", "rnn")
    lower = {name: weight for name, weight in run.network.weights.items() if name.startswith("1/")}
    alone = Network.from_weights(
        layers=run.network.layers[:1],
        weights={**lower, "V": np.zeros((2, 5)), "c": np.zeros(2)},
        readout=run.network.readout,
    ).forward(run.x)
    assert_nats(gradient_flow(run).block("1", "1").log_norm, gradient_flow(alone).log_norm)


@pytest.mark.parametrize("cell", ["mingru", "lru", "deltanet"])
def test_what_fits_is_known_from_the_structure_before_anything_is_run(cell, monkeypatch):
    monkeypatch.setattr(limits, "most_bytes", lambda: 2 * 2**30)
    wide = {"mingru": 2048, "lru": 1024, "deltanet": 256}[cell]
    check_fits(2000, sized(library.cell(cell).recurrence, 3, wide))
    with pytest.raises(TooBig, match=r"not even one step fits|up to \d+ steps fit"):
        check_fits(2000, sized(library.cell("rnn").recurrence, 3, 2048))


def test_registers_count_for_what_fits(monkeypatch):
    monkeypatch.setattr(limits, "most_bytes", lambda: 2**28)
    check_fits(100, sized(library.cell("rnn").recurrence, 3, 256))
    with pytest.raises(TooBig):
        check_fits(100, sized(library.cell("mist").recurrence, 3, 256))
