"""Sparse forcing: what is forced, and its gradient, which is that of the run as it was forced."""

import numpy as np
import pytest

from explorer.engine import (
    BadSettings,
    Batch,
    Examples,
    Layer,
    Moment,
    Network,
    Settings,
    bptt_batch,
    forward_batch,
    train,
)
from explorer.engine.learning.forcing import forced

LAYERS = {
    "rnn": [Layer("rnn", 5)],
    "lstm": [Layer("lstm", 5)],
    "mgu": [Layer("mgu", 5)],
    "stack": [Layer("lstm", 4), Layer("gru", 5)],
}


def given(lengths=(7, 4, 9)):
    rng = np.random.default_rng(0)
    xs, ys = ([rng.normal(size=(T, 2)) for T in lengths] for _ in range(2))
    # No target, nothing to force to.
    ys[0][2] = np.nan
    return xs, ys


def made(name):
    network = Network.random(layers=LAYERS[name], inputs=2, outputs=2, readout="identity", seed=1)
    return network, Batch.of(network, *given(), "squared_error", "every")


@pytest.mark.parametrize("name", LAYERS)
def test_gradient_of_a_forced_run_is_that_of_its_differences(name):
    network, batch = made(name)
    found = forced(network, batch, 3)
    rng = np.random.default_rng(1)
    way = {one: rng.normal(size=g.shape) for one, g in found.parameters.items()}

    def at(h):
        moved = {one: network.parameters[one] + h * d for one, d in way.items()}
        return forced(network.with_parameters(moved), batch, 3).loss

    wide, narrow = ((at(h) - at(-h)) / (2 * h) for h in (2e-4, 1e-4))
    expected = sum(np.vdot(g, way[one]) for one, g in found.parameters.items())
    assert (4 * narrow - wide) / 3 == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("name", LAYERS)
def test_forcing_that_never_comes_is_backpropagation(name):
    network, batch = made(name)
    found, free = forced(network, batch, 9), bptt_batch(forward_batch(network, batch))
    assert found.loss == pytest.approx(free.loss, rel=1e-13)
    for one, g in free.parameters.items():
        np.testing.assert_allclose(found.parameters[one], g, rtol=1e-10, atol=1e-13)


def test_a_readout_of_the_first_units_sets_them_and_leaves_the_others():
    """Unit 2 adds up what unit 1 was; forced to 5 after step 1, unit 1 gives 0.5·5 and unit 2 its own 1 and 5."""
    network = Network.from_arrays(
        activation="identity", U=[[1.0], [0.0]], W=[[0.5, 0.0], [1.0, 1.0]], V=[[1.0, 0.0]], c=[0.0], readout="identity"
    )
    batch = Batch.of(network, [[[1.0], [0.0], [0.0]]], [[[5.0], [0.0], [0.0]]], "squared_error", "every")
    np.testing.assert_allclose(forced(network, batch, 1).out[:, 0], [[1.0, 0.0], [2.5, 5.0], [0.0, 5.0]])


@pytest.mark.parametrize(
    ("layers", "outputs", "loss", "said"),
    [
        ([Layer("rnn", 4)], 2, "cross_entropy", "a squared error"),
        ([Layer("rnn", 4, direction="both")], 2, "squared_error", "no part of it"),
        ([Layer("lru", 4)], 2, "squared_error", "no part of it"),
        ([Layer("mist", 4)], 2, "squared_error", "reads more of what has been"),
        ([Layer("clockwork", 4)], 2, "squared_error", "reads more of what has been"),
        ([Layer("rnn", 2)], 3, "squared_error", "depend on each other"),
    ],
)
def test_what_cannot_be_forced_is_refused(layers, outputs, loss, said):
    network = Network.random(layers=layers, inputs=2, outputs=outputs, seed=1)
    x = np.zeros((4, 2))
    targets = [0] * 4 if loss == "cross_entropy" else np.zeros((4, outputs))
    with pytest.raises(BadSettings, match=said):
        forced(network, Batch.of(network, [x], [targets], loss, "every"), 2)


def test_training_descends_the_forced_loss():
    network, _ = made("rnn")
    examples = Examples(*given(), loss="squared_error", at="every")
    settings = Settings(optimiser="sgd", rate=0.5, clip="none", force=3, batch=3)
    moment = next(train(Moment.first(network), examples, settings))
    batch = examples.batch(network, 3, 0, 0)
    found = forced(network, batch, 3)
    assert moment.loss == pytest.approx(found.loss / batch.terms, rel=1e-14)
    np.testing.assert_allclose(moment.network.W, network.W - 0.5 * found.parameters["W"] / batch.terms, rtol=1e-12)
