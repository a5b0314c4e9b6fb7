"""Sparse forcing: every τ steps the state is put where the right output is read from it.

(Mikhaeil, Monfared and Durstewitz 2022.) In chaos gradients must explode, whatever the cell: what can be had is that errors
are corrected before they have grown, at the time in which they double. After step t = τ, 2τ, … what the last layer gave out,
h_t, becomes the nearest ĥ_t from which the target is read, ``V ĥ_t + c = target_t``:

    ĥ_t = h_t + Vᵀ e,   V Vᵀ e = target_t − V h_t − c

which for V = (I 0) sets the first numbers of the state and leaves the others. All losses are taken before. The gradient is
that of the run as it was forced: what comes back over such a step has lost all that V reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadSettings
from explorer.engine.floats import Floats
from explorer.engine.gradient.backward import take_losses
from explorer.engine.gradient.batch import Batch
from explorer.engine.gradient.losses import find_loss
from explorer.engine.network.apart import Apart
from explorer.engine.network.chain import Architecture, Chain
from explorer.engine.network.making import parameters_of
from explorer.engine.network.network import Network
from explorer.engine.network.passage import Passage, travelled
from explorer.engine.network.running import starts_of
from explorer.engine.recurrence.expressions.expression import Leaf


@dataclass(frozen=True, slots=True, eq=False)
class Forced:
    """A run that was forced: loss L = Σ_t L_t of all sequences, ∂L/∂θ by parameters, and out (T, B, n) before forcing."""

    loss: float
    parameters: Mapping[str, Floats]
    out: Floats


def forced(network: Network, batch: Batch, every: int) -> Forced:
    """Return the losses and gradients of a batch whose states are forced ``every`` τ steps.

    Raises
    ------
    BadSettings
        If there is nothing that a state could be forced to, as `refuse_forcing` says it.
    """
    chain = refuse_forcing(network.architecture, batch.loss, batch.at)
    where = _place_of_out(chain)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        runs, seams = _run(network, batch, chain, where, every)
        out = np.zeros((batch.steps, batch.size, network.architecture.outputs), runs[0].out.dtype)
        for first, run in zip(range(0, batch.steps, every), runs, strict=True):
            out[first : first + len(run.out), : run.out.shape[1]] = run.out
        said = take_losses(network, out, batch.targets, find_loss(batch.loss), batch.at, batch.lengths)
        found = {"V": said.V, "c": said.c}
        later: Floats | None = None
        for first, run, seam in reversed(list(zip(range(0, batch.steps, every), runs, (*seams, None), strict=True))):
            T, B = run.out.shape[:2]
            g_s = np.zeros_like(next(iter(run.states.values()))[1:])
            if later is not None and seam is not None:
                rows = slice(len(later))
                later[:, where], on_V, on_c = seam.back(later[:, where])
                g_s[-1, rows] += later
                _add(found, {"V": on_V, "c": on_c})
            back = run.back(said.entering[first : first + T, :B], g_s={chain.name: g_s})
            _add(found, back.weights)
            later = np.array(back.s0[chain.name])
    return Forced(float(said.losses.sum()), _parameters(network, found), out)


@dataclass(frozen=True, slots=True)
class _Seam:
    """Where states were forced: h (R, n) that were, by Vᵀ e, and e (R, p), zero where there was no target."""

    V: Floats
    h: Floats
    e: Floats
    told: NDArray[np.bool_]

    @property
    def forced(self) -> Floats:
        """Return ĥ (R, n)."""
        return self.h + self.e @ self.V

    def back(self, g: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the gradients on h (R, n), V and c from that on ĥ (R, n)."""
        u = np.where(self.told[:, None], np.linalg.solve(self.V @ self.V.T, self.V @ g.T).T, 0.0)
        both = u.T @ self.e
        on_V = self.e.T @ g - (both + both.T) @ self.V - u.T @ self.h
        return g - u @ self.V, on_V, -u.sum(axis=0)


def _seam(network: Network, h: Floats, target: Floats) -> _Seam:
    V, told = network.V, np.asarray(np.isfinite(target).all(axis=-1))
    off = np.where(told[:, None], target - h @ V.T - network.c, 0.0)
    if np.linalg.matrix_rank(V) < len(V):
        raise BadSettings(
            "The rows of V depend on each other: there are targets that no state is read as, and none can be forced."
        )
    return _Seam(V, h, np.asarray(np.linalg.solve(V @ V.T, off.T).T, V.dtype), told)


def _run(network: Network, batch: Batch, chain: Chain, where: slice, every: int) -> tuple[list[Passage], list[_Seam]]:
    """Return the stretches between the steps that are forced, and what was forced between them."""
    runs, seams = list[Passage](), list[_Seam]()
    starts = starts_of(network, batch.s0)
    for first in range(0, batch.steps, every):
        rows = int((batch.lengths > first).sum())
        if seams:
            s = np.array(next(iter(runs[-1].states.values()))[-1, :rows])
            s[:, where] = seams[-1].forced[:rows]
            starts = {chain.name: s}
        lengths = np.minimum(batch.lengths[:rows] - first, every)
        features = None if batch.features is None else batch.features[:rows]
        run = travelled(network, batch.x[first : first + every, :rows], lengths, starts, None, features)
        assert not isinstance(run, Apart)
        runs.append(run)
        if first + every < batch.steps:
            rows = int((batch.lengths > first + every).sum())
            seams.append(_seam(network, run.out[-1, :rows], batch.targets[first + every - 1, :rows]))
    return runs, seams


def refuse_forcing(architecture: Architecture, loss: str, at: str) -> Chain:
    """Return the chain whose states can be forced.

    Raises
    ------
    BadSettings
        If there is no right output to force to, or what is read out is no part of the only state.
    """
    if loss != "squared_error" or at != "every":
        raise BadSettings("Forcing needs a number to be told at every step: a squared error at each of them.")
    (chain, *others) = architecture.chains
    recurrence = chain.step.recurrence
    if others or chain.backward or architecture.decoder or recurrence.out not in recurrence.next:
        raise BadSettings(
            "Forcing sets what is read out of the only chain's state; of this network that is no part of it."
        )
    timed = any(isinstance(node.operator, Leaf) and node.operator.kind == "t" for node in recurrence.graph)
    if recurrence.longest_delay > 1 or recurrence.input_delays or timed:
        raise BadSettings("Forcing sets the last state alone; this cell reads more of what has been.")
    return chain


def _place_of_out(chain: Chain) -> slice:
    recurrence = chain.step.recurrence
    return chain.step.parts[recurrence.states[recurrence.next.index(recurrence.out)].name]


def _add(found: dict[str, Floats], more: Mapping[str, Floats]) -> None:
    for name, g in more.items():
        found[name] = found[name] + g if name in found else g


def _parameters(network: Network, found: dict[str, Floats]) -> dict[str, Floats]:
    return {**parameters_of(network.architecture, found), "V": found["V"], "c": found["c"]}
