"""The full singular spectrum of long products, the determinant rule, Lyapunov exponents."""

import numpy as np
import pytest

from explorer.engine import (
    Layer,
    Network,
    Refusal,
    entropy_rate,
    gradient_flow,
    lyapunov_exponents,
    predictability_time,
    running_lyapunov_exponents,
)
from explorer.engine.flow import spectrum
from explorer.engine.flow.along import along
from explorer.engine.flow.blocks import alone
from explorer.engine.flow.forms import form_of
from explorer.engine.flow.spectrum import log_singular_values
from explorer.engine.signed import Signed

from ..conftest import KINDS
from ..reference import Exact, assert_nats
from .chains import Plain


def exact_spectrum(trace, t, k, digits, from_z=False):
    exact = Exact(digits)
    J = exact.simple_factors(trace.network, trace.z) if from_z else exact.factors(trace.jacobians())
    return exact.log_singular_values(exact.product(J, t, k))


@pytest.mark.parametrize("kind_", KINDS, ids="-".join)
@pytest.mark.parametrize("gain", [0.7, 2.0])
def test_spectrum_is_exact_over_a_moderate_span(kind_, gain, random_trace):
    trace = random_trace(kind_, hidden=3, steps=30, gain=gain)
    flow = gradient_flow(trace)
    for t, k in ((30, 0), (20, 11), (4, 3)):
        assert_nats(flow.log_singular_values(t, k), exact_spectrum(trace, t, k, 400), 1e-8)


@pytest.mark.parametrize(("first", "expected"), [(np.inf, np.nan), (0.0, -np.inf)], ids=["overflowed", "dead"])
def test_spectra_at_several_ends_go_through_the_steps_once_and_tell_each_what_it_is(first, expected):
    class Counting(Plain):
        def log_jacobian(self, t):
            asked.append(t)
            return super().log_jacobian(t)

    asked = []
    J = np.random.default_rng(0).normal(size=(12, 4, 4))
    J[8] = first
    found = form_of(Counting(Signed.of(J))).log_singular_values((0, 3, 8, 9, 12), 0)
    assert asked == list(range(1, len(asked) + 1))
    np.testing.assert_array_equal(found[0], np.zeros(4))
    for values, t in zip(found[1:3], (3, 8), strict=True):
        P = np.linalg.multi_dot(J[:t][::-1])
        np.testing.assert_allclose(np.exp(values), np.linalg.svd(P, compute_uv=False), rtol=1e-7)
    np.testing.assert_array_equal(found[3:], np.full((2, 4), expected))


@pytest.mark.parametrize("span", [1.0, 40.0, 600.0, 1e4])
def test_spectrum_of_what_is_turned_and_stretched_is_what_it_was_stretched_by(span):
    rng = np.random.default_rng(0)
    sizes = np.sort(rng.uniform(-span, 0.0, size=(6,)))[::-1]
    Q, R = np.linalg.qr(rng.normal(size=(2, 6, 6)))[0]
    steps = [Signed.of(Q), Signed.of(np.eye(6)).times(sizes[:, None]), Signed.of(R)]
    np.testing.assert_allclose(log_singular_values(steps, 6, [3])[0], sizes, rtol=1e-14, atol=1e-13)


@pytest.mark.parametrize(
    ("n", "T", "gain", "activation", "digits"),
    [(3, 2000, 2.0, "tanh", 5000), (4, 800, 1.5, "identity", 800), (6, 400, 1.2, "sigmoid", 800)],
)
def test_spectrum_is_exact_when_it_spans_thousands_of_nats(n, T, gain, activation, digits, random_trace):
    trace = random_trace(("rnn", activation), hidden=n, steps=T, gain=gain)
    expected = exact_spectrum(trace, T, 0, digits)
    assert expected[0] - expected[-1] > 300
    np.testing.assert_allclose(
        gradient_flow(trace).log_singular_values(T, 0), expected, rtol=1e-11, atol=1e-7
    )  # fmt: skip


def test_spectrum_is_exact_for_a_diagonal_network_spanning_four_thousand_nats(simple):
    scale = np.array([3.0, 1.0, 0.5, 0.05])
    flow = gradient_flow(simple(np.diag(scale)).forward(np.zeros((1000, 1))))
    expected = 1000 * np.log(scale)
    assert expected[0] - expected[-1] > 4000
    np.testing.assert_allclose(flow.log_singular_values(1000, 0), expected, rtol=0, atol=1e-9)


