"""What is asked of a chain whose units don't mix: J is diagonal, or a small matrix a unit where the state has parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.flow.certify import certify, off_with_steps
from explorer.engine.flow.dense import Dense
from explorer.engine.flow.pairs import Pairs
from explorer.engine.flow.passes import passes
from explorer.engine.flow.seen import Seen
from explorer.engine.flow.small import Small
from explorer.engine.flow.smallmatrices import counted, largest_singular, multiplied, unit_matrices
from explorer.engine.flow.steps import Steps
from explorer.engine.flow.still import table_bytes
from explorer.engine.flow.table import TOLERANCE
from explorer.engine.flow.unitpairs import UnitSteps, log_steepest, unit_pairs
from explorer.engine.limits import check_size
from explorer.engine.norms import norm_of_logs
from explorer.engine.signed import Signed
from explorer.engine.work import Report, Stop, never

_STACK_BYTES = 64 * 2**20
_EPSILON = float(np.finfo(np.float64).eps)
# A determinant that keeps this share of its summands has lost a few digits' ends.
_LOG_FEW = float(np.log(1e-3))


@dataclass(frozen=True, slots=True)
class Apart:
    """The chain ``whole`` as its u units of p parts: J (u, p, p) each step, of ``J`` (T, u, p, p).

    Part a of unit i is the entry a·u + i of the state.
    """

    whole: Steps
    J: Signed

    @property
    def steps(self) -> int:
        """Return T."""
        return self.whole.steps

    @property
    def width(self) -> int:
        """Return N = u·p."""
        return self.whole.width

    def jacobians(self) -> Floats:
        """Return J (T, u, p, p)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.J.value()

    def walk(self, after: int, until: int) -> Iterator[Floats]:
        """Yield J (u, p, p) of the steps after+1..until."""
        yield from self.jacobians()[after:until]

    def walk_back(self, until: int, after: int = 0) -> Iterator[Floats]:
        """Yield J (u, p, p) of the steps until..after+1."""
        yield from self.jacobians()[after:until][::-1]

    def log_jacobian(self, t: int) -> Signed:
        """Return J (u, p, p) of step t."""
        return self.J[t - 1]

    def log_errors(self) -> Floats | None:
        """Return ln of the largest norm of a row (T,) of what J is off by."""
        return self.whole.log_errors()

    def log_error_entries(self, t: int) -> Floats | None:
        """Return ln of what each entry (u, p, p) of J is off by."""
        errors = self.whole.log_error_entries(t)
        if errors is None:
            return None
        _, u, p, _ = self.J.log.shape
        return np.einsum("aibi->iab", errors.reshape(p, u, p, u))

    def enlarged(self, P: Floats) -> Floats:
        """Return the product (N, N) of those of the units (u, p, p)."""
        u, p, _ = P.shape
        whole = np.zeros((p, u, p, u))
        np.einsum("aibi->iab", whole)[...] = P
        return whole.reshape(p * u, p * u)


