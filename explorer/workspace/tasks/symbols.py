"""Symbols as numbers: vocabularies, and examples that become one-hot only when they are looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from explorer.engine.activations import Floats
from explorer.workspace.exploration import MOST_COLUMNS
from explorer.workspace.words import SENTENCE_END, SENTENCE_START, UNKNOWN

MARKERS = (SENTENCE_START, SENTENCE_END)
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class OneHot(Sequence[Floats]):
    """Sequences of symbols by their indices (T_i,); item i is the one-hot x (T_i, m), made anew each time.

    A corpus of a hundred thousand words would be hundreds of megabytes otherwise.
    """

    rows: Sequence[Indices]
    width: int

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Floats: ...
    @overload
    def __getitem__(self, index: slice) -> OneHot: ...
    def __getitem__(self, index: int | slice) -> Floats | OneHot:
        if isinstance(index, slice):
            return OneHot(self.rows[index], self.width)
        row = self.rows[index]
        x = np.zeros((len(row), self.width))
        x[np.arange(len(row)), row] = 1.0
        return x


def vocabulary(sentences: Iterable[Sequence[str]], *, markers: bool = False) -> tuple[str, ...]:
    """Return the vocabulary of ``sentences`` with all that `feed` would add to it: markers first, then ``<unk>`` last.

    The commonest symbols, where there are more than a network can have inputs, in alphabetical order.
    """
    extra = (*(MARKERS if markers else ()), UNKNOWN)
    counts = Counter(symbol for sentence in sentences for symbol in sentence if symbol not in extra)
    common = sorted(counts, key=lambda symbol: (-counts[symbol], symbol))[: MOST_COLUMNS - len(extra)]
    return (*extra[:-1], *sorted(common), UNKNOWN)


def indices(sentence: Iterable[str], place: dict[str, int]) -> Indices:
    """Return the indices (T,) of the symbols of a sentence; ``place`` holds ``<unk>``."""
    return np.array([place.get(symbol, place[UNKNOWN]) for symbol in sentence], dtype=np.intp)


def places(names: tuple[str, ...]) -> dict[str, int]:
    """Return the place of each name."""
    return {name: i for i, name in enumerate(names)}
