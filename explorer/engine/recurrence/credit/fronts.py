"""One sweep backward that carries the losses of many steps at once, each on a scale of its own: δ_{t,k} for all t ≥ k.

Each loss step t is one row, so that a step k costs one set of products for all rows. A row is a vector in float64 times e to
the power of its scale; it is brought back to norm one only when its norm strays, so that a term of e^−5000 is a number. Where
a step shrinks a row, or what is asked of it, so much that float64 may have lost what matters, the row is doubtful: all those
are made again together, with every entry in logarithms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.norms import log_norms, norm_of_logs
from explorer.engine.recurrence.credit.credit import Credit
from explorer.engine.recurrence.credit.logshares import Columns
from explorer.engine.signed import Signed
from explorer.engine.work import Report, Stop

Steps = NDArray[np.intp]

# Beyond these squares of its norm a row is brought back to norm one, and with it those beyond the nearer ones: seldom,
# and many at a time.
_LEAST, _MOST = 1e-80, 1e20
_SMALL, _LARGE = 1e-20, 1e5
# A step that leaves less than this of such a row may have lost entries that matter later; so may so small a part of δ.
_LOG_RISK = np.log(1e-90)
_RISK = 1e-180


# Every so many steps it is said how far the work is.
_OFTEN = 32


@dataclass(frozen=True, slots=True)
class Front:
    """δ_{t,k} of one step k, counted from 0, for the losses of the steps ``t`` (R,): e^scale · delta (R, D).

    ``square`` (R,) are squares of the norms of the columns of ``delta`` that are asked for. ``logs`` has the same with all
    digits of every entry, for rows that were made again; ``delta`` is then of norm one, and zero in all other columns.
    """

    k: int
    t: Steps
    delta: Floats
    scale: Floats
    square: Floats
    logs: Signed | None = None

    def log_sizes(self) -> Floats:
        """Return ln of the norms (R,) of δ itself."""
        if self.logs is not None:
            return norm_of_logs(self.logs.log)
        log = log_norms(self.delta)
        return np.where(np.isneginf(self.scale) | np.isneginf(log), -np.inf, self.scale + log)

    def log_norms(self, credit: Credit, names: tuple[str, ...]) -> Floats:
        """Return ln of the norms (R,) of the terms (t, k) of the weights that were asked for; −inf for a true zero."""
        if self.logs is not None:
            return credit.log_shares.log_norms(names, self.k, self.logs)
        log = credit.shares.log_norms(names, self.k, self.delta, self.square)
        if self.scale.max(initial=0.0) < np.inf:
            return self.scale + log
        dead = np.isneginf(self.scale) | np.isneginf(log)
        return np.where(dead, -np.inf, np.where(dead, 0.0, self.scale) + log)


def fronts(
    credit: Credit,
    entering: Floats,
    last: Callable[[int], int],
    names: Sequence[str],
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
) -> Iterator[Front]:
    """Yield the fronts of all losses, last k first; then those of rows made again, which stand for what was told before.

    ``entering`` (T, n) is the gradient on what is given out at each step, by that step's loss; rows of zeros are none. The
    losses of step k + 1 to ``last(k + 1)`` reach step k, the later ones are cut. All digits count in the terms of the
    weights ``names``, taken together.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    steps = np.flatnonzero(entering.any(axis=1))
    if not len(steps):
        return
    sweep = _OneByOne(credit, tuple(names), {}, entering, last, stop)
    doubtful = np.zeros(len(steps), dtype=bool)
    for front in sweep.plain(steps, doubtful):
        if front.k % _OFTEN == 0:
            report(0.5 * (1.0 - front.k / (steps[-1] + 1)))
        yield front
    again = steps[doubtful]
    for front in sweep.in_logs(again) if len(again) else ():
        report(0.5 + 0.5 * (1.0 - front.k / (again[-1] + 1)))
        yield front
    report(1.0)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What carries losses back, a step at a time; ``known`` keeps what was found out of steps."""

    credit: Credit
    names: tuple[str, ...]
    known: dict[int, tuple[bool, bool]]

    def onward(self, k: int, g: Floats, scale: Floats, doubtful: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        """Bring rows past step k, in place, and return δ on it, its scales and the squares of what is asked of it."""
        with np.errstate(all="ignore"):
            past, delta = self.credit.pull(k, g)
            scales = scale.copy()
            square, shrunk = settle(delta, scales)
            g[...] = past
            _, faded = settle(g, scale)
            part = self._part(k, delta, square)
            small = _NONE if part is square else np.flatnonzero(part < _RISK * square)
            if len(faded) or len(shrunk) or len(small):
                on, here = self._alive(k)
                doubtful[faded] |= on
                doubtful[np.concatenate([shrunk, small])] |= here
        return delta, scales, part

    def onward_in_logs(self, k: int, g: Signed) -> tuple[Floats, Floats, Floats, Signed]:
        """Do the same to rows in logarithms; δ is told so, too."""
        with np.errstate(all="ignore"):
            past, delta = self.credit.log_pull(k, g)
            g.log[...], g.sign[...] = past.log, past.sign
            # Of what is asked alone: the rest may be so large that it would leave nothing of it.
            some, asked = Signed.of(np.zeros_like(delta.log)), self._asked(k)
            some.log[:, asked], some.sign[:, asked] = delta.log[:, asked], delta.sign[:, asked]
            scale = norm_of_logs(some.log)
            near = some.times(-np.where(np.isfinite(scale), scale, 0.0)[:, None]).value()
        return near, scale, np.ones_like(scale), delta

    def _alive(self, k: int) -> tuple[bool, bool]:
        """Return whether anything goes on past step k, and whether anything of what is asked is seen at it.

        Where nothing is, what a row shrinks to is a true zero; else float64 may have lost in it what was small for long.
        """
        if k not in self.known:
            dense = np.random.default_rng(0).uniform(1.0, 2.0, (1, self.credit.layout.width))
            past, delta = self.credit.log_pull(k, Signed.of(dense))
            here = delta.log[:, self._asked(k)]
            self.known[k] = bool((past.log > -np.inf).any()), bool((here > -np.inf).any())
        return self.known[k]

    def _asked(self, k: int) -> Columns:
        return self.credit.shares.asked(self.names, k, self.credit.size)

    def _part(self, k: int, delta: Floats, square: Floats) -> Floats:
        """Return the squares of the norms (R,) of what is asked of δ, of which ``square`` are those of the whole."""
        asked = self._asked(k)
        if isinstance(asked, slice) and asked.stop - asked.start == self.credit.size:
            return square
        part = delta[:, asked]
        return np.asarray(np.vecdot(part, part))


@dataclass(frozen=True, slots=True)
class _OneByOne(Sweep):
    """Losses that enter each at its own step; ``last`` says which reaches a step last."""

    entering: Floats
    last: Callable[[int], int]
    stop: Stop

    def plain(self, steps: Steps, doubtful: NDArray[np.bool_]) -> Iterator[Front]:
        """Yield the fronts of the losses of some steps, ascending, and mark (R,) those that may be wrong."""
        g, scale = np.zeros((len(steps), self.credit.layout.width)), np.zeros(len(steps))
        g[:, self.credit.layout.entry] = self.entering[steps]
        settle(g, scale)
        for k, rows in self._running(steps):
            yield Front(k, steps[rows], *self.onward(k, g[rows], scale[rows], doubtful[rows]))

    def in_logs(self, steps: Steps) -> Iterator[Front]:
        """Yield the fronts of the losses of some steps, every entry of every row carried in logarithms."""
        g = Signed.of(np.zeros((len(steps), self.credit.layout.width)))
        enter = Signed.of(self.entering[steps])
        g.log[:, self.credit.layout.entry], g.sign[:, self.credit.layout.entry] = enter.log, enter.sign
        for k, rows in self._running(steps):
            yield Front(k, steps[rows], *self.onward_in_logs(k, g[rows]))

    def _running(self, steps: Steps) -> Iterator[tuple[int, slice]]:
        """Yield each step, last first, with the losses that reach it: from its own on, to where truncation cuts."""
        begun = np.searchsorted(steps, np.arange(self.credit.steps))
        cut = np.searchsorted(steps, [self.last(k + 1) for k in range(self.credit.steps)])
        for k in range(int(steps[-1]), -1, -1):
            if self.stop():
                raise Stopped
            if begun[k] < cut[k]:
                yield k, slice(int(begun[k]), int(cut[k]))


def settle(vectors: Floats, scale: Floats) -> tuple[Floats, Steps]:
    """Bring the vectors (R, ·) whose norms strayed to norm one, in place, and ``scale`` (R,) to what they lose by it.

    Return the squares (R,) of the norms, and which vectors had shrunk so much that something may be lost.
    """
    square = np.vecdot(vectors, vectors)
    fine = square > _LEAST
    fine &= square < _MOST
    if np.logical_and.reduce(fine):
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
