"""`Vectors`: what the words of a vocabulary are turned into by somebody's file of word vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct, structs

from explorer.engine.errors import BadExploration
from explorer.engine.floats import Floats
from explorer.workspace.exploration.cells import MOST_NAME

_BYTES = 8


class Vectors(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rows that an embedding starts as: ``words`` is the vocabulary, column by column, ``found`` those in the file.

    ``table`` holds the vectors (len(found), d) of the latter in their order, as float64 in little endian; ``file`` is what
    the file is called, and ``known`` how many words it has in all.
    """

    file: Annotated[str, Meta(max_length=MOST_NAME)]
    words: tuple[str, ...]
    found: tuple[str, ...]
    table: bytes
    known: Annotated[int, Meta(ge=1)]

    def __post_init__(self) -> None:
        order = {word: place for place, word in enumerate(self.words)}
        places = [order.get(word, -1) for word in self.found]
        if not places or min(places) < 0 or places != sorted(set(places)) or len(order) < len(self.words):
            raise BadExploration("The vectors of the words are damaged: choose their file again.")
        if not self.table or len(self.table) % (_BYTES * len(self.found)) or not np.isfinite(self._rows).all():
            raise BadExploration("The vectors of the words are damaged: choose their file again.")

    @property
    def width(self) -> int:
        """Return how many numbers a vector has."""
        return len(self.table) // (_BYTES * len(self.found))

    @property
    def missing(self) -> int:
        """Return how many words of the vocabulary are not in the file."""
        return len(self.words) - len(self.found)

    @property
    def _rows(self) -> Floats:
        return np.frombuffer(self.table, dtype="<f8").reshape(len(self.found), -1)

    def over(self, drawn: Floats) -> Floats:
        """Return the table (vocabulary, d) that the embedding starts as: the file's rows among others.

        A word that is not in the file keeps its row of ``drawn``, independent N(0, 1) entries, in the spread of the file's:
        times their standard deviation.
        """
        rows, order = self._rows, {word: place for place, word in enumerate(self.words)}
        table = drawn * rows.std()
        table[[order[word] for word in self.found]] = rows
        return table

    def of(self, words: Sequence[str]) -> Vectors | None:
        """Return the vectors of another vocabulary as far as they are kept here; None where none is."""
        kept = {word: row for word, row in zip(self.found, self._rows, strict=True) if word in set(words)}
        found = tuple(word for word in words if word in kept)
        if not found:
            return None
        table = np.array([kept[word] for word in found], dtype="<f8").tobytes()
        return structs.replace(self, words=tuple(words), found=found, table=table)


def check_vocabulary(vectors: Vectors | None, words: Sequence[str]) -> None:
    """Refuse vectors of other words than those that are read.

    Raises
    ------
    BadExploration
        Saying what to do.
    """
    if vectors is not None and vectors.words != tuple(words):
        raise BadExploration(
            "The vectors of “{file}” were taken for another vocabulary: choose the file again, or type how many numbers a "
            "word's vector has.",
            file=vectors.file,
        )  # fmt: skip
