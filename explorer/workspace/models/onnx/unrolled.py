"""A simple cell that an exporter wrote out step by step: no node says that it recurs, but one matrix comes again and again.

What is looked for is h_t = f(R h_{t−1} + b + what stands for x_t), twice at least, with one R and one f. What stands for
x_t is a part of X, or of U X, by its place along time; the places tell which way the cell runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from explorer.engine.errors import Refusal
from explorer.workspace.models.equations.cells import SimpleOptions
from explorer.workspace.models.equations.functions import function
from explorer.workspace.models.onnx.folding import Folding, NotConstant, Scope
from explorer.workspace.models.onnx.messages import Node
from explorer.workspace.models.stacks import Strand
from explorer.workspace.models.strands import Place, simple
from explorer.workspace.models.taken import Taken, together

_FUNCTIONS: Mapping[str, str] = {"Tanh": "tanh", "Relu": "relu", "Sigmoid": "sigmoid"}
_PRODUCTS = ("MatMul", "Gemm")
_SHAPES = ("Squeeze", "Unsqueeze", "Reshape", "Identity", "Cast", "Transpose")
_TURNS = ("Slice", "Gather", "Split")
_FAR = 12
_STEM = re.compile(r"^(?P<stem>.*?)[._]?(weight|bias)_[ih]h(?P<layer>_l\d+)?(?P<back>_reverse)?$")


@dataclass(frozen=True, slots=True)
class Unrolled:
    """A cell that was written out: ``steps`` are the names of h_1 … h_T in the sequence's order, ``reads`` that of X."""

    name: str
    scope: Scope
    strands: tuple[Strand, ...]
    steps: tuple[str, ...]
    reads: str

    @property
    def ends(self) -> tuple[str, ...]:
        """Return the names that stand for what it gives out."""
        return self.steps

    @property
    def lengths(self) -> tuple[int, ...]:
        """Return how many steps a sequence has: it is frozen."""
        return (len(self.steps),)

    def probes(self, T: int, sequences: int, numbers: np.ndarray) -> Iterator[tuple[dict[str, np.ndarray], np.ndarray]]:
        """Yield what ``numbers``, as many as there are, look like where it gives them out, and as (T, B, n)."""
        if len(self.steps) != T:
            return
        rows = numbers.reshape(T, sequences, self.strands[0].width)
        yield dict(zip(self.steps, rows, strict=True)), rows
        yield dict(zip(self.steps, rows[:, None], strict=True)), rows

    def in_rows(self, arrived: np.ndarray) -> np.ndarray:
        """Return what arrives at it as (T, B, m)."""
        return arrived


@dataclass(frozen=True, slots=True)
class _Step:
    """One step: the matrix' product, the function's node, and what stands for x_t with its place along time."""

    product: Node
    out: str
    kind: str
    bias: tuple[str, ...]
    given: str


@dataclass(frozen=True, slots=True)
class _Given:
    """Where what stands for x_t comes from: its place along time, U, which may stand transposed, biases, and X."""

    place: int
    U: str
    transposed: bool
    bias: tuple[str, ...]
    X: str


