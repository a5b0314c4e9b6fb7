"""What theory says of the points of a sweep, where it says anything: for pictures of both."""

from __future__ import annotations

import math

import numpy as np

from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.engine.looks.verdict import trend
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.expected import expected_rates
from explorer.workspace.sweeps.sweep import Sweep

PREDICTED = ("rate", "lyapunov")
"""The quantities of which there is a theory."""


def predicted(sweep: Sweep, exploration: Exploration, quantity: str) -> float:
    """Return what a network of infinitely many units in the place of that of ``exploration`` would have; NaN if nobody knows.

    The mean field of the simple recurrent network with its initial Gaussian weights, along the very sequence that it is fed:
    see `mean_field_rates`.
    """
    if quantity not in PREDICTED or sweep.updates:
        return math.nan
    try:
        rates = expected_rates(exploration)
    except Refusal:
        return math.nan
    if rates is None:
        return math.nan
    if quantity == "lyapunov":
        return float(rates[sweep.skip :].mean()) if sweep.skip < len(rates) else math.nan
    return _slope(rates[: min(exploration.selection.t, len(rates))])


def _slope(rates: Floats) -> float:
    """Return the median slope of the row that the ``rates`` of its steps make, as the quantity "rate" is measured."""
    # A row that dies has no slope but −inf, as it is measured.
    if len(rates) == 0 or not np.isfinite(rates).all():
        return -math.inf if len(rates) else math.nan
    return trend(np.concatenate([[0.0], np.cumsum(rates[::-1])]))[0]
