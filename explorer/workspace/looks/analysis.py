"""What follows from an `Exploration`: `analyse` runs the active network, `inspect` looks closely at the chosen pair.

Both are pure functions of frozen values; the window's worker and the command line call them. What they return is
frozen too, so that it can cross threads without a lock.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine import (
    Attribution,
    PathSplit,
    Verdict,
    attribute,
    split_paths,
    verdict,
)
from explorer.engine.errors import Refusal, Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.work import Report, Stop, never, silent
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.feed.sequences import Feed, feed
from explorer.workspace.looks.comparison import Comparison
from explorer.workspace.looks.ghosts import ghosts
from explorer.workspace.looks.judging import Judged, is_judged, judge
from explorer.workspace.looks.running import Run, run_of
from explorer.workspace.looks.seeds import Seeds
from explorer.workspace.looks.spans import span_of
from explorer.workspace.looks.wide import is_light, too_heavy


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

    row (t+1,): ln gains of row t, k = 0..t. bound and trend (t+1,): (t−k) ln(γσ₁), what no gain exceeds, and (t−k) ln(γρ),
    that of the linear network whose every f' is γ, in the long run; None where J is not diag(f') W.
    ghosts: the same row with the other activations, in the norm of the lens as well: of the same cell where it leaves the
    activation open, else of the simple cell; none where whole networks stand side by side.
    matrix, log_scale: P_{t,k} as `Flow.product` gives it; where that takes too long the matrix is None, and ``unshown`` says
    why. low, high (t+1,): the band of a row that is an estimate, else None. attribution where J is diag(f') W, else paths;
    neither where products of whole matrices take too long, as ``unsplit`` says.
    ``judged`` is what the loss sees, where one is asked about; ``unjudged`` says why it can't be.
    ``comparison`` is of all networks, where they stand side by side; ``seeds`` the same row of many seeds, where they are
    asked for and known. log_singular_values is None until `with_spectrum`.
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
    judged: Judged | None = None
    unjudged: Refusal | None = None
    low: Floats | None = None
    high: Floats | None = None
    unshown: Refusal | None = None
    unsplit: Refusal | None = None
    log_singular_values: Floats | None = None
    comparison: Comparison | None = None
    seeds: Seeds = None

    @property
    def width(self) -> int:
        """Return N, the width of the state."""
        return self.analysis.run.trace.width

    @property
    def t(self) -> int:
        """Return the row's step t."""
        return self.selection.t

    @property
    def k(self) -> int:
        """Return the earlier step k."""
        return self.selection.k


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
        run = known or run_of(exploration.recipe, fed, exploration.lens.norm, stop, report, most)
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
    return exploration.recipe, others, exploration.sequence, exploration.lens.norm


def looked_at(analysis: Analysis, exploration: Exploration) -> Analysis:
    """Return ``analysis`` as that of ``exploration``, which differs from its own in what is looked at only."""
    return replace(analysis, exploration=exploration, decades=span_of(exploration.lens, [analysis.run]))


def inspect(analysis: Analysis, stop: Stop = lambda: False, known: Judged | None = None) -> Inspection:
    """Return a close look at the selected pair; a selection beyond the sequence moves to its nearest pair.

    ``known`` is what the loss saw before: of the same trace it need not be worked out again.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    selection = nearest_selection(analysis.exploration.selection, analysis.steps, analysis.run.network.hidden)
    run, t, k = analysis.run, selection.t, selection.k
    with one_blas_thread():
        judged, unjudged = _judged(analysis, known, stop)
    found = _rowed(analysis, selection, judged, unjudged)
    if found.unshown is not None:
        return found
    matrix, log_scale = run.flow.product(t, k)
    _check(stop)
    with one_blas_thread():
        spectral = analysis.exploration.lens.norm == "spectral"
        # Where networks stand side by side, these stand beside it.
        alone = analysis.exploration.stage == "alone"
        others = ghosts(run.recipe, run.trace.only, t, spectral, run.wide, stop) if alone else {}
    splits = run.trace.only.motion.slopes_and_weights() is not None
    return replace(
        found, matrix=matrix, log_scale=log_scale, ghosts=others,
        attribution=attribute(run.trace, t, k) if splits and found.unsplit is None else None,
        paths=split_paths(run.trace, t, k) if found.unsplit is None and not splits else None,
    )  # fmt: skip


def row_of(analysis: Analysis, t: int) -> Inspection:
    """Return what is said of row ``t`` back to s₀ without a product: the gains, the lines beside them and the verdict."""
    return _rowed(analysis, Selection(t=t, k=0), None, None)


def _rowed(analysis: Analysis, selection: Selection, judged: Judged | None, unjudged: Refusal | None) -> Inspection:
    """Return what is said of the pair and of its row without a product."""
    run, t, k = analysis.run, selection.t, selection.k
    row, width = run.log_gain[t, : t + 1], run.trace.width
    return Inspection(
        analysis=analysis, selection=selection, judged=judged, unjudged=unjudged,
        row=row, low=run.end_of_band("low", t), high=run.end_of_band("high", t),
        bound=_powers(run.steepest, run.sigma, t), trend=_powers(run.steepest, run.radius, t),
        verdict=verdict(row, analysis.exploration.lens.threshold), ghosts={},
        matrix=None, log_scale=float(row[k]) + 0.5 * math.log(width),
        unshown=too_heavy(width, t - k) if run.wide else None,
        unsplit=None if is_light(width, t - k, run.wide) else too_heavy(width, t - k),
        attribution=None, paths=None,
    )  # fmt: skip


def seen_again(inspection: Inspection, analysis: Analysis) -> Inspection:
    """Return a close look at the same pair of an ``analysis`` that has grown; what was exact stays."""
    run, t = analysis.run, inspection.t
    row = run.log_gain[t, : t + 1]
    scale = float(row[inspection.k]) + 0.5 * math.log(run.trace.width)
    return replace(
        inspection, analysis=analysis, row=row, low=run.end_of_band("low", t), high=run.end_of_band("high", t),
        verdict=verdict(row, analysis.exploration.lens.threshold),
        log_scale=scale if inspection.matrix is None else inspection.log_scale,
    )  # fmt: skip


def is_remembering(run: Run) -> bool:
    """Return whether older states are read: ∂s_t/∂s_k is then no product of J's."""
    return run.trace.only.motion.delays != (1,)


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
    values = flow.log_singular_values(inspection.t, inspection.k, stop)
    return replace(inspection, log_singular_values=values)


def nearest_selection(selection: Selection, steps: int, hidden: int) -> Selection:
    """Return the nearest selection that lies inside T = ``steps`` and n = ``hidden``; a pair cut off keeps its lag."""
    t = min(selection.t, steps)
    k = selection.k if t == selection.t else max(0, t - (selection.t - selection.k))
    return Selection(t=t, k=min(k, t), unit=min(selection.unit, hidden - 1))


def _check(stop: Stop) -> None:
    if stop():
        raise Stopped
