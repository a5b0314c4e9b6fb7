"""Who killed it: the exact split of the change of ln ‖P‖_F along one product, step by step.

For the simple cell J_j = D_j W, and each step changes the norm twice: W takes P to WP, the activation's derivative takes
WP to DWP. For gated cells there is no such order, but there is a path that holds all gates fixed; P is split exactly into
the product along that path and what the gates add.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    """
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
            P = Graded(WP.scale + log_slope[k + i], WP.rows, WP.alive & (log_slope[k + i] > -np.inf))
            weights[i], slopes[i] = between - before, P.log_norm()[0] - between
            # 1 − f'² without cancellation where the slope is nearly one.
            unit_loss[i] = np.exp(2.0 * (WP.scale[0] - between)) * -np.expm1(2.0 * log_slope[k + i])
    return Attribution(weights, slopes, unit_loss)


def split_paths(trace: Trace, t: int, k: int) -> PathSplit:
    """Return how much of P_{j,k}, j = k..t, went along the path with all gates fixed, and how much through gates.

    R_j = J_j R_{j−1} + (J_j − J_j^direct) C_{j−1}: the rest is carried along, never had by subtraction.
    """
    whole = trace.jacobians()[k:t]
    straight = trace.direct_jacobians()[k:t]
    N = trace.width
    C, R, scale = np.eye(N), np.zeros((N, N)), 0.0
    logs = np.empty((3, t - k + 1))
    with np.errstate(all="ignore"):
        for i in range(t - k + 1):
            if i:
                J, D = whole[i - 1], straight[i - 1]
                C, R = D @ C, J @ R + (J - D) @ C
            logs[:, i] = scale + np.log([np.linalg.norm(C + R), np.linalg.norm(C), np.linalg.norm(R)])
            size = max(np.linalg.norm(C), np.linalg.norm(R))
            if size > 0:
                C, R, scale = C / size, R / size, scale + float(np.log(size))
    return PathSplit(*logs)
