"""Jacobians whose own sums cancel: the GRU's h' − n is had without, and what can't be had is counted as unsure."""

import mpmath
import numpy as np
import pytest

from explorer.engine import Network, gradient_flow
from explorer.engine.recurrence.kernels.cancelling import state_less_candidate

from ..reference import Exact, assert_nats


def gru(gain, bias, init="gaussian", hidden=3, seed=0, input_scale=10.0):
    return Network.random(
        cell="gru", inputs=1, hidden=hidden, outputs=1, init=init, gain=gain, bias=bias, input_scale=input_scale, seed=seed
    )  # fmt: skip


def noise(steps, seed=0):
    return np.random.default_rng(seed).normal(size=(steps, 1))


@pytest.mark.parametrize(
    ("gain", "bias", "init"),
    [(8.0, -25.0, "orthogonal"), (8.0, -25.0, "gaussian"), (30.0, -25.0, "shift"), (8.0, -10.0, "shift")],
)
def test_log_norms_of_a_saturated_gru_are_those_of_the_network_with_endless_digits(gain, bias, init):
    """h' and its candidate lie on one rail, 1 − e^−40 and 1 − e^−50, and the gate between is shut: 25 nats hang on it."""
    net, x = gru(gain, bias, init), noise(40)
    exact = Exact(120)
    flow = gradient_flow(net.forward(x))
    assert_nats(flow.log_norm, exact.all_log_norms(exact.gru_factors(net, x)))
    assert flow.unsure == 0


def followed(z_z, z_n, h):
    """h' − n (T, n) in mpmath from the recorded net inputs alone."""
    found = []
    for gate, candidate in zip(z_z, z_n, strict=True):
        u = [1 / (1 + mpmath.exp(-mpmath.mpf(z))) for z in gate.tolist()]
        n = [mpmath.tanh(mpmath.mpf(z)) for z in candidate.tolist()]
        found.append([a - b for a, b in zip(h, n, strict=True)])
        h = [(1 - p) * b + p * a for p, a, b in zip(u, h, n, strict=True)]
    return found


@pytest.mark.parametrize(("gain", "bias"), [(3.0, 0.0), (8.0, 3.0), (30.0, -2.0), (30.0, 0.0), (60.0, 0.0)])
@pytest.mark.parametrize("s0", [0.0, 1.0, -0.3])
def test_state_less_candidate_has_the_digits_that_it_claims(gain, bias, s0):
    trace = gru(gain, bias, input_scale=gain).forward(noise(20, seed=1), s0=np.full(3, s0))
    z_z, z_n = trace.z[:, 3:6], trace.z[:, 6:]
    D, error = state_less_candidate(trace.s, z_z, z_n)
    with mpmath.workdps(500):
        exact = followed(z_z, z_n, [mpmath.mpf(s0)] * 3)
        logs = np.array([[float(mpmath.log(abs(d))) for d in row] for row in exact])
        signs = np.array([[float(mpmath.sign(d)) for d in row] for row in exact])
    sure = error - logs < np.log(1e-9)
    assert sure.mean() > 0.98
    np.testing.assert_array_equal(D.sign[sure], signs[sure])
    assert (np.abs(D.log - logs)[sure] <= 4.0 * np.exp(error - logs)[sure]).all()


def test_states_that_agree_to_their_last_digit_are_followed_down_to_any_difference():
    """Under a steady input h creeps up to n by a factor σ(z_z) a step, far below what float64 can tell apart."""
    net = Network.from_arrays(cell="gru", U=np.zeros((3, 1)), W=np.zeros((3, 1)), b=[0.0, -3.0, 0.7])
    trace = net.forward(np.zeros((60, 1)))
    D, _ = state_less_candidate(trace.s, trace.z[:, 1:2], trace.z[:, 2:])
    # D_1 = −n, and each step leaves u of it.
    expected = np.log(np.tanh(0.7)) - np.arange(60) * np.log1p(np.exp(3.0))
    np.testing.assert_allclose(D.log[:, 0], expected, rtol=1e-12)
    assert (D.sign == -1.0).all()


def test_pair_that_hangs_on_the_last_digit_of_a_state_is_counted_as_unsure():
    """s_0 is tanh(0.3) but for its rounding, and a weight of 1e17 reads what is left."""
    W = np.zeros((6, 2))
    W[2, 1] = 1e17
    net = Network.from_arrays(cell="gru", U=np.zeros((6, 1)), W=W, b=[0.0, 0.0, 0.0, 0.0, 0.3, 0.3])
    flow = gradient_flow(net.forward(np.zeros((1, 1)), s0=[np.tanh(0.3), 0.0]))
    assert flow.unsure == 1
    assert flow.doubtful[1, 0]


def test_cell_that_cancels_to_its_last_digit_is_counted_as_unsure():
    """f c' + i g is nothing but rounding, and the next forget gate is read by a weight of 1e17."""
    W = np.zeros((8, 2))
    W[2, 1] = 1e17
    net = Network.from_arrays(cell="lstm", U=np.zeros((8, 1)), W=W, b=[0.1, 0.1, 0.2, 0.2, 0.3, 0.3, -900.0, -900.0])
    i, f, g = 1 / (1 + np.exp(-0.1)), 1 / (1 + np.exp(-0.2)), np.tanh(0.3)
    trace = net.forward(np.zeros((2, 1)), s0=[0.0, 0.0, -i * g / f, 0.0])
    assert abs(trace.s[1, 2]) < 1e-15
    assert gradient_flow(trace).unsure > 0


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("gain", [0.5, 1.2, 3.0])
def test_ordinary_gated_networks_have_no_unsure_pair(cell, gain):
    net = Network.random(cell=cell, inputs=2, hidden=16, outputs=1, gain=gain, seed=2)
    assert gradient_flow(net.forward(np.random.default_rng(3).normal(size=(80, 2)))).unsure == 0
