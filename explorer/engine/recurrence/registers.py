"""Cells that read states of more than one step ago: what ∂s_t/∂s_k is of them, which is no product of N×N matrices.

What is remembered between two steps are the last D states. Their Jacobian is the companion matrix

    C_t = [J_t^(1) J_t^(2) … J_t^(D); I 0 … 0; 0 I … 0; …],   J_t^(d) = ∂s_t/∂s_{t−d},

and ∂s_t/∂s_k, with all states before s_k held fixed, is the first N rows and columns of C_t C_{t−1} … C_{k+1}. Without
the wide matrices it is P_{t,k} = Σ_d J_t^(d) P_{t−d,k} (DiPietro et al. 2018, section 3).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from explorer.engine import limits
from explorer.engine.errors import TooBig
from explorer.engine.floats import Floats
from explorer.engine.norms import unit
from explorer.engine.recurrence.motion import Motion
from explorer.engine.signed import Signed


def depth(motion: Motion) -> int:
    """Return D, of how many steps ago the oldest state is that matters in a run: none reaches behind s_0."""
    return max(delay for delay in motion.delays if delay <= max(1, motion.steps))


def companion(motion: Motion, after: int, until: int) -> Floats:
    """Return C_{after+1}..C_{until} (until − after, D·N, D·N).

    Raises
    ------
    TooBig
        If they would not fit in memory.
    """
    C, N = _room(motion, until - after), motion.width
    for delay in _delays(motion):
        C[:, :N, (delay - 1) * N : delay * N] = motion.jacobians(after, until, delay=delay)
    return C


def log_companion(motion: Motion, t: int) -> Signed:
    """Return C_t (D·N, D·N) in logarithms.

    Raises
    ------
    TooBig
        If it would not fit in memory.
    """
    C, N = Signed.of(_room(motion)), motion.width
    for delay in _delays(motion):
        J, columns = motion.log_jacobian(t, delay=delay), slice((delay - 1) * N, delay * N)
        C.log[:N, columns], C.sign[:N, columns] = J.log, J.sign
    return C


def products(motion: Motion, k: int) -> Iterator[tuple[Floats, float]]:
    """Yield P_{t,k} for t = k..T as (matrix of Frobenius norm one (N, N), ln of its norm); zeros and −inf for a true zero.

    Each costs a product of N×N matrices for every delay; the last D of them are kept.
    """
    found: deque[tuple[Floats, float]] = deque([unit(np.eye(motion.width))], maxlen=depth(motion))
    yield found[-1]
    size = limits.at_a_time(8 * motion.width**2 * len(_delays(motion)))
    for first in range(k, motion.steps, size):
        last = min(first + size, motion.steps)
        J = {delay: motion.jacobians(first, last, delay=delay) for delay in _delays(motion)}
        for t in range(last - first):
            found.append(_next({delay: of[t] for delay, of in J.items() if delay <= len(found)}, found))
            yield found[-1]


def _next(J: Mapping[int, Floats], found: Sequence[tuple[Floats, float]]) -> tuple[Floats, float]:
    """Return Σ_d J_t^(d) P_{t−d,k} from the last of the products."""
    top = max(found[-delay][1] for delay in J)
    shift = top if top > -np.inf else 0.0
    with np.errstate(all="ignore"):
        summands = [matrix @ (np.exp(found[-delay][1] - shift) * found[-delay][0]) for delay, matrix in J.items()]
        P, log = unit(np.sum(summands, axis=0))
    return P, log + shift


def _delays(motion: Motion) -> list[int]:
    return [delay for delay in motion.delays if delay <= depth(motion)]


def _room(motion: Motion, *lead: int) -> Floats:
    """Return zeros (…, D·N, D·N) with the identities by which each state moves on to the next register."""
    N, D = motion.width, depth(motion)

    def needed(width: int) -> int:
        return 8 * math.prod(lead) * (D * width) ** 2

    if needed(N) > (limit := limits.most_bytes()):
        raise TooBig(
            "Jacobians of {D} states of width {N} at a time would need {need:.1f} GB of memory, more than the {limit:.1f} GB "
            "allowed: a width of {width} fits.",
            D=D, N=N, need=needed(N) / 2**30, limit=limit / 2**30, width=limits.most_of(N, limit, needed),
        )  # fmt: skip
    C, older = np.zeros((*lead, D * N, D * N)), np.arange((D - 1) * N)
    C[..., older + N, older] = 1.0
    return C
