"""The gradient taken apart: the terms (t, k) of loss step t and source step k, their norms, and their sums by lag or step.

A term of ∂L/∂W has rank one, ‖δ_{t,k} h_{k−1}ᵀ‖ = ‖δ_{t,k}‖ ‖h_{k−1}‖: no norm needs the term itself. Zero, undefined and
no number are told apart: −inf, NaN where no path leads from step k to the loss of step t, and inf or NaN for what
overflowed. Losses and steps are those of the sequence, also along chains that run backward.

"W", "U" and "b" are all weights of that family together, as in `network.families`; a weight by its name is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from explorer.engine import limits
from explorer.engine.errors import BadTargets, TooBig
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.gradient.backward import Reach
from explorer.engine.gradient.meant import Meant, families_told, meant
from explorer.engine.gradient.sums import SUMS, bringing, largest, source_vectors, way_to_sum
from explorer.engine.gradient.ways import Rows, Way, ways
from explorer.engine.network.trace import Trace
from explorer.engine.norms import log_norms, norm_of_logs
from explorer.engine.recurrence.credit.fronts import Steps
from explorer.engine.values import Value
from explorer.engine.work import Report, Stop, never, silent

# Nats, as for the flow.
_TOLERANCE = 1e-9
_NOWHERE: Mapping[Way, Rows] = MappingProxyType({})
# How often states are told anew, off by their rounding.
_SHAKEN = 2


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
        """Return ln ‖δ_{t,k}‖ (T, T), the gradient on what the biases are added to; of all δ where there are none."""
        try:
            return self.log_terms("b")
        except BadTargets:
            return self._logs(None, never, silent)

    def log_terms(self, name: str, stop: Stop = never, report: Report = silent) -> Floats:
        """Return ln of the norms of the terms (T, T) of a family of weights, or of one by its name.

        Raises
        ------
        BadTargets
            If the gradient of that has no such terms.
        Stopped
            When ``stop()`` said so.
        """
        return self._logs(self._meant(name).weights, stop, report)

    def unsure(self, name: str, stop: Stop = never, report: Report = silent) -> NDArray[np.bool_]:
        """Return which of `log_terms` (T, T) may be wrong by more than 1e-9 nats, a zero that may be none included.

        What equations subtract within a step may cancel and leave rounding alone. The states are therefore told once more,
        each off by its rounding: terms that follow that are unsure. Of networks that kernels run, and of weights that change
        from step to step, none is.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        weights = self._meant(name).weights
        found, some = np.zeros((self.reach.steps, self.reach.steps), dtype=bool), self._ways_of(weights)
        with one_blas_thread(), np.errstate(all="ignore"):
            for number, (way, names) in enumerate(some):
                others = [other for seed in range(_SHAKEN) if (other := way.shaken(seed)) is not None]
                own = self._along(way, names, False, stop, silent) if others else self._none
                for seed, other in enumerate(others):
                    told = _part(_part(report, number, 1, len(some)), seed, 1, len(others))
                    off = self._along(other, names, False, stop, told)
                    # Two of no number, or of zero, are alike.
                    found |= ~((own == off) | (np.abs(own - off) <= _TOLERANCE) | ~(own < np.inf))
        report(1.0)
        return found & self._open(weights)

    def term(self, name: str, t: int, k: int) -> Floats:
        """Return the term (t, k), in the shape of the weight, or of the family: see `Meant`.

        Raises
        ------
        BadTargets
            If there is no such term.
        """
        some, T = self._meant(name), self.reach.steps
        if not (1 <= t <= T and 1 <= k <= T and self._open(some.weights)[t - 1, k - 1]):
            raise self._no_term(t, k)
        flat = np.zeros(some.size)
        with np.errstate(all="ignore"):
            for way, names in self._ways_of(some.weights):
                rows = way.row(names, t - 1)
                if rows.scale[0, k - 1] != -np.inf:
                    brought = bringing(way, names, some)
                    flat += brought(np.array([k - 1]), rows.delta[:1, k - 1], rows.scale[:1, k - 1])
        return some.shaped(flat)

    def log_totals(self, name: str, by: str, stop: Stop = never, report: Report = silent) -> Floats:
        """Return ln of the norms (T,) of the sums by "lag", "source" or "loss"; NaN where one of their δ is no number."""
        sums, log = self.totals(name, by, stop, report)
        return _zero_wins(log, log_norms(sums.reshape(len(sums), -1)))

    def totals(self, name: str, by: str, stop: Stop = never, report: Report = silent) -> tuple[Floats, Floats]:
        """Return these sums (T, …), each in the shape of the weight but e^−log as large, and log (T,).

        Raises
        ------
        BadTargets
            If there are no such sums.
        TooBig
            If they would not fit in memory.
        Stopped
            When ``stop()`` said so.
        """
        some, by = self._meant(name), way_to_sum(by)
        sums, log = self._totals(some, by, np.arange(self.reach.steps), stop, report)
        return some.shaped(sums), log

    def total(self, name: str, by: str, index: int) -> Floats:
        """Return one of these sums, in the shape of the weight; lags are counted from 0, steps from 1."""
        some, by = self._meant(name), way_to_sum(by)
        place = index if by == "lag" else index - 1
        if not 0 <= place < self.reach.steps:
            raise BadTargets("There is no {by} {index} among {T} steps.", by=by, index=index, T=self.reach.steps)
        sums, log = self._totals(some, by, np.array([place]), never, silent)
        with np.errstate(all="ignore"):
            return some.shaped(np.exp(log[0]) * sums[0])

    def sum(self, name: str, stop: Stop = never, report: Report = silent) -> Floats:
        """Return the sum of all terms, in the shape of the weight; no number where one of its terms is none."""
        some, flat = self._meant(name), np.zeros(self._meant(name).size)
        for way, names in self._ways_of(some.weights):
            brought = bringing(way, names, some)
            with np.errstate(all="ignore"):
                for vectors, log in self.sources(way, stop, report):
                    flat += brought(np.arange(self.reach.steps), vectors, log)
        return some.shaped(flat)

    def log_size(self, name: str, stop: Stop = never) -> float:
        """Return ln of the norm that the sum of all terms would have if they stood at right angles: none cancels another."""
        log = self.log_terms(name, stop)
        return 0.5 * float(np.logaddexp.reduce(2.0 * log[self._open(self._meant(name).weights)]))

    @property
    def families(self) -> tuple[str, ...]:
        """Return the families of weights whose terms there are."""
        return families_told(self.trace.network.architecture)

    def whole(self, gradients: Mapping[str, Floats], name: str) -> Floats:
        """Return the gradient, of all ``gradients`` by the names of the weights, in the shape in which its terms are."""
        some = self._meant(name)
        flat = [np.ravel(gradients[one]) for one in some.weights]
        return some.shaped(np.concatenate(flat) if flat else np.zeros(some.size))

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Return the ways along which the losses come down to all chains."""
        return ways(self.trace, self.entering, self.reach)

    @cached_property
    def _known(self) -> dict[tuple[str, ...] | None, Floats]:
        return {}

    @cached_property
    def _added(self) -> dict[Way, list[tuple[Floats, Floats]]]:
        return {}

    def _meant(self, name: str) -> Meant:
        return meant(self.trace.network.architecture, name)

    def _ways_of(self, weights: tuple[str, ...] | None) -> list[tuple[Way, tuple[str, ...]]]:
        """Return the ways along which some weights lie, all of them for None, each with its own."""
        if weights is None:
            return [(way, tuple(sorted(way.weights))) for way in self.ways]
        found = [(way, tuple(name for name in weights if name in way.weights)) for way in self.ways]
        return [(way, names) for way, names in found if names]

    def _open(self, weights: tuple[str, ...] | None) -> NDArray[np.bool_]:
        """Return whether any path leads from step k to the loss of step t (T, T), at [t, k]."""
        some = [way.open for way, _ in self._ways_of(weights)] or [way.open for way in self.ways]
        return np.logical_or.reduce(some)

    def _no_term(self, t: int, k: int) -> BadTargets:
        T = self.reach.steps
        if np.array_equal(self._open(None), np.tri(T, dtype=bool)):
            return BadTargets("There is no term t = {t}, k = {k}; 1 ≤ k ≤ t ≤ {T} is expected.", t=t, k=k, T=T)
        return BadTargets("There is no term t = {t}, k = {k}: among {T} steps no path leads from step {k} to that loss.",
                          t=t, k=k, T=T)  # fmt: skip

    def _logs(
        self, weights: tuple[str, ...] | None, stop: Stop, report: Report, rows: Mapping[Way, Rows] = _NOWHERE
    ) -> Floats:
        """Return ln of the norms (T, T) of the terms of some weights together, of δ for None; ``rows`` take what arrives."""
        if weights not in self._known:
            some = self._ways_of(weights)
            with one_blas_thread(), np.errstate(all="ignore"):
                each = [
                    self._along(way, names, weights is None, stop, _part(report, number, 1, len(some)), rows.get(way))
                    for number, (way, names) in enumerate(some)
                ]
                logs = each[0] if len(each) == 1 else norm_of_logs(np.stack([self._none, *each], axis=-1))
                logs = np.where(self._open(weights), logs, np.nan)
            logs.setflags(write=False)
            self._known[weights] = logs
        return self._known[weights]

    @property
    def _none(self) -> Floats:
        return np.full((self.reach.steps, self.reach.steps), -np.inf)

    def _along(
        self, way: Way, names: tuple[str, ...], plain: bool, stop: Stop, report: Report, rows: Rows | None = None
    ) -> Floats:
        """Return ln of the norms (T, T) of one chain's terms, or of its δ itself; ``rows`` take what arrives."""
        # At [k, t]: a step's fronts lie together.
        logs = self._none
        for one in way.arrived(way.losses, names, stop, report):
            front = one.front
            logs[one.k, one.t] = front.log_sizes() if plain else front.log_norms(way.credit, names)
            if rows is not None:
                rows.take(one)
        return logs.T

    def sources(self, way: Way, stop: Stop = never, report: Report = silent) -> list[tuple[Floats, Floats]]:
        """Return Σ_t δ_{t,k} (T, D) of all columns, some losses at a time, each with the scales (T,); they are made once."""
        if way not in self._added:
            names = tuple(sorted(way.weights))
            with one_blas_thread(), np.errstate(all="ignore"):
                blocks = self._blocks(way, names, way.losses, stop, report)
                self._added[way] = [source_vectors(rows) for rows in blocks]
        return self._added[way]

    def _totals(self, some: Meant, by: str, groups: Steps, stop: Stop, report: Report) -> tuple[Floats, Floats]:
        """Return the sums (·, P) of the groups, each with the logarithm of its scale (·,)."""
        if 8.0 * len(groups) * some.size > (limit := limits.most_bytes()):
            raise TooBig("The sums of so many terms would need more than {limit:.0f} GB.", limit=limit / 2**30)
        rooms = self._rooms(some.weights)
        terms = self._logs(some.weights, stop, _part(report, 0, 1, 2), rooms)
        log, sums = largest(terms, self._open(some.weights), by), np.zeros((len(groups), some.size))
        sums[~np.isfinite(log[groups]) & ~np.isneginf(log[groups])] = np.nan
        found = self._ways_of(some.weights)
        with one_blas_thread(), np.errstate(all="ignore"):
            for number, (way, names) in enumerate(found):
                losses = np.intersect1d(way.losses, groups) if by == "loss" else way.losses
                told = _part(_part(report, 1, 1, 2), number, 1, len(found))
                alike = way in rooms and np.array_equal(losses, way.losses)
                for rows in [rooms[way]] if alike else self._blocks(way, names, losses, stop, told):
                    # True zeros, also of what is no number but is multiplied with zero.
                    nothing = np.isneginf(terms[rows.t])
                    rows.delta[nothing], rows.scale[nothing] = 0.0, -np.inf
                    SUMS[by](rows, bringing(way, names, some), groups, log, sums)
        report(1.0)
        return sums, log[groups]

    def _rooms(self, weights: tuple[str, ...]) -> dict[Way, Rows]:
        """Return, where it fits, what takes in what arrives on the way to the terms: their sums need no second way then."""
        if weights in self._known:
            return {}
        small = [way for way, _ in self._ways_of(weights) if len(way.losses) <= way.together]
        return {way: way.room(way.losses) for way in small}

    def _blocks(self, way: Way, names: tuple[str, ...], losses: Steps, stop: Stop, report: Report) -> Iterator[Rows]:
        """Yield the rows of these losses, as many at a time as memory allows."""
        for first in range(0, len(losses), way.together):
            some = losses[first : first + way.together]
            yield way.rows(some, names, stop, _part(report, first, len(some), len(losses)))


def _part(report: Report, first: int, count: int, whole: int) -> Report:
    """Return what reports the fraction of ``count`` of the ``whole`` from the ``first`` on."""
    return lambda fraction: report((first + count * fraction) / whole)


def _zero_wins(*logs: Floats) -> Floats:
    """Return the sum of logarithms, −inf where one of them is: zero times anything is zero, also inf."""
    zero = np.logical_or.reduce(np.broadcast_arrays(*(np.isneginf(log) for log in logs)))
    with np.errstate(invalid="ignore"):
        return np.where(zero, -np.inf, sum(logs))
