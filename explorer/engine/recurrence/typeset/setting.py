"""An equation set in type: one walk over its tree, for every notation.

Entries that are multiplied with entries have a ring between them, matrices and numbers stand side by side, which binds
tighter. What reads another step's value says so: h_{t−1} before its line, h_t after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from explorer.engine.recurrence.equations.written import NUMBER, TRANSPOSE, Line, Written
from explorer.engine.recurrence.typeset.algebra import transposed
from explorer.engine.recurrence.typeset.notation import (
    ADDED,
    COMPARED,
    DIVIDED,
    ENTRYWISE,
    RAISED,
    SIDE_BY_SIDE,
    WHOLE,
    Notation,
    Plain,
    Tex,
)

_NEGATIONS = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


Clock = Callable[[int, str], int]


@dataclass(frozen=True, slots=True)
class Setting:
    """A way to set equations: a ``notation``, and the step that they are at, "t", "j" or a number.

    ``clock`` says what a step is called at which a value of some name is made, "" for the input and all else: the chain of a
    layer that reads the sequence backward counts its steps from the end.
    """

    notation: Notation
    at: str | int = "t"
    clock: Clock | None = None

    def line(self, line: Line) -> str:
        """Return an equation; a name that gets another value has an arrow."""
        made = self.notation.name(line.name, "" if line.steady else self.time(0, line.name))
        return made + self.notation.sign("again" if line.again else "=") + self.of(line.value)

    def of(self, part: Written, least: int = COMPARED) -> str:
        """Return an expression, in brackets if it binds less than what stands around it."""
        return self._kept(*self._of(part), least)

    def _kept(self, text: str, level: int, least: int) -> str:
        return text if level >= least else self.notation.bracketed(text)

    def time(self, delay: int, name: str = "") -> str:
        """Return the step of some steps ago, as it is called for the value of a ``name``."""
        if isinstance(self.at, int):
            step = self.at - delay
            return str(step if self.clock is None else self.clock(step, name))
        return self.at if not delay else f"{self.at}-{delay}"

    def _of(self, part: Written) -> tuple[str, int]:
        """Return an expression, and how tight it binds."""
        notation = self.notation
        match part.kind:
            case "number":
                return notation.number(part.text), ADDED if part.text.startswith("-") else WHOLE
            case "constant" | "weight":
                return notation.name(part.text), WHOLE
            case "input":
                return notation.name(part.text, self.time(part.delay)), WHOLE
            case "value":
                return notation.name(part.text, self.time(part.delay, part.text)), WHOLE
            case "net input":
                return notation.name("z", self.time(0), part.text), WHOLE
            case "step":
                return self.time(0), WHOLE
            case "I" | "ones":
                return notation.sign(part.kind), WHOLE
            case "call":
                return self._call(part)
            case "slope":
                return notation.function(part.text, [self.of(one) for one in part.parts], prime=True)
            case "[]":
                return f"[{self.of(part.parts[0])}]", WHOLE
            case "sum":
                return self._sum(part), ADDED
            case "transpose":
                return notation.transposed(self.of(part.parts[0], WHOLE)), RAISED
        return self._joined(part.kind, *part.parts)

    def _joined(self, sign: str, a: Written, b: Written) -> tuple[str, int]:
        """Return what a sign between two makes."""
        match sign:
            case "*":
                return self._times(a, b)
            case "@":
                return self._product(a, b)
            case "/":
                return self._fraction(a, b)
            case "**":
                return self.notation.raised(self.of(a, WHOLE), self.of(b)), RAISED
            case "%":
                return self.of(a, RAISED) + self.notation.sign(sign) + self.of(b, RAISED), DIVIDED
            case "⊗":
                return self.of(a, RAISED) + self.notation.sign(sign) + self.of(b, RAISED), ENTRYWISE
        return self.of(a, ADDED) + self.notation.sign(sign) + self.of(b, ADDED), COMPARED

    def _sum(self, part: Written) -> str:
        text = ""
        for place, (sign, one) in enumerate(zip(part.text, part.parts, strict=True)):
            text += self.notation.sign(sign if place else "first" + sign) + self.of(one, DIVIDED)
        return text

    def _times(self, a: Written, b: Written) -> tuple[str, int]:
        if a.rank and b.rank:
            return self.of(a, ENTRYWISE) + self.notation.sign("*") + self.of(b, ENTRYWISE), ENTRYWISE
        scalar, other = (b, a) if a.rank and not b.rank else (a, b)
        # A number aᵀ b beside a vector is kept together.
        first = self.of(scalar, RAISED if scalar.kind == "@" else SIDE_BY_SIDE)
        between = self.notation.sign("number" if other.kind == NUMBER else "beside")
        return first + between + self.of(other, SIDE_BY_SIDE), SIDE_BY_SIDE

    def _product(self, a: Written, b: Written) -> tuple[str, int]:
        if (a.rank, b.rank) == (1, 2) and b.kind != TRANSPOSE:
            a, b = transposed(b), a
        elif (a.rank, b.rank) == (1, 1):
            a = transposed(a)
        return self._side_by_side(a, b)

    def _side_by_side(self, a: Written, b: Written) -> tuple[str, int]:
        return self.of(a, SIDE_BY_SIDE) + self.notation.sign("beside") + self.of(b, SIDE_BY_SIDE), SIDE_BY_SIDE

    def _fraction(self, a: Written, b: Written) -> tuple[str, int]:
        # Each is set once: fractions of fractions would be set twice as often a level.
        (above, binds), (below, holds) = self._of(a), self._of(b)
        text, level = self.notation.fraction(above, below)
        if level == WHOLE:
            return text, level
        return self.notation.fraction(self._kept(above, binds, ENTRYWISE), self._kept(below, holds, RAISED))

    def _call(self, part: Written) -> tuple[str, int]:
        if part.text == "identity":
            return self._of(part.parts[0])
        if part.text == "outer":
            return self._side_by_side(part.parts[0], transposed(part.parts[1]))
        args = [self.of(one) for one in part.parts]
        if part.text == "where":
            args.append(self.of(_negated(part.parts[0])))
        return self.notation.special(part.text, args) or self.notation.function(part.text, args)


def _negated(condition: Written) -> Written:
    """Return when a condition does not hold; one that is no comparison is a number, and then it is zero."""
    if condition.kind in _NEGATIONS:
        return replace(condition, kind=_NEGATIONS[condition.kind])
    return Written("==", parts=(condition, Written(NUMBER, "0")))


TEX, PLAIN = Setting(Tex()), Setting(Plain())
