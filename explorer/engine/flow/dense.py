"""What is asked of a chain whose J has no form that could be used: products of whole matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import all_pairs, bytes_needed, one_blas_thread
from explorer.engine.flow.balanced import Layers, trusted
from explorer.engine.flow.certify import certify
from explorer.engine.flow.entrywise import Entrywise, times
from explorer.engine.flow.pairs import Pairs
from explorer.engine.flow.passes import passes
from explorer.engine.flow.row import LARGE, RISK, SMALL, row_of
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.spectral import log_spectral_norms
from explorer.engine.flow.spectrum import log_singular_values
from explorer.engine.flow.steps import Steps, is_bounded, is_finding
from explorer.engine.flow.table import AllPairs
from explorer.engine.limits import check_size
from explorer.engine.norms import unit
from explorer.engine.work import Report, Stop, never

# Nats: slopes below e^-700 leave the normal numbers of float64.
_UNDERFLOW = -700.0
# Bytes of J that are made at once.
_SOON_MADE = 128 * 2**20
_LEAST_NORMAL = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True)
class Dense:
    """Products of whole matrices."""

    steps: Steps

    def pairs(self, stop: Stop = lambda: False, report: Report = lambda _: None) -> Pairs:
        """Return all pairs; refuse what would not fit in memory."""
        check_size(self.steps.steps, self.steps.width, bytes_needed)
        J = self._jacobians(stop)
        layers = Layers.of(self.steps)
        carried = Entrywise.of(self.steps)
        pairs = all_pairs(J, stop, report, self._log_errors(stop), narrow=layers is None, entrywise=carried)
        return self._made(J, layers, pairs, np.diagonal(pairs.log_norm, -1).copy(), stop, report)

    def block(self, seen: Seen, whole: Pairs, stop: Stop = lambda: False, report: Report = lambda _: None) -> Pairs:
        """Return all pairs of what is ``seen`` of the products, whose ``whole`` is known."""
        J = self._jacobians(stop)
        layers = Layers.of(self.steps)
        errors, carried = self._log_errors(stop), Entrywise.of(self.steps)
        pairs = all_pairs(J, stop, report, errors, seen, whole.log_norm, layers is None, carried)
        sizes = np.where(np.isfinite(J).all(axis=(1, 2)), np.diagonal(whole.log_norm, -1), np.nan)
        return self._made(J, layers, pairs, sizes, stop, report, seen, whole.log_norm)

    def _jacobians(self, stop: Stop) -> Floats:
        """Return J_1..J_T (T, N, N); many take seconds, and are made some at a time to be stopped between."""
        T, N = self.steps.steps, self.steps.width
        if 8 * T * N * N <= _SOON_MADE:
            return self.steps.jacobians()
        J = np.empty((T, N, N))
        for t, one in enumerate(self.steps.walk(0, T)):
            if stop():
                raise Stopped
            J[t] = one
        return J

    def _log_errors(self, stop: Stop) -> Floats | None:
        """Return ln of what the rows of J_1..J_T are off by (T,), found some steps at a time."""
        if is_finding(self.steps):
            self.steps.find_errors(stop)
        return self.steps.log_errors()

    def _made(
        self,
        J: Floats,
        layers: Layers | None,
        pairs: AllPairs,
        sizes: Floats,
        stop: Stop,
        report: Report,
        seen: Seen = EVERYTHING,
        whole: Floats | None = None,
    ) -> Pairs:
        """Return pairs of which the doubtful ones are made again; ``sizes`` (T,) is ln ‖J_t‖_F, finite where J is."""
        if layers is not None and pairs.doubtful.any():
            pairs.doubtful[...] &= ~trusted(J, layers, pairs, stop, report, seen)
        doubt_overflow(self.steps, sizes, pairs)
        trust_zeros(self.steps, sizes, pairs)
        certified = certify(self.steps, J, pairs.log_norm, pairs.doubtful, stop, report, seen, whole)
        recomputed = int((pairs.remade | pairs.doubtful).sum())
        return Pairs(pairs.log_norm, pairs.doubtful, certified.lost, recomputed, certified.unsure)

    def log_spectral_norm(self, pairs: Pairs, stop: Stop = lambda: False, report: Report = lambda _: None) -> Floats:
        """Return ln ‖P_{t,k}‖₂ (T+1, T+1)."""
        J = self.steps.jacobians()
        L = log_spectral_norms(J, stop, report)
        zero = np.isneginf(pairs.log_norm)
        L[zero] = -np.inf
        for wanted, extended in ((pairs.doubtful & ~zero & ~pairs.lost, None), (pairs.lost & ~zero, J)):
            with np.errstate(all="ignore"):
                for visit in passes(self.steps, wanted, stop, report, extended):
                    matrices, log = visit.stack.products()
                    norms = np.linalg.norm(matrices[visit.wanted], 2, axis=(1, 2))
                    L[visit.t, visit.columns[visit.wanted]] = log[visit.wanted] + np.log(norms)
        return L

    def product(self, t: int, k: int, pairs: Pairs) -> tuple[Floats, float]:
        """Return P_{t,k} (N, N), of norm one, and ln of its norm."""
        if pairs.doubtful[t, k]:
            return self._again(t, k, pairs)
        P, log, entrywise = np.eye(self.steps.width), 0.0, Entrywise.of(self.steps)
        with np.errstate(all="ignore"):
            for J in self.steps.walk_back(t, k):
                P = times(P, J, entrywise)
                norm = float(np.sqrt(np.vdot(P, P)))
                if norm < RISK:
                    return self._again(t, k, pairs)
                if not SMALL < norm < LARGE:
                    P, near = unit(P)
                    log += near
            P, near = unit(P)
            return P, log + near

    def log_singular_values(self, ends: Sequence[int], k: int, stop: Stop = lambda: False) -> Floats:
        """Return ln σ_i(P_{t,k}) (E, N) for each t of ``ends``, descending, from one product that grows."""
        steps = (self.steps.log_jacobian(j) for j in range(k + 1, ends[-1] + 1))
        return log_singular_values(steps, self.steps.width, [t - k for t in ends], stop)

    def row(self, t: int, spectral: bool) -> Floats:
        """Return ln ‖P_{t,k}‖ (t+1,) for k = 0..t, by t products from the right end of the row."""
        return row_of(self.steps, t, spectral)

    def exponents(self, skip: int, ends: Sequence[int], stop: Stop = never) -> Floats:
        """Return the N Lyapunov exponents (E, N) over the steps skip+1..end for each of ``ends``, descending, by QR.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        J = self.steps.jacobians()[: ends[-1]]
        J = J[np.logical_and.accumulate(np.isfinite(J).all(axis=(1, 2)))]
        found = np.full((len(ends), self.steps.width), np.nan)
        known = [end for end in ends if end <= len(J)]
        if known and underflows(self.steps, J):
            found[: len(known)] = self.log_singular_values(known, skip, stop) / (np.array(known) - skip)[:, None]
        elif known:
            found[: len(known)] = _growths(J, skip, known, stop)
        return found

    def _again(self, t: int, k: int, pairs: Pairs) -> tuple[Floats, float]:
        """Return a doubtful product, made in order with rows scaled apart, with more digits where it needs them."""
        wanted = np.zeros_like(pairs.doubtful)
        wanted[t, k] = True
        with np.errstate(all="ignore"):
            extended = self.steps.jacobians() if pairs.lost[t, k] else None
            (visit,) = passes(self.steps, wanted, extended=extended)
            matrices, log = visit.stack.products()
        return matrices[0], float(log[0])


