"""What a weight does in the equations, by which a layer's settings know how it begins."""

from __future__ import annotations

from explorer.engine.recurrence.expressions.expression import AHEAD, ONCE, STEP, Contraction, Graph, Leaf, Node, Sum

RECURRENT, FROM_INPUT, BIAS, OWN = "recurrent", "input", "bias", "own"


def roles(graph: Graph) -> dict[str, str]:
    """Return the role of each weight: what it, or what is made of weights alone out of it, multiplies or is added to."""
    found: dict[str, set[str]] = {}
    # The weights of its own rank that an early node is made of.
    made: dict[int, frozenset[str]] = {}
    for place, node in enumerate(graph):
        if isinstance(node.operator, Leaf) and node.operator.kind == "weight":
            made[place] = frozenset((node.operator.name,))
            found[node.operator.name] = {OWN}
        elif node.stage <= ONCE:
            alike = [made.get(arg, frozenset()) for arg in node.args if len(graph[arg].shape) == len(node.shape)]
            made[place] = frozenset().union(*alike)
        for which, arg in enumerate(node.args):
            role = _role(graph, node, which)
            for name in made.get(arg, ()) if role != BIAS or isinstance(graph[arg].operator, Leaf) else ():
                found[name].add(role)
    order = (RECURRENT, FROM_INPUT, BIAS, OWN)
    return {name: min(some, key=order.index) for name, some in found.items()}


def _role(graph: Graph, node: Node, which: int) -> str:
    """Return what a node does with its argument ``which``, if that is made of weights."""
    rank = len(graph[node.args[which]].shape)
    if isinstance(node.operator, Contraction) and node.operator.summed and rank == 2:
        others = [graph[arg].stage for place, arg in enumerate(node.args) if place != which]
        return {STEP: RECURRENT, AHEAD: FROM_INPUT}.get(max(others, default=ONCE), OWN)
    return BIAS if isinstance(node.operator, Sum) and len(node.shape) == rank == 1 else OWN
