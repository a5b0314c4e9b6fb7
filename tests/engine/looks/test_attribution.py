"""Who killed it: the split of a product's norm into weights and slopes, or into direct path and gates."""

import math

import numpy as np
import pytest

from explorer.engine import BadNetwork, Network, Refusal, attribute, gradient_flow, split_paths
from explorer.engine.looks.attribution import _graded_paths, _plain_paths

from ..reference import Exact, assert_nats, logarithm, plain_products

SIMPLE = [("rnn", "tanh"), ("rnn", "sigmoid"), ("rnn", "identity")]


@pytest.mark.parametrize("kind_", SIMPLE, ids="-".join)
@pytest.mark.parametrize("gain", [0.6, 2.0, 50.0])
def test_weights_and_slopes_add_up_to_every_change_of_the_log_norm(kind_, gain, random_trace):
    """The log norm changes along the row, from k = t down to k: the way that the gradient takes."""
    trace = random_trace(kind_, steps=20, gain=gain)
    row = gradient_flow(trace).log_norm[20, 3:]
    split = attribute(trace, 20, 3)
    assert split.weights.shape == split.slopes.shape == (17,)
    np.testing.assert_allclose(split.weights + split.slopes, -np.diff(row), rtol=0, atol=2e-9)


def test_derivative_acts_on_the_gradient_before_the_weights(random_trace):
    trace = random_trace(("rnn", "tanh"), steps=9, gain=1.5)
    split = attribute(trace, 9, 2)
    P, slope = np.eye(6), np.exp(trace.only.motion.terms()[0].coefficient.log)
    for i in range(6, -1, -1):
        PD = P * slope[2 + i]
        assert split.slopes[i] == pytest.approx(np.log(np.linalg.norm(PD) / np.linalg.norm(P)), abs=1e-12)
        after = PD @ trace.network.W
        assert split.weights[i] == pytest.approx(np.log(np.linalg.norm(after) / np.linalg.norm(PD)), abs=1e-12)
        P = after / np.linalg.norm(after)


def test_split_is_that_of_many_random_gradients_pulled_back(random_trace):
    """E‖vP‖² is ‖P‖_F² for v of independent normal entries: an orthonormal set of v is exact."""
    trace = random_trace(("rnn", "sigmoid"), steps=7, gain=3.0)
    split = attribute(trace, 7, 0)
    v, slope = (
        np.linalg.qr(np.random.default_rng(1).normal(size=(6, 6)))[0],
        np.exp(trace.only.motion.terms()[0].coefficient.log),
    )
    for j in range(7, 0, -1):
        slopes = 0.5 * np.log(((v * slope[j - 1]) ** 2).sum() / (v**2).sum())
        weights = 0.5 * np.log(((v * slope[j - 1] @ trace.network.W) ** 2).sum() / ((v * slope[j - 1]) ** 2).sum())
        assert (split.slopes[j - 1], split.weights[j - 1]) == pytest.approx((slopes, weights), abs=1e-11)
        v = v * slope[j - 1] @ trace.network.W


def test_two_units_split_by_hand(simple):
    """A sigmoid at zero has the slope ¼; W = [[0, 4], [0, 0]] then keeps one of two rows."""
    trace = simple(np.array([[0.0, 4.0], [0.0, 0.0]]), "sigmoid").forward(np.zeros((1, 1)))
    split = attribute(trace, 1, 0)
    # ‖I D‖ / ‖I‖ = ¼, ‖D W‖ / ‖D‖ = 1 / (√2/4).
    assert split.slopes[0] == pytest.approx(math.log(0.25), abs=1e-14)
    assert split.weights[0] == pytest.approx(math.log(4 / math.sqrt(2)), abs=1e-14)


@pytest.mark.parametrize("kind_", SIMPLE, ids="-".join)
def test_losses_of_the_units_add_up_to_what_the_slopes_took(kind_, random_trace):
    split = attribute(random_trace(kind_, steps=15, gain=2.0), 15, 1)
    np.testing.assert_allclose(split.unit_loss.sum(axis=1), -np.expm1(2 * split.slopes), rtol=0, atol=1e-12)
    assert (split.unit_loss >= 0).all()


def test_slopes_of_a_linear_network_take_nothing(random_trace):
    split = attribute(random_trace(("rnn", "identity")), 10, 0)
    np.testing.assert_allclose(split.slopes, 0.0, atol=1e-13)
    np.testing.assert_allclose(split.unit_loss, 0.0, atol=1e-13)


