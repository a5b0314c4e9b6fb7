"""All pairs where float64 is in trouble: against plain products, and against exact arithmetic."""

import numpy as np
import pytest

from explorer.engine import Network, gradient_flow

from ..conftest import KINDS
from ..reference import Exact, assert_nats, logarithm, plain_products


def all_norms(trace):
    """Frobenius and spectral tables of the engine."""
    flow = gradient_flow(trace)
    return flow.log_norm, flow.log_spectral_norm()


def quiet(network, steps, s0=None):
    return network.forward(np.zeros((steps, network.U.shape[1])), s0=s0)


def orthogonal(n, seed):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


def exact_from_z(trace, digits=60):
    exact = Exact(digits)
    return exact, exact.simple_factors(trace.network, trace.z)


def exact_from_jacobians(trace, digits=60):
    exact = Exact(digits)
    return exact, exact.factors(trace.jacobians())


def assert_exactly(trace, exact, J, tolerance=1e-9):
    assert_nats(gradient_flow(trace).log_norm, exact.all_log_norms(J), tolerance)


@pytest.mark.parametrize("gain", [0.4, 1.0, 1.8])
@pytest.mark.parametrize("seed", [0, 1])
def test_log_norms_are_those_of_plain_products(kind, gain, seed, random_trace):
    trace = random_trace(kind, hidden=7, steps=33, gain=gain, seed=seed)
    P = plain_products(trace.jacobians())
    frobenius, spectral = all_norms(trace)
    assert_nats(frobenius, logarithm(np.linalg.norm(P, axis=(2, 3))), 1e-10)
    t, k = np.tril_indices(34)
    assert_nats(spectral[t, k], logarithm(np.linalg.norm(P[t, k], 2, axis=(1, 2))), 1e-9)


@pytest.mark.parametrize(("n", "T"), [(1, 1), (1, 50), (2, 2), (3, 3), (48, 70), (64, 20)])
def test_log_norms_are_those_of_plain_products_at_every_size(n, T, random_trace):
    trace = random_trace(("rnn", "tanh"), hidden=n, steps=T, gain=1.3)
    P = plain_products(trace.jacobians())
    frobenius, spectral = all_norms(trace)
    assert_nats(frobenius, logarithm(np.linalg.norm(P, axis=(2, 3))), 1e-10)
    t, k = np.tril_indices(T + 1)
    assert_nats(spectral[t, k], logarithm(np.linalg.norm(P[t, k], 2, axis=(1, 2))), 1e-9)


@pytest.mark.parametrize(("n", "T"), [(1, 40), (4, 40), (9, 40), (24, 200)])
def test_shift_register_forgets_exactly_after_n_steps(n, T, simple):
    trace = quiet(simple(np.eye(n, k=-1)), T)
    t, k = np.indices((T + 1, T + 1))
    lag = t - k
    # The shift by `lag` has n − lag ones.
    expected = np.where(lag < 0, np.nan, logarithm(np.maximum(n - lag, 0) / 1.0) / 2)
    frobenius, spectral = all_norms(trace)
    assert_nats(frobenius, expected, 1e-12)
    assert_nats(spectral, np.where(lag < 0, np.nan, np.where(lag < n, 0.0, -np.inf)), 1e-12)


def test_strictly_triangular_W_gives_true_zeros_under_tanh(simple):
    rng = np.random.default_rng(3)
    W = np.tril(rng.normal(size=(6, 6)), -1)
    trace = simple(W, "tanh", U=np.ones((6, 1))).forward(rng.normal(size=(30, 1)))
    exact, J = exact_from_z(trace)
    assert_exactly(trace, exact, J)
    assert np.isneginf(gradient_flow(trace).log_norm[30, 24])
    assert np.isfinite(gradient_flow(trace).log_norm[30, 25])


def test_nilpotent_W_behind_a_rotation_is_exact_up_to_its_nilpotency(simple):
    n = 6
    Q = orthogonal(n, 0)
    trace = quiet(simple(Q @ (1.5 * np.eye(n, k=-1)) @ Q.T), 30)
    exact, J = exact_from_jacobians(trace, 300)
    frobenius = gradient_flow(trace).log_norm
    expected = exact.all_log_norms(J)
    t, k = np.indices(frobenius.shape)
    early = np.where(t - k < n, expected, np.nan)
    assert_nats(np.where(t - k < n, frobenius, np.nan), early)


def test_nilpotent_W_behind_a_rotation_is_exact_or_counted_as_unsure_where_only_rounding_is_left(simple):
    """Behind a rotation W^6 is not zero but rounding, W^12 the rounding of it: 16 digits go at each turn."""
    n = 6
    Q = orthogonal(n, 0)
    trace = quiet(simple(Q @ (1.5 * np.eye(n, k=-1)) @ Q.T), 30)
    exact, J = exact_from_jacobians(trace, 300)
    flow = gradient_flow(trace)
    t, k = np.nonzero(np.abs(flow.log_norm - exact.all_log_norms(J)) > 1e-9)
    assert len(t) <= flow.unsure
    assert (t - k >= 2 * n).all()