@dataclass(slots=True)
class Unrolling:
    """Looks for such cells in one graph."""

    scope: Scope
    folding: Folding
    _readers: dict[str, list[Node]] = field(default_factory=dict)

    def found(self) -> Iterator[Unrolled]:
        """Yield the cells that are found."""
        products: dict[str, list[Node]] = {}
        for node in self.scope.graph.nodes:
            for name in node.inputs:
                self._readers.setdefault(name, []).append(node)
            if node.kind in _PRODUCTS and not node.domain:
                products.setdefault(node.input(1), []).append(node)
        for weight, some in products.items():
            if len(some) > 1:
                cell = self._cell(weight, some)
                if cell is not None:
                    yield cell

    def _cell(self, weight: str, products: Sequence[Node]) -> Unrolled | None:
        steps = [step for product in products if (step := self._after(product)) is not None]
        after = {step.out: step for step in steps}
        follows = [
            (before, step) for step in steps if (before := after.get(self._plain(step.product.input(0)))) is not None
        ]
        if not follows or len({step.kind for step in steps}) > 1:
            return None
        first = self._first(steps, after)
        given = [self._given(step.given) for step in (*first, *steps)]
        if any(one is None for one in given):
            return None
        known = [one for one in given if one is not None]
        outs = [step.out for step in (*first, *steps)]
        places = [one.place for one in known]
        return self._told(weight, steps, known[0], [outs[i] for i in np.argsort(places)], places[0] > places[-1])

    def _first(self, steps: Sequence[_Step], after: Mapping[str, _Step]) -> list[_Step]:
        """Return the first step where R s_0 was worked out beforehand: the same function, of a constant and what is given."""
        begin = [step for step in steps if self._plain(step.product.input(0)) not in after]
        if len(begin) != 1:
            return []
        out = self._plain(begin[0].product.input(0))
        function_node = self._maker(out)
        if function_node is None or function_node.kind != begin[0].kind:
            return []
        added = self._maker(function_node.input(0))
        open_ones = (
            [] if added is None or added.kind != "Add" else [n for n in added.inputs if not self._is_constant(n)]
        )
        return [_Step(begin[0].product, out, begin[0].kind, (), open_ones[0])] if len(open_ones) == 1 else []

    def _after(self, product: Node) -> _Step | None:
        """Return the step that a product belongs to: what is added to it, and the function of the sum."""
        name, bias = product.output(0), ((product.input(2),) if product.input(2) else ())
        for _ in range(3):
            reader = self._reader(name)
            if reader is None:
                return None
            if reader.kind in _SHAPES:
                name = reader.output(0)
                continue
            if reader.kind != "Add":
                return None
            other = reader.input(1) if reader.input(0) == name else reader.input(0)
            name = reader.output(0)
            if self._is_constant(other):
                bias = (*bias, other)
                continue
            last = self._reader(name)
            if last is None or last.kind not in _FUNCTIONS:
                return None
            return _Step(product, last.output(0), last.kind, bias, other)
        return None

    def _reader(self, name: str) -> Node | None:
        """Return the node that alone reads a name."""
        found = self._readers.get(name, [])
        return found[0] if len(found) == 1 else None

    def _given(self, name: str) -> _Given | None:
        """Return where what stands for x_t comes from."""
        place: int | None = None
        bias: tuple[str, ...] = ()
        U, transposed, sign = "", False, 1
        for _ in range(_FAR):
            node = self._maker(name)
            if node is None:
                break
            if self._turns_round(node):
                sign, name = -sign, node.input(0)
            elif node.kind in _TURNS and place is None:
                place = self._place(node, name)
                name = node.input(0)
                # What is cut out of X itself is X: beyond that nothing is looked at.
                if U:
                    break
            elif node.kind in _SHAPES:
                name = node.input(0)
            elif node.kind in _PRODUCTS and not U:
                U, transposed = node.input(1), bool(node.attribute("transB").whole)
                bias, name = (*bias, *((node.input(2),) if node.input(2) else ())), node.input(0)
                if place is not None:
                    break
            elif node.kind == "Add" and not U:
                constants = [one for one in node.inputs if self._is_constant(one)]
                if len(constants) != 1:
                    break
                bias, name = (*bias, constants[0]), next((one for one in node.inputs if one not in constants), "")
            else:
                break
        return _Given(sign * place, U, transposed, bias, name) if place is not None and U else None

    def _turns_round(self, node: Node) -> bool:
        """Return whether a node turns the order of the steps round."""
        step = self._whole(node.input(4)) if node.kind == "Slice" and node.input(4) else None
        return step == -1

    def _place(self, node: Node, name: str) -> int | None:
        return node.outputs.index(name) if node.kind == "Split" else self._whole(node.input(1))

    def _whole(self, name: str) -> int | None:
        try:
            found = self.folding.value(self.scope, name).array
        except (NotConstant, Refusal):
            return None
        return int(found.flat[0]) if found.size == 1 else None

    def _told(
        self, weight: str, steps: Sequence[_Step], given: _Given, outs: list[str], backward: bool
    ) -> Unrolled | None:
        try:
            R = self._matrix(weight, bool(steps[0].product.attribute("transB").whole))
            U = self._matrix(given.U, given.transposed)
            b = together([self._taken(name) for name in (*given.bias, *steps[0].bias)])
        except (NotConstant, Refusal):
            return None
        if R.shape[0] != R.shape[1] or U.shape[0] != R.shape[0] or (b is not None and b.shape != R.shape[:1]):
            return None
        name = _called((*R.names, *U.names, *(() if b is None else b.names))) or steps[0].product.name or outs[0]
        strand = simple(Place(name, backward), U, R, b, SimpleOptions(function(_FUNCTIONS[steps[0].kind])))
        return Unrolled(name, self.scope, (strand,), tuple(outs), given.X)

    def _matrix(self, name: str, transposed: bool) -> Taken:
        """Return a matrix that multiplies from the left: a file's stands to the right of what it multiplies."""
        found = self._taken(name)
        return found if transposed else found.T

    def _taken(self, name: str) -> Taken:
        folded = self.folding.value(self.scope, name)
        return Taken(folded.array, folded.roots or (name,))

    def _is_constant(self, name: str) -> bool:
        try:
            return bool(self.folding.value(self.scope, name).array.size)
        except (NotConstant, Refusal):
            return False

    def _maker(self, name: str) -> Node | None:
        home = self.scope.home(name)
        made = None if home is None else home.makers.get(name)
        return None if made is None or made[0].domain else made[0]

    def _plain(self, name: str) -> str:
        """Return the name behind operators that leave the numbers as they are."""
        for _ in range(_FAR):
            node = self._maker(name)
            if node is None or node.kind not in _SHAPES:
                break
            name = node.input(0)
        return name


def _called(names: Sequence[str]) -> str:
    """Return what a layer is called by the names of its weights, where an exporter kept one."""
    for name in names:
        found = _STEM.match(name)
        if found is not None:
            layer = "" if found["layer"] is None else found["layer"].replace("_", ".", 1)
            return f"{found['stem']}{layer}{found['back'] or ''}".strip(".") or "cell"
    return ""
