"""What a network is given: words that an embedding turns into vectors, and features of the whole sequence beside each x_t."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from explorer.engine.errors import BadNetwork, BadSequence
from explorer.engine.floats import Floats
from explorer.engine.names import spelt_fields
from explorer.engine.network.checks import check_sequence, matrix_of, numbers_of, whole_of
from explorer.engine.network.piece import Piece
from explorer.engine.recurrence.expressions.expression import Leaf
from explorer.engine.recurrence.weights.roles import FROM_INPUT

EMBEDDING, FEATURES = "E", "A"
"""What the weights are called."""

Words = NDArray[np.intp]


@spelt_fields
@dataclass(frozen=True, slots=True)
class Embedding:
    """Words are numbers from 0 on, and the network reads x_t = E[word_t], a row of a table E (vocabulary, m).

    Parameters
    ----------
    vocabulary
        How many words there are; left out, as many as the ``table`` has rows.
    trained
        Whether training moves E: False for a fixed embedding.
    table
        What E starts as; left out, independent N(0, 1) entries.

    Raises
    ------
    BadNetwork
        If neither vocabulary nor table is given, or they do not fit each other.

    Examples
    --------
    >>> from explorer.engine import Embedding, Network
    >>> net = Network.random(embedding=Embedding(50), inputs=8, hidden=16, outputs=50)
    >>> net.weights["E"].shape, net.forward([3, 0, 49]).o.shape
    ((50, 8), (3, 50))
    """

    vocabulary: int = 0
    trained: bool = True
    table: ArrayLike | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        rows = None if self.table is None else len(matrix_of(EMBEDDING, self.table))
        if self.vocabulary == 0 and rows is not None:
            object.__setattr__(self, "vocabulary", rows)
        object.__setattr__(self, "vocabulary", whole_of("vocabulary", self.vocabulary, least=1))
        if rows is not None and rows != self.vocabulary:
            raise BadNetwork("The table has {rows} rows; the vocabulary has {words} words.",
                             rows=rows, words=self.vocabulary)  # fmt: skip

    def without_table(self) -> Embedding:
        """Return the embedding, however it begins."""
        return Embedding(self.vocabulary, bool(self.trained))


@spelt_fields
@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """All that a network is given of one sequence: ``x`` (T, m), or words (T,), and what goes with it.

    Examples of a training may be such; where x is all there is, x itself will do.

    Parameters
    ----------
    x
        The inputs of the steps, or words where the network has an embedding.
    seam
        After how many steps a decoder takes over; None for a network without one.
    features
        Numbers (k,) of the whole sequence that a network with features reads beside each x_t.
    symbols
        Whether x are places (T,), whole numbers from 0 on, of the one in each one-hot row, in the place of the rows.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Examples, Input, Layer, Network, evaluate
    >>> net = Network.random(layers=[Layer("gru", 4)], decoder=[Layer("gru", 4)], inputs=1, outputs=2)
    >>> examples = Examples([Input(np.ones((5, 1)), seam=3), Input(np.zeros((4, 1)), seam=2)], [0, 1], at="last")
    >>> evaluate(net, examples).loss > 0.0
    True
    """

    x: ArrayLike
    seam: int | None = None
    features: ArrayLike | None = None
    symbols: bool = False


def as_input(given: ArrayLike | Input) -> Input:
    """Return what is given of a sequence, x itself where that is all."""
    return given if isinstance(given, Input) else Input(given)


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What a network was given of one sequence, checked: ``x`` (T, m), or words (T,)."""

    x: Floats | Words
    seam: int | None
    features: Floats | None

    def __len__(self) -> int:
        return len(self.x)


def check_words(words: ArrayLike, vocabulary: int) -> Words:
    """Return words (T,) as a new array.

    Raises
    ------
    BadSequence
        If they are not whole numbers from 0 to vocabulary − 1, or there is none.
    """
    found = np.array(words)
    if found.ndim != 1 or not len(found) or found.dtype.kind not in "iu":
        raise BadSequence("x has the shape {shape}; of a network with an embedding words (T,) are expected, whole numbers.",
                          shape=found.shape)  # fmt: skip
    for t in np.flatnonzero((found < 0) | (found >= vocabulary)):
        raise BadSequence("The word at step {t} is {value}; the vocabulary has the words 0 to {last}.",
                          t=t + 1, value=found[t], last=vocabulary - 1)  # fmt: skip
    return found.astype(np.intp)


