"""Products in order in double-double arithmetic: 106 bits, made of ordinary float64 matrix products.

A matrix is cut into slices of so few bits that the product of two slices is exact in float64 (Ozaki, Ogita, Oishi
and Rump 2012); the exact products are then added up as unevaluated sums of two float64 (Dekker 1971). Each row has a power
of two of its own, so that nothing underflows beside a larger row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.norms import times_power_of_two
from explorer.engine.signed import Signed

_SLICES = 5
_LN2 = float(np.log(2.0))
_SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)
# The relative rounding of one double-double product, with room for N = 512.
_ROUNDING = 2.0**-98


@dataclass(frozen=True, slots=True)
class DoubleDouble:
    """K products as diag(2^exponent) · (high + low).

    high, low (K, N, c); exponent (K, N) whole numbers; error (K, N): the expected square of each row's relative error.
    """

    high: Floats
    low: Floats
    exponent: Floats
    error: Floats

    @classmethod
    def start(cls, count: int, columns: Floats) -> DoubleDouble:
        """Return ``count`` empty products, some ``columns`` (N, c) of the identity."""
        high = np.tile(columns, (count, 1, 1))
        exponent = np.where(high.any(axis=2), 0.0, -np.inf)
        return cls(high, np.zeros_like(high), exponent, np.zeros_like(exponent))

    def before(self, J: Floats, log_J: Signed) -> DoubleDouble:
        """Return J (N, N), or one J a product, times each; entries that underflow in J are taken from their logarithms."""
        entry, power = _mantissas(J, log_J)
        reach = np.where(entry != 0, power + self.exponent[:, None, :], -np.inf)
        top = reach.max(axis=2)
        shift = np.where(np.isfinite(top), top, 0.0)
        weights = entry * np.exp2(reach - shift[:, :, None])
        high, low = matmul(weights, self.high, self.low)
        largest = np.abs(high).max(axis=2)
        size = np.frexp(largest)[1].astype(np.float64)
        high, low = (times_power_of_two(part, -size[:, :, None]) for part in (high, low))
        square = np.einsum("kij,kij->ki", high, high)
        carried = np.einsum("kij,kij->ki", self.high, self.high) * (self.error + _ROUNDING**2)
        relative = times_power_of_two(weights, -size[:, :, None])
        error = np.einsum("kij,kj->ki", relative * relative, carried) / square
        exponent = np.where(largest > 0, shift + size, -np.inf)
        return DoubleDouble(high, low, exponent, np.where(largest > 0, error, 0.0))

    def log_norm(self) -> Floats:
        """Return ln of the Frobenius norms (K,)."""
        top, weight = self._weights()
        return 0.5 * np.log(weight.sum(axis=1)) + top * _LN2

    def relative_error(self) -> Floats:
        """Return the expected relative errors of the norms (K,)."""
        _, weight = self._weights()
        return np.sqrt((weight * self.error).sum(axis=1) / weight.sum(axis=1))

    def products(self) -> tuple[Floats, Floats]:
        """Return the products as (matrices of Frobenius norm one (K, N, N), ln of their norms (K,)); zeros for a zero."""
        log = self.log_norm()
        shift = np.where(np.isneginf(log), 0.0, log)
        return np.exp(self.exponent * _LN2 - shift[:, None])[:, :, None] * self.high, log

    def _weights(self) -> tuple[Floats, Floats]:
        """Return the largest exponents (K,) and the squared norms of the rows relative to them (K, N)."""
        top = self.exponent.max(axis=1)
        top = np.where(np.isfinite(top), top, 0.0)
        square = np.einsum("kij,kij->ki", self.high, self.high)
        return top, square * np.exp2(2.0 * (self.exponent - top[:, None]))


def _mantissas(J: Floats, log_J: Signed) -> tuple[Floats, Floats]:
    """Return J as entry · 2^power, entries near one: exactly where J is a normal number, from its logarithm elsewhere."""
    entry, exponent = np.frexp(J)
    beyond = ((np.abs(J) < _SMALLEST_NORMAL) & (log_J.log > -np.inf)) | np.isinf(J)
    power = np.where(beyond, np.floor(log_J.log / _LN2), exponent)
    # A logarithm of 1e16 nats has no digits left for the mantissa.
    rest = np.clip(log_J.log - power * _LN2, 0.0, _LN2)
    return np.where(beyond, log_J.sign * np.exp(rest), entry), power


def matmul(A: Floats, high: Floats, low: Floats) -> tuple[Floats, Floats]:
    """Return A (…, l, n) times the unevaluated sum high + low (…, n, m), as such a sum, to about 2^−100 of |A||B|."""
    bits = (53 - int(np.ceil(np.log2(max(2, A.shape[-1]))))) // 2
    left = slices(A, np.zeros_like(A), -1, bits)
    right = slices(high, low, -2, bits)
    result, rest = np.zeros((2, *high.shape[:-2], A.shape[-2], high.shape[-1]))
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
