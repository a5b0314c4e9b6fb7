"""Lyapunov exponents: the mean rates at which the directions of the state space grow along a trace."""

from __future__ import annotations

import numpy as np

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.flow.spectrum import log_singular_values
from explorer.engine.names import spelt
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace, course_of

# Nats: slopes below e^-700 leave the normal numbers of float64.
_UNDERFLOW = -700.0


@spelt
def lyapunov_exponents(trace: Trace | Course, skip: int = 0) -> Floats:
    """Return the N Lyapunov exponents of ``trace`` in nats a step, descending; −inf for directions that die exactly.

    The QR method (Benettin, Galgani, Giorgilli and Strelcyn 1980) over J_1..J_T; the first ``skip`` steps turn the
    frame but are not counted. Where slopes underflow in float64, the finite-time exponents ln σ_i/T of the counted steps
    stand in. Either way they add up to the mean of ln|det J_t| over the counted steps.

    Raises
    ------
    BadSequence
        If ``skip`` leaves no step to count.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, lyapunov_exponents
    >>> net = Network.from_arrays(activation="identity", U=[[1.0], [0.0]], W=[[2.0, 0.0], [0.0, 0.5]])
    >>> lyapunov_exponents(net.forward(np.zeros((50, 1)))).round(6).tolist()  # ln 2 and −ln 2
    [0.693147, -0.693147]
    """
    trace = course_of(trace)
    if not 0 <= skip < trace.steps:
        raise BadSequence("skip is {skip}; it must lie between 0 and {last}.", skip=skip, last=trace.steps - 1)
    J = trace.jacobians()
    N = trace.width
    if not np.isfinite(J).all():
        return np.full(N, np.nan)
    if trace.motion.least(0, trace.steps) < _UNDERFLOW:
        steps = (trace.log_jacobian(t) for t in range(skip + 1, trace.steps + 1))
        return log_singular_values(steps, N) / (trace.steps - skip)
    Q, total = np.eye(N), np.zeros(N)
    with one_blas_thread(), np.errstate(divide="ignore"):
        for t in range(trace.steps):
            Q, log_growth = _step(J[t], Q)
            # A row of zeros kills a direction for good: the frame shrinks with the rank.
            total = total[: len(log_growth)]
            if t >= skip:
                total = total + log_growth
    rates = np.sort(total / (trace.steps - skip))[::-1]
    return np.concatenate([rates, np.full(N - len(rates), -np.inf)])


def _step(J: Floats, Q: Floats) -> tuple[Floats, Floats]:
    """Return the frame (N, r) after J and ln of the growth of its axes (r,)."""
    moved = J @ Q
    live = np.any(J != 0, axis=1)
    frame, R = np.linalg.qr(moved[live])
    Q = np.zeros((len(J), frame.shape[1]))
    Q[live] = frame
    return Q, np.log(np.abs(np.diag(R)))
