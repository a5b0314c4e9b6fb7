"""∂s_t/∂s_k where steps read older states: the products of the companion matrix, block by block."""

import numpy as np
import pytest

from explorer.engine import Layer, Network, gradient_flow, lyapunov_exponents
from explorer.engine.flow.flow import row_log_norms
from explorer.engine.flow.forms import form_of
from explorer.engine.recurrence.recurrence import Recurrence

from ..reference import Exact
from .test_structures import assert_nats

SKIPS = "h = tanh(W @ h + A @ h[3] + U @ x)"
FAR_ONLY = "h = 0.5 * (A @ h[2]) + U @ x"
TWO_STATES = "c = 0.9 * c[2] + U @ x\nh = tanh(W @ h + c)"


def course(text, steps=14, width=3, seed=0):
    cell = Recurrence.parse(text, name="own")
    net = Network.random(layers=[Layer(cell, width)], inputs=2, outputs=1, seed=seed)
    return net.forward(np.random.default_rng(seed).standard_normal((steps, 2)))


def products(trace):
    """All ∂s_t/∂s_k (T+1, T+1, N, N), by the chain rule over all delays."""
    motion, T, N = trace.only.motion, trace.steps, trace.width
    J = {delay: motion.jacobians(0, T, delay=delay) for delay in motion.delays}
    P = np.zeros((T + 1, T + 1, N, N))
    for k in range(T + 1):
        P[k, k] = np.eye(N)
        for t in range(k + 1, T + 1):
            P[t, k] = sum(J[delay][t - 1] @ P[t - delay, k] for delay in J if t - delay >= k)
    return P


@pytest.mark.parametrize("text", [SKIPS, FAR_ONLY, TWO_STATES])
def test_all_pairs_go_by_all_delays(text):
    trace = course(text)
    P, flow = products(trace), gradient_flow(trace)
    lower = np.tri(15, dtype=bool)
    with np.errstate(divide="ignore"):
        expected = np.where(lower, np.log(np.linalg.norm(P, axis=(2, 3))), np.nan)
        spectral = np.where(lower, np.log(np.linalg.norm(P, 2, axis=(2, 3))), np.nan)
    assert_nats(flow.log_norm, expected)
    assert_nats(flow.log_spectral_norm(), spectral)
    assert_nats(row_log_norms(trace, 11), expected[11, :12])
    assert flow.unsure == 0
    for t, k in ((14, 2), (6, 6), (5, 4)):
        matrix, log = flow.product(t, k)
        np.testing.assert_allclose(matrix * np.exp(log), P[t, k], atol=1e-12)
        values = np.linalg.svd(P[t, k], compute_uv=False)
        np.testing.assert_allclose(np.exp(flow.log_singular_values(t, k)), values, atol=1e-12)
    several = form_of(trace.only).log_singular_values((2, 5, 14), 2)
    np.testing.assert_array_equal(several, [flow.log_singular_values(t, 2) for t in (2, 5, 14)])


def test_a_change_of_a_state_moves_later_states_by_the_product():
    trace = course(SKIPS)
    P, net, d = products(trace), trace.network, 1e-6 * np.array([1.0, -2.0, 0.5])
    moved = [net.forward(trace.x, s0=trace.s[0] + sign * d).s for sign in (1, -1)]
    np.testing.assert_allclose((moved[0] - moved[1])[9] / 2, P[9, 0] @ d, atol=1e-12)
    log = gradient_flow(trace).log_norm[9, 0]
    assert log == pytest.approx(np.log(np.linalg.norm(P[9, 0])), abs=1e-9)


def test_steps_that_read_no_last_state_leave_true_zeros_between():
    L = gradient_flow(course(FAR_ONLY)).log_norm
    lag = np.subtract.outer(np.arange(15), np.arange(15))
    np.testing.assert_array_equal(np.isneginf(L), (lag > 0) & (lag % 2 == 1))


def test_blocks_go_by_all_delays():
    trace = course(TWO_STATES)
    P, flow = products(trace), gradient_flow(trace)
    parts = trace.only.parts
    for row in parts:
        for column in parts:
            some = P[:, :, parts[row], parts[column]]
            with np.errstate(divide="ignore"):
                expected = np.where(np.tri(15, dtype=bool), np.log(np.linalg.norm(some, axis=(2, 3))), np.nan)
            assert_nats(flow.block(row, column).log_norm, expected)


def test_mist_is_led_back_by_its_longest_delays():
    trace = Network.random(layers=[Layer("mist", 4)], inputs=2, outputs=1, seed=1).forward(np.ones((40, 2)))
    P, flow = products(trace), gradient_flow(trace)
    assert flow.log_norm[40, 3] == pytest.approx(np.log(np.linalg.norm(P[40, 3])), abs=1e-9)
    np.testing.assert_allclose(
        lyapunov_exponents(trace, skip=10), np.log(np.linalg.svd(P[40, 10], compute_uv=False)) / 30, atol=1e-9
    )


@pytest.mark.parametrize("eps", [1e-3, 1e-9, 1e-14])
def test_ways_of_two_delays_that_cancel_are_exact(eps):
    """P_{2,0} = W W + A, and A is nearly −W W."""
    trace = course("h = W @ h + A @ h[2] + U @ x", steps=6)
    W = trace.network.weights["1/W"]
    weights = {**trace.network.weights, "1/A": -(W @ W) * (1 + eps)}
    net = Network.from_weights(layers=trace.network.layers, weights=weights, readout=trace.network.readout)
    flow = gradient_flow(net.forward(trace.x))
    exact = Exact()
    P = exact.lift(W) @ exact.lift(W) + exact.lift(weights["1/A"])
    assert flow.log_norm[2, 0] == pytest.approx(float(exact.mp.log((P * P).sum()) / 2), abs=1e-9)
    assert flow.unsure == 0
    assert (flow.recomputed > 0) == (eps < 1e-6)
