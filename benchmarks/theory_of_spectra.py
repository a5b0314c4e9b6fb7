"""Rows of `benchmarks.theory` on whole spectra: Lyapunov exponents of chaotic networks, and isometry by depth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np

from benchmarks.theory_rows import Row
from explorer.engine import (
    Layer,
    Network,
    entropy_rate,
    fields_along,
    isometry,
    kaplan_yorke_dimension,
    lyapunov_exponents,
)
from explorer.engine.floats import Floats
from explorer.engine.flow.forms import form_of
from explorer.engine.theory.isometry import Start

_N, _SKIP, _STEPS = 200, 200, 600
_LAYER = 100
_SHARES = (np.arange(_N) + 0.5) / _N
_STACKS: tuple[tuple[str, float, Start, bool, int], ...] = (
    ("identity", 1.0, "gaussian", True, 100), ("tanh", 1.5, "gaussian", True, 30), ("tanh", 1.5, "gaussian", False, 30),
    ("tanh", 1.5, "orthogonal", True, 30), ("tanh", 1.5, "orthogonal", False, 30),
    ("relu", 1.4, "orthogonal", True, 10), ("sigmoid", 5.0, "orthogonal", False, 30),
)  # fmt: skip
"""Activation, gain, how weights start, whether each layer has its own, and the layers."""


def spectra() -> Iterator[Row]:
    """Yield what the Lyapunov spectra of autonomous tanh networks say of their attractors, per unit."""
    source = "free product, n → ∞ (Engelken et al. 2023: the spectrum does not depend on n)"
    # Near the edge of chaos λ₁ of 200 units lies 0.03 below that of infinitely many, and the dimension goes with λ₁.
    for gain, near in ((1.5, 0.1), (2.0, 0.06), (3.0, 0.06)):
        fields = fields_along("tanh", gain, np.zeros(_STEPS), start=1.0).between(_SKIP, _STEPS)
        expected = isometry(fields, _SHARES) / (_STEPS - _SKIP)
        setting = f"tanh, g={gain:g}, n={_N}, T={_STEPS}, 3 seeds"
        for what, of, within in (("D_KY/N", kaplan_yorke_dimension, near), ("h/N, nats a step", entropy_rate, 0.006)):
            yield Row(
                what, setting, source, of(expected) / _N,
                partial(_per_unit, of, gain), within,
            )  # fmt: skip


def _per_unit(of: Callable[[Floats], float], gain: float) -> float:
    """Return what three spectra come to in the mean, per unit."""
    return float(np.mean([of(found) for found in _exponents(gain)])) / _N


@cache
def _exponents(gain: float) -> list[Floats]:
    """Return the exponents (n,) of three networks."""
    begun = np.random.default_rng(0).standard_normal(_N)
    nets = [Network.random(inputs=1, hidden=_N, outputs=1, gain=gain, seed=seed) for seed in range(3)]
    return [lyapunov_exponents(net.forward(np.zeros((_STEPS, 1)), begun), _SKIP) for net in nets]


def by_depth() -> Iterator[Row]:
    """Yield singular values of products of layers, a layer: of orthogonal and Gaussian starts, of shared and own weights."""
    source = "Saxe, McClelland and Ganguli 2013"
    yield Row("ln σ₁, ln σ_n", "orthogonal, identity, 100 own layers, n=100", source, 0.0, _furthest, 1e-9)
    source = "Saxe et al. 2013, Pennington et al. 2017, Chen et al. 2018"
    for activation, gain, start, own, depth in _STACKS:
        fields = fields_along(activation, gain, np.full(depth, 0.25), start=1.0)
        setting = f"{activation}, g={gain:g}, {start}, {'own' if own else 'shared'} W, {depth} layers, n=100, 2 seeds"
        for name, share in (("largest", 0.5 / _LAYER), ("third quarter", 0.25)):
            expected = float(isometry(fields, [share], start)[0]) / depth
            yield Row(
                f"ln σ a layer, {name}", setting, source, expected,
                partial(_a_layer, activation, gain, start, own, depth, share),
                0.03 + 0.05 * abs(expected),
            )  # fmt: skip


def _a_layer(activation: str, gain: float, start: Start, own: bool, depth: int, share: float) -> float:
    """Return ln σ above which the share of all lies, a layer."""
    return float(_layers(activation, gain, start, own, depth)[round(share * _LAYER - 0.5)]) / depth


@cache
def _layers(activation: str, gain: float, start: Start, own: bool, depth: int) -> Floats:
    """Return ln σ (n,) of ∂s_T/∂s_0 in the mean over two seeds."""
    found = []
    for seed in range(2):
        layer = Layer("rnn", _LAYER, activation=activation, init=start, gain=gain, steps=depth if own else None)
        net = Network.random(layers=[layer], inputs=1, outputs=1, seed=seed)
        trace = net.forward(np.full((depth, 1), 0.5), np.random.default_rng(seed).standard_normal(_LAYER))
        found.append(form_of(trace.chains["net"]).log_singular_values((depth,), 0)[0])
    return np.asarray(np.mean(found, axis=0))


def _furthest() -> float:
    """Return ln of the singular value of a product of 100 layers that lies furthest from one."""
    return float(np.abs(_layers("identity", 1.0, "orthogonal", True, 100)).max())
