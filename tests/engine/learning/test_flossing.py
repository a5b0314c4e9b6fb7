"""Gradient flossing: closed forms, the exponents of another program part, and differences of the whole function."""

import numpy as np
import pytest

from explorer.engine import (
    Batch,
    Embedding,
    Examples,
    Input,
    Layer,
    Moment,
    Network,
    Settings,
    forward_batch,
    lyapunov_exponents,
    train,
)
from explorer.engine.learning.flossing import flossing, leading_exponents

from ...shipped import VARIETY

LENGTHS = (4, 6, 5)
STRUCTURES = {
    "both ways": ({"layers": [Layer("gru", 3, direction="both"), Layer("mgu", 4, direction="backward")]}, [{}] * 3),
    "a stack": ({"layers": [Layer("rnn", 4), Layer("lstm", 3)]}, [{}] * 3),
    "weights of each step": ({"layers": [Layer("mgu", 4, steps=7)]}, [{}] * 3),
    "seams": ({"layers": [Layer("mgu", 4)], "decoder": [Layer("mgu", 4)]}, [{"seam": s} for s in (2, 3, 2)]),
    "features": ({"layers": [Layer("rnn", 4, direction="both")], "features": 2}, [{"features": [0.5, 1.0]}] * 3),
}


def batch_of(network, given=({}, {}, {})):
    rng, words = np.random.default_rng(5), network.architecture.embedding
    xs = [rng.integers(0, words.vocabulary, T) if words else rng.normal(size=(T, 3)) for T in LENGTHS]
    return Batch.of(network, [Input(x, **own) for x, own in zip(xs, given, strict=True)], [0, 1, 1], at="last")


def check_gradient(network, batch):
    """All parameters move at once, each by about its size: central differences, the first error taken out."""
    value, by = flossing(forward_batch(network, batch), 3)
    assert np.isfinite(value)
    assert by.keys() == network.parameters.keys() - {"V", "c"}
    rng = np.random.default_rng(1)
    way = {name: rng.normal(size=g.shape) * max(1e-3, np.abs(network.parameters[name]).max()) for name, g in by.items()}

    def at(h):
        moved = network.with_parameters({name: network.parameters[name] + h * d for name, d in way.items()})
        return flossing(forward_batch(moved, batch), 3)[0]

    wide, narrow = ((at(h) - at(-h)) / (2 * h) for h in (2e-4, 1e-4))
    assert sum(np.vdot(g, way[name]) for name, g in by.items()) == pytest.approx((4 * narrow - wide) / 3, rel=1e-6)


@pytest.mark.parametrize("name", VARIETY)
def test_flossing_of_any_recurrence_has_the_gradient_that_differences_have(name):
    network = Network.random(layers=[Layer(name, 4)], inputs=3, outputs=2, gain=0.9, seed=3)
    check_gradient(network, batch_of(network))


@pytest.mark.parametrize("name", STRUCTURES)
def test_flossing_of_any_network_has_the_gradient_that_differences_have(name):
    how, given = STRUCTURES[name]
    network = Network.random(**how, inputs=3, outputs=2, gain=0.9, seed=3)
    check_gradient(network, batch_of(network, given))


def test_flossing_reaches_the_table_of_an_embedding():
    layers = [Layer("gru", 4, direction="both")]
    network = Network.random(layers=layers, embedding=Embedding(7), inputs=3, outputs=2, seed=1)
    check_gradient(network, batch_of(network))


@pytest.mark.parametrize("a", [0.5, 1.7])
def test_flossing_of_a_scaled_rotation_is_its_closed_form(a):
    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))[0]
    network = Network.from_arrays(activation="identity", U=np.ones((5, 3)), W=a * rotation)
    value, by = flossing(forward_batch(network, batch_of(network)), 3)
    assert value == pytest.approx(np.log(a) ** 2, rel=1e-12)
    # W(1 + ε) moves every λ by ε.
    assert np.vdot(by["W"], network.W) == pytest.approx(2 * np.log(a), rel=1e-12)


def test_all_exponents_of_the_frames_add_up_to_those_of_the_spectrum():
    network = Network.random(cell="lstm", inputs=3, hidden=3, outputs=2, gain=1.3, seed=3)
    batch = batch_of(network)
    found = leading_exponents(forward_batch(network, batch), 99)["net"]
    for row, b in zip(found, batch.order, strict=True):
        T = LENGTHS[b]
        expected = lyapunov_exponents(network.forward(np.array(batch.x)[:T, list(batch.order).index(b)]))
        assert row.sum() == pytest.approx(expected.sum(), rel=1e-10)


def test_directions_that_have_died_are_left_out():
    network = Network.from_arrays(activation="relu", U=np.ones((3, 3)), W=np.diag([0.5, 0.5, 0.0]), b=np.full(3, 9.0))
    trace = forward_batch(network, batch_of(network))
    value, by = flossing(trace, 3)
    exponents = leading_exponents(trace, 3)["net"]
    assert np.isneginf(exponents[:, 2]).all()
    assert value == pytest.approx(np.square(exponents[:, :2]).mean(), rel=1e-12)
    assert np.isfinite(by["W"]).all()
    dead = network.with_parameters({"b": -np.full(3, 99.0)})
    value, by = flossing(forward_batch(dead, batch_of(dead)), 3)
    assert np.isnan(value)
    assert not any(g.any() for g in by.values())


def trained(**settings):
    network = Network.random(inputs=1, hidden=8, outputs=2, gain=0.5, seed=1)
    examples = Examples([np.ones((12, 1)), -np.ones((12, 1))], [0, 1], at="last")
    stream = train(Moment.first(network), examples, Settings(rate=0.02, exponents=3, **settings))
    return [next(stream) for _ in range(25)]


def test_flossing_first_moves_the_exponents_towards_zero_and_leaves_the_readout_alone():
    moments = trained(floss_first=20)
    assert moments[19].floss < 0.5 * moments[0].floss
    assert np.isnan(moments[20].floss)
    np.testing.assert_array_equal(moments[19].network.V, moments[0].network.V)
    assert not np.array_equal(moments[24].network.V, moments[0].network.V)


def test_flossing_beside_the_loss_is_felt_in_its_weight():
    without, held = trained(), trained(floss=1.0)
    assert np.isnan(without[-1].floss)
    assert held[-1].floss < held[0].floss
    assert not np.array_equal(held[-1].network.V, held[0].network.V)
