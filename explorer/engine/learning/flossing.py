"""Gradient flossing, which asks that the leading Lyapunov exponents be zero (Engelken 2023).

``mean λ_i²`` over the first k finite-time exponents λ_i = 1/T Σ_t ln |R_t,ii| of J_t Q_{t−1} = Q_t R_t is zero where as many
directions of the state are neither shortened nor stretched on the way: the product of all J_t is kept from becoming singular,
whatever the loss. Unlike Ω it is differentiated whole, through the QR steps and through all states and weights that J_t
depends on, and so moves every weight. Q_0 is the same random frame for all sequences.

A direction that has died exactly (a dead ReLU, a finite memory) has λ = −∞ and no gradient; it and those after it are
left out of the mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.batched import BatchTrace
from explorer.engine.learning.frames import Frames
from explorer.engine.network.apart import Apart
from explorer.engine.network.given import divided
from explorer.engine.network.making import parameters_of
from explorer.engine.network.passage import Passage, travelled
from explorer.engine.work import Stop, never


def flossing(trace: BatchTrace, exponents: int, stop: Stop = never) -> tuple[float, Mapping[str, Floats]]:
    """Return the mean of λ² over the leading ``exponents`` of all chains and sequences, and its gradient by parameters.

    The readout has none. NaN where every direction has died; then nothing has a gradient. The exponents are in nats a step.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    network = trace.network
    with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
        parts = [(one, [Frames.along(way, exponents, stop) for way in one.along.values()]) for one in _passages(trace)]
        every = [frames for _, some in parts for frames in some]
        count = sum(int(one.alive.sum()) for one in every)
        value = sum(float(np.square(one.exponents[one.alive]).sum()) for one in every) / count if count else np.nan
        found: dict[str, Floats] = {}
        for passage, some in parts:
            for name, g in _pulled(passage, some, max(1, count), stop).items():
                found[name] = found[name] + g if name in found else g
    return value, parameters_of(network.architecture, found)


def leading_exponents(trace: BatchTrace, exponents: int) -> dict[str, Floats]:
    """Return the leading exponents (B, k) in nats a step of each chain by name, of a batch that has one seam at most."""
    (passage,) = _passages(trace)
    return {name: Frames.along(way, exponents).exponents for name, way in passage.along.items()}


def _passages(trace: BatchTrace) -> tuple[Passage, ...]:
    """Return the run by its equations, whatever ran it; sequences of other seams by themselves."""
    batch, network = trace.batch, trace.network
    starts = {name: states[0, 0] for name, states in trace.states.items()}
    ran = travelled(network, batch.x, batch.lengths, starts, batch.seam, batch.features)
    return ran.passages if isinstance(ran, Apart) else (ran,)


def _pulled(passage: Passage, chains: Sequence[Frames], count: int, stop: Stop) -> dict[str, Floats]:
    """Return the gradient on the weights by name: by way of J_t at once, and by way of all that came before."""
    own: dict[str, Floats] = {}
    g_s, g_x = dict[str, Floats](), dict[str, Floats]()
    for frames in chains:
        asked = frames.pull(2.0 * np.where(frames.alive, frames.exponents, 0.0) / count, stop)
        g_s[frames.ran.chain.name], g_x[frames.ran.chain.name] = asked.s[1:], asked.x
        own |= asked.weights
    network = passage.network
    own = divided(own, network.architecture.rows, network.architecture.features)
    before = passage.back(np.zeros_like(passage.out), g_s=g_s, g_x=g_x).weights
    return {name: g + own[name] if name in own else g for name, g in before.items()}