def test_spectrum_is_exact_where_slopes_underflow(simple):
    rng = np.random.default_rng(3)
    U = np.array([[1.0], [300.0], [2000.0]])
    trace = simple(rng.normal(size=(3, 3)), "tanh", U=U).forward(rng.choice([-1.0, 1.0], size=(3, 1)))
    expected = exact_spectrum(trace, 3, 0, 7000, from_z=True)
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(gradient_flow(trace).log_singular_values(3, 0), expected, rtol=1e-10, atol=1e-7)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_spectrum_is_exact_at_gain_50(activation, random_trace):
    trace = random_trace(("rnn", activation), hidden=4, steps=15, gain=50.0)
    expected = exact_spectrum(trace, 15, 0, 1000, from_z=True)
    np.testing.assert_allclose(gradient_flow(trace).log_singular_values(15, 0), expected, rtol=1e-10, atol=1e-7)


def test_spectrum_is_descending_and_its_top_is_the_spectral_norm(kind, random_trace):
    flow = gradient_flow(random_trace(kind, hidden=5, steps=25))
    spectral = flow.log_spectral_norm()
    for t, k in ((25, 0), (13, 9), (7, 7)):
        values = flow.log_singular_values(t, k)
        assert (values[:-1] >= values[1:]).all()
        assert values[0] == pytest.approx(spectral[t, k], abs=1e-9)


def test_squares_of_the_spectrum_sum_to_the_frobenius_norm(kind, random_trace):
    flow = gradient_flow(random_trace(kind, hidden=5, steps=25))
    for t, k in ((25, 0), (13, 9), (7, 7)):
        total = 0.5 * np.logaddexp.reduce(2 * flow.log_singular_values(t, k))
        assert total == pytest.approx(flow.log_norm[t, k], abs=1e-9)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "identity"])
@pytest.mark.parametrize("gain", [0.5, 2.0, 50.0])
def test_determinant_rule_holds_for_every_pair_of_a_simple_network(activation, gain, random_trace):
    trace = random_trace(("rnn", activation), hidden=5, steps=12, gain=gain)
    exact = Exact()
    slope = np.frompyfunc(lambda z: exact.log(exact.slope(activation)(exact.mp.mpf(z))), 1, 1)
    step = np.linalg.slogdet(trace.network.W)[1] + slope(trace.z).astype(float).sum(axis=1)
    until = np.concatenate([[0.0], np.cumsum(step)])
    flow = gradient_flow(trace)
    for t in range(13):
        for k in range(t + 1):
            total = flow.log_singular_values(t, k).sum()
            assert total == pytest.approx(until[t] - until[k], rel=1e-11, abs=1e-10 * (t - k + 1))


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_determinant_rule_holds_for_every_pair_of_a_gated_network(cell, random_trace):
    trace = random_trace((cell, "tanh"), hidden=3, steps=15)
    exact = Exact()
    step = [exact.log(abs(exact.mp.det(exact.mp.matrix(J.tolist())))) for J in exact.factors(trace.jacobians())]
    until = np.concatenate([[0.0], np.cumsum(step)])
    flow = gradient_flow(trace)
    for t in range(16):
        for k in range(t + 1):
            assert flow.log_singular_values(t, k).sum() == pytest.approx(until[t] - until[k], abs=1e-8)


def test_dead_units_are_counted_exactly_as_minus_infinities(simple):
    """W of full rank, ReLU: a step with d dead units leaves n − d directions."""
    n = 6
    for dead in range(n + 1):
        bias = np.where(np.arange(n) < dead, -1e3, 1e3)
        W = np.random.default_rng(dead).normal(size=(n, n))
        flow = gradient_flow(simple(W, "relu", b=bias).forward(np.zeros((1, 1))))
        assert np.isneginf(flow.log_singular_values(1, 0)).sum() == dead


def test_dead_units_that_change_places_add_up_exactly(simple):
    """A diagonal W: after the steps, exactly the units that were never dead still carry the gradient."""
    U = 1e3 * np.eye(5)
    x = np.ones((3, 5))
    x[0, 0] = x[1, 2] = x[2, 2] = -1.0
    trace = simple(np.diag([2.0, 3.0, 4.0, 5.0, 6.0]) / 10, "relu", U=U).forward(x)
    values = gradient_flow(trace).log_singular_values(3, 0)
    np.testing.assert_allclose(values[:3], 3 * np.log([0.6, 0.5, 0.3]), atol=1e-12)
    assert np.isneginf(values[3:]).all()


def test_shift_register_loses_one_direction_a_step(simple):
    flow = gradient_flow(simple(np.eye(5, k=-1)).forward(np.zeros((8, 1))))
    for lag in range(9):
        values = flow.log_singular_values(8, 8 - lag)
        assert np.isneginf(values).sum() == min(lag, 5)
        np.testing.assert_allclose(values[np.isfinite(values)], 0.0, atol=1e-12)


