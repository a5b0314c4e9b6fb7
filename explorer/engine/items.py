"""The gradient taken apart: δ_{t,k} for every loss step t and source step k, on scales of their own.

One sweep backward carries all loss steps at once, each as a vector of norm one and the logarithm of its norm: a term of
e^-5000 is a number. Where a step shrinks a vector so much that float64 may have lost what matters later, the row is made
again with every entry in logarithms (simple cell; a gate shut to e^-745 is taken for zero).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.engine.activations import Floats
from explorer.engine.backward import Reach
from explorer.engine.cells import Signed
from explorer.engine.errors import BadTargets, TooBig
from explorer.engine.network import Trace

# What the vectors of some rows, or the sums of all groups, may take of memory.
_ROWS_BYTES = 256 * 2**20
_MOST_BYTES = 2 * 2**30
# A step that shrinks a vector of norm one below this may have lost entries that matter later.
_RISK = 1e-100

Steps = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Rows:
    """δ_{t,k} of some loss steps: steps (R,) are t−1, unit (R, T, G·n) has norm one or is zero, log (R, T) its scale."""

    steps: Steps
    unit: Floats
    log: Floats


@dataclass(frozen=True)
class Items:
    """The terms of one gradient, from what enters (T, n) at each state and which terms are kept."""

    trace: Trace
    entering: Floats
    reach: Reach

    @property
    def log_delta(self) -> Floats:
        """Return ln ‖δ_{t,k}‖ (T, T)."""
        return self._logs[0]

    def log_terms(self, name: str) -> Floats:
        """Return ln of the norms of the terms (T, T) of a parameter's gradient.

        Raises
        ------
        BadTargets
            If the gradient of that parameter has no such terms.
        """
        if name == "b_rec" and not self.trace.network.kind.recurrent_bias:
            return np.where(np.isnan(self.log_delta), np.nan, -np.inf)
        left = self._logs[{"U": 0, "b": 0, "W": 1, "b_rec": 2}[_checked(name)]]
        with np.errstate(invalid="ignore"):
            return _zero_wins(left, log_norms(self._right(name)))

    def term(self, name: str, t: int, k: int) -> Floats:
        """Return the term (t, k) of a parameter's gradient, in its shape.

        Raises
        ------
        BadTargets
            If there is no such term.
        """
        if not 1 <= k <= t <= self.reach.steps:
            raise BadTargets(
                "There is no term t = {t}, k = {k}; 1 ≤ k ≤ t ≤ {T} is expected.", t=t, k=k, T=self.reach.steps
            )
        rows = self._rows(np.array([t - 1]))
        return self._shaped(
            name, self._left(name, rows, np.array([0]), np.array([k - 1]), 0.0).T @ self._right(name)[k - 1 : k]
        )

    def log_totals(self, name: str, by: str) -> Floats:
        """Return ln of the norms (T,) of the sums by "lag", "source" or "loss"."""
        sums, log = self.totals(name, by)
        return _zero_wins(log, log_norms(sums.reshape(len(sums), -1)))

    def totals(self, name: str, by: str) -> tuple[Floats, Floats]:
        """Return these sums (T, …), each in the shape of the parameter but e^−log as large, and log (T,)."""
        sums, log = self._totals(name, by, np.arange(self.reach.steps))
        return np.array([self._shaped(name, sum_) for sum_ in sums]), log

    def total(self, name: str, by: str, index: int) -> Floats:
        """Return one of these sums, in the shape of the parameter; lags are counted from 0, steps from 1."""
        place = index if by == "lag" else index - 1
        if not 0 <= place < self.reach.steps:
            raise BadTargets("There is no {by} {index} among {T} steps.", by=by, index=index, T=self.reach.steps)
        sums, log = self._totals(name, by, np.array([place]))
        return self._shaped(name, np.exp(log[0]) * sums[0])

    def sum(self, name: str) -> Floats:
        """Return the sum of all terms, in the shape of the parameter."""
        net = self.trace.network
        whole = np.zeros((len(net.b), self._right(name).shape[1]))
        for rows in self._blocks():
            r, k = np.nonzero(rows.log > -np.inf)
            whole += self._left(name, rows, r, k, 0.0).T @ self._right(name)[k]
        return self._shaped(name, whole)

    @cached_property
    def slopes(self) -> Floats:
        """Return the derivatives (T, K, n) of every step."""
        trace = self.trace
        with np.errstate(all="ignore"):
            return trace.network.kind.slopes(trace.network, trace.s[:-1], trace.z, trace.s[1:])

    @cached_property
    def _logs(self) -> tuple[Floats, Floats, Floats]:
        """ln of the norms (T, T) of δ_{t,k}, of its part that goes through W, and of that of the candidate."""
        T, net = self.reach.steps, self.trace.network
        empty: Floats = np.where(np.tri(T, dtype=bool), -np.inf, np.nan)
        logs = empty, empty.copy(), empty.copy()
        for rows in self._blocks():
            through = net.kind.recurrent(self.slopes, rows.unit)
            for log, left in zip(logs, (rows.unit, through, _candidate(self.trace, through)), strict=True):
                log[rows.steps] = np.where(np.isnan(log[rows.steps]), np.nan, _zero_wins(rows.log, log_norms(left)))
        for log in logs:
            log.setflags(write=False)
        return logs

    def _right(self, name: str) -> Floats:
        """Return what δ_{t,k} is multiplied with (T, ·): x_k, h_{k−1}, or one."""
        trace = self.trace
        return {"U": trace.x, "W": trace.s[:-1, : trace.network.hidden]}.get(name, np.ones((trace.steps, 1)))

    def _left(self, name: str, rows: Rows, r: Steps, k: Steps, shift: float) -> Floats:
        """Return e^−shift δ_{t,k} (·, G·n) of the pairs (r, k), only what goes through W where that is asked for."""
        with np.errstate(under="ignore"):
            delta = rows.unit[r, k] * np.exp(rows.log[r, k] - shift)[:, None]
        return self.trace.network.kind.recurrent(self.slopes[k], delta) if name in ("W", "b_rec") else delta

    def _shaped(self, name: str, matrix: Floats) -> Floats:
        net = self.trace.network
        if name == "b_rec":
            return net.gate_rows(matrix)[:, 0] * net.kind.recurrent_bias
        return matrix[:, 0] if _checked(name) == "b" else matrix

    def _totals(self, name: str, by: str, groups: Steps) -> tuple[Floats, Floats]:
        """Return the sums (·, G·n, ·) of the groups, each with the logarithm of its scale (·,)."""
        right = self._right(name)
        shape = len(groups), len(self.trace.network.b), right.shape[1]
        if 8 * np.prod(shape, dtype=float) > _MOST_BYTES:
            raise TooBig("The sums of so many terms would need more than {limit:.0f} GB.", limit=_MOST_BYTES / 2**30)
        sums, log = np.zeros(shape), self._largest(name, by)[groups]
        for rows in self._blocks():
            for i, group in enumerate(groups):
                r, k = _PAIRS[by](rows.steps, int(group))
                if len(r) and log[i] > -np.inf:
                    sums[i] += self._left(name, rows, r, k, log[i]).T @ right[k]
        return sums, log

    def _largest(self, name: str, by: str) -> Floats:
        """Return the largest ln ‖δ_{t,k}‖ (T,) of each group."""
        _checked(name)
        if by not in _PAIRS:
            raise BadTargets(
                "Terms can't be summed by “{by}”; choose one of {choices}.", by=by, choices=", ".join(_PAIRS)
            )
        log = np.where(np.isnan(self.log_delta), -np.inf, self.log_delta)
        if by == "lag":
            return np.array([np.diagonal(log, -lag).max() for lag in range(len(log))])
        return log.max(axis=0 if by == "source" else 1)

    def _blocks(self) -> Iterator[Rows]:
        """Yield the rows in which anything enters, as many at a time as memory allows."""
        steps = np.flatnonzero(self.entering.any(axis=1))
        size = max(1, _ROWS_BYTES // self.trace.z.nbytes)
        for first in range(0, len(steps), size):
            yield self._rows(steps[first : first + size])

    def _rows(self, steps: Steps) -> Rows:
        with np.errstate(all="ignore"):
            rows, doubtful = _sweep(self, steps)
            if doubtful.any() and self.trace.network.kind.gates == ("s",):
                _again(self, rows, np.flatnonzero(doubtful))
        return rows


def log_norms(vectors: Floats) -> Floats:
    """Return ln of the norms (…) of vectors (…, ·), right also where their squares would underflow; −inf for zeros."""
    top = np.abs(vectors).max(axis=-1)
    safe = np.where((top > 0) & np.isfinite(top), top, 1.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        scaled = vectors / safe[..., None]
        return np.log(safe) + 0.5 * np.log(np.einsum("...i,...i->...", scaled, scaled))


def _same_lag(steps: Steps, lag: int) -> tuple[Steps, Steps]:
    rows = np.flatnonzero(steps >= lag)
    return rows, steps[rows] - lag


def _same_source(steps: Steps, k: int) -> tuple[Steps, Steps]:
    rows = np.flatnonzero(steps >= k)
    return rows, np.full(len(rows), k)


def _same_loss(steps: Steps, t: int) -> tuple[Steps, Steps]:
    rows = np.repeat(np.flatnonzero(steps == t), t + 1)
    return rows, np.arange(len(rows))


_PAIRS = {"lag": _same_lag, "source": _same_source, "loss": _same_loss}
"""From the loss steps of some rows and a group's number, the places (row, source step) of its terms."""