@pytest.mark.parametrize("seed", range(4))
def test_relu_nets_with_dead_units_are_exact(seed, random_trace):
    trace = random_trace(("rnn", "relu"), hidden=5, steps=40, gain=1.0, seed=seed)
    exact, J = exact_from_jacobians(trace)
    assert_exactly(trace, exact, J)


def test_a_step_on_which_all_relu_units_are_dead_cuts_the_flow_for_good(simple):
    x = np.ones((20, 1))
    x[9] = -100.0
    trace = simple(0.3 * np.eye(4), "relu", U=np.ones((4, 1))).forward(x)
    frobenius, spectral = all_norms(trace)
    t, k = np.indices((21, 21))
    cut = (t >= 10) & (k <= 9)
    for table in (frobenius, spectral):
        np.testing.assert_array_equal(np.isneginf(table), cut)
        assert np.isfinite(table[(t >= k) & ~cut]).all()
    matrix, log_scale = gradient_flow(trace).product(15, 3)
    assert log_scale == -np.inf
    assert not matrix.any()
    assert np.isneginf(gradient_flow(trace).log_singular_values(15, 3)).all()


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_gain_50_is_exact(activation, random_trace):
    trace = random_trace(("rnn", activation), hidden=8, steps=30, gain=50.0)
    exact, J = exact_from_z(trace)
    assert_exactly(trace, exact, J)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gated_cells_at_gain_50_are_exact(cell, random_trace):
    trace = random_trace((cell, "tanh"), hidden=3, steps=40, gain=50.0)
    exact, J = exact_from_jacobians(trace)
    representable = np.abs(trace.jacobians()[trace.jacobians() != 0]).min() > 1e-290
    assert representable
    assert_exactly(trace, exact, J)


@pytest.mark.parametrize("size", [18.0, 40.0, 400.0, 800.0, 2500.0])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_slopes_far_below_float64_are_numbers_and_not_zeros(activation, size, simple):
    rng = np.random.default_rng(1)
    x = size * rng.uniform(0.98, 1.02, size=(12, 1)) * np.where(np.arange(12) % 2, 1, -1)[:, None]
    trace = simple(rng.normal(size=(3, 3)), activation, U=np.ones((3, 1))).forward(x)
    exact, J = exact_from_z(trace)
    frobenius, spectral = all_norms(trace)
    expected = exact.all_log_norms(J)
    assert np.isfinite(expected[np.tril_indices(13)]).all()
    assert_nats(frobenius, expected)
    for t, k in ((1, 0), (7, 6), (5, 2), (12, 0)):
        top = exact.log_singular_values(exact.product(J, t, k))[0]
        assert spectral[t, k] == pytest.approx(top, abs=1e-9)


def test_units_of_very_different_slopes_on_one_step_are_exact(simple):
    rng = np.random.default_rng(2)
    U = np.array([[0.1], [30.0], [400.0], [2000.0]])
    trace = simple(rng.normal(size=(4, 4)), "tanh", U=U).forward(rng.normal(size=(15, 1)))
    exact, J = exact_from_z(trace)
    assert_exactly(trace, exact, J)


def test_the_only_open_path_may_lead_through_an_underflowing_slope(simple):
    """Unit 1 feeds 2 feeds 3: every larger entry is cut by W, the tiny one is all there is."""
    W = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    b = np.array([0.0, 900.0, 0.0])
    trace = quiet(simple(W, "tanh", b=b), 8)
    exact, J = exact_from_z(trace)
    assert_exactly(trace, exact, J)
    assert np.isfinite(gradient_flow(trace).log_norm[2, 0])


def test_lstm_with_shut_forget_gates_keeps_its_log_norm_beyond_float64():
    n = 2
    b = np.repeat([-900.0, -900.0, 0.3, -900.0], n)
    network = Network.from_arrays(
        cell="lstm", U=np.zeros((8, 1)), W=np.zeros((8, n)), b=b, V=np.ones((1, n)), c=np.zeros(1)
    )  # fmt: skip
    frobenius, _ = all_norms(quiet(network, 5))
    # c → c is σ(−900)^lag for both units; what reaches h is smaller by another e^−900.
    for t in range(6):
        for k in range(t):
            assert frobenius[t, k] == pytest.approx(-900.0 * (t - k) + 0.5 * np.log(2), abs=1e-9)


