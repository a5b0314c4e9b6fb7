"""What a recurrent matrix does by itself: its eigenvalues, their radius ρ and its norm σ₁."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.network.matrices import eigenvalues, largest_singular_value
from explorer.engine.work import Report, Stop


@dataclass(frozen=True, slots=True, eq=False)
class Decomposed:
    """A ``matrix`` (n, n) with its complex eigenvalues (n,), largest modulus first, its spectral radius and its σ₁."""

    matrix: Floats
    eigenvalues: np.ndarray
    radius: float
    sigma: float


def decomposed(matrix: Floats, stop: Stop, report: Report) -> Iterator[Decomposed]:  # noqa: ARG001 - it is one step
    """Yield what ``matrix`` does by itself.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    values = eigenvalues(matrix)
    if stop():
        raise Stopped
    yield Decomposed(matrix, values, float(np.abs(values[0])), largest_singular_value(matrix))
