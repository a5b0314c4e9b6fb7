"""Reading six: every entry of J_t as logarithm and sign, exact where the plain entry underflows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.contract import spread_logs
from explorer.engine.recurrence.expressions.expression import Pointwise, Reduction
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.motion import Path
from explorer.engine.recurrence.readings.arithmetic import Logarithmic
from explorer.engine.recurrence.readings.derivative import Readings, Terms
from explorer.engine.recurrence.readings.formula import formula
from explorer.engine.recurrence.readings.jacobian import blocks, diagonal, lead, left, unmoved, whole
from explorer.engine.recurrence.readings.linear import Linear, Term
from explorer.engine.recurrence.readings.logvalue import Known, LogValues, at_infinity, of_plain, starts_at_infinity
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.signed import Signed

LOGS = Linear(Logarithmic())


def log_terms(step: Step, found: LogValues) -> list[Terms]:
    """Return the derivative of each part of the new state by each state that it reads, its factors in logarithms."""
    with np.errstate(all="ignore"):
        return formula(step).numbers(LOGS.arithmetic, readings(step, found))


def log_jacobian(step: Step, found: LogValues, delay: int = 1, path: Path = "whole") -> Signed:
    """Return J (…, N, N) as `jacobian.dense` does, entry by entry in logarithms."""
    with np.errstate(all="ignore"):
        return log_dense(step, log_terms(step, found), delay, path, lead(step, [one.log for one in found]))


def log_dense(step: Step, rows: Sequence[Terms], delay: int, path: Path, leading: tuple[int, ...]) -> Signed:
    """Return the sum of terms (…, N, N)."""
    kept: dict[tuple[str, str], list[Signed]] = {}
    for row, column, term in blocks(step, rows, delay, path):
        entries = log_entries(term, leading, step.state_shape(row), step.state_shape(column))
        kept.setdefault((row, column), []).append(entries)
    log, sign = np.full((*leading, step.N, step.N), -np.inf), np.zeros((*leading, step.N, step.N))
    for (row, column), summands in kept.items():
        total = summands[0] if len(summands) == 1 else logs.total(summands)
        log[..., step.parts[row], step.parts[column]] = total.log
        sign[..., step.parts[row], step.parts[column]] = total.sign
    return Signed(log, sign)


def log_entries(term: Term, leading: tuple[int, ...], rows: tuple[int, ...], columns: tuple[int, ...]) -> Signed:
    """Return a term as a matrix (…, p, q)."""
    product = whole(LOGS, term)
    number = spread_logs(product.number, product.labels, left(term, len(rows), len(columns)))
    if len(rows) == len(columns) == 1 and not term.deltas:
        full = (*leading, *rows, *columns)
        return Signed(np.broadcast_to(number.log, full), np.broadcast_to(number.sign, full))
    log, sign = np.full((*leading, *rows, *columns), -np.inf), np.zeros((*leading, *rows, *columns))
    diagonal(log, term, rows, columns)[...] = number.log
    diagonal(sign, term, rows, columns)[...] = number.sign
    shape = (*leading, int(np.prod(rows)), int(np.prod(columns)))
    return Signed(log.reshape(shape), sign.reshape(shape))


def readings(step: Step, found: LogValues) -> Readings:
    """Return what a derivative in logarithms multiplies by."""
    infinite = starts_at_infinity(step)

    @cache
    def slopes(place: int) -> tuple[Signed | None, ...]:
        node = step.recurrence.graph[place]
        args = [found[arg] for arg in node.args]
        match node.operator:
            case Pointwise(name=name):
                found_slopes = FUNCTIONS[name].log_slopes(*args)
                return tuple(at_infinity(one, args) if one and infinite else one for one in found_slopes)
            case Reduction(name=name):
                return (MEASURES[name].log_slope(*args),)
        raise TypeError(node.operator)

    def mask(place: int) -> Known | None:
        plain = unmoved(step, place, found[place].plain)
        return None if plain is None else of_plain(plain)

    return Readings(lambda place: found[place], slopes, mask)
