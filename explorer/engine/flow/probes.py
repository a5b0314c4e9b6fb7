"""All pairs by random probes, where the state is too wide for whole products: an estimate that grows into the exact answer.

Of a random orthonormal frame V (N, R), ‖P V‖_F² N/R is ‖P‖_F² in the mean, and itself with R = N (Hutchinson 1990; with
orthonormal probes the variance falls to zero as in sampling without replacement). From each k the same R probes are carried
forward, all that are on their way through one product with J_t: O(T² N² R), with no more in memory than N T R numbers.

How far off it may be is read from how far the probes differ: their squares have ν degrees of freedom each, ν = 2 mean² /
variance, never less than the one of a product of rank one. Few probes tell little of ν; the band is that of the least ν that
is likely.

A first picture starts from some of the k alone; what stands `between` them is taken from these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadNetwork, BadSequence, Stopped, TooBig
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.flow.along import Along, along
from explorer.engine.flow.bands import band
from explorer.engine.flow.between import filled
from explorer.engine.flow.carried import carry, more_orthonormal
from explorer.engine.flow.forms import form_of
from explorer.engine.flow.pairs import Pairs
from explorer.engine.flow.steps import Steps, is_remembering
from explorer.engine.flow.still import table_bytes
from explorer.engine.flow.turning import running, turned
from explorer.engine.limits import check_size, is_held
from explorer.engine.names import spelt
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.recurrence.readings.pushed import moving_at_a_time
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.readings.structure import delays_of
from explorer.engine.shown import Map
from explorer.engine.values import Value
from explorer.engine.work import Report, Stop

_AT_A_TIME = 8


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Estimate(Value, Map):
    """What so many ``probes`` say of ln ‖P_{t,k}‖_F at [t, k] (T+1, T+1), and the band low..high that holds 19 of 20.

    They are log_norm, low and high, in the sequence's time as `Flow`'s are: NaN for k > t, along a backward chain for k < t,
    and where float64 lost every probe; −inf for a true zero. ``width`` N probes from all states are no estimate any more.
    ``frame`` (N, R) are the probes, drawn by ``seed``; ``starts`` (K,) the states k, in running order, that they start from,
    those between which log_norm is even; ``sums`` and ``squares`` (T+1, K), in that order too, are ln of the sums of
    ‖P_{t,k} v‖² and of their squares.

    `estimated_flow` makes it of its ``trace``, and `grown` another one of it.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, estimated_flow
    >>> few = estimated_flow(Network.random(inputs=1, hidden=40, outputs=1).forward(np.zeros((9, 1))), probes=4)
    >>> bool(few.low[9, 0] < few.log_norm[9, 0] < few.high[9, 0])
    True
    >>> every = few.grown(36)  # all 40 directions: exact
    >>> every.estimated, bool(every.low[9, 0] == every.high[9, 0])
    (False, True)
    """

    trace: Course | Steps
    log_norm: Floats
    low: Floats
    high: Floats
    frame: Floats
    sums: Floats
    squares: Floats
    starts: NDArray[np.intp]
    seed: int

    @property
    def every(self) -> int:
        """Return every how many steps probes start."""
        return 1 if len(self.starts) < 2 else int(self.starts[1])

    @property
    def probes(self) -> int:
        """Return R, how many directions were carried along."""
        return self.frame.shape[1]

    @property
    def width(self) -> int:
        """Return N, the width of the state."""
        return self.frame.shape[0]

    @property
    def estimated(self) -> bool:
        """Return whether this is an estimate; all N probes together, from all states, are exact but for rounding."""
        return self.probes < self.width or self.every > 1

    @property
    def log_gain(self) -> Floats:
        """Return ln(‖P_{t,k}‖_F/√N) (T+1, T+1)."""
        return self.log_norm - 0.5 * np.log(self.width)

    def grown(self, more: int, stop: Stop = lambda: False, report: Report = lambda _: None) -> Estimate:
        """Return the estimate by so many probes ``more``, N at most; ``report`` hears the fraction of them that is done.

        Raises
        ------
        TooBig
            If so many probes would not fit in memory.
        Stopped
            When ``stop()`` said so.
        """
        sums, squares = self.sums.copy(), self.squares.copy()
        return _grown(self.trace, self.frame, sums, squares, self.starts, self.seed, more, stop, report)

    def finer(self, starts: int, stop: Stop = lambda: False, report: Report = lambda _: None) -> Estimate:
        """Return the estimate by the same probes from about so many states as ``starts``; those there are stay.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        every = np.union1d(self.starts, _evenly(len(self.log_norm) - 1, starts))
        new = np.setdiff1d(every, self.starts)
        sums, squares = (np.full((len(self.log_norm), len(every)), -np.inf) for _ in range(2))
        more = np.full((2, len(self.log_norm), len(new)), -np.inf)
        with one_blas_thread(), np.errstate(all="ignore"):
            carry(along(self.trace), self.frame, more[0], more[1], new, stop, report)
        for whole, known, added in ((sums, self.sums, more[0]), (squares, self.squares, more[1])):
            whole[:, np.searchsorted(every, self.starts)], whole[:, np.searchsorted(every, new)] = known, added
        return _estimate(self.trace, self.frame, sums, squares, every, self.seed)

    @spelt
    def product(self, t: int, k: int, stop: Stop = lambda: False) -> tuple[Floats, float]:
        """Return P_{t,k} itself, as `Flow.product` does: no estimate, at the price of t − k products of N×N matrices.

        Raises
        ------
        BadSequence
            If not 0 ≤ k ≤ t ≤ T, or along a backward chain 0 ≤ t ≤ k ≤ T.
        Stopped
            When ``stop()`` said so.
        """
        steps = along(self.trace)
        pair = running(self.trace, t, k, steps.steps)
        none = np.zeros(self.log_norm.shape, dtype=bool)
        return form_of(Watched(self.trace, stop) if isinstance(self.trace, Course) else steps).product(
            *pair, Pairs(turned(self.trace, self.log_norm), none, none)
        )

    @spelt
    def log_singular_values(self, t: int, k: int, stop: Stop = lambda: False) -> Floats:
        """Return ln σ_i(P_{t,k}) (N,), descending, as `Flow.log_singular_values` does: no estimate."""
        steps = along(self.trace)
        t, k = running(self.trace, t, k, steps.steps)
        return form_of(steps).log_singular_values((t,), k, stop)[0]


