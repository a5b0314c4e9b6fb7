"""Numbers at both ends of float64: every logarithm is right there, and what is small is never called zero or infinite."""

import mpmath
import numpy as np
import pytest

from explorer.engine import Network, bptt, gradient_flow, split_paths
from explorer.engine.flow.extended import DoubleDouble
from explorer.engine.flow.flow import row_log_norms
from explorer.engine.looks.nudge import nudge
from explorer.engine.norms import log_norms, norm, norms, times_power_of_two, unit
from explorer.engine.signed import Signed

from ..reference import Exact, assert_nats


def assert_every_reading(trace, expected):
    """ln of the products (T+1, T+1) by every way to them; one row of singular values, one unit."""
    flow = gradient_flow(trace)
    assert flow.unsure == 0
    assert_nats(flow.log_norm, expected)
    assert_nats(flow.log_spectral_norm(), expected)
    T = trace.steps
    assert_nats(row_log_norms(trace, T), expected[T])
    for t, k in ((1, 0), (T, 0), (T, T - 1)):
        matrix, log = flow.product(t, k)
        assert np.linalg.norm(matrix) == pytest.approx(1.0, rel=1e-12)
        assert log == pytest.approx(expected[t, k], abs=1e-9)
        assert_nats(flow.log_singular_values(t, k), expected[t : t + 1, k])


def one_unit(simple, activation, z, w=1.0):
    """One unit whose every net input is z."""
    net = simple([[w]], activation, U=[[1.0]])
    x, s = [], 0.0
    for _ in range(3):
        x.append(z - w * s)
        s = float(net.forward([[x[-1]]], s0=[s]).s[1, 0])
    return net.forward(np.array(x)[:, None])


@pytest.mark.parametrize(
    ("activation", "z"),
    [("sigmoid", sign * z) for sign in (1, -1) for z in (700.0, 708.5, 712.0, 730.25, 744.9, 745.2, 746.0, 760.0)]
    + [("tanh", sign * z) for sign in (1, -1) for z in (350.0, 354.5, 356.0, 370.3, 372.6, 373.1, 375.0, 380.0)],
)
@pytest.mark.parametrize("w", [1.0, -1e9])
def test_slopes_about_the_end_of_float64_have_all_their_digits(activation, z, w, simple):
    trace = one_unit(simple, activation, z, w)
    exact = Exact(40)
    assert_every_reading(trace, exact.all_log_norms(exact.simple_factors(trace.network, trace.z)))


@pytest.mark.parametrize("n", [1, 3, 48])
@pytest.mark.parametrize("w", [1e-309, 3e-320, 5e-324, 1e-200, 1e200, 1.5e308])
def test_linear_network_with_the_smallest_and_the_largest_weights_is_exact(n, w, simple):
    trace = simple(w * np.eye(n)).forward(np.zeros((4, 1)))
    t, k = np.indices((5, 5))
    with mpmath.workdps(30):
        log_w = float(mpmath.log(mpmath.mpf(w)))
    expected = np.where(t < k, np.nan, (t - k) * log_w)
    flow = gradient_flow(trace)
    assert_nats(flow.log_norm, expected + 0.5 * np.log(n))
    assert_nats(flow.log_spectral_norm(), expected)
    assert_nats(flow.log_singular_values(4, 0), np.full(n, expected[4, 0]))
    assert flow.unsure == 0


def test_smallest_gain_there_is_does_not_overflow():
    net = Network.random(cell="rnn", activation="tanh", inputs=1, hidden=1, outputs=1, init="identity", gain=5e-324)
    log_norm = gradient_flow(net.forward(np.ones((3, 1)))).log_norm
    assert log_norm[1, 0] == pytest.approx(np.log(5e-324) + 2 * -np.log(np.cosh(net.U[0, 0])), abs=1e-9)
    assert np.isfinite(log_norm[np.tril_indices(4)]).all()


