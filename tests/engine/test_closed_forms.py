"""Networks whose flow theory gives in closed form: the numbers that must come out."""

import numpy as np
import pytest

from explorer.engine import Network, gradient_flow

from .reference import assert_nats, assert_same, logarithm

QUIET = np.zeros((12, 1))


def dense(flow, t, k):
    matrix, log_scale = flow.product(t, k)
    return matrix * np.exp(log_scale)


def lags(T):
    t, k = np.indices((T + 1, T + 1))
    return np.where(k <= t, t - k, np.nan)


def gaussian(n, gain=1.0, seed=0):
    return gain / np.sqrt(n) * np.random.default_rng(seed).normal(size=(n, n))


def test_product_of_linear_network_is_power_of_W(simple):
    W = gaussian(6)
    flow = gradient_flow(simple(W).forward(QUIET))
    for t in range(13):
        for k in range(t + 1):
            assert_same(dense(flow, t, k), np.linalg.matrix_power(W, t - k))


def test_log_norms_of_linear_network_are_those_of_powers_of_W(simple):
    W = gaussian(6)
    powers = [logarithm(np.linalg.norm(np.linalg.matrix_power(W, lag))) for lag in range(13)]
    lag = lags(12)
    expected = np.where(np.isnan(lag), np.nan, np.take(powers, np.nan_to_num(lag).astype(int)))
    assert_nats(gradient_flow(simple(W).forward(QUIET)).log_norm, expected, 1e-12)


def test_flow_of_an_autonomous_linear_network_does_not_depend_on_when(simple):
    flow = gradient_flow(simple(gaussian(5, 1.3)).forward(np.ones((40, 1)), s0=np.ones(5)))
    for table in (flow.log_norm, flow.log_spectral_norm()):
        for lag in range(41):
            diagonal = np.diagonal(table, -lag)
            np.testing.assert_allclose(diagonal, diagonal[0], rtol=0, atol=1e-10)


def test_product_of_orthogonal_linear_network_has_every_singular_value_one():
    network = Network.random(
        cell="rnn",
        activation="identity",
        inputs=1,
        hidden=8,
        outputs=2,
        init="orthogonal",
        gain=1.0,
        bias=0.0,
        seed=4,
    )
    flow = gradient_flow(network.forward(np.zeros((200, 1))))
    for t, k in ((1, 0), (37, 12), (200, 0)):
        np.testing.assert_allclose(flow.log_singular_values(t, k), 0.0, atol=1e-12 * (t - k + 1))
    assert_nats(flow.log_norm, np.where(np.isnan(lags(200)), np.nan, 0.5 * np.log(8)), 1e-11)
    assert_nats(flow.log_spectral_norm(), np.where(np.isnan(lags(200)), np.nan, 0.0), 1e-10)


@pytest.mark.parametrize("alpha", [0.3, 0.9, 1.0, 1.1, 4.0])
def test_relu_with_scaled_identity_and_all_units_awake_has_slope_log_alpha(alpha, simple):
    network = simple(alpha * np.eye(5), "relu", U=np.ones((5, 1)))
    flow = gradient_flow(network.forward(np.ones((50, 1))))
    assert_nats(flow.log_spectral_norm(), lags(50) * np.log(alpha), 1e-10)
    assert_nats(flow.log_norm, lags(50) * np.log(alpha) + 0.5 * np.log(5), 1e-10)


@pytest.mark.parametrize("alpha", [0.25, 3.0])
def test_scaling_W_of_a_linear_network_adds_the_lag_times_log_alpha(alpha, simple):
    W = gaussian(5)
    once = gradient_flow(simple(W).forward(QUIET)).log_norm
    scaled = gradient_flow(simple(alpha * W).forward(QUIET)).log_norm
    assert_nats(scaled, once + lags(12) * np.log(alpha), 1e-11)


def test_scalar_tanh_of_2s_settles_at_its_fixed_point_and_loses_1_79_nats_a_step(simple):
    trace = simple([[2.0]], "tanh").forward(np.zeros((200, 1)), s0=np.array([0.5]))
    flow = gradient_flow(trace)
    assert trace.s[-1, 0] == pytest.approx(0.9575040241, abs=1e-10)
    assert trace.jacobians()[-1, 0, 0] == pytest.approx(0.1663720878, abs=1e-10)
    assert flow.log_norm[200, 150] / 50 == pytest.approx(-1.7935285, abs=1e-7)
    assert flow.log_spectral_norm()[200, 150] / 50 == pytest.approx(-1.7935285, abs=1e-7)


