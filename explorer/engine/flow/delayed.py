"""What is asked of a chain whose steps read older states: P_{t,k} = Σ_d ∂s_t/∂s_{t−d} P_{t−d,k} over its delays d.

The companion matrix of the last D states would make these products of one step each, D times as wide; but only its first rows
are not a shift. So the products themselves are carried for D steps: plainly, with what they are rounded by; where that may
matter with rows scaled apart, and again with more digits where these are lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.certify import noted, off_with_steps
from explorer.engine.flow.extended import DoubleDouble
from explorer.engine.flow.graded import Graded
from explorer.engine.flow.pairs import Pairs
from explorer.engine.flow.passes import Stack, Visit, of_rows
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.spectrum import log_singular_values
from explorer.engine.flow.steps import Remembering, is_bounded
from explorer.engine.flow.still import table_bytes
from explorer.engine.flow.table import TOLERANCE, AllPairs
from explorer.engine.flow.unscaled import Unscaled
from explorer.engine.limits import check_size
from explorer.engine.signed import Signed
from explorer.engine.work import Report, Stop, never

_STACK_BYTES = 128 * 2**20
# Nats: below this float64 holds no slopes.
_UNDERFLOW = -700.0


@dataclass(frozen=True, slots=True)
class Delayed:
    """Products by several delays."""

    steps: Remembering

    def pairs(self, stop: Stop = lambda: False, report: Report = lambda _: None) -> Pairs:
        """Return all pairs."""
        return self.block(EVERYTHING, None, stop, report)

    def block(self, seen: Seen, _: Pairs | None, stop: Stop = lambda: False, report: Report = lambda _: None) -> Pairs:
        """Return all pairs of what is ``seen`` of the products."""
        T, N = self.steps.steps, self.steps.width
        check_size(T, N, partial(bytes_needed, self.steps.delays))
        table = AllPairs.empty(T, seen.ones(N))
        error, given = np.zeros_like(table.log_norm), np.zeros_like(table.log_norm)
        wanted = np.tri(T + 1, k=-1, dtype=bool)
        with np.errstate(all="ignore"):
            doubtful = self._plainly(table.log_norm, wanted, seen, stop, report)
            for visit in self._visits(Graded, doubtful, seen, stop, report):
                noted(visit, table.log_norm, error, given)
            lost = doubtful & ~(error <= TOLERANCE) & ~np.isnan(table.log_norm)
            for visit in self._visits(DoubleDouble, lost, seen, stop, report):
                noted(visit, table.log_norm, error, given)
        unsure = (lost & ~(error <= TOLERANCE)) | (doubtful & ~(given <= TOLERANCE) & np.isfinite(table.log_norm))
        return Pairs(table.log_norm, doubtful, lost, int(doubtful.sum()), int(unsure.sum()))

    def _plainly(
        self, L: Floats, wanted: NDArray[np.bool_], seen: Seen, stop: Stop, report: Report
    ) -> NDArray[np.bool_]:
        """Put in what plain products are good for; return which of the pairs (T+1, T+1) are left."""
        doubtful = wanted.copy()
        bounded = is_bounded(self.steps) and self.steps.least() >= _UNDERFLOW
        if seen != EVERYTHING or not bounded:
            return doubtful
        J = {delay: self.steps.delayed_jacobians(delay) for delay in self.steps.delays}
        for visit in self._visits(Unscaled, wanted, seen, stop, report, J):
            at, good = visit.columns[visit.wanted], visit.stack.relative_error() <= TOLERANCE
            L[visit.t, at] = visit.stack.log_norm()[visit.wanted]
            doubtful[visit.t, at] = ~good[visit.wanted]
        return doubtful | off_with_steps(self.steps, L, L, wanted, stop)

    def log_spectral_norm(self, pairs: Pairs, stop: Stop = lambda: False, report: Report = lambda _: None) -> Floats:
        """Return ln ‖P_{t,k}‖₂ (T+1, T+1)."""
        L = np.where(np.isneginf(pairs.log_norm), -np.inf, np.nan)
        np.fill_diagonal(L, 0.0)
        live = np.tri(len(L), k=-1, dtype=bool) & np.isfinite(pairs.log_norm)
        with np.errstate(all="ignore"):
            for visit in self._visits(Graded, live & ~pairs.lost, EVERYTHING, stop, report):
                _enter_largest(visit, L)
            for visit in self._visits(DoubleDouble, live & pairs.lost, EVERYTHING, stop, report):
                _enter_largest(visit, L)
        return L

    def product(self, t: int, k: int, pairs: Pairs) -> tuple[Floats, float]:
        """Return P_{t,k} (N, N), of norm one, and ln of its norm."""
        N = self.steps.width
        if t == k:
            return np.eye(N) / np.sqrt(N), 0.5 * float(np.log(N))
        with np.errstate(all="ignore"):
            found = self._one(DoubleDouble, t, k) if pairs.lost[t, k] else self._one(Graded, t, k)
            matrices, log = found.products()
        return matrices[0], float(log[0])

    def log_singular_values(self, ends: Sequence[int], k: int, stop: Stop = lambda: False) -> Floats:
        """Return ln σ_i(P_{t,k}) (E, N) for each t of ``ends``, descending."""
        N = self.steps.width
        found = np.zeros((len(ends), N))
        with np.errstate(all="ignore"):
            for visit in self._visits(Graded, self._from(k, ends), EVERYTHING, stop):
                stack = cast(Graded, visit.stack)
                P = Signed.of(stack.rows[0]).times(stack.scale[0][:, None])
                found[list(ends).index(visit.t)] = log_singular_values([P], N, [1], stop)[0]
        return found

    def row(self, t: int, spectral: bool) -> Floats:
        """Return ln ‖P_{t,k}‖ (t+1,) for k = 0..t."""
        pairs = self.pairs()
        return (self.log_spectral_norm(pairs) if spectral else pairs.log_norm)[t, : t + 1]

    def exponents(self, skip: int, ends: Sequence[int], stop: Stop = never) -> Floats:
        """Return the rates (E, N) at which a change of the state after ``skip`` steps has grown at ``ends``, descending."""
        return self.log_singular_values(ends, skip, stop) / (np.array(ends) - skip)[:, None]

    def _one(self, kind: type[Stack], t: int, k: int) -> Stack:
        (visit,) = self._visits(kind, self._from(k, [t]), EVERYTHING, never)
        return cast(Stack, visit.stack)

    def _from(self, k: int, ends: Sequence[int]) -> NDArray[np.bool_]:
        """Return which pairs (T+1, T+1) are those of k and a later one of ``ends``."""
        wanted = np.zeros((self.steps.steps + 1, self.steps.steps + 1), dtype=bool)
        wanted[[t for t in ends if t > k], k] = True
        return wanted

    def _visits(
        self,
        kind: type[Stack],
        wanted: NDArray[np.bool_],
        seen: Seen,
        stop: Stop,
        report: Report = lambda _: None,
        J: Mapping[int, Floats] | None = None,
    ) -> Iterator[Visit]:
        """Yield what is ``seen`` of the products of all columns with a wanted pair, step by step."""
        first = np.eye(self.steps.width)[:, seen.of_columns]
        every = np.flatnonzero(wanted.any(axis=0))
        size = max(1, _STACK_BYTES // (8 * first.size * (_deepest(self.steps.delays, self.steps.steps) + 1)))
        for begin in range(0, len(every), size):
            columns = every[begin : begin + size]
            yield from self._pass(kind, wanted, columns, first, seen, stop, J)
            report((begin + len(columns)) / len(every))

    def _pass(
        self,
        kind: type[Stack],
        wanted: NDArray[np.bool_],
        columns: NDArray[np.intp],
        first: Floats,
        seen: Seen,
        stop: Stop,
        J: Mapping[int, Floats] | None,
    ) -> Iterator[Visit]:
        start, nothing = kind.start(len(columns), first), kind.start(len(columns), np.zeros_like(first))
        kept = {int(columns[0]): _where(columns == columns[0], start, nothing)}
        last = int(np.flatnonzero(wanted[:, columns].any(axis=1))[-1])
        for t in range(int(columns[0]) + 1, last + 1):
            if stop():
                raise Stopped
            read = [delay for delay in self.steps.delays if t - delay in kept]
            past = _beside([kept[t - delay] for delay in read])
            plain = None if J is None else np.concatenate([J[delay][t - 1] for delay in read], axis=1)
            stack = self._step(t, read, past, plain)
            kept[t] = _where(columns == t, start, stack)
            kept.pop(t - max(self.steps.delays), None)
            begun = columns < t
            if (wanted[t, columns] & begun).any():
                yield Visit(t, columns, wanted[t, columns] & begun, of_rows(kept[t], len(columns), seen))

    def _step(self, t: int, read: list[int], past: Stack, plain: Floats | None) -> Stack:
        """Return the products that end at t from those that ended some delays before, one below the other."""
        if isinstance(past, Unscaled):
            assert plain is not None
            return past.before(plain)
        J = [self.steps.log_jacobian(t, delay) for delay in read]
        row = Signed(*(np.concatenate(parts, axis=1) for parts in ([one.log for one in J], [one.sign for one in J])))
        if isinstance(past, DoubleDouble):
            return past.before(row.value(), row)
        error = self.steps.log_error_entries(t)
        if error is not None and read[0] == 1:
            # That of J by the last state is known.
            error = np.concatenate([error, np.full((len(error), row.log.shape[1] - len(error)), -np.inf)], axis=1)
        return past.before(row, error)


def _beside(stacks: list[Stack]) -> Stack:
    """Return the rows of the products of some stacks one below the other."""
    parts = (np.concatenate([getattr(one, f.name) for one in stacks], axis=1) for f in fields(stacks[0]))
    return type(stacks[0])(*parts)


def bytes_needed(delays: tuple[int, ...], T: int, N: int) -> int:
    """Return the most memory that all pairs of T steps of a state of width N take."""
    one = 8 * N * N * (_deepest(delays, T) + 1)
    return table_bytes(T, N) + 8 * (T + 1) * N * N * len(delays) + 3 * max(one, min(_STACK_BYTES, one * T))


def _deepest(delays: tuple[int, ...], T: int) -> int:
    """Return of how many steps ago the oldest state is that T steps read."""
    return min(max(delays), T)


def _enter_largest(visit: Visit, L: Floats) -> None:
    """Put the 2-norms of a visit where they belong."""
    matrices, log = visit.stack.products()
    norms = np.linalg.norm(matrices[visit.wanted], 2, axis=(1, 2))
    L[visit.t, visit.columns[visit.wanted]] = log[visit.wanted] + np.log(norms)


def _where(which: NDArray[np.bool_], one: Stack, other: Stack) -> Stack:
    """Return the products of one stack where ``which`` (K,) says so, else of the other."""

    def chosen(name: str) -> NDArray[Any]:
        a, b = getattr(one, name), getattr(other, name)
        return np.where(which.reshape(-1, *(1,) * (a.ndim - 1)), a, b)

    return type(one)(*(chosen(f.name) for f in fields(one)))
