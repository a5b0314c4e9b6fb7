"""The net inputs of a run: what its gates were before their functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import Graph
from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.recurrence.readings.value import applied
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.roll import Track, whole


def net_inputs(recurrence: Recurrence, tracks: Sequence[Track]) -> Mapping[str, Floats]:
    """Return the net input z of each gate at all steps, (T, …, n), from the tracks of a run or the values of a step."""
    return MappingProxyType({gate.name: _made(recurrence.graph, tracks, gate.node) for gate in gates(recurrence)})


def _made(graph: Graph, tracks: Sequence[Track], place: int) -> Floats:
    """Return a node's values; a run keeps none of sums that it makes where they are needed."""
    if tracks[place] is not None:
        return whole(tracks[place])
    node = graph[place]
    return applied(node.operator, [_made(graph, tracks, arg) for arg in node.args])
