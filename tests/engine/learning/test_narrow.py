"""One-hot symbols of a large dictionary: only the columns that a batch reads are run, to the same gradient."""

from itertools import islice

import numpy as np
import pytest

from explorer.engine import BadSequence, Examples, Input, Layer, Moment, Network, Recurrence, Settings, evaluate, train
from explorer.engine.gradient.batched import BatchTrace

WORDS = 700
NETWORKS = {
    "a kernel's": {"layers": [Layer("lstm", 4)]},
    "two layers, both ways": {"layers": [Layer("mgu", 3, direction="both"), Layer("rnn", 3)]},
    "decoder": {"layers": [Layer("gru", 3)], "decoder": [Layer("gru", 3)]},
    "features": {"layers": [Layer("rnn", 3)], "features": 2},
    "reads x otherwise": {"layers": [Layer(Recurrence.parse("h = tanh(U @ x + W @ h + b * sum(x * u))"), 3)]},
}


def examples(name, rows, dense):
    def given(row):
        more = {"seam": len(row) // 2} if name == "decoder" else {"features": [0.5, -1.0]} if name == "features" else {}
        return Input(np.eye(WORDS)[row], **more) if dense else Input(row, symbols=True, **more)

    return Examples([given(row) for row in rows], [row % 2 for row in rows])


@pytest.mark.parametrize("name", NETWORKS)
def test_training_on_symbols_comes_to_what_one_hot_rows_come_to(name, monkeypatch):
    rng = np.random.default_rng(0)
    rows = [rng.integers(0, WORDS, int(rng.integers(2, 9))) for _ in range(12)]
    network = Network.random(inputs=WORDS, outputs=2, seed=1, **NETWORKS[name])
    omega = 0.1 if name == "a kernel's" else 0.0
    settings = Settings(optimiser="momentum", rate=0.5, batch=5, clip="none", decay=0.01, omega=omega)
    widths, made = [], BatchTrace.__init__
    monkeypatch.setattr(BatchTrace, "__init__", lambda self, *of: (widths.append(of[0].inputs), made(self, *of))[1])
    ways = [examples(name, rows, dense) for dense in (True, False)]
    full, small = (list(islice(train(Moment.first(network), way, settings), 3))[-1].network for way in ways)
    assert (min(widths) < WORDS) == (name != "reads x otherwise")
    for weight, value in full.parameters.items():
        np.testing.assert_allclose(small.parameters[weight], value, rtol=1e-9, atol=1e-13)
    assert evaluate(full, ways[0]).loss == pytest.approx(evaluate(full, ways[1]).loss, rel=1e-12)


def test_columns_that_no_step_reads_have_the_gradient_zero():
    network = Network.random(inputs=WORDS, hidden=3, outputs=2)
    settings = Settings(optimiser="sgd", rate=1.0, batch=2, clip="none")
    given = examples("", [np.array([3, 5]), np.array([5, 9])], dense=False)
    after = next(train(Moment.first(network), given, settings)).network
    assert np.flatnonzero((after.U != network.U).any(axis=0)).tolist() == [3, 5, 9]


def test_a_symbol_beyond_the_dictionary_is_refused():
    network = Network.random(inputs=WORDS, hidden=3, outputs=2)
    with pytest.raises(BadSequence, match="the vocabulary has the words 0 to 699"):
        evaluate(network, examples("", [np.array([3, 700])], dense=False))
