"""Matrix products in double-double arithmetic: 106 bits, made of ordinary float64 matrix products.

A matrix is cut into slices of so few bits that the product of two slices is exact in float64 (Ozaki, Ogita, Oishi
and Rump 2012); the exact products are then added up as unevaluated sums of two float64 (Dekker 1971).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.activations import Floats

_SLICES = 5
_LN2 = float(np.log(2.0))


@dataclass(frozen=True, slots=True)
class DoubleDouble:
    """K matrices side by side: 2^exponent (K,) times high + low (N, K, N)."""

    high: Floats
    low: Floats
    exponent: Floats

    @classmethod
    def identity(cls, count: int, N: int) -> DoubleDouble:
        """Return ``count`` identity matrices."""
        high = np.repeat(np.eye(N)[:, None, :], count, axis=1)
        return cls(high, np.zeros_like(high), np.zeros(count))

    def multiplied(self, J: Floats, first: int) -> DoubleDouble:
        """Return the same stack with its ``first`` matrices multiplied by J (N, N) from the left."""
        N = len(J)
        high, low = (part[:, :first].reshape(N, first * N) for part in (self.high, self.low))
        high, low = (part.reshape(N, first, N) for part in matmul(J, high, low))
        largest = np.abs(high).max(axis=(0, 2))
        shift = np.frexp(np.where(np.isfinite(largest), largest, 1.0))[1].astype(np.float64)
        result = DoubleDouble(self.high.copy(), self.low.copy(), self.exponent.copy())
        result.high[:, :first] = high * np.exp2(-shift)[:, None]
        result.low[:, :first] = low * np.exp2(-shift)[:, None]
        result.exponent[:first] += shift
        return result

    def log_norm(self) -> Floats:
        """Return ln of the Frobenius norms (K,)."""
        return 0.5 * np.log((self.high**2).sum(axis=(0, 2))) + self.exponent * _LN2


def matmul(A: Floats, high: Floats, low: Floats) -> tuple[Floats, Floats]:
    """Return A (n, n) times the unevaluated sum high + low (n, m) as such a sum, right to about 2^−100 of |A||B|."""
    bits = (53 - int(np.ceil(np.log2(max(2, len(A)))))) // 2
    left = slices(A, np.zeros_like(A), 1, bits)
    right = slices(high, low, 0, bits)
    result, rest = np.zeros_like(high), np.zeros_like(high)
    for order in range(_SLICES - 1, -1, -1):
        for i in range(order + 1):
            result, error = two_sum(result, left[i] @ right[order - i])
            rest += error
    return two_sum(result, rest)


def slices(high: Floats, low: Floats, axis: int, bits: int) -> list[Floats]:
    """Return matrices of ``bits`` bits each, relative to the largest entry along ``axis``, that add up to high + low."""
    parts = []
    for _ in range(_SLICES):
        largest = np.abs(high).max(axis=axis, keepdims=True)
        # Adding and taking away this number cuts an entry off below its leading bits.
        cutter = np.exp2(np.frexp(largest)[1] + (53.0 - bits)) * (largest > 0)
        part = (high + cutter) - cutter
        parts.append(part)
        high, low = two_sum(high - part, low)
    return parts


def two_sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return the rounded sum and its rounding error, exactly (Knuth 1969)."""
    total = a + b
    shadow = total - a
    return total, (a - (total - shadow)) + (b - shadow)