@pytest.mark.parametrize(("activation", "gain"), [("tanh", 0.9), ("tanh", 3.0), ("sigmoid", 2.0), ("identity", 1.4)])
def test_two_thousand_steps_are_exact(activation, gain, random_trace):
    trace = random_trace(("rnn", activation), hidden=3, steps=2000, gain=gain)
    exact, J = exact_from_jacobians(trace)
    flow = gradient_flow(trace)
    pairs = [(2000, 0), (2000, 1), (1999, 3), (1000, 0), (2000, 1000), (1003, 990), (1500, 499)]
    for (t, k), P in exact.products(J, pairs).items():
        assert flow.log_norm[t, k] == pytest.approx(exact.log_frobenius(P), abs=1e-9)


def cancelling(simple, eps, n=4, switch=4, steps=9):
    """ReLU masks open one half of the units, then the other; the map between nearly kills the first's range.

    The product over the switch is ``eps`` times what its factors' norms say.
    """
    rng = np.random.default_rng(11)
    u, v = rng.normal(size=(2, n))
    wall = rng.normal(size=n)
    wall -= (wall @ u) / (u @ u) * u
    W = np.zeros((2 * n, 2 * n))
    W[:n, :n] = np.outer(u, v)
    W[n:, :n] = np.outer(rng.normal(size=n), wall + eps * u)
    W[n:, n:] = np.outer(rng.normal(size=n), rng.normal(size=n))
    half = np.repeat([1.0, -1.0], n)
    x = np.where(np.arange(steps) < switch, 1.0, -1.0)[:, None]
    return simple(W, "relu", U=1e9 * half[:, None]).forward(x)


@pytest.mark.parametrize("eps", [1e-3, 1e-6, 1e-8, 1e-10, 1e-13])
@pytest.mark.parametrize("switch", range(1, 8))
def test_midpoints_at_which_the_halves_cancel_are_exact(eps, switch, simple):
    trace = cancelling(simple, eps, switch=switch)
    exact, J = exact_from_jacobians(trace)
    assert_exactly(trace, exact, J)


@pytest.mark.parametrize("eps", [1e-4, 1e-9, 1e-12])
def test_linear_network_whose_square_nearly_vanishes_is_exact(eps, simple):
    """W = N + ε R with N² = 0, behind a rotation: every midpoint cancels."""
    rng = np.random.default_rng(4)
    Q = orthogonal(4, 5)
    N = np.zeros((4, 4))
    N[:2, 2:] = rng.normal(size=(2, 2))
    trace = quiet(simple(Q @ (N + eps * rng.normal(size=(4, 4))) @ Q.T), 24)
    exact, J = exact_from_jacobians(trace, 400)
    assert_exactly(trace, exact, J)


@pytest.mark.parametrize("eps", [1e-4, 1e-9, 1e-12])
def test_spectral_norm_is_exact_where_midpoints_cancel(eps, simple):
    rng = np.random.default_rng(4)
    N = np.zeros((4, 4))
    N[:2, 2:] = rng.normal(size=(2, 2))
    trace = quiet(simple(N + eps * rng.normal(size=(4, 4))), 16)
    exact, J = exact_from_jacobians(trace, 400)
    # Each step is the same: a product is a power, by its lag alone.
    assert all((J_t == J[0]).all() for J_t in J)
    powers = [exact.log_singular_values(P)[0] for P in exact.column(J, 0)]
    t, k = np.indices((17, 17))
    expected = np.where(t >= k, np.take(powers, abs(t - k)), np.nan)
    assert_nats(gradient_flow(trace).log_spectral_norm(), expected)


def test_spectral_norm_is_exact_with_two_singular_values_close_together(simple):
    W = orthogonal(5, 8) * np.array([1.0, 1.0 - 1e-9, 1.0 - 1e-6, 0.99, 0.9])
    trace = quiet(simple(W), 50)
    t, k = np.tril_indices(51)
    P = plain_products(trace.jacobians())[t, k]
    assert_nats(gradient_flow(trace).log_spectral_norm()[t, k], logarithm(np.linalg.norm(P, 2, axis=(1, 2))), 1e-9)


def test_spectral_norm_of_a_non_normal_network_is_exact(simple):
    W = 0.7 * np.eye(6) + 2.0 * np.eye(6, k=1)
    trace = quiet(simple(W), 60)
    t, k = np.tril_indices(61)
    P = plain_products(trace.jacobians())[t, k]
    assert_nats(gradient_flow(trace).log_spectral_norm()[t, k], logarithm(np.linalg.norm(P, 2, axis=(1, 2))), 1e-9)


def test_gates_that_slam_shut_and_open_are_exact():
    """LSTM and GRU whose inputs throw every gate from one rail to the other."""
    rng = np.random.default_rng(6)
    for cell, gates in (("lstm", 4), ("gru", 3)):
        n = 3
        network = Network.from_arrays(
            cell=cell, U=25.0 * rng.normal(size=(gates * n, 2)), W=2.0 * rng.normal(size=(gates * n, n)),
            b=np.zeros(gates * n), V=np.ones((1, n)), c=np.zeros(1),
        )  # fmt: skip
        trace = network.forward(rng.normal(size=(30, 2)))
        exact, J = exact_from_jacobians(trace)
        assert_exactly(trace, exact, J)


