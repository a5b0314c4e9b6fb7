"""Derivatives of a loss by central differences, where differences can measure them.

They ask for nothing but the loss. But a difference is a derivative only where the loss is smooth over its width and where
the width is not lost in the rounding of the loss: in chaos, and where a large W makes steps of the units, there may be no
such width. That is then the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.gradient.reruns import bytes_of_a_run, rerun
from explorer.engine.gradient.smooth import Near
from explorer.engine.work import Stop

# Widths of the differences, widest first: too wide bends, too narrow rounds; the two that agree best are believed. No two of
# them share a point, so that none agree by that.
_WIDTHS: Floats = 4.0 ** -np.arange(1.0, 14.0)
# Which of them are tried first, which where these do not agree, and which at last.
_FIRST, _WIDER, _NARROWER, _NARROWEST = slice(3, 6), slice(0, 3), slice(6, 9), slice(9, 13)
# Agreement that needs no other width.
_ENOUGH = 1e-10
# So many bytes of runs are worked out side by side.
_BLOCK_BYTES = 8 * 2**20
# Central differences over five points (Abramowitz and Stegun 25.3.6): the error is of the fourth order.
_POINTS = np.array([-2.0, -1.0, 1.0, 2.0])


@dataclass(frozen=True, slots=True)
class Difference:
    """A derivative by central differences, the ``doubt`` that the next wider one leaves, and the ``rounding`` of the loss."""

    value: float
    doubt: float
    rounding: float


def differences(near: Near, name: str, directions: Floats, stop: Stop = lambda: False) -> list[Difference | None]:
    """Return the derivatives of the loss along directions (D, …) in a parameter, None where no two widths can be compared.

    The widths are those over which nothing goes over a kink or moves further than it bends: see `smooth`.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    D = len(directions)
    values, rounding = np.full((D, len(_WIDTHS)), np.nan), np.full((D, len(_WIDTHS)), np.inf)
    found: list[Difference | None] = [None] * D
    left = np.arange(D)
    for some in (_FIRST, _WIDER, _NARROWER, _NARROWEST):
        # Where one width is too wide, so are all that are wider.
        tried = left[np.isfinite(values[left, some.stop])] if some is _WIDER else left
        values[tried, some], rounding[tried, some] = _over(near, name, directions[tried], _WIDTHS[some], stop)
        for place in left:
            found[place] = _best(values[place], rounding[place])
        left = np.array([place for place in left if not _is_enough(found[place])], dtype=np.intp)
    return found


def goes_by_steps(near: Near, name: str, direction: Floats) -> bool:
    """Return whether the least move along a direction in a parameter changes what is rounded on the way to the loss."""
    return bool(near.by_steps(rerun(near.asked, name, direction[None], _WIDTHS[-1:])).any())


def _best(values: Floats, rounding: Floats) -> Difference | None:
    """Return the derivative over the width that agrees best with the next wider one that there is."""
    there = np.flatnonzero(np.isfinite(values))
    if len(there) < 2:
        return None
    doubts = np.maximum(np.abs(np.diff(values[there])), rounding[there[1:]])
    best = int(np.argmin(doubts))
    return Difference(float(values[there[best + 1]]), float(doubts[best]), float(rounding[there[best + 1]]))


def _is_enough(found: Difference | None) -> bool:
    return found is not None and found.doubt <= max(_ENOUGH * abs(found.value), found.rounding)


def _over(near: Near, name: str, directions: Floats, widths: Floats, stop: Stop) -> tuple[Floats, Floats]:
    """Return the differences (D, W) over some widths, NaN where one of their points lies too far away, and their rounding."""
    shape = len(directions), len(widths), len(_POINTS)
    losses = _losses(near, name, directions, (widths[:, None] * _POINTS).ravel(), stop).reshape(shape)
    near_by, further = losses[..., 2] - losses[..., 1], losses[..., 3] - losses[..., 0]
    return (8.0 * near_by - further) / (12.0 * widths), np.spacing(np.abs(losses).max(axis=-1)) / widths


def _losses(near: Near, name: str, directions: Floats, steps: Floats, stop: Stop) -> Floats:
    """Return the losses (D, S) so many steps away, NaN where one lies too far away; some at a time."""
    found = np.empty((len(directions), len(steps)))
    most = max(1, _BLOCK_BYTES // bytes_of_a_run(near.asked))
    for rows in _some(len(directions), max(1, most // len(steps))):
        for columns in _some(len(steps), most):
            if stop():
                raise Stopped
            runs = rerun(near.asked, name, directions[rows], steps[columns])
            losses = np.where(near.holds(runs), runs.losses(), np.nan)
            found[rows, columns] = losses.reshape(found[rows, columns].shape)
    return found


def _some(count: int, size: int) -> Iterator[slice]:
    return (slice(first, first + size) for first in range(0, count, size))
