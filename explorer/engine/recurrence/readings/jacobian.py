"""Reading four: J_t = ∂s_t/∂s_{t−1}, and by older states, in terms and dense, in float64.

``terms`` are what the equations make J of, ``dense`` their sum. What leaves the range of float64 on the way is lost here; see
`exact`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import spread
from explorer.engine.recurrence.expressions.expression import Leaf, Pointwise, Reduction
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.motion import Path
from explorer.engine.recurrence.readings.arithmetic import Plain
from explorer.engine.recurrence.readings.derivative import Readings, Terms
from explorer.engine.recurrence.readings.formula import formula, is_on
from explorer.engine.recurrence.readings.linear import COLUMNS, ROWS, Factor, Linear, Term, relabelled
from explorer.engine.recurrence.readings.step import Step, Values
from explorer.engine.recurrence.scaled import sum_of_scaled

PLAIN = Linear(Plain())


def terms(step: Step, found: Values, delay: int | None = None, path: Path = "whole") -> list[Terms]:
    """Return the derivative of each part of the new state by each state that it reads, or by those of one ``delay``."""
    with np.errstate(all="ignore"):
        return formula(step, delay, path).numbers(PLAIN.arithmetic, _readings(step, found))


def dense(step: Step, found: Values, delay: int = 1, path: Path = "whole") -> Floats:
    """Return J (…, N, N) by the state of ``delay`` steps ago; row = entry of s_t, column = entry of s_{t−delay}.

    Of the ``path`` "direct" every product of a weight matrix and a state is held fixed; "gates" is the rest.
    """
    with np.errstate(all="ignore"):
        return assembled(step, terms(step, found, delay, path), lead(step, found), delay, path)


def assembled(
    step: Step, rows: Sequence[Terms], leading: tuple[int, ...], delay: int = 1, path: Path = "whole"
) -> Floats:
    """Return the sum of terms as J (…, N, N), each written into its block once."""
    kept: dict[tuple[str, str], list[Term]] = {}
    for row, column, term in blocks(step, rows, delay, path):
        kept.setdefault((row, column), []).append(term)
    J = np.empty((*leading, step.N, step.N))
    for row, column in product(step.parts, step.parts):
        some = kept.get((row, column), [])
        block = J[..., step.parts[row], step.parts[column]]
        flat = [term for term in some if is_scaled_weight(term)]
        if flat:
            matrices = [
                term.base.number if term.base.labels == "ia" else term.base.number.T for term in flat if term.base
            ]
            sum_of_scaled(block, [_coefficient(term) for term in flat], matrices)
        else:
            block[...] = 0.0
        for term in some:
            if not is_scaled_weight(term):
                _add(block, term, step.state_shape(row), step.state_shape(column))
    return J


def is_scaled_weight(term: Term) -> bool:
    """Return whether a term in plain numbers is a weight matrix of one network with its rows scaled."""
    base = term.base
    return (
        not term.deltas
        and base is not None
        and base.lasting
        and base.labels in ("ia", "ai")
        and (term.coefficient is None or term.coefficient.labels in ("", "i"))
        and np.ndim(base.number) == 2
    )


def _coefficient(term: Term) -> Floats:
    """Return a term's coefficient (…, p), or (…, 1) where it is the same for all rows."""
    if term.coefficient is None:
        return np.ones(1)
    number = np.asarray(term.coefficient.number)
    return number if term.coefficient.labels == "i" else number[..., None]


def blocks(step: Step, rows: Sequence[Terms], delay: int, path: Path = "whole") -> Iterator[tuple[str, str, Term]]:
    """Yield the terms of J by the state of ``delay`` steps ago, with the parts of their row and column."""
    for state, by in zip(step.recurrence.states, rows, strict=True):
        for (column, steps), found in by.items():
            if steps == delay:
                yield from ((state.name, column, term) for term in found if is_on(term, path))


def lead(step: Step, found: Values) -> tuple[int, ...]:
    """Return the leading axes of the values."""
    ranks = [len(node.shape) for node in step.recurrence.graph]
    return np.broadcast_shapes(
        *(np.shape(value)[: np.ndim(value) - rank] for value, rank in zip(found, ranks, strict=True))
    )


def _add(block: Floats, term: Term, rows: tuple[int, ...], columns: tuple[int, ...]) -> None:
    """Add a term to a block (…, p, q) of J."""
    number, labels = whole(PLAIN, term), left(term, len(rows), len(columns))
    plain = len(rows) == len(columns) == 1
    entries = block if plain else np.zeros((*block.shape[:-2], *rows, *columns))
    diagonal(entries, term, rows, columns)[...] += spread(number.number, number.labels, labels)
    if not plain:
        block += entries.reshape(block.shape)


def whole(linear: Linear, term: Term) -> Factor:
    """Return a term's product; a column that a delta binds has its row's label."""
    bound = {column: row for row, column in term.deltas}
    made: Factor | None = None
    for factor in linear.factors(term):
        made = linear.times(made, relabelled(factor, bound))
    return made or Factor("", linear.arithmetic.one(1.0))


def diagonal(entries: Floats, term: Term, rows: tuple[int, ...], columns: tuple[int, ...]) -> Floats:
    """Return a view of the entries (…, rows, columns) that a term's deltas leave, by the labels that are left."""
    if not entries.ndim:
        # Of one number NumPy gives no view.
        return entries
    bound = {column: row for row, column in term.deltas}
    every = ROWS[len(rows)] + "".join(bound.get(label, label) for label in COLUMNS[len(columns)])
    return np.einsum(f"...{every}->...{left(term, len(rows), len(columns))}", entries)


def left(term: Term, rows: int, columns: int) -> str:
    """Return the labels of a block that a term's deltas leave."""
    bound = {column for _, column in term.deltas}
    return ROWS[rows] + "".join(label for label in COLUMNS[columns] if label not in bound)


def _readings(step: Step, found: Values) -> Readings:
    @cache
    def slopes(place: int) -> tuple[Floats | None, ...]:
        node = step.recurrence.graph[place]
        args = [found[arg] for arg in node.args]
        match node.operator:
            case Pointwise(name=name):
                return FUNCTIONS[name].slopes(*args)
            case Reduction(name=name):
                return (MEASURES[name].slope(*args),)
        raise TypeError(node.operator)

    return Readings(lambda place: found[place], slopes, lambda place: unmoved(step, place, found[place]))


def unmoved(step: Step, place: int, value: Floats) -> Floats | None:
    """Return 1 where a state can be moved and 0 where it is −∞; None for one that starts from a finite number."""
    leaf = step.recurrence.graph[place].operator
    starts = {state.name: state.start for state in step.recurrence.states}
    if isinstance(leaf, Leaf) and np.isinf(starts[leaf.name]):
        return np.isfinite(value).astype(np.float64)
    return None
