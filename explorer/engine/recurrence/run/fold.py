"""Blocks of steps side by side, where a state is carried on entry by entry: a step need not wait for those of other blocks.

All blocks begin at zero and go on at once, position by position, by the same calls as steps go on one after the other. From
what they end in, and from the product of each block's factors a_t, follow the states in which they really begin: h ← P h + l,
block after block. From these all go on again. So each state is made from the one before by what the equations say, and only
√T of them in another order; a zero that they make stays one. A gradient goes back likewise.

Blelloch 1990, "Prefix sums and their applications", section 1.4.1, with blocks as wide as a call of NumPy likes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import isqrt

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.readings.affine import Factors
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.run.track import Own, Rows, Spread, Still, Track, advance, rows_of, spread_of, steps_of

# Fewer calls than this, one after the other, take no longer than what blocks need beforehand.
_FEW_CALLS = 700
# With more numbers for each call of a step it takes longer for their number than for its calls.
_FEW_NUMBERS = 32
# Where a product of factors has lost digits below 1e-308 it makes less of such a state than float64 tells from zero.
_LARGE = 1e20


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """So many ``blocks`` of ``length`` steps; ``products`` (blocks, …) holds those of the factors of each."""

    step: Step
    blocks: int
    length: int
    products: Mapping[tuple[str, str], Floats]

    @classmethod
    def of(cls, step: Step, blocks: int, length: int, factors: Factors, lead: tuple[int, ...]) -> Fold:
        """Return the fold of a run with these factors of all steps, over sequences with these axes."""
        first = {key: _blocks_first(step, key[0], one, blocks, length, len(lead)) for key, one in factors.items()}
        whole = _product(first, length)
        shapes = {key: (blocks, *lead, *step.state_shape(key[0])) for key in whole}
        return cls(step, blocks, length, {key: np.broadcast_to(one, shapes[key]) for key, one in whole.items()})

    @property
    def steps(self) -> int:
        """Return the steps of all blocks."""
        return self.blocks * self.length

    def tracks(
        self, tracks: Mapping[int, Track], rooms: Iterable[tuple[int, object]], lead: tuple[int, ...]
    ) -> dict[int, Track]:
        """Return tracks of all steps as ones of the positions, with an axis for the blocks; rooms for one step as wide."""
        dtype = next(one.dtype for one in tracks.values() if isinstance(one, np.ndarray))
        laid: dict[int, Track] = {}
        for slot, room in rooms:
            match room:
                case Own(shape=shape, kept=False):
                    laid[slot] = Still(np.empty((self.blocks, *lead, *shape), dtype))
                case Rows(of=of, rows=rows) if of in laid:
                    laid[slot] = rows_of(laid[of], rows)
                case Spread(of=of) if of in laid:
                    laid[slot] = spread_of(laid[of], room)
        return {slot: self._positions(track) for slot, track in tracks.items()} | laid

    def _positions(self, track: Track) -> Track:
        if not isinstance(track, np.ndarray):
            return track
        return _apart(track[: self.steps], self.blocks, self.length).swapaxes(0, 1)

    def onward(self, ends: Floats) -> None:
        """Let the state (…, N) at the end of each block, ``ends[1:]``, be what comes of the one before, too.

        The first has begun where it should.
        """
        parts = {state.name: self.step.part(ends, state.name) for state in self.step.recurrence.states}
        self._carry([(product[1:], parts[column][1:-1], parts[row][2:]) for (row, column), product in self._items()])

    def back(self, begins: Floats) -> None:
        """Let the gradient (…, N) on the state at the beginning of each block be what comes back from the next, too.

        Into the last has come what should.
        """
        parts = {state.name: self.step.part(begins, state.name)[::-1] for state in self.step.recurrence.states}
        self._carry([(product[-2::-1], parts[row][:-1], parts[column][1:]) for (row, column), product in self._items()])

    def _items(self) -> Iterable[tuple[tuple[str, str], Floats]]:
        return self.products.items()

    @staticmethod
    def _carry(terms: Sequence[tuple[Floats, Floats, Floats]]) -> None:
        """Add products of factors and what is before to what is after, one block after the other."""
        calls: list[Iterator[object]] = []
        for product, before, after in terms:
            made = np.empty(after.shape[1:], after.dtype)
            calls.append(map(np.multiply, product, before, repeat(made)))
            calls.append(map(np.add, after, repeat(made), after))
        advance(steps_of(calls), len(terms[0][1]))


def blocks_of(steps: int, numbers: int, calls: int) -> tuple[int, int] | None:
    """Return how many blocks of how many steps are worth while, None if none are.

    A step is so many ``calls``, and makes so many ``numbers`` of its state.
    """
    blocks = 2 * isqrt(steps)
    return None if steps * calls < _FEW_CALLS or numbers > _FEW_NUMBERS * calls else (blocks, steps // blocks)


def is_small(states: Floats) -> bool:
    """Return whether nothing has overflowed, nor is so large that it could have shown what a product has lost."""
    return bool(np.abs(states).max(initial=0.0) < _LARGE)


def _apart(track: Floats, blocks: int, length: int) -> Floats:
    """Return a track (T, …) as (blocks, length, …), as a view."""
    return np.reshape(track, (blocks, length, *track.shape[1:]), copy=False)


def _blocks_first(step: Step, row: str, factor: Floats | float, blocks: int, length: int, lead: int) -> Floats:
    """Return factors as (length, blocks, …); ones that are the same at all steps once, (…)."""
    array = np.asarray(factor)
    if array.ndim < 1 + lead + len(step.state_shape(row)):
        return array[None]
    return _apart(array[: blocks * length], blocks, length).swapaxes(0, 1)


def _product(factors: Mapping[tuple[str, str], Floats], length: int) -> dict[tuple[str, str], Floats]:
    """Return the product of a block's factors, the last first, by halving."""
    if length == 1:
        return {key: one[0] for key, one in factors.items()}
    half, odd = length // 2, length % 2
    pairs = _matrices({key: _every(one, 1, half) for key, one in factors.items()},
                      {key: _every(one, 0, half) for key, one in factors.items()})  # fmt: skip
    whole = _product(pairs, half)
    return _matrices({key: one[-1] for key, one in factors.items()}, whole) if odd else whole


def _every(factor: Floats, first: int, half: int) -> Floats:
    return factor if len(factor) == 1 else factor[first : 2 * half : 2]


def _matrices(
    a: Mapping[tuple[str, str], Floats], b: Mapping[tuple[str, str], Floats]
) -> dict[tuple[str, str], Floats]:
    """Return the product of two matrices of factors, entry by entry."""
    found: dict[tuple[str, str], Floats] = {}
    for (row, middle), left in a.items():
        for (same, column), right in b.items():
            if middle == same:
                made = left * right
                found[row, column] = found[row, column] + made if (row, column) in found else made
    return found
