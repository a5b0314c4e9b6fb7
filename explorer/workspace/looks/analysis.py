"""What follows from an `Exploration`: `analyse` runs the active network, `inspect` looks closely at the chosen pair.

Both are pure functions of frozen values; the window's worker and the command line call them. What they return is
frozen too, so that it can cross threads without a lock.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from explorer.engine import Attribution, PathSplit, Verdict, attribute, split_paths, verdict
from explorer.engine.errors import Refusal, Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.network.layer import BACKWARD, FORWARD
from explorer.engine.work import Report, Stop, never, silent
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.exploration import replace as replace_struct
from explorer.workspace.feed.sequences import Feed, feed
from explorer.workspace.looks.comparison import Comparison
from explorer.workspace.looks.ghosts import ghosts
from explorer.workspace.looks.judging import Judged, is_judged, judge
from explorer.workspace.looks.river import Stream
from explorer.workspace.looks.running import Run, ran_for, run_of
from explorer.workspace.looks.seeds import Seeds
from explorer.workspace.looks.spans import span_of
from explorer.workspace.looks.wide import is_light, is_soon, postponed, too_heavy

if TYPE_CHECKING:
    from explorer.engine.looks.layers import LayerSplit


@dataclass(frozen=True, slots=True)
class Analysis:
    """An exploration and the ``run`` of its active network; ``decades`` is the span of the flow map's colours."""

    exploration: Exploration
    feed: Feed
    run: Run
    decades: int
    seconds: float

    @property
    def steps(self) -> int:
        """Return T."""
        return len(self.feed.x)

    @property
    def estimated(self) -> bool:
        """Return whether the flow is an estimate still."""
        return self.run.estimate is not None


@dataclass(frozen=True, slots=True)
class Inspection:
    """The chosen pair (t, k) of an analysis, looked at closely. All logarithms are natural.

    ``selection`` is in the sequence's time; t and k, rows and columns are in the order in which the chain runs, and `time`
    leads from one to the other.

    row (t+1,): ln gains of row t, k = 0..t. bound and trend (t+1,): (t−k) ln(γσ₁), what no gain exceeds, and (t−k) ln(γρ),
    that of the linear network whose every f' is γ, in the long run; None where J is not diag(f') W.
    ghosts: the same row with the other activations, in the norm of the lens as well: of the same cell where it leaves the
    activation open, else of the simple cell; none where whole networks stand side by side.
    matrix, log_scale: P_{t,k} as `Flow.product` gives it; where that takes too long the matrix is None, and ``unshown`` says
    why. low, high (t+1,): the band of a row that is an estimate, else None. attribution where J is diag(f') W, else paths;
    neither where products of whole matrices take too long, as ``unsplit`` says. layers where a stack is to be split by them.
    ``judged`` is what the loss sees, where one is asked about; ``unjudged`` says why it can't be.
    ``comparison`` is of all networks, where they stand side by side; ``seeds`` the same row of many seeds, where they are
    asked for and known. log_singular_values is None until `with_spectrum`, ``river`` where it is not made for a first answer.
    lines are the `pieces` of the contours of all pairs, None where the map shows something else.
    """

    analysis: Analysis
    selection: Selection
    row: Floats
    bound: Floats | None
    trend: Floats | None
    verdict: Verdict
    ghosts: Mapping[str, Floats]
    matrix: Floats | None
    log_scale: float
    attribution: Attribution | None
    paths: PathSplit | None
    layers: LayerSplit | None = None
    judged: Judged | None = None
    unjudged: Refusal | None = None
    low: Floats | None = None
    high: Floats | None = None
    unshown: Refusal | None = None
    unsplit: Refusal | None = None
    later: bool = False
    log_singular_values: Floats | None = None
    comparison: Comparison | None = None
    seeds: Seeds = None
    river: Stream | None = None
    lines: tuple[tuple[int, Floats], ...] | None = None

    @property
    def width(self) -> int:
        """Return N, the width of the state."""
        return self.analysis.run.course.width

    @property
    def t(self) -> int:
        """Return the row's step t, in running order."""
        return self.time(self.selection.t)

    @property
    def k(self) -> int:
        """Return the earlier step k, in running order."""
        return self.time(self.selection.k)

    def time(self, step: int) -> int:
        """Return which state of the sequence a state of the chain is, or which of the chain one of the sequence."""
        return self.analysis.run.time(step)

    def step(self, step: int) -> int:
        """Return which x of the sequence a step of the chain reads, or which step of the chain reads an x."""
        run = self.analysis.run
        return run.course.steps + 1 - step if run.backward else step