def gates(cell, **biases):
    """One unit of a gated cell that reads nothing but its biases."""
    order = {"lstm": "ifgo", "gru": "rzn"}[cell]
    b = [biases.get(gate, 0.0) for gate in order]
    return Network.from_arrays(cell=cell, U=np.zeros((len(order), 1)), W=np.zeros((len(order), 1)), b=b)


@pytest.mark.parametrize("z", [-700.0, -709.0, -720.5, -744.0, -745.5, -760.0])
def test_gates_about_the_end_of_float64_have_all_their_digits(z):
    """A shut gate is its own Jacobian: σ(z)^lag, for z_f of the LSTM's cell and for z_z of the GRU."""
    x = np.zeros((3, 1))
    lstm = gradient_flow(gates("lstm", f=z, o=-800.0).forward(x))
    gru = gradient_flow(gates("gru", z=z).forward(x))
    for t in range(4):
        for k in range(t):
            assert lstm.log_norm[t, k] == pytest.approx(z * (t - k), abs=1e-9)
            assert gru.log_norm[t, k] == pytest.approx(z * (t - k), abs=1e-9)
            assert gru.product(t, k)[1] == pytest.approx(z * (t - k), abs=1e-9)
            assert lstm.log_singular_values(t, k)[0] == pytest.approx(z * (t - k), abs=1e-9)
    assert split_paths(gates("gru", z=z).forward(x), 3, 0).direct[0] == pytest.approx(3 * z, abs=1e-9)


@pytest.mark.parametrize(("cell", "gate"), [("lstm", "f"), ("gru", "z")])
@pytest.mark.parametrize("z", [-300.0, -380.0, -720.0, -900.0])
def test_terms_of_the_gradient_behind_shut_gates_lose_the_gate_at_each_step(cell, gate, z):
    """Nothing else reads the state: δ_{t,k−1} = σ(z) δ_{t,k} from the second step back."""
    trace = gates(cell, **{gate: z, "g": 0.5, "n": 0.5}).forward(np.zeros((5, 1)))
    log_delta = bptt(trace, np.zeros(5), "squared_error").log_delta
    for t in range(2, 5):
        np.testing.assert_allclose(log_delta[t, : t - 1] - log_delta[t, 1:t], z, rtol=1e-12)


@pytest.mark.parametrize("z", [-712.0, -740.0, -745.5])
def test_shut_gate_of_the_gru_is_exact_where_a_large_weight_reads_it(z):
    """J = u + (h' − n) u(1−u) w: the weight lifts what the gate shuts back among the numbers."""
    net = Network.from_arrays(cell="gru", U=np.zeros((3, 1)), W=[[0.0], [1e12], [0.0]], b=[0.0, z, 0.5])
    # The gate reads nothing of the state that it is itself moved by.
    trace = net.forward(np.zeros((1, 1)), s0=[0.0])
    expected = z + np.log(abs(1.0 - np.tanh(0.5) * 1e12))
    assert gradient_flow(trace).log_norm[1, 0] == pytest.approx(expected, abs=1e-9)


def test_identity_network_whose_state_overflows_has_its_gradients(simple):
    """J = W whatever the state is: here no number any more."""
    W = np.array([[1.5, -1.2], [1.1, 1.3]])
    quiet, loud = (gradient_flow(simple(W).forward(np.zeros((30, 1)), s0=[s0, s0])) for s0 in (0.0, 1e308))
    assert np.isnan(loud.trace.s[-1]).all()
    np.testing.assert_array_equal(loud.log_norm, quiet.log_norm)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_net_inputs_beyond_float64_leave_a_slope_that_is_not_zero(activation, simple):
    trace = simple([[0.5]], activation, U=[[1e10]]).forward(np.full((3, 1), 1e300))
    assert np.isinf(trace.z).all()
    flow = gradient_flow(trace)
    assert np.isfinite(flow.log_norm[np.tril_indices(4)]).all()
    assert (flow.log_norm[np.tril_indices(4, -1)] < -1e303).all()


