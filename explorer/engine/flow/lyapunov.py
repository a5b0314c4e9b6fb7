"""Lyapunov exponents: the mean rates at which the directions of the state space grow along a trace."""

from __future__ import annotations

import numpy as np

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.flow.forms import form_of
from explorer.engine.flow.steps import Steps
from explorer.engine.names import spelt
from explorer.engine.network.trace import Trace, course_of


@spelt
def lyapunov_exponents(trace: Trace | Steps, skip: int = 0) -> Floats:
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
    steps = course_of(trace)
    if not 0 <= skip < steps.steps:
        raise BadSequence("skip is {skip}; it must lie between 0 and {last}.", skip=skip, last=steps.steps - 1)
    return form_of(steps).exponents(skip)


@spelt
def kaplan_yorke_dimension(exponents: Floats) -> float:
    """Return the dimension of the attractor by Kaplan and Yorke (1979), of descending ``exponents`` (N,) in nats a step.

    It is j + (λ_1 + … + λ_j)/|λ_{j+1}| with the greatest j whose sum is not negative: 0 where every direction contracts, N
    where the volume does not shrink; NaN where an exponent is.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import kaplan_yorke_dimension
    >>> kaplan_yorke_dimension(np.array([0.5, 0.0, -1.0]))
    2.5
    """
    if np.isnan(exponents).any():
        return float("nan")
    sums = np.cumsum(exponents)
    held = int(np.count_nonzero(sums >= 0.0))
    if held in (0, len(exponents)):
        return float(held)
    return float(held + sums[held - 1] / -exponents[held])
