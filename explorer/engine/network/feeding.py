"""What is fed to a network over time: one vector at the first step, a decoder the right answers, or what was said itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadNetwork, BadSequence
from explorer.engine.floats import Floats
from explorer.engine.names import spelt
from explorer.engine.network import running
from explorer.engine.network.checks import check_sequence, numbers_of, whole_of
from explorer.engine.network.given import EMBEDDING, Words, beside, check_features, check_words, check_x, vectors
from explorer.engine.network.piece import Piece
from explorer.engine.network.trace import Trace
from explorer.engine.recurrence.run.legs import travel
from explorer.engine.recurrence.run.walk import Walk

if TYPE_CHECKING:
    from explorer.engine.network.network import Network

Feed = Callable[[Floats], ArrayLike]
"""From what a network has said, o (p,), what it is given next: x (m,), or a word."""


def once(vector: ArrayLike, steps: int) -> Floats:
    """Return inputs (T, m) that are a vector (m,) at step 1 and zero afterwards: one to many, or a deep network.

    Raises
    ------
    BadSequence
        If the vector is none.
    """
    found = check_sequence(np.atleast_2d(numbers_of("x", vector, BadSequence)), np.size(vector))
    return np.concatenate([found, np.zeros((whole_of("steps", steps, least=1) - 1, found.shape[1]))])


def seamed(x: ArrayLike, fed: ArrayLike) -> tuple[Floats, int]:
    """Return the inputs (S+T, max(m, m')) of an encoder, x (S, m), and of its decoder, ``fed`` (T, m'), and the seam S.

    In training the decoder is fed the right answers, those of the step before.

    Raises
    ------
    BadSequence
        If one of them is no sequence.
    """
    halves = [numbers_of(name, half, BadSequence) for name, half in (("x", x), ("fed", fed))]
    halves = [check_sequence(half, half.shape[1] if half.ndim == 2 else 1) for half in halves]
    width = max(half.shape[1] for half in halves)
    both = [np.pad(half, ((0, 0), (0, width - half.shape[1]))) for half in halves]
    return np.concatenate(both), len(halves[0])


@spelt
def generate(
    network: Network,
    x: ArrayLike,
    steps: int,
    feed: Feed | None = None,
    first: ArrayLike | None = None,
    s0: ArrayLike | Mapping[str, ArrayLike] | None = None,
    features: ArrayLike | None = None,
) -> Trace:
    """Return the trace of a network that reads ``x`` and then goes on for so many ``steps``, fed what it says itself.

    Parameters
    ----------
    network
        One whose layers all run forward.
    x
        What it is given first, (S, m), or words (S,): what an encoder reads.
    steps
        How many steps follow.
    feed
        From o (p,) what is given at the next step, (m,) or a word. Left out, it is o itself, or the likeliest word.
    first
        What a decoder is given at its first step, as it has said nothing yet; zeros or word 0 if left out.
    s0, features
        As in `Network.forward`.

    Raises
    ------
    BadNetwork
        If a layer runs backward, or has weights of each step.
    BadSequence
        If what is given or fed does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, generate
    >>> net = Network.random(inputs=3, hidden=8, outputs=3)
    >>> trace = generate(net, [[1.0, 0.0, 0.0]], steps=4, feed=lambda o: np.eye(3)[o.argmax()])
    >>> trace.x.shape, bool((trace.x[1:] == np.eye(3)[trace.o[:-1].argmax(axis=1)]).all())
    ((5, 3), True)
    """
    _check_forward(network)
    architecture, steps = network.architecture, whole_of("steps", steps, least=1)
    a = check_features(features, architecture.features)
    given = _padded(network, check_x(x, architecture.inputs, architecture.embedding))
    seam, E = len(given) if architecture.decoder else None, network.weights.get(EMBEDDING)
    walk, h = begun(network, beside(a, vectors(E, given)), running.starts_of(network, s0), seam)
    said = None if h is None else network.read_out(h)
    feed = feed or (_likeliest if architecture.embedding is not None else np.asarray)
    fed: list[Floats | Words] = []
    for _ in range(steps):
        fed.append(_fitting(network, first if said is None else feed(said)))
        said = network.read_out(walk.on(beside(a, vectors(E, fed[-1])[0])[: _columns(network)]))
    every = [given, *fed]
    if any(one.ndim > 1 for one in every):
        every = [vectors(E, one) for one in every]
    return network.forward(np.concatenate(every), s0, seam, features)


def _check_forward(network: Network) -> None:
    (chain, *others) = network.architecture.chains
    if others or chain.backward:
        raise BadNetwork("A layer that reads a sequence from its end can't be fed what is said step by step.")
    if chain.whole.halves[-1].steps:
        raise BadNetwork("A layer with weights of each step can't go on for as many steps as are asked.")


def begun(
    network: Network, x: Floats, starts: Mapping[str, Floats], seam: int | None = None
) -> tuple[Walk, Floats | None]:
    """Return what goes on after x (T, m), and h_T (n,) of the last layer; None of a decoder that has not begun.

    It has one chain, which runs forward.
    """
    (chain,) = network.architecture.chains
    whole: Piece = chain.whole
    ran = travel(running.legs_of(network, whole, [len(x)], seam), x, starts.get(chain.name))
    onward = whole.halves[-1]
    return Walk.after(ran, onward.step, network.of(onward)), ran.out[-1] if whole.then is None else None


def _columns(network: Network) -> int:
    return network.architecture.chains[0].whole.halves[-1].step.inputs


def _fitting(network: Network, answer: ArrayLike | None) -> Floats | Words:
    """Return what is fed at one step as inputs (1, m), or as words (1,)."""
    embedding, fed = network.architecture.embedding, network.architecture.fed or network.architecture.inputs
    if embedding is not None and (answer is None or np.ndim(answer) == 0):
        return check_words(np.atleast_1d(np.asarray(0 if answer is None else answer)), embedding.vocabulary)
    vector = np.zeros((1, fed)) if answer is None else check_sequence(np.atleast_2d(np.asarray(answer)), fed)
    return _padded(network, vector)


def _padded(network: Network, x: Floats | Words) -> Floats | Words:
    """Return inputs with zeros where the other half of a network reads more columns; words as they are."""
    if x.ndim == 1:
        return x
    return np.pad(vectors(None, x), ((0, 0), (0, network.inputs - x.shape[1])))


def _likeliest(o: Floats) -> ArrayLike:
    return int(o.argmax())
