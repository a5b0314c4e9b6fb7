"""Who killed it: the split of a product's norm into weights and slopes, or into cell path and gates."""

import numpy as np
import pytest

from explorer.engine import BadNetwork, Network, Refusal, attribute, gradient_flow, split_paths

from .reference import Exact, assert_nats, logarithm, plain_products

SIMPLE = [("rnn", "tanh"), ("rnn", "sigmoid"), ("rnn", "identity")]


@pytest.mark.parametrize("kind_", SIMPLE, ids="-".join)
@pytest.mark.parametrize("gain", [0.6, 2.0, 50.0])
def test_weights_and_slopes_add_up_to_every_change_of_the_log_norm(kind_, gain, random_trace):
    trace = random_trace(kind_, steps=20, gain=gain)
    row = gradient_flow(trace).log_norm[3:, 3]
    split = attribute(trace, 20, 3)
    assert split.weights.shape == split.slopes.shape == (17,)
    np.testing.assert_allclose(split.weights + split.slopes, np.diff(row), rtol=0, atol=2e-9)


def test_weights_part_is_what_W_does_before_the_derivative(random_trace):
    trace = random_trace(("rnn", "tanh"), steps=9, gain=1.5)
    split = attribute(trace, 9, 2)
    P = np.eye(6)
    for i, J in enumerate(trace.jacobians()[2:]):
        WP = trace.network.W @ P
        assert split.weights[i] == pytest.approx(np.log(np.linalg.norm(WP) / np.linalg.norm(P)), abs=1e-12)
        assert split.slopes[i] == pytest.approx(np.log(np.linalg.norm(J @ P) / np.linalg.norm(WP)), abs=1e-12)
        P = J @ P / np.linalg.norm(J @ P)


@pytest.mark.parametrize("kind_", SIMPLE, ids="-".join)
def test_losses_of_the_units_add_up_to_what_the_slopes_took(kind_, random_trace):
    split = attribute(random_trace(kind_, steps=15, gain=2.0), 15, 1)
    np.testing.assert_allclose(split.unit_loss.sum(axis=1), -np.expm1(2 * split.slopes), rtol=0, atol=1e-12)
    assert (split.unit_loss >= 0).all()


def test_slopes_of_a_linear_network_take_nothing(random_trace):
    split = attribute(random_trace(("rnn", "identity")), 10, 0)
    np.testing.assert_allclose(split.slopes, 0.0, atol=1e-13)
    np.testing.assert_allclose(split.unit_loss, 0.0, atol=1e-13)


def test_orthogonal_weights_neither_give_nor_take(random_trace):
    split = attribute(random_trace(("rnn", "tanh"), init="orthogonal", gain=1.0), 10, 0)
    np.testing.assert_allclose(split.weights, 0.0, atol=1e-12)
    assert (split.slopes < 0).all()


def test_a_dead_unit_takes_its_whole_share(simple):
    """Two units with equal rows, one of them dead: half of ‖WP‖² goes, ½ ln ½ in nats."""
    trace = simple(np.ones((2, 2)), "relu", b=[1.0, -99.0]).forward(np.zeros((1, 1)))
    split = attribute(trace, 1, 0)
    np.testing.assert_allclose(split.unit_loss, [[0.0, 0.5]], atol=1e-14)
    np.testing.assert_allclose(split.slopes, [0.5 * np.log(0.5)], atol=1e-14)


def test_slopes_that_underflow_are_attributed_in_full(simple):
    trace = simple(np.eye(2), "tanh", U=np.ones((2, 1))).forward(np.full((3, 1), 900.0))
    exact = Exact()
    log_slope = [exact.log(exact.slope("tanh")(exact.mp.mpf(z))) for z in trace.z[:, 0]]
    np.testing.assert_allclose(attribute(trace, 3, 0).slopes, log_slope, rtol=0, atol=1e-9)


def test_attribution_is_undefined_from_a_true_zero_on(simple):
    trace = simple(np.eye(3, k=-1)).forward(np.zeros((6, 1)))
    split = attribute(trace, 6, 0)
    assert np.isfinite(split.weights[:2]).all()
    assert np.isneginf(split.weights[2]) or np.isnan(split.weights[2])
    assert np.isnan(split.weights[3:]).all()
    assert np.isnan(split.slopes[3:]).all()


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
    np.testing.assert_allclose(split.total, gradient_flow(trace).log_norm[2:, 2], rtol=0, atol=1e-9)


def test_direct_path_of_an_lstm_multiplies_its_forget_gates(random_trace):
    """Gates held fixed: c → c is diag Π f, and h → c, h → h are nothing."""
    trace = random_trace(("lstm", "tanh"), hidden=4, steps=12)
    forget, output = (1 / (1 + np.exp(-trace.z[:, 4 * i : 4 * i + 4])) for i in (1, 3))
    c = trace.s[:, 4:]
    split = split_paths(trace, 12, 3)
    for j in range(4, 13):
        keep = np.prod(forget[3:j], axis=0)
        read = output[j - 1] / np.cosh(c[j]) ** 2 * keep
        assert split.direct[j - 3] == pytest.approx(0.5 * np.log(np.sum(keep**2 + read**2)), abs=1e-12)


def test_direct_path_of_a_gru_multiplies_its_update_gates(random_trace):
    trace = random_trace(("gru", "tanh"), hidden=4, steps=12)
    update = 1 / (1 + np.exp(-trace.z[:, 4:8]))
    split = split_paths(trace, 12, 3)
    for j in range(3, 13):
        expected = logarithm(np.linalg.norm(np.prod(update[3:j], axis=0)))
        assert split.direct[j - 3] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gate_paths_are_what_the_direct_path_leaves_over(cell, random_trace):
    trace = random_trace((cell, "tanh"), hidden=3, steps=8, gain=0.8)
    whole = plain_products(trace.jacobians())
    direct = plain_products(np.stack(list(trace.walk(0, trace.steps, direct=True))))
    rest = logarithm(np.linalg.norm(whole[2:, 2] - direct[2:, 2], axis=(1, 2)))
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
    assert split.gates[-1] > -50
    assert split.direct[-1] == pytest.approx(-1200.0, abs=3.0)
