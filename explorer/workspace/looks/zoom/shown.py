"""A matrix made small enough to be drawn: of several entries that share a place the largest, with its sign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.signed import Signed

Mask = NDArray[np.bool_]

MOST = 96
"""Rows and columns that are drawn: with more, no entry would be seen by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The entries (r, c) of a matrix as ln|entry| and sign; ``shape`` is that of the whole matrix.

    A true zero is (−inf, 0). What is known not to be zero and too small for float64 has a finite logarithm and no sign; what
    is no number is NaN. ``there`` (r, c) is false where the equations have nothing, whatever the numbers are, None if
    that is nowhere.
    """

    entries: Signed
    shape: tuple[int, int]
    there: Mask | None = None

    @property
    def thinned(self) -> bool:
        """Return whether several entries share a place."""
        return self.entries.log.shape != self.shape

    @property
    def peak(self) -> float:
        """Return ln of the largest finite entry, −inf for none."""
        log = self.entries.log
        return float(np.max(log, where=np.isfinite(log), initial=-np.inf))


def shown(matrix: Signed, most: int = MOST, there: Mask | None = None) -> Shown:
    """Return a matrix (r, c) of at most ``most`` rows and columns."""
    rows, columns = matrix.log.shape
    there = None if there is None or there.all() else there
    if max(rows, columns) <= most:
        return Shown(matrix, (rows, columns), there)
    down, across = (-(-size // most) for size in (rows, columns))
    log, sign = (_blocks(part, down, across, empty) for part, empty in ((matrix.log, -np.inf), (matrix.sign, 0.0)))
    # NaN is to be seen wherever there is one.
    largest = np.argmax(np.where(np.isnan(log), np.inf, log), axis=-1)[..., None]
    log, sign = (np.take_along_axis(part, largest, axis=-1)[..., 0] for part in (log, sign))
    kept = None if there is None else np.asarray(_blocks(there.astype(float), down, across, 0.0).any(axis=-1))
    return Shown(Signed(log, sign), (rows, columns), kept)


def _blocks(part: Floats, down: int, across: int, empty: float) -> Floats:
    """Return the entries that share a place, (r, c, down · across)."""
    rows, columns = (-(-size // step) for size, step in zip(part.shape, (down, across), strict=True))
    whole = np.full((rows * down, columns * across), empty)
    whole[: part.shape[0], : part.shape[1]] = part
    return whole.reshape(rows, down, columns, across).swapaxes(1, 2).reshape(rows, columns, -1)
