"""What each operator of the equations means: which shapes it takes, and which nodes it becomes.

Most names are a line of a table: a function of `functions`, or made of others. Only `@` has more to tell.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from explorer.engine.errors import Refusal
from explorer.engine.recurrence.equations.build import Builder
from explorer.engine.recurrence.equations.found import Found
from explorer.engine.recurrence.equations.shapes import Axes
from explorer.engine.recurrence.expressions.expression import Contraction, Leaf
from explorer.engine.recurrence.expressions.functions import UNARY

_ROWS, _COLUMNS = Contraction(("i", "ij"), "ij"), Contraction(("ij", "j"), "ij")
_ENTRYWISE: Mapping[type[ast.operator], str] = MappingProxyType({ast.Div: "/", ast.Pow: "**", ast.Mod: "%"})
_PRODUCTS: Mapping[tuple[int, int], tuple[str, str, str]] = MappingProxyType(
    {(2, 1): ("ik", "k", "i"), (1, 2): ("k", "ki", "i"), (2, 2): ("ik", "kj", "ij"), (1, 1): ("k", "k", "")}
)


def _softplus(build: Builder, z: int) -> int:
    """−ln σ(−z)."""
    return build.sum([(-1, build.apply("logsigmoid", [build.sum([(-1, z)])]))])


def _hardsigmoid(build: Builder, z: int) -> int:
    """PyTorch's: z/6 + 1/2, between 0 and 1."""
    line = build.sum([(1, build.apply("/", [z, build.number(6.0)])), (1, build.number(0.5))])
    return build.apply("minimum", [build.apply("maximum", [line, build.number(0.0)]), build.number(1.0)])


def _modrelu(build: Builder, z: int, b: int) -> int:
    """sign(z) relu(|z| + b), with slope 0 at 0 (Arjovsky, Shah and Bengio 2016)."""
    size = build.apply("relu", [build.sum([(1, build.apply("abs", [z])), (1, b)])])
    zero = build.number(0.0)
    below = build.apply("where", [build.apply("<", [z, zero]), build.sum([(-1, size)]), zero])
    return build.apply("where", [build.apply(">", [z, zero]), size, below])


def _softmax(build: Builder, v: int) -> int:
    return build.apply("exp", [build.sum([(1, v), (-1, build.reduce("logsumexp", v))])])


ENTRY_BY_ENTRY: Mapping[str, tuple[int, Callable[..., int]]] = MappingProxyType(
    {
        **{name: (1, lambda build, z, name=name: build.apply(name, [z])) for name in UNARY},
        "softplus": (1, _softplus),
        "hardsigmoid": (1, _hardsigmoid),
        "modrelu": (2, _modrelu),
        "logaddexp": (2, lambda build, a, b: build.apply("logaddexp", [a, b])),
        "maximum": (2, lambda build, a, b: build.apply("maximum", [a, b])),
        "minimum": (2, lambda build, a, b: build.apply("minimum", [a, b])),
        "where": (3, lambda build, c, a, b: build.apply("where", [c, a, b])),
    }
)
"""Operators of arguments of one shape: how many, and what they become."""

OF_ONE_RANK: Mapping[str, tuple[int, Callable[..., int]]] = MappingProxyType(
    {
        "softmax": (1, _softmax),
        "norm": (1, lambda build, v: build.reduce("norm", v)),
        "outer": (1, lambda build, a, b: build.contract(("i", "j"), "ij", (a, b), (_axis(build, a), _axis(build, b)))),
        "diag": (1, lambda build, v: _diagonal(build, v)),
        "expm": (2, lambda build, A: build.matrix_exponential(A)),
    }
)
"""Operators of vectors (rank 1) or of matrices (rank 2): the rank, and what they become."""

ARITIES: Mapping[str, int] = MappingProxyType(
    {
        **{name: arity for name, (arity, _) in ENTRY_BY_ENTRY.items()},
        **{name: 2 if name == "outer" else 1 for name in OF_ONE_RANK},
        "sum": 1,
    }
)
"""Every operator that is written as a call, with its number of arguments."""


