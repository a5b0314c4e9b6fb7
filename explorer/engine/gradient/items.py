"""The gradient taken apart: the terms (t, k) of loss step t and source step k, their norms, and their sums by lag or step.

A term of ∂L/∂W has rank one, ‖δ_{t,k} h_{k−1}ᵀ‖ = ‖δ_{t,k}‖ ‖h_{k−1}‖: no norm needs the term itself. Zero, undefined and
no number are told apart: −inf, NaN for k > t, and inf or NaN for what overflowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.engine import limits
from explorer.engine.errors import BadTargets, TooBig
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.gradient.backward import Reach
from explorer.engine.gradient.sums import SUMS, source_vectors, void, weighted
from explorer.engine.gradient.sweep import Carrier, Rows, Steps
from explorer.engine.names import named, spelt_alike
from explorer.engine.network.trace import Trace
from explorer.engine.norms import log_norms
from explorer.engine.values import Value
from explorer.engine.work import Report, Stop, never, silent

# What the vectors of some rows may take of memory.
_ROWS_BYTES = 64 * 2**20

_TERMED = ("U", "W", "b", "b_rec")

Logs = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, eq=False, repr=False)
class Items(Value):
    """The terms of one gradient, from what enters (T, n) at each state and which terms are kept.

    What takes long asks ``stop`` whether to go on, raises `Stopped` if not, and tells ``report`` how far it is.
    """

    trace: Trace
    entering: Floats
    reach: Reach

    @property
    def log_delta(self) -> Floats:
        """Return ln ‖δ_{t,k}‖ (T, T)."""
        return self._logs(never, silent)[0]

    def log_terms(self, name: str, stop: Stop = never, report: Report = silent) -> Floats:
        """Return ln of the norms of the terms (T, T) of a parameter's gradient.

        Raises
        ------
        BadTargets
            If the gradient of that parameter has no such terms.
        Stopped
            When ``stop()`` said so.
        """
        name = _checked(name)
        left = self._logs(stop, report)[{"U": 0, "b": 0, "W": 1, "b_rec": 2}[name]]
        if name == "b_rec" and not self.trace.network.kernel.recurrent_bias:
            return np.where(np.tri(len(left), dtype=bool), -np.inf, np.nan)
        return _zero_wins(left, log_norms(self._right(name)))

    def term(self, name: str, t: int, k: int) -> Floats:
        """Return the term (t, k) of a parameter's gradient, in its shape.

        Raises
        ------
        BadTargets
            If there is no such term.
        """
        name = _checked(name)
        if not 1 <= k <= t <= self.reach.steps:
            raise BadTargets(
                "There is no term t = {t}, k = {k}; 1 ≤ k ≤ t ≤ {T} is expected.", t=t, k=k, T=self.reach.steps
            )
        with np.errstate(all="ignore"):
            rows = self._carrier.rows(np.array([t - 1]), self._apart(name), never, silent)
            delta = weighted(rows.delta[0, t - k : t - k + 1], rows.scale[0, t - k : t - k + 1])
            return self._shaped(name, delta.T @ self._right(name)[k - 1 : k])

    def log_totals(self, name: str, by: str, stop: Stop = never, report: Report = silent) -> Floats:
        """Return ln of the norms (T,) of the sums by "lag", "source" or "loss"; NaN where one of their δ is no number."""
        sums, log = self.totals(name, by, stop, report)
        return _zero_wins(log, log_norms(sums.reshape(len(sums), -1)))

    def totals(self, name: str, by: str, stop: Stop = never, report: Report = silent) -> tuple[Floats, Floats]:
        """Return these sums (T, …), each in the shape of the parameter but e^−log as large, and log (T,).

        Raises
        ------
        BadTargets
            If there are no such sums.
        TooBig
            If they would not fit in memory.
        Stopped
            When ``stop()`` said so.
        """
        name, by = _checked(name), _way(by)
        sums, log = self._totals(name, by, np.arange(self.reach.steps), stop, report)
        return self._shaped(name, sums), log

    def total(self, name: str, by: str, index: int) -> Floats:
        """Return one of these sums, in the shape of the parameter; lags are counted from 0, steps from 1."""
        name, by = _checked(name), _way(by)
        place = index if by == "lag" else index - 1
        if not 0 <= place < self.reach.steps:
            raise BadTargets("There is no {by} {index} among {T} steps.", by=by, index=index, T=self.reach.steps)
        sums, log = self._totals(name, by, np.array([place]), never, silent)
        with np.errstate(all="ignore"):
            return self._shaped(name, np.exp(log[0]) * sums[0])

    def sum(self, name: str, stop: Stop = never, report: Report = silent) -> Floats:
        """Return the sum of all terms, in the shape of the parameter; no number where one of its terms is none."""
        name = _checked(name)
        right, apart = self._right(name), self._apart(name)
        if apart not in self._vectors:
            self._vectors[apart] = self._added(apart, stop, report)
        with np.errstate(all="ignore"):
            return self._shaped(name, self._vectors[apart].T @ right)

    def log_size(self, name: str, stop: Stop = never) -> float:
        """Return ln of the norm that the sum of all terms would have if they stood at right angles: none cancels another."""
        log = self.log_terms(name, stop)
        return 0.5 * float(np.logaddexp.reduce(2.0 * log[np.tri(len(log), dtype=bool)]))

    @cached_property
    def _carrier(self) -> Carrier:
        return Carrier(self.trace, self.entering, self.reach)

    @cached_property
    def _known(self) -> dict[str, Logs]:
        return {}

    @cached_property
    def _vectors(self) -> dict[bool, Floats]:
        return {}

    def _logs(self, stop: Stop, report: Report) -> Logs:
        """Return ln of the norms (T, T) of δ_{t,k}, of its part that goes through W, and of that of the candidate."""
        if "logs" not in self._known:
            with one_blas_thread(), np.errstate(all="ignore"):
                self._known["logs"] = self._measured(stop, report)
        return self._known["logs"]

    def _measured(self, stop: Stop, report: Report) -> Logs:
        T, net, carrier = self.reach.steps, self.trace.network, self._carrier
        apart = net.kernel.recurrent_bias
        # At [k, t]: a step's fronts lie together.
        logs = np.full((3 if apart else 1, T, T), -np.inf)
        for front in carrier.fronts(carrier.steps, stop, report):
            t = carrier.steps[front.rows]
            logs[0, front.k, t] = front.scale + 0.5 * np.log(front.square)
            if apart:
                through = net.kernel.recurrent(carrier.slopes[front.k], front.delta)
                logs[1, front.k, t] = _zero_wins(front.scale, log_norms(through))
                logs[2, front.k, t] = _zero_wins(front.scale, log_norms(_candidate(self.trace, through)))
        measured = np.where(np.tri(T, dtype=bool), logs.transpose(0, 2, 1), np.nan)
        measured.setflags(write=False)
        # Of the other cells all of δ goes through W, and none of it through b_rec.
        return (measured[0], measured[1], measured[2]) if apart else (measured[0],) * 3

    def _added(self, apart: bool, stop: Stop, report: Report) -> Floats:
        """Return Σ_t δ_{t,k} (T, G·n), or of the part of it that goes through W."""
        vectors = np.zeros((self.reach.steps, len(self.trace.network.b)))
        with one_blas_thread(), np.errstate(all="ignore"):
            for rows in self._blocks(apart, self._carrier.steps, stop, report):
                vectors += source_vectors(rows, np.zeros(len(vectors)))
        return vectors

    def _right(self, name: str) -> Floats:
        """Return what δ_{t,k} is multiplied with (T, ·): x_k, h_{k−1}, or one."""
        trace = self.trace
        return {"U": trace.x, "W": trace.s[:-1, : trace.network.hidden]}.get(name, np.ones((trace.steps, 1)))

    def _apart(self, name: str) -> bool:
        """Return whether a parameter is moved by only a part of δ_{t,k}."""
        return name in ("W", "b_rec") and self.trace.network.kernel.recurrent_bias

    def _shaped(self, name: str, matrices: Floats) -> Floats:
        """Return matrices (…, G·n, ·) in the shape of the parameter."""
        net = self.trace.network
        if name == "b_rec":
            return _candidate(self.trace, matrices[..., 0]) * net.kernel.recurrent_bias
        return matrices[..., 0] if name == "b" else matrices

    def _totals(self, name: str, by: str, groups: Steps, stop: Stop, report: Report) -> tuple[Floats, Floats]:
        """Return the sums (·, G·n, ·) of the groups, each with the logarithm of its scale (·,)."""
        right, steps = self._right(name), self._carrier.steps
        shape = len(groups), len(self.trace.network.b), right.shape[1]
        if 8 * np.prod(shape, dtype=float) > (limit := limits.most_bytes()):
            raise TooBig("The sums of so many terms would need more than {limit:.0f} GB.", limit=limit / 2**30)
        log = self._largest(name, by, stop, _part(report, 0, 1, 2))
        sums = np.zeros(shape)
        sums[~np.isfinite(log[groups]) & ~np.isneginf(log[groups])] = np.nan
        with one_blas_thread(), np.errstate(all="ignore"):
            steps = np.intersect1d(steps, groups) if by == "loss" else steps
            for rows in self._blocks(self._apart(name), steps, stop, _part(report, 1, 1, 2)):
                void(rows, right)
                SUMS[by](rows, right, groups, log, sums)
        return sums, log[groups]

    def _largest(self, name: str, by: str, stop: Stop, report: Report) -> Floats:
        """Return the largest ln ‖δ_{t,k}‖ (T,) of each group, of what is multiplied with the parameter's factor."""
        measured = self._logs(stop, report)[1 if self._apart(name) else 0]
        # No number wins over every number, but not over a factor of zero.
        log = np.where(np.tri(len(measured), dtype=bool) & self._right(name).any(axis=1), measured, -np.inf)
        if by == "lag":
            return np.array([np.diagonal(log, -lag).max() for lag in range(len(log))])
        return log.max(axis=0 if by == "source" else 1)

    def _blocks(self, apart: bool, steps: Steps, stop: Stop, report: Report) -> Iterator[Rows]:
        """Yield the rows of these loss steps, as many at a time as memory allows."""
        size = max(1, _ROWS_BYTES // self.trace.z.nbytes)
        for first in range(0, len(steps), size):
            some = steps[first : first + size]
            yield self._carrier.rows(some, apart, stop, _part(report, first, len(some), len(steps)))


def _part(report: Report, first: int, count: int, whole: int) -> Report:
    """Return what reports the fraction of ``count`` of the ``whole`` from the ``first`` on."""
    return lambda fraction: report((first + count * fraction) / whole)


def _zero_wins(*logs: Floats) -> Floats:
    """Return the sum of logarithms, −inf where one of them is: zero times anything is zero, also inf."""
    zero = np.logical_or.reduce(np.broadcast_arrays(*(np.isneginf(log) for log in logs)))
    with np.errstate(invalid="ignore"):
        return np.where(zero, -np.inf, sum(logs))


def _candidate(trace: Trace, through: Floats) -> Floats:
    """Return the part (…, n) of the candidate's gate of vectors (…, G·n)."""
    n = trace.network.hidden
    index = trace.network.kernel.gates.index(trace.network.kernel.candidate)
    return through[..., index * n : (index + 1) * n]


def _checked(name: str) -> str:
    """Return the name of a parameter whose gradient is a sum of terms."""
    found = spelt_alike(name, _TERMED)
    if found is None:
        raise BadTargets("The gradient of {name} has no terms to show; choose one of U, W, b, b_rec.", name=name)
    return found


def _way(by: str) -> str:
    """Return the name of a way to sum terms."""
    return named("way to sum terms", by, SUMS, BadTargets)
