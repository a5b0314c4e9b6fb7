"""The simple recurrent network by hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.kernels.kernel import Place, Ran, Weighted
from explorer.engine.recurrence.kernels.terms import Term
from explorer.engine.signed import Signed


class Simple:
    """The simple recurrent network (Elman 1990): s = f(U x + W s' + b)."""

    name = "rnn"
    gates: tuple[str, ...] = ("s",)
    parts: tuple[str, ...] = ("s",)
    candidate = "s"
    recurrent_bias = False
    places: Mapping[str, Place] = MappingProxyType({"U": ("U", 0), "W": ("W", 0), "b": ("b", 0)})

    def step(self, net: Weighted, drive: Floats, s: Floats) -> tuple[Floats, Floats]:
        z = drive + net.W @ s
        return z, ACTIVATIONS[net.activation].value(z)

    def change(self, net: Weighted, before: Floats, z: Floats, d: Floats) -> Floats:  # noqa: ARG002 - z holds it
        return ACTIVATIONS[net.activation].change(z, net.W @ d)

    def log_change(self, trace: Ran, t: int, d: Signed) -> Signed:
        return ACTIVATIONS[trace.network.activation].log_change(trace.z[t], d @ Signed.of(trace.network.W.T))

    def terms(self, net: Weighted, s: Floats, z: Floats) -> list[Term]:  # noqa: ARG002 - J depends on z alone
        log_slope = ACTIVATIONS[net.activation].log_slope(z)
        return [Term(Signed(log_slope, np.ones_like(z)), net.W)]

    def advance(self, net: Weighted, z: Floats, before: Floats, after: Floats) -> None:
        z += before @ net.W.mT
        after[...] = ACTIVATIONS[net.activation].value(z)

    def slopes(self, net: Weighted, before: Floats, z: Floats, after: Floats) -> Floats:  # noqa: ARG002 - z alone
        return ACTIVATIONS[net.activation].slope(z)[..., None, :]

    def pull(self, net: Weighted, slopes: Floats, g: Floats, delta: Floats) -> Floats:
        np.multiply(g, slopes[..., 0, :], out=delta)
        return delta @ net.W

    def pull_apart(self, net: Weighted, slopes: Floats, g: Floats) -> tuple[Floats, Floats]:
        delta = np.empty((len(g), len(net.W)))
        return self.pull(net, slopes, g, delta), delta

    def recurrent(self, slopes: Floats, delta: Floats) -> Floats:  # noqa: ARG002 - z is U x + W s' + b itself
        return delta

    def log_recurrent(self, slopes: Signed, delta: Signed) -> Signed:  # noqa: ARG002 - z is U x + W s' + b itself
        return delta

    def log_slopes(self, trace: Ran) -> Signed:
        log = trace.terms()[0].coefficient.log[:, None]
        return Signed(log, np.where(np.isneginf(log), 0.0, 1.0))

    def log_pull(self, W: Signed, slopes: Signed, g: Signed) -> tuple[Signed, Signed]:
        delta = g * slopes[0]
        return delta @ W, delta