def _axis(build: Builder, v: int) -> int:
    return int(build.nodes[v].shape[0])


def _diagonal(build: Builder, v: int) -> int:
    """Return diag(v), rows of the identity scaled by v."""
    axis = _axis(build, v)
    return build.add(_ROWS, (v, build.add(Leaf("identity", str(axis)), (), (axis, axis))), (axis, axis))


def _apart(values: Mapping[str, object], ranks: tuple[int, int]) -> Refusal:
    """Return why two shapes of these ranks don't go together."""
    if values["sign"] == "*" and ranks == (2, 1):
        return Refusal(
            "`{text}`: {left} and {right} don't go together by {sign}; a matrix multiplies a vector by `@`.", **values
        )
    if values["sign"] == "*" and ranks == (1, 2):
        return Refusal(
            "`{text}`: {left} and {right} don't go together by {sign}; rows are scaled by `diag(f) @ S`.", **values
        )
    return Refusal("`{text}`: {left} and {right} don't go together by {sign}; both must have one shape.", **values)


class Operators:
    """The operators as one reading applies them."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._build = found.builder

    def binary(self, op: ast.operator, node: ast.BinOp, a: int, b: int) -> int:
        """Return the node of * / ** % or @."""
        if isinstance(op, ast.MatMult):
            return self._product(node, a, b)
        if isinstance(op, ast.Mult):
            self.wider(a, b, node, "*")
            return self._build.times(a, b)
        if type(op) in _ENTRYWISE:
            return self.equal_shapes(_ENTRYWISE[type(op)], node, [a, b])
        raise self._found.wrong(node, Refusal("this operator is not understood; there are + - * / ** % @ and .T."))

    def equal_shapes(self, name: str, node: ast.expr, args: Sequence[int]) -> int:
        """Return a function of arguments of one shape or of numbers."""
        self._one_shape(node, args, name)
        return self._build.apply(name, args)

    def call(self, name: str, node: ast.Call, args: Sequence[int]) -> int:
        """Return the node of an operator that is written as a call."""
        if name in ENTRY_BY_ENTRY:
            self._one_shape(node, args, name)
            return ENTRY_BY_ENTRY[name][1](self._build, *args)
        if name == "sum":
            return self._sum(node, *args)
        rank, become = OF_ONE_RANK[name]
        for arg, written in zip(args, node.args, strict=True):
            self._of_rank(rank, name, arg, written)
        if name == "expm":
            self._square_weights(node, *args)
        return become(self._build, *args)

    def transpose(self, node: ast.expr, a: int) -> int:
        """Return the transpose of a matrix."""
        self._of_rank(2, ".T", a, node)
        rows, columns = self._found.shape(a)
        return self._build.contract(("ji",), "ij", (a,), (columns, rows))

    def wider(self, a: int, b: int, node: ast.expr, sign: str) -> int:
        """Return the one of two that has the larger shape, where they go together: one shape, or a number and any."""
        left, right = self._found.shape(a), self._found.shape(b)
        if left and right and not self._found.sizes.join_all(left, right):
            values = {
                "text": self._found.source(node), "sign": sign,
                "left": self._found.shown(left), "right": self._found.shown(right),
            }  # fmt: skip
            raise self._found.wrong(node, _apart(values, (len(left), len(right))))
        return a if len(left) >= len(right) else b

    def _one_shape(self, node: ast.expr, args: Sequence[int], name: str) -> None:
        widest = args[0]
        for arg in args[1:]:
            widest = self.wider(widest, arg, node, name)

    def _sum(self, node: ast.Call, a: int) -> int:
        rank = len(self._found.shape(a))
        if not rank:
            raise self._found.wrong(node, Refusal("`sum` is of a vector or a matrix, not of a number."))
        return self._build.contract(("k" if rank == 1 else "kl",), "", (a,), ())

    def _of_rank(self, rank: int, name: str, arg: int, node: ast.expr) -> None:
        found = self._found.shape(arg)
        if len(found) == rank:
            return
        values = {"name": name, "text": self._found.source(node), "found": self._found.shown(found)}
        if rank == 2:
            raise self._found.wrong(node, Refusal("`{name}` is of a matrix, and {text} is {found}.", **values))
        raise self._found.wrong(node, Refusal("`{name}` is of a vector, and {text} is {found}.", **values))

    def _square_weights(self, node: ast.Call, A: int) -> None:
        if self._found.is_data(A):
            raise self._found.wrong(node, Refusal("`expm` is of weights alone, not of the input or the state."))
        if not self._found.sizes.join(*self._found.shape(A)):
            raise self._found.wrong(
                node,
                Refusal(
                    "`expm` is of a square matrix, not of one that is {found}.",
                    found=self._found.shown(self._found.shape(A)),
                ),
            )

    # ---- products

    def _product(self, node: ast.BinOp, a: int, b: int) -> int:
        ranks = len(self._found.shape(a)), len(self._found.shape(b))
        if ranks not in _PRODUCTS:
            raise self._found.wrong(
                node, Refusal("`{text}` multiplies by a number: write * for @.", text=self._found.source(node))
            )
        left, right, out = _PRODUCTS[ranks]
        self._join_inner(node, a, b)
        shape = (*self._found.shape(a)[:-1], *(self._found.shape(b)[1:]))
        scaled = self._scaled(a, b)
        return self._build.contract((left, right), out, (a, b), shape) if scaled is None else scaled

    def _scaled(self, a: int, b: int) -> int | None:
        """Return diag(f) M, M diag(f) or diag(f) v as scaled rows, columns or entries; None where neither is diagonal."""
        f, g = self._diagonal_of(a), self._diagonal_of(b)
        shape = self._found.shape
        if f is not None:
            other = shape(b)
            return self._build.times(f, b) if len(other) == 1 else self._build.add(_ROWS, (f, b), (*shape(f), other[1]))
        if g is not None:
            other = shape(a)
            return (
                self._build.times(a, g) if len(other) == 1 else self._build.add(_COLUMNS, (a, g), (other[0], *shape(g)))
            )
        return None

    def _diagonal_of(self, a: int) -> int | None:
        """Return v where a node is diag(v)."""
        node = self._build.nodes[a]
        if node.operator != _ROWS:
            return None
        identity = self._build.nodes[node.args[1]].operator
        return node.args[0] if isinstance(identity, Leaf) and identity.kind == "identity" else None

    def _join_inner(self, node: ast.BinOp, a: int, b: int) -> None:
        """Make the axes one over which a product sums, or say which of the two would have to be how large."""
        left, right = self._found.shape(a), self._found.shape(b)
        if self._found.sizes.join(left[-1], right[0]):
            return
        text = self._found.source(node)
        for one, expected in ((a, (*left[:-1], right[0])), (b, (left[-1], *right[1:]))):
            name = self._name(one)
            if name is not None:
                raise self._found.wrong(node, self._needs(text, name, expected, self._found.shape(one)))
        raise self._found.wrong(
            node,
            Refusal(
                "`{text}`: {left} times {right} does not go.",
                text=text, left=self._found.shown(left), right=self._found.shown(right),
            ),
        )  # fmt: skip

    def _needs(self, text: str, name: str, expected: Axes, found: Axes) -> Refusal:
        return Refusal(
            "`{text}` needs {name} to be {expected}, but line {line} made it {found}.",
            text=text, name=name, line=self._found.first[name].line,
            expected=self._found.shown(expected), found=self._found.shown(found),
        )  # fmt: skip

    def _name(self, node: int) -> str | None:
        operator = self._build.nodes[node].operator
        return operator.name if isinstance(operator, Leaf) and operator.name in self._found.first else None
