"""Singular values of long products: all of them, also where they span thousands of nats.

A scaled product holds the top of its spectrum; what lies 1e-16 below the largest value is rounding noise. Here the
product is kept graded, P = Q diag(e^d) R with well-conditioned Q and R (Stewart 1997; Bai, Lee, Li and Xu 2011), and the
singular values come from one-sided Jacobi rotations of its rows, carried out in logarithms of the row norms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.signed import Signed
from explorer.engine.work import Stop

# Rows of a step that differ by more than e^10 would cost an orthogonal factorisation five digits.
_GENTLE = 10.0
# Entries that differ by no more than e^300 survive in the products of two matrices, and between scales as far apart.
_WIDE = 300.0
# Beyond this float64 holds no exponential.
_FARTHEST = 700.0
# Where no pivot is in sight of the largest there was, the largest that is left is looked for.
_OUT_OF_SIGHT = 1e-130
# What has been taken out is left out of a matrix every so many pivots.
_CLEARED_EVERY = 16
_SWEEPS = 30
_CONVERGED = 1e-14


@dataclass(frozen=True, slots=True)
class GradedForm:
    """P = left · diag(e^d) · right: left (N, r), d (r,) nats, descending or nearly so, right (r, N); r is the rank.

    left and right are well conditioned. Where entries of left lie far apart it is kept in logarithms too, ``graded``: what
    is next to nothing in it may be all that the next step lets through.
    """

    left: Floats
    d: Floats
    right: Floats
    graded: Signed | None = None


def log_singular_values(steps: Iterable[Signed], N: int, counts: Sequence[int], stop: Stop = lambda: False) -> Floats:
    """Return ln σ_i (E, N), descending, −inf beyond the rank, of the products of the first 0, 1, … of ``steps``.

    ``counts`` (E,), which ascend, say of how many; the first step is applied first.
    """
    found = np.full((len(counts), N), np.nan)
    with np.errstate(all="ignore"):
        products = zip(range(counts[-1] + 1), _products(steps, N, stop), strict=False)
        forms = [form for count, form in products if count in counts]
        found[: len(forms)] = _spectra(forms, N, stop)
    return found


def _products(steps: Iterable[Signed], N: int, stop: Stop) -> Iterator[GradedForm]:
    """Yield the products of no step, one, two and so on, as long as they are numbers; once all has died it stays so."""
    form = GradedForm(np.eye(N), np.zeros(N), np.eye(N))
    yield form
    for J in steps:
        if stop():
            raise Stopped
        if not np.isfinite(J.sign).all() or np.isnan(J.log).any():
            return
        form = _multiplied(form, J)
        if np.isnan(form.d).any():
            return
        yield form
        while not len(form.d):
            yield form


def _multiplied(form: GradedForm, J: Signed) -> GradedForm:
    """Return the graded form of J times a product."""
    size = J.log.max(axis=1)
    live = size > -np.inf
    row = size[live]
    # J = diag(e^row) · step with the largest entry of each row equal to one.
    step = Signed(J.log[live] - row[:, None], J.sign[live])
    plain = form.graded is None and _is_plain(step)
    if plain and len(row) and _range(row) < _GENTLE:
        inner = _orthogonal(step.value() @ form.left, row, form.d)
    elif plain and _range(row) < _WIDE:
        inner = _eliminate_plainly(step.value() @ form.left, row, form.d)
    elif plain:
        inner = _eliminate(Signed.of(step.value() @ form.left).times(row[:, None]), form.d)
    else:
        inner = _eliminate((step @ (form.graded or Signed.of(form.left))).times(row[:, None]), form.d)
    left = np.zeros((len(live), len(inner.d)))
    left[live] = inner.left
    graded = None
    if inner.graded is not None:
        graded = Signed.of(left)
        graded.log[live], graded.sign[live] = inner.graded.log, inner.graded.sign
    return GradedForm(left, inner.d, inner.right @ form.right, graded)


def _range(log: Floats) -> float:
    """Return how far apart logarithms are, in nats."""
    return float(log.max() - log.min()) if len(log) else 0.0


def _is_plain(M: Signed) -> bool:
    """Return whether M has no entry, but zeros, so small that products in float64 might lose it."""
    return bool(((M.log > -_WIDE) | (M.sign == 0)).all())


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


def _eliminate(M: Signed, column: Floats) -> GradedForm:
    """Factor M diag(e^column) by Gaussian elimination with complete pivoting, entry by entry in logarithms.

    The scales pass through the elimination untouched, and only the choice of the pivot looks at them (Demmel et al. 1999).
    """
    shape = M.log.shape
    rows, columns = (np.arange(size) for size in shape)
    left, right, d = Signed.of(np.zeros((min(shape), shape[0]))), np.zeros((min(shape), shape[1])), list[float]()
    while M.log.size:
        weight = M.log + column[columns]
        i, j = divmod(int(weight.argmax()), len(columns))
        if weight[i, j] == -np.inf:
            break
        down, across = Signed(M.log[:, j] - M.log[i, j], M.sign[:, j]), Signed(M.log[i], M.sign[i] * M.sign[i, j])
        left.log[len(d), rows], left.sign[len(d), rows] = down.log, down.sign
        right[len(d), columns] = across.sign * np.exp(across.log + column[columns] - weight[i, j])
        d.append(weight[i, j])
        # What is left over by the pivot's row and column, smaller by one either way.
        below, beside = np.delete(np.arange(len(rows)), i), np.delete(np.arange(len(columns)), j)
        rows, columns, rest = rows[below], columns[beside], np.ix_(below, beside)
        taken = Signed(down.log[below, None] + across.log[beside], down.sign[below, None] * across.sign[beside])
        M = Signed(M.log[rest], M.sign[rest]) - taken
    factor = Signed(left.log[: len(d)].T, left.sign[: len(d)].T)
    return GradedForm(factor.value(), np.array(d), right[: len(d)], None if _is_plain(factor) else factor)


def _eliminate_plainly(M: Floats, row: Floats, column: Floats) -> GradedForm:
    """Factor diag(e^row) M diag(e^column) as `_eliminate` does, where float64 holds diag(e^row) M.

    What is taken from a column has that column's scale, so that it enters none of the numbers: it chooses the pivots alone,
    among those in sight of the largest that is left.
    """
    top, rank = row.max(initial=-np.inf), min(M.shape)
    G, rows, columns = np.exp(row - top)[:, None] * M, np.arange(len(row)), np.arange(len(column))
    left, right, d, largest = np.zeros((rank, len(row))), np.zeros((rank, len(column))), list[float](), 0.0
    for r in range(rank):
        if not r % _CLEARED_EVERY:
            kept = (G != 0).any(axis=1), (G != 0).any(axis=0)
            G, rows, columns = G[np.ix_(*kept)], rows[kept[0]], columns[kept[1]]
        size, scale = np.abs(G), column[columns]
        if not size.any():
            break
        seen = size * np.exp(np.minimum(scale - largest, _FARTHEST))
        if not _OUT_OF_SIGHT < seen.max() < 1.0 / _OUT_OF_SIGHT:
            largest = float((np.log(size.max(axis=0)) + scale).max())
            seen = size * np.exp(np.minimum(scale - largest, _FARTHEST))
        i, j = divmod(int(seen.argmax()), len(columns))
        d.append(float(np.log(abs(G[i, j])) + scale[j]))
        left[r, rows] = G[:, j] / G[i, j]
        right[r, columns] = np.sign(G[i]) * np.exp(np.log(np.abs(G[i])) + scale - d[-1])
        G -= np.multiply(left[r, rows, None], G[i], out=size)
        G[i], G[:, j] = 0.0, 0.0
    factor = Signed.of(left[: len(d)].T)
    return GradedForm(left[: len(d)].T, np.array(d) + top, right[: len(d)], None if _is_plain(factor) else factor)


def _scaled(value: Floats, log: Floats) -> Floats:
    """Return value · e^log, which is of order one where neither factor need be."""
    return np.sign(value) * np.exp(np.log(np.abs(value)) + log)


def _spectra(forms: list[GradedForm], N: int, stop: Stop) -> Floats:
    """Return the log singular values (E, N) of products, descending, −inf beyond the rank; those of one rank at once."""
    found = np.full((len(forms), N), -np.inf)
    ranks = np.array([len(form.d) for form in forms])
    for rank in np.unique(ranks[ranks > 0]):
        which = np.flatnonzero(ranks == rank)
        begun = [_begun(forms[i]) for i in which]
        found[which, :rank] = _jacobi(np.stack([X for X, _ in begun]), np.stack([a for _, a in begun]), stop)
    return found


def _begun(form: GradedForm) -> tuple[Floats, Floats]:
    """Return rows (r, r) of norm one and logarithms a (r,): diag(e^a) X has the singular values of a product.

    With X = Rᵀ Qᵀ they are those of diag(e^a) Rᵀ, whose columns are the more orthogonal the farther the a lie apart (Drmač
    and Veselić 2008): rotations have little left to do.
    """
    triangle = _orthogonal(form.left, np.zeros(len(form.left)), form.d)
    X, a = _units(triangle.right @ form.right, triangle.d)
    order = np.argsort(-a, kind="stable")
    a = a[order]
    R = np.linalg.qr(X[order].T).R
    return _units(R * np.exp(np.minimum(a - a[:, None], 0.0)), a)


def _units(X: Floats, a: Floats) -> tuple[Floats, Floats]:
    """Return diag(e^a) X with rows of norm one."""
    norm = np.sqrt(np.einsum("...ij,...ij->...i", X, X))
    return X / norm[..., None], a + np.log(norm)


def _jacobi(X: Floats, a: Floats, stop: Stop) -> Floats:
    """Return the log singular values (E, r), descending, of diag(e^a) X, by one-sided Jacobi on the rows of X (E, r, r)."""
    rounds = _tournament(a.shape[1])
    for _ in range(_SWEEPS):
        if np.abs(np.tril(X @ X.swapaxes(1, 2), -1)).max(initial=0.0) < _CONVERGED:
            break
        for pairs in rounds:
            if stop():
                raise Stopped
            _rotate(X, a, pairs)
    return np.sort(a, axis=1)[:, ::-1]


def _rotate(X: Floats, a: Floats, pairs: Floats) -> None:
    """Make disjoint pairs of rows orthogonal in each of X (E, r, r), in place."""
    e, i, j = np.arange(len(a))[:, None], *pairs
    first = a[:, i] >= a[:, j]
    i, j = np.where(first, i, j), np.where(first, j, i)
    larger, smaller = X[e, i], X[e, j]
    cosine = np.einsum("...i,...i->...", larger, smaller)
    if np.abs(cosine).max(initial=0.0) < _CONVERGED:
        return
    r = np.exp(a[e, j] - a[e, i])
    # tan of the angle is r·t: the larger row gains r²t of the smaller, the smaller loses t of the larger.
    zeta = (1.0 - r * r) / 2.0
    t = cosine / (zeta + np.hypot(zeta, r * cosine))
    t = np.where(cosine == 0.0, 0.0, t)
    shrink = -0.5 * np.log1p((r * t) ** 2)
    for index, rows in ((i, larger + (r * r * t)[..., None] * smaller), (j, smaller - t[..., None] * larger)):
        X[e, index], a[e, index] = _units(rows, a[e, index] + shrink)


@lru_cache(maxsize=1)
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
