"""Arithmetic of very many small matrices at once, and of cumulative sums that keep their roundings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.flow.extended import two_sum


def cumulative(steps: Floats) -> tuple[Floats, Floats]:
    """Return the sums of the first t steps, t = 0..T (T+1, …), and what their roundings left over."""
    total = np.zeros((len(steps) + 1, *steps.shape[1:]))
    np.cumsum(steps, axis=0, out=total[1:])
    rest = np.zeros_like(total)
    np.cumsum(two_sum(total[:-1], steps)[1], axis=0, out=rest[1:])
    return total, rest


def counted(which: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return how many of the first t steps, t = 0..T (T+1, …), are of those."""
    total = np.zeros((len(which) + 1, *which.shape[1:]), dtype=np.intp)
    np.cumsum(which, axis=0, out=total[1:])
    return total


def multiplied(A: Floats, B: Floats) -> Floats:
    """Return A B of many small matrices (…, p, p), faster than one call for each."""
    product = A[..., :, 0, None] * B[..., None, 0, :]
    for j in range(1, A.shape[-1]):
        product += A[..., :, j, None] * B[..., None, j, :]
    return product


def unit_matrices(M: Floats) -> tuple[Floats, Floats]:
    """Return small matrices (…, p, p) of norm one, and ln of what their norms were (…); zeros and −inf for zeros."""
    flat = M.reshape(*M.shape[:-2], -1)
    norm = np.sqrt(np.einsum("...i,...i->...", flat, flat))
    return M / np.where(norm > 0, norm, 1.0)[..., None, None], np.log(norm)


def largest_singular(M: Floats) -> Floats:
    """Return ‖M‖₂ (…) of small matrices (…, p, p), entries of order one; NaN where they are not finite."""
    if M.shape[-1] == 2:
        # A turn and a reflection: of their sizes σ₁ is the sum and σ₂ the difference, and nothing cancels in σ₁.
        (a, b), (c, d) = np.moveaxis(M, (-2, -1), (0, 1))
        return 0.5 * (np.hypot(a + d, b - c) + np.hypot(a - d, b + c))
    finite: NDArray[np.bool_] = np.asarray(np.isfinite(M).all(axis=(-2, -1)))
    found = np.linalg.norm(np.where(finite[..., None, None], M, 0.0), 2, axis=(-2, -1))
    return np.where(finite, found, np.nan)
