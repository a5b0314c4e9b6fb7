"""Where each weight and input acts on a step, and which gradients stand side by side so that all their terms can be told.

A weight, what is made of weights alone, or an input acts at a node: it multiplies, is added, or goes into a function there.
With the gradient δ on that node and the right factor r, its part of the gradient is a product δ ⊗ r. What is added to others
and nothing else has their sum's gradient: so all gates of a cell need one δ, for every matrix and bias of the gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from explorer.engine.recurrence.expressions.contract import adjoint
from explorer.engine.recurrence.expressions.expression import (
    AHEAD,
    ONCE,
    STEP,
    Contraction,
    Graph,
    Leaf,
    Node,
    Pointwise,
    Reduction,
    Sum,
    users,
)
from explorer.engine.recurrence.readings.step import Step


@dataclass(frozen=True, slots=True)
class Use:
    """One place where ``root`` acts, a weight, what is made of weights alone, or an input: argument ``which`` of ``place``.

    ``sign`` times the gradient on the node ``home`` is that on ``place``; ``rule`` is how it is multiplied with the right
    factor, None where there is none. ``which`` is −1 where the root itself becomes a state or is given out.
    """

    root: int
    place: int
    which: int
    home: int
    sign: int
    rule: Contraction | None


@lru_cache(maxsize=64)
def uses(step: Step) -> tuple[Use, ...]:
    """Return all uses, in the order of the equations."""
    graph, ends = step.recurrence.graph, (*step.recurrence.next, step.recurrence.out)
    used = users(graph, ends)
    found = []
    for place, node in enumerate(graph):
        if node.stage > ONCE:
            home, sign = _home(graph, used, place)
            for which, arg in enumerate(node.args):
                if is_root(graph[arg]):
                    found.append(_use(graph, place, which, home, sign))
        if is_root(node) and place in ends:
            found.append(Use(place, place, -1, place, 1, None))
    return tuple(found)


def is_root(node: Node) -> bool:
    """Return whether a gradient is carried no further than to this node: of weights alone, or an input."""
    return node.stage == ONCE or (isinstance(node.operator, Leaf) and node.operator.kind == "x")


def _use(graph: Graph, place: int, which: int, home: int, sign: int) -> Use:
    node = graph[place]
    match node.operator:
        case Sum(signs=signs):
            return Use(node.args[which], place, which, home, sign * signs[which], None)
        case Contraction() as rule:
            return Use(node.args[which], place, which, home, sign, adjoint(rule, which))
        case Pointwise():
            labels = "ij"[: len(node.shape)]
            return Use(node.args[which], place, which, home, sign, Contraction((labels, labels), labels))
        case Reduction():
            return Use(node.args[which], place, which, home, sign, Contraction(("i", ""), "i"))
    raise TypeError(node.operator)


def _home(graph: Graph, used: Mapping[int, tuple[int, ...]], place: int) -> tuple[int, int]:
    """Return the last sum that a node only adds to, and with which sign."""
    sign = 1
    while len(used[place]) == 1 and used[place][0] >= 0:
        after = graph[used[place][0]]
        if not isinstance(after.operator, Sum):
            break
        sign *= after.operator.signs[after.args.index(place)]
        place = used[place][0]
    return place, sign


@lru_cache(maxsize=64)
def homes(step: Step) -> Mapping[int, tuple[int, int]]:
    """Return the node whose gradient is that on each node where something acts, and with which sign."""
    return MappingProxyType({use.place: (use.home, use.sign) for use in uses(step) if use.which >= 0})


@lru_cache(maxsize=64)
def carrying(step: Step) -> frozenset[int]:
    """Return the nodes that a gradient is carried through: those that depend on the state, or on weights and the input."""
    graph = step.recurrence.graph
    found: set[int] = set()
    for place, node in enumerate(graph):
        reaches = any(is_root(graph[arg]) or arg in found for arg in node.args)
        if node.stage == STEP or (node.stage == AHEAD and reaches):
            found.add(place)
    return frozenset(found)