def _growths(J: Floats, skip: int, ends: Sequence[int], stop: Stop) -> list[Floats]:
    """Return the rates (N,), descending, at which the axes of a frame that is kept orthogonal have grown at ``ends``."""
    Q, total, found = np.eye(J.shape[-1]), np.zeros(J.shape[-1]), []
    with one_blas_thread(), np.errstate(divide="ignore"):
        for t, matrix in enumerate(J):
            if stop():
                raise Stopped
            Q, log_growth = _turned(matrix, Q)
            # A row of zeros kills a direction for good: the frame shrinks with the rank.
            total = total[: len(log_growth)]
            if t >= skip:
                total = total + log_growth
            if t + 1 in ends:
                dead = np.full(len(Q) - len(total), -np.inf)
                found.append(np.concatenate([np.sort(total / (t + 1 - skip))[::-1], dead]))
    return found


def _turned(J: Floats, Q: Floats) -> tuple[Floats, Floats]:
    """Return the frame (N, r) after J and ln of the growth of its axes (r,)."""
    moved = J @ Q
    live = np.any(J != 0, axis=1)
    frame, R = np.linalg.qr(moved[live])
    Q = np.zeros((len(J), frame.shape[1]))
    Q[live] = frame
    return Q, np.log(np.abs(np.diag(R)))


def underflows(steps: Steps, J: Floats) -> bool:
    """Return whether an entry of J_1..J_T may have lost its digits to underflow."""
    if is_bounded(steps):
        return steps.least() < _UNDERFLOW
    for t in range(len(J)):
        small = np.abs(J[t]) < _LEAST_NORMAL
        if small.any() and (steps.log_jacobian(t + 1).log[small] > -np.inf).any():
            return True
    return False


def doubt_overflow(steps: Steps, sizes: Floats, pairs: AllPairs) -> None:
    """Mark the pairs over steps whose Jacobian lies beyond float64 and has finite logarithms: they can be made again."""
    beyond = ~(sizes < np.inf)
    if not beyond.any():
        return
    hopeless = np.zeros(len(beyond), dtype=bool)
    for step in np.flatnonzero(beyond):
        hopeless[step] = not (steps.log_jacobian(int(step) + 1).log < np.inf).all()
    over, lost = (np.concatenate([[0], np.cumsum(which)]) for which in (beyond, hopeless))
    pairs.doubtful[...] |= (over[:, None] > over) & (lost[:, None] == lost) & np.tri(len(over), dtype=bool)


def trust_zeros(steps: Steps, sizes: Floats, pairs: AllPairs) -> None:
    """Take the zeros over a step whose Jacobian is zero, in logarithms too, as true ones: they need not be made again."""
    dead = sizes == -np.inf
    for step in np.flatnonzero(dead):
        dead[step] = (steps.log_jacobian(int(step) + 1).log == -np.inf).all()
    over = np.concatenate([[0], np.cumsum(dead)])
    pairs.doubtful[...] &= ~((over[:, None] > over) & (pairs.log_norm == -np.inf))