def analyse(
    exploration: Exploration,
    stop: Stop = never,
    report: Report = silent,
    most: float = math.inf,
    known: Run | None = None,
) -> Analysis:
    """Return what follows from ``exploration``, all pairs of the active network included, unless its run is ``known``.

    Where they don't fit in memory, or take more than ``most`` operations, they are estimated by a few probes: see `grown`.

    Raises
    ------
    Refusal
        If the sequence can't be read, a weight does not fit, or the work would not fit in memory.
    Stopped
        When ``stop()`` said so.
    """
    begun = time.perf_counter()
    fed = feed(exploration.sequence)
    with one_blas_thread():
        run = known or run_of(exploration.recipe, fed, exploration.lens, stop, report, most)
        run = run.facing(exploration.selection)
    return Analysis(exploration, fed, run, span_of(exploration.lens, [run]), time.perf_counter() - begun)


def grown(analysis: Analysis, stop: Stop = never, report: Report = silent) -> Analysis:
    """Return ``analysis`` with its estimate by twice as many probes, or exact.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    begun = time.perf_counter()
    run = analysis.run.grown(stop, report)
    seconds = analysis.seconds + time.perf_counter() - begun
    return replace(analysis, run=run, decades=span_of(analysis.exploration.lens, [run]), seconds=seconds)


def needs_analysis(before: Exploration, after: Exploration) -> bool:
    """Return whether ``after`` asks for another analysis than ``before``, not just for another look at it."""
    return _analysed(before) != _analysed(after)


def _analysed(exploration: Exploration) -> tuple[object, ...]:
    """Return what an analysis is of: the networks that are in sight, what they are fed, and the norm."""
    others = () if exploration.stage == "alone" else exploration.networks
    return exploration.recipe, others, exploration.sequence, ran_for(exploration.lens)


def looked_at(analysis: Analysis, exploration: Exploration) -> Analysis:
    """Return ``analysis`` as that of ``exploration``, which differs from its own in what is looked at only."""
    run = analysis.run.facing(exploration.selection)
    return replace(analysis, exploration=exploration, run=run, decades=span_of(exploration.lens, [run]))


def inspect(
    analysis: Analysis, stop: Stop = lambda: False, known: Judged | None = None, soon: bool = False
) -> Inspection:
    """Return a close look at the selected pair; a selection beyond the sequence moves to its nearest pair.

    ``known`` is what the loss saw before: of the same trace it need not be worked out again. ``soon`` leaves out a product
    that keeps the first picture of a wide network waiting, which is ``later`` then.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    run = analysis.run
    selection = nearest_selection(analysis.exploration.selection, analysis.steps, run.course.out.shape[1], ways_of(run))
    t = run.time(selection.t)
    with one_blas_thread():
        judged, unjudged = _judged(analysis, known, stop)
    found = _rowed(analysis, selection, judged, unjudged)
    if soon and found.unshown is None and not is_soon(run.course.width, t - run.time(selection.k), run.wide):
        return replace(found, unshown=postponed(), unsplit=postponed(), later=True)
    if found.unshown is not None:
        return found
    matrix, log_scale = run.flow.product(selection.t, selection.k)
    _check(stop)
    with one_blas_thread():
        spectral = analysis.exploration.lens.norm == "spectral"
        # Where networks stand side by side, these stand beside it.
        alone = analysis.exploration.stage == "alone"
        others = ghosts(run.recipe, run.course, t, spectral, run.wide, stop) if alone and run.recipe.single else {}
    splits = run.course.motion.slopes_and_weights() is not None
    return replace(
        found, matrix=matrix, log_scale=log_scale, ghosts=others,
        attribution=attribute(run.course, selection.t, selection.k) if splits and found.unsplit is None else None,
        paths=split_paths(run.course, selection.t, selection.k) if found.unsplit is None and not splits else None,
        layers=_layers(run, selection) if found.unsplit is None and analysis.exploration.lens.split == "layers" else None,
    )  # fmt: skip


def _layers(run: Run, selection: Selection) -> LayerSplit | None:
    if not run.is_stack:
        return None
    from explorer.engine.looks.layers import split_layers

    return split_layers(run.course, selection.t, selection.k)


def row_of(analysis: Analysis, t: int) -> Inspection:
    """Return what is said of row ``t`` back to s₀ without a product: the gains, the lines beside them and the verdict."""
    time = analysis.run.time
    return _rowed(analysis, Selection(t=time(t), k=time(0)), None, None)


