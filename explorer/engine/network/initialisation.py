"""How a recurrent matrix W begins: each scheme is one function of the seed, the size and the gain.

Random matrices are drawn row by row from streams of their own, so that the weights of a smaller network are the
top-left block of a larger one's with the same seed: adding a unit changes no weight that was there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats

Initialisation = Callable[[int, float, int, int], Floats]
"""(n, gain, seed, stream) -> W (n, n)."""


# A matrix with no more entries is small: hundreds of them are kept, and few of the others.
_SMALL = 256 * 256


def normal(rows: int, columns: int, seed: int, stream: int) -> Floats:
    """Return independent N(0, 1) entries (rows, columns), read-only; ``stream`` tells matrices of one seed apart."""
    kept = _small if rows * columns <= _SMALL else _large
    return kept(rows, columns, seed, stream)


def _normal(rows: int, columns: int, seed: int, stream: int) -> Floats:
    draw = [np.random.default_rng((seed, stream, row)).standard_normal(columns) for row in range(rows)]
    matrix = np.array(draw).reshape(rows, columns)
    matrix.setflags(write=False)
    return matrix


_small, _large = lru_cache(maxsize=256)(_normal), lru_cache(maxsize=8)(_normal)


def gaussian(n: int, gain: float, seed: int, stream: int) -> Floats:
    """Return independent N(0, gain²/n) entries: ρ(W) → gain and σ₁(W) → 2·gain as n grows (Girko's circular law)."""
    return gain / np.sqrt(n) * normal(n, n, seed, stream)


def glorot(n: int, gain: float, seed: int, stream: int) -> Floats:
    """Return uniform entries in ±gain·√(6/(n + n)) (Glorot and Bengio 2010, equation 16)."""
    draw = [np.random.default_rng((seed, stream, row)).uniform(-1.0, 1.0, n) for row in range(n)]
    return gain * np.sqrt(3.0 / n) * np.array(draw)


def orthogonal(n: int, gain: float, seed: int, stream: int) -> Floats:
    """Return gain·Q, Q uniform over the orthogonal matrices (Mezzadri 2007): every singular value is the gain."""
    Q, R = np.linalg.qr(normal(n, n, seed, stream))
    return gain * Q * np.where(np.diag(R) < 0, -1.0, 1.0)


def identity(n: int, gain: float, seed: int, stream: int) -> Floats:  # noqa: ARG001 - nothing is drawn
    """Return gain·I (Le, Jaitly and Hinton 2015, with ReLU)."""
    return gain * np.eye(n)


def spectral(n: int, gain: float, seed: int, stream: int) -> Floats:
    """Return a gaussian matrix rescaled so that its spectral radius is the gain exactly."""
    W = gaussian(n, 1.0, seed, stream)
    return gain / np.abs(np.linalg.eigvals(W)).max() * W


def rotation(n: int, gain: float, seed: int, stream: int) -> Floats:  # noqa: ARG001 - nothing is drawn
    """Return gain times rotations in the planes of units (1,2), (3,4), …, by angles spread over (0, π); an odd unit stays."""
    W = np.eye(n)
    planes = n // 2
    for plane, angle in enumerate(np.pi * (np.arange(planes) + 1) / (planes + 1)):
        i = 2 * plane
        W[i : i + 2, i : i + 2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return gain * W


def shift(n: int, gain: float, seed: int, stream: int) -> Floats:  # noqa: ARG001 - nothing is drawn
    """Return gain times a shift register: unit i reads unit i−1. Nilpotent, W^n = 0: a memory of n steps."""
    return gain * np.eye(n, k=-1)


def nonnormal(n: int, gain: float, seed: int, stream: int) -> Floats:
    """Return gain times chains of four units with eigenvalue 0.8, hidden by an orthogonal change of basis.

    Every eigenvalue is 0.8·gain, yet ‖W^t‖ first grows like t³ before it decays (Trefethen and Embree 2005, §16).
    """
    chains = 0.8 * np.eye(n) + np.diag((np.arange(1, n) % 4 != 0).astype(np.float64), k=1)
    Q = orthogonal(n, 1.0, seed, stream)
    return gain * Q @ chains @ Q.T


INITIALISATIONS: Mapping[str, Initialisation] = MappingProxyType(
    {
        "gaussian": gaussian,
        "glorot": glorot,
        "orthogonal": orthogonal,
        "identity": identity,
        "spectral": spectral,
        "rotation": rotation,
        "shift": shift,
        "nonnormal": nonnormal,
    }
)
