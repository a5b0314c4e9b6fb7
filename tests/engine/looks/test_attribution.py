"""Who killed it: the split of a product's norm into weights and slopes."""

import math

import numpy as np
import pytest

from explorer.engine import BadNetwork, Layer, Network, Recurrence, Refusal, attribute, gradient_flow, split_paths
from explorer.engine.looks.attribution import _graded_columns, _plain_columns
from explorer.engine.signed import Signed
from tests.shipped import VARIETY

from ..reference import Exact

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


@pytest.mark.parametrize("name", [name for name in VARIETY if name != "rnn"])
def test_where_no_one_matrix_makes_J_that_is_said(name):
    trace = Network.random(layers=[Layer(name, 3)], inputs=2, outputs=1).forward(np.ones((4, 2)))
    with pytest.raises(BadNetwork, match="one matrix of weights; split the gradient by path"):
        attribute(trace, 3, 0)


def split_in_order(trace, t):
    """Return the logs of what derivative and weights do to P, with J_j = D_j W_j given apart, by plain products."""
    slopes, weights = trace.only.motion.slopes_and_weights()
    P, found = np.eye(trace.width), []
    for j in range(t - 1, -1, -1):
        PD = P * slopes.value()[j]
        after = PD @ weights[j]
        sizes = [np.linalg.norm(one) for one in (P, PD, after)]
        found.insert(0, np.log([sizes[1] / sizes[0], sizes[2] / sizes[1]]))
        P = after
    return np.array(found).T


ONE_MATRIX = {
    "cell of one's own whose slope changes its sign": {
        "layers": [Layer(Recurrence.parse("h = sin(3 * (W @ h) + U @ x)"), 4)]
    },
    "turned matrix": {"layers": [Layer(Recurrence.parse("h = softsign(W.T @ h + U @ x)"), 4)]},
    "deep feed-forward network": {"layers": [Layer("rnn", 4, steps=6)]},
    "encoder and decoder": {"layers": [Layer("rnn", 4)], "decoder": [Layer("rnn", 4, activation="sigmoid")]},
    "backward": {"layers": [Layer("rnn", 4, "backward")]},
}
"""Networks whose J is a derivative times one matrix."""


@pytest.mark.parametrize("name", ONE_MATRIX)
def test_wherever_J_is_a_derivative_times_one_matrix_it_is_split(name):
    network = Network.random(inputs=2, outputs=1, seed=2, **ONE_MATRIX[name])
    trace = network.forward(np.random.default_rng(0).normal(size=(6, 2)), seam=3 if network.decoder else None)
    pair = (0, 6) if trace.only.chain.backward else (6, 0)
    split = attribute(trace, *pair)
    slopes, weights = split_in_order(trace, 6)
    np.testing.assert_allclose(split.slopes, slopes, rtol=0, atol=1e-12)
    np.testing.assert_allclose(split.weights, weights, rtol=0, atol=1e-12)
    assert split.slopes.sum() + split.weights.sum() == pytest.approx(gradient_flow(trace).log_gain[pair], abs=1e-9)
    found = trace.only.motion.slopes_and_weights()
    graded = _graded_columns(found[0], found[1])
    np.testing.assert_allclose(graded, _plain_columns(found[0], found[1]), rtol=0, atol=1e-12)


def test_what_slopes_take_out_of_reach_is_left_to_logarithms_although_weights_bring_it_back():
    rng = np.random.default_rng(0)
    slopes = rng.uniform(0.1, 1.0, (2, 4)) * np.array([[1e-300], [1e-19]])
    weights = [rng.standard_normal((4, 4)) * scale for scale in (1e250, 1.0)]
    found = _plain_columns(Signed.of(slopes), weights)
    assert found is None