def test_jacobian_beyond_float64_is_made_of_its_logarithms():
    """LSTM with c = 1e308: ∂c/∂h = c σ'(z_f) W_f leaves float64."""
    net = Network.from_arrays(cell="lstm", U=np.zeros((4, 1)), W=[[0.0], [900.0], [0.0], [0.0]])
    trace = net.forward(np.zeros((1, 1)), s0=[0.0, 1e308])
    assert not np.isfinite(trace.jacobians()).all()
    flow = gradient_flow(trace)
    assert flow.log_norm[1, 0] == pytest.approx(np.log(1e308) + np.log(900.0 / 4.0), abs=1e-9)
    assert flow.product(1, 0)[1] == pytest.approx(flow.log_norm[1, 0], abs=1e-9)


@pytest.mark.parametrize(
    ("W", "b"),
    [
        # Unit 2 is shut; the next step reads nothing else, or reads it and another alike.
        ([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]], [0.0, 390.0, 0.0]),
        ([[0.0, 1.0], [1.0, 0.3]], [0.0, 410.0]),
        ([[0.2, 1.0, 0.5], [1.0, 0.3, -0.4], [0.1, -0.7, 0.6]], [0.0, 200.0, 450.0]),
    ],
)
def test_spectrum_is_exact_where_shut_units_feed_open_ones(W, b, simple):
    trace = simple(W, "tanh", b=b).forward(np.zeros((4, 1)))
    exact = Exact(2500)
    J = exact.simple_factors(trace.network, trace.z)
    flow = gradient_flow(trace)
    for t, k in ((2, 0), (4, 1)):
        expected = exact.log_singular_values(exact.product(J, t, k))
        assert_nats(flow.log_singular_values(t, k), expected)


@pytest.mark.parametrize("z", [370.0, 380.0, 500.0, 700.0])
def test_spectrum_of_all_but_the_identity_is_that_of_the_identity(z):
    """An open gate keeps the state: J = I and e^−z beside it, whose square is below float64."""
    net = Network.random(cell="gru", inputs=1, hidden=3, outputs=1, seed=0)
    b = np.array(net.b)
    b[net.hidden : 2 * net.hidden] = z
    trace = Network.from_arrays(cell="gru", U=net.U, W=net.W, b=b).forward(np.zeros((4, 1)))
    np.testing.assert_allclose(gradient_flow(trace).log_singular_values(4, 0), np.zeros(3), atol=1e-12)


def test_double_double_products_keep_steps_of_any_size():
    """W² of W = 1e-200 [[1, 1], [−1, −1 + 1e-12]] cancels to twelve digits, at e^−921."""
    W = 1e-200 * np.array([[1.0, 1.0], [-1.0, -1.0 + 1e-12]])
    exact = Exact(60)
    twice = exact.product(exact.factors(np.array([W, W])), 2, 0)
    with np.errstate(all="ignore"):
        found = DoubleDouble.start(1, np.eye(2)).before(W, Signed.of(W)).before(W, Signed.of(W))
    assert found.log_norm()[0] == pytest.approx(exact.log_frobenius(twice), abs=1e-9)
    assert found.relative_error()[0] < 1e-9


@pytest.mark.parametrize("size", [5e-324, 1e-309, 1e-200, 1e-162, 1.0, 1e154, 1e200, 5e307])
def test_norms_are_right_over_all_of_float64(size):
    vector = size * np.array([3.0, 0.0, -3.0, 2.0])
    with mpmath.workdps(40):
        expected = mpmath.sqrt(sum(mpmath.mpf(float(entry)) ** 2 for entry in vector))
        # The least number of all has no digits to be right to.
        assert norm(vector) == pytest.approx(float(expected), rel=1e-14, abs=5e-324)
        assert norms(vector[None])[0] == norm(vector)
        assert float(log_norms(vector)) == pytest.approx(float(mpmath.log(expected)), abs=1e-12)
        direction, log = unit(vector)
        assert log == pytest.approx(float(mpmath.log(expected)), abs=1e-12)
    assert np.linalg.norm(direction) == pytest.approx(1.0, rel=1e-14)


