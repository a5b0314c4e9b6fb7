"""Real-time recurrent learning gives the numbers of backpropagation, forward in time."""

import numpy as np
import pytest

from explorer.engine import Layer, Network, bptt, rtrl
from explorer.engine.errors import BadNetwork

from ..gradients import CASES, LOSSES, PLACES, assert_gradients, case_name, network_of, random_targets

WHOLE = [case for case in CASES if not case["chunk"]]


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("at", PLACES)
def test_gradients_forward_are_gradients_backward(activation, loss, at, random_trace):
    trace = random_trace(("rnn", activation), steps=15)
    targets = random_targets(trace, loss, at)
    forward, backward = rtrl(trace, targets, loss, at), bptt(trace, targets, loss, at)
    assert_gradients(forward, backward)
    assert forward.loss == backward.loss
    np.testing.assert_array_equal(forward.losses, backward.losses)


@pytest.mark.parametrize("case", WHOLE, ids=case_name)
def test_gradients_are_those_of_autograd(case):
    gradient = rtrl(network_of(case).forward(case["x"], s0=case["s0"]), case["targets"], case["loss"], case["at"])
    for name, value in case["gradients"].items():
        scale = max(1.0, np.abs(value).max())
        np.testing.assert_allclose(getattr(gradient, name), np.array(value), rtol=0, atol=1e-11 * scale)


def test_memory_does_not_grow_with_the_sequence_and_that_of_bptt_does(random_trace):
    short, long = (random_trace(("rnn", "tanh"), steps=T) for T in (10, 100))
    classes = np.zeros(100, dtype=int)
    assert rtrl(short, classes[:10]).bytes == rtrl(long, classes).bytes
    assert bptt(long, classes).bytes > 9 * bptt(short, classes[:10]).bytes


def test_work_grows_with_the_fourth_power_of_the_units_and_that_of_bptt_with_the_second(random_trace):
    small, large = (random_trace(("rnn", "tanh"), hidden=n, steps=3) for n in (64, 128))
    classes = np.zeros(3, dtype=int)
    assert rtrl(large, classes).operations / rtrl(small, classes).operations == pytest.approx(16, rel=0.1)
    assert bptt(large, classes).operations / bptt(small, classes).operations == pytest.approx(4, rel=0.1)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("at", PLACES)
def test_gated_cells_learn_forward_in_time(cell, at, random_trace):
    trace = random_trace((cell, "tanh"), steps=15)
    targets = random_targets(trace, "cross_entropy", at)
    assert_gradients(rtrl(trace, targets, at=at), bptt(trace, targets, at=at))


@pytest.mark.parametrize("cell", ["mgu", "mingru", "lru", "slstm", "mist"])
def test_any_cell_learns_forward_as_it_learns_back(cell):
    net = Network.random(layers=[Layer(cell, 4)], inputs=2, outputs=3)
    trace = net.forward(np.random.default_rng(1).standard_normal((5, 2)))
    ahead, back = rtrl(trace, [0, 1, 2, 0, 1]), bptt(trace, [0, 1, 2, 0, 1])
    for name, array in back.parameters.items():
        np.testing.assert_allclose(ahead.parameters[name], array, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(ahead.x, back.x, rtol=1e-9, atol=1e-12)


def test_network_of_several_chains_is_refused():
    net = Network.random(layers=[Layer("rnn", 4, direction="both")], inputs=2, outputs=3)
    with pytest.raises(BadNetwork, match="several chains"):
        rtrl(net.forward(np.ones((5, 2))), 0, at="last")
