"""What of a cell is a gate: where its equations put a net input through a function of one argument.

A net input is a sum in which a matrix or a vector of weights multiplies the input or the state. The function stands alone on
its line (a gate, by the line's name), or is a summand or a factor there (a candidate that got no name of its own).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from explorer.engine.floats import Floats
from explorer.engine.recurrence.equations.operators import ENTRY_BY_ENTRY
from explorer.engine.recurrence.equations.written import CALL, Line, Written
from explorer.engine.recurrence.expressions.expression import AHEAD, ONCE, Contraction, Graph, Sum
from explorer.engine.recurrence.readings.step import Values
from explorer.engine.recurrence.recurrence import Recurrence

IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Gate:
    """One net input: the gate's ``name``, its ``function`` by name, and the ``node`` of what that is applied to.

    ``alone`` says that the whole line is the gate, so that its name is that of the gate's value.
    """

    name: str
    function: str
    node: int
    alone: bool


@lru_cache(maxsize=64)
def gates(recurrence: Recurrence) -> tuple[Gate, ...]:
    """Return the gates in the order of the equations; a line that has several numbers them from the second on."""
    found: list[Gate] = []
    for line in recurrence.lines:
        some = _of_line(recurrence.graph, line)
        names = [line.name, *(f"{line.name}_{number}" for number in range(2, len(some) + 1))]
        found += [Gate(name, *one) for name, one in zip(names, some, strict=False)]
    return tuple(found)


def net_inputs(recurrence: Recurrence, found: Values) -> Mapping[str, Floats]:
    """Return the net input z of each gate (…, n) from the values of a step, or of all steps of a run as leading axes."""
    return MappingProxyType({gate.name: found[gate.node] for gate in gates(recurrence)})


def _of_line(graph: Graph, line: Line) -> list[tuple[str, int, bool]]:
    found = []
    for part in line.value.summands():
        node = argument(part)
        if node is not None and _is_net_input(graph, node):
            found.append((part.text, node, part == line.value))
    return found


def argument(part: Written) -> int | None:
    """Return the node of what a function of one argument, entry by entry, is applied to; None of anything else."""
    is_function = part.kind == CALL and (part.text == IDENTITY or ENTRY_BY_ENTRY.get(part.text, (0,))[0] == 1)
    return part.parts[0].node if is_function else None


def _is_net_input(graph: Graph, place: int) -> bool:
    node = graph[place]
    if isinstance(node.operator, Contraction) and node.operator.summed:
        stages = [graph[arg].stage for arg in node.args]
        return min(stages) <= ONCE and max(stages) >= AHEAD
    adds = isinstance(node.operator, (Sum, Contraction))
    return adds and any(_is_net_input(graph, arg) for arg in node.args)


def is_plain(recurrence: Recurrence) -> bool:
    """Return whether the whole state is a function of its one net input, s = f(z), as in a simple recurrent network."""
    return len(recurrence.states) == 1 and [(gate.name, gate.alone) for gate in gates(recurrence)] == [
        (recurrence.states[0].name, True)
    ]
