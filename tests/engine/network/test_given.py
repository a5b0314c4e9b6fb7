"""What networks are given: words by an embedding, and features of the whole sequence beside each input."""

import pickle

import numpy as np
import pytest

from explorer.engine import (
    BadNetwork,
    BadSequence,
    Batch,
    Embedding,
    Examples,
    Input,
    Layer,
    Moment,
    Network,
    Recurrence,
    Settings,
    bptt,
    bptt_batch,
    forward_batch,
    gradient_flow,
    train,
)
from explorer.engine.network.passage import travelled

RNG = np.random.default_rng(12)
WORDS = np.array([3, 0, 3, 5, 1])
A = np.array([0.5, -1.0])
TABLE = RNG.standard_normal((6, 2))


def with_words(**options):
    return Network.random(layers=[Layer("lstm", 3), Layer("gru", 2, "both")], inputs=2, outputs=1, **options)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "mgu"])
def test_network_of_words_reads_the_rows_of_its_table(cell):
    net = Network.random(cell=cell, inputs=2, hidden=4, outputs=3, embedding=Embedding(6), seed=2)
    plain = Network.random(cell=cell, inputs=2, hidden=4, outputs=3, seed=2)
    trace, E = net.forward(WORDS), net.weights["E"]
    np.testing.assert_array_equal(trace.words, WORDS)
    np.testing.assert_array_equal(trace.x, E[WORDS])
    np.testing.assert_allclose(trace.o, plain.forward(E[WORDS]).o, rtol=1e-13)
    np.testing.assert_array_equal(net.forward(E[WORDS]).o, trace.o)


def test_embedding_begins_as_its_table_or_at_random():
    given = with_words(embedding=Embedding(table=TABLE, trained=False))
    np.testing.assert_array_equal(given.weights["E"], TABLE)
    assert (given.architecture.embedding.vocabulary, given.architecture.embedding.trained) == (6, False)
    drawn = Network.random(embedding=Embedding(4000), inputs=3, hidden=2, outputs=1).weights["E"]
    assert abs(drawn.std() - 1) < 0.03
    np.testing.assert_array_equal(given.weights["1/U_i"], with_words().weights["1/U_i"])


@pytest.mark.parametrize("cell", ["rnn", "gru", "mgu", "peephole"])
def test_features_enter_each_net_input(cell):
    """U x + A a is what a network of wider x reads."""
    layers = [Layer(cell, 4), Layer("rnn", 3)]
    net, x = Network.random(layers=layers, inputs=2, features=2, outputs=3, seed=1), RNG.standard_normal((6, 2))
    reading = [name for name in net.weights if name.startswith("1/U")]
    assert net.weights["A"].shape == (4 * len(reading), 2)
    wide = {name: w for name, w in net.weights.items() if name != "A"}
    for place, name in enumerate(reading):
        wide[name] = np.concatenate([net.weights["A"][4 * place : 4 * place + 4], wide[name]], axis=1)
    plain = Network.from_weights(layers=layers, weights=wide)
    trace = net.forward(x, features=A)
    np.testing.assert_array_equal(trace.o, plain.forward(np.column_stack([np.tile(A, (6, 1)), x])).o)
    np.testing.assert_array_equal(trace.x, x)
    np.testing.assert_array_equal(trace.features, A)


def test_features_of_a_simple_network_are_added_to_its_net_input():
    net = Network.random(inputs=2, hidden=4, outputs=1, features=2, seed=7)
    x, h, w = RNG.standard_normal((5, 2)), np.zeros(4), net.weights
    for t, found in enumerate(net.forward(x, features=A).s[1:]):
        h = np.tanh(w["1/U"] @ x[t] + w["1/W"] @ h + w["A"] @ A + w["1/b"])
        np.testing.assert_allclose(found, h, rtol=1e-13)


