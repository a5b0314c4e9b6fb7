"""Symbols as numbers: vocabularies, and examples that become one-hot only when they are looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import NO_CLASS
from explorer.engine.learning.examples import Examples
from explorer.engine.network.given import Input, as_input
from explorer.workspace.exploration.exploration import MOST_SYMBOLS
from explorer.workspace.exploration.task import USUAL_SYMBOLS
from explorer.workspace.feed.tokens import SENTENCE_END, SENTENCE_START, UNKNOWN

MARKERS = (SENTENCE_START, SENTENCE_END)
Indices = NDArray[np.intp]
MOST_DENSE = 1000
"""Symbols of a vocabulary whose one-hot rows are made."""


@dataclass(frozen=True, slots=True)
class OneHot(Sequence[Floats | Input]):
    """Sequences of symbols by their indices (T_i,); item i is the one-hot x (T_i, m), made anew each time.

    A corpus of a hundred thousand words would be hundreds of megabytes otherwise. Of more than `MOST_DENSE` symbols the
    indices themselves are given.
    """

    rows: Sequence[Indices]
    width: int

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Floats | Input: ...
    @overload
    def __getitem__(self, index: slice) -> OneHot: ...
    def __getitem__(self, index: int | slice) -> Floats | Input | OneHot:
        if isinstance(index, slice):
            return OneHot(self.rows[index], self.width)
        row = self.rows[index]
        if self.width > MOST_DENSE:
            return Input(row, symbols=True)
        x = np.zeros((len(row), self.width))
        x[np.arange(len(row)), row] = 1.0
        return x


def vocabulary(
    sentences: Iterable[Sequence[str]],
    *,
    markers: bool = False,
    given: tuple[str, ...] = (),
    most: int = USUAL_SYMBOLS,
) -> tuple[str, ...]:
    """Return the vocabulary of ``sentences`` with all that `feed` would add to it: markers first, then ``<unk>`` last.

    The ``most`` commonest symbols, where there are more, in alphabetical order. One that is ``given`` is
    that of a network that has learnt.

    Raises
    ------
    BadSequence
        If the given one is none of such sentences.
    """
    extra = (*(MARKERS if markers else ()), UNKNOWN)
    if given:
        if not set(extra) <= set(given) or len(set(given)) < len(given) or len(given) > MOST_SYMBOLS:
            raise BadSequence("The vocabulary of the task is damaged: choose the task again.")
        return given
    counts = Counter(symbol for sentence in sentences for symbol in sentence if symbol not in extra)
    common = sorted(counts, key=lambda symbol: (-counts[symbol], symbol))[: most - len(extra)]
    return (*extra[:-1], *sorted(common), UNKNOWN)


def places_of(example: ArrayLike | Input) -> Indices:
    """Return the indices (T,) of the symbols of an example, however it is given."""
    x = np.asarray(as_input(example).x)
    return x if x.ndim == 1 else x.argmax(axis=1)


def indices(sentence: Iterable[str], place: Mapping[str, int]) -> Indices:
    """Return the indices (T,) of the symbols of a sentence; ``place`` (`words.places`) holds ``<unk>``."""
    return np.array([place.get(symbol, place[UNKNOWN]) for symbol in sentence], dtype=np.intp)


def known_only(symbols: Indices, names: tuple[str, ...]) -> Indices:
    """Return the targets that ``symbols`` (T,) are: none where one is ``<unk>``, which is nothing that could be said."""
    # It stands last in a vocabulary of a task.
    unknown = len(names) - 1 if names[-1] == UNKNOWN else names.index(UNKNOWN)
    return np.where(symbols == unknown, NO_CLASS, symbols)


def following_examples(rows: Iterable[Indices], names: tuple[str, ...]) -> Examples:
    """Return examples whose inputs are all symbols of a row but the last, whose targets are all but the first.

    Rows without a target are left out.

    Raises
    ------
    BadSequence
        If no row has one.
    """
    pairs = [(row[:-1], known_only(row[1:], names)) for row in rows]
    pairs = [(x, targets) for x, targets in pairs if (targets != NO_CLASS).any()]
    if not pairs:
        raise BadSequence(
            "A fifth of the text is held out to judge the network, and it has no symbol that the rest has: "
            "more text is needed."
        )
    return Examples(OneHot([x for x, _ in pairs], len(names)), [targets for _, targets in pairs])
