"""The activation functions f, their derivatives, and the logarithms of these.

Every derivative is computed from the net input z, never from f(z): ``1 − tanh²(z)`` is exactly zero in float64
from |z| ≈ 19 on, where the true value is 1e-16 and still decides how a gradient vanishes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Activation(Protocol):
    """A scalar function f applied unit by unit.

    ``steepest`` is γ = max f'. ``log_slope`` is ln f'(z), −inf where f' is exactly zero.
    """

    name: str
    steepest: float

    def value(self, z: Floats) -> Floats:
        """Return f(z), the shape of z."""

    def slope(self, z: Floats) -> Floats:
        """Return f'(z), the shape of z."""

    def log_slope(self, z: Floats) -> Floats:
        """Return ln f'(z), the shape of z, in nats."""

    def change(self, z: Floats, d: Floats) -> Floats:
        """Return f(z + d) − f(z), the shape of z, without cancellation: a change of 1e-300 has all its digits."""


class Tanh:
    """The hyperbolic tangent; γ = 1, reached at z = 0."""

    name = "tanh"
    steepest = 1.0

    def value(self, z: Floats) -> Floats:
        return np.tanh(z)

    def slope(self, z: Floats) -> Floats:
        # sech² by e^{-2|z|}: full relative accuracy in the tails, where 1 − tanh² has none.
        decay = np.exp(-2.0 * np.abs(z))
        return 4.0 * decay / (1.0 + decay) ** 2

    def log_slope(self, z: Floats) -> Floats:
        size = np.abs(z)
        return 2.0 * (np.log(2.0) - size - np.log1p(np.exp(-2.0 * size)))

    def change(self, z: Floats, d: Floats) -> Floats:
        # sinh d / (cosh z cosh(z+d)), by decaying exponentials alone.
        near, far, size = np.abs(z), np.abs(z + d), np.abs(d)
        share = -np.expm1(-2.0 * size) * 2.0 * np.exp(np.minimum(size - near - far, 0.0))
        return np.sign(d) * share / ((1.0 + np.exp(-2.0 * near)) * (1.0 + np.exp(-2.0 * far)))


class Sigmoid:
    """The logistic function σ(z) = 1/(1 + e^{−z}); γ = 1/4, reached at z = 0."""

    name = "sigmoid"
    steepest = 0.25

    def value(self, z: Floats) -> Floats:
        decay = np.exp(-np.abs(z))
        return np.where(z >= 0, 1.0, decay) / (1.0 + decay)

    def slope(self, z: Floats) -> Floats:
        decay = np.exp(-np.abs(z))
        return decay / (1.0 + decay) ** 2

    def log_slope(self, z: Floats) -> Floats:
        size = np.abs(z)
        return -size - 2.0 * np.log1p(np.exp(-size))

    def change(self, z: Floats, d: Floats) -> Floats:
        # σ(z) = (1 + tanh(z/2))/2.
        return 0.5 * tanh.change(0.5 * z, 0.5 * d)

    def log_value(self, z: Floats) -> Floats:
        """Return ln σ(z): a gate that is nearly shut is a small number, not zero."""
        return np.minimum(z, 0.0) - np.log1p(np.exp(-np.abs(z)))


class ReLU:
    """max(0, z); γ = 1, and f'(0) = 0."""

    name = "relu"
    steepest = 1.0

    def value(self, z: Floats) -> Floats:
        return np.maximum(z, 0.0)

    def slope(self, z: Floats) -> Floats:
        # A NaN must stay a NaN: the comparison alone would call it a dead unit.
        return np.where(np.isnan(z), z, (z > 0).astype(np.float64))

    def log_slope(self, z: Floats) -> Floats:
        return np.where(np.isnan(z), z, np.where(z > 0, 0.0, -np.inf))

    def change(self, z: Floats, d: Floats) -> Floats:
        return np.where(z > 0, np.maximum(d, -z), np.maximum(z + d, 0.0))


class Identity:
    """f(z) = z: the linear network, for which theory has closed forms."""

    name = "identity"
    steepest = 1.0

    def value(self, z: Floats) -> Floats:
        return z.copy()

    def slope(self, z: Floats) -> Floats:
        return np.where(np.isnan(z), z, 1.0)

    def log_slope(self, z: Floats) -> Floats:
        return np.where(np.isnan(z), z, 0.0)

    def change(self, z: Floats, d: Floats) -> Floats:  # noqa: ARG002 - the same everywhere
        return d.copy()


tanh = Tanh()
sigmoid = Sigmoid()

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType({f.name: f for f in (tanh, sigmoid, ReLU(), Identity())})