MADE = {
    "directions": {"layers": [Layer("gru", 3, "both"), Layer("rnn", 2)]},
    "an encoder and a decoder": {"layers": [Layer("lstm", 3)], "decoder": [Layer("lstm", 3)]},
    "weights of each step": {"layers": [Layer("rnn", 3, steps=7), Layer("gru", 2)]},
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_gradients_on_table_and_features_are_how_the_loss_changes(made):
    net = Network.random(**made, inputs=2, outputs=1, features=2, embedding=Embedding(6), seed=4)
    lengths, seam = np.array([7, 5, 2]), (3, 2, 1) if "decoder" in made else None
    words, a = RNG.integers(0, 6, (7, 3)), RNG.standard_normal((3, 2))
    g = RNG.standard_normal((7, 3, net.hidden)) * (np.arange(7)[:, None] < lengths)[..., None]
    found = travelled(net, words, lengths, seam=seam, features=a).back(g)
    assert set(found.weights) == set(net.weights) - {"V", "c"}
    along, h = {name: RNG.standard_normal(found.weights[name].shape) for name in found.weights}, 1e-6

    def at(h):
        moved = net.with_parameters({name: net.parameters[name] + h * one for name, one in along.items()})
        return (g * travelled(moved, words, lengths, seam=seam, features=a).out).sum()

    slope = sum((found.weights[name] * one).sum() for name, one in along.items())
    assert (at(h) - at(-h)) / (2 * h) == pytest.approx(slope, rel=1e-7)


def test_word_that_does_not_occur_has_no_gradient():
    net = with_words(embedding=Embedding(6))
    found = travelled(net, WORDS[:, None], [5]).back(np.ones((5, 1, 4)), inputs=True)
    assert [word for word, row in enumerate(found.weights["E"]) if row.any()] == [0, 1, 3, 5]
    np.testing.assert_allclose(found.weights["E"][3], found.x[0, 0] + found.x[2, 0], rtol=1e-14)


def network_of_all(made, **options):
    return Network.random(**made, inputs=2, outputs=3, features=2, embedding=Embedding(6, **options), seed=4)


def inputs_for(made):
    seams = (3, 2, 1) if "decoder" in made else (None,) * 3
    return [
        Input(RNG.integers(0, 6, T), seam, RNG.standard_normal(2)) for T, seam in zip((5, 7, 2), seams, strict=True)
    ]


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_batch_of_words_and_features_is_the_sum_of_its_sequences(made):
    net, inputs = network_of_all(made), inputs_for(made)
    found = bptt_batch(forward_batch(net, Batch.of(net, inputs, [1, 0, 2], at="last")))
    traces = [net.forward(one.x, seam=one.seam, features=one.features) for one in inputs]
    alone = [bptt(trace, target, at="last") for trace, target in zip(traces, [1, 0, 2], strict=True)]
    assert set(found.parameters) == set(net.parameters)
    for name, g in found.parameters.items():
        assert g.any()
        np.testing.assert_allclose(g, sum(one.parameters[name] for one in alone), rtol=1e-10, atol=1e-13)
    single = bptt_batch(forward_batch(net, Batch.of(net, inputs, [1, 0, 2], at="last", dtype=np.float32)))
    for name, g in single.parameters.items():
        assert g.dtype == np.float32
        np.testing.assert_allclose(g, found.parameters[name], atol=1e-5)


@pytest.mark.parametrize("trained", [False, True])
def test_training_moves_a_table_unless_it_is_fixed(trained):
    made = MADE["an encoder and a decoder"]
    net, inputs = network_of_all(made, trained=trained), inputs_for(made)
    moments = train(Moment.first(net), Examples(inputs, [1, 0, 2], at="last"), Settings(rate=0.05))
    after = [moment for moment, _ in zip(moments, range(25), strict=False)]
    moved = {name for name, w in net.parameters.items() if (after[-1].network.parameters[name] != w).any()}
    assert moved == set(net.parameters) - (set() if trained else {"E"})
    assert after[-1].loss < 0.5 * after[0].loss


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_networks_of_words_and_features_come_back(made):
    embedding = Embedding(6, trained=False)
    net = Network.random(**made, inputs=2, outputs=1, features=2, embedding=embedding, seed=4)
    again = Network.from_weights(**made, weights=net.weights, trained_embedding=False)
    assert again == net
    assert again.architecture == net.architecture
    assert pickle.loads(pickle.dumps(net)) == net
    trace = net.forward(WORDS, features=A, seam=2 if "decoder" in made else None)
    again = pickle.loads(pickle.dumps(trace))
    assert again == trace
    for name, course in trace.chains.items():
        np.testing.assert_allclose(
            gradient_flow(again.chains[name]).log_norm, gradient_flow(course).log_norm, atol=1e-12
        )


SCALED = Recurrence.parse("h = tanh(W @ h + U @ (a * x))", name="scaled")


@pytest.mark.parametrize(
    ("ask", "refusal", "said"),
    [
        (lambda: with_words(embedding=Embedding(6)).forward([0, 6]), BadSequence, "step 2 is 6; .* words 0 to 5"),
        (lambda: with_words(embedding=Embedding(6)).forward([-1]), BadSequence, "step 1 is -1"),
        (lambda: with_words(embedding=Embedding(6)).forward([0.5, 1.0]), BadSequence, "whole numbers"),
        (lambda: with_words(embedding=Embedding(6)).forward([]), BadSequence, "words"),
        (lambda: with_words().forward([0, 1]), BadSequence, "T, 2"),
        (lambda: with_words(features=2).forward([[0, 0]]), BadSequence, "2 features"),
        (lambda: with_words(features=2).forward([[0, 0]], features=[1]), BadSequence, "2 finite numbers"),
        (lambda: with_words().forward([[0, 0]], features=[1]), BadSequence, "no features"),
        (lambda: Embedding(), BadNetwork, "vocabulary is 0"),
        (lambda: Embedding(5, table=TABLE), BadNetwork, "6 rows; .* 5 words"),
        (
            lambda: Network.random(embedding=Embedding(table=TABLE), inputs=3, hidden=2, outputs=1),
            BadNetwork,
            r"E has the shape \(6, 2\); \(6, 3\)",
        ),
        (
            lambda: Network.random(layers=[Layer(SCALED, 2)], features=1, inputs=2, outputs=1),
            BadNetwork,
            "scaled, does not read x by matrices alone",
        ),
        (
            lambda: Network.random(
                layers=[Layer("gru", 2)], decoder=[Layer("gru", 2)], inputs=2, fed=3, outputs=1, embedding=Embedding(4)
            ),
            BadNetwork,
            "one embedding",
        ),
    ],
)
def test_what_a_network_can_not_be_given_is_refused(ask, refusal, said):
    with pytest.raises(refusal, match=said):
        ask()
