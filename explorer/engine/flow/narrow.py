"""When half of the directions are enough for what is left of a long product."""

from __future__ import annotations

from functools import cache

import numpy as np

from explorer.engine.floats import Floats

CUT = 2.0**-46
"""What may be left out of a factor, relative to its norm."""

# A matrix of fewer columns costs little.
_LEAST = 16
# One whose squared singular values are spread over more than this share of its columns has no half to spare.
_SPREAD = 1 / 8


def halved(X: Floats) -> tuple[Floats, Floats] | None:
    """Return Y (S, N, v) and V (S, w, v), orthonormal, v = w/2, with X (S, N, w) = Y Vᵀ up to `CUT`; None if there is none.

    V spans random combinations of the rows of X (Halko, Martinsson and Tropp 2011, §4); what it leaves out is measured.
    """
    _, N, w = X.shape
    if w < _LEAST or not np.isfinite(X).all() or _spread(X).max() > _SPREAD * w:
        return None
    V = np.linalg.qr(X.swapaxes(1, 2) @ _combinations(N, w // 2))[0]
    Y = X @ V
    left_out = np.linalg.norm(X - Y @ V.swapaxes(1, 2), axis=(1, 2))
    return (Y, V) if (left_out <= CUT * np.linalg.norm(X, axis=(1, 2))).all() else None


def _spread(X: Floats) -> Floats:
    """Return over how many singular directions X is spread, (Σσ²)²/Σσ⁴ (S,)."""
    gram = X.swapaxes(1, 2) @ X
    with np.errstate(invalid="ignore"):
        spread = np.trace(gram, axis1=1, axis2=2) ** 2 / np.einsum("sij,sij->s", gram, gram)
    return np.nan_to_num(spread)


@cache
def _combinations(N: int, v: int) -> Floats:
    return np.random.default_rng(0).standard_normal((N, v))
