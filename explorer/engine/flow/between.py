"""What probes from some of the states alone tell of those in between: ln ‖P_{t,k}‖ is taken as even along the row, and how
uneven it is comes of how far each known number lies from the line through its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats


def filled(
    log: Floats, low: Floats, high: Floats, starts: NDArray[np.intp], identity: float
) -> tuple[Floats, Floats, Floats]:
    """Return log, low and high (T+1, T+1) of all columns k from those of the ascending ``starts`` (T+1, K), the first 0.

    ``identity`` is what stands at k = t. Where a neighbour is no number, or a zero, the nearer one stands.
    """
    log, low, high = (_spread(table, starts, identity) for table in (log, low, high))
    _fill(log, low, high, starts)
    return log, low, high


def _spread(known: Floats, starts: NDArray[np.intp], identity: float) -> Floats:
    whole = np.full((len(known), len(known)), np.nan)
    whole[:, starts] = known
    np.fill_diagonal(whole, identity)
    return whole


def _fill(log: Floats, low: Floats, high: Floats, starts: NDArray[np.intp]) -> None:
    uneven = _uneven(log, starts)
    for place, (first, last) in enumerate(pairwise([*(int(k) for k in starts), len(log)])):
        if last - first < 2:
            continue
        if last < len(log):
            _fill_below(log, low, high, first, last, uneven[:, place : place + 2].max(axis=1))
        _fill_triangle(log, low, high, first, last, uneven[:, place])


def _fill_below(log: Floats, low: Floats, high: Floats, first: int, last: int, uneven: Floats) -> None:
    """Fill the rows t ≥ ``last`` between two columns."""
    share = np.arange(1, last - first) / (last - first)
    for table, wider in ((log, 0.0), (low, -1.0), (high, 1.0)):
        left, right = table[last:, first, None], table[last:, last, None]
        table[last:, first + 1 : last] = _line(left, right, share) + wider * uneven[last:, None]


def _fill_triangle(log: Floats, low: Floats, high: Floats, first: int, last: int, uneven: Floats) -> None:
    """Fill the rows t < ``last`` between a column and the diagonal, where P is the identity."""
    lag = np.arange(last - first)
    inside = (lag > 0) & (lag < lag[:, None])
    share = lag / np.maximum(lag[:, None], 1)
    for table, wider in ((log, 0.0), (low, -1.0), (high, 1.0)):
        block = table[first:last, first:last]
        line = _line(block[:, :1], block[0, 0], share) + wider * uneven[first:last, None]
        block[inside] = line[inside]


def _line(left: Floats, right: Floats, share: Floats) -> Floats:
    """Return what lies on the line between two numbers at some shares of the way; where one is none, the nearer."""
    with np.errstate(invalid="ignore"):
        line = left + (right - left) * share
    return np.where(np.isfinite(left) & np.isfinite(right), line, np.where(share < 0.5, left, right))


def _uneven(log: Floats, starts: NDArray[np.intp]) -> Floats:
    """Return by how much (T+1, starts + 1) the row t is off the line through its neighbours at each start."""
    found = np.zeros((len(log), len(starts) + 1))
    for place, off in enumerate(_offs(log, starts), start=1):
        found[:, place] = off
    # Of the first state what is true of the next one, as far back.
    found[:, 0] = found[:, 1]
    if len(starts) > 1:
        later = int(starts[1])
        found[: len(log) - later, 0] = found[later:, 1]
    return found


def _offs(log: Floats, starts: NDArray[np.intp]) -> Iterator[Floats]:
    t = np.arange(len(log))
    for left, here, right in zip(starts[:-1], starts[1:], [*starts[2:], len(log)], strict=True):
        # Before the next start stands the identity.
        end = np.minimum(t, right)
        with np.errstate(all="ignore"):
            share = (here - left) / (end - left)
            off = np.abs(log[:, here] - log[:, left] * (1.0 - share) - log[t, np.minimum(end, len(log) - 1)] * share)
        yield np.where((t > here) & np.isfinite(off), off, 0.0)