@pytest.mark.parametrize("dead", [3, 7, 10])
def test_step_that_kills_is_the_first_on_the_way_back_and_the_one_at_which_the_row_ends(dead, simple):
    """Two steps close every unit; the gradient never gets to the earlier one."""
    x = np.zeros((10, 1))
    x[[1, dead - 1]] = -9.0
    trace = simple(np.eye(3), "relu", U=np.ones((3, 1)), b=[1.0, 1.0, 1.0]).forward(x)
    row = gradient_flow(trace).log_norm[10]
    split = attribute(trace, 10, 0)
    assert np.flatnonzero(np.isneginf(row))[-1] == dead - 1
    assert np.flatnonzero(np.isneginf(split.slopes)).tolist() == [dead - 1]
    assert split.weights[dead - 1] == 0.0
    np.testing.assert_array_equal(split.slopes[dead:], 0.0)
    assert np.isnan(split.slopes[: dead - 1]).all()


def test_shares_of_weights_and_derivative_depend_on_the_direction_and_theirs_is_the_gradients(random_trace):
    """Over 600 steps of a saturating network, the split from k upward is another one."""
    trace = random_trace(("rnn", "tanh"), steps=600, gain=1.6, hidden=12)
    split = attribute(trace, 600, 0)
    P, weights = np.eye(12), 0.0
    for j in range(1, 601):
        WP = trace.network.W @ P
        weights += np.log(np.linalg.norm(WP) / np.linalg.norm(P))
        P = np.exp(trace.only.motion.terms()[0].coefficient.log[j - 1])[:, None] * WP
        P /= np.linalg.norm(P)
    assert abs(split.weights.sum() - weights) > 1.0
    total = gradient_flow(trace).log_gain[600, 0]
    assert split.weights.sum() + split.slopes.sum() == pytest.approx(total, abs=1e-8)


def test_orthogonal_weights_neither_give_nor_take(random_trace):
    split = attribute(random_trace(("rnn", "tanh"), init="orthogonal", gain=1.0), 10, 0)
    np.testing.assert_allclose(split.weights, 0.0, atol=1e-12)
    assert (split.slopes < 0).all()


def test_a_dead_unit_takes_its_whole_share(simple):
    """Two units, one of them dead: half of ‖P‖² goes, ½ ln ½ in nats."""
    trace = simple(np.ones((2, 2)), "relu", b=[1.0, -99.0]).forward(np.zeros((1, 1)))
    split = attribute(trace, 1, 0)
    np.testing.assert_allclose(split.unit_loss, [[0.0, 0.5]], atol=1e-14)
    np.testing.assert_allclose(split.slopes, [0.5 * np.log(0.5)], atol=1e-14)


def test_slopes_that_underflow_are_attributed_in_full(simple):
    trace = simple(np.eye(2), "tanh", U=np.ones((2, 1))).forward(np.full((3, 1), 900.0))
    exact = Exact()
    log_slope = [exact.log(exact.slope("tanh")(exact.mp.mpf(z))) for z in trace.z[:, 0]]
    np.testing.assert_allclose(attribute(trace, 3, 0).slopes, log_slope, rtol=0, atol=1e-9)


def test_shift_register_is_emptied_by_its_weights_and_the_steps_before_are_undefined(simple):
    trace = simple(np.eye(3, k=-1)).forward(np.zeros((6, 1)))
    split = attribute(trace, 6, 0)
    np.testing.assert_allclose(split.weights[4:], 0.5 * np.log([1 / 2, 2 / 3]), atol=1e-14)
    assert np.isneginf(split.weights[3])
    assert np.isnan(split.weights[:3]).all()
    assert np.isnan(split.slopes[:3]).all()


@pytest.mark.parametrize("scale", [1e-170, 1e-300, 1e170])
def test_weights_that_square_out_of_range_are_attributed_exactly(scale, simple):
    W = np.diag([1.0, scale])
    trace = simple(W, "relu", b=[-1.0, 1.0]).forward(np.zeros((3, 1)))
    split = attribute(trace, 3, 0)
    np.testing.assert_allclose(split.weights, np.log(scale), atol=1e-9)
    assert split.slopes.sum() == pytest.approx(0.5 * np.log(0.5), abs=1e-12)


def test_attribution_of_the_empty_product_is_empty(random_trace):
    split = attribute(random_trace(("rnn", "tanh")), 4, 4)
    assert split.weights.shape == split.slopes.shape == (0,)


@pytest.mark.parametrize("pair", [(2, 3), (99, 0), (3, -1)])
def test_attribution_of_a_pair_that_is_not_there_is_refused(pair, random_trace):
    with pytest.raises(Refusal):
        attribute(random_trace(("rnn", "tanh")), *pair)
    with pytest.raises(Refusal):
        split_paths(random_trace(("lstm", "tanh")), *pair)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gated_cells_are_not_split_into_weights_and_slopes(cell, random_trace):
    with pytest.raises(BadNetwork):
        attribute(random_trace((cell, "tanh")), 3, 0)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_total_of_the_path_split_is_the_flow(cell, random_trace):
    trace = random_trace((cell, "tanh"), steps=25)
    split = split_paths(trace, 25, 2)
    np.testing.assert_allclose(split.total, gradient_flow(trace).log_norm[25, 2:], rtol=0, atol=1e-9)