def _sweep(items: Items, steps: Steps) -> tuple[Rows, NDArray[np.bool_]]:
    """Return the rows of the loss steps ``steps`` (ascending), and which of them may have lost something."""
    net, T, R = items.trace.network, items.reach.steps, len(steps)
    unit, log = np.zeros((R, T, len(net.b))), np.full((R, T), -np.inf)
    g, scale, doubtful = np.zeros((R, net.width)), np.full(R, -np.inf), np.zeros(R, dtype=bool)
    g[:, : net.hidden] = items.entering[steps]
    for k in range(int(steps[-1]), -1, -1):
        begun, last = np.searchsorted(steps, [k, items.reach.last(k + 1)])
        if begun < R and steps[begun] == k:
            _rescale(g[begun : begun + 1], scale[begun : begun + 1], 0.0)
        some = slice(begun, last)
        g[some] = net.kind.pull(net, items.slopes[k], g[some], unit[some, k])
        log[some, k] = scale[some]
        doubtful[some] |= _rescale(unit[some, k], log[some, k], scale[some])
        doubtful[some] |= _rescale(g[some], scale[some], scale[some])
    return Rows(steps, unit, log), doubtful


def _rescale(vectors: Floats, out: Floats, scale: Floats | float) -> NDArray[np.bool_]:
    """Bring vectors (R, ·) to norm one in place, ``out`` to ``scale`` + ln of their norms; say which shrank too much."""
    log = log_norms(vectors)
    alive = np.broadcast_to(np.asarray(scale) > -np.inf, log.shape)
    vectors /= np.exp(np.where(np.isneginf(log), 0.0, log))[:, None]
    out[...] = _zero_wins(np.asarray(scale), log)
    return alive & (log < np.log(_RISK))


