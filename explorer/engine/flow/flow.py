"""`Flow`: the gradients ∂s_t/∂s_k of all pairs of a trace, and everything that can be asked about one of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import TooBig
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import AllPairs, all_pairs, bytes_needed
from explorer.engine.flow.graded import certify, passes
from explorer.engine.flow.spectral import first_block, leading, log_spectral_norms
from explorer.engine.flow.spectrum import log_singular_values
from explorer.engine.names import spelt
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.norms import unit
from explorer.engine.values import Value
from explorer.engine.work import Report, Stop

MOST_BYTES = 2 * 2**30
"""What the all-pairs work may take of memory."""

# A step that shrinks a product of norm one below this may have lost entries that matter later.
_RISK = 1e-150
# A running product is brought back to norm one when it leaves this range.
_SMALL, _LARGE = 1e-20, 1e20


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Flow(Value):
    """The flow of gradients along a trace; arrays are read-only, logarithms natural.

    log_norm (T+1, T+1): ln ‖P_{t,k}‖_F at [t, k]; NaN for k > t (not defined) and where the network overflowed;
    −inf for a true zero. ``doubtful`` says which pairs the fast kernel could not certify and ``lost`` which of these
    needed more digits than float64 has; all were made again in order. ``recomputed`` counts every pair that was not
    taken from the Grams, ``unsure`` those that may be wrong by more than 1e-9 nats in spite of everything: because
    rounding ate up their product, or because a J_j on their way has itself cancelled. See `gradient_flow`.

    `gradient_flow` makes it of its ``trace``; two are equal if their numbers are.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, gradient_flow
    >>> net = Network.from_arrays(activation="identity", U=[[1.0]], W=[[0.5]])
    >>> flow = gradient_flow(net.forward(np.zeros((3, 1))))
    >>> np.exp(flow.log_norm[3]).round(6).tolist()  # ∂s_3/∂s_k, k = 0..3
    [0.125, 0.25, 0.5, 1.0]
    >>> matrix, log_scale = flow.product(3, 0)  # ∂s_3/∂s_0 = e^log_scale · matrix
    >>> float(round(np.exp(log_scale) * matrix[0, 0], 6))
    0.125
    """

    trace: Course
    log_norm: Floats
    doubtful: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    recomputed: int
    unsure: int

    @property
    def log_gain(self) -> Floats:
        """Return ln(‖P_{t,k}‖_F/√N) (T+1, T+1): by how much a random direction is amplified, root mean square."""
        return self.log_norm - 0.5 * np.log(self.trace.width)

    @property
    def log_bound_rate(self) -> float:
        """Return ln(γ σ₁(W)), nats a step; NaN for a gated cell, for which no such bound is known."""
        steepest, found = self.trace.chain.steepest, self.trace.motion.slope_and_weight()
        if steepest is None or found is None:
            return float("nan")
        with np.errstate(divide="ignore"):
            return float(np.log(steepest * np.linalg.norm(found[1], 2)))

    @property
    def log_bound(self) -> Floats:
        """Return (t−k)·ln(γ σ₁(W)) (T+1, T+1), the bound on ln ‖P_{t,k}‖₂ (Pascanu, Mikolov and Bengio 2013, §2.1).

        NaN for k > t, and everywhere for a gated cell, for which no such bound is known.
        """
        lag = np.subtract.outer(np.arange(self.trace.steps + 1.0), np.arange(self.trace.steps + 1.0))
        rate = self.log_bound_rate
        with np.errstate(invalid="ignore"):
            bound = np.where(lag > 0, lag * rate, np.where((lag == 0) & ~np.isnan(rate), 0.0, np.nan))
        bound.setflags(write=False)
        return bound

    def log_step_norms(self) -> Floats:
        """Return ln ‖J_t‖_F (T,), t = 1..T."""
        return np.diagonal(self.log_norm, -1)

    @spelt
    def log_spectral_norm(self, stop: Stop = lambda: False, report: Report = lambda _: None) -> Floats:
        """Return ln ‖P_{t,k}‖₂ (T+1, T+1), NaN for k > t, −inf for a true zero."""
        J = self.trace.jacobians()
        L = log_spectral_norms(J, stop, report)
        zero = np.isneginf(self.log_norm)
        L[zero] = -np.inf
        for wanted, extended in ((self.doubtful & ~zero & ~self.lost, None), (self.lost & ~zero, J)):
            with np.errstate(all="ignore"):
                for visit in passes(self.trace, wanted, stop, report, extended):
                    matrices, log = visit.stack.products()
                    norms = np.linalg.norm(matrices[visit.wanted], 2, axis=(1, 2))
                    L[visit.t, visit.columns[visit.wanted]] = log[visit.wanted] + np.log(norms)
        L.setflags(write=False)
        return L

    @spelt
    def product(self, t: int, k: int) -> tuple[Floats, float]:
        """Return P_{t,k} as (matrix of Frobenius norm one (N, N), ln of its norm); zeros and −inf for a true zero.

        Raises
        ------
        BadSequence
            If not 0 ≤ k ≤ t ≤ T.
        """
        self.trace.check_pair(t, k)
        if self.doubtful[t, k]:
            return self._again(t, k)
        P, log = np.eye(self.trace.width), 0.0
        with np.errstate(all="ignore"):
            for J in self.trace.walk(k, t):
                P = J @ P
                norm = float(np.sqrt(np.vdot(P, P)))
                if norm < _RISK:
                    return self._again(t, k)
                if not _SMALL < norm < _LARGE:
                    P, near = unit(P)
                    log += near
            P, near = unit(P)
            return P, log + near

    @spelt
    def log_singular_values(self, t: int, k: int, stop: Stop = lambda: False) -> Floats:
        """Return ln σ_i(P_{t,k}) (N,), descending, exact also where they span thousands of nats; −inf for zeros."""
        self.trace.check_pair(t, k)
        steps = (self.trace.log_jacobian(j) for j in range(k + 1, t + 1))
        return log_singular_values(steps, self.trace.width, stop)

    def _again(self, t: int, k: int) -> tuple[Floats, float]:
        """Return a doubtful product, made in order with rows scaled apart, with more digits where it needs them."""
        wanted = np.zeros_like(self.doubtful)
        wanted[t, k] = True
        with np.errstate(all="ignore"):
            (visit,) = passes(self.trace, wanted, extended=self.trace.jacobians() if self.lost[t, k] else None)
            matrices, log = visit.stack.products()
        return matrices[0], float(log[0])


def check_size(T: int, N: int) -> None:
    """Refuse work that would not fit in `MOST_BYTES`, before any of it is allocated.

    Raises
    ------
    TooBig
        With what it would take, and how many steps would fit.
    """
    if bytes_needed(T, N) <= MOST_BYTES:
        return
    fits = next(steps for steps in range(T, 0, -1) if bytes_needed(steps, N) <= MOST_BYTES)
    raise TooBig(
        "{T} steps of a state of width {N} would need {need:.1f} GB of memory, more than the {limit:.1f} GB allowed: "
        "up to {fits} steps fit, or choose fewer units.",
        T=T, N=N, need=bytes_needed(T, N) / 2**30, limit=MOST_BYTES / 2**30, fits=fits,
    )  # fmt: skip


def row_log_norms(trace: Trace | Course, t: int, spectral: bool = False) -> Floats:
    """Return ln ‖P_{t,k}‖_F, or ln ‖P_{t,k}‖₂ (t+1,) for k = 0..t alone, by t products from the right end of the row.

    Where a product leaves the range of float64 or cancels to zero, the whole flow is worked out instead.
    """
    trace = course_of(trace)
    trace.check_pair(t, 0)
    N = trace.width
    P, log, left = np.eye(N), 0.0, first_block(N)[None]
    row = np.empty(t + 1)
    row[t] = 0.0 if spectral else 0.5 * np.log(N)
    with np.errstate(all="ignore"):
        for k, J in zip(range(t - 1, -1, -1), trace.walk_back(t), strict=True):
            P = P @ J
            norm = float(np.sqrt(np.vdot(P, P)))
            # Also where a Jacobian overflows that its logarithms hold.
            if not _RISK < norm < np.inf:
                flow = gradient_flow(trace)
                return (flow.log_spectral_norm() if spectral else flow.log_norm)[t, : t + 1]
            row[k] = log + np.log(norm)
            if not _SMALL < norm < _LARGE:
                P, log, norm = P / norm, float(row[k]), 1.0
            if spectral:
                # The left singular vectors of P stay as its right end grows.
                left, top = leading(P.T[None] / norm, left)
                row[k] += np.log(top[0])
    return row


def _doubt_overflow(trace: Course, pairs: AllPairs) -> None:
    """Mark the pairs over steps whose Jacobian lies beyond float64 and has finite logarithms: they can be made again."""
    beyond = ~(np.diagonal(pairs.log_norm, -1) < np.inf)
    if not beyond.any():
        return
    hopeless = np.zeros(trace.steps, dtype=bool)
    for step in np.flatnonzero(beyond):
        hopeless[step] = not (trace.log_jacobian(int(step) + 1).log < np.inf).all()
    over, lost = (np.concatenate([[0], np.cumsum(steps)]) for steps in (beyond, hopeless))
    pairs.doubtful[...] |= (over[:, None] > over) & (lost[:, None] == lost) & np.tri(trace.steps + 1, dtype=bool)


def _trust_zeros(trace: Course, pairs: AllPairs) -> None:
    """Take the zeros over a step whose Jacobian is zero, in logarithms too, as true ones: they need not be made again."""
    dead = np.diagonal(pairs.log_norm, -1) == -np.inf
    for step in np.flatnonzero(dead):
        dead[step] = (trace.log_jacobian(int(step) + 1).log == -np.inf).all()
    over = np.concatenate([[0], np.cumsum(dead)])
    pairs.doubtful[...] &= ~((over[:, None] > over) & (pairs.log_norm == -np.inf))


@spelt
def gradient_flow(trace: Trace | Course, stop: Stop = lambda: False, report: Report = lambda _: None) -> Flow:
    """Return the flow of gradients along ``trace``; each log norm is right to 1e-9 nats, or counted as ``unsure``.

    Given the Jacobians J_1..J_T that is what is promised of their products, for every pair, also far outside float64. Of J
    itself, made from the recorded net inputs: every summand of an entry is right to some roundings of its logarithm. For
    the simple cell J = diag(f'(z)) W is one summand. The gated cells' have factors that are sums and may cancel: the GRU's
    h' − n is formed without (see `recurrence.kernels.cancelling`), so that it is that of endless digits; what can't be,
    W_n h' + b_rec, the LSTM's c, and h' − n where the net inputs themselves agree to their rounding, is followed, and where
    it has lost so much that a pair may be wrong by more than 1e-9 nats, that pair is unsure. The net inputs are taken as
    recorded: where a network is chaotic, those of endless digits would soon be others.

    ``stop`` is asked between steps; ``report`` hears the fraction done.

    Raises
    ------
    TooBig
        If the work would not fit in memory.
    Stopped
        When ``stop()`` said so.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, gradient_flow
    >>> net = Network.random(inputs=3, hidden=32, outputs=4, gain=0.5, seed=0)
    >>> flow = gradient_flow(net.forward(np.zeros((400, 3))))
    >>> flow.log_norm.shape, bool(flow.log_norm[400, 0] < -250)  # e^−250, and still a number
    ((401, 401), True)
    >>> bool(np.isnan(flow.log_norm[0, 1]))  # s_0 does not depend on s_1
    True
    """
    trace = course_of(trace)
    check_size(trace.steps, trace.width)
    J = trace.jacobians()
    pairs = all_pairs(J, stop, report, trace.log_errors())
    _doubt_overflow(trace, pairs)
    _trust_zeros(trace, pairs)
    certified = certify(trace, J, pairs.log_norm, pairs.doubtful, stop, report)
    recomputed = int((pairs.remade | pairs.doubtful).sum())
    return Flow(trace, pairs.log_norm, pairs.doubtful, certified.lost, recomputed, certified.unsure)
