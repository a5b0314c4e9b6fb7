"""Lyapunov exponents: the mean rates at which the directions of the state space grow along a trace."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.flow.forms import form_of
from explorer.engine.flow.steps import Steps
from explorer.engine.names import spelt
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.work import Stop, never


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
    steps = _counted(trace, skip)
    return form_of(steps).exponents(skip, (steps.steps,))[0]


@spelt
def running_lyapunov_exponents(
    trace: Trace | Steps, ends: Sequence[int], skip: int = 0, *, stop: Stop = never
) -> Floats:
    """Return the N Lyapunov exponents of ``trace`` over the steps ``skip``+1..end, for each of ``ends`` (E, N).

    They show how the exponents settle. ``ends`` ascend; the last row for T is `lyapunov_exponents`. NaN once the network
    has overflowed.

    Raises
    ------
    BadSequence
        If ``skip`` leaves no step to count, or an end is none that can be counted to.
    Stopped
        When ``stop()`` said so.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, running_lyapunov_exponents
    >>> net = Network.from_arrays(activation="identity", U=[[1.0]], W=[[2.0]])
    >>> running_lyapunov_exponents(net.forward(np.zeros((50, 1))), (5, 50)).round(6).tolist()
    [[0.693147], [0.693147]]
    """
    steps = _counted(trace, skip)
    wrong = [end for before, end in pairwise((skip, *ends)) if not before < end <= steps.steps]
    if wrong or not ends:
        raise BadSequence(
            "The steps to count to ascend from {first} to at most {last}; {ends} were given.",
            first=skip + 1, last=steps.steps, ends=", ".join(map(str, ends)) or "none",
        )  # fmt: skip
    return form_of(steps).exponents(skip, tuple(ends), stop)


def _counted(trace: Trace | Steps, skip: int) -> Steps:
    steps = course_of(trace)
    if not 0 <= skip < steps.steps:
        raise BadSequence("skip is {skip}; it must lie between 0 and {last}.", skip=skip, last=steps.steps - 1)
    return steps


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


@spelt
def entropy_rate(exponents: Floats) -> float:
    """Return the sum of the positive ones of ``exponents`` (N,), nats a step: the most that Kolmogorov and Sinai's is.

    They are equal (Pesin 1977) where the attractor's measure is smooth along the directions that grow. NaN where an exponent
    is.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import entropy_rate
    >>> entropy_rate(np.array([0.5, 0.25, -1.0]))
    0.75
    """
    return float(np.maximum(exponents, 0.0).sum())


@spelt
def predictability_time(exponents: Floats) -> float:
    """Return ln 2/λ_1 of descending ``exponents`` (N,): the steps in which a small error doubles; +∞ where none grows.

    It is τ_pred of Mikhaeil, Monfared and Durstewitz (2022), equation 17. NaN where λ_1 is.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import predictability_time
    >>> round(predictability_time(np.array([0.3014, -0.2])), 3)
    2.3
    """
    first = float(exponents[0])
    return math.nan if math.isnan(first) else math.log(2.0) / first if first > 0.0 else math.inf