def test_direct_path_of_an_lstm_multiplies_its_forget_gates(random_trace):
    """Gates held fixed: c → c is diag Π f, and h → c, h → h are nothing."""
    trace = random_trace(("lstm", "tanh"), hidden=4, steps=12)
    forget, output = (1 / (1 + np.exp(-trace.z[:, 4 * i : 4 * i + 4])) for i in (1, 3))
    c = trace.s[:, 4:]
    split = split_paths(trace, 12, 3)
    for j in range(3, 12):
        keep = np.prod(forget[j:12], axis=0)
        read = output[11] / np.cosh(c[12]) ** 2 * keep
        assert split.direct[j - 3] == pytest.approx(0.5 * np.log(np.sum(keep**2 + read**2)), abs=1e-12)


def test_direct_path_of_a_gru_multiplies_its_update_gates(random_trace):
    trace = random_trace(("gru", "tanh"), hidden=4, steps=12)
    update = 1 / (1 + np.exp(-trace.z[:, 4:8]))
    split = split_paths(trace, 12, 3)
    for j in range(3, 13):
        expected = logarithm(np.linalg.norm(np.prod(update[j:12], axis=0)))
        assert split.direct[j - 3] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gate_paths_are_what_the_direct_path_leaves_over(cell, random_trace):
    trace = random_trace((cell, "tanh"), hidden=3, steps=8, gain=0.8)
    whole = plain_products(trace.jacobians())
    direct = plain_products(np.stack(list(trace.only.walk_back(trace.steps, 0, "direct")))[::-1])
    rest = logarithm(np.linalg.norm(whole[8, 2:] - direct[8, 2:], axis=(1, 2)))
    assert_nats(split_paths(trace, 8, 2).gates, rest, 1e-8)


def test_nothing_goes_through_the_gates_without_recurrent_weights():
    n = 3
    network = Network.from_arrays(cell="lstm", U=np.ones((4 * n, 1)), W=np.zeros((4 * n, n)))
    split = split_paths(network.forward(np.ones((6, 1))), 6, 0)
    assert np.isneginf(split.gates).all()


def test_cell_path_of_a_forgetful_lstm_is_a_number_beside_strong_gate_paths():
    """Forget gates of e^−10 over 120 steps: −1200 nats, while the gate paths carry on at about one."""
    n = 2
    b = np.repeat([6.0, -10.0, 0.0, 6.0], n)
    W = np.vstack([np.zeros((2 * n, n)), 1.5 * np.eye(n), np.zeros((n, n))])
    network = Network.from_arrays(cell="lstm", U=np.zeros((4 * n, 1)), W=W, b=b)
    trace = network.forward(np.zeros((120, 1)))
    split = split_paths(trace, 120, 0)
    assert split.gates[0] > -50
    assert split.direct[0] == pytest.approx(-1200.0, abs=3.0)


@pytest.mark.parametrize("bias", [-200.0, -400.0, -800.0])
def test_shut_forget_gates_leave_a_small_number_on_the_cell_path_and_no_zero(bias):
    """Without recurrent weights ∂c_t/∂c_k is σ(bias)^(t−k) = e^(bias (t−k)), also where a gate is below float64."""
    n = 2
    network = Network.from_arrays(
        cell="lstm", U=np.zeros((4 * n, 1)), W=np.zeros((4 * n, n)), b=np.repeat([0.0, bias, 0.0, 800.0], n)
    )
    split = split_paths(network.forward(np.zeros((5, 1))), 5, 1)
    # h reads c with slope one: √2 for the norm of both, √2 for two units.
    np.testing.assert_allclose(split.direct[:-1], bias * np.arange(4, 0, -1) + math.log(2.0), rtol=1e-12)
    np.testing.assert_allclose(split.total, split.direct, rtol=1e-12)
    assert np.isneginf(split.gates).all()


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_paths_on_scales_of_their_own_are_the_plain_ones(cell, random_trace):
    trace = random_trace((cell, "tanh"), hidden=4, steps=9)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain, graded = (paths(trace.only, 9, 1) for paths in (_plain_paths, _graded_paths))
    np.testing.assert_allclose(graded, plain, rtol=0, atol=1e-11)


def test_simple_cell_has_no_direct_path(random_trace):
    trace = random_trace(("rnn", "tanh"), steps=6)
    split = split_paths(trace, 6, 1)
    assert np.isneginf(split.direct[:-1]).all()
    np.testing.assert_allclose(split.gates[:-1], gradient_flow(trace).log_norm[6, 1:6], rtol=0, atol=1e-9)
