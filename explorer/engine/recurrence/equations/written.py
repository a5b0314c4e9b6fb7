"""Equations as they were written, kept as frozen trees: what is set in type, and where gates are found by name.

The graph is for numbers: it shares what is equal, reorders sums and writes 1 − σ(a) as σ(−a). A person wants the line as it
stands in the paper; each part of it knows the node that holds its value.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from explorer.engine.recurrence.equations.tree import plain_number, terms, whole_number

NUMBER, CONSTANT, WEIGHT, INPUT, STEP_NUMBER, VALUE = "number", "constant", "weight", "input", "step", "value"
SUM, CALL, TRANSPOSE = "sum", "call", "transpose"
NET_INPUT = "net input"
"""Only a derivative has it: z of a gate by its name, or of the only one without."""
_SIGNS: Mapping[type[ast.AST], str] = {
    ast.Mult: "*", ast.MatMult: "@", ast.Div: "/", ast.Pow: "**", ast.Mod: "%", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A part of an equation: ``kind`` is one of the words above or an operator's sign.

    ``text`` is a name, a number's digits, a function's name or a sum's signs ("+-"); ``delay`` how many steps ago a value
    was; ``rank`` the number of its axes; ``node`` where in the graph it stands, None where the graph needs it no more.
    """

    kind: str
    text: str = ""
    parts: tuple[Written, ...] = ()
    rank: int = 0
    delay: int = 0
    node: int | None = None

    def placed(self, places: Mapping[int, int]) -> Written:
        """Return the same over a graph whose nodes went elsewhere."""
        node = None if self.node is None else places.get(self.node)
        return replace(self, node=node, parts=tuple(part.placed(places) for part in self.parts))

    def earlier(self, steps: int) -> Written:
        """Return what it was some steps ago."""
        delay = self.delay + steps if self.kind in (VALUE, INPUT) else self.delay
        return replace(self, delay=delay, parts=tuple(part.earlier(steps) for part in self.parts))

    def in_layer(self, prefix: str, below: Written | None) -> Written:
        """Return it in a stack: ``prefix`` before its names, and for its input what the layer ``below`` gave out."""
        if self.kind == INPUT and below is not None:
            return replace(below.earlier(self.delay), node=self.node)
        named = self.kind in (VALUE, WEIGHT, CONSTANT)
        parts = tuple(part.in_layer(prefix, below) for part in self.parts)
        return replace(self, text=prefix + self.text if named else self.text, parts=parts)

    def summands(self) -> Iterator[Written]:
        """Yield what it is a sum of, and the factors of these, down to what is neither."""
        if self.kind in (SUM, "*"):
            for part in self.parts:
                yield from part.summands()
        else:
            yield self


@dataclass(frozen=True, slots=True)
class Line:
    """One equation: the name that it assigns, as code and as a tree.

    ``again`` says that the name had a value before, ``steady`` that it is the same at all steps.
    """

    name: str
    code: str
    value: Written
    again: bool = False
    steady: bool = False

    def placed(self, places: Mapping[int, int]) -> Line:
        """Return the same over a graph whose nodes went elsewhere."""
        return replace(self, value=self.value.placed(places))

    def in_layer(self, prefix: str, below: Written | None) -> Line:
        """Return it as a line of a stack; its code stays the layer's own."""
        return replace(self, name=prefix + self.name, value=self.value.in_layer(prefix, below))


@dataclass(frozen=True, slots=True)
class Names:
    """What the names in a line mean where it stands, and what its parts became: node and rank."""

    kinds: Mapping[str, str]
    known: frozenset[str]
    function: str
    activation: str
    meant: Mapping[ast.expr, tuple[int, int]]

    def written(self, node: ast.expr) -> Written:
        """Return an expression as a tree."""
        place, rank = self.meant.get(node, (None, 0))
        return replace(self._written(node), rank=rank, node=place)

    def code(self, name: str, value: ast.expr) -> str:
        """Return an equation in NumPy's notation, with the activation that the layer chose."""
        text = ast.unparse(value)
        if f"{self.function}(" in text:
            text = ast.unparse(_Activated(self.function, self.activation).visit(ast.parse(text)))
        return f"{name} = {text}"

    def _written(self, node: ast.expr) -> Written:
        number = plain_number(node)
        if number is not None:
            return Written(NUMBER, f"{number:.15g}")
        match node:
            case ast.Name(id=name):
                return self._name(name)
            case ast.Subscript(value=ast.Name(id=name), slice=delay):
                kind = INPUT if self.kinds.get(name) == INPUT else VALUE
                return Written(kind, name, delay=whole_number(delay) or 0)
            case ast.UnaryOp() | ast.BinOp(op=ast.Add() | ast.Sub()):
                return self._sum(node)
            case ast.BinOp(left=left, op=op, right=right):
                return Written(_SIGNS[type(op)], parts=(self.written(left), self.written(right)))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return Written(_SIGNS[type(op)], parts=(self.written(left), self.written(right)))
            case ast.Attribute(value=value):
                return Written(TRANSPOSE, parts=(self.written(value),))
            case ast.Call(func=ast.Name(id=name), args=args):
                name = self.activation if name == self.function else name
                return Written(CALL, name, tuple(self.written(arg) for arg in args))
        raise TypeError(node)

    def _name(self, name: str) -> Written:
        kind = self.kinds.get(name, VALUE)
        return Written(kind, name, delay=int(kind == VALUE and name not in self.known))

    def _sum(self, node: ast.expr) -> Written:
        chain = terms(node)
        if len(chain) == 1 and chain[0][0] > 0:
            return self._written(chain[0][1])
        signs = "".join("+" if sign > 0 else "-" for sign, _ in chain)
        return Written(SUM, signs, tuple(self.written(term) for _, term in chain))


class _Activated(ast.NodeTransformer):
    """Puts an activation in the place of f(…)."""

    def __init__(self, function: str, activation: str) -> None:
        self._function, self._activation = function, activation

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == self._function:
            if self._activation == "identity":
                return node.args[0]
            node.func.id = self._activation
        return node