def test_norm_of_zeros_is_zero_of_infinity_infinite_and_of_nan_nan():
    assert norm(np.zeros(3)) == 0.0
    assert norm(np.array([1.0, -np.inf])) == np.inf
    assert np.isnan(norm(np.array([1.0, np.nan, np.inf])))
    assert unit(np.zeros(2))[1] == -np.inf


def test_power_of_two_may_lie_beyond_float64():
    values = np.array([5e-324, 1.5, 0.0])
    np.testing.assert_array_equal(times_power_of_two(values, np.array([1074.0, -1074.0, 2000.0])), [1.0, 1e-323, 0.0])


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("z", [-160.0, -300.0, -380.0, -712.0, -800.0])
def test_nudge_behind_shut_units_has_its_logarithm_and_follows_the_jacobians(activation, z, simple):
    """Where e^z is nothing beside one, σ(z + d) − σ(z) = e^z (e^d − 1), and tanh(z + d) − tanh(z) = 2 e^2z (e^2d − 1)."""
    found = nudge(simple([[1.0]], activation, b=[z]).forward(np.zeros((4, 1))), 0, 0, 0.01)
    # Later changes are too small to be anything but linear; the state is −1 or 0.
    if activation == "tanh":
        first, later = np.log(2.0) + 2.0 * z + np.log(np.expm1(0.02)), np.log(4.0) + 2.0 * (z - 1.0)
    else:
        first, later = z + np.log(np.expm1(0.01)), z
    np.testing.assert_allclose(found.log_true[1:], first + later * np.arange(4), rtol=1e-12)
    assert found.breaks(0.02) is None
    assert (found.deviation[1:] > 1e-3).all()


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_nudge_of_a_gated_cell_is_that_of_a_second_run_with_many_digits(cell):
    """Gates thrown from rail to rail; the change is lost in the states of float64, not in itself."""
    rng = np.random.default_rng(4)
    G = {"lstm": 4, "gru": 3}[cell]
    net = Network.from_arrays(cell=cell, U=150.0 * rng.normal(size=(2 * G, 1)), W=3.0 * rng.normal(size=(2 * G, 2)))
    trace = net.forward(rng.normal(size=(6, 1)))
    found = nudge(trace, 0, 0, 0.25)
    with mpmath.workdps(200):
        start = [mpmath.mpf(0)] * trace.width
        first, second = (run(net, trace.x, [start[0] + by, *start[1:]]) for by in (mpmath.mpf(0), mpmath.mpf("0.25")))
        for t in range(7):
            size = mpmath.sqrt(sum((a - b) ** 2 for a, b in zip(first[t], second[t], strict=True)))
            assert found.log_true[t] == pytest.approx(float(mpmath.log(size)), abs=1e-9)


def run(net, x, s):
    """The states of a gated network in mpmath, by the equations of domain.md."""
    n, states = net.hidden, [s]

    def sigma(z):
        return 1 / (1 + mpmath.exp(-z))

    for x_t in x:
        h = s[:n]
        read = [sum(mpmath.mpf(w) * v for w, v in zip(row, h, strict=True)) for row in net.W.tolist()]
        drive = [mpmath.mpf(float(u[0])) * mpmath.mpf(float(x_t[0])) for u in net.U]
        z = [a + b for a, b in zip(drive, read, strict=True)]
        if net.cell == "lstm":
            c = [sigma(z[n + i]) * s[n + i] + sigma(z[i]) * mpmath.tanh(z[2 * n + i]) for i in range(n)]
            s = [sigma(z[3 * n + i]) * mpmath.tanh(c[i]) for i in range(n)] + c
        else:
            new = [mpmath.tanh(drive[2 * n + i] + sigma(z[i]) * read[2 * n + i]) for i in range(n)]
            s = [sigma(-z[n + i]) * new[i] + sigma(z[n + i]) * h[i] for i in range(n)]
        states.append(s)
    return states
