"""The check of a gradient: a right one passes wherever it can be had, a wrong one is caught however small it is."""

import numpy as np
import pytest

from explorer.engine import Layer, Network, bptt, gradient_check
from explorer.engine.gradient.check import from_differences, from_tangents
from explorer.engine.gradient.losses import CrossEntropy
from explorer.engine.gradient.objective import Objective
from explorer.engine.gradient.reruns import rerun
from explorer.engine.gradient.smooth import Near
from explorer.engine.gradient.tangent import slopes
from explorer.engine.recurrence.activations import Tanh
from tests.engine.gradients import changed

from ..gradients import CASES, LOSSES, PLACES, case_name, network_of, random_targets

AGREES, DIFFERS = 1e-9, 1e-4
CELLS = [("rnn", "tanh"), ("lstm", "tanh"), ("gru", "tanh")]
every_cell = pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell[0])


def asked_of(trace, at="last", loss="cross_entropy"):
    targets = random_targets(trace, loss, at)
    return bptt(trace, targets, loss, at), Objective.of(trace, targets, loss, at)


@pytest.mark.parametrize("case", [case for case in CASES if not case["chunk"]], ids=case_name)
def test_tangents_are_the_derivatives_of_autograd(case):
    trace = network_of(case).forward(case["x"], s0=case["s0"])
    asked = Objective.of(trace, np.array(case["targets"]), case["loss"], case["at"])
    rng = np.random.default_rng(5)
    for name in set(case["gradients"]) & set(asked.parameters):
        directions = rng.normal(size=(3, *asked.point(name).shape))
        parts = (directions * np.array(case["gradients"][name])).reshape(3, -1)
        found = slopes(asked, name, directions).value
        np.testing.assert_allclose(found, parts.sum(axis=1), rtol=0, atol=1e-11 * np.abs(parts).sum() + 1e-13)


HARD = [
    {"gain": 5.0, "hidden": 32, "steps": 60},
    {"gain": 3.0, "hidden": 24, "steps": 90},
    {"gain": 1e6, "hidden": 16, "steps": 20},
]


@pytest.mark.parametrize("kind", [*CELLS, ("rnn", "sigmoid"), ("rnn", "relu")], ids="-".join)
@pytest.mark.parametrize("network", HARD, ids=str)
def test_right_gradient_passes_where_the_forward_pass_is_chaotic_or_makes_steps(random_trace, kind, network):
    gradient, asked = asked_of(random_trace(kind, **network))
    assert from_tangents(gradient, asked) < AGREES


@pytest.mark.parametrize(
    ("cell", "network"), [*((CELLS[0], one) for one in HARD), *((one, HARD[2]) for one in CELLS[1:])]
)
def test_differences_call_no_right_gradient_wrong(random_trace, cell, network):
    assert from_differences(*asked_of(random_trace(cell, **network))) < 1e-6


@pytest.mark.parametrize("network", [HARD[0], HARD[2]], ids=str)
def test_differences_say_where_they_can_not_measure(random_trace, network):
    gradient, asked = asked_of(random_trace(("rnn", "tanh"), **network))
    found = from_differences(gradient, asked)
    assert "W" in found.unmeasured
    assert not {"V", "c"} & set(found.unmeasured)
    assert found.tried > 0


@pytest.mark.parametrize("at", PLACES)
def test_differences_can_measure_every_parameter_of_a_smooth_network(random_trace, kind, at):
    gradient, asked = asked_of(random_trace(kind, hidden=3, steps=4, gain=2.0), at)
    assert from_differences(gradient, asked).unmeasured == ()


# Every cell with every place and every factor, every place with every factor.
@pytest.mark.parametrize(
    ("cell", "at", "factor"),
    [(CELLS[(i + j) % 3], at, factor) for i, at in enumerate(PLACES) for j, factor in enumerate((2.0, 0.5, 0.0, -1.0))],
)
def test_one_wrong_entry_is_caught_where_it_is_a_millionth_of_the_rest(random_trace, cell, at, factor):
    trace = random_trace(cell, hidden=12, steps=8)
    x = trace.x * [1.0, 1e-6, 1.0]
    gradient, asked = asked_of(trace.network.forward(x, s0=trace.s[0]), at)
    small = np.abs(gradient.U[:, 1]).max() / np.abs(gradient.U).max()
    assert small < 1e-5
    for name, where in [("U", (4, 1)), *((name, least(getattr(gradient, name))) for name in ("W", "b", "x", "s0"))]:
        wrong = np.array(getattr(gradient, name))
        wrong[where] *= factor
        found = from_tangents(changed(gradient, **{name: wrong}), asked)
        assert found > DIFFERS
        assert found.parameter == name


def least(array):
    return np.unravel_index(np.argmin(np.abs(array)), array.shape)


@every_cell
def test_wrong_parameter_is_caught_however_small_it_is_beside_the_others(random_trace, cell):
    gradient, asked = asked_of(random_trace(cell, hidden=5, steps=30, gain=0.1))
    assert np.abs(gradient.s0).max() < 1e-6 * np.abs(gradient.V).max()
    for name in asked.parameters:
        found = from_tangents(changed(gradient, **{name: 2.0 * getattr(gradient, name)}), asked)
        assert found > 0.1
        assert found.parameter == name


@every_cell
def test_gradient_that_is_zero_by_mistake_is_caught(random_trace, cell):
    gradient, asked = asked_of(random_trace(cell))
    for name in asked.parameters:
        none = changed(gradient, **{name: np.zeros_like(getattr(gradient, name))})
        assert from_tangents(none, asked) > 0.5


