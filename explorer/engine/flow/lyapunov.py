"""Lyapunov exponents: the mean rates at which the directions of the state space grow along a trace."""

from __future__ import annotations

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
