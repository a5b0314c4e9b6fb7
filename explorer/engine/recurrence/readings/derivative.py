"""The derivative of a step by the states that it reads, node by node, over an arithmetic; see `formula`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from explorer.engine.recurrence.expressions.expression import (
    ONCE,
    STEP,
    Contraction,
    Leaf,
    Node,
    Pointwise,
    Reduction,
    Sum,
)
from explorer.engine.recurrence.readings.linear import ROWS, Factor, Linear, Number, Term
from explorer.engine.recurrence.readings.step import Step

Column = tuple[str, int]
"""A state by name, and how many steps ago it was."""

Terms = Mapping[Column, tuple[Term, ...]]
"""The derivative of one node by each state that it depends on."""

_WAYPOINT = ""

_PRODUCT = Contraction(("k", "k"), "")


@dataclass(frozen=True, slots=True)
class Readings:
    """What a derivative multiplies by: the number of a node, and the slopes of a function there (None where it has none)."""

    number: Callable[[int], Number]
    slopes: Callable[[int], tuple[Number | None, ...]]
    mask: Callable[[int], Number | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Derivative:
    """One walk through the graph, forward."""

    step: Step
    linear: Linear
    read: Readings

    def of(self, places: tuple[int, ...]) -> list[Terms]:
        """Return the derivatives of some nodes.

        A vector that matrices multiply is a waypoint: what follows from it is derived by it, as if it were a state, and that
        is composed with its own derivative once, however many matrices there are.
        """
        known: dict[int, Terms] = {}
        of_waypoints: dict[int, Terms] = {}
        for place in self.step.moving():
            known[place] = self._node(place, self.step.recurrence.graph[place], known)
            if place in waypoints(self.step):
                of_waypoints[place], known[place] = known[place], {(_WAYPOINT, place): self.linear.seed(1)}
        return self._composed([known.get(place, {}) for place in places], of_waypoints)

    def _composed(self, rows: Sequence[Terms], of_waypoints: dict[int, Terms]) -> list[Terms]:
        """Return derivatives by states alone from those by states and waypoints, from the last of these to the first."""
        found = [dict(row) for row in rows]
        for place in reversed(of_waypoints):
            outers = [self.linear.gathered(row.pop((_WAYPOINT, place), ())) for row in found]
            for column, inner in of_waypoints[place].items() if any(outers) else ():
                whole = self.linear.gathered(inner)
                for row, outer in zip(found, outers, strict=True):
                    terms = self.linear.composed(outer, inner, whole, self.step.shapes[place][0])
                    row[column] = self.linear.sum([*row.get(column, ()), *terms])
        return [{column: terms for column, terms in row.items() if terms} for row in found]

    def _node(self, place: int, node: Node, known: Mapping[int, Terms]) -> Terms:
        if isinstance(node.operator, Leaf):
            mask = self.read.mask(place)
            rank = len(node.shape)
            seed = self.linear.seed(rank, None if mask is None else Factor(ROWS[rank], mask))
            return {(node.operator.name, node.operator.delay): seed}
        gathered: dict[Column, list[Term]] = {}
        for which, arg in enumerate(node.args):
            for column, terms in known.get(arg, {}).items():
                gathered.setdefault(column, []).extend(self._by(place, node, which, terms))
        return {column: self.linear.sum(terms) for column, terms in gathered.items() if terms}

    def _by(self, place: int, node: Node, which: int, terms: tuple[Term, ...]) -> tuple[Term, ...]:
        """Return what a node's derivative has by way of its argument ``which``."""
        match node.operator:
            case Sum(signs=signs):
                return terms if signs[which] > 0 else self.linear.negated(terms)
            case Pointwise():
                slope = self.read.slopes(place)[which]
                return () if slope is None else self.linear.scaled(terms, Factor(ROWS[len(node.shape)], slope))
            case Contraction() as rule:
                return self._product(node, rule, which, terms)
            case Reduction():
                slope = Factor("k", self.read.slopes(place)[0])
                return self.linear.through(terms, _PRODUCT, 0, slope, self._sizes(node, _PRODUCT))
        raise TypeError(node.operator)

    def _product(self, node: Node, rule: Contraction, which: int, terms: tuple[Term, ...]) -> tuple[Term, ...]:
        fixed = self._other(node, rule, which)
        if fixed is not None and rule.summed and self.step.recurrence.graph[node.args[1 - which]].stage <= ONCE:
            terms = tuple(Term(one.deltas, one.coefficient, one.base, direct=False) for one in terms)
        return self.linear.through(terms, rule, which, fixed, self._sizes(node, rule))

    def _other(self, node: Node, rule: Contraction, which: int) -> Factor | None:
        """Return the factor of a product that stays; a matrix of weights lasts."""
        if len(node.args) == 1:
            return None
        other = node.args[1 - which]
        found = self.step.recurrence.graph[other]
        lasting = found.stage <= ONCE and len(found.shape) == 2
        return Factor(rule.labels[1 - which], self.read.number(other), lasting)

    def _sizes(self, node: Node, rule: Contraction) -> dict[str, int]:
        """Return how long each label's axis is."""
        return {
            label: size
            for labels, arg in zip(rule.labels, node.args, strict=False)
            for label, size in zip(labels, self.step.shapes[arg], strict=True)
        }


@lru_cache(maxsize=64)
def waypoints(step: Step) -> frozenset[int]:
    """Return the vectors made of states that a matrix of weights multiplies."""
    graph = step.recurrence.graph
    return frozenset(
        arg
        for node in graph
        if isinstance(node.operator, Contraction) and node.operator.summed and len(node.args) == 2
        for arg, other in (node.args, node.args[::-1])
        if graph[other].stage <= ONCE and len(graph[other].shape) == 2
        if graph[arg].stage == STEP and len(graph[arg].shape) == 1 and not isinstance(graph[arg].operator, Leaf)
    )


def columns(step: Step) -> list[Column]:
    """Return the states that the equations read, with their delays."""
    found = [
        (node.operator.name, node.operator.delay)
        for node in step.recurrence.graph
        if isinstance(node.operator, Leaf) and node.stage == STEP
    ]
    return sorted(set(found), key=lambda column: ([*step.parts].index(column[0]), column[1]))
