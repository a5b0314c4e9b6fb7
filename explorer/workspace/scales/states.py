"""How a state or a gain becomes a colour: absolute scales, with entries apart for what is no number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.network.chain import Chain
from explorer.engine.recurrence.expressions.interval import Interval
from explorer.engine.recurrence.readings.bounds import bounds
from explorer.engine.recurrence.readings.gates import is_plain
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.workspace.scales.patterns import Kind
from explorer.workspace.scales.themes import Theme, diverging_table, state_table
from explorer.workspace.scales.ticks import Tick
from explorer.workspace.words.numbers import power_of_ten

Indices = NDArray[np.uint8]
Table = NDArray[np.uint8]

LARGEST = 252
NAN, ABOVE, BELOW = 253, 254, 255
"""Entries behind the 253 of the scale itself: not a number, +∞, −∞ (for a gain: exactly zero)."""

STATE_PATTERNS: Mapping[int, Kind] = MappingProxyType({NAN: "nan", ABOVE: "above", BELOW: "below"})
GAIN_PATTERNS: Mapping[int, Kind] = MappingProxyType({NAN: "nan", ABOVE: "above", BELOW: "zero"})
"""The entries that are told by a pattern, too."""

STEP_DECADES = 0.6
"""One step's gain is coloured over ×10^±0.6, which is ×¼ to ×4: the same colours for every network."""

_LINEAR = 0.01
_UNIT = Interval(-1.0, 1.0)
_DECADES = (1, 2, 3, 6, 10, 20, 50, 100, 200, 308)


def encode(position: Floats) -> Indices:
    """Return a table's entries for positions −1..1 (any shape); beyond is the end, ±inf and NaN have their own."""
    with np.errstate(invalid="ignore"):
        index = np.rint(np.clip(position, -1.0, 1.0) * (LARGEST / 2) + LARGEST / 2)
        result = np.where(np.isnan(index), NAN, index).astype(np.uint8)
    result[position == np.inf] = ABOVE
    result[position == -np.inf] = BELOW
    return result


@dataclass(frozen=True, slots=True)
class StateScale:
    """The scale of a state: linear over ±1 where ``decade`` is 0, else signed-log up to ±10^decade."""

    decade: int

    @classmethod
    def of(cls, values: Floats, bounded: bool) -> StateScale:
        """Return the scale for ``values``: ±1 if bounded and within, else the first whole span that holds every finite one.

        A state that began beyond its bounds, by hand, may lie there.
        """
        with np.errstate(invalid="ignore"):
            size = np.abs(values)
            top = float(np.max(size, where=np.isfinite(size), initial=0.0))
        if bounded and top <= 1.0:
            return cls(0)
        return cls(next((d for d in _DECADES if top <= 10.0**d), _DECADES[-1]))

    def position(self, values: Floats) -> Floats:
        """Return where ``values`` (any shape) stand, −1..1; NaN and ±inf stay what they are."""
        if self.decade == 0:
            return values
        with np.errstate(over="ignore", invalid="ignore"):
            # ln(1 + |v|/0.01) as a difference of logarithms: |v|/0.01 would leave float64's range.
            size = np.log(np.abs(values) + _LINEAR) - np.log(_LINEAR)
            return np.copysign(size / (self.decade * np.log(10.0) - np.log(_LINEAR)), values)

    def ticks(self) -> list[Tick]:
        """Return positions and labels for a legend: the ends, zero, and ±1."""
        if self.decade == 0:
            return [(-1.0, "−1"), (0.0, "0"), (1.0, "1")]
        top = power_of_ten(self.decade)
        one = float(self.position(np.array(1.0)))
        return [(-1.0, "−" + top), (-one, "−1"), (0.0, "0"), (one, "1"), (1.0, top)]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the state, ``name`` as people read it: rows ``start`` to ``stop``; ``bounded`` by ±1.

    ``part`` is what the equations call it. The rows of a matrix, each of so many ``columns``, stand one after the other.
    """

    name: str
    start: int
    stop: int
    bounded: bool
    part: str = ""
    columns: int = 1

    @property
    def units(self) -> int:
        """Return of how many units it is: each has one entry, or one row of a matrix."""
        return (self.stop - self.start) // self.columns

    def place(self, row: int) -> tuple[int, ...]:
        """Return which entry of the vector or the matrix stands in a row of the block."""
        return (row,) if self.columns == 1 else divmod(row, self.columns)

    def entry(self, row: int) -> str:
        """Return the index of what stands in a row: [3], or [3,1] of a matrix."""
        return f"[{','.join(map(str, self.place(row)))}]"


@lru_cache(maxsize=32)
def blocks(chain: Chain) -> tuple[Block, ...]:
    """Return the parts of a chain's state by the names of the equations; a state that is f(z) itself is s."""
    step, kept = chain.step, bounds(chain.step.recurrence)
    return tuple(
        Block(
            "s" if is_plain(step.recurrence) else plain_name(part),
            place.start,
            place.stop,
            _UNIT.holds(kept[part]),
            part,
            math.prod(step.state_shape(part)[1:]),
        )
        for part, place in step.parts.items()
    )


def given_out(chain: Chain) -> Block:
    """Return the part of the state that the chain gives out; the first of its last layer where what it gives out is none."""
    parts = blocks(chain)
    last = next(part for part in parts if part.part.rpartition("/")[0] == parts[-1].part.rpartition("/")[0])
    return next((part for part in parts if part.part == chain.step.recurrence.output), last)


def part_name(parts: Sequence[Block], part: Block) -> str:
    """Return what a part is called beside ∂s_t/∂s_k: the whole state is s there, if it is no matrix."""
    return "s" if len(parts) == 1 and part.columns == 1 else part.name


def entry_name(chain: Chain, index: int, step: str) -> str:
    """Return what an entry of the whole state at a ``step`` is called: s₃[5], h₃[5], S₃[0,5]."""
    parts = blocks(chain)
    part = next(part for part in parts if index < part.stop)
    return f"{part_name(parts, part)}{step}{part.entry(index - part.start)}"


@cache
def state_colours(theme: Theme) -> Table:
    """Return the states' table (256, 4) RGBA with the entries for NaN, +∞ and −∞."""
    table = _shortened(state_table(theme))
    table[NAN, :3] = _rgb(theme.nan)
    # Red and blue are no colours of the states.
    table[[ABOVE, BELOW], :3] = _rgb(theme.gains.explode[0]), _rgb(theme.gains.vanish[0])
    return _frozen(table)


@cache
def gain_colours(theme: Theme) -> Table:
    """Return the flow map's table (256, 4) RGBA with the entries for NaN, overflow and exactly zero."""
    table = _shortened(diverging_table(theme))
    table[NAN, :3] = _rgb(theme.nan)
    table[[ABOVE, BELOW], :3] = _rgb(theme.gains.explode[0]), _rgb(theme.zero)
    return _frozen(table)


def _shortened(table: Table) -> Table:
    return table[np.r_[np.rint(np.linspace(0, 255, LARGEST + 1)).astype(int), [0, 0, 0]]].copy()


def _rgb(colour: str) -> NDArray[np.uint8]:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.uint8)


def _frozen(table: Table) -> Table:
    table.flags.writeable = False
    return table
