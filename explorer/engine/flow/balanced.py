"""Which doubtful pairs are right after all, because no layer's rounding reaches where another's is larger.

Along a stack of L layers P_{t,k} grows as a power of its lag in the block from the first layer into the last, and the norms
of whole factors then expect the rounding of one block to matter in all. It does not: P D⁻¹ and D P, D diagonal with powers
of two, are rounded as P is, bit by bit. So what is expected of D J D⁻¹ is true of J. In scales d in which no layer outweighs
another little is lost; what is off by e ‖D P D⁻¹‖ there is so in P by no more than that times the largest d_j/d_i.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import all_pairs, one_blas_thread
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.steps import PartedSteps, Steps, is_parted
from explorer.engine.flow.table import TOLERANCE, AllPairs
from explorer.engine.norms import unit
from explorer.engine.work import Report, Stop

_LN2 = float(np.log(2.0))
# So many scales are tried: J in logarithms and what its entries are off by take longer than all of them.
_TRIES = 4
# Scales so far apart leave what they scale in the range of float64.
_FARTHEST = 100.0
_NOTHING = 1e-100
# Less than this underflow takes from no number.
_LN_UNDERFLOW = float(np.log(np.finfo(np.float64).smallest_subnormal))


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of a chain: ``groups`` of parts that reach one another, upstream first, by the equations alone."""

    steps: PartedSteps
    groups: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, steps: Steps) -> Layers | None:
        """Return the layers of a chain; None of one that has a single one, or whose parts are not known."""
        if not is_parted(steps) or len(steps.parts) < 2:
            return None
        names = list(steps.parts)
        reach = np.array([[(row, column) in steps.links or row == column for column in names] for row in names])
        for _ in range(len(names).bit_length()):
            reach = reach @ reach
        both = reach & reach.T
        firsts = sorted({int(first) for first in both.argmax(axis=1)}, key=lambda first: int(reach[first].sum()))
        groups = tuple(tuple(names[place] for place in np.flatnonzero(both[first])) for first in firsts)
        return cls(steps, groups) if len(groups) > 1 else None

    @property
    def units(self) -> list[NDArray[np.intp]]:
        """Return the units of the state of each."""
        where = self.steps.parts
        return [np.concatenate([np.arange(where[name].start, where[name].stop) for name in one]) for one in self.groups]

    def log_errors(self, log_d: Floats) -> Floats | None:
        """Return ln of the largest norm of a row (T,) of what D J D⁻¹ is off by, log₂ d (N,) falling downstream."""
        blocks = self.steps.log_block_errors()
        if blocks is None:
            # No row is made larger.
            return self.steps.log_errors()
        of_parts = np.array([log_d[where.start] for where in self.steps.parts.values()]) * _LN2
        with np.errstate(all="ignore"):
            rows: Floats = np.logaddexp.reduce(blocks + of_parts[:, None] - of_parts, axis=2)
        return rows.max(axis=1)


def trusted(
    J: Floats, layers: Layers, pairs: AllPairs, stop: Stop, report: Report, seen: Seen = EVERYTHING
) -> NDArray[np.bool_]:
    """Return which of the pairs of J (T, N, N), of what is ``seen`` of them, are right to `TOLERANCE` by some scales.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    sure = np.zeros_like(pairs.doubtful)
    for number in range(_TRIES):
        left = pairs.doubtful & ~sure
        if not left.any():
            break
        log_d = _scales(_product(J, *_way(left, number), stop), layers.units)
        sure |= _sure(J, layers.log_errors(log_d), log_d, pairs, stop, seen)
        report((number + 1) / _TRIES)
    return sure


def _way(doubted: NDArray[np.bool_], number: int) -> tuple[int, int]:
    """Return from which state to which the product leads whose scales are tried next.

    In turns that over all steps, or over ever fewer in their middle, and that of the pair in the midst of what is doubted.
    """
    if number % 2:
        places = np.argwhere(doubted)
        t, k = places[np.abs(places - np.median(places, axis=0)).sum(axis=1).argmin()]
        return int(k), int(t)
    T = len(doubted) - 1
    lag = max(1, T // 2**number)
    return (T - lag) // 2, (T + lag) // 2


def _product(J: Floats, k: int, t: int, stop: Stop) -> Floats:
    """Return P_{t,k}, of norm one."""
    P = np.eye(J.shape[1])
    with one_blas_thread():
        for step in J[k:t]:
            if stop():
                raise Stopped
            P, _ = unit(step @ P)
            # No scale goes so far, and products of what lies below the normal numbers take a hundred times as long.
            P[np.abs(P) < _NOTHING] = 0.0
    return P


def _scales(P: Floats, groups: list[NDArray[np.intp]]) -> Floats:
    """Return log₂ d (N,) of the scales in which the layers of D P D⁻¹ weigh about the same.

    They fall downstream: what flows from layer to layer is only made smaller, and so is what it may be off by. The layer
    through which most goes is the measure.
    """
    into = np.array([np.linalg.norm(P[group]) for group in groups])
    out_of = np.array([np.linalg.norm(P[:, group]) for group in groups])
    through = int(np.argmax(into * out_of))
    with np.errstate(divide="ignore", invalid="ignore"):
        down, up = np.log2(into[through] / into), np.log2(out_of / out_of[through])
    log_d = np.where(np.arange(len(groups)) < through, np.maximum(up, 0.0), np.minimum(down, 0.0))
    log_d = np.clip(np.round(np.minimum.accumulate(np.nan_to_num(log_d))), -_FARTHEST, _FARTHEST)
    found = np.empty(len(P))
    for group, scale in zip(groups, log_d, strict=True):
        found[group] = scale
    return found


def _sure(
    J: Floats, log_errors: Floats | None, log_d: Floats, pairs: AllPairs, stop: Stop, seen: Seen
) -> NDArray[np.bool_]:
    scaled = J * np.exp2(log_d[:, None] - log_d)
    # What underflow has taken from an entry may be scaled up.
    lost = _LN_UNDERFLOW + float(np.ptp(log_d)) * _LN2
    errors = np.full(len(J), lost) if log_errors is None else np.maximum(log_errors, lost)
    there = all_pairs(scaled, stop, log_errors=errors, narrow=False)
    farthest = float(log_d[seen.of_columns].max() - log_d[seen.of_rows].min()) * _LN2
    with np.errstate(all="ignore"):
        off = there.log_norm - pairs.log_norm + farthest
        return np.asarray(there.squares * np.exp(2.0 * off) <= TOLERANCE**2)
