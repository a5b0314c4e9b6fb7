"""The derivative of a step as a formula: worked out once for a step, and put into numbers of any arithmetic since.

Its terms hold marks instead of numbers. A mark stands for what is read of a run, the value of a node or a slope there, or
for the product or the sum of other marks; equal ones are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from explorer.engine.recurrence.expressions.expression import Contraction, Leaf, Node, Pointwise
from explorer.engine.recurrence.expressions.functions import FUNCTIONS
from explorer.engine.recurrence.motion import Path
from explorer.engine.recurrence.readings.derivative import Derivative, Readings, Terms
from explorer.engine.recurrence.readings.linear import Arithmetic, Factor, Linear, Number, Term
from explorer.engine.recurrence.readings.step import Step

VALUE, SLOPE, MASK, ONE, PRODUCT, SUM = "value", "slope", "mask", "one", "product", "sum"


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """What stands for a number: what ``kind`` it is of, and from ``what`` and which other marks ``of`` it is made."""

    kind: str
    what: Any
    of: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """The arithmetic of marks, which keeps them in the order in which they are made."""

    made: dict[tuple[Any, ...], Mark] = field(default_factory=dict)

    def contract(self, rule: Contraction, *numbers: Mark) -> Mark:
        """Return a product."""
        return self.mark(PRODUCT, rule, numbers)

    def add(self, labels: Sequence[str], numbers: Sequence[Mark]) -> Mark:
        """Return a sum."""
        return self.mark(SUM, tuple(labels), tuple(numbers))

    def one(self, sign: float) -> Mark:
        """Return a plain number."""
        return self.mark(ONE, sign)

    def mark(self, kind: str, what: Any, of: tuple[Mark, ...] = ()) -> Mark:
        """Return the mark of this kind, a new one if there is none yet."""
        return self.made.setdefault((kind, what, of), Mark(kind, what, of))


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """The terms of the derivative of each part of the new state, in marks, and the marks that they need, in order."""

    rows: tuple[Terms, ...]
    marks: tuple[Mark, ...]

    def numbers(self, arithmetic: Arithmetic, read: Readings) -> list[Terms]:
        """Return the terms in numbers."""
        found = self.values(arithmetic, read)
        return [{column: tuple(_with(term, found) for term in some) for column, some in by.items()} for by in self.rows]

    def values(self, arithmetic: Arithmetic, read: Readings) -> dict[Mark, Number]:
        """Return what each mark stands for."""
        found: dict[Mark, Number] = {}
        for mark in self.marks:
            found[mark] = _number(mark, found, arithmetic, read)
        return found


def _number(mark: Mark, found: Mapping[Mark, Number], arithmetic: Arithmetic, read: Readings) -> Number:
    match mark.kind:
        case "product":
            return arithmetic.contract(mark.what, *[found[one] for one in mark.of])
        case "sum":
            return arithmetic.add(mark.what, [found[one] for one in mark.of])
        case "value":
            return read.number(mark.what)
        case "slope":
            place, which = mark.what
            return read.slopes(place)[which]
        case "mask":
            return read.mask(mark.what)
    return arithmetic.one(mark.what)


def _with(term: Term, found: Mapping[Mark, Number]) -> Term:
    coefficient, base = (
        factor and Factor(factor.labels, found[factor.number], factor.lasting)
        for factor in (term.coefficient, term.base)
    )
    return Term(term.deltas, coefficient, base, term.direct)


@lru_cache(maxsize=256)
def formula(step: Step, delay: int | None = None, path: Path = "whole") -> Formula:
    """Return the derivative of a step by all states that it reads, or those of one ``delay``, along a ``path``."""
    marks = Marks()
    rows = Derivative(step, Linear(marks), _readings(step, marks)).of(step.recurrence.next)
    kept = tuple(
        {column: tuple(term for term in some if is_on(term, path)) for column, some in by.items()
         if delay in (None, column[1])}
        for by in rows
    )  # fmt: skip
    factors = (one for by in kept for some in by.values() for term in some for one in (term.coefficient, term.base))
    return Formula(kept, _needed(marks, (one.number for one in factors if one is not None)))


def is_on(term: Term, path: Path) -> bool:
    """Return whether a term lies on a path."""
    return path == "whole" or term.direct == (path == "direct")


def _needed(marks: Marks, ends: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return the marks of which some are made, and these, in order."""
    wanted = set(ends)
    for mark in reversed(marks.made.values()):
        if mark in wanted:
            wanted.update(mark.of)
    return tuple(mark for mark in marks.made.values() if mark in wanted)


def _readings(step: Step, marks: Marks) -> Readings:
    graph, starts = step.recurrence.graph, {state.name: state.start for state in step.recurrence.states}

    def slopes(place: int) -> tuple[Mark | None, ...]:
        return tuple(
            marks.mark(SLOPE, (place, which)) if there else None for which, there in enumerate(has_slopes(graph[place]))
        )

    def mask(place: int) -> Mark | None:
        leaf = graph[place].operator
        return marks.mark(MASK, place) if isinstance(leaf, Leaf) and np.isinf(starts[leaf.name]) else None

    return Readings(lambda place: marks.mark(VALUE, place), slopes, mask)


def has_slopes(node: Node) -> tuple[bool, ...]:
    """Return by which of its arguments a function has a slope at all."""
    if not isinstance(node.operator, Pointwise):
        return (True,)
    with np.errstate(all="ignore"):
        return tuple(
            slope is not None for slope in FUNCTIONS[node.operator.name].slopes(*[np.ones(())] * len(node.args))
        )