@every_cell
@pytest.mark.parametrize("gate", [0, 1, 2])
def test_mistake_in_what_a_cell_pulls_back_is_caught(random_trace, cell, gate, monkeypatch):
    trace = random_trace(cell, gain=3.0, steps=30)
    kind = type(trace.network.kernel)
    true = kind.slopes

    def wrong(self, net, before, z, after):
        found = np.array(true(self, net, before, z, after))
        found[..., gate % found.shape[-2], :] *= 1.01
        return found

    monkeypatch.setattr(kind, "slopes", wrong)
    assert from_tangents(*asked_of(trace)) > DIFFERS


@every_cell
def test_mistake_in_the_slope_of_an_activation_is_caught(random_trace, cell, monkeypatch):
    trace = random_trace(cell)
    true = Tanh.slope
    monkeypatch.setattr(Tanh, "slope", lambda self, z: true(self, z) * (1.0 + 0.01 * z))
    assert from_tangents(*asked_of(trace)) > DIFFERS


@every_cell
def test_mistake_in_the_gradient_of_a_loss_is_caught(random_trace, cell, monkeypatch):
    trace = random_trace(cell)
    true = CrossEntropy.both

    def wrong(self, y, targets):
        losses, dy = true(self, y, targets)
        return losses, 1.001 * dy

    monkeypatch.setattr(CrossEntropy, "both", wrong)
    assert from_tangents(*asked_of(trace)) > DIFFERS


@every_cell
def test_public_check_is_the_worst_of_both_and_says_where_differences_can_not_measure(random_trace, cell):
    trace = random_trace(cell, hidden=3, steps=4, gain=1e6)
    gradient, asked = asked_of(trace)
    exact, measured = from_tangents(gradient, asked), from_differences(gradient, asked)
    found = gradient_check(trace, random_targets(trace, "cross_entropy", "last"), at="last")
    assert found == max(exact, measured)
    assert (found.tried, found.unmeasured) == (exact.tried + measured.tried, measured.unmeasured)


@pytest.mark.parametrize("loss", LOSSES)
def test_gradient_of_a_loss_that_is_nearly_nothing_passes_and_its_double_does_not(random_trace, loss):
    trace = random_trace(("rnn", "tanh"))
    sure = trace.network.with_parameters({"V": 30.0 * trace.network.V}).forward(trace.x)
    targets = {
        "cross_entropy": int(sure.y[-1].argmax()),
        "binary_cross_entropy": (sure.y[-1] > 0).astype(float),
        "squared_error": sure.y[-1] * (1.0 + 1e-12),
    }[loss]
    gradient, asked = bptt(sure, targets, loss, "last"), Objective.of(sure, targets, loss, "last")
    assert from_tangents(gradient, asked) < AGREES
    assert from_tangents(changed(gradient, W=2.0 * gradient.W), asked) > DIFFERS


def test_gradient_that_cancels_to_nothing_is_not_called_wrong():
    # Both classes read the same: what is left of ∂L/∂h is rounding.
    network = Network.random(cell="rnn", activation="tanh", inputs=2, hidden=5, outputs=3, gain=1.0, seed=3)
    same = network.with_parameters({"V": np.tile(network.V[:1], (3, 1))})
    gradient, asked = asked_of(same.forward(np.random.default_rng(0).normal(size=(12, 2))))
    assert from_tangents(gradient, asked) < AGREES


@pytest.mark.parametrize("seed", [3, 7])
def test_weight_that_scales_what_is_divided_by_it_again_is_not_called_wrong(seed):
    # A query is worth q/|z q|, so that the one number in all of a cell's keys has no derivative while |z q| > 1.
    net = Network.random(layers=[Layer("mlstm", 6)], inputs=4, outputs=3, seed=seed)
    trace = net.forward(np.eye(4)[np.random.default_rng(seed).integers(0, 4, 30)])
    assert from_tangents(bptt(trace, 0, at="last"), Objective.of(trace, 0, "cross_entropy", "last")) < AGREES


def test_gradient_whose_steps_cancel_is_not_called_wrong():
    # The linear network hands on δ unchanged, and the inputs add up to nothing.
    network = Network.random(
        cell="rnn", activation="identity", inputs=1, hidden=4, outputs=3, init="identity", gain=1.0, seed=1
    )
    x = np.cos(2.0 * np.pi * np.arange(12) / 12)[:, None]
    gradient, asked = asked_of(network.forward(x))
    assert np.abs(gradient.U).max() < 1e-14
    assert from_tangents(gradient, asked) < AGREES
    rough = changed(gradient, U=gradient.U + 1e-16)
    assert from_tangents(rough, asked) < AGREES
    assert rough.items_deviation() < AGREES
    assert from_tangents(changed(gradient, U=gradient.U + 1e-4), asked) > DIFFERS


@pytest.mark.parametrize(("activation", "holds"), [("relu", [True, False, True]), ("tanh", [True, True, False])])
def test_over_a_kink_nothing_is_smooth_however_near_it_lies(activation, holds):
    net = Network.from_arrays(activation=activation, readout="identity", U=[[1.0]], W=[[0.0]])
    asked = Objective.of(net.forward([[0.05]]), [[0.0]], "squared_error", "every")
    runs = rerun(asked, "b", np.array([[1.0]]), np.array([0.1, -0.1, 0.4 if activation == "relu" else 0.6]))
    assert Near(asked).holds(runs).tolist() == holds
