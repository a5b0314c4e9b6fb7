"""Singular values of long products: all of them, also where they span thousands of nats.

A scaled product holds the top of its spectrum; what lies 1e-16 below the largest value is rounding noise. Here the
product is kept graded, P = Q diag(e^d) R with well-conditioned Q and R (Stewart 1997; Bai, Lee, Li and Xu 2011), and the
singular values come from one-sided Jacobi rotations of its rows, carried out in logarithms of the row norms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from explorer.engine.activations import Floats
from explorer.engine.cells import Signed
from explorer.engine.errors import Stopped
from explorer.engine.work import Stop

# Rows of a step that differ by more than e^10 would cost an orthogonal factorisation five digits.
_GENTLE = 10.0
_SWEEPS = 30
_CONVERGED = 1e-14


@dataclass(frozen=True, slots=True)
class GradedForm:
    """P = left · diag(e^d) · right: left (N, r), d (r,) nats, descending or nearly so, right (r, N); r is the rank."""

    left: Floats
    d: Floats
    right: Floats


def log_singular_values(steps: Iterable[Signed], N: int, stop: Stop = lambda: False) -> Floats:
    """Return ln σ_i (N,) of the product of ``steps`` (the first is applied first), descending; −inf beyond the rank."""
    form = GradedForm(np.eye(N), np.zeros(N), np.eye(N))
    with np.errstate(all="ignore"):
        for J in steps:
            if stop():
                raise Stopped
            if not np.isfinite(J.sign).all() or np.isnan(J.log).any():
                return np.full(N, np.nan)
            form = _multiplied(form, J)
            if not len(form.d):
                return np.full(N, -np.inf)
        values = _jacobi(form, stop)
    return np.concatenate([values, np.full(N - len(values), -np.inf)])


def _multiplied(form: GradedForm, J: Signed) -> GradedForm:
    """Return the graded form of J times a product."""
    size = J.log.max(axis=1)
    live = size > -np.inf
    row = size[live]
    # J = diag(e^row) · M with the largest entry of each row of M equal to one.
    M = (J.sign[live] * np.exp(J.log[live] - row[:, None])) @ form.left
    gentle = len(row) and row.max() - row.min() < _GENTLE
    inner = _orthogonal(M, row, form.d) if gentle else _eliminate(M, row, form.d)
    left = np.zeros((len(live), len(inner.d)))
    left[live] = inner.left
    return GradedForm(left, inner.d, inner.right @ form.right)


def _orthogonal(M: Floats, row: Floats, column: Floats) -> GradedForm:
    """Factor diag(e^row) M diag(e^column), rows alike, by QR with the columns sorted by size."""
    top = row.max()
    C = np.exp(row - top)[:, None] * M
    size = 0.5 * np.log(np.einsum("ij,ij->j", C, C)) + column
    order = np.argsort(-size, kind="stable")
    Q, R = np.linalg.qr(C[:, order])
    scale = column[order]
    diagonal = np.abs(np.diag(R))
    kept = diagonal > 0
    d = np.log(diagonal[kept]) + scale[: len(diagonal)][kept]
    right = np.zeros((int(kept.sum()), len(column)))
    right[:, order] = _scaled(R[kept], scale - d[:, None])
    return GradedForm(Q[:, kept], d + top, right)


def _eliminate(M: Floats, row: Floats, column: Floats) -> GradedForm:
    """Factor diag(e^row) M diag(e^column) by Gaussian elimination with complete pivoting.

    The scales pass through the elimination untouched, so that M is eliminated plainly, nothing underflows, and only
    the choice of the pivot looks at them (Demmel et al. 1999).
    """
    M = M.copy()
    left, right, d = [], [], []
    for _ in range(min(M.shape)):
        weight = np.log(np.abs(M)) + row[:, None] + column
        i, j = divmod(int(weight.argmax()), M.shape[1])
        if weight[i, j] == -np.inf:
            break
        pivot, down, across = M[i, j], M[:, j].copy(), M[i] / M[i, j]
        left.append(_scaled(down / abs(pivot), row - row[i]))
        right.append(_scaled(across, column - column[j]))
        d.append(weight[i, j])
        M -= np.outer(down, across)
        M[i], M[:, j] = 0.0, 0.0
    r = len(d)
    return GradedForm(np.array(left).T.reshape(len(row), r), np.array(d), np.array(right).reshape(r, len(column)))


def _scaled(value: Floats, log: Floats) -> Floats:
    """Return value · e^log, which is of order one where neither factor need be."""
    return np.sign(value) * np.exp(np.log(np.abs(value)) + log)


def _jacobi(form: GradedForm, stop: Stop) -> Floats:
    """Return the log singular values (r,), descending, by one-sided Jacobi on rows kept as e^a times a unit vector."""
    triangle = _orthogonal(form.left, np.zeros(len(form.left)), form.d)
    X = triangle.right @ form.right
    norm = np.sqrt(np.einsum("ij,ij->i", X, X))
    X, a = X / norm[:, None], triangle.d + np.log(norm)
    rounds = _tournament(len(a))
    for _ in range(_SWEEPS):
        if stop():
            raise Stopped
        worst = 0.0
        for pairs in rounds:
            worst = max(worst, _rotate(X, a, pairs))
        if worst < _CONVERGED:
            break
    return np.sort(a)[::-1]


def _rotate(X: Floats, a: Floats, pairs: Floats) -> float:
    """Make disjoint pairs of rows orthogonal, in place; return the largest cosine there was between two of them."""
    i, j = pairs
    i, j = np.where(a[i] >= a[j], i, j), np.where(a[i] >= a[j], j, i)
    cosine = np.einsum("ij,ij->i", X[i], X[j])
    r = np.exp(a[j] - a[i])
    # tan of the angle is r·t: the larger row gains r²t of the smaller, the smaller loses t of the larger.
    zeta = (1.0 - r * r) / 2.0
    t = cosine / (zeta + np.sqrt(zeta * zeta + (r * cosine) ** 2))
    t = np.where(cosine == 0.0, 0.0, t)
    large = X[i] + (r * r * t)[:, None] * X[j]
    small = X[j] - t[:, None] * X[i]
    shrink = -0.5 * np.log1p((r * t) ** 2)
    for index, rows in ((i, large), (j, small)):
        norm = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        X[index] = rows / norm[:, None]
        a[index] += shrink + np.log(norm)
    return float(np.abs(cosine).max(initial=0.0))


def _tournament(count: int) -> list[np.ndarray]:
    """Return rounds of disjoint pairs (2, count/2) in which each row meets each other once (the circle method)."""
    players = list(range(count)) + ([-1] if count % 2 else [])
    rounds = []
    for _ in range(len(players) - 1):
        half = len(players) // 2
        pairs = [(p, q) for p, q in zip(players[:half], players[: half - 1 : -1], strict=True) if -1 not in (p, q)]
        rounds.append(np.array(pairs, dtype=np.intp).reshape(-1, 2).T)
        players = [players[0], players[-1], *players[1:-1]]
    return rounds
