"""Who killed it: the exact split of the change of ln ‖P‖_F along one product, step by step, in the gradient's own direction.

A gradient v on s_t is pulled back to s_k: step j = t, t−1, …, k+1 turns v P_{t,j} into v P_{t,j−1} = v P_{t,j} J_j. For the
simple cell J_j = D_j W, and each step changes the norm twice: first the activation's derivative takes P to PD, then the
weights take PD to PDW. For gated cells there is no such order, but there is a path that holds all gates fixed; P is split
exactly into the product along that path and what the gates add.

The product of both parts over all steps does not depend on the direction, but their shares do, and so does the step that
leaves nothing: here it is the one at which the row of the flow becomes zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.flow.graded import Graded
from explorer.engine.names import spelt
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.norms import norm_of_logs, norms
from explorer.engine.signed import Signed
from explorer.engine.values import Value

# What takes more than this of a norm leaves too little of it in float64.
_RISK = 1e-100
# Coefficients below this, in nats, are kept as logarithms: their squares would underflow.
_SMALLEST = -300.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Attribution(Value):
    """The split of ln ‖P_{t,k}‖_F for the simple cell; entry j−k−1 belongs to step j = k+1..t, which comes after all later.

    slopes (t−k,) = ln ‖PD‖/‖P‖ and weights (t−k,) = ln ‖PDW‖/‖PD‖ for P = P_{t,j}, in nats; together they add up to
    ln ‖P_{t,k}‖_F − ½ ln N. unit_loss (t−k, n) is the share of ‖P‖_F² that the derivative takes away at each unit;
    its sum over the units is 1 − e^{2·slopes}. At the steps before one that leaves nothing, all are NaN.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, attribute, gradient_flow
    >>> trace = Network.random(inputs=2, hidden=8, outputs=1, gain=1.5).forward(np.ones((10, 2)))
    >>> split = attribute(trace, 10, 4)
    >>> bool(np.isclose((split.slopes + split.weights).sum(), gradient_flow(trace).log_gain[10, 4]))
    True
    """

    weights: Floats
    slopes: Floats
    unit_loss: Floats


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PathSplit(Value):
    """P_{t,j} = C_{t,j} + R_{t,j} for j = k..t: along the direct path, and through the gates at least once.

    Entry j−k holds ln of the Frobenius norms: total (t−k+1,), direct of C, gates of R; −inf for a true zero.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, split_paths
    >>> net = Network.from_arrays(cell="lstm", U=np.ones((8, 1)), W=np.zeros((8, 2)))  # no gate reads the state
    >>> split_paths(net.forward(np.ones((5, 1))), 5, 0).gates.tolist()
    [-inf, -inf, -inf, -inf, -inf, -inf]
    """

    total: Floats
    direct: Floats
    gates: Floats


@spelt
def attribute(trace: Trace | Course, t: int, k: int) -> Attribution:
    """Return who killed P_{t,k} of ``trace``: the activation's derivative or the weights, at which step, at which unit.

    Raises
    ------
    BadNetwork
        For a gated cell: see `split_paths`.
    BadSequence
        If not 0 ≤ k ≤ t ≤ T.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, attribute
    >>> trace = Network.random(inputs=2, hidden=8, outputs=1).forward(np.ones((10, 2)))
    >>> split = attribute(trace, 10, 4)
    >>> split.slopes.shape, split.unit_loss.shape, bool((split.slopes <= 0).all())  # tanh' ≤ 1 only shrinks
    ((6,), (6, 8), True)
    """
    course = course_of(trace)
    course.check_pair(t, k)
    found = course.motion.slope_and_weight()
    if found is None:
        raise BadNetwork("A gated cell has no split into weights and derivative; split it by path.")
    log_slope, W = found[0].log[k:t], found[1]
    with np.errstate(all="ignore"):
        columns = _plain_columns(W, log_slope)
        if columns is None:
            columns = _graded_columns(W, log_slope)
        before, after = norm_of_logs(columns[1:]), norm_of_logs(columns[:-1])
        between = norm_of_logs(columns[1:] + log_slope)
        # 1 − f'² without cancellation where the slope is nearly one.
        unit_loss = np.exp(2.0 * (columns[1:] - before[:, None])) * -np.expm1(2.0 * log_slope)
        # Where the derivative leaves nothing, the weights have nothing to take.
        weights = np.where(np.isneginf(between) & np.isfinite(before), 0.0, after - between)
        return Attribution(weights, between - before, unit_loss)


def _plain_columns(W: Floats, log_slope: Floats) -> Floats | None:
    """Return ln of the column norms of P_{t,j} (t−k+1, n), j = k..t, or None where float64 is too narrow for them.

    The product is kept transposed, as e^log times Pᵀ.
    """
    PT, log, slopes = np.eye(len(W)), 0.0, np.exp(log_slope)
    columns = np.zeros((len(log_slope) + 1, len(W)))
    square, norm = np.ones(len(W)), float(np.sqrt(len(W)))
    for i in range(len(log_slope) - 1, -1, -1):
        between = float(np.sqrt(square @ (slopes[i] * slopes[i])))
        if not between > _RISK * norm:
            return None
        # PD has the norm one, so that PDW is never far from it.
        PT, log = W.T @ ((slopes[i] / between)[:, None] * PT), log + float(np.log(between))
        square = np.einsum("ij,ij->i", PT, PT)
        norm = float(np.sqrt(square.sum()))
        if not _RISK < norm < 1.0 / _RISK:
            return None
        columns[i] = 0.5 * np.log(square) + log
    return columns


def _graded_columns(W: Floats, log_slope: Floats) -> Floats:
    """Return the same with every column on a scale of its own."""
    PT, signed = Graded.identity(1, len(W)), Signed.of(W.T)
    columns = np.zeros((len(log_slope) + 1, len(W)))
    for i in range(len(log_slope) - 1, -1, -1):
        PT = replace(PT, scale=PT.scale + log_slope[i]).before(signed)
        columns[i] = PT.scale[0]
    return columns


@spelt
def split_paths(trace: Trace | Course, t: int, k: int) -> PathSplit:
    """Return how much of P_{t,j} of ``trace``, j = k..t, went along the path with all gates fixed, and through gates.

    With J_j = D_j + E_j, the part with the gates fixed and the rest, C_{j−1} = C_j D_j and
    R_{j−1} = R_j D_j + (R_j + C_j) E_j: neither is ever had by subtraction. Each has a scale of its own: a path that has
    shrunk to e^-1000 beside the other is still a number.

    Raises
    ------
    BadSequence
        If not 0 ≤ k ≤ t ≤ T.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, split_paths
    >>> paths = split_paths(Network.random(cell="gru", inputs=2, hidden=8, outputs=1).forward(np.ones((10, 2))), 10, 4)
    >>> paths.total.shape, bool((paths.total <= np.logaddexp(paths.direct, paths.gates) + 1e-9).all())
    ((7,), True)
    """
    course = course_of(trace)
    course.check_pair(t, k)
    with np.errstate(all="ignore"):
        logs = _plain_paths(course, t, k)
        return PathSplit(*(_graded_paths(course, t, k) if logs is None else logs))


def _plain_paths(course: Course, t: int, k: int) -> Floats | None:
    """Return ln of the norms of P, C and R (3, t−k+1), or None where float64 is too narrow for them."""
    logs, N = np.empty((3, t - k + 1)), course.width
    if course.motion.least(k, t) < _SMALLEST:
        return None
    C, R, log_C, log_R = np.eye(N) / np.sqrt(N), np.zeros((N, N)), 0.5 * float(np.log(N)), -np.inf
    logs[:, -1] = log_C, log_C, log_R
    walked = zip(course.walk_back(t, k, "direct"), course.walk_back(t, k, "gates"), strict=True)
    for i, (D, E) in zip(range(t - k - 1, -1, -1), walked, strict=True):
        top = max(log_C, log_R)
        R, C_there = np.exp(log_R - top) * R, np.exp(log_C - top) * C
        R, C = R @ D + (R + C_there) @ E, C @ D
        norm_C, norm_R = float(np.linalg.norm(C)), float(np.linalg.norm(R))
        if norm_C <= _RISK or (norm_R <= _RISK and (E.any() or log_R > -np.inf)):
            return None
        C, log_C = C / norm_C, log_C + float(np.log(norm_C))
        R, log_R = (R / norm_R, top + float(np.log(norm_R))) if norm_R else (R, -np.inf)
        top = max(log_C, log_R)
        whole = float(np.linalg.norm(np.exp(log_C - top) * C + np.exp(log_R - top) * R))
        logs[:, i] = top + np.log(whole), log_C, log_R
    return logs


def _graded_paths(course: Course, t: int, k: int) -> Floats:
    """Return the same with every column of P, C and R on a scale of its own."""
    logs, N = np.empty((3, t - k + 1)), course.width
    CT = Graded.identity(1, N)
    RT = replace(CT, scale=np.full((1, N), -np.inf), rows=np.zeros((1, N, N)))
    logs[:, -1] = CT.log_norm()[0], CT.log_norm()[0], -np.inf
    for j in range(t, k, -1):
        D, E = course.log_jacobian(j, "direct").T, course.log_jacobian(j, "gates").T
        RT, CT = _added(RT.before(D), _added(RT, CT).before(E)), CT.before(D)
        logs[:, j - 1 - k] = [float(part.log_norm()[0]) for part in (_added(CT, RT), CT, RT)]
    return logs


def _added(one: Graded, other: Graded) -> Graded:
    """Return the sum of two products; the errors are not followed."""
    top = np.maximum(one.scale, other.scale)
    shift = np.where(np.isfinite(top), top, 0.0)
    mine, theirs = (np.exp(part.scale - shift)[:, :, None] * part.rows for part in (one, other))
    rows = mine + theirs
    norm = norms(rows)
    rows = rows / np.where(norm > 0, norm, 1.0)[:, :, None]
    return replace(one, scale=shift + np.log(norm), rows=rows)
