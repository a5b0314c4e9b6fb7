"""Who killed it: the exact split of the change of ln ‖P‖_F along one product, step by step, in the gradient's own direction.

A gradient v on s_t is pulled back to s_k: step j = t, t−1, …, k+1 turns v P_{t,j} into v P_{t,j−1} = v P_{t,j} J_j. For the
simple cell J_j = D_j W, and each step changes the norm twice: first the activation's derivative takes P to PD, then the
weights take PD to PDW; W may be another at every step. Elsewhere there is no such order: see `paths`.

The product of both parts over all steps does not depend on the direction, but their shares do, and so does the step that
leaves nothing: here it is the one at which the row of the flow becomes zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.flow.graded import Graded
from explorer.engine.flow.turning import running
from explorer.engine.names import spelt
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.norms import norm_of_logs
from explorer.engine.signed import Signed
from explorer.engine.values import Value

# What takes more than this of a norm leaves too little of it in float64.
_RISK = 1e-100
# A product is brought back to norm one when it has gone farther from it.
_NEAR = 1e-20


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Attribution(Value):
    """The split of ln ‖P_{t,k}‖_F where J_j = D_j W_j; entry j−k−1 belongs to step j = k+1..t, which comes after all later.

    slopes (t−k,) = ln ‖PD‖/‖P‖ and weights (t−k,) = ln ‖PDW‖/‖PD‖ for P = P_{t,j}, in nats; together they add up to
    ln ‖P_{t,k}‖_F − ½ ln N. unit_loss (t−k, n) is the share of ‖P‖_F² that the derivative takes away at each unit, below zero
    where it adds to it; its sum over the units is 1 − e^{2·slopes}. At the steps before one that leaves nothing, all are NaN.

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


@spelt
def attribute(trace: Trace | Course, t: int, k: int) -> Attribution:
    """Return who killed P_{t,k} of ``trace``: the activation's derivative or the weights, at which step, at which unit.

    Raises
    ------
    BadNetwork
        Where J_t is not diag(f'(z_t)) W, as in gated cells and stacks: see `split_paths`.
    BadSequence
        If not 0 ≤ k ≤ t ≤ T, or along a backward chain, whose pairs are in the sequence's time, 0 ≤ t ≤ k ≤ T.

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
    t, k = running(course, t, k, course.steps)
    found = course.motion.slopes_and_weights()
    if found is None:
        raise BadNetwork("Here J is not a derivative times one matrix of weights; split the gradient by path.")
    slopes, weights_of = found[0][k:t], found[1][k:t]
    log_slope = slopes.log
    with np.errstate(all="ignore"):
        columns = _plain_columns(slopes, weights_of)
        if columns is None:
            columns = _graded_columns(slopes, weights_of)
        before, after = norm_of_logs(columns[1:]), norm_of_logs(columns[:-1])
        between = norm_of_logs(columns[1:] + log_slope)
        # 1 − f'² without cancellation where the slope is nearly one.
        unit_loss = np.exp(2.0 * (columns[1:] - before[:, None])) * -np.expm1(2.0 * log_slope)
        # Where the derivative leaves nothing, the weights have nothing to take.
        weights = np.where(np.isneginf(between) & np.isfinite(before), 0.0, after - between)
        return Attribution(weights, between - before, unit_loss)


def _plain_columns(slopes: Signed, weights: Sequence[Floats]) -> Floats | None:
    """Return ln of the column norms of P_{t,j} (t−k+1, n), j = k..t, or None where float64 is too narrow for them.

    The product is kept as e^log times P.
    """
    steps, n = slopes.log.shape
    P, log, plain, columns = np.eye(n), 0.0, slopes.value(), np.zeros((steps + 1, n))
    square, norm = np.ones(n), math.sqrt(n)
    for i in range(steps - 1, -1, -1):
        # What slopes take out of reach, weights bring back without its digits.
        if not math.sqrt(float(square @ (plain[i] * plain[i]))) > _RISK * norm:
            return None
        P = (P * plain[i]) @ weights[i]
        square = np.einsum("ij,ij->j", P, P)
        norm = math.sqrt(float(np.add.reduce(square)))
        if not _RISK < norm < 1.0 / _RISK:
            return None
        columns[i] = 0.5 * np.log(square) + log
        if not _NEAR < norm < 1.0 / _NEAR:
            P, square, norm, log = P / norm, square / norm**2, 1.0, log + math.log(norm)
    return columns


def _graded_columns(slopes: Signed, weights: Sequence[Floats]) -> Floats:
    """Return the same with every column on a scale of its own."""
    steps, n = slopes.log.shape
    PT, columns = Graded.identity(1, n), np.zeros((steps + 1, n))
    signed = Signed.of(weights[-1].T) if steps else Signed.of(PT.rows[0])
    for i in range(steps - 1, -1, -1):
        if weights[i] is not weights[min(i + 1, steps - 1)]:
            signed = Signed.of(weights[i].T)
        D = slopes[i]
        PT = replace(PT, scale=PT.scale + D.log, rows=D.sign[:, None] * PT.rows).before(signed)
        columns[i] = PT.scale[0]
    return columns
