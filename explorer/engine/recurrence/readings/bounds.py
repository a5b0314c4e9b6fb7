"""Between what each state stays, whatever the weights and the input: intervals sent through the graph until they last.

A state begins with its start and what the equations make of that; what still grows after a few rounds is sent on to the next
of the ends that functions have (−1, 0, 1), then to infinity, so that it ends (widening, Cousot and Cousot 1977). A gate and
what it leaves, σ(a) u + (1 − σ(a)) v, are a mean: it stays where u and v are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from explorer.engine.recurrence.expressions.expression import (
    Contraction,
    Graph,
    Leaf,
    Node,
    Pointwise,
    Reduction,
    Sum,
)
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.expressions.interval import Interval
from explorer.engine.recurrence.recurrence import Recurrence

_PATIENCE = 3
_ENDS = (-1.0, 0.0, 1.0)
_UNIT = Interval(0.0, 1.0)
_SIGNS = {"<": -1, "<=": -1, ">": 1, ">=": 1}


@lru_cache(maxsize=64)
def bounds(recurrence: Recurrence) -> Mapping[str, Interval]:
    """Return the interval of each state, for runs that begin with its start; infinite ends are none."""
    found = {state.name: Interval(state.start, state.start) for state in recurrence.states}
    for patience in range(_PATIENCE + len(found) * 2 * (len(_ENDS) + 1)):
        one = _Round(recurrence, found)
        made = {name: found[name] | one.of(place) for name, place in zip(found, recurrence.next, strict=True)}
        if made == found:
            break
        found = made if patience < _PATIENCE else {name: _widened(found[name], made[name]) for name in made}
    return MappingProxyType(found)


def reach(recurrence: Recurrence, states: Mapping[str, Interval]) -> Interval:
    """Return the interval of what one step gives out whose states lie in these."""
    return _Round(recurrence, states).of(recurrence.out)


def _widened(old: Interval, new: Interval) -> Interval:
    low = old.low if new.low >= old.low else max((end for end in _ENDS if end <= new.low), default=-math.inf)
    high = old.high if new.high <= old.high else min((end for end in _ENDS if end >= new.high), default=math.inf)
    return Interval(low, high)


@dataclass(slots=True)
class _Round:
    """One walk through the graph, with what the states are known to be; ``given`` narrows some nodes."""

    recurrence: Recurrence
    states: Mapping[str, Interval]
    given: Mapping[int, Interval] = field(default_factory=dict)
    known: dict[int, Interval] = field(default_factory=dict)

    def of(self, place: int) -> Interval:
        """Return the interval of a node."""
        if place not in self.known:
            found = self._node(self.recurrence.graph[place])
            self.known[place] = found & self.given[place] if place in self.given else found
        return self.known[place]

    def _node(self, node: Node) -> Interval:
        match node.operator:
            case Leaf() as leaf:
                return self._leaf(leaf)
            case Sum():
                return self._sum(node)
            case Contraction() as rule:
                return self._product(node, rule)
            case Pointwise(name="where"):
                return self._where(node)
            case Pointwise(name=name):
                return FUNCTIONS[name].reach(*map(self.of, node.args))
            case Reduction(name=name):
                return MEASURES[name].reach(*map(self.of, node.args))
        return Interval()

    def _leaf(self, leaf: Leaf) -> Interval:
        match leaf.kind:
            case "number":
                return Interval(leaf.number, leaf.number)
            case "constant":
                value = next(one.value for one in self.recurrence.constants if one.name == leaf.name)
                return Interval(value, value)
            case "state":
                return self.states[leaf.name]
            case "identity":
                return _UNIT
            case "t":
                return Interval(1.0)
        return Interval()

    def _product(self, node: Node, rule: Contraction) -> Interval:
        args = [self.of(arg) for arg in node.args]
        if len(args) == 1:
            one = args[0]
        else:
            alike = node.args[0] == node.args[1] and rule.labels[0] == rule.labels[1]
            one = args[0].squared() if alike else args[0] * args[1]
        return one.several() if rule.summed else one

    def _where(self, node: Node) -> Interval:
        """Return the hull of both branches, each where the condition lets it be taken."""
        condition = self.recurrence.graph[node.args[0]]
        if not isinstance(condition.operator, Pointwise) or condition.operator.name not in _SIGNS:
            return self.of(node.args[1]) | self.of(node.args[2])
        compared, limit = condition.args
        above = _SIGNS[condition.operator.name] > 0
        parts = []
        for branch, upper in ((node.args[1], above), (node.args[2], not above)):
            end = self.of(limit)
            narrow = Interval(low=end.low) if upper else Interval(high=end.high)
            parts.append(_Round(self.recurrence, self.states, {**self.given, compared: narrow}).of(branch))
        return parts[0] | parts[1]

    def _sum(self, node: Node) -> Interval:
        """Return what is known of a sum by its own terms, and by those of the sums in it."""
        own, every = (_terms(self.recurrence.graph, node, within=within) for within in (False, True))
        return self._in_pairs(own) & self._in_pairs(every) if own != every else self._in_pairs(own)

    def _in_pairs(self, terms: list[tuple[int, int]]) -> Interval:
        total = Interval(0.0, 0.0)
        while terms:
            one, partner = self._with_partner(*terms.pop(), terms)
            if partner is not None:
                terms.remove(partner)
            total = total + one
        return total

    def _with_partner(
        self, sign: int, arg: int, others: list[tuple[int, int]]
    ) -> tuple[Interval, tuple[int, int] | None]:
        """Return a term's interval, or that of the term and another whose sum is known better, and that other."""
        for other in others:
            together = self._mean(sign, arg, *other)
            together = self._below_measure(sign, arg, *other) if together is None else together
            if together is not None:
                return together, other
        return self.of(arg) if sign > 0 else -self.of(arg), None

    def _mean(self, sign: int, a: int, other_sign: int, b: int) -> Interval | None:
        """Return where p u + (1 − p) v lies; None of anything else."""
        if sign != other_sign:
            return None
        graph = self.recurrence.graph
        first, second = _factors(graph, a), _factors(graph, b)
        for p in first:
            for q in second:
                if _complements(graph, p, q) and _UNIT.holds(self.of(p)):
                    hull = self._rest(first, p) | self._rest(second, q)
                    return hull if sign > 0 else -hull
        return None

    def _rest(self, factors: list[int], without: int) -> Interval:
        rest, one = list(factors), Interval(1.0, 1.0)
        rest.remove(without)
        for factor in rest:
            one = one * self.of(factor)
        return one

    def _below_measure(self, sign: int, a: int, other_sign: int, b: int) -> Interval | None:
        """Return where v less a measure of v lies, which no entry of it is above."""
        if sign == other_sign:
            return None
        v, measure = (a, b) if sign > 0 else (b, a)
        filled = self.recurrence.graph[measure]
        if not isinstance(filled.operator, Contraction) or len(filled.args) != 1:
            return None
        found = self.recurrence.graph[filled.args[0]]
        if isinstance(found.operator, Reduction) and found.args == (v,):
            return (self.of(v) + -self.of(measure)) & Interval(high=0.0)
        return None


