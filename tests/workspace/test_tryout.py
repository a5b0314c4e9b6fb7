"""What a trained network is for."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import BadSequence, Network
from explorer.workspace.exploration import Exploration, Signal, Text
from explorer.workspace.sequences import feed
from explorer.workspace.tryout import answers, chances, continued


def echo(names: tuple[str, ...], follows: dict[str, str]) -> Network:
    """Return a network that is certain which symbol follows which: its state is the last input."""
    p = len(names)
    V = np.zeros((p, p))
    for before, after in follows.items():
        V[names.index(after), names.index(before)] = 50.0
    return Network.from_arrays(activation="identity", U=np.eye(p), W=np.zeros((p, p)), V=V)


def test_a_certain_model_writes_what_it_is_certain_of() -> None:
    text = Text(text="the cat", vocabulary=("the", "cat", "sat", "down", "<unk>"))
    e = Exploration(sequence=text)
    names = feed(text).columns
    net = echo(names, {"the": "cat", "cat": "sat", "sat": "down", "down": "the"})
    after = continued(e, net, np.zeros(len(names)), 3, np.random.default_rng(0))
    assert after.sequence == Text(text="the cat sat down the", vocabulary=text.vocabulary)


def test_it_stops_at_the_end_of_a_sentence_and_goes_on_before_the_marker() -> None:
    text = Text(text="we go", vocabulary=("we", "go", "home", "<unk>", "<s>", "</s>"), markers=True)
    names = feed(text).columns
    net = echo(names, {"<s>": "we", "we": "go", "go": "home", "home": "</s>"})
    after = continued(Exploration(sequence=text), net, np.zeros(len(names)), 9, np.random.default_rng(0))
    assert after.sequence.text == "we go home"


def test_characters_are_joined_without_spaces() -> None:
    text = Text(text="ab", unit="character", vocabulary=("a", "b", "␣", "<unk>"))
    names = feed(text).columns
    net = echo(names, {"b": "␣", "␣": "a", "a": "b"})
    after = continued(Exploration(sequence=text), net, np.zeros(len(names)), 3, np.random.default_rng(0))
    assert after.sequence.text == "ab ab"


def test_a_low_temperature_takes_the_likeliest_and_a_high_one_any() -> None:
    y = np.array([1.0, 2.0, 0.0])
    assert chances(y, 0.05)[1] == pytest.approx(1.0, abs=1e-8)
    np.testing.assert_allclose(chances(y, 1e6), 1 / 3, atol=1e-6)
    assert chances(y, 1.0, silent=(1,))[1] == 0.0


def test_answers_on_the_mean_are_those_of_the_sequence_cut_off_there() -> None:
    net = Network.random(inputs=2, hidden=4, outputs=3, seed=1)
    x = np.random.default_rng(0).normal(size=(6, 2))
    said = answers(net.forward(x), "mean")
    for t in range(1, 7):
        h = net.forward(x[:t]).s[1:].mean(axis=0)
        y = net.V @ h + net.c
        np.testing.assert_allclose(said[t - 1], np.exp(y) / np.exp(y).sum(), rtol=1e-12)


def test_what_can_not_be_gone_on_with_is_refused() -> None:
    net = Network.random(inputs=2, hidden=4, outputs=3)
    rng = np.random.default_rng(0)
    for sequence in (Signal(), Text(text="a b")):
        with pytest.raises(BadSequence):
            continued(Exploration(sequence=sequence), net, np.zeros(4), 1, rng)
