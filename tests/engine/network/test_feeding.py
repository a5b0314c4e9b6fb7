"""What networks are fed over time: one vector, the right answers, or what they say themselves."""

import numpy as np
import pytest

from explorer.engine import BadNetwork, BadSequence, Embedding, Layer, Network, generate
from explorer.engine.network.feeding import once, seamed

RNG = np.random.default_rng(13)
X = RNG.standard_normal((4, 2))

MADE = {
    "a kernel": {"layers": [Layer("lstm", 3)]},
    "a stack": {"layers": [Layer("gru", 3), Layer("mgu", 4)]},
    "delays": {"layers": [Layer("mist", 3)]},
    "a decoder": {"layers": [Layer("lstm", 3)], "decoder": [Layer("lstm", 3)], "fed": 3},
    "a narrow decoder": {"layers": [Layer("gru", 3)], "decoder": [Layer("gru", 3)], "fed": 1},
    "a decoder that reads its past": {"layers": [Layer("rnn", 3)], "decoder": [Layer("rnn", 3)], "features": 2},
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_network_goes_on_with_what_it_says_itself(made):
    """Each step is what the whole network says of all that was given before."""
    net = Network.random(**made, inputs=2, outputs=2, readout="identity", seed=3)
    width, a = made.get("fed", 2), [0.3, -1.0] if "features" in made else None

    def feed(o):
        return np.resize(np.sin(3 * o), width)

    trace = generate(net, X, 5, feed, first=np.full(width, 0.5), features=a)
    seam = 4 if "decoder" in made else None
    assert trace.steps == 9
    np.testing.assert_array_equal(trace.x[:4, :2], X)
    if seam:
        np.testing.assert_array_equal(trace.x[4, :width], np.full(width, 0.5))
    for t in range(5 if seam else 4, 9):
        before = net.forward(trace.x[:t], seam=seam, features=a)
        np.testing.assert_allclose(trace.x[t, :width], feed(before.o[-1]), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("decoder", [None, [Layer("gru", 4)]])
def test_network_of_words_says_words(decoder):
    net = Network.random(layers=[Layer("gru", 4)], decoder=decoder, inputs=3, outputs=6, embedding=Embedding(6), seed=5)
    trace = generate(net, [2, 5], 4)
    np.testing.assert_array_equal(trace.words[:2], [2, 5])
    first = 2 if decoder is None else 3
    np.testing.assert_array_equal(trace.words[first:], trace.o[first - 1 : -1].argmax(axis=1))
    assert decoder is None or trace.words[2] == 0
    spoken = generate(net, [2, 5], 4, lambda o: int(o.argmin()), first=1)
    np.testing.assert_array_equal(spoken.words[first:], spoken.o[first - 1 : -1].argmin(axis=1))
    vectors = generate(net, [2, 5], 2, lambda o: o[:3])
    assert vectors.words is None
    np.testing.assert_array_equal(vectors.x[:2], net.weights["E"][[2, 5]])


def test_one_vector_is_given_once():
    assert once([1.0, 2.0], 3).tolist() == [[1, 2], [0, 0], [0, 0]]


def test_decoder_is_fed_beside_what_the_encoder_reads():
    x, seam = seamed(X, [[1.0, 2.0, 3.0]])
    assert seam == 4
    np.testing.assert_array_equal(x, [*np.pad(X, ((0, 0), (0, 1))), [1, 2, 3]])


@pytest.mark.parametrize(
    ("ask", "refusal", "said"),
    [
        (lambda net: generate(net, X, 0), BadNetwork, "steps is 0"),
        (lambda net: generate(net, X, 2, lambda _: [1.0]), BadSequence, "T, 2"),
        (lambda net: generate(net, X, 2, lambda _: [1.0, np.nan]), BadSequence, "not finite"),
        (lambda _: once([np.inf], 3), BadSequence, "not finite"),
        (
            lambda _: generate(Network.random(layers=[Layer("rnn", 2, "both")], inputs=2, outputs=2), X, 2),
            BadNetwork,
            "from its end",
        ),
        (
            lambda _: generate(Network.random(layers=[Layer("rnn", 2, steps=9)], inputs=2, outputs=2), X, 2),
            BadNetwork,
            "weights of each step",
        ),
    ],
)
def test_what_can_not_be_fed_is_refused(ask, refusal, said):
    with pytest.raises(refusal, match=said):
        ask(Network.random(layers=[Layer("gru", 3)], inputs=2, outputs=2))
