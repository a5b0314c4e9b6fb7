"""`Signed`: numbers kept as logarithm and sign, none of which ever leaves the range of float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from explorer.engine.floats import Floats


@dataclass(frozen=True, slots=True)
class Signed:
    """A number as (ln|number|, sign), ``log`` and ``sign``: products are sums and nothing underflows; zero is (−inf, 0)."""

    log: Floats
    sign: Floats

    @classmethod
    def of(cls, value: Floats) -> Signed:
        """Return ``value`` (any shape) in logarithms; zero is −inf with sign 0."""
        with np.errstate(divide="ignore"):
            return cls(np.log(np.abs(value)), np.sign(value))

    @classmethod
    def stacked(cls, numbers: list[Signed]) -> Signed:
        """Return numbers (T, n) beside each other, (T, K, n)."""
        return cls(np.stack([part.log for part in numbers], axis=1), np.stack([part.sign for part in numbers], axis=1))

    @property
    def T(self) -> Signed:
        """Return the transpose."""
        return Signed(self.log.T, self.sign.T)

    def __getitem__(self, some: Any) -> Signed:
        """Return some of the entries."""
        return Signed(self.log[some], self.sign[some])

    def beside(self, other: Signed) -> Signed:
        """Return this vector and another as one."""
        return Signed(np.concatenate([self.log, other.log]), np.concatenate([self.sign, other.sign]))

    def times(self, *logs: Floats) -> Signed:
        """Return this number times positive ones given by their logarithms."""
        return Signed(self.log + sum(logs), self.sign)

    def __add__(self, other: Signed) -> Signed:
        """Return the sum of this number and another, of the same shape; what the two share cancels as in float64."""
        top = np.maximum(self.log, other.log)
        shift = np.where(np.isfinite(top), top, 0.0)
        return Signed.of(self.sign * np.exp(self.log - shift) + other.sign * np.exp(other.log - shift)).times(shift)

    def __sub__(self, other: Signed) -> Signed:
        """Return this number less another."""
        return self + Signed(other.log, -other.sign)

    def __mul__(self, other: Signed) -> Signed:
        """Return the product of this number and another, entry by entry."""
        return Signed(self.log + other.log, self.sign * other.sign)

    def __matmul__(self, other: Signed) -> Signed:
        """Return the product of this vector (n,) or matrix (p, n) and a matrix (n, r), every entry on a scale of its own."""
        if self.log.ndim > 1:
            rows = [Signed(log, sign) @ other for log, sign in zip(self.log, self.sign, strict=True)]
            return Signed(np.array([row.log for row in rows]), np.array([row.sign for row in rows]))
        reach = self.log[:, None] + other.log
        top = reach.max(axis=0)
        shift = np.where(np.isfinite(top), top, 0.0)
        return Signed.of((self.sign[:, None] * other.sign * np.exp(reach - shift)).sum(axis=0)).times(shift)

    def value(self) -> Floats:
        """Return the plain number, which may underflow to zero."""
        return self.sign * np.exp(self.log)
