"""J in symbols: the derivative of the step taken over one more arithmetic, that of expressions.

Each block is what `jacobian` adds up, coefficient · weight or coefficient · identity, with names in the place of numbers:
diag(f_t) for ∂c_t/∂c_{t−1} on the LSTM's direct path, diag(tanh′(z_t)) W for the simple cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from explorer.engine.recurrence.equations.written import (
    CALL,
    CONSTANT,
    INPUT,
    NET_INPUT,
    STEP_NUMBER,
    VALUE,
    WEIGHT,
    Written,
)
from explorer.engine.recurrence.expressions.expression import Contraction, Leaf, Node, Pointwise, Reduction, Sum
from explorer.engine.recurrence.motion import Path
from explorer.engine.recurrence.readings.derivative import Derivative, Readings
from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.recurrence.readings.jacobian import blocks, whole
from explorer.engine.recurrence.readings.linear import COLUMNS, ROWS, Linear, Term
from explorer.engine.recurrence.readings.step import Step, sized
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.typeset import algebra
from explorer.engine.recurrence.typeset.algebra import EYE, KRONECKER, ONE, ONES, OPEN, UNWRITTEN
from explorer.engine.recurrence.typeset.slopes import OF_SEVERAL, Slopes, fraction, slope

_LEAVES = {"weight": WEIGHT, "state": VALUE, "x": INPUT, "t": STEP_NUMBER, "constant": CONSTANT}
_MOST_AXES = 2
# A sum over what is the same for all units is n times that; n is known again by a size that no equation has.
_INPUTS, _WIDTH = 10_009, 10_007
Blocks = Mapping[tuple[str, str], Written]
"""By the parts of the row and the column."""


def jacobian(recurrence: Recurrence, path: Path = "whole") -> Blocks:
    """Return the blocks of ∂s_t/∂s_{t−1} that are not zero, as expressions; on a ``path`` those of the path.

    A block that has no form in the algebra of vectors and matrices is left out: see `unwritten`.
    """
    return MappingProxyType({key: block for key, block in _blocks(recurrence, path).items() if block is not None})


def unwritten(recurrence: Recurrence, path: Path = "whole") -> frozenset[tuple[str, str]]:
    """Return which blocks of ∂s_t/∂s_{t−1} are not zero but have no form: of a matrix state which mixes all, of numbers."""
    return frozenset(key for key, block in _blocks(recurrence, path).items() if block is None)


@lru_cache(maxsize=64)
def _blocks(recurrence: Recurrence, path: Path) -> Mapping[tuple[str, str], Written | None]:
    step = sized(recurrence, _INPUTS, _WIDTH)
    symbols = Symbols(step)
    linear = Linear(symbols)
    rows = Derivative(step, linear, Readings(symbols.number, symbols.slopes)).of(recurrence.next)
    found: dict[tuple[str, str], list[Written]] = {}
    for row, column, term in blocks(step, rows, 1, path):
        entry = summand(linear, term, len(step.state_shape(row)), len(step.state_shape(column)))
        found.setdefault((row, column), []).append(entry)
    return MappingProxyType({key: None if UNWRITTEN in some else _whole(some) for key, some in found.items()})


def keeping(recurrence: Recurrence) -> Mapping[str, Written]:
    """Return by what each part of the state keeps its own last value along the direct path: f for the LSTM's c."""
    own = {row: block for (row, column), block in jacobian(recurrence, "direct").items() if row == column}
    return MappingProxyType({row: _of_diagonal(block) for row, block in own.items()})


def _of_diagonal(block: Written) -> Written:
    """Return v of diag(v), 1 of the identity, anything else as it is."""
    if block == EYE:
        return ONE
    sign, size = algebra.signed(block)
    if size.kind == CALL and size.text == "diag":
        return size.parts[0] if sign > 0 else algebra.negative(size.parts[0])
    return block


def _whole(summands: Sequence[Written]) -> Written:
    if all(algebra.signed(one)[1].kind == KRONECKER for one in summands):
        return algebra.kronecker(summands)
    return algebra.added(summands)


