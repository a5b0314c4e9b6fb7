"""Fixed matrices and vectors from named constructions, which training leaves alone.

A construction is asked for a shape: of one that has a matrix and a vector the shape says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.recurrence.equations.shapes import shown
from explorer.engine.recurrence.expressions.exponential import expm
from explorer.engine.recurrence.expressions.expression import Shape
from explorer.engine.recurrence.weights.starts import Draw, named_numbers, tried


@dataclass(frozen=True, slots=True)
class Construction:
    """A construction by name, with its numbers; "drawn" starts as the weight would and stays."""

    name: str
    numbers: tuple[float, ...] = ()


def lmu(shape: tuple[int, ...], theta: float = 784.0) -> Floats:
    """Return Ā (k, k) or B̄ (k,) of the Legendre memory unit over a window of θ steps (Voelker, Kajić, Eliasmith 2019).

    A_ij = (2i+1)(−1 if i < j else (−1)^{i−j+1}) and B_i = (2i+1)(−1)^i over θ, with a zero-order hold of one step:
    Ā = e^A, B̄ = A^{−1}(e^A − I) B.
    """
    i = np.arange(shape[0])
    order = (2.0 * i + 1.0)[:, None] / theta
    A = np.asarray(order * np.where(i[:, None] < i, -1.0, (-1.0) ** (i[:, None] - i + 1)), dtype=np.float64)
    B = order[:, 0] * (-1.0) ** i
    step = expm(A)
    if len(shape) == 2:
        return step
    return np.asarray(np.linalg.solve(A, (step - np.eye(len(i))) @ B), dtype=np.float64)


def hippo(shape: tuple[int, ...], step: float = 0.01) -> Floats:
    """Return A (k, k) or B (k,) of HiPPO-LegS over one step by the bilinear rule (Gu et al. 2020, equation 2).

    A_ij = −√((2i+1)(2j+1)) below the diagonal, −(i+1) on it; B_i = √(2i+1).
    """
    i = np.arange(shape[0])
    root = np.sqrt(2.0 * i + 1.0)
    A = -np.where(i[:, None] > i, root[:, None] * root, np.where(i[:, None] == i, i + 1.0, 0.0))
    half = np.eye(len(i)) - 0.5 * step * A
    right = np.eye(len(i)) + 0.5 * step * A if len(shape) == 2 else step * root
    return np.asarray(np.linalg.solve(half, right), dtype=np.float64)


def s4d(shape: tuple[int, ...], part: float = 0.0) -> Floats:
    """Return the real (part 0) or the imaginary (part 1) half of the eigenvalues −½ + iπn of S4D-Lin (Gu et al. 2022)."""
    n = np.arange(shape[0])
    return np.asarray(np.pi * n if part else np.full(len(n), -0.5), dtype=np.float64)


def identity(shape: tuple[int, ...]) -> Floats:
    """Return the identity, or ones."""
    return np.eye(*shape) if len(shape) == 2 else np.ones(shape)


def unit(shape: tuple[int, ...], place: float = 0.0) -> Floats:
    """Return the unit vector of an entry, counted from 0; as a matrix, what picks it out and puts it back."""
    e = np.eye(1, shape[0], int(place))[0]
    return np.outer(e, e) if len(shape) == 2 else e


def shift(shape: tuple[int, ...]) -> Floats:
    """Return a shift register: unit i reads unit i − 1; as a vector, what feeds its first unit."""
    return np.eye(*shape, k=-1) if len(shape) == 2 else np.eye(1, shape[0])[0]


def dft(shape: tuple[int, ...], part: float = 0.0) -> Floats:
    """Return the real (part 0) or imaginary (part 1) half of the unitary Fourier matrix, e^{−2πi jk/n}/√n, or its row 1."""
    n = shape[0]
    angles = 2.0 * np.pi * (np.outer(np.arange(n), np.arange(n)) % n) / n
    F = (-np.sin(angles) if part else np.cos(angles)) / np.sqrt(n)
    return F if len(shape) == 2 else F[min(1, n - 1)]


def permutation(shape: tuple[int, ...], seed: float = 0.0) -> Floats:
    """Return the matrix that puts the units in a random order, or that order, counted from 0."""
    order = np.random.default_rng(int(seed)).permutation(shape[0])
    return np.eye(shape[0])[order] if len(shape) == 2 else order.astype(np.float64)


def periods(shape: tuple[int, ...], modules: float = 4.0) -> Floats:
    """Return the periods 1, 2, 4 … of units in modules; as a matrix, 1 where a unit reads one that is no faster.

    The modules are of one size as nearly as may be (Koutník et al. 2014).
    """
    period: Floats = np.asarray(2.0 ** (np.arange(shape[0]) * int(modules) // shape[0]), dtype=np.float64)
    return (period[:, None] <= period).astype(np.float64) if len(shape) == 2 else period


def hebbian(shape: tuple[int, ...], patterns: float = 3.0, seed: float = 0.0, diagonal: float = 0.0) -> Floats:
    """Return Σ ξ ξᵀ/n of random patterns of ±1 without its diagonal (Hopfield 1982); as a vector, the first pattern.

    With a ``diagonal`` of 1 it is kept: the eigenvalues are none below 0 then.
    """
    drawn = Draw((int(patterns), shape[0]), int(seed), 0).normal()
    xi = np.where(drawn < 0, -1.0, 1.0)
    W = xi.T @ xi / shape[0]
    return W - (1.0 - diagonal) * np.diag(np.diag(W)) if len(shape) == 2 else xi[0]


DRAWN = "drawn"
CONSTRUCTIONS: Mapping[str, Callable[..., Floats]] = MappingProxyType(
    {
        "lmu": lmu,
        "hippo": hippo,
        "s4d": s4d,
        "identity": identity,
        "unit": unit,
        "shift": shift,
        "hebbian": hebbian,
        "dft": dft,
        "permutation": permutation,
        "periods": periods,
    }
)


def read_construction(name: str, declared: object, shape: Shape) -> Construction:
    """Return what a weight of this shape is fixed to: a construction's name, or ``{name: numbers}``.

    Raises
    ------
    BadNetwork
        If there is no such construction, or it makes no such array.
    """
    kind, numbers = named_numbers(declared)
    if kind != DRAWN and kind not in CONSTRUCTIONS:
        raise BadNetwork(
            "{name} is fixed to “{kind}”; choose one of {choices}.",
            name=name, kind=kind, choices=", ".join((DRAWN, *CONSTRUCTIONS)), table="fixed",
        )  # fmt: skip
    construction = Construction(kind, numbers)
    if kind != DRAWN:
        constructed(name, construction, tried(shape), shape)
    return construction


def constructed(name: str, construction: Construction, shape: tuple[int, ...], told: Shape | None = None) -> Floats:
    """Return the array (shape) of a construction, which a refusal tells as having the shape ``told``, if that is another.

    Raises
    ------
    BadNetwork
        If it is no array of this shape.
    """
    square = len(shape) == 1 or (len(shape) == 2 and shape[0] == shape[1])
    try:
        if square and np.isfinite(array := CONSTRUCTIONS[construction.name](shape, *construction.numbers)).all():
            return array
    except (TypeError, ValueError, OverflowError, np.linalg.LinAlgError):
        pass
    raise BadNetwork(
        "{name} of the shape {shape} can't be made by “{kind}” {numbers}; it is a square matrix or a vector.",
        name=name, shape=shown(told or shape), kind=construction.name, numbers=list(construction.numbers),
        table="fixed",
    )  # fmt: skip
