"""The factors A_t = P_{t,m} and B_k = P_{m,k} of the blocks of one level, going away from the middles m, and their Grams.

All blocks of a level have the same length, so that the j-th step of each is one strided slice of the Jacobians and one
batched product serves them all. B goes transposed, Bᵀ_{k−1} = J_kᵀ Bᵀ_k: then both sides are one computation, X ← J X or
Jᵀ X with the Gram XᵀX, and all of its products are of the kinds that BLAS is quick at.

A long product has few directions left. Where half of those at the middle hold all of X but what is below `CUT`, X = Y Vᵀ
goes on as Y alone: half as wide, its Grams a quarter as large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.narrow import halved
from explorer.engine.flow.scaled import ScaledSteps
from explorer.engine.flow.seen import EVERYTHING, Index, Seen
from explorer.engine.flow.triangle import Triangle
from explorer.engine.work import Report, Stop

TOGETHER = 8
"""At most so many steps are made before their Grams are; then a factor that has strayed is brought back to norm one."""
# By this power of two: the Grams of both sides and their inner product stay in the range of float64.
_FARTHEST = 16
# Whether a side has become narrow is looked at every so many steps, while as many are left as that takes to pay.
_LOOK_EVERY, _PAYS_FROM = 64, 24
_LN2 = float(np.log(2.0))
BLOCK_BYTES = 160 * 2**20
"""The Grams of a side are kept if they take no more than this; otherwise so many bytes are worked on at a time:"""
STREAM_BYTES = 48 * 2**20
# What a core keeps near itself.
_NEAR_BYTES = 2**21


@dataclass(frozen=True, slots=True)
class Factors:
    """Some h factors of each of S blocks, one after the other: those whose first is made by the ``first``-th step.

    gram (h, S, K): the packed Grams of their rows A, or columns B, that are seen, e^{−2 log_scale} times the true ones, in
    the coordinates of ``basis`` (S, N, w), None for all of them. log_norm (h, S) is ln of the norms of what is seen so,
    log_seen of what is seen of the factor as a product itself.
    """

    first: int
    gram: Floats
    basis: Floats | None
    log_norm: Floats
    log_seen: Floats
    log_scale: Floats


class Side:
    """One side of the middles of S blocks: the factors that come next are X ← J X ``upward``, X ← Jᵀ X downward.

    They are ``last`` (S, N, w) times the transposed ``basis`` (S, N, w), if there is one; ``cuts`` says after which of the
    ``done`` steps there was a narrower one. A block that the sequence's end cuts short takes part no longer.
    """

    def __init__(self, steps: ScaledSteps, S: int, upward: bool, narrow: bool) -> None:
        self.steps, self.S, self.upward, self.narrow = steps, S, upward, narrow
        self.last: Floats | None = None
        self.basis: Floats | None = None
        self.done, self.cuts = 0, list[int]()
        self.log_scale = np.zeros(S)
        self._scaled = bool(steps.exponent.any())
        self.strips = steps.strips if upward else steps.strips.T

    @property
    def width(self) -> int:
        """Return w."""
        N = self.steps.scaled.shape[1]
        return N if self.basis is None else self.basis.shape[2]

    def go(self, slices: list[slice], room: Floats, stop: Stop) -> tuple[Floats, Floats, Floats]:
        """Return the factors over the next steps, ln of what is taken out of them, and ln of their norms without it.

        ``slices`` pick the steps (S, N, N). The factors (r, S, N, w) are put into the ``room``.
        """
        log_scale = np.empty((len(slices), self.S))
        for j, which in enumerate(slices):
            if stop():
                raise Stopped
            self._advance(which, room[j])
            log_scale[j] = self.log_scale
        X = room[: len(slices)]
        log_norm = _log_norms(X)
        self._bring_back(log_norm[-1])
        return X, log_scale, log_norm

    def narrows(self, left: int) -> bool:
        """Return whether the last factor has become narrow, and goes on so; ``left`` is how many steps are."""
        if not self.narrow or self.done % _LOOK_EVERY or left < _PAYS_FROM or self.last is None:
            return False
        found = halved(self.last)
        if found is None:
            return False
        self.last, V = found
        self.basis = V if self.basis is None else self.basis @ V
        self.cuts.append(self.done)
        return True

    def _advance(self, which: slice, out: Floats) -> None:
        """Put the next factor into ``out``."""
        step = self.steps.scaled[which]
        turned, live = step if self.upward else step.swapaxes(1, 2), len(step)
        if self.last is None:
            out[:live] = turned
        else:
            self._multiply(turned, self.last[:live], out[:live])
        if live < self.S:
            out[live:] = 0.0
        self.last = out
        self.done += 1
        if self._scaled:
            self.log_scale[:live] += self.steps.exponent[which] * _LN2

    def _multiply(self, turned: Floats, last: Floats, out: Floats) -> None:
        """Put a step times the last factor into ``out``; a narrower one has no strips."""
        if self.basis is None:
            self.strips.multiply(turned, last, out)
        else:
            np.matmul(turned, last, out=out)

    def _bring_back(self, log_norm: Floats) -> None:
        """Scale the last factor, of this norm, back to norm one where it has strayed."""
        strayed = ~(np.abs(log_norm) <= _FARTHEST * _LN2)
        if self.last is not None and strayed.any():
            far = strayed & np.isfinite(log_norm)
            power = np.where(far, np.round(log_norm / _LN2), 0.0)
            self.last = self.last * np.exp2(-power)[:, None, None]
            self.log_scale += power * _LN2


def factors(
    side: Side, slices: list[slice], seen: Seen, scratch: Scratch, stop: Stop, report: Report = lambda _: None
) -> list[Factors]:
    """Return the factors of a side over its next steps, those of one width together."""
    N, S = side.steps.scaled.shape[1], side.S
    room = scratch.array("gram", side.upward, (len(slices) * S * Triangle.of(N).size,))
    found, done = list[Factors](), 0
    # What is ignored in one thread is not in another.
    with np.errstate(all="ignore"):
        while done < len(slices):

            def heard(more: int, done: int = done) -> None:
                report((done + more) / len(slices))

            some = _of_one_width(side, slices[done:], seen, scratch, room, stop, heard)
            found.append(some)
            room = room[some.gram.size :]
            done += len(some.gram)
    return found


def _of_one_width(
    side: Side,
    slices: list[slice],
    seen: Seen,
    scratch: Scratch,
    room: Floats,
    stop: Stop,
    heard: Callable[[int], None],
) -> Factors:
    """Return the next factors up to where they become narrower, their Grams in the ``room``."""
    N, S, w, count, first, basis = side.steps.scaled.shape[1], side.S, side.width, len(slices), side.done, side.basis
    rows, columns = (seen.of_rows, seen.of_columns)[:: 1 if side.upward else -1]
    triangle = Triangle.of(w)
    gram = room[: count * S * triangle.size].reshape(count, S, triangle.size)
    together = max(1, min(TOGETHER, STREAM_BYTES // (8 * S * N * w)))
    of_some = scratch.array("factor", side.upward, (together, S, N, w))
    log_norm, log_scale = np.empty((count, S)), np.empty((count, S))
    log_seen = log_norm if seen == EVERYTHING else np.empty((count, S))
    done = 0
    while done < count:
        X, scale, norm = side.go(slices[done : done + together], of_some, stop)
        some = slice(done, done + len(X))
        log_scale[some], log_norm[some] = scale, scale + norm
        if seen != EVERYTHING:
            X = X[:, :, rows]
            log_norm[some], log_seen[some] = scale + _log_norms(X), scale + _log_norms(_columns(X, basis, columns))
        strips = side.strips if basis is None and seen == EVERYTHING else None
        triangle.grams(X, gram[some], doubled=not side.upward, strips=strips)
        done = some.stop
        heard(done)
        if side.narrows(count - done):
            break
    return Factors(first, gram[:done], basis, log_norm[:done], log_seen[:done], log_scale[:done])


def _columns(X: Floats, basis: Floats | None, columns: Index) -> Floats:
    """Return some columns of X, or X Vᵀ."""
    return X[..., columns] if basis is None else X @ basis[:, columns].swapaxes(1, 2)


def _log_norms(X: Floats) -> Floats:
    """Return ln of the norms (r, S) of matrices (r, S, ·, ·)."""
    flat = X.reshape(*X.shape[:2], -1)
    return np.asarray(0.5 * np.log(np.vecdot(flat, flat)))


def every_factor(side: Side, slices: list[slice]) -> tuple[Floats, Floats]:
    """Return the factors themselves (h, N, N) of one block, and ln of what is taken out of them (h,)."""
    N, h = side.steps.scaled.shape[1], len(slices)
    X, log_scale = np.empty((h, 1, N, N)), np.empty((h, 1))
    for first in range(0, h, TOGETHER):
        last = first + TOGETHER
        _, log_scale[first:last], _ = side.go(slices[first:last], X[first:last], lambda: False)
    return X[:, 0], log_scale[:, 0]


def rows_together(S: int, h: int, N: int) -> int:
    """Return how many of the h factors of S blocks are worked on together: all, or some where memory is short."""
    bytes_a_row = 8 * S * Triangle.of(N).size
    if h * bytes_a_row <= BLOCK_BYTES:
        return max(1, h)
    return max(1, STREAM_BYTES // bytes_a_row)


def some_together(middles: range, N: int) -> list[range]:
    """Return the ``middles`` of the blocks that are worked on together, so that their factors stay near the core."""
    count = max(1, _NEAR_BYTES // (8 * TOGETHER * N * N))
    return [middles[i : i + count] for i in range(0, len(middles), count)]


class Scratch:
    """Room for the factors of both sides, used again level by level and analysis by analysis.

    Fresh memory of some megabytes costs more to be handed over by the system, page by page, than it takes to fill.
    """

    def __init__(self) -> None:
        self._room: dict[tuple[str, bool], Floats] = {}

    def array(self, name: str, upward: bool, shape: tuple[int, ...]) -> Floats:
        """Return an array of ``shape`` whose contents are of no account, good until the next of its name and side."""
        size = int(np.prod(shape))
        room = self._room.get((name, upward))
        if room is None or len(room) < size:
            room = self._room[name, upward] = np.empty(size)
        return room[:size].reshape(shape)

    @classmethod
    @contextmanager
    def borrowed(cls) -> Iterator[Scratch]:
        """Lend a scratch that nobody else has; it is kept for the next unless it has grown large."""
        scratch = _SPARE.pop() if _SPARE else cls()
        try:
            yield scratch
        finally:
            if sum(room.nbytes for room in scratch._room.values()) <= STREAM_BYTES:
                _SPARE.append(scratch)


_SPARE: list[Scratch] = []
