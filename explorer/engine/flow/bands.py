"""How far off an estimate by random directions may be, read from how far they differ."""

from __future__ import annotations

import numpy as np

from explorer.engine.floats import Floats

# Standard deviations: nineteen of twenty bands hold the number.
_Z = 1.959963984540054


def band(sums: Floats, squares: Floats, R: int, N: int) -> tuple[Floats, Floats]:
    """Return how many times the true mean square the mean over R of N probes is at most, and at least, in 19 of 20 cases.

    ``sums`` and ``squares`` are ln of the sums of the R squares and of their squares.
    """
    freedom = _freedom(sums, squares, R)
    return _quantile(_Z, freedom, R, N), _quantile(-_Z, freedom, R, N)


def _freedom(sums: Floats, squares: Floats, R: int) -> Floats:
    """Return the least degrees of freedom ν that a probe is likely to have; one where a single probe tells nothing."""
    if R <= 1:
        return np.ones_like(sums)
    # variance/mean² of the R squares, R Σq²/(Σq)² − 1, as large as it may well be.
    spread = np.maximum(R * np.exp(squares - 2.0 * sums) - 1.0, 0.0) * R / (R - 1)
    likely = spread / _chi_square(-_Z, np.asarray(R - 1.0))
    return 2.0 / np.clip(likely, 1e-12, 2.0)


def _quantile(z: float, freedom: Floats, R: int, N: int) -> Floats:
    """Return how many times the mean the mean over R of N probes is, at ``z`` standard deviations."""
    if R == N:
        return np.ones_like(freedom)
    return _chi_square(z, freedom * R / (1.0 - R / N))


def _chi_square(z: float, freedom: Floats) -> Floats:
    """Return the quantile of χ²/ν of ν degrees of freedom (Wilson and Hilferty 1931)."""
    part = 2.0 / (9.0 * freedom)
    return np.maximum(1.0 - part + z * np.sqrt(part), 1e-3) ** 3
