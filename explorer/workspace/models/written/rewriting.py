"""A cell's equations as lines of Python: what they say of delays, activation and constants is spelt out."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from explorer.engine.recurrence.recurrence import Recurrence

_ACTIVATION = "f"
_TAKEN = frozenset({"np", "torch", "weights", "prefix", "given", "now", "enumerate"})


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The ``lines`` of one step, and the names of the ``functions`` that they apply.

    A delayed value ``h[2]`` has the name ``h_2``: ``delayed`` says for each name how many steps back it is read.
    """

    lines: tuple[str, ...]
    functions: frozenset[str]
    delayed: Mapping[str, int]


def rewritten(recurrence: Recurrence) -> Rewritten:
    """Return the equations of ``recurrence``, with the values that its constants have."""
    turn = _Turn(recurrence.activation)
    values = {constant.name: constant.value for constant in recurrence.constants}
    lines = tuple(_lines(recurrence.text, turn, values))
    return Rewritten(lines, frozenset(turn.functions), turn.delayed)


def _lines(text: str, turn: _Turn, constants: Mapping[str, float]) -> Iterator[str]:
    for line in ast.parse(text).body:
        assert isinstance(line, ast.Assign)
        (target,) = line.targets
        assert isinstance(target, ast.Name)
        if target.id in constants:
            yield f"{own(target.id)} = {constants[target.id]!r}"
        else:
            yield f"{own(target.id)} = {ast.unparse(turn.visit(line.value))}"


class _Turn(ast.NodeTransformer):
    """Gives delays names of their own, and f the name of the activation; notes what is delayed, and what is applied."""

    def __init__(self, activation: str | None) -> None:
        self.activation = activation
        self.functions: set[str] = set()
        self.delayed: dict[str, int] = {}

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(own(node.id))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        assert isinstance(node.value, ast.Name)
        assert isinstance(node.slice, ast.Constant)
        name, back = node.value.id, int(node.slice.value)  # type: ignore[arg-type]
        self.delayed[name] = max(back, self.delayed.get(name, 0))
        return ast.Name(earlier(name, back))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name == _ACTIVATION and self.activation is not None:
            name = self.activation
        self.functions.add(name)
        return ast.Call(ast.Name(name), [self.visit(one) for one in node.args], [])


def earlier(name: str, steps: int) -> str:
    """Return what the value of ``name`` so many steps ago is called."""
    return f"{name}_before_{steps}"


def own(name: str) -> str:
    """Return what a name of the equations is called, where Python or the module itself has another use for it."""
    return f"{name}_" if keyword.iskeyword(name) or name in _TAKEN else name