def test_lyapunov_exponents_of_a_diagonal_linear_network_are_the_logs_of_its_entries(simple):
    trace = simple(np.diag([0.5, 2.0, 0.1])).forward(np.zeros((300, 1)))
    np.testing.assert_allclose(lyapunov_exponents(trace), np.log([2.0, 0.5, 0.1]), atol=1e-12)


def test_lyapunov_exponents_of_a_linear_network_are_the_logs_of_the_moduli_of_its_eigenvalues(simple):
    W = np.random.default_rng(2).normal(size=(4, 4)) / 2
    moduli = np.sort(np.log(np.abs(np.linalg.eigvals(W))))[::-1]
    trace = simple(W).forward(np.zeros((2000, 1)))
    np.testing.assert_allclose(lyapunov_exponents(trace, skip=500), moduli, atol=5e-3)


def test_lyapunov_exponents_are_numbers_where_slopes_underflow(simple):
    """tanh' at z = 900 is e^−1798.6: far below float64, and not a zero."""
    trace = simple(np.diag([2.0, 1.0]), "tanh", b=[900.0, -900.0]).forward(np.zeros((20, 1)))
    log_slope = 2 * (np.log(2) - np.array([902.0, 901.0]))
    np.testing.assert_allclose(lyapunov_exponents(trace, skip=1), np.sort(log_slope + np.log([2, 1]))[::-1], atol=1e-9)


@pytest.mark.parametrize("skip", [-1, 12, 99])
def test_lyapunov_exponents_refuse_a_skip_that_leaves_no_step(skip, random_trace):
    with pytest.raises(Refusal, match="skip"):
        lyapunov_exponents(random_trace(("rnn", "tanh"), steps=12), skip=skip)


def test_lyapunov_exponents_obey_the_determinant_rule(kind, random_trace):
    trace = random_trace(kind, hidden=5, steps=60)
    if kind == ("rnn", "relu"):
        assert np.isneginf(lyapunov_exponents(trace)[-1])
        return
    total = np.linalg.slogdet(trace.jacobians())[1]
    assert lyapunov_exponents(trace).sum() == pytest.approx(total.mean(), abs=1e-9)
    assert lyapunov_exponents(trace, skip=20).sum() == pytest.approx(total[20:].mean(), abs=1e-9)


def test_lyapunov_exponents_are_descending_and_one_for_each_unit(kind, random_trace):
    values = lyapunov_exponents(random_trace(kind, hidden=5, steps=40))
    assert values.shape == (10 if kind[0] == "lstm" else 5,)
    assert (values[:-1] >= values[1:]).all()


def growth_of_one_tangent(trace, v, skip):
    """The mean log growth of v a step: the largest exponent, by the definition."""
    growth = []
    for z in trace.z:
        v = (trace.network.W @ v) / np.cosh(z) ** 2
        growth.append(np.log(np.linalg.norm(v)))
        v /= np.linalg.norm(v)
    return np.mean(growth[skip:])


@pytest.mark.parametrize(("g", "infinite"), [(1.5, 0.0652), (2.0, 0.1547), (3.0, 0.3102)])
def test_states_of_random_tanh_networks_part_at_the_rate_of_the_theory(g, infinite, simple):
    """n = 400, T = 500, mean over seeds 0–2 after 100 steps, within 0.03 of the value at n → ∞."""
    found = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        W = g / np.sqrt(400) * rng.normal(size=(400, 400))
        trace = simple(W, "tanh").forward(np.zeros((500, 1)), s0=rng.normal(size=400))
        found.append(growth_of_one_tangent(trace, rng.normal(size=400), skip=100))
    assert np.mean(found) == pytest.approx(infinite, abs=0.03)


def test_lyapunov_spectrum_of_a_large_random_tanh_network_is_that_of_the_theory(simple):
    """n = 250, T = 400, g = 3: the largest within 0.03 of 0.3102, the sum by the determinant rule."""
    rng = np.random.default_rng(0)
    W = 3.0 / np.sqrt(250) * rng.normal(size=(250, 250))
    trace = simple(W, "tanh").forward(np.zeros((400, 1)), s0=rng.normal(size=250))
    values = lyapunov_exponents(trace)
    log_slope = 2 * (np.log(2) - np.abs(trace.z) - np.log1p(np.exp(-2 * np.abs(trace.z))))
    assert values[0] == pytest.approx(0.3102, abs=0.03)
    assert values.sum() == pytest.approx(np.linalg.slogdet(W)[1] + log_slope.sum(axis=1).mean(), rel=1e-9)


