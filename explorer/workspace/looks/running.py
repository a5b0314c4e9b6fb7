"""`Run`: one network of an exploration, run over its sequence, with its flow."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.engine import Course, Estimate, Flow, Network, Trace, gradient_flow
from explorer.engine.errors import BadExploration, Stopped, TooBig
from explorer.engine.floats import Floats
from explorer.engine.flow.fitting import chains_by_estimate
from explorer.engine.network.matrices import eigenvalues, largest_singular_value
from explorer.engine.work import Report, Stop, never, silent
from explorer.workspace.exploration.building import build, given, initial_state
from explorer.workspace.exploration.exploration import Lens, Recipe, Selection
from explorer.workspace.exploration.vectors import check_vocabulary
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.looks.levels import block_of, shown_level
from explorer.workspace.looks.weight_names import matrices
from explorer.workspace.looks.wide import better, first_estimate, undecomposed


@dataclass(frozen=True, slots=True)
class Run:
    """One network of an exploration, run over its sequence, and the flow along one of its chains, the ``course``.

    Rows and columns of arrays here are in the order in which the chain runs, so that k ≤ t for every chain; `time` is the
    sequence's. Where the layer reads the other way, too, ``opposite`` is the run along that chain. ``flow`` is an estimate
    where all pairs don't fit in memory, or take too long for a first answer; ``wide`` says that they did.
    log_gain (T+1, T+1): ln ‖P_{t,k}‖ in the norm of the lens, root mean square or spectral, NaN for k > t; of a ``block`` of
    P where the lens shows one. log_step (T,): the same of J_1..J_T. ``matrices`` carry the chain's state to the next step, by
    what they are called on the screen; eigenvalues (n,), radius ρ and sigma σ₁ belong to the first of them, W or what stands
    for it. Where the cell carries its state entry by entry, there are none of all these. ``square`` (T+1, T+1) are ln gains
    in the sequence's time, those along both chains where there are two: one above the diagonal, one below.
    """

    recipe: Recipe
    network: Network
    trace: Trace
    course: Course
    flow: Flow | Estimate
    wide: bool
    log_gain: Floats
    log_step: Floats
    matrices: Mapping[str, Floats]
    eigenvalues: np.ndarray
    radius: float | None
    sigma: float | None
    square: Floats
    block: tuple[str, str] | None = None
    opposite: Run | None = None

    @property
    def probes(self) -> int:
        """Return by how many directions the flow is estimated, N where it is exact."""
        return self.course.width if self.estimate is None else self.estimate.probes

    @property
    def backward(self) -> bool:
        """Return whether the chain runs from the sequence's end to its beginning."""
        return self.course.chain.backward

    def time(self, step: int) -> int:
        """Return which state of the sequence a state of the chain is, or which of the chain one of the sequence."""
        return self.course.steps - step if self.backward else step

    def facing(self, selection: Selection) -> Run:
        """Return the run along the chain that the pair of a selection lies on: this one, or the one ``opposite``."""
        if self.opposite is None or selection.t == selection.k or (selection.t < selection.k) == self.backward:
            return self
        return replace(self.opposite, opposite=replace(self, opposite=None))

    def end_of_band(self, end: Literal["low", "high"], t: int) -> Floats | None:
        """Return one end of the band of row t (t+1,), of ln of the gains; None where the flow is exact."""
        if self.estimate is None:
            return None
        logs: Floats = _turned(self, getattr(self.estimate, end))[t, : t + 1]
        return logs - 0.5 * np.log(self.course.width)

    def row(self, t: int) -> Floats:
        """Return ln of the gains of row t (t+1,), k = 0..t."""
        return self.log_gain[t, : t + 1]

    def grown(self, stop: Stop = never, report: Report = silent) -> Run:
        """Return the run with its estimate by twice as many probes, or exact."""
        if self.estimate is None:
            return self
        flow = better(self.estimate, self.course, stop, report)
        gain = _turned(self, flow.log_gain)
        gain.setflags(write=False)
        found = replace(self, flow=flow, log_gain=gain, log_step=np.diagonal(gain, -1))
        return replace(found, square=_square(found))

    @property
    def is_stack(self) -> bool:
        """Return whether the chain has several layers, whose products can be split by layers."""
        parts = {part.rpartition("/")[0] for part in self.course.parts}
        return len(parts) > 1 and self.course.motion.delays == (1,)

    @property
    def recurrent(self) -> str | None:
        """Return what the matrix is called whose ρ and σ₁ these are."""
        return next(iter(self.matrices), None)

    @property
    def estimate(self) -> Estimate | None:
        """Return the estimate that stands for the flow; None where all pairs are exact."""
        return self.flow if isinstance(self.flow, Estimate) and self.flow.estimated else None

    @property
    def steepest(self) -> float | None:
        """Return γ = max f' where J_t = diag(f') W; None where J is made otherwise."""
        return self.course.chain.steepest


