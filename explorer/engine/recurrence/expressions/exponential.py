"""The exponential of a matrix and the gradient through it, by scaling and squaring (Higham 2005)."""

from __future__ import annotations

import numpy as np

from explorer.engine.floats import Floats

# The [13/13] Padé approximant of e^A is right to the last digit up to this 1-norm.
_THETA = 5.371920351148152
_PADE = (
    64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0,
    10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0,
)  # fmt: skip


def expm(A: Floats) -> Floats:
    """Return e^A (…, n, n)."""
    size = np.abs(A).sum(axis=-2).max(initial=0.0)
    if not np.isfinite(size):
        return np.full_like(A, np.nan)
    squarings = max(0, int(np.ceil(np.log2(size / _THETA)))) if size > _THETA else 0
    B = A / 2.0**squarings
    odd, even = _pade(B)
    result = np.linalg.solve(even - odd, even + odd)
    for _ in range(squarings):
        result = result @ result
    return np.asarray(result, dtype=np.float64)


def expm_pull(A: Floats, g: Floats) -> Floats:
    """Return the gradient on A (…, n, n) from ``g`` on e^A: a corner of the exponential of twice the size."""
    n = A.shape[-1]
    wide = np.zeros((*np.broadcast_shapes(A.shape, g.shape)[:-2], 2 * n, 2 * n))
    wide[..., :n, :n] = wide[..., n:, n:] = A.mT
    wide[..., :n, n:] = g
    return expm(wide)[..., :n, n:]


def _pade(B: Floats) -> tuple[Floats, Floats]:
    """Return the odd and the even half of the numerator."""
    squares = [np.broadcast_to(np.eye(B.shape[-1]), B.shape), B @ B]
    squares += [squares[1] @ squares[1]]
    squares += [squares[1] @ squares[2]]
    low = {parity: sum(_PADE[parity + 2 * i] * squares[i] for i in range(4)) for parity in (0, 1)}
    high = {parity: sum(_PADE[parity + 6 + 2 * i] * squares[i] for i in range(1, 4)) for parity in (0, 1)}
    odd, even = (low[parity] + squares[3] @ high[parity] for parity in (1, 0))
    return B @ odd, even
