"""Terms and forward learning where a weight is a part of others: legs, steps, features beside x, the table of words."""

import numpy as np
import pytest

from explorer.engine import BadNetwork, BadTargets, Embedding, Layer, Network, bptt, rtrl

RNG = np.random.default_rng(14)
X, A, WORDS = RNG.standard_normal((6, 2)), [0.3, -1.0], [0, 3, 1, 1, 4, 1]
CLASSES = [0, 1, 2, 0, 1, 2]
LSTM = [Layer("lstm", 3)]
MADE = {
    "features": ({"layers": [Layer("gru", 3), Layer("rnn", 4)], "features": 2}, {"features": A}),
    "words": ({"layers": [Layer("mgu", 3)], "embedding": Embedding(5)}, {"x": WORDS}),
    "a decoder": ({"layers": LSTM, "decoder": LSTM}, {"seam": 3}),
    "a decoder of other cells": ({"layers": [Layer("rnn", 3)], "decoder": [Layer("gru", 3)], "fed": 1}, {"seam": 2}),
    "delays over a seam": ({"layers": [Layer("mist", 3)], "decoder": [Layer("mist", 3)]}, {"seam": 3}),
    "weights of each step": ({"layers": [Layer("rnn", 3, steps=7), Layer("gru", 2)]}, {}),
    "a backward layer": ({"layers": [Layer("gru", 3, "backward")], "features": 2}, {"features": A}),
    "all at once": (
        {"layers": LSTM, "decoder": LSTM, "features": 2, "embedding": Embedding(5)},
        {"x": WORDS, "features": A, "seam": 4},
    ),
}
each = pytest.mark.parametrize(("made", "given"), MADE.values(), ids=MADE)


def trace_of(made, given):
    net = Network.random(**made, inputs=2, outputs=3, seed=2)
    return net.forward(**{"x": X[:, : net.inputs], **given})


@each
@pytest.mark.parametrize("at", ["every", "last"])
def test_gradient_learnt_forward_is_that_of_bptt(made, given, at):
    trace = trace_of(made, given)
    targets = CLASSES if at == "every" else 1
    forward, back = rtrl(trace, targets, at=at), bptt(trace, targets, at=at)
    assert set(forward.parameters) == set(trace.network.parameters)
    for name, g in back.parameters.items():
        np.testing.assert_allclose(forward.parameters[name], g, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(forward.x, back.x, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(forward.s0, back.s0, rtol=1e-10, atol=1e-13)


@each
def test_terms_of_each_weight_add_up_to_its_gradient(made, given):
    gradient = bptt(trace_of(made, given), CLASSES)
    pairs = [(5, 2), (4, 4)] if "backward" not in str(made) else [(2, 5), (4, 4)]
    names = sorted(set(gradient.weights) - {"V", "c"})
    for name in {*names[:: -(-len(names) // 6)], *({"A", "E"} & set(names))}:
        logs, sums = gradient.log_terms(name), gradient.items.totals(name, "source")
        total = np.tensordot(np.exp(np.where(np.isneginf(sums[1]), 0.0, sums[1])), sums[0], 1)
        np.testing.assert_allclose(total, gradient.weights[name], rtol=1e-9, atol=1e-13)
        for t, k in pairs:
            with np.errstate(divide="ignore"):
                size = np.log(np.linalg.norm(gradient.term(name, t, k)))
            np.testing.assert_allclose(logs[t - 1, k - 1], size, rtol=0, atol=1e-9)


@pytest.mark.parametrize("gain", [1.0, 1e-120])
def test_terms_over_a_seam_of_equal_weights_are_those_of_one_network(gain):
    """However small they are: behind the seam they are the decoder's, before it the encoder's."""
    plain = Network.random(layers=LSTM, inputs=2, outputs=3, seed=6, gain=gain, forget_bias=-300.0)
    twice = {f"decoder/{name}": w for name, w in plain.weights.items() if name not in ("V", "c")}
    net = Network.from_weights(layers=LSTM, decoder=LSTM, weights={**plain.weights, **twice})
    one, both = bptt(plain.forward(X), CLASSES), bptt(net.forward(X, seam=3), CLASSES)
    for name in ("1/W_f", "1/U_g", "1/b_o"):
        expected, encoder, decoder = one.log_terms(name), both.log_terms(name), both.log_terms(f"decoder/{name}")
        np.testing.assert_allclose(encoder[:, :3], expected[:, :3], rtol=0, atol=1e-9)
        np.testing.assert_allclose(decoder[:, 3:], expected[:, 3:], rtol=0, atol=1e-9)
        lower = np.tri(6, dtype=bool)
        assert np.isneginf(encoder[:, 3:][lower[:, 3:]]).all()
        assert np.isneginf(decoder[:, :3][lower[:, :3]]).all()


def test_word_has_the_terms_of_the_steps_at_which_it_stands():
    gradient = bptt(trace_of(*MADE["words"]), CLASSES)
    for k, word in enumerate(WORDS, start=1):
        rows = np.flatnonzero(gradient.term("E", 6, k).any(axis=1))
        assert rows.tolist() == [word]


def test_table_that_both_halves_of_a_layer_read_has_no_terms_of_its_own():
    net = Network.random(layers=[Layer("gru", 3, "both")], inputs=2, outputs=3, embedding=Embedding(5))
    gradient = bptt(net.forward(WORDS), CLASSES)
    with pytest.raises(BadTargets, match="gradient of E has no terms"):
        gradient.log_terms("E")
    assert np.isfinite(gradient.log_terms("U")[np.tri(6, dtype=bool)]).all()


def test_halves_that_keep_their_states_differently_have_no_terms():
    net = Network.random(layers=[Layer("mist", 3)], decoder=[Layer("rnn", 3)], inputs=2, outputs=3)
    gradient = bptt(net.forward(X, seam=3), CLASSES)
    with pytest.raises(BadNetwork, match="keep their states differently"):
        gradient.log_terms("W")
