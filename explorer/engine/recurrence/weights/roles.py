"""What a weight does in the equations, by which a layer's settings know how it begins."""

from __future__ import annotations

from explorer.engine.recurrence.expressions.expression import AHEAD, ONCE, STEP, Contraction, Graph, Node, Sum

RECURRENT, FROM_INPUT, BIAS, OWN = "recurrent", "input", "bias", "own"


def role(graph: Graph, weight: int) -> str:
    """Return what a weight does: what it, or what it alone is made into, multiplies or is added to."""
    roles = {OWN}
    same = {weight}
    for place, node in enumerate(graph):
        among = [which for which, arg in enumerate(node.args) if arg in same]
        if not among:
            continue
        if node.stage <= ONCE and len(node.shape) == len(graph[weight].shape):
            same.add(place)
        elif isinstance(node.operator, Contraction) and node.operator.summed and len(graph[weight].shape) == 2:
            roles.add(_by_operand(graph, node, among[0]))
        if isinstance(node.operator, Sum) and weight in node.args and len(node.shape) == 1:
            roles.add(BIAS)
    return next(role for role in (RECURRENT, FROM_INPUT, BIAS, OWN) if role in roles)


def _by_operand(graph: Graph, node: Node, which: int) -> str:
    others = [graph[arg].stage for place, arg in enumerate(node.args) if place != which]
    return {STEP: RECURRENT, AHEAD: FROM_INPUT}.get(max(others, default=ONCE), OWN)
