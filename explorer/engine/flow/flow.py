"""`Flow`: the gradients ∂s_t/∂s_k of all pairs of a trace, and everything that can be asked about one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import TooBig
from explorer.engine.floats import Floats
from explorer.engine.flow.along import along
from explorer.engine.flow.forms import form_of
from explorer.engine.flow.pairs import Pairs
from explorer.engine.flow.steps import Steps
from explorer.engine.flow.turning import running, runs_backward, turned
from explorer.engine.names import spelt
from explorer.engine.network.course import Course, check_pair
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.shown import Map
from explorer.engine.values import Value
from explorer.engine.work import Report, Stop

if TYPE_CHECKING:
    from explorer.engine.flow.blocks import Block


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Flow(Value, Map):
    """The flow of gradients along a trace; arrays are read-only, logarithms natural.

    log_norm (T+1, T+1): ln ‖P_{t,k}‖_F at [t, k]; NaN for k > t (not defined) and where the network overflowed;
    −inf for a true zero. ``doubtful`` says which pairs the fast kernel could not certify and ``lost`` which of these
    needed more digits than float64 has; all were made again in order. ``recomputed`` counts every pair that was not
    taken from the Grams, ``unsure`` those that may be wrong by more than 1e-9 nats in spite of everything: because
    rounding ate up their product, or because a J_j on their way has itself cancelled. See `gradient_flow`.

    t and k are the sequence's time, as they are in a gradient's items: s_t stands between x_t and x_{t+1}. A backward
    chain's s_t has read x_{t+1}..x_T, so that s_T is where it starts, pairs are those of t ≤ k, and NaN stands for k < t;
    the arrays of its `Course` stay in the order in which it runs.

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
        steepest, found = self.trace.chain.steepest, self.trace.motion.slopes_and_weights()
        if steepest is None or found is None or any(W is not found[1][0] for W in found[1]):
            return float("nan")
        with np.errstate(divide="ignore"):
            return float(np.log(steepest * np.linalg.norm(found[1][0], 2)))

    @property
    def log_bound(self) -> Floats:
        """Return |t−k|·ln(γ σ₁(W)) (T+1, T+1), the bound on ln ‖P_{t,k}‖₂ (Pascanu, Mikolov and Bengio 2013, §2.1).

        NaN for k > t, and everywhere for a gated cell, for which no such bound is known.
        """
        lag = np.subtract.outer(np.arange(self.trace.steps + 1.0), np.arange(self.trace.steps + 1.0))
        lag = turned(self.trace, lag)
        rate = self.log_bound_rate
        with np.errstate(invalid="ignore"):
            bound = np.where(lag > 0, lag * rate, np.where((lag == 0) & ~np.isnan(rate), 0.0, np.nan))
        bound.setflags(write=False)
        return bound

    def log_step_norms(self) -> Floats:
        """Return ln ‖J_t‖_F (T,) of the step that reads x_t, t = 1..T."""
        return np.diagonal(self.log_norm, 1 if runs_backward(self.trace) else -1)

    @spelt
    def block(self, rows: str, columns: str, stop: Stop = lambda: False, report: Report = lambda _: None) -> Block:
        """Return the flow from a part of the state, or all parts of a layer, into another: ("2", "1") is ∂h²_t/∂h¹_k.

        Each log norm is right to 1e-9 nats, or counted as ``unsure``, as those of the whole are.

        Raises
        ------
        BadNetwork
            If the state has no such part, or one that another chain has.
        Stopped
            When ``stop()`` said so.
        """
        from explorer.engine.flow.blocks import Block, block_pairs, check_one_chain, chosen, named_parts

        steps = along(self.trace)
        if isinstance(self.trace, Course):
            check_one_chain(self.trace, rows, columns)
        into, out_of, where = chosen(steps, rows), chosen(steps, columns), named_parts(steps)
        found = block_pairs(steps, into, out_of, self._pairs, stop, report)
        width = sum(where[part].stop - where[part].start for part in out_of)
        log_norm, doubtful, lost = _turned(self.trace, found)
        return Block(into, out_of, width, log_norm, doubtful, lost, found.recomputed, found.unsure, self)

    @spelt
    def log_spectral_norm(self, stop: Stop = lambda: False, report: Report = lambda _: None) -> Floats:
        """Return ln ‖P_{t,k}‖₂ (T+1, T+1), NaN for k > t, −inf for a true zero."""
        L = turned(self.trace, form_of(self.trace).log_spectral_norm(self._pairs, stop, report))
        L.setflags(write=False)
        return L

    @spelt
    def product(self, t: int, k: int) -> tuple[Floats, float]:
        """Return P_{t,k} as (matrix of Frobenius norm one (N, N), ln of its norm); zeros and −inf for a true zero.

        Raises
        ------
        BadSequence
            If not 0 ≤ k ≤ t ≤ T, or along a backward chain 0 ≤ t ≤ k ≤ T.
        """
        return form_of(self.trace).product(*running(self.trace, t, k, self.trace.steps), self._pairs)

    @spelt
    def log_singular_values(self, t: int, k: int, stop: Stop = lambda: False) -> Floats:
        """Return ln σ_i(P_{t,k}) (N,), descending, exact also where they span thousands of nats; −inf for zeros."""
        t, k = running(self.trace, t, k, self.trace.steps)
        return form_of(self.trace).log_singular_values((t,), k, stop)[0]

    @property
    def _pairs(self) -> Pairs:
        found = Pairs(self.log_norm, self.doubtful, self.lost, self.recomputed, self.unsure)
        return Pairs(*_turned(self.trace, found), self.recomputed, self.unsure)


def _turned(course: Course, found: Pairs) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what was found in running order in the sequence's time, or the other way round."""
    return turned(course, found.log_norm), turned(course, found.doubtful), turned(course, found.lost)


def row_log_norms(trace: Trace | Steps, t: int, spectral: bool = False) -> Floats:
    """Return ln ‖P_{t,k}‖_F, or ln ‖P_{t,k}‖₂ (t+1,) for k = 0..t alone, in running order, at the price of t products."""
    steps = course_of(trace)
    check_pair(t, 0, steps.steps)
    return form_of(steps).row(t, spectral)


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
        If the work would not fit in memory: with how many steps would, how wide a state, which other chain of the network,
        and how many of its first layers, see `Network.leading`.
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
    course = course_of(trace)
    try:
        found = form_of(course).pairs(stop, report)
    except TooBig as refused:
        from explorer.engine.flow.fitting import with_what_fits

        raise with_what_fits(refused, course.steps, course.network.architecture, course.chain) from None
    return Flow(course, *_turned(course, found), found.recomputed, found.unsure)
