"""What J is made like, read off the equations alone; `compact` makes J in that form.

A block is zero, the identity, diagonal, a Kronecker product with an identity (a matrix state whose rows, or columns, are all
carried alike), or dense. Of the whole: if every block is diagonal, units don't mix, and J is one number a unit, or a small
matrix a unit where the state has parts; a matrix state's J is one small factor. A state whose line reads another's
new value makes J a product of half-steps. States of two and more steps ago are registers: blocks of their own, left out of N.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from explorer.engine.recurrence.expressions.expression import ancestors
from explorer.engine.recurrence.readings.derivative import columns
from explorer.engine.recurrence.readings.formula import formula
from explorer.engine.recurrence.readings.linear import Term
from explorer.engine.recurrence.readings.step import Step

ZERO, IDENTITY, DIAGONAL, DENSE = "zero", "identity", "diagonal", "dense"
ROWS_ALIKE, COLUMNS_ALIKE = "kronecker I⊗B", "kronecker A⊗I"
UNITS, BLOCKS = "units", "blocks"
SMALL = (ZERO, IDENTITY, DIAGONAL, UNITS, ROWS_ALIKE, COLUMNS_ALIKE)
_ROW, _COLUMN = ("i", "a"), ("j", "b")


@dataclass(frozen=True, slots=True)
class Structure:
    """``whole`` names the form of J by the last state; ``blocks`` that of each block, (row, column, delay).

    ``half_steps`` are the parts in the order in which they are made, where one reads another's new value; else it is empty.
    """

    whole: str
    blocks: Mapping[tuple[str, str, int], str]
    half_steps: tuple[str, ...]

    @property
    def registers(self) -> Mapping[str, int]:
        """Return how many steps of each state beyond the last are remembered."""
        longest: dict[str, int] = {}
        for _, column, delay in self.blocks:
            longest[column] = max(longest.get(column, 0), delay - 1)
        return {state: steps for state, steps in longest.items() if steps}


def delays_of(step: Step) -> tuple[int, ...]:
    """Return of how many steps ago the states are that J is by; 1 is always there."""
    return tuple(sorted({1, *(delay for _, _, delay in structure(step).blocks)}))


@lru_cache(maxsize=64)
def structure(step: Step) -> Structure:
    """Return the structure of J."""
    rows = formula(step).rows
    names = [state.name for state in step.recurrence.states]
    found = {
        (row, column, delay): _block(
            by.get((column, delay), ()), len(step.state_shape(row)), len(step.state_shape(column))
        )
        for row, by in zip(names, rows, strict=True)
        for column, delay in columns(step)
    }
    last = {(row, column): kind for (row, column, delay), kind in found.items() if delay == 1}
    return Structure(
        _whole(names, last, len({step.state_shape(name) for name in names}) == 1), found, _half_steps(step)
    )


def _block(found: Sequence[Term], rows: int, columns_: int) -> str:
    if not found:
        return ZERO
    if rows != columns_ or rows == 0:
        return DENSE
    both = [_ROW, _COLUMN][:rows]
    if all(set(both) == term.deltas for term in found):
        plain = len(found) == 1 and found[0].coefficient is None and found[0].base is None
        return IDENTITY if plain else DIAGONAL
    if rows == 2:
        for kept, name in ((_ROW, ROWS_ALIKE), (_COLUMN, COLUMNS_ALIKE)):
            if all(kept in term.deltas and not _mentions(term, kept) for term in found):
                return name
    return DENSE


def _mentions(term: Term, delta: tuple[str, str]) -> bool:
    """Return whether a term has factors that differ along a delta."""
    return any(set(delta) & set(factor.labels) for factor in (term.coefficient, term.base) if factor is not None)


def _whole(names: Sequence[str], kinds: Mapping[tuple[str, str], str], alike: bool) -> str:
    """Return the form of J from those of its blocks; ``alike`` says that all parts have one shape."""
    own = {kinds.get((name, name), ZERO) for name in names}
    cross = {kind for (row, column), kind in kinds.items() if row != column} - {ZERO}
    if own == {ZERO} and not cross:
        return ZERO
    if not cross and own <= {ZERO, IDENTITY, DIAGONAL}:
        return IDENTITY if own == {IDENTITY} else DIAGONAL
    if alike and own | cross <= {ZERO, IDENTITY, DIAGONAL}:
        return UNITS
    if len(names) == 1 and own <= {ROWS_ALIKE, COLUMNS_ALIKE}:
        return own.pop()
    return DENSE if len(names) == 1 else BLOCKS


def _half_steps(step: Step) -> tuple[str, ...]:
    """Return the parts in the order in which they are made where one is made of another's new value."""
    graph, made = (
        step.recurrence.graph,
        dict(zip((s.name for s in step.recurrence.states), step.recurrence.next, strict=True)),
    )
    order = sorted(made, key=lambda name: made[name])
    reads = any(
        made[other] in ancestors(graph, (made[name],)) and graph[made[other]].args
        for name in made
        for other in made
        if made[other] != made[name]
    )
    return tuple(order) if reads else ()
