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

# A derivative that takes more than this of the norm leaves too little of it in float64.
_RISK = 1e-100


@dataclass(frozen=True, slots=True)
class Attribution:
    """The split of ln ‖P_{t,k}‖_F for the simple cell; entry j−k−1 belongs to step j = k+1..t.

    weights (t−k,) = ln ‖WP‖/‖P‖ and slopes (t−k,) = ln ‖DWP‖/‖WP‖, in nats; together they add up to
    ln ‖P_{t,k}‖_F − ½ ln N. unit_loss (t−k, n) is the share of ‖WP‖_F² that the derivative takes away at each unit;
    its sum over the units is 1 − e^{2·slopes}. After a true zero, all are NaN.
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
    log_slope = trace.terms()[0].coefficient.log[k:t]
    with np.errstate(all="ignore"):
        rows = _plain_rows(trace.network.W, log_slope)
        if rows is None:
            rows = _graded_rows(trace.network.W, log_slope)
        between, after = _log_norm(rows), _log_norm(rows + log_slope)
        before = np.concatenate([[0.5 * np.log(trace.width)], after[:-1]])[: t - k]
        # 1 − f'² without cancellation where the slope is nearly one.
        unit_loss = np.exp(2.0 * (rows - between[:, None])) * -np.expm1(2.0 * log_slope)
        # Where the weights leave nothing, the derivative has nothing to take.
        slopes = np.where(np.isneginf(between) & np.isfinite(before), 0.0, after - between)
        return Attribution(between - before, slopes, unit_loss)


def _plain_rows(W: Floats, log_slope: Floats) -> Floats | None:
    """Return ln of the row norms of each WP (steps, n) along the product, or None where float64 is too narrow for it."""
    P, log = np.eye(len(W)), 0.0
    rows = np.empty_like(log_slope)
    for i, slope in enumerate(np.exp(log_slope)):
        WP = W @ P
        square = np.einsum("ij,ij->i", WP, WP)
        rows[i] = 0.5 * np.log(square) + log
        after = float(np.sqrt(square @ (slope * slope)))
        if not after > _RISK * float(np.sqrt(square.sum())):
            return None
        P, log = (slope / after)[:, None] * WP, log + float(np.log(after))
    return rows


def _graded_rows(W: Floats, log_slope: Floats) -> Floats:
    """Return the same with every row on a scale of its own."""
    P, signed, rows = Graded.identity(1, len(W)), Signed.of(W), np.empty_like(log_slope)
    for i in range(len(rows)):
        WP = P.before(signed)
        rows[i] = WP.scale[0]
        P = replace(WP, scale=WP.scale + log_slope[i])
    return rows


def _log_norm(rows: Floats) -> Floats:
    """Return ln of the Frobenius norms (steps,) from ln of the row norms (steps, n)."""
    top = rows.max(axis=1)
    shift = np.where(np.isneginf(top), 0.0, top)
    return shift + 0.5 * np.log(np.exp(2.0 * (rows - shift[:, None])).sum(axis=1))


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
    whole, straight = trace.walk(k, t), trace.walk(k, t, direct=True)
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