def test_norms_are_exact_where_the_kernel_recomputes_many_pairs():
    """A network that contracts to a few directions: many Grams cancel mildly, and no digit may be missing."""
    network = Network.random(cell="rnn", activation="tanh", inputs=1, hidden=96, outputs=1, gain=1.6, seed=0)
    trace = network.forward(np.cos(2 * np.pi * np.arange(160) / 20)[:, None])
    flow = gradient_flow(trace)
    J = trace.jacobians()
    for k in (0, 1, 40, 79, 80, 81):
        P, scale = np.eye(96), 0.0
        for t in range(k + 1, 161):
            P = J[t - 1] @ P
            size = np.linalg.norm(P)
            P, scale = P / size, scale + np.log(size)
            assert flow.log_norm[t, k] == pytest.approx(scale, abs=1e-9)


def test_products_beyond_float64_stay_numbers(simple, random_trace):
    """Gain 30 linear: e^+1100; sigmoid: e^−3000; never inf, never −inf."""
    W = 15.0 * np.random.default_rng(0).normal(size=(4, 4))
    up = gradient_flow(quiet(simple(W), 400)).log_norm
    down = gradient_flow(random_trace(("rnn", "sigmoid"), hidden=4, steps=2000, gain=1.0)).log_norm
    assert np.isfinite(up[np.tril_indices(401)]).all()
    assert up[400, 0] > 1000
    assert np.isfinite(down[np.tril_indices(2001)]).all()
    assert down[2000, 0] < -2000


@pytest.mark.parametrize("kind_", KINDS, ids="-".join)
def test_product_is_a_unit_matrix_and_its_log_norm(kind_, random_trace):
    flow = gradient_flow(random_trace(kind_, hidden=4, steps=30))
    for t, k in ((30, 0), (17, 3), (5, 4), (9, 9)):
        matrix, log_scale = flow.product(t, k)
        assert np.linalg.norm(matrix) == pytest.approx(1.0, rel=1e-12)
        assert log_scale == pytest.approx(flow.log_norm[t, k], abs=1e-9)


def test_product_of_thousands_of_steps_has_the_exact_direction(random_trace):
    trace = random_trace(("rnn", "tanh"), hidden=3, steps=2000, gain=2.0)
    exact, J = exact_from_jacobians(trace)
    P = exact.product(J, 2000, 7)
    expected = (P / exact.mp.sqrt(np.sum(P * P))).astype(float)
    np.testing.assert_allclose(gradient_flow(trace).product(2000, 7)[0], expected, atol=1e-9)


def test_pairs_with_k_after_t_are_nan_and_the_diagonal_is_the_identity(kind, random_trace):
    flow = gradient_flow(random_trace(kind, hidden=3, steps=9))
    N = 6 if kind[0] == "lstm" else 3
    t, k = np.indices((10, 10))
    for table, unit in ((flow.log_norm, 0.5 * np.log(N)), (flow.log_spectral_norm(), 0.0)):
        np.testing.assert_array_equal(np.isnan(table), k > t)
        np.testing.assert_allclose(np.diagonal(table), unit, rtol=0, atol=1e-14)


@pytest.mark.parametrize("alive", [0, 20])
def test_zeros_over_a_dead_step_are_true_and_need_no_pair_recomputed(alive):
    """A network whose units all died is as soon worked out as one that lives: there is nothing to be certified."""
    net = Network.random(cell="rnn", activation="relu", inputs=1, hidden=12, outputs=1, gain=1.5, bias=-1.0, seed=0)
    trace = net.forward(np.where(np.arange(70) < alive, 100.0, 0.0)[:, None])
    dead = ~trace.jacobians().any(axis=(1, 2))
    assert dead[40:].all()
    assert not dead[:alive].any()
    flow, over = gradient_flow(trace), np.concatenate([[0], np.cumsum(dead)])
    zero = over[:, None] > over
    assert (flow.log_norm[zero] == -np.inf).all()
    assert np.isfinite(flow.log_norm[~zero & np.tri(71, dtype=bool)]).all()
    assert (flow.recomputed, flow.unsure) == (0, 0)
    matrix, log = flow.product(70, 1)
    assert (log, np.abs(matrix).max()) == (-np.inf, 0.0)


def test_easy_networks_need_no_pair_recomputed(random_trace):
    assert gradient_flow(random_trace(("rnn", "identity"), hidden=8, steps=60, init="orthogonal")).recomputed == 0


def test_cancelling_pairs_are_counted(simple):
    assert gradient_flow(cancelling(simple, 1e-10)).recomputed > 0
