"""J in float64 with the digits of what float64 can't hold on the way: the plain one, and from logarithms where it must be.

A gate of e^−800 before a weight of e^300 is no zero, and neither need two slopes be that meet with a large state between.
Rows of which a factor is wrong, or near the end of float64, are made again in logarithms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.contract import spread
from explorer.engine.recurrence.motion import Path
from explorer.engine.recurrence.readings.derivative import Terms
from explorer.engine.recurrence.readings.jacobian import assembled, blocks, lead, terms
from explorer.engine.recurrence.readings.linear import Factor, Term, relabelled
from explorer.engine.recurrence.readings.logjacobian import log_dense, log_terms
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import Given, Step, Values, Weights
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.readings.within import Span, is_within, of_weights
from explorer.engine.signed import Signed

# Nats: beyond this a factor is near the end of float64, where its product with another need not be.
_FAR = 700.0
# A factor that differs by more from that of the logarithms has lost something on its way.
_CLOSE = 1e-9
_AT_A_TIME = 2**21

Wrong = NDArray[np.bool_]
Pairs = Sequence[tuple[Term, Term]]
"""Terms of one block of J, plain and in logarithms."""


@np.errstate(all="ignore")
def jacobian(step: Step, weights: Weights, given: Given, delay: int = 1, path: Path = "whole") -> Floats:
    """Return J (N, N), or (T, N, N) for s (T, N), as `jacobian.dense` does; weights are those of one network."""
    found = values(step, weights, given)
    leading = lead(step, found)
    J = of_values(
        step,
        found,
        leading or (1,),
        of_weights(step, found),
        lambda: log_terms(step, log_values(step, weights, given)),
        delay,
        path,
    )
    return J if leading else J[0]


@np.errstate(all="ignore")
def of_values(
    step: Step,
    found: Values,
    leading: tuple[int, ...],
    spans: Mapping[int, Span],
    log_rows: Callable[[], Sequence[Terms]],
    delay: int = 1,
    path: Path = "whole",
) -> Floats:
    """Return J (T, N, N) from the values of a run, None for those that no other needs.

    ``leading`` is (T,), ``spans`` are those of the weights, ``log_rows`` works out the terms in logarithms.
    """
    rows = terms(step, found, delay, path)
    J = assembled(step, rows, leading, delay, path)
    if not is_within(step, found, spans):
        _mend(step, J, rows, log_rows(), delay, path)
    return J


def _mend(step: Step, J: Floats, rows: Sequence[Terms], log_rows: Sequence[Terms], delay: int, path: Path) -> None:
    """Put into J (T, N, N) what its terms ``rows`` in float64 lost; ``log_rows`` are the same in logarithms."""
    kept: dict[tuple[str, str], list[tuple[Term, Term]]] = {}
    both = zip(blocks(step, rows, delay, path), blocks(step, log_rows, delay, path), strict=True)
    for (row, column, term), (_, _, log_term) in both:
        kept.setdefault((row, column), []).append((term, log_term))
    if any(len(step.state_shape(name)) != 1 for block in kept for name in block) or any(
        _is_twofold(term) for pairs in kept.values() for term, _ in pairs
    ):
        _mend_steps(step, J, kept, log_rows, delay, path)
        return
    for (row, column), pairs in kept.items():
        block = J[:, step.parts[row], step.parts[column]]
        wrong = np.zeros(block.shape[:2], dtype=np.bool_)
        for pair in pairs:
            wrong |= _wrong(*pair, "i")
        _mend_rows(block, [term for _, term in pairs], *np.nonzero(wrong))


def _is_twofold(term: Term) -> bool:
    """Return whether a term has a diagonal of a matrix of its own."""
    return bool(term.deltas) and term.base is not None and len(term.base.labels) > 1


def _mend_steps(
    step: Step,
    J: Floats,
    kept: dict[tuple[str, str], list[tuple[Term, Term]]],
    log_rows: Sequence[Terms],
    delay: int,
    path: Path,
) -> None:
    """Make whole steps again: parts that are matrices have no simple rows."""
    wrong = np.zeros(len(J), dtype=np.bool_)
    for pairs in kept.values():
        for pair in pairs:
            wrong |= _wrong(*pair, "")
    for t in np.flatnonzero(wrong):
        J[t] = log_dense(step, [during(terms, int(t)) for terms in log_rows], delay, path, ()).value()


def during(terms: Terms, some: int | slice) -> Terms:
    """Return the terms of some of the steps, or of one."""
    return {column: tuple(_during(term, some) for term in found) for column, found in terms.items()}


def _during(term: Term, some: int | slice) -> Term:
    return Term(term.deltas, _factor_during(term.coefficient, some), _factor_during(term.base, some), term.direct)


def _factor_during(factor: Factor | None, some: int | slice) -> Factor | None:
    if factor is None or factor.lasting:
        return factor
    size = factor.number.log if isinstance(factor.number, Signed) else factor.number
    return Factor(factor.labels, factor.number[some]) if np.ndim(size) > len(factor.labels) else factor


def _wrong(term: Term, log_term: Term, kept: str) -> Wrong:
    """Return where, by step and by ``kept`` labels, a factor of a term is far out, or not what its logarithm says."""
    found: Wrong = np.zeros((1,) * (1 + len(kept)), dtype=np.bool_)
    bound = {column: row for row, column in term.deltas} if kept else {}
    for plain, one in ((term.coefficient, log_term.coefficient), (term.base, log_term.base)):
        if plain is None or one is None or plain.lasting:
            continue
        log, number = relabelled(one, bound), one.number
        value = number.value()
        same = (np.abs(plain.number - value) <= _CLOSE * np.abs(value)) | (np.isnan(plain.number) & np.isnan(value))
        far = (np.isfinite(number.log) & (np.abs(number.log) > _FAR)) | ~(same | (plain.number == value))
        gone = tuple(place - len(log.labels) for place, label in enumerate(log.labels) if label not in kept)
        left = "".join(label for label in log.labels if label in kept)
        some = _spread(np.asarray(far.any(axis=gone)), left, kept)
        found = found | (some if some.ndim > len(kept) else some[None])
    return found


def _spread(which: Wrong, labels: str, over: str) -> Wrong:
    return which if labels == over or not which.ndim else which[..., None]


def _mend_rows(block: Floats, terms: Sequence[Term], steps: NDArray[np.intp], units: NDArray[np.intp]) -> None:
    """Make some rows of a block (T, p, q) again in logarithms."""
    size = max(1, _AT_A_TIME // (8 * block.shape[2] * max(1, len(terms))))
    for first in range(0, len(steps), size):
        at = steps[first : first + size], units[first : first + size]
        shape = (len(at[0]), block.shape[2])
        rows = [_row(term, *at, shape) for term in terms]
        block[at] = (rows[0] if len(rows) == 1 else logs.total(rows)).value()


def _row(term: Term, steps: NDArray[np.intp], units: NDArray[np.intp], shape: tuple[int, int]) -> Signed:
    """Return rows (…, q) of a term in logarithms."""
    bound = {column: row for row, column in term.deltas}
    row = Signed(np.zeros((1, 1)), np.ones((1, 1)))
    for factor in (term.coefficient, term.base):
        if factor is not None:
            row = logs.product(row, _picked(relabelled(factor, bound), steps, units))
    row = Signed(np.broadcast_to(row.log, shape), np.broadcast_to(row.sign, shape))
    if not bound:
        return row
    own = units[:, None] == np.arange(shape[1])
    return logs.chosen(own, row, Signed(np.full(shape, -np.inf), np.zeros(shape)))


def _picked(factor: Factor, steps: NDArray[np.intp], units: NDArray[np.intp]) -> Signed:
    """Return a factor at some steps and rows, (…, q) or (…, 1)."""

    def pick(array: Floats) -> Floats:
        whole = spread(array, factor.labels, "ia") if np.ndim(array) else np.asarray(array)[None, None]
        whole = whole if whole.ndim > 2 else whole[None]
        return np.asarray(whole[steps * (len(whole) > 1), units * (whole.shape[1] > 1)])

    return Signed(pick(factor.number.log), pick(factor.number.sign))
