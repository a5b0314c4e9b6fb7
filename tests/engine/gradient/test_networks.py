"""Gradients of any network: every cell, several layers, both directions, uneven lengths, and that all of it learns."""

from itertools import islice

import numpy as np
import pytest

from explorer.engine import (
    Batch,
    Examples,
    Input,
    Layer,
    Moment,
    Network,
    Settings,
    bptt,
    bptt_batch,
    evaluate,
    forward_batch,
    train,
)

from ...shipped import DERIVABLE, VARIETY

X = np.random.default_rng(0).standard_normal((6, 3))
CLASSES = [0, 1, 0, 1, 1, 0]
MIXED = (
    Layer("lstm", 4),
    Layer("mgu", 5),
    Layer("gru", 3, direction="both"),
    Layer("rnn", 6, direction="backward"),
    Layer("rnn", 6, skip="residual"),
)
NETWORKS = {name: (Layer(name, 4),) for name in DERIVABLE} | {"mixed": MIXED}
KINDS = (*VARIETY, "mixed")


@pytest.fixture(params=NETWORKS, name="net")
def network(request):
    return Network.random(layers=NETWORKS[request.param], inputs=3, outputs=2, seed=3)


def loss_of(net, x, targets, at):
    """The loss alone, by the way forward of batches, whose mean it is."""
    return np.size(targets) * evaluate(net, Examples([x], [targets], at=at)).loss


def slope(loss, direction, width=1e-4):
    """Central difference of the fourth order along a direction."""
    points = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
    return sum(weight * loss(step * width * direction) for step, weight in points) / width


@pytest.mark.parametrize(
    ("net", "targets", "at"),
    [(name, CLASSES, "every") for name in NETWORKS] + [(name, 1, at) for name in KINDS for at in ("last", "mean")],
    indirect=["net"],
)
def test_gradients_are_the_differences_of_the_loss(net, targets, at):
    rng, found = np.random.default_rng(1), bptt(net.forward(X), targets, at=at)
    assert found.loss == pytest.approx(loss_of(net, X, targets, at), rel=1e-12)
    for name, array in net.parameters.items():
        direction = rng.standard_normal(array.shape)

        def loss(by, name=name, array=array):
            return loss_of(net.with_parameters({name: array + by}), X, targets, at)

        assert np.vdot(found.parameters[name], direction) == pytest.approx(slope(loss, direction), rel=1e-5, abs=1e-8)
    direction = rng.standard_normal(X.shape)
    moved = slope(lambda by: loss_of(net, X + by, targets, at), direction)
    assert np.vdot(found.x, direction) == pytest.approx(moved, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("cut", [{}, {"window": 2}, {"chunk": 2}])
def test_batch_of_uneven_sequences_adds_up_its_sequences(net, cut):
    xs, classes = [X, X[:4], X[2:4]], [0, 1, 0]
    found = bptt_batch(forward_batch(net, Batch.of(net, xs, classes, at="last")), **cut)
    alone = [bptt(net.forward(x), a, at="last", **cut) for x, a in zip(xs, classes, strict=True)]
    for name, array in found.parameters.items():
        np.testing.assert_allclose(array, sum(one.parameters[name] for one in alone), rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(found.x[:4, 1], alone[1].x, rtol=1e-10, atol=1e-13)
    assert not found.x[4:, 1].any()


def test_gradients_carry_the_names_of_the_weights(net):
    found = bptt(net.forward(X), CLASSES)
    assert {name: array.shape for name, array in found.weights.items()} == {
        name: array.shape for name, array in net.weights.items()
    }


@pytest.mark.parametrize("net", KINDS, indirect=True)
def test_what_fits_six_sequences_is_learnt(net):
    examples = Examples([X, X[::-1], X[:3]] * 2, [0, 1, 0] * 2, at="last")
    first = Moment.first(net)
    *_, last = islice(train(first, examples, Settings(rate=0.03, batch=6)), 40)
    assert last.step == 40
    assert evaluate(last.network, examples).loss < evaluate(net, examples).loss


def test_weights_that_a_cell_keeps_still_are_not_moved():
    net = Network.random(cell="mist", inputs=3, hidden=4, outputs=2)
    examples = Examples([X], [0], at="last")
    (after,) = islice(train(Moment.first(net), examples, Settings(rate=0.1)), 1)
    moved = {name for name, array in after.network.parameters.items() if (array != net.parameters[name]).any()}
    assert not any(name.startswith("1/e_") for name in moved)
    assert "1/W" in moved


def test_families_learn_together():
    net = Network.random(cell="mgu", inputs=3, hidden=4, outputs=2)
    (after,) = islice(train(Moment.first(net), Examples([X], [0], at="last"), Settings(rate=0.1, learn=("U",))), 1)
    moved = {name for name, array in after.network.parameters.items() if (array != net.parameters[name]).any()}
    assert moved == {"1/U_f", "1/U_n"}


def test_batches_of_single_precision_stay_so(net):
    found = bptt_batch(forward_batch(net, Batch.of(net, [X, X[:4]], [0, 1], at="last", dtype=np.float32)))
    assert {array.dtype for array in found.parameters.values()} == {np.dtype(np.float32)}
    exact = bptt_batch(forward_batch(net, Batch.of(net, [X, X[:4]], [0, 1], at="last")))
    for name, array in found.parameters.items():
        np.testing.assert_allclose(array, exact.parameters[name], rtol=1e-3, atol=1e-4)


def test_encoder_and_decoder_learn_as_one():
    layers = [Layer("lstm", 4)]
    net = Network.random(layers=layers, decoder=layers, inputs=3, outputs=2, seed=1)
    xs, seams = [X, X[:5], X[:3]], [3, 2, 1]
    given = [Input(x, seam) for x, seam in zip(xs, seams, strict=True)]
    found = bptt_batch(forward_batch(net, Batch.of(net, given, [1, 0, 1], at="last")))
    alone = [bptt(net.forward(x, seam=seam), a, at="last") for x, a, seam in zip(xs, [1, 0, 1], seams, strict=True)]
    for name, array in found.parameters.items():
        assert array.any()
        np.testing.assert_allclose(array, sum(one.parameters[name] for one in alone), rtol=1e-10, atol=1e-13)
