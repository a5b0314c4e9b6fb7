"""A page of bare flows: no exploration stands behind them, nor words; it is looked at within something else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import Any

import numpy as np

from explorer.engine import Block, Course, Estimate, Flow, Layer, Trace
from explorer.engine.errors import TooBig
from explorer.workspace.exploration.differences import called_in
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.looks.analysis import Analysis
from explorer.workspace.looks.running import Run, run_along
from explorer.workspace.looks.spans import span_of
from explorer.workspace.looks.wide import flow_at_once
from explorer.workspace.pages.numbers import numbers
from explorer.workspace.pages.sheet import Sheet, framed
from explorer.workspace.pages.words import WORDS, said, translated
from explorer.workspace.scales.themes import Theme
from explorer.workspace.words.catalogues import LANGUAGES, spoken
from explorer.workspace.words.numbers import threshold
from explorer.workspace.words.sentence import Sentence, Words

MOST = 4
"""Chains beside each other."""
_NUMBERS = 150_000
"""Of a page: some two megabytes, with what is said of each row."""
_FEWEST = 16
_UNASKED = 3000
"""Steps whose pairs are worked out for who only looks at a trace."""
_HEIGHT, _HIGHER = 620, 900
_DESK = Exploration()
"""Through whose lens bare flows are looked at."""


def trace_in_frame(trace: Trace) -> str:
    """Return a frame for HTML with the flows and the states of a trace's chains, of the last ones where there are many.

    A flow that takes long is estimated.

    Raises
    ------
    Refusal
        If it can't be worked out, or is too big to be shown so.
    """
    return _frame([_run(trace, _asked(course)) for course in list(trace.chains.values())[-MOST:]])


def course_in_frame(course: Course) -> str | None:
    """Return a frame for HTML with the flow and the states of a chain, as `trace_in_frame` does."""
    return flow_in_frame(_asked(course))


def flow_in_frame(flow: Flow | Estimate) -> str | None:
    """Return a frame for HTML with a flow and the states that it runs along, None of one along bare Jacobians.

    Raises
    ------
    Refusal
        If it is too big to be shown so.
    """
    course = flow.trace
    return _frame([_alone(course, flow)]) if isinstance(course, Course) else None


def block_in_frame(block: Block) -> str | None:
    """Return a frame for HTML with the flow of a block alone, and all states that it runs along, as `flow_in_frame` does."""
    course = block.whole.trace
    if not isinstance(course, Course):
        return None
    whole, backward = _alone(course, block.whole), course.chain.backward
    gain = block.log_gain[::-1, ::-1] if backward else block.log_gain
    into, out_of = "+".join(block.rows), "+".join(block.columns)
    # The lines of ρ and σ₁ are those of the whole.
    run = replace(whole, log_gain=gain, log_step=np.diagonal(gain, -1), square=block.log_gain, radius=None, sigma=None)
    return _frame([replace(run, block=(into, out_of))])


def _alone(course: Course, flow: Flow | Estimate) -> Run:
    """Return the run along a chain, whatever else its network has."""
    nothing = np.empty((course.steps, 0))
    return _run(Trace(course.network, course.x, nothing, nothing, {course.name: course}), flow)


def _asked(course: Course) -> Flow | Estimate:
    if course.steps > _UNASKED:
        raise TooBig(
            "The gradients of all pairs of {steps} steps are not worked out unasked; gradient_flow(trace) does it.",
            steps=course.steps,
        )  # fmt: skip
    return flow_at_once(course)


def _run(trace: Trace, flow: Flow | Estimate) -> Run:
    course = flow.trace
    assert isinstance(course, Course)
    wide = isinstance(flow, Estimate)
    return run_along(_DESK.recipe, course.network, trace, course, flow, wide, _DESK.lens)


def _frame(runs: Sequence[Run]) -> str:
    return framed(_page(runs), translated(WORDS["map"])[spoken()], _HEIGHT if len(runs) == 1 else _HIGHER)


def _page(runs: Sequence[Run]) -> str:
    steps = runs[0].course.steps
    shown = steps_shown(steps, [run.course.width for run in runs])
    lens = _DESK.lens
    decades = span_of(lens, runs)
    analyses = [Analysis(_DESK, _fed(run), run, decades, 0.0) for run in runs]
    data = {
        "title": translated(WORDS["map"]),
        "look": _left_out(steps, shown, runs),
        "steps": len(shown) - 1,
        "at": None if len(shown) == steps + 1 else list(shown),
        "tokens": None,
        "start": _start(runs[-1], len(shown) - 1) | {"active": len(runs) - 1},
        "norm": lens.norm,
        "decades": decades,
        "threshold": [math.log10(lens.threshold), threshold(lens.threshold)],
        "written": [],
        "networks": [_network(analysis, decades, shown) for analysis in analyses],
    }
    return Sheet(spoken(), framed=True).of(data, partial(_lines, len(runs)))


def steps_shown(steps: int, widths: Sequence[int]) -> tuple[int, ...]:
    """Return which of s_0 … s_T are shown: all, or every second, third …, and the last, where all are too many numbers.

    Raises
    ------
    TooBig
        Where so few would be left that nothing is seen.
    """
    for every in range(1, steps + 2):
        shown = tuple(dict.fromkeys([*range(0, steps, every), steps]))
        pairs = len(widths) * len(shown) * (len(shown) + 1) // 2
        if pairs + sum(widths) * len(shown) <= _NUMBERS:
            break
    if len(shown) < min(_FEWEST, steps + 1):
        raise TooBig(
            "States of {N} numbers are too wide to be kept in a notebook; plot() draws a picture of them.",
            N=sum(widths),
        )  # fmt: skip
    return shown


def _left_out(steps: int, shown: Sequence[int], runs: Sequence[Run]) -> Words:
    """Return that not all steps, or not all chains of a trace, are shown, where that is so."""
    told, chains = [], len(runs[0].trace.chains)
    if len(runs) < chains:
        told.append(Sentence("The last {count} of {chains} chains are shown.", {"count": len(runs), "chains": chains}))
    if len(shown) <= steps:
        values = {"count": len(shown) - 1, "steps": steps}
        told.append(Sentence("{count} of {steps} steps are shown, evenly spread; each keeps its own number.", values))
    if not told:
        return dict.fromkeys(LANGUAGES, "")
    return said(reduce(lambda first, second: Sentence("{first} {second}", {"first": first, "second": second}), told))


def _start(run: Run, last: int) -> dict[str, int]:
    """Return the pair that is looked at first, all the way from where the chain ends to where it starts."""
    return {"t": 0, "k": last} if run.backward else {"t": last, "k": 0}


def _fed(run: Run) -> Feed:
    x = run.course.x
    return Feed(x, x, (), (), (), (), symbolic=False)


def _network(analysis: Analysis, decades: int, shown: Sequence[int]) -> dict[str, Any]:
    name = {code: called(analysis.run.course, code) + _through(analysis.run) for code in LANGUAGES}
    return {"name": name, **numbers(analysis, decades, shown)}


def _through(run: Run) -> str:
    """Return from which parts of the state into which a block leads."""
    return "" if run.block is None else f", {run.block[1]} → {run.block[0]}"


def called(course: Course, code: str) -> str:
    """Return what a chain is called in a language: its cells, or where a network has several chains its name."""
    if len(course.network.architecture.chains) > 1:
        return course.name
    return " + ".join(_named(layer, code) for layer in course.network.layers)


def _named(layer: Layer, code: str) -> str:
    if not isinstance(layer.cell, str):
        return layer.cell.name
    return called_in(code)(Recipe(cell=layer.cell, activation=layer.activation))


def _lines(count: int, theme: Theme) -> list[str]:
    return [theme.curve] if count == 1 else list(theme.ghosts.values())[:count]
