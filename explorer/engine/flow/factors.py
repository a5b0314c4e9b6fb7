"""The factors A_t = P_{t,m} and B_k = P_{m,k} of many blocks at a time, and their Grams.

All blocks of one level have the same length, so that the j-th step of each is one strided slice of the Jacobians and one
batched product serves them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.seen import Index
from explorer.engine.norms import times_power_of_two
from explorer.engine.work import Report, Stop

# A factor is brought back to norm one when it has strayed by this power of two; that is looked at every so many steps.
FARTHEST = 60
_LOOK_EVERY = 4
# ScaledSteps whose largest entry lies within this power of two of one are multiplied as they are.
_FAR_STEP = 12
_LN2 = float(np.log(2.0))
_LN_EPSILON = float(np.log(np.finfo(np.float64).eps))
# Below the normal numbers an entry is rounded as the least of these is, ε times which is the least number of all.
_LN_LEAST_NORMAL = float(np.log(np.finfo(np.float64).tiny))
# The factors of a level are kept if they take no more than this; otherwise so many bytes are worked on at a time.
BLOCK_BYTES = 160 * 2**20
STREAM_BYTES = 48 * 2**20


@dataclass(frozen=True, slots=True)
class ScaledSteps:
    """The Jacobians, scaled: J_t = 2^exponent[t−1] · scaled[t−1]; reach[t−1] is ln r_t of `log_reach`."""

    scaled: Floats
    exponent: Floats
    reach: Floats

    @classmethod
    def of(cls, J: Floats, log_errors: Floats | None = None) -> ScaledSteps:
        """Return the steps of J (T, N, N); where all are of a usual size, J itself.

        ``log_errors`` (T,) is ln of what the rows of J are off by, beyond their rounding.
        """
        # Not np.abs(J): that would be a second J.
        largest = np.maximum(J.max(axis=(1, 2)), -J.min(axis=(1, 2)))
        exponent = np.frexp(np.where(np.isfinite(largest), largest, 1.0))[1].astype(np.float64)
        exponent = np.where(np.abs(exponent) > _FAR_STEP, exponent, 0.0)
        scaled = times_power_of_two(J, -exponent[:, None, None]) if exponent.any() else J
        reach = np.maximum(log_reach(scaled) + exponent * _LN2, _LN_LEAST_NORMAL)
        return cls(scaled, exponent, reach if log_errors is None else np.maximum(reach, log_errors - _LN_EPSILON))


@dataclass(frozen=True, slots=True)
class Factors:
    """The flattened Grams of A_t (or B_k) for S blocks, h factors each, the identity first.

    gram (S, h, N²); log_norm (S, h) is ln ‖·‖_F of the stored factor; the true one is 2^exponent times it.
    factor (S, h, N, N) holds the factors themselves, or is None where they would take too much memory.
    """

    gram: Floats
    log_norm: Floats
    exponent: Floats
    factor: Floats | None


def log_reach(J: Floats) -> Floats:
    """Return ln r_j (T,) of steps of a usual size: a product with J_j is rounded by about ε r_j ‖the other factor‖.

    The error of J·P, the roundings of its terms independent, is ε²Σ_i ‖column i of J‖²‖row i of P‖², squared; so r is the
    largest norm of a column, or of a row for P·J.
    """
    columns = np.einsum("tij,tij->tj", J, J).max(axis=1)
    rows = np.einsum("tij,tij->ti", J, J).max(axis=1)
    return 0.5 * np.log(np.maximum(columns, rows))


def rows_together(S: int, h: int, N: int) -> int:
    """Return how many of the h factors of S blocks are worked on together: all, or a few where memory is short."""
    if 8 * S * h * N * N <= BLOCK_BYTES:
        return max(1, h)
    return max(1, STREAM_BYTES // (8 * S * N * N))


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


@dataclass(frozen=True, slots=True)
class Origin:
    """The factors (S, N, N) from which the next go on, and their exponents (S,)."""

    factor: Floats
    exponent: Floats

    @classmethod
    def identity(cls, S: int, N: int) -> Origin:
        """Return the empty products of S blocks."""
        return cls(np.broadcast_to(np.eye(N), (S, N, N)), np.zeros(S))


def factors(
    start: Origin,
    steps: ScaledSteps,
    slices: list[slice],
    upward: bool,
    scratch: Scratch,
    stop: Stop,
    report: Report = lambda _: None,
    seen: Index = slice(None),
) -> tuple[Factors, Origin]:
    """Return ``start`` and the factors that follow: J·A upward from the middle, B·J downward; and where they end.

    The Grams and norms are those of the rows of A, or columns of B, that are ``seen``.
    Each slice picks the same step of all blocks; a block that the sequence's end cuts short takes part no longer.
    """
    S, N, _ = start.factor.shape
    h = len(slices) + 1
    rows = rows_together(S, h, N)
    gram, kept = scratch.array("gram", upward, (S, h, N, N)), scratch.array("kept", upward, (S, rows, N, N))
    exponent = np.empty((S, h))
    here = start.factor
    power = start.exponent
    with np.errstate(all="ignore"):
        for j in range(h):
            if stop():
                raise Stopped
            # The next factor may take the place of one that is done with, never of the last.
            last, here = here, kept[:, j % rows]
            _multiply(last, steps.scaled[slices[j - 1]][:S] if j else None, upward, here)
            if j % _LOOK_EVERY == 0:
                power = power + _brought_back(here)
            exponent[:, j] = power
            if j % rows == rows - 1 or j == h - 1:
                first = j - j % rows
                _grams(kept[:, : j - first + 1], gram[:, first : j + 1], upward, seen)
                report((j + 1) / h)
                here = here.copy() if rows < h else here
        log_norm = 0.5 * np.log(np.einsum("shii->sh", gram))
    whole = kept if rows == h else None
    return Factors(gram.reshape(S, h, N * N), log_norm, exponent, whole), Origin(here.copy(), power)


def _multiply(factor: Floats, step: Floats | None, upward: bool, out: Floats) -> None:
    """Put J·A or B·J into ``out``, zeros for the blocks that have no such step; the factor itself for step None."""
    if step is None:
        out[:] = factor
        return
    live = len(step)
    np.matmul(*((step, factor[:live]) if upward else (factor[:live], step)), out=out[:live])
    out[live:] = 0.0


def _brought_back(factor: Floats) -> Floats:
    """Scale factors (S, N, N) that have strayed back to norm one, in place; return the powers of two taken out (S,)."""
    stray = np.round(0.5 * np.log2(np.einsum("sij,sij->s", factor, factor)))
    far = np.isfinite(stray) & (np.abs(stray) > FARTHEST)
    if not far.any():
        return np.zeros(len(factor))
    power = np.where(far, stray, 0.0)
    factor *= np.exp2(-power)[:, None, None]
    return power


def _grams(factor: Floats, out: Floats, upward: bool, seen: Index) -> None:
    """Put AᵀA or BBᵀ of what is seen of the factors (S, h, N, N) into ``out``, some at a time."""
    size = max(1, 2**20 // (8 * factor.shape[-1] ** 2 * len(factor)))
    for j in range(0, factor.shape[1], size):
        some = factor[:, j : j + size, seen] if upward else factor[:, j : j + size, :, seen]
        # A copy keeps NumPy from its syrk, which is slower than gemm at our sizes.
        turned, again = some.swapaxes(2, 3), some.copy()
        np.matmul(*((turned, again) if upward else (again, turned)), out=out[:, j : j + size])
