"""Whether J is to be had in float64: a proof, from plain numbers alone, that nothing leaves its range on the way.

The factors of J are spanned, from the smallest that is not zero to the largest; products of them add up their spans,
however they are ordered. Only what nothing else bounds is looked at entry by entry: net inputs, states, sums. Where the proof
fails nothing need be wrong: then logarithms decide (see `exact`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import (
    ONCE,
    STEP,
    Contraction,
    Leaf,
    MatrixExponential,
    Node,
    Operator,
    Pointwise,
    Reduction,
    Sum,
)
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.readings.logvalue import of_plain
from explorer.engine.recurrence.readings.step import Step, Values
from explorer.engine.recurrence.readings.unsure import net_inputs
from explorer.engine.signed import Signed

# Nats. float64 ends at 709 and −708; a sum may cancel down to a few roundings of its summands, e^−36, once or twice.
_WITHIN = 600.0
_LN2 = math.log(2.0)


@dataclass(frozen=True, slots=True)
class Span:
    """ln of the smallest number that is not zero and of the largest; (inf, −inf) if all are zeros, NaN if one is none."""

    low: float
    high: float

    def times(self, other: Span) -> Span:
        """Return the span of products, and of the factors alone."""
        return Span(min(self.low, 0.0) + min(other.low, 0.0), max(self.high, 0.0) + max(other.high, 0.0))

    def is_in(self, other: Span) -> bool:
        """Return whether it is a part of another; one of zeros alone is a part of any."""
        return self.low >= other.low and self.high <= other.high

    @property
    def is_within(self) -> bool:
        """Return whether float64 holds all of it."""
        return self.low > -_WITHIN and self.high < _WITHIN


ONE = Span(0.0, 0.0)
NOTHING = Span(math.inf, -math.inf)
UNKNOWN = Span(-math.inf, math.inf)
# What states, net inputs and weights are in nearly all runs: from e^−40 to 20.
ORDINARY = Span(-40.0, 3.0)


def span(numbers: Floats) -> Span:
    """Return the span of an array."""
    size = np.abs(numbers)
    high, low = float(np.max(size, initial=0.0)), float(np.min(size, initial=np.inf))
    if low == 0.0:
        low = float(np.min(size, initial=np.inf, where=size > 0.0))
    return Span(math.log(low) if low < math.inf else low, math.log(high) if high > 0.0 else -math.inf)


def span_of_logs(number: Signed) -> Span:
    """Return the span of an array in logarithms."""
    there = ~np.isneginf(number.log)
    return Span(
        float(np.min(number.log, initial=np.inf, where=there)), float(np.max(number.log, initial=-np.inf, where=there))
    )


@np.errstate(all="ignore")
def of_weights(step: Step, found: Values) -> dict[int, Span]:
    """Return the spans of what weights alone decide, of which the factors of J are made."""
    spans: dict[int, Span] = {}
    for place in _needed(step):
        if step.recurrence.graph[place].stage <= ONCE:
            spans[place] = _value(step, place, found, spans)
    return spans


def is_within(step: Step, found: Values, weights: Mapping[int, Span]) -> bool:
    """Return whether it is certain that no factor of J, nor a product of some, is beyond float64.

    ``found`` has None for the values that no other needs.
    """
    spans = dict(weights)
    with np.errstate(all="ignore"):
        looked_at = _enough(step)
        if looked_at is not None:
            spans |= {one: span(found[one]) for one in looked_at if one not in spans and found[one] is not None}
            if all(one in spans and spans[one].is_in(ORDINARY) for one in looked_at):
                return True
        return _is_proved(step, found, spans)


def _is_proved(step: Step, found: Values, spans: dict[int, Span]) -> bool:
    """Return whether all spans, some of which are known, and those of products of factors are within."""
    for place in _needed(step):
        if place not in spans:
            spans[place] = _value(step, place, found, spans)
        if not spans[place].is_within and spans[place] != NOTHING:
            return False
    return _is_derivative_within(step, found, spans)


@lru_cache(maxsize=64)
def _enough(step: Step) -> tuple[int, ...] | None:
    """Return the nodes at which it is enough to look: if their spans are ordinary ones, all are within. None: it isn't."""
    graph = step.recurrence.graph
    looked_at = tuple(place for place in _needed(step) if _is_recorded(step, place) or _is_sum(graph[place]))
    known = all(
        node.operator.name in SLOPES
        for place, node in enumerate(graph)
        if isinstance(node.operator, Pointwise) and (place in _needed(step) or node.stage == STEP)
    )
    plain = known and not any(isinstance(node.operator, (Reduction, MatrixExponential)) for node in graph)
    return looked_at if plain and _is_proved(step, [], dict.fromkeys(looked_at, ORDINARY)) else None


def _is_sum(node: Node) -> bool:
    return isinstance(node.operator, Sum)


@lru_cache(maxsize=64)
def _needed(step: Step) -> tuple[int, ...]:
    """Return the nodes whose values are factors of J or decide one, and what these are made of down to net inputs."""
    graph = step.recurrence.graph
    left = [place for node in graph if node.stage == STEP for place in _factors(step, node)]
    found = set[int]()
    while left:
        place = left.pop()
        if place not in found:
            found.add(place)
            left.extend(() if _is_recorded(step, place) else graph[place].args)
    return tuple(sorted(found))


def _factors(step: Step, node: Node) -> Iterable[int]:
    """Return the arguments by which a node's derivative is multiplied, or of which its slopes are made."""
    if isinstance(node.operator, Contraction):
        moving = [step.recurrence.graph[arg].stage == STEP for arg in node.args]
        return [arg for arg, other in zip(node.args, moving[::-1], strict=True) if other and len(moving) == 2]
    return node.args if isinstance(node.operator, (Pointwise, Reduction)) else ()


