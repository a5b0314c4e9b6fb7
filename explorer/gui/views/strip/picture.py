"""What the unrolled network shows of an inspection, as small arrays and colour indices."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.gui.views.strip.depth import Lane, lanes, number_of, typical
from explorer.workspace.exploration.exploration import Numbers
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.judging import mean_over
from explorer.workspace.scales.states import STEP_DECADES, Block, Indices, StateScale, encode, given_out
from explorer.workspace.scales.ticks import number, rounded_up

_LN10 = float(np.log(10.0))
MOST_STRIPES = 16
"""More units than this never fit into a circle as stripes."""
_LEAST_DECADES, _MOST_DECADES = 2, 6
_FINE = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)


@dataclass(frozen=True, slots=True)
class Picture:
    """Arrays ready to be drawn; indices are entries of the tables of `scales`.

    units (n, T+1) and fill (T+1,): the part of the state that is given out, or the first, unit by unit, where few, and their
    RMS with their mean's sign.
    arrow (T,) and ring (T+1,): log10 of the RMS gains of J_1..J_T and of ∂s_t/∂s_k, with their indices and their
    places −1..1 on their scales; all in the sequence's time, where a chain that runs ``backward`` goes from right to left.
    bars (T, p) and inputs (T, m) lie in −1..1. mattered (T,) is log10 ‖∂L/∂x_t‖, divided by the number of ``losses`` as in
    training, None where no loss is asked about; mattered_ends are the decades of its scale. ``lanes`` are the other layers
    and parts; ``delays`` of how many steps ago the states are that s_t reads; ``own_steps`` have weights of their own.
    """

    inspection: Inspection
    t: int
    units: Indices
    fill: Indices
    arrow: Floats
    arrow_place: Floats
    arrow_index: Indices
    ring: Floats
    ring_place: Floats
    ring_index: Indices
    bars: Floats
    signed: bool
    best: NDArray[np.intp]
    inputs: Floats
    input_scale: float
    block: Block
    mattered: Floats | None
    mattered_ends: tuple[int, int]
    losses: int
    backward: bool = False
    lanes: tuple[Lane, ...] = ()
    delays: tuple[int, ...] = (1,)
    own_steps: int = 0

    @property
    def span(self) -> tuple[int, int]:
        """Return the first and the last step to which the gradient of s_t goes."""
        return (self.t, self.steps) if self.backward else (0, self.t)

    @property
    def steps(self) -> int:
        """Return T."""
        return self.inspection.analysis.steps

    def value(self, step: int, column: int) -> float:
        """Return what stands in ``column`` of x_step."""
        return float(self.inspection.analysis.run.trace.x[step - 1, column])

    @property
    def input_ends(self) -> tuple[str, str]:
        """Return what stands at the upper and at the lower end of the inputs, in the units of one column; "" for words.

        Columns of several scales have their standard deviations, σ, in common.
        """
        fed, top = self.inspection.analysis.exploration.sequence, self.input_scale
        scaling = fed.scaling if isinstance(fed, Numbers) else ()
        if self.worded:
            return "", ""
        if len(scaling) == 1:
            (one,) = scaling
            return number(one.centre + top * one.spread, 3), number(one.centre - top * one.spread, 3)
        unit = "σ" if scaling else ""
        return number(top) + unit, number(-top) + unit

    @property
    def worded(self) -> bool:
        """Return whether the inputs are words."""
        return self.inspection.analysis.feed.symbolic


def picture(inspection: Inspection, input_scale: float | None = None) -> Picture:
    """Return what there is to draw; ``input_scale`` keeps the scale of the inputs while they are dragged."""
    analysis = inspection.analysis
    run, trace = analysis.run, analysis.run.trace
    block = given_out(run.course.chain)
    way = slice(None, None, -1 if run.backward else 1)
    s = run.course.s[way, block.start : block.stop]
    scale = StateScale.of(s, block.bounded)
    largest = input_scale or nice_scale(trace.x)
    arrow, arrow_place = _placed(run.log_step[way], STEP_DECADES)
    row = np.concatenate([inspection.row, np.full(analysis.steps - inspection.t, np.nan)])
    ring, ring_place = _placed(row[way], float(analysis.decades))
    signed = run.network.readout == "identity"
    bars = StateScale.of(trace.o, bounded=False).position(trace.o) if signed else trace.o
    judged = inspection.judged
    losses = 1 if judged is None else mean_over(analysis.exploration, judged)
    mattered = None if judged is None else judged.log_inputs / _LN10 - math.log10(losses)
    return Picture(
        inspection=inspection,
        t=inspection.selection.t,
        units=np.ascontiguousarray(encode(scale.position(s[:, :MOST_STRIPES])).T),
        fill=encode(scale.position(typical(s))),
        arrow=arrow, arrow_place=arrow_place, arrow_index=encode(arrow_place),
        ring=ring, ring_place=ring_place, ring_index=encode(ring_place),
        bars=_numbers(np.clip(bars, -1.0, 1.0), 0.0),
        signed=signed,
        best=np.argmax(_numbers(bars, -np.inf), axis=1),
        inputs=np.clip(trace.x / largest, -1.0, 1.0),
        input_scale=largest,
        block=block,
        mattered=mattered,
        mattered_ends=(0, 1) if mattered is None else whole_decades(mattered),
        losses=losses,
        backward=run.backward,
        lanes=lanes(run),
        delays=run.course.motion.delays,
        own_steps=run.recipe.layers[number_of(run.course, block) - 1].own_steps,
    )  # fmt: skip


def whole_decades(log10: Floats) -> tuple[int, int]:
    """Return the decades between which the finite values lie, two of them at least, and six at most down from the largest."""
    finite = log10[np.isfinite(log10)]
    if not finite.size:
        return -_LEAST_DECADES, 0
    high = math.ceil(float(finite.max()))
    return min(max(math.floor(float(finite.min())), high - _MOST_DECADES), high - _LEAST_DECADES), high


def nice_scale(x: Floats) -> float:
    """Return the first of 1, 1.5, 2, 3, 5, 7, 10, … that no |x| exceeds, at least 1."""
    top = max(float(np.abs(x).max()), 1.0)
    return min(rounded_up(top, _FINE), sys.float_info.max)


def _numbers(values: Floats, otherwise: float) -> Floats:
    """Return ``values`` with finite numbers in the place of those that are not, ``otherwise`` for NaN."""
    # All of them are, but for a network that overflowed.
    return values if np.isfinite(values).all() else np.nan_to_num(values, nan=otherwise)


def _placed(log_gain: Floats, decades: float) -> tuple[Floats, Floats]:
    """Return log10 of natural ``log_gain`` and its place on a scale of ±``decades``."""
    log10 = log_gain / _LN10
    return log10, log10 / decades