def summand(linear: Linear, term: Term, rows: int, columns: int) -> Written:
    """Return one summand of a block."""
    product = whole(linear, term)
    if rows == columns == _MOST_AXES:
        return _kronecker(term, product.labels, product.number)
    if rows != 1 or columns != 1 or product.number.kind == OPEN:
        return UNWRITTEN
    if term.deltas:
        return algebra.diagonal(product.number)
    if not product.labels:
        return algebra.times(product.number, algebra.outer(ONES, ONES))
    if len(product.labels) < _MOST_AXES:
        # What is the same for all rows, or for all columns.
        pair = (product.number, ONES) if product.labels == ROWS[1] else (ONES, product.number)
        return algebra.outer(*pair)
    return product.number if product.labels == ROWS[1] + COLUMNS[1] else algebra.transposed(product.number)


def _kronecker(term: Term, labels: str, product: Written) -> Written:
    """Return a summand of the block of a matrix state, if that is a Kronecker product with an identity."""
    for delta, own, first in ((("i", "a"), "jb", True), (("j", "b"), "ia", False)):
        if delta not in term.deltas or not set(labels) <= set(own) or product.kind == OPEN:
            continue
        factor = algebra.diagonal(product) if len(labels) < _MOST_AXES else product
        factor = algebra.transposed(factor) if len(labels) == _MOST_AXES and labels != own else factor
        sign, size = algebra.signed(factor)
        made = Written(KRONECKER, parts=(EYE, size) if first else (size, EYE), rank=2)
        return made if sign > 0 else algebra.negative(made)
    return UNWRITTEN


@dataclass
class Symbols:
    """The arithmetic of expressions, and what the nodes of a graph are called in it."""

    step: Step
    named: Mapping[int, Written] = field(init=False)
    inputs: Mapping[int, Written] = field(init=False)
    shares: Mapping[int, Written] = field(init=False)
    known: dict[int, Written] = field(default_factory=dict)

    def __post_init__(self) -> None:
        recurrence, some = self.step.recurrence, gates(self.step.recurrence)
        # Of a name with several values the last is meant.
        last = [line for line in {line.name: line for line in recurrence.lines}.values() if line.value.node is not None]
        names = {line.name: Written(WEIGHT if line.steady else VALUE, line.name, rank=line.value.rank) for line in last}
        self.named = {line.value.node: names[line.name] for line in last if line.value.node is not None}
        self.shares = {
            line.value.parts[0].node: names[line.name]
            for line in last
            if line.value.kind == CALL and line.value.text == "softmax" and line.value.parts[0].node is not None
        }
        self.inputs = {
            gate.node: Written(
                NET_INPUT, gate.name if len(some) > 1 else "", rank=len(recurrence.graph[gate.node].shape)
            )
            for gate in some
        }

    # ---- the arithmetic

    def contract(self, rule: Contraction, *numbers: Written) -> Written:
        """Return a product; what a derivative is multiplied by last stands first, as the chain rule has it."""
        if len(numbers) == 2 and not rule.summed and rule.labels[0] == rule.labels[1]:
            return algebra.times(*numbers[::-1])
        return _contracted(rule, *numbers)

    def add(self, labels: Sequence[str], numbers: Sequence[Written]) -> Written:
        """Return a sum."""
        every = "".join(sorted({label for one in labels for label in one}))
        return algebra.gathered([_turned(one, number, every) for one, number in zip(labels, numbers, strict=True)])

    def one(self, sign: float) -> Written:
        """Return a plain number, or a size by its name."""
        return Written(CONSTANT, {_INPUTS: "m", _WIDTH: "n"}[int(sign)]) if sign >= _WIDTH else algebra.number(sign)

    # ---- the nodes

    def number(self, place: int) -> Written:
        """Return what a node is called, or the expression that it is."""
        if place not in self.known:
            node = self.step.recurrence.graph[place]
            leaf = isinstance(node.operator, Leaf)
            self.known[place] = self.named[place] if place in self.named and not leaf else self._node(node)
        return self.known[place]

    def _node(self, node: Node) -> Written:
        if isinstance(node.operator, Leaf):
            return _leaf(node.operator, len(node.shape))
        rest = self._rest_of_a_gate(node)
        if rest is not None:
            return rest
        args, rank = [self.number(arg) for arg in node.args], len(node.shape)
        match node.operator:
            case Sum(signs=signs):
                return algebra.added(
                    [arg if sign > 0 else algebra.negative(arg) for sign, arg in zip(signs, args, strict=True)]
                )
            case Contraction() as rule:
                return _contracted(rule, *args)
            case Pointwise(name=name) | Reduction(name=name):
                return Written(*((CALL, name) if name.isalnum() else (name, "")), tuple(args), rank)
        return Written(CALL, "expm", tuple(args), rank)

    def _rest_of_a_gate(self, node: Node) -> Written | None:
        """Return 1 − f for the σ(−a) that the graph has for it."""
        graph = self.step.recurrence.graph
        if node.operator != Pointwise("sigmoid") or graph[node.args[0]].operator != Sum((-1,)):
            return None
        for place, gate in self.named.items():
            if graph[place].operator == node.operator and graph[place].args == graph[node.args[0]].args:
                return algebra.less(ONE, gate)
        return None

    def slopes(self, place: int) -> Slopes:
        """Return the slopes of a function by its arguments."""
        node = self.step.recurrence.graph[place]
        args = [self._argument(arg) for arg in node.args]
        match node.operator:
            case Pointwise(name=name) if name in OF_SEVERAL:
                return OF_SEVERAL[name](*args)
            case Pointwise(name="exp"):
                return (self.number(place),)
            case Pointwise(name=name):
                return (slope(name, self._upright(node, name, args[0])),)
            case Reduction(name="norm"):
                return (fraction(args[0], Written(CALL, "norm", (args[0],))),)
        return (self.shares.get(node.args[0]) or Written(CALL, "softmax", (args[0],), 1),)

    def _upright(self, node: Node, name: str, arg: Written) -> Written:
        """Return a slope's argument; σ′ is the same on both sides of zero, so that of σ(−z) is taken at z."""
        against = self.step.recurrence.graph[node.args[0]]
        return self._argument(against.args[0]) if name == "sigmoid" and against.operator == Sum((-1,)) else arg

    def _argument(self, place: int) -> Written:
        """Return the net input of a gate by name; an argument that is none as it is."""
        return self.inputs[place] if place in self.inputs else self.number(place)


