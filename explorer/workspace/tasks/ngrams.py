"""Language models that count: bigrams and trigrams, the baselines of a network that says what comes next.

They are smoothed as Witten and Bell (1991) propose, interpolated (Chen and Goodman 1999, equation 15): after a history h that
was followed c(h) times by N(h) different symbols, P(w | h) = (c(h, w) + N(h) P(w | h')) / (c(h) + N(h)), where h' is the
history without its oldest symbol. The last in the row is 1 / V for each of the V symbols that can be said.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from explorer.workspace.feed.tokens import SENTENCE_START, UNKNOWN
from explorer.workspace.tasks.symbols import Indices

UNSAID = (UNKNOWN, SENTENCE_START)
"""What a language model never says: it stands for what it does not know, or for a beginning."""

History = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ngrams:
    """Counts of what followed histories of up to ``order`` − 1 symbols; ``symbols`` can be said."""

    order: int
    symbols: int
    _after: dict[History, Counter[int]]

    @classmethod
    def of(cls, rows: Iterable[Indices], names: Sequence[str], order: int) -> Ngrams:
        """Return the model that counts ``rows`` of symbols of the vocabulary ``names``; what can't be said is not counted."""
        silent = {place for place, name in enumerate(names) if name in UNSAID}
        after: dict[History, Counter[int]] = {}
        for row in rows:
            symbols = row.tolist()
            for t in range(1, len(symbols)):
                if symbols[t] not in silent:
                    for length in range(min(order - 1, t) + 1):
                        after.setdefault(tuple(symbols[t - length : t]), Counter())[symbols[t]] += 1
        return cls(order, len(names) - len(silent), after)

    def probability(self, history: Sequence[int], symbol: int) -> float:
        """Return P(symbol | history); only the last ``order`` − 1 symbols of the history count."""
        found = 1.0 / self.symbols
        for length in range(min(self.order - 1, len(history)) + 1):
            counts = self._after.get(tuple(history[len(history) - length :]))
            # Of a history that never was, nothing is known but what the shorter one says.
            if counts:
                found = (counts[symbol] + len(counts) * found) / (counts.total() + len(counts))
        return found

    def log_probability(self, row: Sequence[int], places: Iterable[int]) -> float:
        """Return Σ ln P of the symbols at some ``places`` of a row, each after all that stands before it."""
        return sum(math.log(self.probability(row[:t], row[t])) for t in places)
