"""One sweep backward that carries the losses of many steps at once, each on a scale of its own: δ_{t,k} for all t ≥ k.

Each loss step t is one row, so that a step k costs one matrix product for all rows. A row is a vector in float64 times e to
the power of its scale; it is brought back to norm one only when its norm strays, so that a term of e^-5000 is a number.
Where a step shrinks a row so much that float64 may have lost what matters later, the row is doubtful: it is made again
with every entry in logarithms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.gradient.backward import Reach
from explorer.engine.network.trace import Trace
from explorer.engine.norms import log_norms, unit
from explorer.engine.recurrence.kernels.kernel import Ran
from explorer.engine.signed import Signed
from explorer.engine.work import Report, Stop

Steps = NDArray[np.intp]

# Beyond these squares of its norm a row is brought back to norm one, and with it those beyond the nearer ones: seldom,
# and many at a time.
_LEAST, _MOST = 1e-80, 1e20
_SMALL, _LARGE = 1e-20, 1e5
# A step that leaves less than this of such a row may have lost entries that matter later.
_LOG_RISK = np.log(1e-90)
_LOG_FAINT = np.log(1e-50)
# Every so many steps it is said how far the work is.
_OFTEN = 32


@dataclass(frozen=True, slots=True)
class Front:
    """δ_{t,k} of one step k for some rows: e^scale · delta (R, G·n), with the squares (R,) of the norms of ``delta``.

    ``k`` and ``rows``, the places of the rows among those of the sweep, are counted from 0. ``delta`` is written over later.
    """

    k: int
    rows: slice
    delta: Floats
    scale: Floats
    square: Floats


@dataclass(frozen=True, slots=True)
class Rows:
    """δ_{t,k} of some loss steps: steps (R,) are t−1; e^scale · delta at [·, t − k], delta (R, L, G·n) and scale (R, L).

    A true zero has the scale −inf, and so has what is truncated or lies before the first step.
    """

    steps: Steps
    delta: Floats
    scale: Floats


@dataclass(frozen=True)
class Carrier:
    """What carries the gradient that enters (T, n) at each state back along a trace."""

    trace: Trace
    entering: Floats
    reach: Reach

    @cached_property
    def slopes(self) -> Floats:
        """Return the derivatives (T, K, n) of every step, e^−faint as large."""
        with np.errstate(all="ignore"):
            return self.log_slopes.times(-self.faint[:, None, None]).value()

    @cached_property
    def faint(self) -> Floats:
        """Return ln of the largest f' (T,) of the steps at which every unit of the simple cell is saturated, else 0."""
        if not self._simple:
            return np.zeros(self.reach.steps)
        top = self.log_slopes.log[:, 0].max(axis=1)
        return np.where((top < _LOG_FAINT) & (top > -np.inf), top, 0.0)

    @cached_property
    def log_slopes(self) -> Signed:
        """Return the derivatives (T, K, n) of every step in logarithms."""
        with np.errstate(all="ignore"):
            return self.trace.network.kernel.log_slopes(self._ran)

    @cached_property
    def steps(self) -> Steps:
        """Return the steps t−1 at which anything enters, in ascending order."""
        return np.flatnonzero(self.entering.any(axis=1))

    @property
    def _ran(self) -> Ran:
        # A network that a kernel runs has a kernel's motion.
        return cast(Ran, self.trace.only.motion)

    @property
    def _simple(self) -> bool:
        return self.trace.network.kernel.gates == ("s",)

    def fronts(self, steps: Steps, stop: Stop, report: Report) -> Iterator[Front]:
        """Yield the fronts of the loss steps ``steps`` (R,), ascending, last k first; then those of rows made again.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        if not len(steps):
            return
        doubtful = np.zeros(len(steps), dtype=bool)
        for front in self._swept(steps, doubtful, stop):
            if front.k % _OFTEN == 0:
                report(0.5 * (1.0 - front.k / (steps[-1] + 1)))
            yield front
        again = np.flatnonzero(doubtful)
        for number, row in enumerate(again):
            report(0.5 + 0.5 * number / len(again))
            yield from self._graded(int(row), int(steps[row]), stop)
        report(1.0)

    def rows(self, steps: Steps, through: bool, stop: Stop, report: Report) -> Rows:
        """Return the rows of the loss steps ``steps``, ascending; ``through`` asks for the part that goes through W only.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        net, length = self.trace.network, int(steps[-1]) + 1
        delta, scale = np.zeros((len(steps) * length, len(net.b))), np.full(len(steps) * length, -np.inf)
        last = np.arange(len(steps)) * length + steps
        for front in self.fronts(steps, stop, report):
            places = last[front.rows] - front.k
            delta[places] = net.kernel.recurrent(self.slopes[front.k], front.delta) if through else front.delta
            scale[places] = front.scale
        return Rows(steps, delta.reshape(len(steps), length, -1), scale.reshape(len(steps), length))

    def _swept(self, steps: Steps, doubtful: NDArray[np.bool_], stop: Stop) -> Iterator[Front]:
        """Yield the fronts of the sweep, and mark (R,) the rows that it may have got wrong."""
        net, T = self.trace.network, self.reach.steps
        g, delta, scale = np.zeros((len(steps), net.width)), np.empty((len(steps), len(net.b))), np.zeros(len(steps))
        g[:, : net.hidden] = self.entering[steps]
        _settle(g, scale)
        # Every row runs from its own step down to where truncation cuts it.
        begun = np.searchsorted(steps, np.arange(T))
        cut = np.searchsorted(steps, [self.reach.last(k + 1) for k in range(T)])
        for k in range(int(steps[-1]), -1, -1):
            if stop():
                raise Stopped
            rows = slice(int(begun[k]), int(cut[k]))
            # A step that weakens all alike loses nothing.
            scale[rows] += self.faint[k]
            some, scales = delta[rows], scale[rows].copy()
            past = net.kernel.pull(net, self.slopes[k], g[rows], some)
            square, shrunk = _settle(some, scales)
            yield Front(k, rows, some, scales, square)
            g[rows] = past
            _, faded = _settle(g[rows], scale[rows])
            if len(shrunk) + len(faded) and self._lossy(k):
                doubtful[rows.start + shrunk] = doubtful[rows.start + faded] = True

    def _lossy(self, k: int) -> bool:
        """Return whether there is more to step k, at which a row shrank, than zero slopes."""
        return bool(self.log_slopes.sign[k].any())

    def _graded(self, row: int, step: int, stop: Stop) -> Iterator[Front]:
        """Yield the fronts of one row, every entry of every vector carried in logarithms."""
        net, place = self.trace.network, slice(row, row + 1)
        W, g = Signed.of(net.W), Signed.of(np.zeros(net.width))
        into_h = Signed.of(self.entering[step])
        g.log[: net.hidden], g.sign[: net.hidden] = into_h.log, into_h.sign
        for k in range(step, -1, -1):
            if stop():
                raise Stopped
            if self.reach.last(k + 1) <= step:
                return
            g, delta = net.kernel.log_pull(W, self.log_slopes[k], g)
            near, scale = _unit(delta)
            yield Front(k, place, near[None], np.array([scale]), np.ones(1))