@spelt
def estimated_flow(
    trace: Trace | Course | Steps,
    probes: int = _AT_A_TIME,
    seed: int = 0,
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
    starts: int | None = None,
) -> Estimate:
    """Return an estimate of the flow of gradients along ``trace`` by so many random directions, N at most.

    They start from every state, or from about so many as ``starts``, evenly; see `Estimate.finer`. For states too wide for
    `gradient_flow`: no product of two N×N matrices is made. ``report`` hears the fraction done.

    Raises
    ------
    BadNetwork
        If the steps read older states than the last.
    BadSequence
        If there is not one probe, or fewer than two starts.
    TooBig
        If the probes would not fit in memory.
    Stopped
        When ``stop()`` said so.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, estimated_flow, gradient_flow
    >>> trace = Network.random(inputs=2, hidden=300, outputs=1, seed=0).forward(np.zeros((20, 2)))
    >>> few = estimated_flow(trace, probes=8)
    >>> few.estimated, few.probes, few.width
    (True, 8, 300)
    >>> exact = gradient_flow(trace).log_norm
    >>> bool(few.low[20, 0] < exact[20, 0] < few.high[20, 0])
    True
    >>> more = few.grown(24)
    >>> more.probes, bool(more.high[20, 0] - more.low[20, 0] < few.high[20, 0] - few.low[20, 0])
    (32, True)
    """
    course = course_of(trace)
    steps = along(course)
    if is_remembering(steps):
        raise BadNetwork("Probes go along chains whose steps read the last state alone, none before it.")
    if probes < 1:
        raise BadSequence("There are {got} probes; at least one is needed.", got=probes)
    if starts is not None and starts < 2:
        raise BadSequence("Probes start from {got} states; two at least are needed.", got=starts)
    T, N = steps.steps, steps.width
    try:
        check_size(T, N, bytes_needed)
    except TooBig as refused:
        raise _with_offers(refused, course) if isinstance(course, Course) else refused from None
    every = _evenly(T, T + 1 if starts is None else starts)
    sums, squares = (np.full((T + 1, len(every)), -np.inf) for _ in range(2))
    return _grown(course, np.empty((N, 0)), sums, squares, every, seed, probes, stop, report)


