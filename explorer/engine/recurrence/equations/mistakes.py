"""All mistakes of equations, one a line: something harmless stands in for a line that has one, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from explorer.engine.errors import BadEquations, Refusal
from explorer.engine.recurrence.equations.text import lines

_MOST = 10
_EQUATION = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)(.*)", re.DOTALL)
_BRACKETS = {"(": 1, "[": 1, ")": -1, "]": -1}
_SHAPES = ("left", "right", "found", "expected", "shape")


def mistakes(text: str, read: Callable[[str], object]) -> tuple[BadEquations, ...]:
    """Return the first mistake of each line that has one, in the order of the lines; () for none.

    ``read`` reads the equations and raises `BadEquations`. What follows from a mistake further up is none of its own: where a
    line reads what a wrong one should have made, its shapes are not judged.
    """
    found: dict[int, BadEquations] = {}
    passed: set[int] = set()
    made: set[str] = set()
    while len(passed) < _MOST:
        try:
            read(text)
            break
        except BadEquations as mistake:
            line = mistake.line
            if "line" not in mistake.values or line in passed:
                if not found:
                    found[line] = mistake
                break
            equation = _equation(lines(text), line)
            passed.add(line)
            if not (made and _is_of_shapes(mistake)):
                found[line] = mistake
            if equation.name:
                made.add(equation.name)
            text = equation.stood_in(text)
    return tuple(found[line] for line in sorted(found))


@dataclass(frozen=True, slots=True)
class _Equation:
    """The lines, counted from 0 up to ``end``, of an equation, and what it makes; "" where that can't be told."""

    begin: int
    end: int
    name: str

    def stood_in(self, text: str) -> str:
        """Return the text with ``name = name`` for the equation: a state as wide as the layer, of which nothing is wrong."""
        rows = lines(text)
        rows[self.begin : self.end] = [f"{self.name} = {self.name}" if self.name else ""] + [""] * (
            self.end - self.begin - 1
        )
        return "\n".join(rows)


def _equation(rows: list[str], line: int) -> _Equation:
    """Return the equation that a line, counted from 1, is of; that line alone where its brackets don't match."""
    begin, depth = 0, 0
    for number, row in enumerate(rows):
        if depth == 0:
            begin = number
        depth += sum(_BRACKETS.get(character, 0) for character in row.partition("#")[0])
        if depth < 0:
            break
        if depth == 0 and number >= line - 1:
            return _named(rows, begin, number + 1)
    return _named(rows, line - 1, line)


def _named(rows: list[str], begin: int, end: int) -> _Equation:
    equation = _EQUATION.match(rows[begin])
    return _Equation(begin, end, equation[1] if equation else "")


def _is_of_shapes(mistake: BadEquations) -> bool:
    """Return whether shapes don't go together: after a mistake further up, they may be no more than what stands in for it."""
    reason = mistake.values.get("reason")
    return isinstance(reason, Refusal) and any(isinstance(reason.values.get(name), str) for name in _SHAPES)
