"""J of one step taken apart: the summands of each block, each a product of factors with their names and their numbers.

Names and numbers are two readings of one formula (`readings.formula`), so that they can't speak of different things.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from explorer.engine.recurrence.equations.written import NUMBER, Written
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.readings.derivative import Readings
from explorer.engine.recurrence.readings.formula import PRODUCT, Mark, formula
from explorer.engine.recurrence.readings.jacobian import blocks, diagonal
from explorer.engine.recurrence.readings.linear import COLUMNS, ROWS, Factor, Linear, Term
from explorer.engine.recurrence.readings.logjacobian import LOGS, log_entries, readings
from explorer.engine.recurrence.readings.logvalue import LogValues
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.typeset import algebra
from explorer.engine.recurrence.typeset.symbols import Symbols, summand
from explorer.engine.signed import Signed

Entry = tuple[tuple[int, ...], tuple[int, ...]]
"""The place of a number in its block: that of the row in the part's shape, and that of the column."""


@dataclass(frozen=True, slots=True)
class Named:
    """A factor of a product: what it is, which of the labels of row ("ij") and column ("ab") it has, and its numbers."""

    written: Written
    labels: str
    numbers: Signed

    def place(self, entry: Entry) -> tuple[int, ...]:
        """Return which of its numbers an entry of the block has."""
        at = _places(entry)
        return tuple(at[label] for label in self.labels)

    def at(self, entry: Entry) -> Signed:
        """Return its number in an entry of the block."""
        return self.numbers[self.place(entry)] if np.ndim(self.numbers.log) else self.numbers


@dataclass(frozen=True, slots=True)
class Summand:
    """A summand of a block: ``deltas`` say where it is not zero at all, ``factors`` multiply to it, with a ``sign``.

    ``scale`` (p,) and ``matrix`` (p, q) are it as diag(scale) matrix, either None where it has none; ``entries`` (p, q) are
    all of it. ``written`` is it in symbols, ``rank`` how many labels the parts of the state have.
    """

    written: Written
    deltas: frozenset[tuple[str, str]]
    sign: int
    factors: tuple[Named, ...]
    scale: Named | None
    matrix: Named | None
    entries: Signed
    rank: int

    @property
    def on_diagonal(self) -> bool:
        """Return whether no number of it stands beside the diagonal of the block."""
        return len(self.deltas) == self.rank

    def has(self, entry: Entry) -> bool:
        """Return whether an entry of the block has a part in it."""
        at = _places(entry)
        return all(at[row] == at[column] for row, column in self.deltas)


Blocks = Mapping[tuple[str, str], Sequence[Summand]]
"""By the parts of row and column; a block that is zero is not there."""


def summands(step: Step, found: LogValues, delay: int = 1) -> Blocks:
    """Return the blocks of ∂s_t/∂s_{t−delay} from the values of one step in logarithms."""
    made, symbols = formula(step, delay), Symbols(step)
    linear, written = Linear(symbols), Readings(symbols.number, symbols.slopes, lambda _: algebra.ONE)
    with np.errstate(all="ignore"):
        numbers, names = made.values(LOGS.arithmetic, readings(step, found)), made.values(symbols, written)
        in_logs = made.numbers(LOGS.arithmetic, readings(step, found))
        in_symbols = made.numbers(symbols, written)
        taken_apart: dict[tuple[str, str], list[Summand]] = {}
        for state, *rows in zip(step.recurrence.states, made.rows, in_logs, in_symbols, strict=True):
            for column in rows[0]:
                shapes = step.state_shape(state.name), step.state_shape(column[0])
                for mark, log, sign in zip(*(row[column] for row in rows), strict=True):
                    taken = _Taken(numbers, names, mark, log)
                    word = summand(linear, sign, len(shapes[0]), len(shapes[1]))
                    taken_apart.setdefault((state.name, column[0]), []).append(taken.apart(word, sign, *shapes))
    return taken_apart