def _with_offers(refused: TooBig, course: Course) -> TooBig:
    # What would fit is worked out, and loaded, only where something does not.
    from explorer.engine.flow.offers import with_offers

    def carried(step: Step) -> bool:
        return is_held(course.steps, step.N, bytes_needed) and delays_of(step) == (1,)

    return with_offers(refused, course.network.architecture, course.chain, carried)


def bytes_needed(T: int, N: int) -> int:
    """Return the most memory that probes along T steps of a state of width N take at a time; J itself is not made."""
    carried = (T + 1) * N * _AT_A_TIME
    return table_bytes(T, N) + 8 * (4 * carried + moving_at_a_time(carried))


@dataclass(frozen=True, slots=True)
class Watched(Along):
    """The steps of a ``course`` on a walk that ends when ``stop()`` says so."""

    stop: Stop

    def walk(self, after: int, until: int) -> Iterator[Floats]:
        """Yield J_{after+1}..J_{until} (N, N)."""
        for J in self.course.walk(after, until):
            if self.stop():
                raise Stopped
            yield J


def _share(report: Report, done: int, whole: int) -> Report:
    """Return what reports the fraction of the next of ``whole`` probes of which some are ``done``."""
    return lambda fraction: report((done + fraction * min(_AT_A_TIME, whole - done)) / whole)


def _grown(
    trace: Course | Steps, frame: Floats, sums: Floats, squares: Floats, starts: NDArray[np.intp], seed: int, more: int,
    stop: Stop, report: Report,
) -> Estimate:  # fmt: skip
    """Return the estimate by so many probes ``more`` than the frame has, whose sums and squares are added to."""
    known, end = frame.shape[1], min(frame.shape[1] + more, len(frame))
    while (R := frame.shape[1]) < end:
        probes = more_orthonormal(frame, min(_AT_A_TIME, end - R), np.random.default_rng([seed, R]))
        with one_blas_thread(), np.errstate(all="ignore"):
            carry(along(trace), probes, sums, squares, starts, stop, _share(report, R - known, end - known))
        frame = np.concatenate([frame, probes], axis=1)
    return _estimate(trace, frame, sums, squares, starts, seed)


def _evenly(T: int, starts: int) -> NDArray[np.intp]:
    """Return about so many of the states 0..T, s_0 the first, a power of two apart so that finer ones keep them."""
    apart = 1 << max(0, int(np.ceil(np.log2((T + 1) / starts))))
    return np.arange(0, T + 1, apart)


def _estimate(
    trace: Course | Steps, frame: Floats, sums: Floats, squares: Floats, starts: NDArray[np.intp], seed: int
) -> Estimate:
    N, R = frame.shape
    with np.errstate(all="ignore"):
        log = 0.5 * (sums + np.log(N / R))
        log[np.arange(len(log))[:, None] < starts] = np.nan
        low, high = (log - 0.5 * np.log(times) for times in band(sums, squares, R, N))
    zero = np.isneginf(log)
    low[zero], high[zero] = -np.inf, -np.inf
    if len(starts) < len(log):
        log, low, high = filled(log, low, high, starts, 0.5 * np.log(N))
    log, low, high = (turned(trace, logs) for logs in (log, low, high))
    return Estimate(trace, log, low, high, frame, sums, squares, starts, seed)
