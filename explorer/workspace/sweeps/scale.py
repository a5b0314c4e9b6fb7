"""How a quantity becomes a colour: gains about one, words by their grade, everything else from its least to its greatest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.workspace.scales import gains
from explorer.workspace.scales.colours import bytes_of, linear, oklab
from explorer.workspace.scales.gains import ABOVE, FIRST, LAST, NAN, ONE, UNDEFINED, ZERO
from explorer.workspace.scales.themes import Theme, state_table
from explorer.workspace.scales.ticks import number, rounded_up, ticks
from explorer.workspace.sweeps.slices import GRADES, PRESERVED
from explorer.workspace.sweeps.sweep import Axis
from explorer.workspace.sweeps.words import is_log, number_sentence, plain
from explorer.workspace.words.sentence import Sentence

Codes = NDArray[np.uint8]

_LEAST = 1e-9
_LADDER = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """The values from ``low`` to ``high`` that the colours span; of a ``gain`` they are those of gains, about 0 = ln 1."""

    quantity: str
    low: float
    high: float

    @classmethod
    def of(cls, quantity: str, values: Floats) -> Scale:
        """Return the scale of ``values``."""
        finite = values[np.isfinite(values)]
        if quantity == "verdict":
            return cls(quantity, float(-PRESERVED), float(PRESERVED))
        if is_log(quantity):
            span = rounded_up(max(float(np.abs(finite).max(initial=0.0)), _LEAST), _LADDER) if finite.size else 1.0
            return cls(quantity, -span, span)
        low, high = float(finite.min(initial=np.inf)), float(finite.max(initial=-np.inf))
        if not low < high:
            middle = low if np.isfinite(low) else 0.0
            low, high = middle - 0.5, middle + 0.5
        return cls(quantity, low, high)

    @property
    def diverging(self) -> bool:
        """Return whether the colours are those of gains."""
        return self.quantity == "verdict" or is_log(self.quantity)

    def codes(self, values: Floats) -> Codes:
        """Return the codes of ``values`` of any shape, as `explorer.workspace.scales.gains` has them."""
        with np.errstate(invalid="ignore"):
            level = np.rint(FIRST + np.clip(self.shares(values), 0.0, 1.0) * (LAST - FIRST))
        out = np.where(np.isfinite(values), np.nan_to_num(level, nan=ONE), NAN).astype(np.uint8)
        out[values == np.inf] = ABOVE
        out[values == -np.inf] = ZERO if self.diverging else gains.BELOW
        return out

    def shares(self, values: Floats) -> Floats:
        """Return where ``values`` stand on the scale, 0..1.

        A gain stands at the root of its logarithm: what grows a little is seen beside what dies at once.
        """
        if self.quantity != "verdict" and self.diverging:
            return 0.5 + 0.5 * np.copysign(np.sqrt(np.abs(values) / self.high), values)
        return np.asarray((values / 2 - self.low / 2) / (self.high / 2 - self.low / 2))

    def table(self, theme: Theme) -> NDArray[np.uint8]:
        """Return the colour of every code (256, 4)."""
        return gains.palette(theme) if self.diverging else _rising(theme)

    def ticks(self, most: int) -> list[tuple[float, Sentence]]:
        """Return places on the scale and what stands there."""
        if self.quantity == "verdict":
            grades = [float(i - PRESERVED) for i in range(len(GRADES))]
            return [(grade, number_sentence(self.quantity, grade)) for grade in grades]
        if not self.diverging:
            return [(value, plain(number(value, 4))) for value in ticks(self.low, self.high, most)]
        parts = (0.0, 0.04, 0.25, 1.0) if most < 9 else (0.0, 0.01, 0.04, 0.1, 0.25, 0.5, 1.0)
        found = sorted({sign * part * self.high + 0.0 for part in parts for sign in (-1.0, 1.0)})
        return [(value, plain(number(value, 2))) for value in found]


@cache
def _rising(theme: Theme) -> NDArray[np.uint8]:
    """Return the table of what is no gain: the higher, the darker."""
    table = gains.palette(theme).copy()
    scale = state_table(theme)[127::-1]
    table[FIRST : LAST + 1] = scale[np.linspace(0, len(scale) - 1, LAST - FIRST + 1).round().astype(int)]
    table[UNDEFINED] = 0
    table.flags.writeable = False
    return table


def line_colours(theme: Theme, count: int) -> list[str]:
    """Return a colour for each of so many curves: of many they go over into one another."""
    own = [*theme.ghosts.values(), theme.negative, theme.trend]
    if count <= len(own):
        return own[:count]
    lab = oklab(linear([theme.shrink, theme.positive, theme.trend, theme.grow]))
    at = np.linspace(0.0, len(lab) - 1.0, count)
    rgb = bytes_of(np.stack([np.interp(at, np.arange(len(lab)), lab[:, i]) for i in range(3)], axis=-1))
    return ["#{:02x}{:02x}{:02x}".format(*row) for row in rgb.tolist()]


def places_of(axis: Axis) -> Floats:
    """Return where the values of an axis stand; words, and what is in no order, stand side by side."""
    values = np.array(axis.numbers or np.arange(len(axis.values)), dtype=np.float64)
    return np.log10(values) if axis.geometric else values


def nearest_known(known: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return row and column of the known cell nearest to each cell (rows, columns), itself where it is known.

    It is the sum of the ways along both sides of the map, in shares of them, that is least: of what has come from coarse to
    fine a point of a row that has just begun stands for its neighbours, not for the whole row.
    """
    rows, columns = known.shape
    column = _nearest_along(known)
    away = np.abs(column - np.arange(columns)) / max(columns - 1, 1)
    away[~known.any(axis=1)] = np.inf
    row, step = np.broadcast_to(np.arange(rows)[:, None], known.shape).copy(), 1.0 / max(rows - 1, 1)
    for r, beside in (*((r, r - 1) for r in range(1, rows)), *((r, r + 1) for r in range(rows - 2, -1, -1))):
        nearer = away[beside] + step < away[r]
        away[r] = np.where(nearer, away[beside] + step, away[r])
        row[r] = np.where(nearer, row[beside], row[r])
        column[r] = np.where(nearer, column[beside], column[r])
    return row, column


def _nearest_along(known: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the index of the nearest known cell in each row; that of the first where there is none."""
    here = np.arange(known.shape[1])
    before = np.maximum.accumulate(np.where(known, here, -1), axis=1)
    after = np.minimum.accumulate(np.where(known, here, 10**9)[:, ::-1], axis=1)[:, ::-1]
    nearer = (before >= 0) & ((here - before <= after - here) | (after == 10**9))
    found = np.where(nearer, before, after)
    return np.where(found == 10**9, 0, found).astype(np.intp)