def _again(items: Items, rows: Rows, doubtful: Steps) -> None:
    """Make rows of the simple cell again, in place, with every entry of every vector in logarithms."""
    net = items.trace.network
    slope, W = items.trace.terms()[0].coefficient.log, Signed.of(net.W)
    for r in doubtful:
        t = int(rows.steps[r])
        g = Signed.of(items.entering[t])
        rows.unit[r], rows.log[r] = 0.0, -np.inf
        for k in range(t, -1, -1):
            if items.reach.last(k + 1) <= t or not g.sign.any():
                break
            delta = Signed(g.log + slope[k], np.where(np.isneginf(slope[k]), 0.0, g.sign))
            rows.unit[r, k], rows.log[r, k] = _unit(delta)
            g = _times(delta, W)


def _times(delta: Signed, W: Signed) -> Signed:
    """Return δᵀ W, entry by entry on scales of their own."""
    reach = delta.log[:, None] + W.log
    top = reach.max(axis=0)
    shift = np.where(np.isfinite(top), top, 0.0)
    sum_ = Signed.of((delta.sign[:, None] * W.sign * np.exp(reach - shift)).sum(axis=0))
    return Signed(sum_.log + shift, sum_.sign)


def _unit(vector: Signed) -> tuple[Floats, float]:
    """Return the vector as (norm one, ln of its norm), zeros and −inf for a true zero."""
    top = float(vector.log.max())
    if top == -np.inf:
        return np.zeros(len(vector.log)), top
    plain = vector.sign * np.exp(vector.log - top)
    norm = float(np.linalg.norm(plain))
    return plain / norm, top + float(np.log(norm))


def _zero_wins(*logs: Floats) -> Floats:
    """Return the sum of logarithms, −inf where one of them is: zero times anything is zero, also inf."""
    zero = np.logical_or.reduce(np.broadcast_arrays(*(np.isneginf(log) for log in logs)))
    with np.errstate(invalid="ignore"):
        return np.where(zero, -np.inf, sum(logs))


def _candidate(trace: Trace, through: Floats) -> Floats:
    """Return the part (…, n) of the candidate's gate of vectors (…, G·n)."""
    n = trace.network.hidden
    index = trace.network.kind.gates.index(trace.network.kind.candidate)
    return through[..., index * n : (index + 1) * n]


def _checked(name: str) -> str:
    if name not in ("U", "W", "b", "b_rec"):
        raise BadTargets("The gradient of {name} has no terms to show; choose one of U, W, b, b_rec.", name=name)
    return name
