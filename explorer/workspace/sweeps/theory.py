"""What theory says of the points of a sweep, where it says anything: for pictures of both."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.engine.errors import Refusal, Stopped
from explorer.engine.floats import Floats
from explorer.engine.looks.verdict import trend
from explorer.engine.work import Stop
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.fields import with_values
from explorer.workspace.looks.expected import expected_rates
from explorer.workspace.sweeps.slices import Showing
from explorer.workspace.sweeps.sweep import Axis, Sweep

PREDICTED = ("rate", "lyapunov")
"""The quantities of which there is a theory."""
_MOST_CELLS, _MOST_POINTS = 25, 120
"""Of a side of a map, and of a curve: more would look the same."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What theory says of what is ``showing``, for a map or for curves: ``values`` (rows, columns) at ``up`` and ``across``.

    The two say at which values of the axes, or at which of their numbers from 0 on where these are no numbers, or are cells
    of a map.
    """

    showing: Showing
    maps: bool
    up: Floats
    across: Floats
    values: Floats


def prediction(sweep: Sweep, showing: Showing, maps: bool, stop: Stop) -> Prediction | None:
    """Return what theory says of what is ``showing``, None for nothing.

    A map has its own cells, fewer where these are many; a curve is as fine as it looks.
    """
    if showing.quantity not in PREDICTED or sweep.updates:
        return None
    across = _cells(sweep.axes[showing.across]) if maps else _points(sweep.axes[showing.across])
    up = [(0.0, None)] if showing.up is None else _cells(sweep.axes[showing.up])
    rest = {axis.name: axis.values[i] for axis, i in zip(sweep.axes, showing.at, strict=True)}
    values = np.full((len(up), len(across)), np.nan)
    for row, (_, higher) in enumerate(up):
        for column, (_, value) in enumerate(across):
            if stop():
                raise Stopped
            chosen = {sweep.axes[showing.across].name: value}
            if showing.up is not None:
                chosen[sweep.axes[showing.up].name] = higher
            values[row, column] = _at(sweep, rest | chosen, showing.quantity)
    if np.isnan(values).all():
        return None
    return Prediction(showing, maps, np.array([at for at, _ in up]), np.array([at for at, _ in across]), values)


def _at(sweep: Sweep, settings: Mapping[str, Any], quantity: str) -> float:
    try:
        return predicted(sweep, with_values(sweep.base, settings), quantity)
    except Refusal:
        return math.nan


def _cells(axis: Axis) -> list[tuple[float, Any]]:
    """Return the values of an axis, at most so many, the last among them, with their numbers."""
    chosen = np.unique(np.linspace(0, len(axis.values) - 1, min(len(axis.values), _MOST_CELLS)).astype(int))
    return [(float(i), axis.values[i]) for i in chosen]


def _points(axis: Axis) -> list[tuple[float, Any]]:
    """Return the values of an axis, and of real numbers some between them; words by their numbers."""
    values = axis.values
    if not all(isinstance(value, float) for value in values):
        plain = all(isinstance(value, int) for value in values)
        return [(float(value) if plain else float(i), value) for i, value in enumerate(values)]
    parts = math.ceil(_MOST_POINTS / len(values))
    fine = np.interp(np.arange(parts * (len(values) - 1) + 1) / parts, np.arange(len(values)), np.array(values, float))
    return [(float(value), float(value)) for value in fine]


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