def _is_recorded(step: Step, place: int) -> bool:
    """Return whether a value counts as it is: a leaf, or a net input."""
    node = step.recurrence.graph[place]
    return isinstance(node.operator, Leaf) or (node.stage > ONCE and place in net_inputs(step))


def _value(step: Step, place: int, found: Values, spans: Mapping[int, Span]) -> Span:
    """Return the span of a node's values from its arguments', where these bound it."""
    node = step.recurrence.graph[place]
    if not _is_recorded(step, place):
        args = [spans[arg] for arg in node.args]
        match node.operator:
            case Contraction() as rule:
                return _product(rule, args, step, node)
            case Pointwise(name=name) if name in VALUES:
                return VALUES[name](*args)
            case Pointwise() | Reduction():
                return _by_logs(step, place, found, slopes=False)[0] or UNKNOWN
            case Sum() if found[place] is None:
                return Span(
                    min(arg.low for arg in args) - _LN_DIGITS, max(arg.high for arg in args) + math.log(len(args))
                )
    return UNKNOWN if found[place] is None else span(found[place])


def _product(rule: Contraction, args: list[Span], step: Step, node: Node) -> Span:
    """Return the span of a product; a sum in it may cancel, but to no less than float64 tells from zero."""
    made = args[0] if len(args) == 1 else args[0].times(args[1])
    if not rule.summed or NOTHING in args:
        return NOTHING if NOTHING in args else made
    return Span(made.low - _LN_DIGITS, made.high + math.log(_terms(step, node, rule)))


_LN_DIGITS = 37.0


def _terms(step: Step, node: Node, rule: Contraction) -> int:
    """Return how many summands a product has."""
    sizes = {
        label: size
        for labels, arg in zip(rule.labels, node.args, strict=True)
        for label, size in zip(labels, step.shapes[arg], strict=True)
    }
    return math.prod(sizes[label] for label in rule.summed)


def _is_derivative_within(step: Step, found: Values, spans: Mapping[int, Span]) -> bool:
    """Return whether the products of factors along each way through the graph are within."""
    along: dict[int, Span] = {}
    for place in step.moving():
        node = step.recurrence.graph[place]
        by = _slopes(step, place, found, spans)
        ways = [along[arg].times(factor) for arg, factor in zip(node.args, by, strict=True) if factor and arg in along]
        if ways:
            along[place] = Span(min(way.low for way in ways), max(way.high for way in ways) + math.log(len(ways)))
        elif isinstance(node.operator, Leaf):
            along[place] = ONE
        if place in along and not along[place].is_within:
            return False
    return True


def _slopes(step: Step, place: int, found: Values, spans: Mapping[int, Span]) -> list[Span | None]:
    """Return the spans of what a node's derivative has by way of each argument; None for nothing."""
    node = step.recurrence.graph[place]
    match node.operator:
        case Sum():
            return [ONE] * len(node.args)
        case Contraction() as rule:
            sums = Span(0.0, math.log(_terms(step, node, rule))) if rule.summed else ONE
            if len(node.args) == 1:
                return [sums]
            others = (node.args[1 - which] for which in range(2))
            return [spans[other].times(sums) if other in spans else None for other in others]
        case Pointwise(name=name) if name in SLOPES:
            return list(SLOPES[name](*(spans[arg] for arg in node.args)))
        case Pointwise() | Reduction():
            return _by_logs(step, place, found, slopes=True)
    return []


def _by_logs(step: Step, place: int, found: Values, *, slopes: bool) -> list[Span | None]:
    """Return the span of a node's value, or those of its slopes, by logarithms: no zero is one that underflowed."""
    node = step.recurrence.graph[place]
    if any(found[arg] is None for arg in node.args):
        return [UNKNOWN] * len(node.args)
    args = [of_plain(np.asarray(found[arg], dtype=np.float64)) for arg in node.args]
    if isinstance(node.operator, Reduction):
        measure = MEASURES[node.operator.name]
        number = measure.log_slope(args[0]) if slopes else measure.log_value(args[0])
        return [span_of_logs(number).times(Span(0.0, math.log(max(1, step.shapes[node.args[0]][0]))))]
    function = FUNCTIONS[_name(node.operator)]
    some = function.log_slopes(*args) if slopes else (function.log_value(*args),)
    return [None if one is None else span_of_logs(one) for one in some]


def _name(operator: Operator) -> str:
    if isinstance(operator, Pointwise):
        return operator.name
    raise TypeError(operator)


def _furthest(z: Span) -> float:
    """Return the largest |z|."""
    return math.exp(z.high) if z.high < _WITHIN else math.inf


def _either(*args: Span) -> Span:
    return Span(min(arg.low for arg in args), max(arg.high for arg in args))


VALUES: Mapping[str, Callable[..., Span]] = {
    "tanh": lambda z: Span(min(z.low, 0.0) - _LN2, min(z.high, 0.0)),
    "sigmoid": lambda z: Span(-_furthest(z) - _LN2, 0.0),
    "exp": lambda z: Span(-_furthest(z), _furthest(z)),
    "relu": lambda z: z,
    "abs": lambda z: z,
    "maximum": _either,
    "minimum": _either,
}
SLOPES: Mapping[str, Callable[..., tuple[Span, ...]]] = {
    "tanh": lambda z: (Span(-2.0 * _furthest(z), 0.0),),
    "sigmoid": lambda z: (Span(-_furthest(z) - 2.0 * _LN2, -_LN2),),
    "exp": lambda z: (Span(-_furthest(z), _furthest(z)),),
    "relu": lambda _: (ONE,),
    "abs": lambda _: (ONE,),
    "maximum": lambda _a, _b: (ONE, ONE),
    "minimum": lambda _a, _b: (ONE, ONE),
}
