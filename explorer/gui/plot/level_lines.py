"""Where the values of a grid have a level: lines in pieces, exactly, with no screen in mind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats


def contour(values: Floats, level: float) -> Floats:
    """Return the line where ``values`` (R, C) are ``level``, in pieces (K, 4): column and row of both ends.

    Each cell is cut into two triangles, in which the line is straight and never in doubt. What is no number counts as
    higher than every level.
    """
    columns = values.shape[1]
    v = np.where(np.isnan(values), np.inf, values)
    above = v >= level
    a, b, c, d = above[:-1, :-1], above[:-1, 1:], above[1:, :-1], above[1:, 1:]
    pieces = []
    for third, offsets in ((b, (0, 1, columns + 1)), (c, (0, columns, columns + 1))):
        row, column = np.nonzero((a != third) | (a != d))
        corners = (row * columns + column)[:, None] + np.array(offsets)
        pieces.append(_crossings(v.ravel(), corners, level, columns))
    return np.concatenate(pieces)


def _crossings(v: Floats, corners: NDArray[np.intp], level: float, columns: int) -> Floats:
    """Return the pieces of line (K, 4) in triangles (K, 3) that are crossed; their corners are places in ``v``."""
    ends = np.roll(corners, -1, axis=1)
    # Exactly two of a triangle's three edges are crossed.
    crossed = (v[corners] >= level) != (v[ends] >= level)
    start, end = corners[crossed], ends[crossed]
    with np.errstate(invalid="ignore", over="ignore"):
        share = (level - v[start]) / (v[end] - v[start])
    # Beside what has no end the line runs along the last point that has one.
    share = np.where(np.isfinite(v[end]), np.where(np.isfinite(v[start]), share, 1.0), 0.0)
    places = [start % columns + share * (end % columns - start % columns)]
    places.append(start // columns + share * (end // columns - start // columns))
    return np.stack(places, axis=-1).reshape(-1, 4)