@lru_cache(maxsize=32)
def ways(step: Step, delay: int = 1) -> NDArray[np.bool_]:
    """Return which entries (N, N) of ∂s_t/∂s_{t−delay} are not zero by the equations alone, whatever the numbers are."""
    there = np.zeros((step.N, step.N), dtype=bool)
    for row, column, term in blocks(step, formula(step, delay).rows, delay):
        rows, columns = step.state_shape(row), step.state_shape(column)
        entries = np.zeros((*rows, *columns), dtype=bool)
        diagonal(entries, term, rows, columns)[...] = True
        there[step.parts[row], step.parts[column]] |= entries.reshape(math.prod(rows), math.prod(columns))
    there.flags.writeable = False
    return there


@dataclass(frozen=True, slots=True)
class _Taken:
    """A term in marks and in logarithms, with what each mark is."""

    numbers: Mapping[Mark, Signed]
    names: Mapping[Mark, Written]
    mark: Term
    log: Term

    def apart(self, word: Written, symbols: Term, rows: tuple[int, ...], columns: tuple[int, ...]) -> Summand:
        """Return the summand."""
        factors, sign = [], 1
        for factor in (self.mark.coefficient, self.mark.base):
            for one in () if factor is None else self._factors(factor.number, factor.labels):
                sign_of, rest = _signed(one)
                sign *= sign_of
                factors += [] if rest is None else [rest]
        scale, matrix = self._scaled(symbols, rows, columns)
        return Summand(
            word,
            self.mark.deltas,
            sign,
            tuple(factors),
            scale,
            matrix,
            log_entries(self.log, (), rows, columns),
            max(len(rows), len(columns)),
        )

    def _factors(self, mark: Mark, labels: str) -> Iterator[Named]:
        """Yield what a product that sums over nothing is made of; what is multiplied by last stands first."""
        if mark.kind != PRODUCT or mark.what.summed or len(mark.of) < 2:
            yield Named(self.names[mark], labels, self.numbers[mark])
            return
        called = dict(zip(mark.what.out, labels, strict=True))
        parts = list(zip(mark.of, mark.what.labels, strict=True))
        for one, own in parts[::-1] if parts[0][1] == parts[1][1] else parts:
            yield from self._factors(one, "".join(called[label] for label in own))

    def _scaled(
        self, symbols: Term, rows: tuple[int, ...], columns: tuple[int, ...]
    ) -> tuple[Named | None, Named | None]:
        """Return the vector and the matrix of a summand diag(v) M of vectors' block, as far as it is that."""
        base = _named(self.log.base, symbols.base)
        scale = _named(self.log.coefficient, symbols.coefficient)
        if len(rows) != 1 or len(columns) != 1 or (scale is not None and scale.labels not in ("", "i")):
            return None, None
        if self.log.deltas:
            return (scale, None) if base is None else (None, None)
        if base is None or set(base.labels) != {"i", "a"}:
            return None, None
        if base.labels == "ai":
            base = Named(algebra.transposed(base.written), "ia", base.numbers.T)
        return scale, base


def _named(log: Factor | None, symbol: Factor | None) -> Named | None:
    return None if log is None or symbol is None else Named(symbol.number, log.labels, log.number)


def _signed(one: Named) -> tuple[int, Named | None]:
    """Return the sign that a factor is written with, and it without; None for 1."""
    sign, rest = algebra.signed(one.written)
    if rest.kind == NUMBER and rest.text == "1":
        return sign, None
    numbers = one.numbers if sign > 0 else logs.negative(one.numbers)
    return sign, Named(rest, one.labels, numbers)


def _places(entry: Entry) -> dict[str, int]:
    """Return the number of each label."""
    rows, columns = entry
    return {
        **dict(zip(ROWS[len(rows)], rows, strict=True)),
        **dict(zip(COLUMNS[len(columns)], columns, strict=True)),
    }
