"""The span of the colours of all pairs: the chosen one, or one that follows the data in steps."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from explorer.workspace.exploration.exploration import Lens
from explorer.workspace.looks.running import Run

SPANS = (1, 2, 3, 6, 10, 15, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000)
"""The spans of the flow map's colours to choose from, in decades either way."""
_LN10 = math.log(10.0)


def span_of(lens: Lens, runs: Iterable[Run]) -> int:
    """Return the span of the colours in decades: the chosen one, or the first whole one that holds every finite gain."""
    if lens.locked:
        return lens.decades
    gains = [run.log_gain[np.isfinite(run.log_gain)] for run in runs]
    widest = max((float(np.abs(gain).max(initial=0.0)) for gain in gains), default=0.0) / _LN10
    return next((span for span in SPANS if span >= widest), SPANS[-1])