@dataclass(frozen=True, slots=True)
class Units:
    """Products unit by unit."""

    chain: Apart

    def pairs(self, stop: Stop = lambda: False, report: Report = lambda _: None) -> Pairs:
        """Return all pairs."""
        T, u, p, _ = self.chain.J.log.shape
        check_size(T, u * p, partial(bytes_needed, p))
        return self._made(Seen(units=u), None, stop, report)

    def block(self, seen: Seen, whole: Pairs, stop: Stop = lambda: False, report: Report = lambda _: None) -> Pairs:
        """Return all pairs of what is ``seen`` of each unit's products, whose ``whole`` is known."""
        return self._made(seen, whole.log_norm, stop, report)

    def _made(self, seen: Seen, whole: Floats | None, stop: Stop, report: Report) -> Pairs:
        found = unit_pairs(self.chain.J, stop, report, seen)
        L, doubtful = found.log_norm, found.doubtful
        whole = L if whole is None else whole
        dead, off = self._dead(), self._off()
        if dead.any():
            doubtful &= ~(_over(dead) & np.isneginf(L))
        if off.any():
            doubtful |= off_with_steps(self.chain, L, whole, _over(off), stop)
        certified = certify(self.chain, self.chain.jacobians(), L, doubtful, stop, report, seen, whole)
        return Pairs(L, doubtful, certified.lost, int((found.remade | doubtful).sum()), certified.unsure)

    def log_spectral_norm(self, pairs: Pairs, stop: Stop = lambda: False, report: Report = lambda _: None) -> Floats:
        """Return ln ‖P_{t,k}‖₂ (T+1, T+1), the largest of any unit."""
        with one_blas_thread(), np.errstate(all="ignore"):
            steps = UnitSteps(self.chain.J)
            L = (_largest_numbers if steps.p == 1 else _largest_matrices)(steps, stop, report)
            L[np.isnan(pairs.log_norm)] = np.nan
            L[np.isneginf(pairs.log_norm)] = -np.inf
            again = pairs.doubtful & ~np.isneginf(pairs.log_norm)
            for wanted, extended in ((again & ~pairs.lost, None), (again & pairs.lost, self.chain.jacobians())):
                for visit in passes(self.chain, wanted, stop, report, extended, Seen(units=steps.u)):
                    matrices, log = visit.stack.products()
                    apart = matrices.reshape(len(log), steps.u, steps.p, steps.p)
                    norms = log + np.log(largest_singular(apart).max(axis=1))
                    L[visit.t, visit.columns[visit.wanted]] = norms[visit.wanted]
        return L

    def product(self, t: int, k: int, pairs: Pairs) -> tuple[Floats, float]:
        """Return P_{t,k} (N, N), of norm one, and ln of its norm."""
        with np.errstate(all="ignore"):
            if pairs.doubtful[t, k]:
                P, log = self._again(t, k, pairs)
                return self.chain.enlarged(P), log
            ((P, logs),) = self._in_order([t], k)
            log = float(norm_of_logs(logs))
            if log == -np.inf:
                return self.chain.enlarged(np.zeros_like(P)), log
            return self.chain.enlarged(P * np.exp(logs - log)[:, None, None]), log

    def log_singular_values(self, ends: Sequence[int], k: int, stop: Stop = lambda: False) -> Floats:
        """Return ln σ_i(P_{t,k}) (E, N) for each t of ``ends``, descending."""
        found = np.full((len(ends), self.chain.width), np.nan)
        sound = [t for t in ends if not self._ruined(t, k)]
        if sound:
            values = self._values(sound, k, stop)
            found[: len(sound)] = np.sort(values.reshape(len(sound), -1), axis=1)[:, ::-1]
        return found

    def row(self, t: int, spectral: bool) -> Floats:
        """Return ln ‖P_{t,k}‖ (t+1,) for k = 0..t."""
        steps = UnitSteps(self.chain.J[:t])
        with np.errstate(all="ignore"):
            logs = steps.between(np.array(t), np.arange(t + 1)) if steps.p == 1 else _row(steps, spectral)
            row = logs.max(axis=1) if spectral else norm_of_logs(logs)
        row[counted(steps.ruined)[t] > counted(steps.ruined)] = np.nan
        return row

    def exponents(self, skip: int, ends: Sequence[int], stop: Stop = never) -> Floats:
        """Return the N Lyapunov exponents (E, N) over the steps skip+1..end for each of ``ends``, descending."""
        _, u, p, _ = self.chain.J.log.shape
        if p == 1:
            found = self.log_singular_values(ends, skip, stop) / (np.array(ends) - skip)[:, None]
        else:
            each = [Dense(self._unit(i)).exponents(skip, ends, stop) for i in range(u)]
            found = np.sort(np.concatenate(each, axis=1), axis=1)[:, ::-1]
        found[[self._ruined(end, 0) for end in ends]] = np.nan
        return found

    def _values(self, ends: Sequence[int], k: int, stop: Stop) -> Floats:
        """Return ln σ (E, u, p) of the units' products that end at ``ends``."""
        _, u, p, _ = self.chain.J.log.shape
        if p == 1:
            return UnitSteps(self.chain.J).between(np.array(ends), np.array(k))[:, :, None]
        values, sure = (
            self._pairs_of_values(ends, k) if p == 2 else (np.empty((len(ends), u, p)), np.zeros(u, dtype=bool))
        )
        for i in np.flatnonzero(~sure):
            values[:, i] = Dense(self._unit(int(i))).log_singular_values(ends, k, stop)
        return values

    def _pairs_of_values(self, ends: Sequence[int], k: int) -> tuple[Floats, NDArray[np.bool_]]:
        """Return ln σ₁ and ln σ₂ = ln|det P| − ln σ₁ of units of two parts (E, u, 2); and where (u,) nothing cancelled."""
        J, steps = self.chain.J[k : ends[-1]], np.array(ends) - k
        with np.errstate(all="ignore"):
            first = np.stack([logs + np.log(largest_singular(P)) for P, logs in self._in_order(ends, k)])
            ways = [J[:, :, 0, 0] * J[:, :, 1, 1], J[:, :, 0, 1] * J[:, :, 1, 0]]
            det = ways[0] - ways[1]
            kept = det.log > np.logaddexp(ways[0].log, ways[1].log) + _LOG_FEW
            rounded = np.log(_EPSILON * 8.0 * (steps + 1))[:, None] + _summed(log_steepest(J))[steps] - first
            second = _summed(det.log)[steps] - first
        return np.stack([first, second], axis=2), kept.all(axis=0) & (rounded <= np.log(TOLERANCE)).all(axis=0)

    def _unit(self, i: int) -> Small:
        return Small(self.chain.J[:, i])

    def _ruined(self, t: int, k: int) -> bool:
        return not bool((self.chain.J.log[k:t] < np.inf).all())

    def _dead(self) -> NDArray[np.bool_]:
        """Return which steps (T,) are zero."""
        return np.asarray((self.chain.J.log == -np.inf).all(axis=(1, 2, 3)))

    def _off(self) -> NDArray[np.bool_]:
        """Return which steps (T,) have lost digits."""
        errors = self.chain.log_errors()
        return np.zeros(self.chain.steps, dtype=bool) if errors is None else np.asarray(errors > -np.inf)

    def _in_order(self, ends: Sequence[int], k: int) -> Iterator[tuple[Floats, Floats]]:
        """Yield the products of the units (u, p, p) at ``ends``, of norm one or zero, and ln of their norms (u,)."""
        J = self.chain.J[k : ends[-1]]
        _, u, p, _ = J.log.shape
        steps = UnitSteps(J)
        if p == 1:
            yield from ((J[: t - k].sign.prod(axis=0), steps.between(np.array(t - k), np.array(0))) for t in ends)
            return
        P, log = unit_matrices(np.tile(np.eye(p), (u, 1, 1)))
        assert steps.matrix is not None
        for t in range(k, ends[-1] + 1):
            if t > k:
                P, near = unit_matrices(multiplied(steps.matrix[t - k - 1], P))
                log = log + (near + steps.size[t - k - 1])
            if t in ends:
                yield P, log

    def _again(self, t: int, k: int, pairs: Pairs) -> tuple[Floats, float]:
        """Return a doubtful product (u, p, p), and ln of its norm."""
        wanted = np.zeros_like(pairs.doubtful)
        wanted[t, k] = True
        _, u, p, _ = self.chain.J.log.shape
        extended = self.chain.jacobians() if pairs.lost[t, k] else None
        (visit,) = passes(self.chain, wanted, extended=extended, seen=Seen(units=u))
        matrices, log = visit.stack.products()
        return matrices[0].reshape(u, p, p), float(log[0])


