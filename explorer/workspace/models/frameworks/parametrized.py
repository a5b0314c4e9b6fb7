"""Weights that PyTorch stores in pieces: a direction and a length, a matrix before its norm is divided out, a rotation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from explorer.engine.floats import Floats
from explorer.workspace.models.stored import Array
from explorer.workspace.models.taken import Taken

_PIECE = re.compile(
    r"^(?P<prefix>(?:.*\.)?)parametrizations\.(?P<name>\w+)\.(?P<piece>original[01]?|0\.(?:_u|_v|base))$"
)
_OLD = re.compile(r"^(?P<stem>.*weight_[ih]h\w*|.*weight_hr\w*)_(?P<piece>[gv])$")


def resolved(arrays: Mapping[str, Array]) -> dict[str, Taken]:
    """Return all arrays by the names that a plain module has for them, those in pieces put together in float64."""
    pieces: dict[str, dict[str, str]] = {}
    found = {}
    for name in arrays:
        match, old = _PIECE.match(name), _OLD.match(name)
        if match is not None:
            pieces.setdefault(match["prefix"] + match["name"], {})[match["piece"]] = name
        elif old is not None:
            pieces.setdefault(old["stem"], {})[old["piece"]] = name
        else:
            found[name] = Taken(arrays[name], (name,))
    for target, names in pieces.items():
        together = _put_together({piece: np.asarray(arrays[name], np.float64) for piece, name in names.items()})
        if together is not None:
            found[target] = Taken(together, tuple(names.values()))
    return found


def _put_together(pieces: Mapping[str, Floats]) -> Floats | None:
    for needed, make in _WAYS.items():
        if set(needed) == set(pieces):
            return make(*(pieces[name] for name in needed))
    return None


def _length_and_direction(g: Floats, v: Floats) -> Floats:
    """Return g v / ‖v‖ row by row, as `weight_norm` of dimension 0 does."""
    rest = tuple(range(1, v.ndim))
    return g * v / np.sqrt((v * v).sum(axis=rest, keepdims=True))


def _spectral(W: Floats, u: Floats, v: Floats) -> Floats:
    """Return W / (uᵀ W v), which a module in evaluation does, without a further step of its iteration."""
    return W / (u @ W.reshape(len(u), -1) @ v)


def _rotation(X: Floats, base: Floats) -> Floats:
    """Return base · exp(A), A the skew part of a lower triangle: `orthogonal` as it is by default for a square matrix."""
    tall = len(X) >= X.shape[1]
    X = X if tall else X.T
    n, k = X.shape
    lower = np.zeros((n, n))
    lower[:, :k] = np.tril(X)
    return _in_shape(base @ _exponential(lower - lower.T)[:, :k] if base.shape == (n, n) else base, tall)


def _reflections(X: Floats) -> Floats:
    """Return the product of Householder reflections of the columns: `orthogonal` by default if a matrix is not square."""
    tall = len(X) >= X.shape[1]
    X = X if tall else X.T
    n, k = X.shape
    v = np.tril(X, -1)
    v[np.arange(k), np.arange(k)] = 1.0
    tau = 2.0 / (1.0 + (np.tril(X, -1) ** 2).sum(axis=0))
    Q = np.eye(n, k)
    for j in range(k - 1, -1, -1):
        Q -= tau[j] * np.outer(v[:, j], v[:, j] @ Q)
    return _in_shape(Q * np.trunc(np.diagonal(X)), tall)


def _in_shape(Q: Floats, tall: bool) -> Floats:
    return Q if tall else Q.T


def _exponential(A: Floats) -> Floats:
    """Return exp(A) of a skew matrix through its eigenvectors, which are orthogonal."""
    values, vectors = np.linalg.eigh(1j * A)
    return (vectors * np.exp(-1j * values) @ vectors.conj().T).real


_WAYS: Mapping[tuple[str, ...], Callable[..., Floats]] = {
    ("original0", "original1"): _length_and_direction,
    ("g", "v"): _length_and_direction,
    ("original", "0._u", "0._v"): _spectral,
    ("original", "0.base"): _rotation,
    ("original",): _reflections,
}