def _rowed(analysis: Analysis, selection: Selection, judged: Judged | None, unjudged: Refusal | None) -> Inspection:
    """Return what is said of the pair and of its row without a product."""
    run = analysis.run
    t, k = run.time(selection.t), run.time(selection.k)
    row, width = run.log_gain[t, : t + 1], run.course.width
    return Inspection(
        analysis=analysis, selection=selection, judged=judged, unjudged=unjudged,
        row=row, low=run.end_of_band("low", t), high=run.end_of_band("high", t),
        bound=_powers(run.steepest, run.sigma, t), trend=_powers(run.steepest, run.radius, t),
        verdict=verdict(entered(row, run), analysis.exploration.lens.threshold), ghosts={},
        matrix=None, log_scale=float(row[k]) + 0.5 * math.log(width),
        unshown=too_heavy(width, t - k) if run.wide else None,
        unsplit=None if is_light(width, t - k, run.wide) else too_heavy(width, t - k),
        attribution=None, paths=None,
    )  # fmt: skip


def seen_again(inspection: Inspection, analysis: Analysis) -> Inspection:
    """Return a close look at the same pair of an ``analysis`` that has grown; what was exact stays."""
    run, t = analysis.run, inspection.t
    row = run.log_gain[t, : t + 1]
    scale = float(row[inspection.k]) + 0.5 * math.log(run.course.width)
    return replace(
        inspection, analysis=analysis, row=row, low=run.end_of_band("low", t), high=run.end_of_band("high", t),
        verdict=verdict(entered(row, run), analysis.exploration.lens.threshold),
        log_scale=scale if inspection.matrix is None else inspection.log_scale,
    )  # fmt: skip


def entered(row: Floats, run: Run) -> Floats:
    """Return ``row`` as a verdict is to read it: from one part into another nothing goes within no step at all.

    That zero is none of the gradient's: it begins with what one step brings.
    """
    if run.block is None or run.block[0] == run.block[1] or len(row) < 2:
        return row
    return np.append(row[:-1], row[-2])


def is_remembering(run: Run) -> bool:
    """Return whether older states are read: ∂s_t/∂s_k is then no product of J's."""
    return run.course.motion.delays != (1,)


def _powers(steepest: float | None, size: float | None, t: int) -> Floats | None:
    """Return ln of γ times the size of W to the power t − k (t+1,), k = 0..t."""
    if steepest is None or size is None:
        return None
    lag = np.arange(t, -1.0, -1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(lag > 0, lag * np.log(steepest * size), 0.0)


def _judged(analysis: Analysis, known: Judged | None, stop: Stop) -> tuple[Judged | None, Refusal | None]:
    exploration = analysis.exploration
    if not is_judged(exploration):
        return None, None
    try:
        judged = judge(exploration, analysis.feed, analysis.run.trace, known)
        # These take up to seconds: not in the window's thread.
        judged.log_inputs  # noqa: B018 - worked out here
        if exploration.lens.quantity != "flow":
            judged.log_map(exploration.lens.quantity, stop)
    except Refusal as refusal:
        # A sequence without targets still has a flow to look at.
        return None, refusal
    return judged, None


def with_spectrum(inspection: Inspection, stop: Stop = lambda: False) -> Inspection:
    """Return ``inspection`` with the singular values of its product, the slowest part of a close look, if they are shown.

    Of what the loss sees it is known then which numbers are unsure.
    """
    shown = inspection.analysis.exploration.lens.quantity
    if inspection.judged is not None and shown != "flow":
        inspection.judged.unsure(shown, stop)
    if inspection.matrix is None:
        return inspection
    flow = inspection.analysis.run.flow
    selection = inspection.selection
    values = flow.log_singular_values(selection.t, selection.k, stop)
    return replace(inspection, log_singular_values=values)


def nearest_selection(selection: Selection, steps: int, hidden: int, ways: tuple[str, ...] = (FORWARD,)) -> Selection:
    """Return the nearest selection that lies inside T = ``steps`` and n = ``hidden``; a pair cut off keeps its lag.

    ``ways`` are those in which the chain runs, or both of a layer; where it runs backward alone a pair is turned.
    """
    t, k = selection.t, selection.k
    if ways == (BACKWARD,):
        t, k = min(t, k), max(t, k)
    elif BACKWARD not in ways:
        k = min(k, t)
    last = max(t, k)
    cut = last - min(last, steps)
    return replace_struct(selection, t=max(0, t - cut), k=max(0, k - cut), unit=min(selection.unit, hidden - 1))


class Facing(Protocol):
    """What knows along which chain it looks, and whether another runs the other way."""

    @property
    def backward(self) -> bool:
        """Return whether the chain runs from the sequence's end to its beginning."""

    @property
    def opposite(self) -> object | None:
        """Return the same along the chain that runs the other way, None where there is none."""


def ways_of(run: Facing) -> tuple[str, ...]:
    """Return in which ways the chain of a run goes, or the two of a layer."""
    own = BACKWARD if run.backward else FORWARD
    return (own,) if run.opposite is None else (FORWARD, BACKWARD)


def _check(stop: Stop) -> None:
    if stop():
        raise Stopped
