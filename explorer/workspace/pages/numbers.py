"""The numbers of a page: every digit of the program's own, and what is said of every row, as plain values for JSON."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.network.layer import ARROWS, BACKWARD, FORWARD
from explorer.workspace.looks.aloud import as_estimate, horizon_sentence, pace_sentence
from explorer.workspace.looks.analysis import Analysis, Inspection, row_of, ways_of
from explorer.workspace.looks.counted import counted, counts_layers
from explorer.workspace.looks.running import Run
from explorer.workspace.looks.sentences import estimate_sentence, verdict_sentence
from explorer.workspace.pages.words import said
from explorer.workspace.scales.contours import contours
from explorer.workspace.scales.decades import decade_range
from explorer.workspace.scales.states import Block, StateScale, blocks
from explorer.workspace.words.numbers import scientific

_LN10 = math.log(10.0)
_SHORT_LINE = 3


def packed(values: Floats) -> str:
    """Return numbers as the base64 of their float64, the last byte first: −inf and NaN stay what they are."""
    return base64.b64encode(np.ascontiguousarray(values, "<f8").tobytes()).decode()


def numbers(analysis: Analysis, decades: int, steps: Sequence[int]) -> dict[str, Any]:
    """Return what a page holds of one network, on a scale of 10^±``decades``: of those ``steps``, ascending, that it shows.

    ways: in which a chain goes. gains: ln of the gains of all pairs k ≤ t, row after row, or of all pairs where a chain goes
    backward. parts: the states s_0 … s_T of each part, step after step. rows, back: what is said of row t along the forward
    and the backward chain, see `_row`, none where there is no such. All in the sequence's time. trend, bound: ln of γρ
    and γσ₁, None where J is made otherwise.
    """
    run, about, ways = analysis.run, estimate_sentence(analysis.run), ways_of(analysis.run)
    along = {BACKWARD if one.backward else FORWARD: one for one in (run, run.opposite) if one is not None}
    shown = list(steps)
    square = run.square[np.ix_(shown, shown)]
    return {
        "ways": ways,
        "gains": packed(square[np.tril_indices(len(square))] if ways == (FORWARD,) else square),
        "contours": _lines(square, decades),
        "parts": [part for way in ways for part in _parts(along[way], shown, ARROWS[way] if len(ways) > 1 else "")],
        "rows": _rows(analysis, along.get(FORWARD), shown),
        "back": _rows(analysis, along.get(BACKWARD), shown),
        "trend": _rate(run, run.radius),
        "bound": _rate(run, run.sigma),
        "steepest": run.steepest,
        "estimate": None if about is None else said(about),
    }


def _rate(run: Run, size: float | None) -> float | None:
    """Return ln of γ times a size of W; None where that is no number."""
    if run.steepest is None or not size or not run.steepest * size < math.inf:
        return None
    return math.log(run.steepest * size)


def _lines(log_gain: Floats, decades: int) -> list[list[Any]]:
    """Return the lines of equal gain, each its power of ten and its points k, t, k, t … to a hundredth of a step."""
    return [
        [line.level, np.round(line.points, 2).ravel().tolist()]
        for line in contours(log_gain, decades)
        if np.ptp(line.points, axis=0).max() >= _SHORT_LINE
    ]


def _rows(analysis: Analysis, run: Run | None, shown: list[int]) -> list[dict[str, Any]]:
    """Return what is said of each row of the sequence along a chain, none where there is no such chain."""
    if run is None:
        return []
    facing = replace(analysis, run=run)
    return [_row(row_of(facing, run.time(t)), shown) for t in shown]


def _parts(run: Run, shown: list[int], arrow: str) -> Iterator[dict[str, Any]]:
    s = run.course.s[:: -1 if run.backward else 1][shown]
    for part in blocks(run.course.chain):
        yield _part(s[:, part.start : part.stop], part, arrow)


def _part(values: Floats, part: Block, arrow: str) -> dict[str, Any]:
    return {
        "name": part.name + arrow,
        "rows": values.shape[1],
        "columns": part.columns,
        "decade": StateScale.of(values, part.bounded).decade,
        "values": packed(values),
    }


def _row(row: Inspection, shown: list[int]) -> dict[str, Any]:
    """Return what the program says of a row: its word and its sentence, the fit, the horizon, and the decades to show."""
    verdict, threshold = row.verdict, row.analysis.exploration.lens.threshold
    estimated, layers = row.low is not None, counts_layers(row.analysis.run)
    pace = counted(pace_sentence(verdict, row.t), layers)
    return {
        "kind": _kind(row),
        "end": scientific(verdict.end / _LN10),
        "verdict": said(verdict_sentence(row)),
        "rate": None if pace is None else said(as_estimate(pace, estimated)),
        "reach": said(as_estimate(counted(horizon_sentence(verdict), layers), estimated)),
        "horizon": None if verdict.kind == "undefined" else _columns(row, verdict.horizon, shown),
        "whole": verdict.reaches_start,
        "fit": None if row.t < 2 or verdict.rate is None else [verdict.offset, verdict.rate],
        "decades": decade_range(row.row / _LN10, _others(row), math.log10(threshold), bool(np.isneginf(row.row).any())),
    }


def _columns(row: Inspection, lag: int, shown: list[int]) -> float:
    """Return over how many of the steps that are ``shown`` a ``lag`` reaches back from the row's own."""
    t = row.selection.t
    far = np.interp([t, t + lag if row.analysis.run.backward else t - lag], shown, range(len(shown)))
    return round(float(abs(far[1] - far[0])), 2)


def _kind(row: Inspection) -> str:
    """Return the word of the verdict; an estimate has none of those that an exact gain has alone."""
    if row.t == 0:
        return "start"
    certain = row.low is None or row.verdict.kind in ("dead", "undefined")
    return row.verdict.kind if certain else "estimate"


def _others(row: Inspection) -> Iterator[Floats]:
    """Yield the log10 of the lines beside a row."""
    for line in (row.trend, row.bound, row.low, row.high):
        if line is not None:
            yield line / _LN10
