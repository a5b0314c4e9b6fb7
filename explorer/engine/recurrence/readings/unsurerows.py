"""How far the rows of all J of a run may be off, from its terms, without any J entry by entry; see `unsure`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.norms import norm_of_logs
from explorer.engine.recurrence.readings.compact import nothing, summands
from explorer.engine.recurrence.readings.doubtful import LOG_EPSILON, LOG_FEW, LOG_MUCH, Doubtful, WithErrors
from explorer.engine.recurrence.readings.formula import formula
from explorer.engine.recurrence.readings.jacobian import blocks, lead
from explorer.engine.recurrence.readings.linear import Factor, Linear, Term, relabelled
from explorer.engine.recurrence.readings.logvalue import LogValues
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.readings.structure import DIAGONAL, IDENTITY, SMALL, ZERO, structure
from explorer.engine.recurrence.readings.unsure import (
    LOG_LOST,
    doubtful_readings,
    log_errors,
    lost_entries,
    value_errors,
)
from explorer.engine.work import Stop

# Entries of J, and steps at least, of which the errors are found together.
_ENTRIES, _FEWEST = 2**20, 8


@dataclass(frozen=True, slots=True)
class RowErrors:
    """ln of the largest norm of a row of what J_1..J_T are off by: of all J (T,), and of each block (T, P, P) of its P parts.

    ``blocks`` are None where only of whole rows something is known.
    """

    largest: Floats
    blocks: Floats | None = None


def log_row_errors(
    step: Step, found: LogValues, T: int, of_states: Floats | None, log_rows: Callable[[NDArray[np.intp]], Floats]
) -> RowErrors | None:
    """Return what the rows of J_1..J_T are off by; None for nothing.

    Of the terms of a row only what cancels as a whole counts: an entry that happens to is off by no more than its row's
    rounding. ``log_rows`` returns ln of the norms of the rows (·, N) of J_{t+1} for some t.
    """
    if structure(step).whole in SMALL:
        return _whole(_of_compact(step, log_compact_errors(step, found, of_states)))
    if any(len(step.state_shape(state.name)) != 1 for state in step.recurrence.states):
        errors = log_errors(step, found, of_states)
        return None if errors is None else RowErrors(np.asarray(norm_of_logs(errors).max(axis=-1)))
    with np.errstate(all="ignore"):
        errors, sizes, least = np.full((3, T, step.N), -np.inf)
        made = formula(step, 1).numbers(
            WithErrors(), doubtful_readings(step, found, value_errors(step, found, of_states))
        )
        parts, by_block = list(step.parts), dict[tuple[str, str], list[Term]]()
        in_blocks = np.full((T, len(parts), len(parts)), -np.inf)
        for row, column, term in blocks(step, made, 1):
            by_block.setdefault((row, column), []).append(term)
        for (row, column), terms in by_block.items():
            at, own = step.parts[row], np.full((T, step.parts[row].stop - step.parts[row].start), -np.inf)
            for term in terms:
                wrong, size = _row_sizes(term)
                for one in wrong:
                    np.logaddexp(own, one, out=own)
                np.maximum(sizes[:, at], size, out=sizes[:, at])
                if len(terms) == 1:
                    # What stands alone in its block can't cancel.
                    np.maximum(least[:, at], size, out=least[:, at])
            np.logaddexp(errors[:, at], own, out=errors[:, at])
            in_blocks[:, parts.index(row), parts.index(column)] = own.max(axis=-1)
        most = sizes + np.log(max(1, max(map(len, by_block.values()), default=1)))
        open_ = np.flatnonzero(((least < most + LOG_MUCH) & (sizes > -np.inf)).any(axis=-1))
        if len(open_):
            little = (log_rows(open_) < most[open_] + LOG_MUCH) & (sizes[open_] > -np.inf)
            wrong_rows = np.where(little, most[open_] + LOG_EPSILON + LOG_FEW, -np.inf)
            errors[open_] = np.logaddexp(errors[open_], wrong_rows)
            for row, column in by_block:
                # Which of its blocks have cancelled is not known of a row.
                block = in_blocks[:, parts.index(row), parts.index(column)]
                block[open_] = np.logaddexp(block[open_], wrong_rows[:, step.parts[row]].max(axis=-1))
    return None if np.isneginf(errors).all() else RowErrors(np.asarray(errors.max(axis=-1)), in_blocks)


def log_row_errors_of_all(
    step: Step,
    values_at: Callable[[slice], LogValues],
    T: int,
    of_states: Floats | None,
    log_rows: Callable[[NDArray[np.intp]], Floats],
    stop: Stop,
) -> RowErrors | None:
    """Return what `log_row_errors` does of T steps, ``values_at`` some of which are asked for at a time.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    together, found = max(_FEWEST, _ENTRIES // step.N**2), list[RowErrors | None]()
    for first in range(0, T, together):
        if stop():
            raise Stopped
        some = slice(first, min(first + together, T))

        def rows(here: NDArray[np.intp], first: int = first) -> Floats:
            return log_rows(here + first)

        off = None if of_states is None else of_states[some]
        found.append(log_row_errors(step, values_at(some), some.stop - first, off, rows))
    return _joined(found, together, T)


def _joined(found: Sequence[RowErrors | None], together: int, T: int) -> RowErrors | None:
    """Return what the rows of T steps are off by, found of so many ``together``; None for nothing."""
    some = [one for one in found if one is not None]
    if not some:
        return None
    of_blocks = some[0].blocks
    every = RowErrors(np.full(T, -np.inf), None if of_blocks is None else np.full((T, *of_blocks.shape[1:]), -np.inf))
    for number, one in enumerate(found):
        here = slice(number * together, (number + 1) * together)
        if one is not None:
            every.largest[here] = one.largest
            if every.blocks is not None and one.blocks is not None:
                every.blocks[here] = one.blocks
    return every


def _whole(largest: Floats | None) -> RowErrors | None:
    return None if largest is None else RowErrors(largest)


def log_compact_errors(step: Step, found: LogValues, of_states: Floats | None) -> Floats | None:
    """Return ln of how far each entry of J in its small form may be off, as `log_errors` does of J; None for nothing.

    Raises
    ------
    BadNetwork
        If it has none.
    """
    linear, leading = Linear(WithErrors()), lead(step, [one.log for one in found])
    with np.errstate(all="ignore"):
        values = value_errors(step, found, of_states)
        rows = formula(step, 1).numbers(linear.arithmetic, doubtful_readings(step, found, values))
        made = [Doubtful(nothing(step, leading))]
        for product, put in summands(step, linear, rows, leading):
            made.append(Doubtful(put(product.number), product.error and put(product.error)))
        return lost_entries(WithErrors().add([""] * len(made), made))


def _of_compact(step: Step, errors: Floats | None) -> Floats | None:
    """Return ln of the largest norm of a row (T,) from the errors of the small form."""
    if errors is None:
        return None
    rows = errors if structure(step).whole in (DIAGONAL, ZERO, IDENTITY) else norm_of_logs(errors)
    return np.asarray(rows.reshape(len(rows), -1).max(axis=1))


def _row_sizes(term: Term) -> tuple[list[Floats], Floats]:
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
    return errors, sum(norms, np.zeros(1))


def _row_norm(factor: Factor, log: Floats) -> Floats:
    """Return ln of the norms of rows (…, p) or (…, 1) of a factor, given by the logarithms of its entries."""
    if "a" in factor.labels:
        log = norm_of_logs(log if factor.labels[-1] == "a" else np.swapaxes(log, -1, -2))
    return log if "i" in factor.labels else np.asarray(log)[..., None]