def _terms(graph: Graph, node: Node, sign: int = 1, within: bool = True) -> list[tuple[int, int]]:
    """Return the terms of a sum, and of the sums ``within`` it, with their signs."""
    found = []
    if not isinstance(node.operator, Sum):
        raise TypeError(node)
    for own, arg in zip(node.operator.signs, node.args, strict=True):
        if within and isinstance(graph[arg].operator, Sum):
            found += _terms(graph, graph[arg], sign * own)
        else:
            found.append((sign * own, arg))
    return found


def _factors(graph: Graph, place: int) -> list[int]:
    """Return the factors of a product entry by entry, and of those in it."""
    node = graph[place]
    if not isinstance(node.operator, Contraction) or node.operator.summed or len(node.args) != 2:
        return [place]
    return [factor for arg in node.args for factor in _factors(graph, arg)]


def _complements(graph: Graph, p: int, q: int) -> bool:
    """Return whether two nodes add up to one: σ(a) and σ(−a), or p and 1 − p."""
    return _is_rest(graph, p, q) or _is_rest(graph, q, p)


def _is_rest(graph: Graph, p: int, q: int) -> bool:
    """Return whether q is 1 − p."""
    node = graph[q]
    if isinstance(node.operator, Sum) and node.operator.signs == (1, -1) and node.args[1] == p:
        return graph[node.args[0]].operator == Leaf("number", number=1.0)
    gate = graph[p]
    if not node.operator == gate.operator == Pointwise("sigmoid"):
        return False
    against = graph[node.args[0]]
    return against.operator == Sum((-1,)) and against.args == gate.args