def check_features(features: ArrayLike | None, size: int) -> Floats | None:
    """Return the features (k,) of a sequence, None for a network that reads none.

    Raises
    ------
    BadSequence
        If they don't fit, or are missing.
    """
    if features is None:
        if size:
            raise BadSequence(
                "The network reads {size} features of the sequence beside x; give them as features.", size=size
            )
        return None
    if not size:
        raise BadSequence("The network reads no features of the sequence beside x.")
    found = numbers_of("features", features, BadSequence)
    if found.shape != (size,) or not np.isfinite(found).all():
        raise BadSequence(
            "features has the shape {shape}; {size} finite numbers are expected.", shape=found.shape, size=size
        )
    return found


def check_x(x: ArrayLike, inputs: int, embedding: Embedding | None) -> Floats | Words:
    """Return x (T, m), or the words (T,) where a network with an embedding is given some; it may be given vectors, too.

    Raises
    ------
    BadSequence
        As `check_sequence` and `check_words` do.
    """
    if embedding is None or np.ndim(x) == 2:
        return check_sequence(x, inputs)
    return check_words(x, embedding.vocabulary)


def words_of(given: Floats | Words) -> Words | None:
    """Return words themselves, None of vectors."""
    return None if given.dtype.kind == "f" else cast(Words, given)


def vectors(E: Floats | None, given: Floats | Words) -> Floats:
    """Return x (…, m) of words (…), or x itself."""
    return cast(Floats, given if given.dtype.kind == "f" or E is None else E[given])


def one_hot(symbols: Words, lengths: Words, width: int, dtype: DTypeLike) -> Floats:
    """Return the one-hot rows x (T, B, width) of symbols (T, B); what lies behind a sequence's end is zero."""
    x = np.zeros((*symbols.shape, width), dtype)
    t, b = np.nonzero(np.arange(len(symbols))[:, None] < lengths)
    x[t, b, symbols[t, b]] = 1.0
    return x


def beside(features: Floats | None, x: Floats) -> Floats:
    """Return the features (k,), or (B, k), beside each x_t (T, …, m): first, so that a leg of fewer inputs reads them too."""
    if features is None:
        return x
    shape = (*x.shape[:-1], features.shape[-1])
    return np.concatenate([np.broadcast_to(features.astype(x.dtype, copy=False), shape), x], axis=-1)


def rows_of_features(first: list[Piece]) -> dict[str, slice]:
    """Return which rows of A go with each matrix that reads x in the first layers, one under the other.

    Raises
    ------
    BadNetwork
        If a layer reads x otherwise than by matrices.
    """
    rows: dict[str, slice] = {}
    start = 0
    for piece in first:
        for own in _matrices(piece):
            height = piece.step.weight_shapes()[own][0]
            rows[piece.weights[own]] = slice(start, start + height)
            start += height
    return rows


def _matrices(piece: Piece) -> list[str]:
    recurrence = piece.step.recurrence
    reading = [weight for weight in recurrence.weights if "m" in weight.shape]
    plain = all(weight.role == FROM_INPUT and weight.shape[1:] == ("m",) for weight in reading)
    inside = [node for node in recurrence.graph if "m" in node.shape and not isinstance(node.operator, Leaf)]
    if not reading or not plain or inside:
        raise BadNetwork(
            "The first layer, {name}, does not read x by matrices alone; features beside x need that.",
            name=recurrence.name,
        )  # fmt: skip
    return [weight.name for weight in reading]


def widened(A: Floats, U: Floats) -> Floats:
    """Return what multiplies the features beside what multiplies x; U may have a first axis of steps."""
    return np.concatenate([np.broadcast_to(A, (*U.shape[:-1], A.shape[-1])), U], axis=-1)


def divided(gradients: Mapping[str, Floats], rows: Mapping[str, slice], size: int) -> dict[str, Floats]:
    """Return the gradients on A and on what multiplies x, from those on both together."""
    found = dict(gradients)
    if not rows:
        return found
    parts = []
    for name in rows:
        g = found[name]
        parts.append(g[..., :size] if g.ndim == 2 else g[..., :size].sum(axis=0))
        found[name] = g[..., size:]
    return found | {FEATURES: np.concatenate(parts)}


def on_table(vocabulary: int, words: Words, g: Floats) -> Floats:
    """Return the gradient on E (vocabulary, m) from that on x (…, m) of words (…)."""
    found = np.zeros((vocabulary, g.shape[-1]), g.dtype)
    np.add.at(found, words.ravel(), g.reshape(-1, g.shape[-1]))
    return found
