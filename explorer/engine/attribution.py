"""Who killed it: the exact split of the change of ln ‖P‖_F along one product, step by step.

For the simple cell J_j = D_j W, and each step changes the norm twice: W takes P to WP, the activation's derivative takes
WP to DWP. For gated cells there is no such order, but there is a path that holds all gates fixed; P is split exactly into
the product along that path and what the gates add.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.activations import Floats
from explorer.engine.cells import Signed
from explorer.engine.errors import BadNetwork
from explorer.engine.graded import Graded
from explorer.engine.network import Trace


@dataclass(frozen=True, slots=True)
class Attribution:
    """The split of ln ‖P_{t,k}‖_F for the simple cell; entry j−k−1 belongs to step j = k+1..t.

    weights (t−k,) = ln ‖WP‖/‖P‖ and slopes (t−k,) = ln ‖DWP‖/‖WP‖, in nats; together they add up to
    ln ‖P_{t,k}‖_F − ½ ln N. unit_loss (t−k, n) is the share of ‖WP‖_F² that the derivative takes away at each unit;
    its sum over the units is 1 − e^{2·slopes}. From a true zero on, all are NaN.
    """

    weights: Floats
    slopes: Floats
    unit_loss: Floats


@dataclass(frozen=True, slots=True)
class PathSplit:
    """P_{j,k} = C_{j,k} + R_{j,k} for j = k..t: along the cell path, and through the gates at least once.

    Entry j−k holds ln of the Frobenius norms: total (t−k+1,), direct of C, gates of R; −inf for a true zero.
    """

    total: Floats
    direct: Floats
    gates: Floats


def attribute(trace: Trace, t: int, k: int) -> Attribution:
    """Return who killed P_{t,k}: the weights or the activation's derivative, at which step, at which unit.

    Raises
    ------
    BadNetwork
        For a gated cell: see `split_paths`.
    BadSequence
        If not 0 ≤ k ≤ t ≤ T.
    """
    trace.check_pair(t, k)
    if len(trace.network.kind.gates) > 1:
        raise BadNetwork("A gated cell has no split into weights and derivative; split it by path.")
    W = Signed.of(trace.network.W)
    log_slope = trace.terms()[0].coefficient.log
    steps, n = t - k, trace.width
    weights, slopes, unit_loss = np.empty(steps), np.empty(steps), np.empty((steps, n))
    P = Graded.identity(1, n)
    with np.errstate(all="ignore"):
        for i in range(steps):
            WP = P.before(W)
            before, between = P.log_norm()[0], WP.log_norm()[0]
            P = replace(WP, scale=WP.scale + log_slope[k + i])
            weights[i], slopes[i] = between - before, P.log_norm()[0] - between
            # 1 − f'² without cancellation where the slope is nearly one.
            unit_loss[i] = np.exp(2.0 * (WP.scale[0] - between)) * -np.expm1(2.0 * log_slope[k + i])
    return Attribution(weights, slopes, unit_loss)


def split_paths(trace: Trace, t: int, k: int) -> PathSplit:
    """Return how much of P_{j,k}, j = k..t, went along the path with all gates fixed, and how much through gates.

    R_j = J_j R_{j−1} + (J_j − J_j^direct) C_{j−1}: the rest is carried along, never had by subtraction. Each has a scale
    of its own: a path that has shrunk to e^-1000 beside the other is still a number.

    Raises
    ------
    BadSequence
        If not 0 ≤ k ≤ t ≤ T.
    """
    trace.check_pair(t, k)
    whole = trace.jacobians()[k:t]
    straight = trace.direct_jacobians()[k:t]
    N = trace.width
    C, R, log_C, log_R = np.eye(N) / np.sqrt(N), np.zeros((N, N)), 0.5 * float(np.log(N)), -np.inf
    logs = np.empty((3, t - k + 1))
    logs[:, 0] = log_C, log_C, log_R
    with np.errstate(all="ignore"):
        for i, (J, D) in enumerate(zip(whole, straight, strict=True), start=1):
            top = max(log_C, log_R)
            R, log_R = _unit(np.exp(log_R - top) * (J @ R) + np.exp(log_C - top) * ((J - D) @ C), top)
            C, log_C = _unit(D @ C, log_C)
            top = max(log_C, log_R)
            both = np.linalg.norm(np.exp(log_C - top) * C + np.exp(log_R - top) * R)
            logs[:, i] = top + np.log(both) if top > -np.inf else -np.inf, log_C, log_R
    return PathSplit(*logs)


def _unit(matrix: Floats, log: float) -> tuple[Floats, float]:
    """Return the matrix e^log · ``matrix`` as (norm one, ln of its norm)."""
    norm = float(np.linalg.norm(matrix))
    return (matrix / norm, log + float(np.log(norm))) if norm != 0 else (matrix, -np.inf)
