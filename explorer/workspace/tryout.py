"""What a trained network is for: what it answers after every step, and how it goes on by itself."""

from __future__ import annotations

import numpy as np

from explorer.engine import Network, Trace
from explorer.engine.activations import Floats
from explorer.engine.errors import BadSequence
from explorer.engine.network import READOUTS
from explorer.workspace import words
from explorer.workspace.exploration import MOST_STEPS, Exploration, Text, replace
from explorer.workspace.sequences import Feed, feed, tokens_of

_UNSAID = (words.UNKNOWN, words.SENTENCE_START)
"""What a language model never says: it stands for what it does not know, or for a beginning."""


def answers(trace: Trace, at: str) -> Floats:
    """Return what the network would answer if the sequence ended after step 1, 2, …, T: (T, p).

    For a loss on the mean of the states the readout reads the mean of s_1..s_t.
    """
    if at != "mean":
        return trace.o
    net = trace.network
    h = np.cumsum(trace.s[1:, : net.hidden], axis=0) / np.arange(1.0, trace.steps + 1)[:, None]
    return READOUTS[net.readout](h @ net.V.T + net.c)


def chances(y: Floats, temperature: float, silent: tuple[int, ...] = ()) -> Floats:
    """Return softmax(y/temperature) (p,) with the classes ``silent`` left out."""
    warm = y / temperature
    warm[list(silent)] = -np.inf
    e = np.exp(warm - warm.max())
    return e / e.sum()


def continued(
    exploration: Exploration, network: Network, s0: Floats, most: int, rng: np.random.Generator
) -> Exploration:
    """Return ``exploration`` with its text gone on by ``most`` symbols of the language model ``network``.

    They are fewer where a sentence ends. ``s0`` (N,) is the state before the first step; the lens's temperature decides how
    bold the model is.

    Raises
    ------
    BadSequence
        If the sequence is no text, the network's outputs are not its symbols, or there is no room for more.
    """
    text = exploration.sequence
    if not isinstance(text, Text):
        raise BadSequence("Only a text can be gone on with: feed the network words or characters.")
    fed = feed(text)
    if len(network.c) != len(fed.columns):
        raise BadSequence("This network does not predict the next symbol: choose a task that does, and train it.")
    x = _open(fed)
    if len(x) + most > MOST_STEPS:
        raise BadSequence("The text has {got} steps and at most {most} fit: shorten it.", got=len(x), most=MOST_STEPS)
    said = _speak(network, x, s0, fed.columns, exploration.lens.temperature, most, rng)
    return exploration.with_sequence(replace(text, text=_written(text, said)))


def _open(fed: Feed) -> Floats:
    """Return the inputs without the marker that ends the last sentence: it is there to be gone on with."""
    return fed.x[:-1] if fed.labels[-1] == words.SENTENCE_END and len(fed.x) > 1 else fed.x


def _speak(
    network: Network,
    x: Floats,
    s0: Floats,
    names: tuple[str, ...],
    temperature: float,
    most: int,
    rng: np.random.Generator,
) -> list[str]:
    """Return at most ``most`` symbols drawn one after the other, each fed back."""
    silent = tuple(i for i, name in enumerate(names) if name in _UNSAID)
    trace, said = network.forward(x, s0), []
    for _ in range(most):
        drawn = int(rng.choice(len(names), p=chances(trace.y[-1].copy(), temperature, silent)))
        if names[drawn] == words.SENTENCE_END:
            break
        said.append(names[drawn])
        one = np.zeros((1, len(names)))
        one[0, drawn] = 1.0
        trace = network.forward(one, trace.s[-1])
    return said


def _written(text: Text, said: list[str]) -> str:
    """Return the text with what was said behind it, up to its last token."""
    found = [token for token in tokens_of(text) if not token.is_marker]
    written = text.text[: found[-1].end] if text.unit == "word" and found else text.text
    for symbol in said:
        written = words.joined(written, words.typed(symbol, text.unit), text.unit)
    return written
