"""Rows of `benchmarks.theory` on what is done against vanishing and chaos, and on errors that are carried forwards."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from itertools import islice

import numpy as np

from benchmarks.theory_rows import Row
from explorer.engine import (
    Batch,
    Examples,
    Moment,
    Network,
    Settings,
    carried_forwards,
    forward_batch,
    lyapunov_exponents,
    mean_field,
    predictability_time,
    train,
)
from explorer.engine.floats import Floats
from explorer.engine.learning.flossing import flossing
from explorer.engine.learning.forcing import forced

_LN10 = math.log(10.0)


def flossed() -> Iterator[Row]:
    """Yield the gradient of flossing where it is known, and what is left of the exponents after flossing alone."""
    source = "Engelken 2023"
    for gain in (0.5, 1.7):
        setting = f"orthogonal, identity, g={gain:g}, n=20, k=5"
        # W (1 + ε) moves every exponent by ε.
        yield Row("∂/∂ε of mean λ²", setting, source, 2 * math.log(gain), partial(_along_W, gain), 1e-9)
    setting = "tanh, g=0.5, n=32, k=8, T=40, 300 updates of flossing alone"
    yield Row("√ of mean λ²", setting, source, 0.0, _left, 0.03)


def _along_W(gain: float) -> float:
    net = Network.random(activation="identity", inputs=2, hidden=20, outputs=1, init="orthogonal", gain=gain, seed=0)
    batch = Batch.of(net, [np.random.default_rng(0).normal(size=(30, 2))], [0.0], "squared_error", "last")
    return float(np.vdot(flossing(forward_batch(net, batch), 5)[1]["W"], net.W))


def _left() -> float:
    """Return the root of the mean λ² of the last of 300 updates."""
    net = Network.random(inputs=2, hidden=32, outputs=1, gain=0.5, seed=0)
    rng = np.random.default_rng(0)
    examples = Examples([rng.normal(size=(40, 2)) for _ in range(8)], [0.0] * 8, "squared_error", "last")
    settings = Settings(rate=0.003, batch=8, floss_first=300, exponents=8)
    *_, last = islice(train(Moment.first(net), examples, settings), 300)
    return math.sqrt(last.floss)


def forcing() -> Iterator[Row]:
    """Yield how often a chaotic network is to be forced, and what comes back over a step at which it is."""
    source = "Mikhaeil, Monfared and Durstewitz 2022, equation 17"
    expected = math.log(2.0) / mean_field("tanh", 3.0).rate
    yield Row("ln 2/λ₁, steps", "tanh, g=3, n=200, T=400", source, expected, _predictable, 0.3)
    setting = "V = (I 0), all n=6 read out, forced at step 10 of 20"
    yield Row("‖∂(L₁₁+…+L₂₀)/∂s₁₀‖", setting, source, 0.0, _over_a_forced_step, 1e-12)


def _predictable() -> float:
    net = Network.random(inputs=1, hidden=200, outputs=1, gain=3.0, seed=0)
    begun = np.random.default_rng(0).standard_normal(200)
    return predictability_time(lyapunov_exponents(net.forward(np.zeros((400, 1)), begun), 100))


def _over_a_forced_step() -> float:
    """Return by how much the later losses follow the earlier states: with all of the state forced, not at all."""
    net = Network.from_arrays(
        U=np.ones((6, 1)), W=2.0 * np.eye(6)[::-1], V=np.eye(6), c=np.zeros(6), readout="identity"
    )
    rng = np.random.default_rng(0)
    x, targets = rng.normal(size=(20, 1)), rng.normal(size=(20, 6))
    both = [_loss_after(net, np.vstack([x[:9] + shift, x[9:]]), targets) for shift in (0.0, 0.1)]
    return abs(both[1] - both[0])


def _loss_after(net: Network, x: Floats, targets: Floats) -> float:
    batch = Batch.of(net, [x], [targets], "squared_error", "every")
    out = forced(net, batch, 10).out[10:, 0]
    return float(0.5 * np.square(out - targets[10:]).sum())


def forwards() -> Iterator[Row]:
    """Yield by how many decades a step a gradient is lost that is carried forwards by inverted Jacobians."""
    source = "Zucchet, Pourcel and Ernoult 2026"
    setting = "linear, singular values 0.9 … 0.3, n=6, T=60"
    yield Row("decades lost a step", setting, source, math.log10(3.0), lambda: _lost(_linear()), 0.02)
    for gain in (1.0, 2.0):
        net = Network.random(inputs=2, hidden=32, outputs=1, gain=gain, seed=0)
        trace = net.forward(np.random.default_rng(0).normal(size=(60, 2)))
        exponents = lyapunov_exponents(trace)
        expected = float(exponents[0] - exponents[-1]) / _LN10
        setting = f"tanh, g={gain:g}, n=32, T=60, by λ₁ − λ_N"
        yield Row("decades lost a step", setting, source, expected, partial(_lost, net), 0.1 * expected)


def _linear() -> Network:
    Q = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))[0]
    W = Q @ np.diag([0.9, 0.8, 0.7, 0.5, 0.4, 0.3]) @ Q.T
    return Network.from_arrays(activation="identity", U=np.ones((6, 2)), W=W)


def _lost(net: Network) -> float:
    return carried_forwards(net.forward(np.random.default_rng(0).normal(size=(60, 2))), 60).rate / _LN10