@pytest.mark.parametrize("cell", ["rnn", "mingru", "lru", "deltanet", "mist"])
def test_running_exponents_are_those_of_the_sequence_that_ends_there(cell):
    net = Network.random(layers=[Layer(cell, 4)], inputs=3, outputs=2, seed=2)
    x = np.random.default_rng(1).normal(size=(12, 3))
    running = running_lyapunov_exponents(net.forward(x), (5, 9, 12), 2)
    for found, end in zip(running, (5, 9, 12), strict=True):
        np.testing.assert_allclose(found, lyapunov_exponents(net.forward(x[:end]), 2), atol=1e-9)


def test_running_exponents_end_where_the_network_overflows(simple):
    trace = simple(2e200 * np.eye(2), "relu").forward(np.zeros((5, 1)), s0=np.array([1.0, 0.5]))
    running = running_lyapunov_exponents(trace, (1, 5))
    assert running[0] == pytest.approx(np.log(2e200))
    assert np.isnan(running[1]).all()


@pytest.mark.parametrize("ends", [(), (3, 3), (2, 3), (4, 13)])
def test_running_exponents_refuse_ends_that_cannot_be_counted_to(ends, random_trace):
    with pytest.raises(Refusal, match="ascend from 3 to at most 12"):
        running_lyapunov_exponents(random_trace(("rnn", "tanh"), steps=12), ends, 2)


def test_exponents_of_the_layers_of_a_stack_add_up_to_those_of_the_whole():
    """det of a block triangular J is the product of those of its blocks."""
    net = Network.random(layers=[Layer("rnn", 4), Layer("gru", 3)], inputs=2, outputs=1, seed=4)
    course = along(net.forward(np.random.default_rng(0).normal(size=(60, 2))).only)
    whole, layers = lyapunov_exponents(course), [alone(course, name) for name in "12"]
    parts = [lyapunov_exponents(layer) for layer in layers if layer is not None]
    assert [len(part) for part in parts] == [4, 3]
    assert sum(part.sum() for part in parts) == pytest.approx(whole.sum(), abs=1e-9)


def test_a_part_that_others_come_between_has_no_exponents_of_its_own():
    net = Network.random(layers=[Layer("lstm", 3)], inputs=2, outputs=1, seed=4)
    assert alone(along(net.forward(np.ones((4, 2))).only), "h") is None


def test_entropy_and_predictability_are_those_of_exponents_that_grow():
    """A network of g = 3 forgets what it knew in 2.3 steps (λ₁ = 0.3014 nats a step)."""
    assert predictability_time(np.array([0.3014, -1.0])) == pytest.approx(2.3, abs=5e-3)
    assert predictability_time(np.array([-0.1])) == np.inf
    assert entropy_rate(np.array([0.3, 0.1, -0.2, -np.inf])) == pytest.approx(0.4)
    assert np.isnan(entropy_rate(np.array([np.nan, -1.0])))


@pytest.mark.parametrize("reach", [40.0, 2000.0])
def test_scales_of_columns_far_beyond_float64_are_in_no_number_of_an_elimination(reach):
    """Columns that lie e^2000 apart are eliminated in float64 as they are entry by entry in logarithms."""
    rng = np.random.default_rng(5)
    M, row = rng.normal(size=(30, 24)), rng.uniform(-40.0, 0.0, 30)
    column = np.sort(rng.uniform(-reach, 0.0, 24))[::-1]
    with np.errstate(all="ignore"):
        plain = spectrum._eliminate_plainly(M, row, column)
        exact = spectrum._eliminate(Signed.of(M).times(row[:, None]), column)
    np.testing.assert_allclose(plain.d, exact.d, rtol=0, atol=1e-9)
    # Each pivot's column and row; either may bear the sign.
    taken = (one.left[:, :, None] * one.right for one in (plain, exact))
    np.testing.assert_allclose(next(taken), next(taken), rtol=0, atol=1e-9)


def test_singular_values_of_a_deep_stack_keep_its_determinant():
    layers = [Layer("rnn", 4)] * 8
    trace = Network.random(layers=layers, inputs=1, outputs=1, gain=1.2).forward(np.cos(np.arange(90))[:, None])
    values = gradient_flow(trace).log_singular_values(80, 10)
    assert np.ptp(values) > 350
    assert values.sum() == pytest.approx(np.linalg.slogdet(trace.jacobians()[10:80])[1].sum(), abs=1e-8)
