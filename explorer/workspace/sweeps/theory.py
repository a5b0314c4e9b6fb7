"""What theory says of the points of a sweep, where it says anything: for pictures of both."""

from __future__ import annotations

import math

import numpy as np

from explorer.engine import mean_field_rates
from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.engine.looks.verdict import trend
from explorer.engine.recurrence.kernels.choice import Choice, choice
from explorer.engine.recurrence.kernels.simple import Simple
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.feed.sequences import feed
from explorer.workspace.sweeps.sweep import Sweep

PREDICTED = ("rate", "lyapunov")
"""The quantities of which there is a theory."""
_INDEPENDENT = frozenset({"gaussian", "glorot", "spectral"})
"""Initialisations whose entries are independent of each other and have the variance g²/n, in the limit at least."""


def predicted(sweep: Sweep, exploration: Exploration, quantity: str) -> float:
    """Return what a network of infinitely many units in the place of that of ``exploration`` would have; NaN if nobody knows.

    The mean field of the simple recurrent network with its initial Gaussian weights, along the very sequence that it is fed:
    see `mean_field_rates`.
    """
    if quantity not in PREDICTED or sweep.updates:
        return math.nan
    try:
        rates = _rates(exploration)
    except Refusal:
        return math.nan
    if rates is None:
        return math.nan
    if quantity == "lyapunov":
        return float(rates[sweep.skip :].mean()) if sweep.skip < len(rates) else math.nan
    return _slope(rates[: min(exploration.selection.t, len(rates))])


def _rates(exploration: Exploration) -> Floats | None:
    """Return ½ ln χ_t (T,) along the sequence; None where the network is none that the theory is about."""
    recipe, lens = exploration.recipe, exploration.lens
    chosen = choice(recipe.recurrence)
    if chosen is None or not _is_random(recipe, chosen) or lens.norm == "spectral":
        return None
    fed = feed(exploration.sequence)
    start = np.zeros(recipe.hidden)
    given = recipe.initial_state[: recipe.hidden]
    start[: len(given)] = given
    return mean_field_rates(
        chosen.activation, recipe.gain, recipe.input_scale**2 * np.sum(fed.x**2, axis=1), bias=recipe.bias,
        start=float(np.mean(start**2)),
    )  # fmt: skip


def _is_random(recipe: Recipe, chosen: Choice) -> bool:
    """Return whether the network is f(U x + W s' + b) with nothing but random W and U, and one bias for all units."""
    own = any(weight.start is not None or weight.fixed is not None for weight in recipe.recurrence.weights)
    plain = isinstance(chosen.kernel, Simple) and recipe.single and recipe.init in _INDEPENDENT
    return plain and not (own or recipe.trained or recipe.edits or recipe.decoder)


def _slope(rates: Floats) -> float:
    """Return the median slope of the row that the ``rates`` of its steps make, as the quantity "rate" is measured."""
    # A row that dies has no slope but −inf, as it is measured.
    if len(rates) == 0 or not np.isfinite(rates).all():
        return -math.inf if len(rates) else math.nan
    return trend(np.concatenate([[0.0], np.cumsum(rates[::-1])]))[0]
