"""An equation with a unit's numbers put in: f ∘ c + i ∘ g as 0.9·(0.2) + 0.4·(−0.7), and what it comes to with these."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.equations.written import CALL, SUM, Written
from explorer.engine.recurrence.expressions.functions import FUNCTIONS
from explorer.engine.recurrence.readings.curves import curve
from explorer.engine.recurrence.readings.gates import argument
from explorer.engine.recurrence.readings.step import Values
from explorer.engine.recurrence.typeset.notation import Plain

_OF_SEVERAL = ("maximum", "minimum", "logaddexp")
Shown = Callable[[float], tuple[str, float]]
"""How a number is written, and which number that is."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """An expression in numbers: its ``text``, and the ``value`` that the numbers in it make."""

    text: str
    value: float


@dataclass(frozen=True, slots=True)
class Reckoner:
    """The numbers of one unit at one step: the ``found`` values without leading axes, and how they are ``shown``.

    ``place`` is where the unit stands in a vector, or in a matrix.
    """

    found: Values
    place: tuple[int, ...]
    shown: Shown

    def of(self, part: Written) -> Reckoned | None:
        """Return sums and products of an expression in numbers; what stands within is one number.

        A function alone has the numbers that it is applied to. None where the graph keeps no value of a part.
        """
        place = argument(part)
        if place is not None and part.text != "identity":
            said, z = self.shown(self._entry(self.found[place]))
            return Reckoned(Plain().function(part.text, [said])[0], float(curve(part.text).value(np.array([z]))[0]))
        if part.kind == CALL and part.text in _OF_SEVERAL:
            return self._call(part)
        if part.kind == CALL and part.text == "identity":
            part = part.parts[0]
        return self._sum(part) if part.kind == SUM else self._product(part)

    def _call(self, part: Written) -> Reckoned | None:
        """Return a function of several numbers."""
        places = [one.node for one in part.parts if one.node is not None]
        if len(places) < len(part.parts):
            return None
        shown = [self.shown(self._entry(self.found[place])) for place in places]
        plain, texts = Plain(), [text for text, _ in shown]
        text, _ = plain.special(part.text, texts) or plain.function(part.text, texts)
        return Reckoned(text, float(FUNCTIONS[part.text].value(*(np.asarray(value) for _, value in shown))))

    def _sum(self, part: Written) -> Reckoned | None:
        text, value = "", 0.0
        for sign, one in zip(part.text, part.parts, strict=True):
            term = self._product(one)
            if term is None:
                return None
            between = (" + " if sign == "+" else " − ") if text else ("" if sign == "+" else "−")
            text += between + (f"({term.text})" if between.strip() and _is_negative(term.text) else term.text)
            value += term.value if sign == "+" else -term.value
        return Reckoned(text, value)

    def _product(self, part: Written) -> Reckoned | None:
        factors = list(_factors(part))
        if any(factor.node is None for factor in factors):
            return None
        numbers = [self.shown(self._entry(self.found[factor.node])) for factor in factors if factor.node is not None]
        (first, _), *others = numbers
        return Reckoned(first + "".join(f"·({said})" for said, _ in others), math.prod(value for _, value in numbers))

    def _entry(self, value: Floats) -> float:
        return float(value[self.place]) if np.ndim(value) else float(value)


def _factors(part: Written) -> list[Written]:
    """Return what is multiplied entry by entry."""
    if part.kind == "*":
        return [factor for one in part.parts for factor in _factors(one)]
    return [part]


def _is_negative(text: str) -> bool:
    return text.startswith(("-", "−"))
