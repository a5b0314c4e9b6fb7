"""The graph as it is built: equal nodes are one, stages are known, and what would lose digits is written as what does not.

``1 − σ(a)`` is σ(−a), ``1 − e^a`` is −expm1(a), ``ln σ(a)`` is logsigmoid(a): the same numbers on paper, but not where
float64 rounds the first term to one. What of a sum is known before the state is added up before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from explorer.engine.recurrence.expressions.expression import (
    NUMBER,
    ONCE,
    STEP,
    Contraction,
    Leaf,
    MatrixExponential,
    Node,
    Operator,
    Pointwise,
    Reduction,
    Shape,
    Sum,
)

_VECTOR, _MATRIX = "i", "ij"
LABELS = ("", _VECTOR, _MATRIX)


@dataclass
class Builder:
    """A graph that grows; every method returns the number of a node."""

    nodes: list[Node] = field(default_factory=list)
    _known: dict[tuple[Operator, tuple[int, ...], Shape], int] = field(default_factory=dict)

    def add(self, operator: Operator, args: tuple[int, ...], shape: Shape) -> int:
        """Return the node of this operator and these arguments, an old one if there is."""
        key = operator, args, shape if _is_as_wide_as_wanted(operator) else ()
        if key not in self._known:
            stage = max((self.nodes[arg].stage for arg in args), default=NUMBER)
            stage = operator.stage if isinstance(operator, Leaf) else stage
            self._known[key] = len(self.nodes)
            self.nodes.append(Node(operator, args, shape, stage))
        return self._known[key]

    def number(self, value: float) -> int:
        """Return a plain number."""
        return self.add(Leaf("number", number=value), (), ())

    def sum(self, terms: Sequence[tuple[int, int]]) -> int:
        """Return the sum of (sign, node), whose shapes are one, or () for numbers."""
        exact = self._without_loss(terms)
        if exact is not None:
            return exact
        terms = self._early_first(terms)
        if len(terms) == 1 and terms[0][0] == 1:
            return terms[0][1]
        shape = max((self.nodes[arg].shape for _, arg in terms), key=len)
        args = [self.filled(arg, shape) for _, arg in terms]
        return self.add(Sum(tuple(sign for sign, _ in terms)), tuple(args), shape)

    def times(self, a: int, b: int) -> int:
        """Return a·b entry by entry, of two of one shape or of a number and anything."""
        of_a, of_b = (LABELS[len(self.nodes[one].shape)] for one in (a, b))
        shape = max((self.nodes[a].shape, self.nodes[b].shape), key=len)
        return self.add(Contraction((of_a, of_b), LABELS[len(shape)]), (a, b), shape)

    def contract(self, labels: tuple[str, ...], out: str, args: tuple[int, ...], shape: Shape) -> int:
        """Return a product by its labels."""
        return self.add(Contraction(labels, out), args, shape)

    def apply(self, name: str, args: Sequence[int]) -> int:
        """Return a function of arguments of one shape, or of numbers."""
        shape = max((self.nodes[arg].shape for arg in args), key=len)
        rewritten = self._rewritten(name, args)
        if rewritten is not None:
            return rewritten
        return self.add(Pointwise(name), tuple(self.filled(arg, shape) for arg in args), shape)

    def reduce(self, name: str, arg: int) -> int:
        """Return a measure of a vector."""
        return self.add(Reduction(name), (arg,), ())

    def matrix_exponential(self, arg: int) -> int:
        """Return exp of a square matrix of weights."""
        return self.add(MatrixExponential(), (arg,), self.nodes[arg].shape)

    def filled(self, arg: int, shape: Shape) -> int:
        """Return a scalar made as wide as ``shape``; a plain number goes with everything as it is."""
        node = self.nodes[arg]
        if len(node.shape) == len(shape) or node.stage == NUMBER:
            return arg
        return self.add(Contraction(("",), LABELS[len(shape)]), (arg,), shape)

    def is_number(self, node: int, value: float) -> bool:
        """Return whether a node is this plain number."""
        return self.nodes[node].operator == Leaf("number", number=value)

    def _applied(self, node: int, name: str) -> int | None:
        """Return the argument of a function of one argument, None of anything else."""
        found = self.nodes[node]
        return found.args[0] if found.operator == Pointwise(name) else None

    def _early_first(self, terms: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
        """Return a sum's terms with those that need no state as one, added to a product of weights with the state first."""
        early = [term for term in terms if self.nodes[term[1]].stage < STEP]
        late = [term for term in terms if term not in early]
        if not late or not early:
            return terms
        before = (1, self.sum(early)) if len(early) > 1 else early[0]
        product = next((term for term in late if term[0] == before[0] == 1 and self._is_weight_product(term[1])), None)
        if product is None or len(late) == 1:
            return [*late, before]
        return [(1, self.sum([product, before])), *(term for term in late if term != product)]

    def _is_weight_product(self, place: int) -> bool:
        node = self.nodes[place]
        return node.operator == Contraction(("ik", "k"), "i") and self.nodes[node.args[0]].stage <= ONCE

    def _without_loss(self, terms: Sequence[tuple[int, int]]) -> int | None:
        """Return 1 − σ(a), 1 − e^a or e^a − 1 as one function."""
        if len(terms) != 2:
            return None
        for (one, a), (sign, b) in (tuple(terms), tuple(terms)[::-1]):
            if not self.is_number(a, 1.0) or one == sign:
                continue
            gate, power = self._applied(b, "sigmoid"), self._applied(b, "exp")
            if gate is not None and one == 1:
                return self.apply("sigmoid", [self.sum([(-1, gate)])])
            if power is not None:
                return self.sum([(-one, self.apply("expm1", [power]))])
        return None

    def _rewritten(self, name: str, args: Sequence[int]) -> int | None:
        if name == "log":
            return self._log(args[0])
        if name == "**":
            return self._power(*args)
        return None

    def _log(self, arg: int) -> int | None:
        """Return ln σ(a) and ln e^a without the way there."""
        gate, power = self._applied(arg, "sigmoid"), self._applied(arg, "exp")
        return self.apply("logsigmoid", [gate]) if gate is not None else power

    def _power(self, base: int, exponent: int) -> int | None:
        """Return a² as a product, and a power of e^a or σ(a) as one of e."""
        if self.nodes[exponent].stage != NUMBER:
            return None
        gate, power = self._applied(base, "sigmoid"), self._applied(base, "exp")
        if gate is not None:
            power = self.apply("logsigmoid", [gate])
        if power is not None:
            return self.apply("exp", [self.times(exponent, power)])
        return self.times(base, base) if self.is_number(exponent, 2.0) else None


def _is_as_wide_as_wanted(operator: Operator) -> bool:
    """Return whether neither a node's operator nor its arguments decide its shape: an identity, a number made a vector."""
    if isinstance(operator, Leaf):
        return operator.kind == "identity"
    return isinstance(operator, Contraction) and operator.labels == ("",)
