"""A nudge: closed forms where there are some, mpmath and a second run elsewhere."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from explorer.engine import BadSequence, Network
from explorer.engine.looks.nudge import nudge
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.kernels.choice import KERNELS

F = {
    "tanh": mpmath.tanh,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "identity": lambda z: z,
}


@pytest.mark.parametrize("name", list(ACTIVATIONS))
@pytest.mark.parametrize("z", [-40.0, -3.0, -1e-3, 0.0, 0.7, 18.0, 40.0])
@pytest.mark.parametrize("d", [1e-250, -1e-30, 1e-8, -0.5, 2.0, -100.0, 100.0])
def test_a_change_of_an_activation_has_all_its_digits(name: str, z: float, d: float) -> None:
    with mpmath.workdps(400):
        expected = F[name](mpmath.mpf(z) + mpmath.mpf(d)) - F[name](mpmath.mpf(z))
    got = float(ACTIVATIONS[name].change(np.array([z]), np.array([d]))[0])
    # z + d is rounded once; what is left of it carries that error.
    assert got == pytest.approx(float(expected), rel=1e-13, abs=2e-16 * abs(z) * (name == "relu" and z < 0 < d))


def some(cell: str, activation: str = "tanh", hidden: int = 6, steps: int = 12, gain: float = 1.1):
    net = Network.random(cell=cell, activation=activation, inputs=2, hidden=hidden, outputs=1, gain=gain, seed=3)
    return net.forward(np.random.default_rng(1).normal(size=(steps, 2)))


def again(trace, k: int, unit: int, size: float) -> np.ndarray:
    """Return the changes of s_k..s_T by a second run."""
    start = trace.s[k].copy()
    start[unit] += size
    return trace.network.forward(trace.x[k:], start).s - trace.s[k:]


@pytest.mark.parametrize("cell", list(KERNELS))
@pytest.mark.parametrize("size", [0.3, -1.0, 1e-3])
def test_the_true_change_is_that_of_a_second_run(cell: str, size: float) -> None:
    trace = some(cell)
    for unit in (0, trace.width - 1):
        found = nudge(trace, 2, unit, size)
        changes = again(trace, 2, unit, size)
        got = np.exp(found.log_true)[:, None] * found.true
        np.testing.assert_allclose(got, changes, rtol=0, atol=1e-14)


@pytest.mark.parametrize("cell", list(KERNELS))
def test_a_tiny_nudge_follows_the_jacobians(cell: str) -> None:
    trace = some(cell)
    found = nudge(trace, 0, 1, 1e-9)
    assert found.deviation.max() < 1e-6
    assert found.breaks() is None


def test_the_linear_network_follows_the_jacobians_whatever_the_size() -> None:
    found = nudge(some("rnn", "identity"), 3, 2, 1e6)
    assert found.deviation.max() < 1e-12


def test_the_relu_network_follows_them_until_a_unit_switches() -> None:
    net = Network.from_arrays(activation="relu", U=[[1.0]], W=[[1.0]])
    trace = net.forward(np.zeros((5, 1)), [1.0])
    assert nudge(trace, 0, 0, -0.9).breaks() is None
    # Below −1 the state is cut off at zero.
    broken = nudge(trace, 0, 0, -3.0)
    assert broken.breaks() == 1
    np.testing.assert_allclose(broken.log_true, [np.log(3.0), 0, 0, 0, 0, 0], atol=1e-15)


def test_a_change_keeps_its_logarithm_far_below_the_range_of_floats() -> None:
    trace = some("rnn", hidden=8, steps=900, gain=0.2)
    found = nudge(trace, 0, 0, 0.01)
    assert found.log_true[-1] < -1000
    # So small, the two decay alike; what differs is a factor that the first steps left.
    late = found.log_true[50:] - found.log_predicted[50:]
    np.testing.assert_allclose(late, late[0], atol=1e-9)


def test_a_large_nudge_saturates_and_the_prediction_is_off() -> None:
    found = nudge(some("rnn", gain=1.5), 1, 0, 3.0)
    assert found.breaks() == 2
    assert found.deviation[0] == 0.0


def test_a_nudge_that_can_not_be_is_refused() -> None:
    trace = some("rnn")
    for k, unit, size in ((13, 0, 1.0), (0, 6, 1.0), (0, 0, 0.0), (0, 0, np.nan)):
        with pytest.raises(BadSequence):
            nudge(trace, k, unit, size)