def test_cell_path_of_lstm_without_recurrent_weights_is_the_product_of_forget_gates():
    rng = np.random.default_rng(0)
    n, T = 4, 15
    U, b = rng.normal(size=(4 * n, 2)), rng.normal(size=4 * n)
    network = Network.from_arrays(
        cell="lstm", U=U, W=np.zeros((4 * n, n)), b=b, V=np.ones((1, n)), c=np.zeros(1)
    )  # fmt: skip
    x = rng.normal(size=(T, 2))
    flow = gradient_flow(network.forward(x))
    forget = 1 / (1 + np.exp(-(x @ U.T + b)[:, n : 2 * n]))
    for t in range(T + 1):
        for k in range(t + 1):
            assert_same(dense(flow, t, k)[n:, n:], np.diag(np.prod(forget[k:t], axis=0)))


def test_forget_bias_of_one_opens_the_forget_gate_to_0_731():
    n = 3
    b = np.repeat([0.0, 1.0, 0.0, 0.0], n)
    network = Network.from_arrays(
        cell="lstm", U=np.zeros((4 * n, 1)), W=np.zeros((4 * n, n)), b=b, V=np.ones((1, n)), c=np.zeros(1)
    )  # fmt: skip
    J = network.forward(QUIET).jacobians()
    np.testing.assert_allclose(J[:, n:, n:], np.broadcast_to(0.7310585786 * np.eye(n), (12, n, n)), atol=1e-10)


def test_gru_with_a_shut_update_gate_keeps_its_state():
    n = 3
    b = np.repeat([0.0, 800.0, 0.0], n)
    network = Network.from_arrays(
        cell="gru", U=np.zeros((3 * n, 1)), W=np.ones((3 * n, n)), b=b, b_rec=np.zeros(n)
    )  # fmt: skip
    trace = network.forward(QUIET, s0=np.array([0.1, -0.2, 0.3]))
    np.testing.assert_array_equal(trace.s, np.tile([0.1, -0.2, 0.3], (13, 1)))
    np.testing.assert_allclose(gradient_flow(trace).log_singular_values(12, 0), 0.0, atol=1e-12)


def test_residual_gain_one_identity_never_vanishes(simple):
    flow = gradient_flow(simple(np.eye(4)).forward(np.ones((500, 1))))
    np.testing.assert_allclose(flow.log_singular_values(500, 0), 0.0, atol=1e-12)


def pascanu(simple, w, b):
    """x_t = w σ(x_{t−1}) + b with x_0 = 0.5, as s_t = σ(w s_{t−1} + b): Pascanu et al. 2013, figure 6."""
    trace = simple([[w]], "sigmoid", b=[b]).forward(np.zeros((50, 1)), s0=1 / (1 + np.exp([-0.5])))
    flow = gradient_flow(trace)
    slope = trace.jacobians()[:, 0, 0] / w
    reach = np.array([dense(flow, 50, k)[0, 0] for k in range(1, 51)])
    outer = 2 * (trace.s[50, 0] - 0.7)
    error = (trace.s[50, 0] - 0.7) ** 2
    return error, outer * reach @ (slope * trace.s[:-1, 0]), outer * reach @ slope


def test_one_unit_network_of_pascanu_has_its_error_and_its_gradient(simple):
    error, by_w, by_b = pascanu(simple, 5.0, -2.5)
    assert error == pytest.approx(0.0240888688, abs=1e-10)
    assert by_w == pytest.approx(0.0863116695, abs=1e-10)
    assert by_b == pytest.approx(0.1009250176, abs=1e-10)


def test_one_unit_network_of_pascanu_has_its_wall(simple):
    _, _, by_b = min(
        (pascanu(simple, 5.0, b) for b in np.linspace(-2.612343, -2.612340, 61)),
        key=lambda result: result[2],
    )
    assert by_b == pytest.approx(-5748.9, rel=1e-3)
