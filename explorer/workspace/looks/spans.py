"""The span of the colours of all pairs: the chosen one, or one that follows the data in steps."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from explorer.engine.floats import Floats
from explorer.workspace.exploration.exploration import Lens
from explorer.workspace.looks.running import Run

SPANS = (1, 2, 3, 6, 10, 15, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000)
"""The spans of the flow map's colours to choose from, in decades either way."""
_LN10 = math.log(10.0)


def span_of(lens: Lens, runs: Iterable[Run]) -> int:
    """Return the span of the colours in decades: the chosen one, or the first whole one that holds every finite gain."""
    return span_over(lens, (run.log_gain for run in runs))


def span_over(lens: Lens, maps: Iterable[Floats]) -> int:
    """Return the span of the colours of several ``maps`` of natural logarithms, as `span_of` does that of gains."""
    if lens.locked:
        return lens.decades
    widest = max((float(np.abs(one).max(where=np.isfinite(one), initial=0.0)) for one in maps), default=0.0) / _LN10
    return next((span for span in SPANS if span >= widest), SPANS[-1])
