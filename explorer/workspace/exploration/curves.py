"""The curves of a training: what a point of them holds, and which points stay of a long one."""

from __future__ import annotations

import numpy as np

from explorer.engine.floats import Floats

COLUMNS = (
    "step", "loss", "held_loss", "accuracy", "held_accuracy", "norm", "clipped", "omega", "sigma", "radius", "horizon",
    "beyond",
)  # fmt: skip
"""What a point of the curves holds; NaN where it was not measured at that step.

"beyond" is 1 where the memory horizon is longer than the example on which it is measured, else 0.
"""

MEASURED = [i for i, name in enumerate(COLUMNS) if name not in ("step", "loss", "norm", "clipped", "omega")]
"""The places of the columns that don't come with an update."""
POINT_BYTES = 8 * len(COLUMNS)
MOST_POINTS = 4000
JUMP_MEMORY = 50
"""A jump is a loss that stands out of those of so many updates before it: as many points stay, however thin the curves."""


def thinned(points: Floats) -> Floats:
    """Return the curves (K, len(COLUMNS)) with at most `MOST_POINTS` rows.

    The steps are cut into stretches of equal length, a power of two. Of each, the rows of the least and of the greatest loss
    stay, so that no spike is lost, and the last that was measured before the newest row; a loss that is not a number counts
    as the greatest. The first row and the last `JUMP_MEMORY` ones stay, too. Rows that are thinned as they come are in the
    end those that are thinned all at once: of what would stay in the end nothing goes before.
    """
    steps = points[:, 0].astype(np.int64)
    length = _length(int(steps[0]), int(steps[-1]))
    if length == 1:
        return points
    stretch = steps // length
    order = np.lexsort((np.nan_to_num(points[:, COLUMNS.index("loss")], nan=np.inf), stretch))
    first = np.flatnonzero(np.diff(stretch, prepend=-1))
    last = np.append(first[1:], len(points)) - 1
    measured = np.flatnonzero(~np.isnan(points[:-1, COLUMNS.index("sigma")]))
    newest = measured[np.diff(stretch[measured], append=-1) != 0]
    tail = np.arange(max(0, len(points) - JUMP_MEMORY), len(points))
    return points[np.unique(np.concatenate(([0], order[first], order[last], newest, tail)))]


def _length(first: int, last: int) -> int:
    """Return how long the stretches are of which three rows each stay, at most."""
    length = 1
    while min(length, 3) * (last // length - first // length + 1) + JUMP_MEMORY + 1 > MOST_POINTS:
        length *= 2
    return length