def ran_for(lens: Lens) -> tuple[str, ...]:
    """Return what of a lens a run follows from: of another run anew."""
    return lens.norm, lens.chain, lens.into, lens.out_of


def run_of(recipe: Recipe, fed: Feed, lens: Lens, stop: Stop, report: Report, most: float) -> Run:
    """Return the network of ``recipe`` run over what it is fed, seen through ``lens``.

    All pairs of more than ``most`` operations are estimated.

    Raises
    ------
    Refusal
        If a weight does not fit, the work would not fit in memory, or what would have to be estimated can't be.
    Stopped
        When ``stop()`` said so.
    """
    check_vocabulary(recipe.vectors, fed.columns)
    network = build(recipe, fed.x.shape[1])
    # What doesn't fit is refused before anything is run.
    wide = chains_by_estimate(len(fed.x), network.architecture, most)
    if wide and lens.norm == "spectral":
        raise TooBig(
            "The spectral norm of {steps} steps of a state of width {N} is not estimated; choose the RMS gain.",
            steps=len(fed.x), N=network.width,
        )  # fmt: skip
    asked = given(recipe, fed.x, fed.symbolic)
    trace = network.forward(asked.x, initial_state(recipe, network), asked.seam, asked.features)
    if stop():
        raise Stopped
    level = shown_level(network.architecture, lens.chain)
    runs = [_along(recipe, network, trace, trace.chains[chain.name], lens, wide, most, stop, report) for chain in level]
    if len(runs) == 1:
        return runs[0]
    found = replace(runs[0], opposite=runs[1])
    # One square for both, whichever is looked at.
    square = _square(found)
    return replace(found, square=square, opposite=replace(runs[1], square=square))


def _along(
    recipe: Recipe, network: Network, trace: Trace, course: Course, lens: Lens, wide: bool, most: float, stop: Stop,
    report: Report,
) -> Run:  # fmt: skip
    """Return the run along one chain."""
    flow = first_estimate(course, most == math.inf, stop, report) if wide else gradient_flow(course, stop, report)
    return run_along(recipe, network, trace, course, flow, wide, lens, stop, report)


def run_along(
    recipe: Recipe, network: Network, trace: Trace, course: Course, flow: Flow | Estimate, wide: bool, lens: Lens,
    stop: Stop = never, report: Report = silent,
) -> Run:  # fmt: skip
    """Return the run along one chain whose ``flow`` is known."""
    block = block_of(course.chain, lens)
    gain = _gain(flow, block, lens.norm, stop, report)
    gain = gain[::-1, ::-1] if course.chain.backward else gain
    gain.setflags(write=False)
    found = matrices(network, course.chain)
    decomposed = bool(found) and undecomposed(next(iter(found.values()))) is None
    values = eigenvalues(next(iter(found.values()))) if decomposed else np.empty(0, np.complex128)
    return Run(
        recipe, network, trace, course, flow, wide, gain, np.diagonal(gain, -1), found, values,
        float(np.abs(values[0])) if decomposed else None,
        largest_singular_value(next(iter(found.values()))) if decomposed else None,
        gain[::-1, ::-1] if course.chain.backward else gain, block,
    )  # fmt: skip


def _gain(flow: Flow | Estimate, block: tuple[str, str] | None, norm: str, stop: Stop, report: Report) -> Floats:
    """Return ln of the gains (T+1, T+1) in the sequence's time.

    Raises
    ------
    BadExploration
        If what is asked of a block is known of the whole state alone.
    """
    if block is None:
        return flow.log_gain if norm == "rms" or isinstance(flow, Estimate) else flow.log_spectral_norm(stop, report)
    if isinstance(flow, Estimate):
        raise BadExploration(
            "The flow of so wide a state is estimated as a whole: look at all of it, or take fewer units."
        )
    if norm == "spectral":
        raise BadExploration("The spectral norm is that of the whole state; of a block the RMS gain is shown.")
    return flow.block(*block, stop, report).log_gain


def _turned(run: Run, pairs: Floats) -> Floats:
    """Return what is known of all pairs in the sequence's time in running order, or the other way round."""
    return pairs[::-1, ::-1] if run.backward else pairs


def _square(run: Run) -> Floats:
    """Return ln gains (T+1, T+1) in the sequence's time, along both chains where there are two."""
    own = _turned(run, run.log_gain)
    if run.opposite is None:
        return own
    lower = np.tri(run.course.steps + 1, dtype=bool)
    both = np.where(lower.T if run.backward else lower, own, _turned(run.opposite, run.opposite.log_gain))
    both.setflags(write=False)
    return both
