"""Losses that enter a run at many steps: rows gather what comes in on their way back.

That is what the chains above make of a loss: it enters the chain below at every step that they read. As in `fronts` a row
is a vector times e to the power of its scale, and what is in doubt is made again in logarithms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.recurrence.credit.credit import Credit
from explorer.engine.recurrence.credit.fronts import Front, Steps, Sweep, settle
from explorer.engine.signed import Signed
from explorer.engine.work import Report, Stop

# Nats: what enters beside what is so much larger, or smaller, leaves it without digits.
_APART = 300.0


@dataclass(frozen=True, slots=True)
class Coming:
    """What R losses bring to what is given out: e^scale · vectors at step k, vectors (R, T, n) and scale (R, T)."""

    vectors: Floats
    scale: Floats

    def __getitem__(self, rows: Steps) -> Coming:
        """Return what some of the losses bring."""
        return Coming(self.vectors[rows], self.scale[rows])

    def beside(self, other: Coming) -> Coming:
        """Return both together."""
        top = np.maximum(self.scale, other.scale)
        shift = np.where(np.isfinite(top), top, 0.0)
        mine, theirs = (np.exp(one.scale - shift)[..., None] * one.vectors for one in (self, other))
        return Coming(mine + theirs, np.where(np.isneginf(top), top, shift))


def gathered(
    credit: Credit,
    coming: Coming,
    cut: Callable[[int], bool],
    names: tuple[str, ...],
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
) -> Iterator[Front]:
    """Yield the fronts of all losses, their numbers as ``t``, last k first; then those of rows made again.

    Nothing comes back past a step t, counted from 1, of which ``cut`` says so.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    rows, sweep = np.arange(len(coming.scale)), _Gathering(credit, names, {}, cut, stop)
    doubtful = np.zeros(len(rows), dtype=bool)
    for front in sweep.plain(coming, rows, doubtful):
        report(0.5 * (1.0 - front.k / credit.steps))
        yield front
    again = np.flatnonzero(doubtful)
    for front in sweep.in_logs(coming[again], again) if len(again) else ():
        report(0.5 + 0.5 * (1.0 - front.k / credit.steps))
        yield front
    report(1.0)


@dataclass(frozen=True, slots=True)
class _Gathering(Sweep):
    """Losses that enter at any steps."""

    cut: Callable[[int], bool]
    stop: Stop

    def plain(self, coming: Coming, rows: Steps, doubtful: NDArray[np.bool_]) -> Iterator[Front]:
        """Yield the fronts, and mark (R,) the losses that may be wrong."""
        entry = self.credit.layout.entry
        g, scale = np.zeros((len(rows), self.credit.layout.width)), np.full(len(rows), -np.inf)
        for k in self._steps():
            if self.cut(k + 1):
                g[...], scale[...] = 0.0, -np.inf
            with np.errstate(all="ignore"):
                new = coming.scale[:, k]
                doubtful |= np.isfinite(scale - new) & (np.abs(scale - new) > _APART)
                top = np.maximum(scale, new)
                shift = np.where(np.isfinite(top), top, 0.0)
                g *= np.exp(scale - shift)[:, None]
                g[:, entry] += np.exp(new - shift)[:, None] * coming.vectors[:, k]
                scale[...] = np.where(np.isneginf(top), top, shift)
                settle(g, scale)
            yield Front(k, rows, *self.onward(k, g, scale, doubtful))

    def in_logs(self, coming: Coming, rows: Steps) -> Iterator[Front]:
        """Yield the fronts, every entry of every row carried in logarithms."""
        entry, g = self.credit.layout.entry, Signed.of(np.zeros((len(rows), self.credit.layout.width)))
        for k in self._steps():
            if self.cut(k + 1):
                g.log[...], g.sign[...] = -np.inf, 0.0
            with np.errstate(all="ignore"):
                both = g[:, entry] + Signed.of(coming.vectors[:, k]).times(coming.scale[:, k, None])
                g.log[:, entry], g.sign[:, entry] = both.log, both.sign
            yield Front(k, rows, *self.onward_in_logs(k, g))

    def _steps(self) -> Iterator[int]:
        for k in reversed(range(self.credit.steps)):
            if self.stop():
                raise Stopped
            yield k
