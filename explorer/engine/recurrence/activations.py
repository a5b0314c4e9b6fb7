"""The activation functions f, their derivatives, and the logarithms of these.

Every derivative is computed from the net input z, never from f(z): ``1 − tanh²(z)`` is exactly zero in float64
from |z| ≈ 19 on, where the true value is 1e-16 and still decides how a gradient vanishes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.signed import Signed

# Net inputs farther out, also infinite ones, count as if they were here: f' is not zero there, however small, and the
# logarithm of a product of thousands of steps is still a number.
FARTHEST = 1e304
# Nats: so small a change of z is no other than its derivative.
_FAINT = -600.0


class Activation(Protocol):
    """A scalar function f applied unit by unit.

    ``steepest`` is γ = max f', ``bounds`` are those of f. ``log_slope`` is ln f'(z), −inf only where f' is exactly zero.
    """

    name: str
    steepest: float
    bounds: tuple[float, float]

    def value(self, z: Floats) -> Floats:
        """Return f(z), the shape of z."""

    def slope(self, z: Floats) -> Floats:
        """Return f'(z), the shape of z."""

    def log_slope(self, z: Floats) -> Floats:
        """Return ln f'(z), the shape of z, in nats."""

    def change(self, z: Floats, d: Floats) -> Floats:
        """Return f(z + d) − f(z), the shape of z, without cancellation: a change of 1e-300 has all its digits."""

    def log_change(self, z: Floats, d: Signed) -> Signed:
        """Return the same, however small d and the change are."""


class Tanh:
    """The hyperbolic tangent; γ = 1, reached at z = 0."""

    name = "tanh"
    steepest = 1.0
    bounds = (-1.0, 1.0)

    def value(self, z: Floats) -> Floats:
        return np.tanh(z)

    def slope(self, z: Floats) -> Floats:
        # sech² by e^{-2|z|}: full relative accuracy in the tails, where 1 − tanh² has none.
        decay = np.exp(-2.0 * np.abs(z))
        return 4.0 * decay / (1.0 + decay) ** 2

    def log_slope(self, z: Floats) -> Floats:
        size = np.minimum(np.abs(z), FARTHEST)
        return 2.0 * (np.log(2.0) - size - np.log1p(np.exp(-2.0 * size)))

    def change(self, z: Floats, d: Floats) -> Floats:
        # sinh d / (cosh z cosh(z+d)), by decaying exponentials alone.
        near, far, size = np.abs(z), np.abs(z + d), np.abs(d)
        share = -np.expm1(-2.0 * size) * 2.0 * np.exp(np.minimum(size - near - far, 0.0))
        return np.sign(d) * share / ((1.0 + np.exp(-2.0 * near)) * (1.0 + np.exp(-2.0 * far)))

    def log_change(self, z: Floats, d: Signed) -> Signed:
        plain = d.value()
        near, far, size = (np.minimum(np.abs(of), FARTHEST) for of in (z, z + plain, plain))
        log = np.log(-np.expm1(-2.0 * size)) + np.log(2.0) + np.minimum(size - near - far, 0.0)
        log = log - np.log1p(np.exp(-2.0 * near)) - np.log1p(np.exp(-2.0 * far))
        return Signed(np.where(d.log < _FAINT, self.log_slope(z) + d.log, log), d.sign)


class Sigmoid:
    """The logistic function σ(z) = 1/(1 + e^{−z}); γ = 1/4, reached at z = 0."""

    name = "sigmoid"
    steepest = 0.25
    bounds = (0.0, 1.0)

    def value(self, z: Floats) -> Floats:
        return np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))

    def slope(self, z: Floats) -> Floats:
        decay = np.exp(-np.abs(z))
        return decay / (1.0 + decay) ** 2

    def log_slope(self, z: Floats) -> Floats:
        size = np.minimum(np.abs(z), FARTHEST)
        return -size - 2.0 * np.log1p(np.exp(-size))

    def change(self, z: Floats, d: Floats) -> Floats:
        # σ(z) = (1 + tanh(z/2))/2.
        return 0.5 * tanh.change(0.5 * z, 0.5 * d)

    def log_change(self, z: Floats, d: Signed) -> Signed:
        half = np.log(0.5)
        return tanh.log_change(0.5 * z, d.times(half)).times(half)

    def log_value(self, z: Floats) -> Floats:
        """Return ln σ(z): a gate that is nearly shut is a small number, not zero."""
        return np.maximum(np.minimum(z, 0.0), -FARTHEST) - np.log1p(np.exp(-np.abs(z)))


class ReLU:
    """max(0, z); γ = 1, and f'(0) = 0."""

    name = "relu"
    steepest = 1.0
    bounds = (0.0, np.inf)

    def value(self, z: Floats) -> Floats:
        return np.maximum(z, 0.0)

    def slope(self, z: Floats) -> Floats:
        # A NaN must stay a NaN: the comparison alone would call it a dead unit.
        return np.where(np.isnan(z), z, (z > 0).astype(np.float64))

    def log_slope(self, z: Floats) -> Floats:
        return np.where(np.isnan(z), z, np.where(z > 0, 0.0, -np.inf))

    def change(self, z: Floats, d: Floats) -> Floats:
        return np.where(z > 0, np.maximum(d, -z), np.maximum(z + d, 0.0))

    def log_change(self, z: Floats, d: Signed) -> Signed:
        at, beyond = Signed.of(z), d + Signed.of(z)
        stays = (z > 0) & (beyond.sign > 0)
        # What crosses zero leaves or takes only the part above it.
        log = np.where(stays, d.log, np.where(z > 0, at.log, np.where(beyond.sign > 0, beyond.log, -np.inf)))
        sign = np.where(stays, d.sign, np.where(z > 0, -1.0, np.where(beyond.sign > 0, 1.0, 0.0)))
        return Signed(np.where(np.isnan(z), z, log), sign)


class Identity:
    """f(z) = z: the linear network, for which theory has closed forms."""

    name = "identity"
    steepest = 1.0
    bounds = (-np.inf, np.inf)

    def value(self, z: Floats) -> Floats:
        return z.copy()

    # Also where z has overflowed: of any number that it may stand for f' is one.
    def slope(self, z: Floats) -> Floats:
        return np.ones_like(z)

    def log_slope(self, z: Floats) -> Floats:
        return np.zeros_like(z)

    def change(self, z: Floats, d: Floats) -> Floats:  # noqa: ARG002 - the same everywhere
        return d.copy()

    def log_change(self, z: Floats, d: Signed) -> Signed:  # noqa: ARG002 - the same everywhere
        return d


tanh = Tanh()
sigmoid = Sigmoid()

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType({f.name: f for f in (tanh, sigmoid, ReLU(), Identity())})
