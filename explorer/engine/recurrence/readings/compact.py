"""J in the small form of its structure, plain and in logarithms.

(…, N) for a diagonal, zeros and ones too; (…, n, P, P) for P parts whose blocks are all diagonal, a small matrix a unit; the
factor (…, K, K) that is no identity of a Kronecker product, B of I ⊗ B or A of A ⊗ I.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.contract import spread
from explorer.engine.recurrence.readings.derivative import Terms
from explorer.engine.recurrence.readings.jacobian import PLAIN, blocks, lead, terms, whole
from explorer.engine.recurrence.readings.linear import Linear, Number, Term
from explorer.engine.recurrence.readings.logjacobian import LOGS, log_terms
from explorer.engine.recurrence.readings.logvalue import LogValues
from explorer.engine.recurrence.readings.step import Step, Values
from explorer.engine.recurrence.readings.structure import COLUMNS_ALIKE, ROWS_ALIKE, SMALL, UNITS, structure
from explorer.engine.signed import Signed

View = Callable[[Floats, str, str, Term], tuple[Floats, str]]
"""From an array of the small form, a block and a term of it: the entries that the term fills, and their labels."""


def compact(step: Step, found: Values, leading: tuple[int, ...] | None = None) -> Floats:
    """Return J by the last state in its small form; ``leading`` are the axes of the values, if some are not there.

    Raises
    ------
    BadNetwork
        If it has none.
    """
    shape, view = _form(step)
    with np.errstate(all="ignore"):
        J = np.zeros((*(lead(step, found) if leading is None else leading), *shape))
        for row, column, term, number, labels in _products(step, PLAIN, terms(step, found)):
            entries, left = view(J, row, column, term)
            entries += spread(number, labels, left)
    return J


def log_compact(step: Step, found: LogValues) -> Signed:
    """Return the same in logarithms.

    Raises
    ------
    BadNetwork
        If it has none.
    """
    with np.errstate(all="ignore"):
        leading = lead(step, [one.log for one in found])
        made = [put(number) for number, put in summands(step, LOGS, log_terms(step, found), leading)]
        return logs.total([nothing(step, leading), *made])


def times(step: Step, J: Floats, v: Floats) -> Floats:
    """Return J v (N,) of one J in its small form and a direction v (N,)."""
    kind = structure(step).whole
    if kind in (ROWS_ALIKE, COLUMNS_ALIKE):
        V = v.reshape(step.state_shape(step.recurrence.states[0].name))
        return (V @ J.T if kind == ROWS_ALIKE else J @ V).ravel()
    if kind == UNITS:
        return np.einsum("iab,bi->ai", J, v.reshape(J.shape[-1], -1)).ravel()
    return J * v


def nothing(step: Step, leading: tuple[int, ...]) -> Signed:
    """Return zeros in the small form, in logarithms."""
    shape = (*leading, *_form(step)[0])
    return Signed(np.full(shape, -np.inf), np.zeros(shape))


def summands(
    step: Step, linear: Linear, rows: Sequence[Terms], leading: tuple[int, ...]
) -> Iterator[tuple[Number, Callable[[Signed], Signed]]]:
    """Yield each term's product, and what writes a number made like it into zeros of the small form."""
    _, view = _form(step)
    for row, column, term, product, labels in _products(step, linear, rows):

        def put(number: Signed, at: tuple[str, str, Term, str] = (row, column, term, labels)) -> Signed:
            row, column, term, labels = at
            one = nothing(step, leading)
            for array, some in ((one.log, number.log), (one.sign, number.sign)):
                entries, left = view(array, row, column, term)
                entries[...] = spread(some, labels, left)
            return one

        yield product, put


def _products(step: Step, linear: Linear, rows: Sequence[Terms]) -> list[tuple[str, str, Term, Number, str]]:
    """Return each term of J with its product and the product's labels."""
    found = []
    for row, column, term in blocks(step, rows, 1):
        product = whole(linear, term)
        found.append((row, column, term, product.number, product.labels))
    return found


def _form(step: Step) -> tuple[tuple[int, ...], View]:
    """Return the shape of the small form, and where in it a term stands."""
    kind = structure(step).whole
    if kind not in SMALL:
        raise BadNetwork(
            "The Jacobian of {name} has no small form: it is {kind}.", name=step.recurrence.name, kind=kind
        )
    if kind in (ROWS_ALIKE, COLUMNS_ALIKE):
        return _factor(step, kind)
    return _units(step) if kind == UNITS else _diagonal(step)


def _diagonal(step: Step) -> tuple[tuple[int, ...], View]:
    def view(array: Floats, row: str, _: str, __: Term) -> tuple[Floats, str]:
        shape = step.state_shape(row)
        part = array[..., step.parts[row]]
        return part.reshape((*part.shape[:-1], *shape)), "ij"[: len(shape)]

    return (step.N,), view


def _units(step: Step) -> tuple[tuple[int, ...], View]:
    names = [state.name for state in step.recurrence.states]
    shape = step.state_shape(names[0])

    def view(array: Floats, row: str, column: str, _: Term) -> tuple[Floats, str]:
        block = array[..., names.index(row), names.index(column)]
        return block.reshape((*block.shape[:-1], *shape)), "ij"[: len(shape)]

    return (int(np.prod(shape)), len(names), len(names)), view


def _factor(step: Step, kind: str) -> tuple[tuple[int, ...], View]:
    row, column = "jb" if kind == ROWS_ALIKE else "ia"
    size = step.state_shape(step.recurrence.states[0].name)["ij".index(row)]

    def view(array: Floats, _: str, __: str, term: Term) -> tuple[Floats, str]:
        if (row, column) in term.deltas:
            return np.einsum("...ii->...i", array), row
        return array, row + column

    return (size, size), view
