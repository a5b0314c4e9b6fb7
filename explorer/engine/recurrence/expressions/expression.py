"""The graph that equations become: frozen nodes in an order in which each follows what it is made of.

Five kinds of node are enough. A `Leaf` is given; a `Sum` adds with signs; a `Contraction` is every product there is (an
entry by an entry, a matrix by a vector, outer, a scaled row), told apart by its labels alone as in Einstein's notation; a
`Pointwise` applies a function entry by entry; a `Reduction` makes a vector a number. `MatrixExponential` is of weights only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

Dimension = str | int
"""``"m"`` for the inputs, ``"n"`` for the width, the name of another size, or a number."""

Shape = tuple[Dimension, ...]

# When a node is known: before anything runs, once for some weights, for all steps at once, or only step by step.
NUMBER, ONCE, AHEAD, STEP = range(4)
_KNOWN = {
    "number": NUMBER, "constant": NUMBER, "identity": ONCE, "weight": ONCE, "x": AHEAD, "t": AHEAD, "state": STEP,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is given: ``kind`` "number", "constant", "identity", "weight", "x", "t" or "state", which, and how long ago."""

    kind: str
    name: str = ""
    delay: int = 0
    number: float = 0.0

    @property
    def stage(self) -> int:
        """Return when it is known; what was the input is known as early as the input."""
        return _KNOWN[self.kind]


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of the arguments, each times its sign."""

    signs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Contraction:
    """A product of one or two arguments: their axes carry ``labels``, those that are not in ``out`` are summed over.

    A vector is labelled "i", a matrix "ij"; what is summed over is "k". ``labels`` ("ik", "k") with ``out`` "i" is M v.
    """

    labels: tuple[str, ...]
    out: str

    @property
    def summed(self) -> str:
        """Return the labels that are summed over."""
        return _summed(self.labels, self.out)


@cache
def _summed(labels: tuple[str, ...], out: str) -> str:
    # Asked for at every step of a walk.
    return "".join(dict.fromkeys(label for one in labels for label in one if label not in out))


@dataclass(frozen=True, slots=True)
class Pointwise:
    """A function of the table in `functions`, entry by entry."""

    name: str


@dataclass(frozen=True, slots=True)
class Reduction:
    """A function of the table in `functions` that makes one number of a vector."""

    name: str


@dataclass(frozen=True, slots=True)
class MatrixExponential:
    """The exponential of a square matrix that depends on weights alone."""


Operator = Leaf | Sum | Contraction | Pointwise | Reduction | MatrixExponential


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a step: ``operator`` applied to the nodes ``args``, of this shape, known at this stage."""

    operator: Operator
    args: tuple[int, ...]
    shape: Shape
    stage: int


Graph = tuple[Node, ...]


def ancestors(graph: Graph, of: Iterator[int] | tuple[int, ...]) -> list[int]:
    """Return the nodes that some nodes are made of, and these, in order."""
    wanted: set[int] = set()
    left = list(of)
    while left:
        node = left.pop()
        if node not in wanted:
            wanted.add(node)
            left.extend(graph[node].args)
    return sorted(wanted)


def delays(graph: Graph) -> dict[tuple[str, str], set[int]]:
    """Return the delays at which each leaf is read, by its kind and name."""
    found: dict[tuple[str, str], set[int]] = {}
    for node in graph:
        if isinstance(node.operator, Leaf):
            found.setdefault((node.operator.kind, node.operator.name), set()).add(node.operator.delay)
    return found


def users(graph: Graph, ends: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Return the nodes that each node is an argument of; an end counts as one more, −1."""
    found: dict[int, list[int]] = {place: [] for place in range(len(graph))}
    for place, node in enumerate(graph):
        for arg in node.args:
            found[arg].append(place)
    for end in ends:
        found[end].append(-1)
    return {place: tuple(some) for place, some in found.items()}