def _settle(vectors: Floats, scale: Floats) -> tuple[Floats, Steps]:
    """Bring the vectors (R, ·) whose norms strayed to norm one, in place, and ``scale`` (R,) to what they lose by it.

    Return the squares (R,) of the norms, and which vectors had shrunk so much that something may be lost.
    """
    square = np.vecdot(vectors, vectors)
    fine = square > _LEAST
    fine &= square < _MOST
    if fine.all():
        return square, _NONE
    # A row that has become zero, infinite or no number stays so; zero times anything is zero, also inf.
    dead = np.isneginf(scale)
    vectors[dead], square[dead] = 0.0, 1.0
    off = np.flatnonzero(~((square > _SMALL) & (square < _LARGE)) & np.isfinite(scale))
    log = log_norms(vectors[off])
    top = np.abs(vectors[off]).max(axis=1, initial=0.0)[:, None]
    near = vectors[off] / np.where(top > 0.0, top, 1.0)
    vectors[off] = near / np.where(top > 0.0, np.sqrt(np.vecdot(near, near))[:, None], 1.0)
    scale[off] += log
    square[off] = 1.0
    return square, off[log < _LOG_RISK]


_NONE: Steps = np.zeros(0, dtype=np.intp)


def _unit(vector: Signed) -> tuple[Floats, float]:
    """Return the vector as (norm one, ln of its norm), zeros and −inf for a true zero."""
    top = float(vector.log.max())
    if top == -np.inf:
        return np.zeros(len(vector.log)), top
    near, log = unit(vector.sign * np.exp(vector.log - top))
    return near, top + log