def bytes_needed(p: int, T: int, N: int) -> int:
    """Return the most memory that T steps of a state of width N, units of p parts, take at a time."""
    return table_bytes(T, N) + 8 * 16 * (T + 1) * N * p


def _summed(steps: Floats) -> Floats:
    """Return the sums of the first t steps, t = 0..T (T+1, …)."""
    return np.concatenate([np.zeros((1, *steps.shape[1:])), np.cumsum(steps, axis=0)])


def _over(which: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which pairs (T+1, T+1) some of the steps lie between."""
    total = counted(which)
    return total[:, None] > total


def _largest_numbers(steps: UnitSteps, stop: Stop, report: Report) -> Floats:
    L = np.full((steps.T + 1, steps.T + 1), np.nan)
    for t in range(steps.T + 1):
        if stop():
            raise Stopped
        L[t, : t + 1] = steps.between(np.array(t), np.arange(t + 1)).max(axis=1)
        report((t + 1) / (steps.T + 1))
    return L


def _largest_matrices(steps: UnitSteps, stop: Stop, report: Report) -> Floats:
    """Return the 2-norms (T+1, T+1) by the products in order, many columns together."""
    T, u, p = steps.T, steps.u, steps.p
    L = np.full((T + 1, T + 1), np.nan)
    np.fill_diagonal(L, 0.0)
    size = max(1, _STACK_BYTES // (8 * u * p * p))
    for first in range(0, T, size):
        last = min(first + size, T)
        P, log = np.tile(np.eye(p), (last - first, u, 1, 1)), np.zeros((last - first, u))
        for t in range(first + 1, T + 1):
            if stop():
                raise Stopped
            begun = min(t, last) - first
            assert steps.matrix is not None
            P[:begun], near = unit_matrices(multiplied(steps.matrix[t - 1], P[:begun]))
            log[:begun] += near + steps.size[t - 1]
            L[t, first : first + begun] = (log[:begun] + np.log(largest_singular(P[:begun]))).max(axis=1)
        report(last / T)
    return L


def _row(steps: UnitSteps, spectral: bool) -> Floats:
    """Return ln of the norms of the units' products (t+1, u) that end at the last step."""
    T, u, p = steps.T, steps.u, steps.p
    P, log = np.tile(np.eye(p), (u, 1, 1)), np.zeros(u)
    found = np.full((T + 1, u), 0.0 if spectral else 0.5 * np.log(p))
    for k in range(T - 1, -1, -1):
        assert steps.matrix is not None
        P, near = unit_matrices(multiplied(P, steps.matrix[k]))
        log = log + (near + steps.size[k])
        found[k] = log + (np.log(largest_singular(P)) if spectral else 0.0)
    return found
