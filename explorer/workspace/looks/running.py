"""`Run`: one network of an exploration, run over its sequence, with its flow."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.engine import Estimate, Flow, Network, Trace, gradient_flow
from explorer.engine.errors import Stopped, TooBig
from explorer.engine.floats import Floats
from explorer.engine.flow.fitting import chains_by_estimate
from explorer.engine.work import Report, Stop, never, silent
from explorer.workspace.exploration.building import build, initial_state
from explorer.workspace.exploration.exploration import Recipe
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.looks.weight_names import matrices
from explorer.workspace.looks.wide import better, first_estimate, undecomposed


@dataclass(frozen=True, slots=True)
class Run:
    """One network of an exploration, run over its sequence.

    ``flow`` is an estimate where all pairs don't fit in memory, or take too long for a first answer; ``wide`` says that
    they did. log_gain (T+1, T+1): ln ‖P_{t,k}‖ in the norm of the lens, root mean square or spectral, NaN for k > t.
    log_step (T,): the same of J_1..J_T. ``matrices`` carry the state to the next step, by what they are called on the screen;
    eigenvalues (n,), radius ρ and sigma σ₁ belong to the first of them, W or what stands for it. Where the cell carries its
    state entry by entry, there are none of all these.
    """

    recipe: Recipe
    network: Network
    trace: Trace
    flow: Flow | Estimate
    wide: bool
    log_gain: Floats
    log_step: Floats
    matrices: Mapping[str, Floats]
    eigenvalues: np.ndarray
    radius: float | None
    sigma: float | None

    @property
    def probes(self) -> int:
        """Return by how many directions the flow is estimated, N where it is exact."""
        return self.trace.width if self.estimate is None else self.estimate.probes

    def end_of_band(self, end: Literal["low", "high"], t: int) -> Floats | None:
        """Return one end of the band of row t (t+1,), of ln of the gains; None where the flow is exact."""
        if self.estimate is None:
            return None
        logs: Floats = getattr(self.estimate, end)[t, : t + 1]
        return logs - 0.5 * np.log(self.trace.width)

    def row(self, t: int) -> Floats:
        """Return ln of the gains of row t (t+1,), k = 0..t."""
        return self.log_gain[t, : t + 1]

    def grown(self, stop: Stop = never, report: Report = silent) -> Run:
        """Return the run with its estimate by twice as many probes, or exact."""
        if self.estimate is None:
            return self
        flow = better(self.estimate, self.trace, stop, report)
        gain = flow.log_gain
        gain.setflags(write=False)
        return replace(self, flow=flow, log_gain=gain, log_step=np.diagonal(gain, -1))

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
        return self.trace.only.chain.steepest


def run_of(recipe: Recipe, fed: Feed, norm: str, stop: Stop, report: Report, most: float) -> Run:
    """Return the network of ``recipe`` run over what it is fed; all pairs of more than ``most`` operations are estimated.

    Raises
    ------
    Refusal
        If a weight does not fit, the work would not fit in memory, or the spectral norm would have to be estimated.
    Stopped
        When ``stop()`` said so.
    """
    network = build(recipe, fed.x.shape[1])
    # What doesn't fit is refused before anything is run.
    wide = chains_by_estimate(len(fed.x), network.architecture, most)
    if wide and norm == "spectral":
        raise TooBig(
            "The spectral norm of {steps} steps of a state of width {N} is not estimated; choose the RMS gain.",
            steps=len(fed.x), N=network.width,
        )  # fmt: skip
    trace = network.forward(fed.x, initial_state(recipe, network))
    if stop():
        raise Stopped
    flow = first_estimate(trace, most == math.inf, stop, report) if wide else gradient_flow(trace, stop, report)
    gain = flow.log_gain if norm == "rms" or isinstance(flow, Estimate) else flow.log_spectral_norm(stop, report)
    gain.setflags(write=False)
    found = matrices(network)
    decomposed = bool(found) and undecomposed(next(iter(found.values()))) is None
    values = network.eigenvalues() if decomposed else np.empty(0, np.complex128)
    return Run(
        recipe, network, trace, flow, wide, gain, np.diagonal(gain, -1), found, values,
        float(np.abs(values[0])) if decomposed else None,
        network.largest_singular_value() if decomposed else None,
    )  # fmt: skip
