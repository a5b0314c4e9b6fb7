"""Every cell's Jacobian against central differences of its own forward pass."""

import numpy as np
import pytest

STEP = 1e-5


def nudged(trace, k, direction):
    """(s_T(s_k + h v) − s_T(s_k − h v)) / 2h for every T ≥ k, rows k..T."""
    ahead = trace.network.forward(trace.x[k:], s0=trace.s[k] + STEP * direction).s
    behind = trace.network.forward(trace.x[k:], s0=trace.s[k] - STEP * direction).s
    return (ahead - behind) / (2 * STEP)


def directions(trace, count, seed=5):
    return np.random.default_rng(seed).normal(size=(count, trace.s.shape[1]))


@pytest.mark.parametrize("gain", [0.5, 1.2, 2.5])
def test_each_jacobian_is_the_central_difference_in_random_directions(kind, gain, random_trace):
    trace = random_trace(kind, steps=8, gain=gain)
    J = trace.jacobians()
    for k in range(8):
        for v in directions(trace, 3, seed=k):
            expected = nudged(trace, k, v)[1]
            np.testing.assert_allclose(J[k] @ v, expected, rtol=1e-6, atol=1e-7 * np.abs(expected).max() + 1e-10)


def test_jacobian_rows_are_units_of_the_new_state_and_columns_of_the_old(kind, random_trace):
    trace = random_trace(kind, steps=3)
    J = trace.jacobians()
    for column, v in enumerate(np.eye(trace.s.shape[1])):
        np.testing.assert_allclose(J[1][:, column], nudged(trace, 1, v)[1], rtol=1e-6, atol=1e-8)


def test_products_of_jacobians_are_central_differences_over_several_steps(kind, random_trace):
    from explorer.engine import gradient_flow

    trace = random_trace(kind, steps=6, gain=0.9)
    flow = gradient_flow(trace)
    for v in directions(trace, 3):
        expected = nudged(trace, 2, v)
        for t in range(2, 7):
            matrix, log_scale = flow.product(t, 2)
            np.testing.assert_allclose(
                matrix @ v * np.exp(log_scale), expected[t - 2], rtol=1e-5, atol=1e-8
            )  # fmt: skip


def test_jacobian_of_a_simple_cell_is_slope_times_W(random_trace):
    trace = random_trace(("rnn", "tanh"))
    expected = (1 / np.cosh(trace.z) ** 2)[:, :, None] * trace.network.W
    np.testing.assert_allclose(trace.jacobians(), expected, rtol=1e-12)


def test_trace_has_the_documented_shapes(kind, random_trace):
    trace = random_trace(kind, hidden=5, steps=7)
    N = 10 if kind[0] == "lstm" else 5
    assert trace.x.shape == (7, 3)
    assert trace.s.shape == (8, N)
    assert trace.z.shape[0] == 7
    assert trace.y.shape == (7, 2)
    assert trace.o.shape == (7, 2)
    assert trace.jacobians().shape == (7, N, N)
