"""How far the rows of all J of a run may be off, from its terms, without any J entry by entry; see `unsure`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.norms import norm_of_logs
from explorer.engine.recurrence.readings.formula import formula
from explorer.engine.recurrence.readings.jacobian import blocks
from explorer.engine.recurrence.readings.linear import Factor, Term, relabelled
from explorer.engine.recurrence.readings.logvalue import LogValues
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.readings.unsure import (
    LOG_EPSILON,
    LOG_FEW,
    LOG_LOST,
    LOG_MUCH,
    WithErrors,
    doubtful_readings,
    log_errors,
    value_errors,
)


def log_row_errors(
    step: Step, found: LogValues, T: int, of_states: Floats | None, log_rows: Callable[[], Floats]
) -> Floats | None:
    """Return ln of the largest norm of a row (T,) of what J_1..J_T are off by; None for nothing.

    Of the terms of a row, which ``log_rows`` returns the norms (T, N) of, only what cancels as a whole counts: an entry that
    happens to is off by no more than its row's rounding.
    """
    if any(len(step.state_shape(state.name)) != 1 for state in step.recurrence.states):
        errors = log_errors(step, found, of_states)
        return None if errors is None else np.asarray(norm_of_logs(errors).max(axis=-1))
    with np.errstate(all="ignore"):
        rows, terms = np.full((2, T, step.N), -np.inf), np.zeros(step.N, dtype=np.intp)
        made = formula(step, 1).numbers(
            WithErrors(), doubtful_readings(step, found, value_errors(step, found, of_states))
        )
        for row, _, term in blocks(step, made, 1):
            at = step.parts[row]
            terms[at] += 1
            for kept, found_sizes in zip(rows, _row_sizes(term), strict=True):
                for one in found_sizes:
                    np.logaddexp(kept[:, at], one, out=kept[:, at])
        errors, sizes = rows
        if (terms > 1).any():
            little = (log_rows() < sizes + LOG_MUCH) & (terms > 1) & (sizes > -np.inf)
            errors = np.logaddexp(errors, np.where(little, sizes + LOG_EPSILON + LOG_FEW, -np.inf))
    return None if np.isneginf(errors).all() else np.asarray(errors.max(axis=-1))


def _row_sizes(term: Term) -> tuple[list[Floats], list[Floats]]:
    """Return ln of the norms of rows of what a term is off by, and of the term, (…, p) each or (…, 1)."""
    bound = {column: row for row, column in term.deltas}
    factors = [relabelled(one, bound) for one in (term.coefficient, term.base) if one is not None]
    norms = [_row_norm(one, one.number.number.log) for one in factors]
    errors = []
    for which, factor in enumerate(factors):
        wrong = factor.number.error
        if wrong is not None:
            log = np.where(wrong.log > factor.number.number.log + LOG_LOST, wrong.log, -np.inf)
            others = [norm for other, norm in enumerate(norms) if other != which]
            errors.append(sum(others, _row_norm(factor, log)))
    return errors, [sum(norms, np.zeros(1))]


def _row_norm(factor: Factor, log: Floats) -> Floats:
    """Return ln of the norms of rows (…, p) or (…, 1) of a factor, given by the logarithms of its entries."""
    if "a" in factor.labels:
        log = norm_of_logs(log if factor.labels[-1] == "a" else np.swapaxes(log, -1, -2))
    return log if "i" in factor.labels else np.asarray(log)[..., None]
