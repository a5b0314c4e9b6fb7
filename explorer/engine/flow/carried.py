"""Random directions carried along a trace: from each of some k the same, all that are on their way through one product."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.steps import Steps, is_carrying
from explorer.engine.norms import norm_of_logs, norms
from explorer.engine.work import Report, Stop

# Entries of a J within this range are as good as their logarithms.
_LEAST, _MOST = 1e-200, 1e200
# Numbers of several steps that are added up at once.
_TOGETHER = 2**18


def more_orthonormal(frame: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Return random directions (N, count), orthonormal and orthogonal to a frame (N, R) of such."""
    more = rng.standard_normal((len(frame), count))
    # Twice is enough (Kahan; Parlett 1980).
    for _ in range(2):
        more = np.linalg.qr(more - frame @ (frame.T @ more))[0]
    return more


def carry(
    steps: Steps,
    probes: Floats,
    sums: Floats,
    squares: Floats,
    starts: NDArray[np.intp],
    stop: Stop,
    report: Report,
) -> None:
    """Add ‖P_{t,k} v‖² and its square to the logs of their sums (T+1, K), for all probes v (N, R) and K ascending k."""
    T, (N, R) = steps.steps, probes.shape
    for place, k in enumerate(starts):
        _add(sums[k, place : place + 1], squares[k, place : place + 1], np.zeros((1, R)))
    starts = starts[starts < T]
    K = len(starts)
    moved, log, dead = np.empty((K, R, N)), np.zeros((K, R)), np.zeros(K, dtype=bool)
    # How many are on their way at t.
    under_way = np.searchsorted(starts, np.arange(T + 1))
    together = max(1, _TOGETHER // max(1, K * R))
    waiting = np.full((together, K, R), -np.inf)
    for t in range(1, T + 1):
        if stop():
            raise Stopped
        count = under_way[t]
        moved[under_way[t - 1] : count] = probes.T
        there, shift = _carried(steps, t, moved[:count].reshape(count * R, N).T)
        moved[:count] = there.T.reshape(count, R, N)
        size = norms(moved[:count])
        moved[:count] /= np.where(size > 0, size, 1.0)[..., None]
        log[:count] += shift + np.log(size)
        gone = (log[:count] == -np.inf).all(axis=1)
        if (gone & ~dead[:count]).any():
            dead[:count] = _zero(steps, t)[starts[:count]]
            log[:count][gone & ~dead[:count]] = np.nan
        place = (t - 1) % together
        waiting[place, :count] = log[:count]
        if place == together - 1 or t == T:
            rows = slice(t - place, t + 1)
            _add(sums[rows, :K], squares[rows, :K], waiting[: place + 1])
        report(t / T)


def _add(sums: Floats, squares: Floats, log: Floats) -> None:
    """Add e^{2 log} (…, K, R) and its squares to the logs of their sums (…, K)."""
    for total, power in ((sums, 1.0), (squares, 2.0)):
        np.logaddexp(total, 2.0 * norm_of_logs(power * log), out=total)


def _carried(steps: Steps, t: int, V: Floats) -> tuple[Floats, float]:
    """Return J_t V e^−shift (N, r) of directions V (N, r), and the shift."""
    moved = steps.forward_product(t, V) if is_carrying(steps) else None
    if moved is not None:
        return moved, 0.0
    J, shift = _scaled(steps, t, next(steps.walk(t - 1, t)))
    return J @ V, shift


def _scaled(steps: Steps, t: int, J: Floats) -> tuple[Floats, float]:
    """Return J_t as (a matrix that float64 holds, ln of what it is to be multiplied by)."""
    if _LEAST < np.abs(J).max(initial=0.0) < _MOST:
        return J, 0.0
    log_J = steps.log_jacobian(t)
    top = float(log_J.log.max())
    if not np.isfinite(top):
        return J, 0.0
    return log_J.times(np.asarray(-top)).value(), top


def _zero(steps: Steps, t: int) -> NDArray[np.bool_]:
    """Return which of the products P_{t,k}, k < t (t,), are zero by the pattern of zeros alone."""
    reached, zero = np.ones(steps.width, dtype=bool), np.zeros(t, dtype=bool)
    for k in range(t - 1, -1, -1):
        if not reached.any():
            zero[: k + 1] = True
            break
        reached = np.asarray((steps.log_jacobian(k + 1).log[reached] > -np.inf).any(axis=0))
        zero[k] = not reached.any()
    return zero
