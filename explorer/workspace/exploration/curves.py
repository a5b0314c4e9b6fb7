"""The curves of a training: what a point of them holds, and which points stay of a long one."""

from __future__ import annotations

from functools import lru_cache
from typing import TypedDict

import numpy as np

from explorer.engine.floats import Floats

COLUMNS = (
    "step", "loss", "held_loss", "accuracy", "held_accuracy", "norm", "clipped", "omega", "sigma", "radius", "horizon",
    "beyond", "floss",
)  # fmt: skip
"""What a point of the curves holds; NaN where it was not measured at that step.

"beyond" is 1 where the memory horizon is longer than the example on which it is measured, else 0; "floss" is the mean λ² that
flossing pulls to zero.
"""

MEASURED = [i for i, name in enumerate(COLUMNS) if name not in ("step", "loss", "norm", "clipped", "omega", "floss")]
"""The places of the columns that don't come with an update."""
_ROW = len(COLUMNS) - 1
POINT_BYTES, FLOSS_BYTES = 8 * _ROW, 8
"""Of a point in a file: the first columns together, and the last one beside them, which older files have not."""
MOST_POINTS = 4000
JUMP_MEMORY = 50
"""A jump is a loss that stands out of those of so many updates before it: as many points stay, however thin the curves."""


class Parts(TypedDict):
    """The curves as a `Record` holds them: ``curves`` all columns but the last, ``floss`` that, empty where it is NaN."""

    curves: bytes
    floss: bytes


def parted(points: Floats) -> Parts:
    """Return the curves (K, len(COLUMNS)) as bytes."""
    table = np.asarray(points, dtype="<f8")
    floss = table[:, _ROW]
    return Parts(
        curves=np.ascontiguousarray(table[:, :_ROW]).tobytes(),
        floss=b"" if np.isnan(floss).all() else np.ascontiguousarray(floss).tobytes(),
    )


@lru_cache(maxsize=16)
def joined(curves: bytes, floss: bytes) -> Floats:
    """Return the curves (K, len(COLUMNS)) of their bytes, read-only."""
    rows = np.frombuffer(curves, dtype="<f8").reshape(-1, _ROW)
    last = np.frombuffer(floss, dtype="<f8") if floss else np.full(len(rows), np.nan)
    table = np.column_stack((rows, last))
    table.setflags(write=False)
    return table


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