def _leaf(leaf: Leaf, rank: int) -> Written:
    if leaf.kind == "number":
        return algebra.number(leaf.number)
    return EYE if leaf.kind == "identity" else Written(_LEAVES[leaf.kind], leaf.name, rank=rank, delay=leaf.delay)


# ---- products by labels, as those of vectors and matrices


def _contracted(rule: Contraction, *numbers: Written) -> Written:
    if any(one.kind == OPEN for one in numbers):
        return UNWRITTEN
    if len(numbers) == 1:
        (a,), (labels,) = numbers, rule.labels
        return Written(CALL, "sum", (a,)) if rule.summed else _turned(labels, a, rule.out) if a.rank else a
    (a, b), (of_a, of_b) = numbers, rule.labels
    if not a.rank or not b.rank:
        scalar, other, labels = (a, b, of_b) if not a.rank else (b, a, of_a)
        return algebra.times(scalar, _turned(labels, other, rule.out))
    if len(rule.out) > _MOST_AXES or len(rule.summed) > 1:
        return UNWRITTEN
    return _summed(a, b, rule) if rule.summed else _spread(a, b, rule)


def _spread(a: Written, b: Written, rule: Contraction) -> Written:
    """Return a product that sums over nothing."""
    (of_a, of_b), out = rule.labels, rule.out
    if of_a == of_b:
        return algebra.times(a, b)
    if len(of_a) == len(of_b) == 1:
        return algebra.outer(a, b) if of_a == out[0] else algebra.outer(b, a)
    if len(of_a) == len(of_b):
        return algebra.times(_turned(of_a, a, out), _turned(of_b, b, out))
    v, M, of_v, of_M = (a, b, of_a, of_b) if len(of_a) == 1 else (b, a, of_b, of_a)
    scaled = algebra.matrices(algebra.diagonal(v), M) if of_v == of_M[0] else algebra.matrices(M, algebra.diagonal(v))
    return _turned(of_M, scaled, out)


def _summed(a: Written, b: Written, rule: Contraction) -> Written:
    """Return a product that sums over one label."""
    (of_a, of_b), out, over = rule.labels, rule.out, rule.summed
    if not out:
        return algebra.inner(a, b) if len(of_a) == len(of_b) == 1 else UNWRITTEN
    first, second, of_first, of_second = (a, b, of_a, of_b) if out[0] in of_a else (b, a, of_b, of_a)
    left = _turned(of_first, first, out[0] + over)
    right = second if len(of_second) == 1 else _turned(of_second, second, over + out[1:])
    return algebra.matrices(left, right)


def _turned(labels: str, a: Written, to: str) -> Written:
    """Return a matrix with these labels as one with those."""
    return algebra.transposed(a) if len(labels) == len(to) == a.rank == _MOST_AXES and labels != to else a
