"""The factors A_t = P_{t,m} and B_k = P_{m,k} of the blocks of one level, going away from the middles m, and their Grams.

All blocks of a level have the same length, so that the j-th step of each is one strided slice of the Jacobians and one
batched product serves them all. B goes transposed, Bᵀ_{k−1} = J_kᵀ Bᵀ_k: then both sides are one computation, X ← J X or
Jᵀ X with the Gram XᵀX, and all of its products are of the kinds that BLAS is quick at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.scaled import ScaledSteps
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.triangle import Triangle
from explorer.engine.work import Report, Stop

TOGETHER = 8
"""So many steps are made before their Grams are; then a factor that has strayed is brought back to norm one."""
# By this power of two: the Grams of both sides and their inner product stay in the range of float64.
_FARTHEST = 16
_LN2 = float(np.log(2.0))
BLOCK_BYTES = 160 * 2**20
"""The Grams of a side are kept if they take no more than this; otherwise so many bytes are worked on at a time:"""
STREAM_BYTES = 48 * 2**20
# What a core keeps near itself.
_NEAR_BYTES = 2**21


@dataclass(frozen=True, slots=True)
class Factors:
    """The packed Grams (h, S, K) of h factors of each of S blocks, of their rows A, or columns B, that are seen.

    log_norm (h, S) is ln of the norms of these, log_seen of what is seen of the factor as a product itself; both are the
    true ones. The Grams are e^{−2 log_scale} times the true ones.
    """

    gram: Floats
    log_norm: Floats
    log_seen: Floats
    log_scale: Floats


class Side:
    """One side of the middles of S blocks: the factors that come next are X ← J X ``upward``, X ← Jᵀ X downward.

    A block that the sequence's end cuts short takes part no longer.
    """

    def __init__(self, steps: ScaledSteps, S: int, upward: bool) -> None:
        self.steps, self.S, self.upward = steps, S, upward
        self.last: Floats | None = None
        self.log_scale = np.zeros(S)
        self._scaled = bool(steps.exponent.any())

    def walk(self, slices: list[slice], room: Floats, stop: Stop) -> Iterator[tuple[Floats, Floats, Floats]]:
        """Yield the factors over the next steps, ln of what is taken out of them, and ln of their norms without it.

        ``slices`` pick the steps (S, N, N). They come in the ``room`` (r, S, N, N) that there is, and are gone when the next
        do.
        """
        for first in range(0, len(slices), len(room)):
            some = slices[first : first + len(room)]
            log_scale = np.empty((len(some), self.S))
            for j, which in enumerate(some):
                if stop():
                    raise Stopped
                self._advance(which, room[j])
                log_scale[j] = self.log_scale
            X = room[: len(some)]
            log_norm = _log_norms(X)
            yield X, log_scale, log_norm
            self._bring_back(log_norm[-1])

    def _advance(self, which: slice, out: Floats) -> None:
        """Put the next factor into ``out``."""
        step = self.steps.scaled[which]
        turned, live = step if self.upward else step.swapaxes(1, 2), len(step)
        if self.last is None:
            out[:live] = turned
        else:
            np.matmul(turned, self.last[:live], out=out[:live])
        out[live:] = 0.0
        self.last = out
        if self._scaled:
            self.log_scale[:live] += self.steps.exponent[which] * _LN2

    def _bring_back(self, log_norm: Floats) -> None:
        """Scale the last factor, of this norm, back to norm one where it has strayed."""
        far = np.isfinite(log_norm) & (np.abs(log_norm) > _FARTHEST * _LN2)
        if self.last is not None and far.any():
            power = np.where(far, np.round(log_norm / _LN2), 0.0)
            self.last = self.last * np.exp2(-power)[:, None, None]
            self.log_scale += power * _LN2


def factors(side: Side, slices: list[slice], seen: Seen, scratch: Scratch, stop: Stop, report: Report) -> Factors:
    """Return the factors of a side over its next steps."""
    N, S, count = side.steps.scaled.shape[1], side.S, len(slices)
    rows, columns = (seen.of_rows, seen.of_columns)[:: 1 if side.upward else -1]
    triangle = Triangle.of(N)
    gram = scratch.array("gram", side.upward, (count, S, triangle.size))
    room = scratch.array("factor", side.upward, (TOGETHER, S, N, N))
    log_norm, log_scale = np.empty((count, S)), np.empty((count, S))
    log_seen = log_norm if seen == EVERYTHING else np.empty((count, S))
    done = 0
    with np.errstate(all="ignore"):
        for X, scale, norm in side.walk(slices, room, stop):
            some = slice(done, done + len(X))
            log_scale[some], log_norm[some] = scale, scale + norm
            if seen != EVERYTHING:
                X = X[:, :, rows]
                log_norm[some], log_seen[some] = scale + _log_norms(X), scale + _log_norms(X[..., columns])
            triangle.grams(X, gram[some], doubled=not side.upward)
            done += len(X)
            report(done / count)
    return Factors(gram, log_norm, log_seen, log_scale)


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
        for _, scale, _ in side.walk(slices[first:last], X[first:last], lambda: False):
            log_scale[first:last] = scale
    return X[:, 0], log_scale[:, 0]


def rows_together(S: int, h: int, N: int) -> int:
    """Return how many of the h factors of S blocks are worked on together: all, or some where memory is short."""
    bytes_a_row = 8 * S * Triangle.of(N).size
    if h * bytes_a_row <= BLOCK_BYTES:
        return max(1, h)
    return TOGETHER * max(1, STREAM_BYTES // (TOGETHER * bytes_a_row))


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
